import { describe, expect, it } from '@jest/globals';
import { mongo } from 'mongoose';
import { send, startServer, type TestServer } from '../tests/database.ts';

async function withDocuments(count: number): Promise<TestServer> {
  const server = await startServer();
  await server.collection.insertMany(
    Array.from({ length: count }, (_, i) => ({ _id: i, n: i % 10, tags: [i % 3, 'x'] })),
  );
  return server;
}

describe('reading', () => {
  it('gives documents in the order in which they came, batch by batch', async () => {
    await using server = await withDocuments(250);
    for (const batchSize of [1, 7, 100, 250, 1000]) {
      const found = await server.collection.find().batchSize(batchSize).toArray();
      expect(found.map(({ _id }) => _id)).toEqual(Array.from({ length: 250 }, (_, i) => i));
    }
    expect(await server.collection.find().skip(240).limit(5).toArray()).toHaveLength(5);
  });

  it('reads on in the state in which a cursor began', async () => {
    await using server = await withDocuments(30);
    const cursor = server.collection.find({ n: { $lt: 100 } }).batchSize(10);
    await cursor.next();
    await server.collection.updateMany({}, { $set: { n: 1000 } });
    await server.collection.deleteMany({ _id: { $gt: 15 } });
    expect(await cursor.toArray()).toHaveLength(29);
  });

  it('keeps a cursor until it is read or killed, and knows none afterwards', async () => {
    await using server = await withDocuments(30);
    const command = { find: 'things', batchSize: 2, $db: 'test' };
    const { cursor } = (await send(server.uri, command)) as { cursor: { id: mongo.Long } };
    const id = mongo.Long.fromString(cursor.id.toString());
    const getMore = { getMore: id, collection: 'things', batchSize: 2, $db: 'test' };
    expect((await send(server.uri, getMore))['cursor']).toMatchObject({ nextBatch: [{ _id: 2 }, { _id: 3 }] });
    expect(await send(server.uri, { ...getMore, collection: 'others' })).toMatchObject({ code: 13 });
    expect(await send(server.uri, { killCursors: 'things', cursors: [id], $db: 'test' })).toMatchObject({
      cursorsNotFound: [],
    });
    expect(await send(server.uri, getMore)).toMatchObject({ ok: 0, code: 43 });
    expect(await send(server.uri, { ...command, singleBatch: true })).toMatchObject({ cursor: { id: 0 } });
  });

  it('counts, and finds distinct values', async () => {
    await using server = await withDocuments(30);
    const { collection } = server;
    expect(await collection.distinct('n', { _id: { $lt: 5 } })).toEqual([0, 1, 2, 3, 4]);
    expect(await collection.distinct('tags')).toEqual([0, 1, 2, 'x']);
    expect(await collection.estimatedDocumentCount()).toBe(30);
    expect(await collection.countDocuments({ n: 3 })).toBe(3);
    expect(await collection.countDocuments({ n: 300 })).toBe(0);
    expect(await server.db.collection('nothing').countDocuments()).toBe(0);
  });

  it('sorts by the smallest element, where an array within the array is one', async () => {
    await using server = await startServer();
    await server.collection.insertMany([
      { _id: 1, a: [[]] },
      { _id: 2, a: [] },
      { _id: 3, a: [[1], 5] },
    ]);
    const idsBy = async (sort: Record<string, 1>) =>
      (await server.collection.find().sort(sort).toArray()).map(({ _id }) => _id);
    expect(await idsBy({ a: 1 })).toEqual([2, 3, 1]);
    expect(await idsBy({ 'a.0': 1 })).toEqual([1, 2, 3]);
    expect(await server.collection.distinct('a')).toEqual([5, [], [1]]);
  });

  it('joins other collections and takes variables', async () => {
    await using server = await withDocuments(5);
    await server.db.collection('others').insertMany([{ thing: 1 }, { thing: 1 }, { thing: 4 }]);
    const found = await server.collection
      .aggregate(
        [
          { $match: { $expr: { $lt: ['$_id', '$$limit'] } } },
          { $lookup: { from: 'others', localField: '_id', foreignField: 'thing', as: 'others' } },
          { $project: { count: { $size: '$others' } } },
          { $sort: { _id: 1 } },
        ],
        { let: { limit: { $add: [1, 1] } } },
      )
      .toArray();
    expect(found).toEqual([
      { _id: 0, count: 0 },
      { _id: 1, count: 2 },
    ]);
  });

  it('refuses by name what it does not have', async () => {
    await using server = await withDocuments(1);
    const { collection, db } = server;
    await expect(collection.find({}, { collation: { locale: 'en' } }).toArray()).rejects.toMatchObject({
      code: 238,
      message: /collation/,
    });
    await expect(collection.find({ $where: 'true' }).toArray()).rejects.toMatchObject({ message: /\$where/ });
    await expect(collection.find({}, { tailable: true }).toArray()).rejects.toMatchObject({
      code: 238,
      message: /tailable/,
    });
    await expect(collection.find({}, { readConcern: { level: 'snapshot' } }).toArray()).rejects.toMatchObject({
      code: 238,
    });
    await expect(db.command({ find: 'things', filtre: {} })).rejects.toMatchObject({ code: 40415, message: /filtre/ });
    await expect(db.command({ delete: 'things', deletes: [{ q: {}, limit: 0, multi: true }] })).rejects.toMatchObject({
      code: 40415,
    });
    await expect(db.command({ mapReduce: 'things' })).rejects.toMatchObject({ code: 59, message: /mapReduce/ });
    await expect(db.createCollection('v', { viewOn: 'things', pipeline: [] })).rejects.toMatchObject({
      code: 238,
      message: /viewOn/,
    });
    await expect(db.createCollection('c', { capped: true, size: 1 })).rejects.toMatchObject({
      code: 238,
      message: /capped/,
    });
    await expect(db.collection('a$b').insertOne({})).rejects.toMatchObject({ code: 73 });
  });
});
