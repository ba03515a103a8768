import { describe, expect, it } from '@jest/globals';
import type { mongo } from 'mongoose';
import { startServer } from '../tests/database.ts';

describe('indexes', () => {
  it('hold a unique key once, and say which one', async () => {
    await using server = await startServer();
    const { collection } = server;
    await collection.createIndexes([{ key: { email: 1, kind: -1 }, unique: true }]);
    await collection.insertMany([
      { _id: 1, email: 'a', kind: 1 },
      { _id: 2, email: 'a' },
    ]);
    await expect(collection.insertOne({ _id: 3, email: 'a', kind: 1 })).rejects.toMatchObject({
      code: 11000,
      keyPattern: { email: 1, kind: -1 },
      keyValue: { email: 'a', kind: 1 },
    });
    await expect(collection.insertOne({ _id: 3, email: 'a' })).rejects.toMatchObject({ keyValue: { kind: null } });
    await expect(collection.updateOne({ _id: 2 }, { $set: { kind: 1 } })).rejects.toMatchObject({ code: 11000 });
    await collection.deleteOne({ _id: 1 });
    await collection.updateOne({ _id: 2 }, { $set: { kind: 1 } });
  });

  it('leave out of a unique one what a partial filter or sparseness leaves out', async () => {
    await using server = await startServer();
    const { collection } = server;
    await collection.createIndexes([
      { key: { customer: 1, key: 1 }, unique: true, partialFilterExpression: { key: { $gt: '' } } },
      { key: { number: 1 }, unique: true, sparse: true },
    ]);
    await collection.insertMany([
      { _id: 1, customer: 1 },
      { _id: 2, customer: 1, key: 'k' },
      { _id: 3, customer: 1 },
      { _id: 4, number: 1 },
    ]);
    await expect(collection.insertOne({ _id: 5, customer: 1, key: 'k' })).rejects.toMatchObject({ code: 11000 });
    await expect(collection.insertOne({ _id: 5, number: 1 })).rejects.toMatchObject({ code: 11000 });
    await collection.insertOne({ _id: 5, customer: 2, key: 'k' });
    // Into the index by an update, and out of it.
    await expect(collection.updateOne({ _id: 1 }, { $set: { key: 'k' } })).rejects.toMatchObject({ code: 11000 });
    await collection.updateOne({ _id: 2 }, { $unset: { key: 1 } });
    await collection.updateOne({ _id: 1 }, { $set: { key: 'k' } });
  });

  it('hold the elements of arrays, but not of two arrays at once', async () => {
    await using server = await startServer();
    const { collection } = server;
    await collection.createIndexes([{ key: { 'lines.sku': 1, 'lines.n': 1 }, unique: true }, { key: { a: 1, b: 1 } }]);
    await collection.insertOne({
      _id: 1,
      lines: [
        { sku: 'x', n: 1 },
        { sku: 'y', n: 2 },
      ],
    });
    await collection.insertOne({
      _id: 2,
      lines: [
        { sku: 'x', n: 2 },
        { sku: 'y', n: 1 },
      ],
    });
    await expect(collection.insertOne({ _id: 3, lines: [{ sku: 'y', n: 2 }] })).rejects.toMatchObject({ code: 11000 });
    expect(await collection.find({ 'lines.sku': 'x' }).hint({ 'lines.sku': 1, 'lines.n': 1 }).toArray()).toHaveLength(
      2,
    );
    for (const arrays of [
      { a: [1, 2], b: [3, 4] },
      { a: [1], b: [] },
    ]) {
      await expect(collection.insertOne({ _id: 4, lines: [], ...arrays })).rejects.toMatchObject({
        code: 171,
      });
    }
  });

  it('say which element of an array is there twice', async () => {
    await using server = await startServer();
    const { collection } = server;
    await collection.createIndexes([{ key: { tags: 1 }, unique: true }]);
    await collection.insertOne({ _id: 1, tags: ['x', 'y'] });
    await expect(collection.insertOne({ _id: 2, tags: ['z', 'y'] })).rejects.toMatchObject({
      keyValue: { tags: 'y' },
    });
  });

  it('on _id are ascending and have no options', async () => {
    await using server = await startServer();
    const create = (index: object) =>
      server.db.command({ createIndexes: 'things', indexes: [{ name: 'i', key: { _id: 1 }, ...index }] });
    await expect(create({ key: { _id: -1 } })).rejects.toMatchObject({ code: 2 });
    await expect(create({ unique: true })).rejects.toMatchObject({ code: 197 });
    await expect(create({ key: { a: 1 }, unique: 'x' })).rejects.toMatchObject({ code: 14 });
  });

  it('are built all or none, and not twice', async () => {
    await using server = await startServer();
    const { collection, db } = server;
    await collection.insertMany([
      { _id: 1, n: 1 },
      { _id: 2, n: 1 },
    ]);
    await expect(collection.createIndexes([{ key: { m: 1 } }, { key: { n: 1 }, unique: true }])).rejects.toMatchObject({
      code: 11000,
    });
    expect(await collection.listIndexes().toArray()).toHaveLength(1);
    const create = (index: mongo.Document): Promise<mongo.Document> =>
      db.command({ createIndexes: 'things', indexes: [index] });
    expect(await create({ key: { n: 1 }, name: 'n_1' })).toMatchObject({ numIndexesBefore: 1, numIndexesAfter: 2 });
    expect(await create({ key: { n: 1 }, name: 'n_1' })).toMatchObject({
      numIndexesAfter: 2,
      note: 'all indexes already exist',
    });
    await expect(create({ key: { n: 1 }, name: 'other' })).rejects.toMatchObject({ code: 85 });
    await expect(create({ key: { n: -1 }, name: 'n_1' })).rejects.toMatchObject({ code: 86 });
    await expect(create({ key: { text: 'text' }, name: 't' })).rejects.toMatchObject({ code: 67, message: /text/ });
    await expect(create({ key: { '$**': 1 }, name: 'w' })).rejects.toMatchObject({ code: 67 });
    await expect(create({ key: { a: 1 }, name: 'a', collation: { locale: 'en' } })).rejects.toMatchObject({ code: 67 });
    await expect(collection.dropIndex('nothing')).rejects.toMatchObject({ code: 27 });
    await expect(collection.dropIndex('_id_')).rejects.toMatchObject({ code: 72 });
    await collection.dropIndex('n_1');
    await collection.dropIndexes();
    await expect(db.collection('nothing').listIndexes().toArray()).rejects.toMatchObject({ code: 26 });
  });

  it('remove documents whose time is over', async () => {
    await using server = await startServer({ ttlIntervalMs: 20 });
    const { collection } = server;
    await collection.createIndexes([{ key: { at: 1 }, expireAfterSeconds: 60 }]);
    await collection.insertMany([
      { _id: 1, at: new Date(Date.now() - 61_000) },
      { _id: 2, at: new Date() },
      { _id: 3, at: 'long ago' },
      { _id: 4 },
      { _id: 5, at: [new Date(), new Date(0)] },
    ]);
    let left: unknown[] = [];
    do left = (await collection.find().toArray()).map(({ _id }) => _id);
    while (left.length > 3);
    expect(left).toEqual([2, 3, 4]);
  });
});

describe('collections', () => {
  it('are made by name or by a first write, listed, and dropped with all that is in them', async () => {
    await using server = await startServer();
    const { collection, db, client } = server;
    await db.createCollection('made');
    await db.createCollection('made');
    await expect(db.createCollection('made', { validator: { n: 1 } })).rejects.toMatchObject({ code: 48 });
    await collection.insertOne({ _id: 1 });
    await client.db('second').collection('c').insertOne({ n: 1 });
    expect((await db.listCollections().toArray()).map(({ name }) => name)).toEqual(['made', 'things']);
    expect(await db.listCollections({ name: 'made' }, { nameOnly: true }).toArray()).toEqual([
      { name: 'made', type: 'collection' },
    ]);
    expect((await db.admin().listDatabases()).databases.map(({ name }) => name)).toEqual(['second', 'test']);
    expect(await collection.drop()).toBe(true);
    expect(await collection.find().toArray()).toEqual([]);
    await db.dropDatabase();
    expect(await db.listCollections().toArray()).toEqual([]);
    expect((await db.admin().listDatabases()).databases.map(({ name }) => name)).toEqual(['second']);
  });
});
