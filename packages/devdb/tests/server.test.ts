import { once } from 'node:events';
import net from 'node:net';
import { describe, expect, it } from '@jest/globals';
import mongoose, { mongo } from 'mongoose';
import { send, startServer, type TestServer } from './database.ts';

describe('the server', () => {
  it('is found by drivers as a replica set of one, however they are told to look', async () => {
    await using server = await startServer();
    const { host } = new URL(server.uri);
    for (const options of ['', '?replicaSet=devdb', '?directConnection=true', '?retryWrites=false&w=majority']) {
      const client = await new mongo.MongoClient(`mongodb://${host}/${options}`).connect();
      await client.db('test').collection('c').insertOne({ options });
      await client.close();
    }
    expect(await server.db.command({ hello: 1 })).toMatchObject({
      setName: 'devdb',
      hosts: [host],
      isWritablePrimary: true,
    });
  });

  it('serves Mongoose: schemas, indexes, populate, sessions', async () => {
    await using server = await startServer();
    const connection = await mongoose.createConnection(server.uri, { dbName: 'goose' }).asPromise();
    const Author = connection.model('Author', new mongoose.Schema({ name: { type: String, unique: true } }));
    const Book = connection.model(
      'Book',
      new mongoose.Schema({ title: String, author: { type: 'ObjectId', ref: 'Author' } }, { timestamps: true }),
    );
    await Promise.all([Author.init(), Book.init()]);
    await connection.transaction(async (session) => {
      const [author] = await Author.create([{ name: 'Le Guin' }], { session });
      await Book.create([{ title: 'The Dispossessed', author: author?._id ?? null }], { session });
    });
    expect(await Book.findOne().populate('author').lean()).toMatchObject({
      title: 'The Dispossessed',
      author: { name: 'Le Guin' },
    });
    await expect(Author.create({ name: 'Le Guin' })).rejects.toMatchObject({ code: 11000 });
    expect(await Author.exists({ name: 'Le Guin' })).not.toBeNull();
    await connection.close();
  });

  it('tells of itself what tools ask for', async () => {
    await using server = await startServer();
    await server.collection.insertOne({ _id: 1 });
    const { db } = server;
    expect(await db.command({ ping: 1 })).toMatchObject({ ok: 1 });
    expect(await db.stats()).toMatchObject({ collections: 1, objects: 1 });
    expect(await db.command({ collStats: 'things' })).toMatchObject({ count: 1, nindexes: 1 });
    expect(await server.collection.aggregate([{ $collStats: { storageStats: {}, count: {} } }]).next()).toMatchObject({
      count: 1,
      storageStats: { count: 1 },
    });
    expect(await db.command({ serverStatus: 1 })).toMatchObject({ process: 'devdb', opcounters: { insert: 1 } });
    expect(await db.command({ connectionStatus: 1 })).toMatchObject({ authInfo: { authenticatedUsers: [] } });
    expect(await db.admin().command({ getParameter: 1, featureCompatibilityVersion: 1 })).toHaveProperty(
      'featureCompatibilityVersion',
    );
  });

  it('fails commands on demand in its test mode, and only there', async () => {
    const failPoint = (mode: unknown, data: mongo.Document): mongo.Document => ({
      configureFailPoint: 'failCommand',
      mode,
      data,
      $db: 'admin',
    });
    await using server = await startServer({ testMode: true });
    await send(server.uri, failPoint({ times: 1 }, { failCommands: ['find'], errorCode: 11600 }));
    const find = { find: 'things', $db: 'test' };
    expect(await send(server.uri, find)).toMatchObject({ ok: 0, code: 11600, codeName: 'InterruptedAtShutdown' });
    expect(await send(server.uri, find)).toMatchObject({ ok: 1 });
    await send(server.uri, failPoint({ skip: 1 }, { failCommands: ['find'], closeConnection: true }));
    expect(await send(server.uri, find)).toMatchObject({ ok: 1 });
    await expect(send(server.uri, find)).rejects.toThrow();
    await send(server.uri, failPoint('off', {}));
    expect(await send(server.uri, find)).toMatchObject({ ok: 1 });
    await using other = await startServer();
    expect(await send(other.uri, failPoint('off', {}))).toMatchObject({ ok: 0, code: 59 });
  });

  it('closes the connection of who does not speak the protocol, and goes on', async () => {
    await using server = await startServer();
    for (const bytes of [
      Buffer.from('GET / HTTP/1.1\r\n\r\n'),
      Buffer.alloc(64),
      opMsg(Buffer.from([9])),
      opMsg(Buffer.from([0, 255, 255, 255, 127])),
    ]) {
      const socket = net.connect(Number(new URL(server.uri).port), '127.0.0.1');
      socket.on('error', () => undefined);
      socket.write(bytes);
      socket.resume();
      await once(socket, 'close');
    }
    expect(server.logged.filter(({ level }) => level === 'warn')).toHaveLength(4);
    // Well framed, but what is inside isn't BSON: that has an answer.
    expect(await sendRaw(server, Buffer.from([0, 8, 0, 0, 0, 2, 97, 0, 0]))).toMatchObject({ ok: 0 });
    expect(await server.db.command({ ping: 1 })).toMatchObject({ ok: 1 });
  });

  it('takes documents beside the body, and messages in pieces', async () => {
    await using server = await startServer();
    const body = mongo.BSON.serialize({ insert: 'things', $db: 'test' });
    const documents = [1, 2, 3].map((_id) => mongo.BSON.serialize({ _id }));
    const size = Buffer.alloc(4);
    size.writeInt32LE(4 + 'documents\0'.length + documents.reduce((sum, { length }) => sum + length, 0));
    const sections = Buffer.concat([
      Buffer.from([0]),
      body,
      Buffer.from([1]),
      size,
      Buffer.from('documents\0'),
      ...documents,
    ]);
    expect(await sendRaw(server, sections)).toMatchObject({ n: 3, ok: 1 });
    expect(await server.collection.countDocuments()).toBe(3);
  });
});

function opMsg(sections: Buffer): Buffer {
  const head = Buffer.alloc(20);
  head.writeInt32LE(head.length + sections.length, 0);
  head.writeInt32LE(2013, 12);
  return Buffer.concat([head, sections]);
}

/** Sends these sections byte by byte and gives the reply. */
async function sendRaw(server: TestServer, sections: Buffer): Promise<mongo.Document> {
  const socket = net.connect({ port: Number(new URL(server.uri).port), host: '127.0.0.1', noDelay: true });
  try {
    for (const byte of opMsg(sections)) socket.write(Buffer.from([byte]));
    const [reply] = (await once(socket, 'data')) as [Buffer];
    return mongo.BSON.deserialize(reply.subarray(21));
  } finally {
    socket.destroy();
  }
}
