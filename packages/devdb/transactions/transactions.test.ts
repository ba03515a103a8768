import { setImmediate as nextTurn } from 'node:timers/promises';
import { describe, expect, it } from '@jest/globals';
import { mongo } from 'mongoose';
import { send, startServer, type TestServer } from '../tests/database.ts';

/** Runs `body` in a transaction of a session of its own, left open for the caller to end. */
async function begin(server: TestServer): Promise<mongo.ClientSession> {
  const session = server.client.startSession();
  session.startTransaction();
  // The snapshot is taken by the first command.
  await server.collection.findOne({}, { session });
  return session;
}

const CONFLICT = { code: 112, codeName: 'WriteConflict' };

describe('a transaction', () => {
  it('goes on after a command that can be no part of it', async () => {
    await using server = await startServer();
    const session = await begin(server);
    await server.collection.insertOne({ _id: 1 }, { session });
    await expect(server.db.command({ count: 'things' }, { session })).rejects.toMatchObject({ code: 263 });
    await session.commitTransaction();
    expect(await server.collection.countDocuments()).toBe(1);
  });

  it('reads a snapshot and its own writes, and shows them to nobody before it commits', async () => {
    await using server = await startServer();
    const { collection } = server;
    await collection.insertMany([
      { _id: 1, n: 1 },
      { _id: 2, n: 2 },
    ]);
    const session = await begin(server);
    await collection.updateOne({ _id: 2 }, { $set: { n: 20 } });
    await collection.updateOne({ _id: 1 }, { $set: { n: 10 } }, { session });
    await collection.insertOne({ _id: 3, n: 3 }, { session });
    expect(await collection.find({}, { session }).sort({ _id: 1 }).toArray()).toEqual([
      { _id: 1, n: 10 },
      { _id: 2, n: 2 },
      { _id: 3, n: 3 },
    ]);
    expect(
      await collection
        .find({ n: { $lt: 100 } })
        .sort({ _id: 1 })
        .toArray(),
    ).toEqual([
      { _id: 1, n: 1 },
      { _id: 2, n: 20 },
    ]);
    await session.commitTransaction();
    expect(await collection.countDocuments({ n: { $in: [10, 20, 3] } })).toBe(3);
  });

  it('leaves nothing behind when it aborts, created collections included', async () => {
    await using server = await startServer();
    const session = await begin(server);
    await server.collection.insertOne({ _id: 1 }, { session });
    await server.db.collection('other').insertOne({ n: 1 }, { session });
    await session.abortTransaction();
    expect(await server.db.listCollections().toArray()).toEqual([]);
  });

  it('loses against whoever wrote the document first', async () => {
    await using server = await startServer();
    const { collection } = server;
    await collection.insertMany([
      { _id: 1, n: 1 },
      { _id: 2, n: 1 },
    ]);
    const first = await begin(server);
    const second = await begin(server);
    await collection.updateOne({ _id: 1 }, { $inc: { n: 1 } }, { session: first });
    await expect(collection.updateOne({ _id: 1 }, { $inc: { n: 1 } }, { session: second })).rejects.toMatchObject(
      CONFLICT,
    );
    await expect(collection.findOne({}, { session: second })).rejects.toMatchObject({ code: 251 });
    await second.abortTransaction();
    const third = await begin(server);
    await first.commitTransaction();
    // Committed, but after the snapshot of the third.
    const error: unknown = await collection
      .deleteOne({ _id: 1 }, { session: third })
      .catch((thrown: unknown) => thrown);
    expect(error).toMatchObject(CONFLICT);
    expect(error instanceof mongo.MongoError && error.hasErrorLabel('TransientTransactionError')).toBe(true);
    expect(await collection.findOne({ _id: 1 })).toEqual({ _id: 1, n: 2 });
  });

  it('conflicts over a unique key as over a document', async () => {
    await using server = await startServer();
    const { collection } = server;
    await collection.createIndex({ email: 1 }, { unique: true }, {});
    await collection.insertOne({ _id: 1, email: 'a' });
    const [first, second] = [await begin(server), await begin(server)];
    await collection.insertOne({ _id: 2, email: 'b' }, { session: first });
    await expect(collection.insertOne({ _id: 3, email: 'b' }, { session: second })).rejects.toMatchObject(CONFLICT);
    await expect(collection.insertOne({ _id: 4, email: 'a' }, { session: first })).rejects.toMatchObject({
      code: 11000,
    });
    // Given up after the snapshot by a document that was in it: the third must not take the key.
    const third = await begin(server);
    await collection.updateOne({ _id: 1 }, { $set: { email: 'c' } });
    await expect(collection.insertOne({ _id: 5, email: 'c' }, { session: third })).rejects.toMatchObject(CONFLICT);
  });

  it('lets a writer outside wait until it has ended', async () => {
    await using server = await startServer();
    const { collection } = server;
    await collection.insertOne({ _id: 1, n: 1 });
    const session = await begin(server);
    await collection.updateOne({ _id: 1 }, { $set: { n: 5 } }, { session });
    let done = false;
    const waiting = collection
      .findOneAndUpdate({ _id: 1 }, { $inc: { n: 1 } }, { returnDocument: 'after' })
      .finally(() => (done = true));
    const dropping = server.db.dropCollection('things').finally(() => (done = true));
    // Reads don't wait.
    for (let i = 0; i < 5; i++) expect(await collection.findOne({ _id: 1 })).toEqual({ _id: 1, n: 1 });
    expect(done).toBe(false);
    await session.commitTransaction();
    expect(await waiting).toEqual({ _id: 1, n: 6 });
    expect(await dropping).toBe(true);
  });

  it('adds every one of many concurrent increments exactly once', async () => {
    await using server = await startServer();
    const { collection, client } = server;
    await collection.insertMany([
      { _id: 'a', n: 0 },
      { _id: 'b', n: 0 },
    ]);
    await Promise.all(
      Array.from({ length: 20 }, async (_, i) => {
        if (i % 4 === 0) return collection.updateOne({ _id: 'a' }, { $inc: { n: 1 } });
        return client.withSession((session) =>
          session.withTransaction(async () => {
            await collection.updateOne({ _id: 'a' }, { $inc: { n: 1 } }, { session });
            await collection.updateOne({ _id: 'b' }, { $inc: { n: 1 } }, { session });
          }),
        );
      }),
    );
    expect(await collection.find().sort({ _id: 1 }).toArray()).toEqual([
      { _id: 'a', n: 20 },
      { _id: 'b', n: 15 },
    ]);
  });

  it('keeps the log in the order of memory when those who waited all go on at once', async () => {
    await using server = await startServer();
    const { collection } = server;
    await collection.insertMany([
      { _id: 1, seen: [] },
      { _id: 2, seen: [] },
    ]);
    const session = await begin(server);
    await collection.updateMany({}, { $set: { locked: true } }, { session });
    const push = (value: number): mongo.Document => ({ $push: { seen: value } });
    const waiting = Array.from({ length: 30 }, (_, i) => {
      if (i % 3 === 2) return collection.findOneAndUpdate({ _id: 1 }, push(i));
      if (i % 3 === 1) return collection.updateMany({}, push(i));
      return collection.bulkWrite([1, 2, 2].map((_id) => ({ updateOne: { filter: { _id }, update: push(i) } })));
    });
    // All have come: each has a connection of its own.
    while (Number((await server.db.command({ serverStatus: 1 }))['connections']?.current) < 30) await nextTurn();
    await session.commitTransaction();
    await Promise.all(waiting);
    const before = await collection.find().toArray();
    expect(before.map(({ seen }) => (seen as number[]).length)).toEqual([30, 30]);
    await using again = await server.restart();
    expect(await again.collection.find().toArray()).toEqual(before);
  });

  it('keeps a writer outside waiting for no longer than its maxTimeMS', async () => {
    await using server = await startServer();
    await server.collection.insertOne({ _id: 1 });
    const session = await begin(server);
    await server.collection.updateOne({ _id: 1 }, { $set: { n: 1 } }, { session });
    const late = server.collection.findOneAndDelete({ _id: 1 }, { maxTimeMS: 20 });
    await expect(late).rejects.toMatchObject({ code: 50 });
    await server.collection.insertOne({ _id: 2 });
    await session.commitTransaction();
    expect(await server.collection.countDocuments()).toBe(2);
  });

  it('is aborted when it stays open too long', async () => {
    await using server = await startServer({ transactionLifetimeMs: 50 });
    const { collection } = server;
    await collection.insertOne({ _id: 1 });
    const session = await begin(server);
    await collection.updateOne({ _id: 1 }, { $set: { n: 1 } }, { session });
    // Waits for the transaction to be over.
    await collection.updateOne({ _id: 1 }, { $set: { n: 2 } });
    await expect(session.commitTransaction()).rejects.toMatchObject({ code: 251 });
    expect(await collection.findOne({ _id: 1 })).toEqual({ _id: 1, n: 2 });
  });

  it('survives a restart once committed, and answers a repeated commit', async () => {
    await using first = await startServer();
    const session = await begin(first);
    await first.collection.insertMany([{ _id: 1 }, { _id: 2 }], { session });
    await session.commitTransaction();
    const txnNumber = mongo.Long.fromNumber(session.serverSession.txnNumber);
    const commit = { commitTransaction: 1, lsid: session.id, txnNumber, autocommit: false, $db: 'admin' };
    expect(await send(first.uri, commit)).toMatchObject({ ok: 1 });
    await using second = await first.restart();
    expect(await second.collection.countDocuments()).toBe(2);
    expect(await send(second.uri, commit)).toMatchObject({ ok: 1 });
  });
});
