import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { mongo } from 'mongoose';
import { explained, startServer, type AnyDoc, type TestServer } from '../tests/database.ts';

const STATUSES = ['PENDING', 'CONFIRMED', 'SHIPPED', 'CANCELLED'];

describe('the planner', () => {
  let server: TestServer;
  let orders: mongo.Collection<AnyDoc>;

  beforeAll(async () => {
    server = await startServer();
    orders = server.db.collection<AnyDoc>('orders');
    await orders.insertMany(
      Array.from({ length: 1000 }, (_, i) => ({
        _id: i,
        customer: `c${String(i % 20)}`,
        status: STATUSES[(i >> 2) % 4],
        createdAt: new Date(1_700_000_000_000 + Math.floor(i / 3) * 1000),
        total: i % 100,
        tags: [`t${String(i % 7)}`, `u${String(i % 5)}`],
        ...(i % 10 === 0 ? { key: `k${String(i)}` } : {}),
        ...(i % 50 === 0 ? { dueAt: i } : {}),
      })),
    );
    await orders.createIndexes([
      { key: { customer: 1, status: 1, createdAt: -1, _id: -1 } },
      { key: { createdAt: -1, _id: -1 } },
      { key: { customer: 1, key: 1 }, unique: true, partialFilterExpression: { key: { $gt: '' } } },
      { key: { dueAt: 1 }, sparse: true },
      { key: { tags: 1 } },
    ]);
  });
  afterAll(async () => {
    await server[Symbol.asyncDispose]();
  });

  async function run(
    filter: mongo.Filter<AnyDoc>,
    sort?: mongo.Sort,
    limit = 0,
  ): Promise<ReturnType<typeof explained>> {
    const find = (): mongo.FindCursor => {
      const cursor = orders.find(filter);
      if (sort !== undefined) cursor.sort(sort);
      return cursor.limit(limit);
    };
    // What the plan finds must be what a scan of the collection finds, in the same order.
    const planned = (await find().toArray()).map(({ _id }) => _id as number);
    const scanned = (await find().hint({ $natural: 1 }).toArray()).map(({ _id }) => _id as number);
    const order = (ids: number[]): number[] => (sort === undefined ? [...ids].sort((a, b) => a - b) : ids);
    expect(order(planned)).toEqual(order(scanned));
    return explained(await find().explain('executionStats'));
  }

  it('finds one document by its _id without looking at another', async () => {
    expect(await run({ _id: 7 })).toMatchObject({ stages: ['IDHACK'], docs: 1, keys: 1 });
    expect(await run({ _id: 7, status: 'PENDING' })).toMatchObject({ stages: ['FETCH', 'IXSCAN'], docs: 1 });
    expect(await run({ _id: { $in: [1, 2, 3, 5000] } })).toMatchObject({ docs: 3 });
  });

  it('serves equality on a prefix with the order of what follows', async () => {
    const plan = await run({ customer: 'c3', status: 'PENDING' }, { createdAt: -1, _id: -1 }, 5);
    expect(plan).toMatchObject({ stages: ['LIMIT', 'FETCH', 'IXSCAN'], docs: 5 });
    const backwards = await run({ customer: 'c3', status: 'PENDING' }, { createdAt: 1, _id: 1 }, 5);
    expect(backwards).toMatchObject({ stages: ['LIMIT', 'FETCH', 'IXSCAN'], docs: 5 });
  });

  it('merges the runs of an $in into one order', async () => {
    const plan = await run({ customer: 'c3', status: { $in: ['PENDING', 'SHIPPED'] } }, { createdAt: -1, _id: -1 }, 10);
    expect(plan.stages.slice(0, 3)).toEqual(['LIMIT', 'FETCH', 'SORT_MERGE']);
    expect(plan.docs).toBe(10);
  });

  it('reads little more than a page when it goes on after a position', async () => {
    const [, , , , after] = await orders
      .find({ customer: 'c3', status: { $in: ['PENDING', 'SHIPPED'] } })
      .sort({ createdAt: -1, _id: -1 })
      .toArray();
    const { createdAt, _id } = after as { createdAt: Date; _id: number };
    const page = await run(
      {
        customer: 'c3',
        status: { $in: ['PENDING', 'SHIPPED'] },
        $or: [{ createdAt: { $lt: createdAt } }, { createdAt, _id: { $lt: _id } }],
      },
      { createdAt: -1, _id: -1 },
      10,
    );
    expect(page).toMatchObject({ docs: 10 });
    expect(page.keys).toBeLessThan(15);
    const all = await run(
      { $or: [{ createdAt: { $lt: createdAt } }, { createdAt, _id: { $lt: _id } }] },
      { createdAt: -1, _id: -1 },
      10,
    );
    expect(all).toMatchObject({ docs: 10, index: 'createdAt_-1__id_-1' });
  });

  it('uses a range on the first field, and sorts in memory what no index has in order', async () => {
    const since = new Date(1_700_000_000_000 + 600_000);
    expect(await run({ createdAt: { $gte: since } })).toMatchObject({ stages: ['FETCH', 'IXSCAN'] });
    expect((await run({ createdAt: { $gte: since } }, { total: 1, _id: 1 }, 5)).stages).toEqual([
      'LIMIT',
      'SORT',
      'FETCH',
      'IXSCAN',
    ]);
    expect((await run({ total: { $gt: 90 } })).stages).toEqual(['COLLSCAN']);
  });

  it('uses a partial index only where the filter implies its condition', async () => {
    expect(await run({ customer: 'c10', key: 'k10' })).toMatchObject({ index: 'customer_1_key_1', docs: 1 });
    expect((await run({ customer: 'c10', key: null })).index).not.toBe('customer_1_key_1');
    expect((await run({ customer: 'c10', key: { $gte: '' } })).index).not.toBe('customer_1_key_1');
    expect((await run({ customer: 'c10', key: { $gt: 'k1' } })).index).toBe('customer_1_key_1');
  });

  it('leaves a sparse index alone where documents without the field match', async () => {
    expect(await run({ dueAt: { $lte: 100 } })).toMatchObject({ index: 'dueAt_1', docs: 3 });
    expect((await run({ dueAt: null }, undefined, 5)).stages).toEqual(['LIMIT', 'COLLSCAN']);
    expect((await run({}, { dueAt: 1, _id: 1 }, 3)).index).toBeUndefined();
  });

  it('finds each document once by an index on an array', async () => {
    expect(await run({ tags: { $in: ['t1', 'u1'] } })).toMatchObject({ index: 'tags_1' });
    expect(await run({ tags: { $gte: 't', $lt: 'u' } })).toMatchObject({ index: 'tags_1' });
    expect(await run({ tags: { $elemMatch: { $gte: 't6', $lt: 'u' } } })).toMatchObject({ index: 'tags_1' });
  });

  it('serves each alternative of an $or by the index that suits it', async () => {
    const plan = await run({ $or: [{ customer: 'c1', status: 'PENDING' }, { tags: 't3' }] });
    expect(plan.stages).toEqual(['FETCH', 'OR', 'IXSCAN', 'IXSCAN']);
    expect((await run({ $or: [{ customer: 'c1' }, { total: 5 }] })).stages).toEqual(['COLLSCAN']);
  });

  it('counts from the index alone', async () => {
    const plan = await orders
      .aggregate([{ $match: { customer: 'c3' } }, { $group: { _id: 1, n: { $sum: 1 } } }])
      .explain();
    const [first] = (plan as { stages: { $cursor: mongo.Document }[] }).stages;
    expect(explained(first?.$cursor ?? {})).toMatchObject({ docs: 0, keys: 50 });
    expect(await orders.countDocuments({ customer: 'c3' })).toBe(50);
    expect(await orders.countDocuments({ customer: 'c3', total: { $gt: 50 } })).toBe(20);
    expect(await orders.countDocuments({ customer: 'c3' }, { skip: 10, limit: 20 })).toBe(20);
  });

  it('obeys a hint, and refuses one on an index that there is not', async () => {
    const plan = explained(await orders.find({ customer: 'c3' }).hint('createdAt_-1__id_-1').explain('executionStats'));
    expect(plan).toMatchObject({ index: 'createdAt_-1__id_-1', docs: 1000 });
    await expect(orders.find({}).hint('nothing_1').toArray()).rejects.toMatchObject({ code: 2 });
  });

  // An index without arrays decides alone on what matches; one with arrays only finds candidates.
  it.each(['with', 'without'])('tells missing, null and NaN apart as a scan does, %s arrays', async (arrays) => {
    const odd = server.db.collection<AnyDoc>(`odd-${arrays}`);
    const all = [
      null,
      NaN,
      -Infinity,
      -1,
      0,
      1.5,
      Infinity,
      '',
      'a',
      'a\0',
      'a\0b',
      'é',
      [],
      [null],
      [1, 'a'],
      {},
      { a: 1 },
      true,
      new Date(0),
    ];
    const values = arrays === 'with' ? all : all.filter((v) => !Array.isArray(v));
    await odd.insertMany([{ _id: 'missing' }, ...values.map((v, i) => ({ _id: i, v }))]);
    const filters: mongo.Document[] = [
      ...values.map((v) => ({ v })),
      ...['$gt', '$gte', '$lt', '$lte'].flatMap((operator) =>
        values.filter((v) => !Array.isArray(v)).map((v) => ({ v: { [operator]: v } })),
      ),
      { v: { $in: [null, 'a'] } },
      { v: { $exists: true } },
      { v: { $gte: 0, $lt: 2 } },
    ];
    const search = async (filter: mongo.Document): Promise<unknown[]> =>
      (await odd.find(filter).sort({ _id: 1 }).toArray()).map(({ _id }) => _id);
    const scanned = await Promise.all(filters.map(search));
    for (const direction of [1, -1] as const) {
      const name = await odd.createIndex({ v: direction }, {}, {});
      expect(await Promise.all(filters.map(search))).toEqual(scanned);
      const sorted = await odd.find().sort({ v: 1 }).hint(name).toArray();
      const inMemory = await odd.find().sort({ v: 1 }).hint({ $natural: 1 }).toArray();
      expect(sorted.length).toBe(inMemory.length);
      await odd.dropIndex(name);
    }
  });
});
