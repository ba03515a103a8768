import { describe, expect, it } from '@jest/globals';
import { mongo } from 'mongoose';
import { send, startServer } from '../tests/database.ts';

describe('writing', () => {
  it('stores documents as they came, with _id first, whatever their types', async () => {
    await using server = await startServer();
    const doc = {
      long: mongo.Long.fromString('9007199254740993'),
      decimal: mongo.Decimal128.fromString('1.10'),
      double: new mongo.Double(2),
      0: 'zero',
      date: new Date(5),
      regex: /a/i,
      bytes: new mongo.Binary(Buffer.from([1, 2])),
      nested: { b: 1, a: [1, { c: null }] },
    };
    await server.db.command({ insert: 'things', documents: [{ ...doc, _id: 1 }] });
    // With `raw` the driver gives bytes, which its types don't know.
    const [raw] = (await server.db.collection('things').find({}, { raw: true }).toArray()) as unknown as [Uint8Array];
    expect(Buffer.from(raw).toString('latin1', 4, 9)).toBe('\x10_id\0');
    const { _id, ...stored } = mongo.BSON.deserialize(raw, { promoteValues: false });
    const shown = (value: mongo.Document): string => mongo.BSON.EJSON.stringify(value, { relaxed: false });
    expect(shown(stored)).toBe(shown(doc));
    expect(_id).toEqual(new mongo.Int32(1));
  });

  it('makes up an _id where there is none, and refuses those that MongoDB refuses', async () => {
    await using server = await startServer();
    const insert = (document: mongo.Document): Promise<mongo.Document> =>
      send(server.uri, { insert: 'things', documents: [document], $db: 'test' });
    await insert({ n: 1 });
    expect((await server.collection.findOne({ n: 1 }))?._id).toBeInstanceOf(mongo.ObjectId);
    expect(await insert({ _id: [1] })).toMatchObject({ n: 0, writeErrors: [{ index: 0, code: 53 }] });
    expect(await insert({ _id: { $a: 1 } })).toMatchObject({ writeErrors: [{ code: 52 }] });
    expect(await insert({ _id: null })).toMatchObject({ n: 1 });
  });

  it('stops an ordered bulk at its first error and goes on in an unordered one', async () => {
    await using server = await startServer();
    const documents = [{ _id: 1 }, { _id: 1 }, { _id: 2 }];
    const error: unknown = await server.collection.insertMany(documents).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ code: 11000, result: { insertedCount: 1 } });
    expect(await server.collection.countDocuments()).toBe(1);
    await server.collection.deleteMany({});
    await expect(server.collection.insertMany(documents, { ordered: false })).rejects.toMatchObject({ code: 11000 });
    expect(await server.collection.countDocuments()).toBe(2);
  });

  it('tells what an update did', async () => {
    await using server = await startServer();
    const { collection } = server;
    await collection.insertMany([
      { _id: 1, n: 1 },
      { _id: 2, n: 1 },
    ]);
    expect(await collection.updateMany({ n: 1 }, { $set: { n: 1, m: 1 } })).toMatchObject({
      matchedCount: 2,
      modifiedCount: 2,
    });
    expect(await collection.updateOne({ n: 1 }, { $set: { n: 1 } })).toMatchObject({
      matchedCount: 1,
      modifiedCount: 0,
    });
    const upsert = await collection.updateOne({ _id: 9, n: 5 }, { $inc: { m: 1 } }, { upsert: true });
    expect(upsert).toMatchObject({ matchedCount: 0, upsertedId: 9 });
    expect(await collection.findOne({ _id: 9 })).toEqual({ _id: 9, n: 5, m: 1 });
    await expect(collection.updateOne({ _id: 1 }, { $set: { _id: 2 } })).rejects.toMatchObject({ code: 66 });
  });

  it('keeps the order of matches that findAndModify was asked for, and gives the document before or after', async () => {
    await using server = await startServer();
    const { collection } = server;
    await collection.insertMany([
      { _id: 1, n: 3 },
      { _id: 2, n: 1 },
      { _id: 3, n: 2 },
    ]);
    const claim = (returnDocument: 'before' | 'after'): Promise<unknown> =>
      collection.findOneAndUpdate(
        { taken: null },
        { $set: { taken: true } },
        { sort: { n: 1 }, returnDocument, projection: { n: 0 } },
      );
    expect(await claim('before')).toEqual({ _id: 2 });
    expect(await claim('after')).toEqual({ _id: 3, taken: true });
    expect(await collection.findOneAndDelete({ n: { $gt: 2 } })).toEqual({ _id: 1, n: 3 });
    expect(await collection.findOneAndDelete({ n: { $gt: 2 } })).toBeNull();
    expect(
      await server.db.command({ findAndModify: 'things', query: { _id: 7 }, update: { n: 7 }, upsert: true }),
    ).toMatchObject({
      lastErrorObject: { n: 1, updatedExisting: false, upserted: 7 },
      value: null,
    });
  });

  it('refuses a document that a validator refuses', async () => {
    await using server = await startServer();
    const checked = await server.db.createCollection('checked', { validator: { n: { $gt: 0 } } });
    await checked.insertOne({ n: 1 });
    await expect(checked.insertOne({ n: 0 })).rejects.toMatchObject({ code: 121 });
    await expect(checked.updateOne({}, { $set: { n: 0 } })).rejects.toMatchObject({ code: 121 });
    await checked.updateOne({}, { $set: { n: 0 } }, { bypassDocumentValidation: true });
  });

  it('changes each document once, also where the change moves it along the index that finds it', async () => {
    await using server = await startServer();
    const { collection } = server;
    await collection.insertMany(Array.from({ length: 50 }, (_, i) => ({ _id: i, n: i })));
    await collection.createIndexes([{ key: { n: 1 } }]);
    expect(await collection.updateMany({ n: { $gte: 0 } }, { $inc: { n: 10 } })).toMatchObject({ modifiedCount: 50 });
    expect(await collection.countDocuments({ n: { $gte: 10, $lt: 60 } })).toBe(50);
  });

  it('writes what a pipeline finds: all of it by $out, one by one by $merge', async () => {
    await using server = await startServer();
    const { collection, db } = server;
    await collection.insertMany([
      { _id: 1, n: 1 },
      { _id: 2, n: 1 },
    ]);
    const target = db.collection<{ _id: number; n?: number; old?: boolean }>('target');
    await target.insertMany([
      { _id: 2, old: true },
      { _id: 3, old: true },
    ]);
    await collection.aggregate([{ $merge: 'target' }]).toArray();
    expect(await target.find().sort({ _id: 1 }).toArray()).toEqual([
      { _id: 1, n: 1 },
      { _id: 2, old: true, n: 1 },
      { _id: 3, old: true },
    ]);
    await target.deleteMany({ _id: { $lt: 3 } });
    await target.createIndexes([{ key: { n: 1 }, unique: true }]);
    // Two documents with one n: none of them, and the old ones stay.
    await expect(collection.aggregate([{ $out: 'target' }]).toArray()).rejects.toMatchObject({ code: 11000 });
    expect(await target.find().toArray()).toEqual([{ _id: 3, old: true }]);
    await collection.aggregate([{ $match: { _id: 1 } }, { $out: 'target' }]).toArray();
    expect(await target.find().toArray()).toEqual([{ _id: 1, n: 1 }]);
    expect(await target.listIndexes().toArray()).toHaveLength(2);
  });
});
