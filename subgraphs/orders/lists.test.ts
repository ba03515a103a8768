/** What lists show of refused orders, and what a list costs when nearly all orders are refused. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type Orders, type Shop, STAFF, customerOf, startShop } from '../../tests/subgraphs/orders.ts';
import { newId, toId } from '../shared/mongo.ts';
import { pageQueries } from '../shared/pagination.ts';
import { type OrderDocument, NO_TOTAL, toOrder } from './model.ts';
import { type Order, type OrderStatus, LISTED, STATES, numberFrom } from './order.ts';
import { type OrderListArgs, countOrders, listFilter, listKey, listSort } from './queries.ts';
import type { OrderFilter, OrderSortField } from './schema.generated.ts';

let shop: Shop;
beforeAll(async () => {
  shop = await startShop();
});
afterAll(async () => {
  await shop[Symbol.asyncDispose]();
});

const EVERY = Object.keys(STATES) as OrderStatus[];

describe('a list of orders', () => {
  const read = async (
    orders: Orders,
    args: OrderListArgs,
    caller = STAFF,
  ): Promise<{ ids: string[]; count: number }> => {
    const page = await orders.service.list(args, caller);
    return { ids: page.nodes.map(({ id }) => id), count: await page.totalCount() };
  };

  it('neither shows nor counts refused orders, to staff or to their customer, unless the filter names them', async () => {
    await using orders = await shop.orders();
    const [customerId, productId] = [await shop.customer(), await shop.product({ stock: 1 })];
    const { id, number } = await orders.placed(customerId, { [productId]: 1 });
    await orders.place(customerId, { [productId]: 1 });
    await orders.settled();
    const stored = await orders.model.findOne({ status: 'REJECTED' }).orFail().lean();
    const [refused, refusedNumber] = [stored._id.toHexString(), stored.number];

    for (const caller of [STAFF, customerOf(customerId)]) {
      for (const filter of [undefined, null, {}, { status: null }, { customerId }, { productId }, { number }]) {
        expect(await read(orders, { filter }, caller)).toEqual({ ids: [id], count: 1 });
      }
      expect(await read(orders, { filter: { number: refusedNumber } }, caller)).toEqual({ ids: [], count: 0 });
      for (const filter of [{}, { customerId }, { productId }, { number: refusedNumber }]) {
        expect(await read(orders, { filter: { ...filter, status: ['REJECTED'] } }, caller)).toEqual({
          ids: [refused],
          count: 1,
        });
      }
      expect(await read(orders, { filter: { status: EVERY } }, caller)).toEqual({ ids: [refused, id], count: 2 });
      // By its id it is found.
      expect(await orders.request(caller).loaders.order.load(refused)).toMatchObject({ status: 'REJECTED' });
    }
  });

  it('shows all statuses but REJECTED', () => {
    expect(new Set([...LISTED, 'REJECTED'])).toEqual(new Set(EVERY));
  });

  it('by UPDATED_AT with updatedFrom shows the changes since then, the latest last', async () => {
    await using orders = await shop.orders();
    const [customerId, productId] = [await shop.customer(), await shop.product()];
    const placed: Order[] = [];
    for (let n = 0; n < 4; n += 1) placed.push(await orders.placed(customerId, { [productId]: 1 }));
    const [first, second, third, fourth] = placed.map(({ id }) => id);
    const sort = { field: 'UPDATED_AT', direction: 'ASC' } as const;
    const changed = async (orderId = '') => {
      await orders.service.cancel({ orderId, reason: 'OTHER' }, orders.request());
      return (await orders.stored(orderId)).updatedAt;
    };
    const updatedFrom = await changed(third);
    const updatedTo = await changed(first);
    expect((await read(orders, { sort })).ids).toEqual([second, fourth, third, first]);
    expect(await read(orders, { sort, filter: { updatedFrom } })).toEqual({ ids: [third, first], count: 2 });
    expect(await read(orders, { sort, filter: { updatedFrom, updatedTo } })).toEqual({ ids: [third], count: 1 });
    expect(await read(orders, { sort, filter: { updatedTo: updatedFrom } })).toEqual({
      ids: [second, fourth],
      count: 2,
    });
    // A request that changes nothing is not a change.
    await changed(third);
    expect((await read(orders, { sort })).ids).toEqual([second, fourth, third, first]);
  });

  it('never shows a change of an order before an earlier change, even if a clock was set back', async () => {
    await using orders = await shop.orders();
    const { id } = await orders.placed(await shop.customer(), { [await shop.product()]: 1 });
    const ahead = new Date(Date.now() + 3_600_000);
    await orders.model.updateOne({ _id: toId(id) }, { updatedAt: ahead });
    await orders.service.transition({ orderId: id, to: 'SHIPPED' }, orders.request());
    expect(await orders.stored(id)).toMatchObject({ updatedAt: ahead, events: [{}, {}, { at: ahead }] });
  });
});

describe('when 99 of 100 orders are refused', () => {
  const CUSTOMERS = ['a', 'b'].map((digit) => digit.repeat(24));
  const PRODUCTS = ['c', 'd'].map((digit) => digit.repeat(24));
  const ORDERS = 20_000;
  const PAGE = 20;
  /** One more row shows whether there is a next page; and one of each status is read to merge them. */
  const MOST = PAGE + 1 + EVERY.length;

  const documentOf = (n: number): OrderDocument => {
    const status = n % 100 > 0 ? 'REJECTED' : (LISTED[(n / 100) % LISTED.length] ?? 'PENDING');
    const createdAt = new Date(1_700_000_000_000 + n * 1000);
    const isPriced = status !== 'REJECTED' && status !== 'PENDING';
    return {
      _id: newId(),
      number: numberFrom(Uint8Array.from({ length: 10 }, (_, digit) => Math.floor(n / 32 ** digit) % 32)),
      customerId: CUSTOMERS[Math.floor(n / 500) % 2] ?? '',
      status,
      version: 2,
      items: PRODUCTS.map((productId) => ({ productId, quantity: 1 })),
      totalAmount: isPriced ? n : NO_TOTAL,
      currency: isPriced ? 'EUR' : null,
      refusal: null,
      events: [],
      createdAt,
      updatedAt: new Date(createdAt.getTime() + ((n * 7919) % 100_000)),
    };
  };

  let orders: Orders;
  beforeAll(async () => {
    orders = await shop.orders();
    for (let n = 0; n < ORDERS; n += 1000) {
      await orders.model.insertMany(Array.from({ length: 1000 }, (_, each) => documentOf(n + each)));
    }
  }, 120_000);
  afterAll(async () => {
    await orders[Symbol.asyncDispose]();
  });

  const [customerId = '', productId = ''] = [CUSTOMERS[0], PRODUCTS[0]];
  const LISTS: [string, OrderFilter, OrderSortField[]][] = [
    ['all orders', {}, ['CREATED_AT', 'UPDATED_AT', 'TOTAL']],
    ["a customer's", { customerId }, ['CREATED_AT', 'UPDATED_AT', 'TOTAL']],
    ["a product's", { productId }, ['CREATED_AT']],
    ['orders of a status', { status: ['SHIPPED'] }, ['CREATED_AT', 'UPDATED_AT', 'TOTAL']],
    ['orders of two statuses', { status: ['SHIPPED', 'CONFIRMED'] }, ['CREATED_AT', 'UPDATED_AT', 'TOTAL']],
    // Nearly all of them have the same total: none.
    ['all orders, with refused ones', { status: EVERY }, ['CREATED_AT', 'UPDATED_AT', 'TOTAL']],
    [
      'orders changed in an interval',
      { updatedFrom: new Date(1_700_000_000_000), updatedTo: new Date(1_800_000_000_000) },
      ['UPDATED_AT'],
    ],
    ['orders placed in an interval', { createdFrom: new Date(1_700_000_000_000) }, ['CREATED_AT']],
  ];
  const CASES = LISTS.flatMap(([name, filter, fields]) =>
    fields.flatMap((field) => (['ASC', 'DESC'] as const).map((direction) => ({ name, filter, field, direction }))),
  );

  it.each(CASES)('a page of $name by $field $direction reads its own rows', async ({ filter, field, direction }) => {
    const sort = listSort({ field, direction });
    const restricted = listFilter(filter, STAFF);
    const [middle] = await orders.model
      .find(restricted)
      .sort({ [sort.path]: sort.direction, _id: sort.direction })
      .skip(Math.floor((await orders.model.countDocuments(restricted)) / 2))
      .limit(1)
      .lean<OrderDocument[]>();
    if (middle === undefined) throw new Error('there are orders');
    const { value, id } = listKey(sort, toOrder(middle));
    const cursor = Buffer.from(JSON.stringify([sort.name, sort.direction, value.valueOf(), id])).toString('base64url');
    for (const args of [
      { first: PAGE },
      { last: PAGE },
      { first: PAGE, after: cursor },
      { last: PAGE, before: cursor },
    ]) {
      for (const query of pageQueries({ args, sort, filter: restricted, toId })) {
        const plan = await orders.model
          .find(query.filter)
          .sort(query.sort)
          .limit(query.limit)
          .explain('executionStats');
        const { executionStats, queryPlanner } = plan as unknown as Explained;
        const { totalKeysExamined, totalDocsExamined } = executionStats;
        const stages = JSON.stringify(queryPlanner.winningPlan);
        expect({
          args,
          stages,
          few: totalKeysExamined <= MOST && totalDocsExamined <= MOST,
          totalKeysExamined,
        }).toEqual({
          args,
          stages: expect.not.stringMatching(/COLLSCAN|"stage":"SORT"/),
          few: true,
          totalKeysExamined,
        });
      }
    }
  });

  it.each([
    ['all orders', {}, 200],
    ["a customer's", { customerId }, 100],
    ["a product's", { productId }, 200],
  ] as const)('a count of %s reads only the keys of what it counts', async (_, filter, listed) => {
    const restricted = listFilter(filter, STAFF);
    expect(await countOrders(orders.model, [restricted])).toEqual([listed]);
    const plan = await orders.model.find(restricted).explain('executionStats');
    expect((plan as unknown as Explained).executionStats.totalKeysExamined).toBeLessThanOrEqual(listed + EVERY.length);
  });
});

interface Explained {
  queryPlanner: { winningPlan: object };
  executionStats: { totalKeysExamined: number; totalDocsExamined: number };
}
