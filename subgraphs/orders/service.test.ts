import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Caller } from '../../runtime/caller.ts';
import { type Orders, type Shop, UNKNOWN_ID, STAFF, customerOf, startShop } from '../../tests/subgraphs/orders.ts';
import { toId } from '../shared/mongo.ts';
import type { Connection } from '../shared/pagination.ts';
import { pageQueries } from '../shared/pagination.ts';
import { type CancelReason, type Order, type OrderStatus, LISTED } from './order.ts';
import { type OrderListArgs, listFilter, listKey, listSort } from './queries.ts';
import type { OrderFilter } from './schema.generated.ts';

let shop: Shop;
beforeAll(async () => {
  shop = await startShop();
});
afterAll(async () => {
  await shop[Symbol.asyncDispose]();
});

const ids = ({ nodes }: Connection<Order>): string[] => nodes.map(({ id }) => id);

describe('cancelling an order', () => {
  it('gives its stock back, and records who cancelled it and why', async () => {
    await using orders = await shop.orders();
    const [customerId, productId] = [await shop.customer(), await shop.product({ stock: 5 })];
    const { id } = await orders.placed(customerId, { [productId]: 2 });
    const request = orders.request(customerOf(customerId));
    const result = await orders.service.cancel({ orderId: id, reason: 'CUSTOMER', expectedVersion: 2 }, request);
    const event = {
      type: 'CANCELLED',
      from: 'CONFIRMED',
      to: 'CANCELLED',
      cancelReason: 'CUSTOMER',
      actor: customerId,
    };
    expect(result).toMatchObject({
      __typename: 'OrderChangeSuccess',
      order: { status: 'CANCELLED', version: 3, events: [{}, {}, event] },
    });
    expect(await shop.stock(productId)).toEqual({ onHand: 5, available: 5, reserved: 0 });
    expect(await orders.unsettled()).toBe(0);
  });

  it('again answers success and changes nothing, whatever version was expected', async () => {
    await using orders = await shop.orders();
    const { id } = await orders.placed(await shop.customer(), { [await shop.product()]: 2 });
    const input = { orderId: id, reason: 'CUSTOMER', expectedVersion: 2 } as const;
    const first = await orders.service.cancel(input, orders.request());
    expect(await orders.service.cancel(input, orders.request())).toEqual(first);
  });

  it('by many callers at once happens once', async () => {
    await using orders = await shop.orders();
    const productId = await shop.product({ stock: 5 });
    const { id } = await orders.placed(await shop.customer(), { [productId]: 2 });
    const input = { orderId: id, reason: 'STAFF' } as const;
    const results = await Promise.all(Array.from({ length: 10 }, () => orders.service.cancel(input, orders.request())));
    for (const each of results) expect(each).toMatchObject({ order: { status: 'CANCELLED', version: 3 } });
    expect(await shop.stock(productId)).toEqual({ onHand: 5, available: 5, reserved: 0 });
  });

  it('is illegal once it has shipped, and a conflict before that if another version was expected', async () => {
    await using orders = await shop.orders();
    const { id } = await orders.placed(await shop.customer(), { [await shop.product()]: 2 });
    await orders.service.transition({ orderId: id, to: 'SHIPPED' }, orders.request());
    const cancel = (expectedVersion: number | null) =>
      orders.service.cancel({ orderId: id, reason: 'CUSTOMER', expectedVersion }, orders.request());
    expect(await cancel(null)).toEqual({
      __typename: 'IllegalTransitionError',
      code: 'ILLEGAL_TRANSITION',
      message: expect.any(String),
      from: 'SHIPPED',
      to: 'CANCELLED',
      allowed: ['DELIVERED'],
    });
    expect(await cancel(2)).toEqual({
      __typename: 'VersionConflictError',
      code: 'VERSION_CONFLICT',
      message: expect.any(String),
      currentVersion: 3,
    });
  });

  it("of another customer's order answers as if it did not exist", async () => {
    await using orders = await shop.orders();
    const { id } = await orders.placed(await shop.customer(), { [await shop.product()]: 2 });
    const request = orders.request(customerOf(await shop.customer()));
    for (const orderId of [id, UNKNOWN_ID, 'nonsense']) {
      expect(await orders.service.cancel({ orderId, reason: 'CUSTOMER' }, request)).toEqual({
        __typename: 'OrderNotFoundError',
        code: 'ORDER_NOT_FOUND',
        message: `There is no order ${orderId}.`,
        orderId,
      });
    }
    expect(await orders.stored(id)).toMatchObject({ status: 'CONFIRMED' });
  });
});

describe('only staff', () => {
  it('may cancel for FRAUD or STAFF: a customer is refused, and nothing changes', async () => {
    await using orders = await shop.orders();
    const customerId = await shop.customer();
    const { id } = await orders.placed(customerId, { [await shop.product()]: 2 });
    const cancel = async (reason: CancelReason, caller: Caller) =>
      orders.service.cancel({ orderId: id, reason }, orders.request(caller));
    for (const reason of ['FRAUD', 'STAFF'] as const) {
      await expect(cancel(reason, customerOf(customerId))).rejects.toMatchObject({
        message: expect.stringContaining(reason),
        extensions: { code: 'BAD_USER_INPUT' },
      });
    }
    expect(await orders.stored(id)).toMatchObject({ status: 'CONFIRMED', version: 2 });
    expect(await cancel('FRAUD', STAFF)).toMatchObject({ order: { status: 'CANCELLED' } });
    for (const reason of ['CUSTOMER', 'INVENTORY', 'OTHER'] as const) {
      expect(await cancel(reason, customerOf(customerId))).toMatchObject({ order: { status: 'CANCELLED' } });
    }
  });
});

describe('changing the status of an order', () => {
  it('ships it, which lowers onHand, and delivers it', async () => {
    await using orders = await shop.orders();
    const productId = await shop.product({ stock: 5 });
    const { id } = await orders.placed(await shop.customer(), { [productId]: 2 });
    for (const [to, version] of [
      ['SHIPPED', 3],
      ['DELIVERED', 4],
    ] as const) {
      const result = await orders.service.transition(
        { orderId: id, to, expectedVersion: version - 1 },
        orders.request(),
      );
      expect(result).toMatchObject({ order: { status: to, version } });
      expect(await shop.stock(productId)).toEqual({ onHand: 3, available: 3, reserved: 0 });
    }
    const { events, updatedAt } = await orders.stored(id);
    expect(events.map(({ type, actor }) => [type, actor])).toEqual([
      ['PLACED', 'ada'],
      ['CONFIRMED', null],
      ['SHIPPED', 'ada'],
      ['DELIVERED', 'ada'],
    ]);
    expect(updatedAt).toEqual(events.at(-1)?.at);
  });

  it.each<[OrderStatus, OrderStatus[]]>([
    ['CANCELLED', ['SHIPPED', 'CANCELLED']],
    ['DELIVERED', ['SHIPPED', 'CANCELLED']],
    ['PENDING', ['SHIPPED', 'CANCELLED']],
    ['REJECTED', ['SHIPPED', 'CANCELLED']],
  ])('from CONFIRMED to %s is illegal', async (to, allowed) => {
    await using orders = await shop.orders();
    const { id } = await orders.placed(await shop.customer(), { [await shop.product()]: 2 });
    expect(await orders.service.transition({ orderId: id, to }, orders.request())).toMatchObject({
      __typename: 'IllegalTransitionError',
      from: 'CONFIRMED',
      to,
      allowed,
    });
    expect(await orders.stored(id)).toMatchObject({ version: 2 });
  });

  it('while another caller cancels it: one of them wins, and the stock follows the winner', async () => {
    await using orders = await shop.orders();
    const [customerId, productId] = [await shop.customer(), await shop.product({ stock: 20 })];
    let shipped = 0;
    for (let round = 0; round < 10; round += 1) {
      const { id } = await orders.placed(customerId, { [productId]: 1 });
      const results = await Promise.all([
        orders.service.transition({ orderId: id, to: 'SHIPPED' }, orders.request()),
        orders.service.cancel({ orderId: id, reason: 'CUSTOMER' }, orders.request()),
      ]);
      expect(results.map(({ __typename }) => __typename).sort()).toEqual([
        'IllegalTransitionError',
        'OrderChangeSuccess',
      ]);
      if ((await orders.stored(id)).status === 'SHIPPED') shipped += 1;
    }
    expect(await shop.stock(productId)).toEqual({ onHand: 20 - shipped, available: 20 - shipped, reserved: 0 });
  });
});

/** Three orders of one customer and two of another, one of them refused. */
async function history(orders: Orders) {
  const [ann, bob] = [await shop.customer(), await shop.customer()];
  const [tea, pot] = [await shop.product({ amount: 100 }), await shop.product({ amount: 1000 })];
  const placed: Order[] = [];
  for (const [customer, lines] of [
    [ann, { [tea]: 1 }],
    [bob, { [pot]: 1 }],
    [ann, { [tea]: 2, [pot]: 1 }],
    [ann, { [tea]: 5 }],
    [bob, { [tea]: 1 }],
  ] as const) {
    placed.push(await orders.placed(customer, lines));
  }
  await orders.place(bob, { [tea]: 1000 });
  await orders.settled();
  const [refused] = await orders.model.find({ status: 'REJECTED' }).lean();
  const refusedId = refused?._id.toHexString() ?? '';
  const all = [...placed.map(({ id }) => id), refusedId];
  return { ann, bob, tea, pot, placed, all, refusedId };
}

describe('a list of orders', () => {
  const list = (orders: Orders, args: OrderListArgs, caller: Caller = STAFF) => orders.service.list(args, caller);

  it('is newest first; sorted by TOTAL, orders without a total come first', async () => {
    await using orders = await shop.orders();
    const { all, refusedId } = await history(orders);
    const filter = { status: [...LISTED, 'REJECTED' as const] };
    expect(ids(await list(orders, { filter }))).toEqual(all.toReversed());
    const byTotal = await list(orders, { filter, sort: { field: 'TOTAL', direction: 'ASC' } });
    expect(byTotal.nodes.map(({ total }) => total?.amount)).toEqual([undefined, 100, 100, 500, 1000, 1200]);
    expect(byTotal.nodes[0]?.id).toBe(refusedId);
  });

  it.each(['CREATED_AT', 'UPDATED_AT', 'TOTAL'] as const)(
    'by %s is read in pages, forwards and backwards, without gap or repeat',
    async (field) => {
      await using orders = await shop.orders();
      await history(orders);
      for (const direction of ['ASC', 'DESC'] as const) {
        const sort = { field, direction };
        const whole = ids(await list(orders, { sort }));
        const forwards: string[] = [];
        for (let after: string | null = null; ;) {
          const page: Connection<Order> = await list(orders, { sort, first: 2, after });
          forwards.push(...ids(page));
          after = page.pageInfo.endCursor;
          if (!page.pageInfo.hasNextPage) break;
        }
        const backwards: string[] = [];
        for (let before: string | null = null; ;) {
          const page: Connection<Order> = await list(orders, { sort, last: 2, before });
          backwards.unshift(...ids(page));
          before = page.pageInfo.startCursor;
          if (!page.pageInfo.hasPreviousPage) break;
        }
        expect(forwards).toEqual(whole);
        expect(backwards).toEqual(whole);
      }
    },
  );

  it('is filtered by each condition, and by all at once', async () => {
    await using orders = await shop.orders();
    const { ann, bob, tea, pot, placed, all, refusedId } = await history(orders);
    const [first, second, third, fourth, fifth] = placed;
    if (!first || !second || !third || !fourth || !fifth) throw new Error('five were placed');
    const found = async (filter: OrderFilter) => new Set(ids(await list(orders, { filter })));
    expect(await found({ customerId: bob })).toEqual(new Set([second.id, fifth.id]));
    expect(await found({ productId: pot })).toEqual(new Set([second.id, third.id]));
    const written = ` ${second.number.slice(0, 5)}-${second.number.slice(5)} `.toLowerCase().replaceAll('0', 'o');
    expect(await found({ number: written })).toEqual(new Set([second.id]));
    expect(await found({ status: ['REJECTED', 'SHIPPED'] })).toEqual(new Set([refusedId]));
    expect(await found({ status: [] })).toEqual(new Set());
    expect(await found({ createdFrom: third.createdAt, createdTo: fifth.createdAt })).toEqual(
      new Set([third.id, fourth.id]),
    );
    expect(await found({ customerId: 'nonsense' })).toEqual(new Set());
    const { createdAt, number } = fourth;
    const createdTo = new Date(createdAt.getTime() + 1);
    expect(
      await found({
        customerId: ann,
        productId: tea,
        number,
        status: ['CONFIRMED'],
        createdFrom: createdAt,
        createdTo,
      }),
    ).toEqual(new Set([fourth.id]));
    const page = await list(orders, { filter: { customerId: ann }, first: 1 });
    expect(await page.totalCount()).toBe(3);
    expect(await (await list(orders, {})).totalCount()).toBe(all.length - 1);
  });

  it('shows a customer only its own orders', async () => {
    await using orders = await shop.orders();
    const { ann, bob, placed } = await history(orders);
    const own = placed.filter(({ customerId }) => customerId === ann).map(({ id }) => id);
    const mine = await list(orders, {}, customerOf(ann));
    expect(ids(mine)).toEqual(own.toReversed());
    expect(await mine.totalCount()).toBe(3);
    expect(ids(await list(orders, { filter: { customerId: bob } }, customerOf(ann)))).toEqual([]);
    expect(ids(await list(orders, {}, { service: 'gateway', role: 'customer', id: null }))).toEqual([]);
    expect(await orders.service.byIds([placed[1]?.id ?? ''], customerOf(ann))).toEqual([null]);
    expect(
      await orders.service.byIds([placed[1]?.id ?? ''], { service: 'gateway', role: 'anonymous', id: null }),
    ).toEqual([null]);
  });

  it('is one query for any number of customers, with any arguments, and one for all their counts', async () => {
    await using orders = await shop.orders();
    const { ann, bob, placed, refusedId } = await history(orders);
    const [, , third, fourth] = placed;
    let pages: Connection<Order>[] = [];
    const read = (customerId: string, args: OrderListArgs) =>
      orders.service.list({ ...args, filter: { ...args.filter, customerId } }, STAFF);
    const commands = await orders.commands(async () => {
      pages = await Promise.all([
        read(ann, { first: 2 }),
        read(bob, { filter: { status: ['REJECTED'] } }),
        read(UNKNOWN_ID, {}),
        read(ann, { first: 2, sort: { field: 'TOTAL', direction: 'DESC' } }),
      ]);
    });
    expect(commands).toEqual(['aggregate']);
    expect(pages.map(ids)).toEqual([[fourth?.id, third?.id], [refusedId], [], [third?.id, fourth?.id]]);
    expect(pages.map(({ pageInfo }) => pageInfo.hasNextPage)).toEqual([true, false, false, true]);
    let counts: number[] = [];
    const counting = async () => (counts = await Promise.all(pages.map(({ totalCount }) => totalCount())));
    expect(await orders.commands(counting)).toEqual(['aggregate']);
    expect(counts).toEqual([3, 1, 0, 3]);
    const [next] = await Promise.all([
      read(ann, { first: 2, after: pages[0]?.pageInfo.endCursor }),
      read(bob, { first: 1 }),
    ]);
    expect(ids(next)).toEqual([placed[0]?.id]);
  });

  it('refuses a cursor of another sort', async () => {
    await using orders = await shop.orders();
    await history(orders);
    const { pageInfo } = await list(orders, { first: 1 });
    const other = { after: pageInfo.endCursor, sort: { field: 'TOTAL', direction: 'ASC' } } as const;
    await expect(list(orders, other)).rejects.toMatchObject({ extensions: { code: 'BAD_USER_INPUT' } });
  });
});

describe('orders by id', () => {
  it('are one query: in the order of their ids, each read once, null for those that do not exist', async () => {
    await using orders = await shop.orders();
    const { placed } = await history(orders);
    const [one, two] = placed.map(({ id }) => id);
    if (one === undefined || two === undefined) throw new Error('there are five');
    const { loaders } = orders.request();
    let found: (Order | null | Error)[] = [];
    const commands = await orders.commands(async () => {
      found = await Promise.all([two, UNKNOWN_ID, one, 'nonsense', two].map((id) => loaders.order.load(id)));
    });
    expect(found.map((order) => order instanceof Error || order?.id)).toEqual([two, undefined, one, undefined, two]);
    expect(commands).toEqual(['find']);
  });
});

describe('an index', () => {
  it('serves every combination of conditions, sort, direction and cursor', async () => {
    await using orders = await shop.orders();
    const { ann, tea, placed } = await history(orders);
    const [order] = placed;
    if (order === undefined) throw new Error('five were placed');
    const conditions: OrderFilter[] = [
      { number: order.number },
      { customerId: ann },
      { productId: tea },
      { status: ['CONFIRMED', 'PENDING'] },
      { createdFrom: order.createdAt, createdTo: new Date() },
      { updatedFrom: order.updatedAt, updatedTo: new Date() },
    ];
    const combinations = Array.from(
      { length: 2 ** conditions.length },
      (_, bits) => Object.assign({}, ...conditions.filter((__, n) => bits & (1 << n))) as OrderFilter,
    );
    let checked = 0;
    for (const filter of combinations) {
      for (const field of ['CREATED_AT', 'UPDATED_AT', 'TOTAL'] as const) {
        for (const direction of ['ASC', 'DESC'] as const) {
          const sort = listSort({ field, direction });
          const { value, id } = listKey(sort, order);
          const cursor = Buffer.from(JSON.stringify([sort.name, sort.direction, value.valueOf(), id])).toString(
            'base64url',
          );
          for (const args of [{}, { after: cursor }, { last: 5, before: cursor }]) {
            for (const query of pageQueries({ args, sort, filter: listFilter(filter, STAFF), toId })) {
              const plan = await orders.model
                .find(query.filter)
                .sort(query.sort)
                .limit(query.limit)
                .explain('queryPlanner');
              const text = JSON.stringify(plan);
              expect({ filter, field, direction, args, text }).toMatchObject({
                text: expect.stringContaining('IXSCAN'),
              });
              expect({ filter, field, direction, args, text }).not.toMatchObject({
                text: expect.stringContaining('COLLSCAN'),
              });
            }
            checked += 1;
          }
        }
      }
    }
    expect(checked).toBe(64 * 3 * 2 * 3);
  });

  it('finds the orders that are due', async () => {
    await using orders = await shop.orders();
    await history(orders);
    const plan = await orders.model
      .find({ nextAttemptAt: { $lte: new Date() } })
      .sort({ nextAttemptAt: 1 })
      .explain('queryPlanner');
    expect(JSON.stringify(plan)).toContain('"indexName":"nextAttemptAt_1"');
  });
});

describe('the API', () => {
  it('resolves orders, their customers and products as entities, and the orders of customers', async () => {
    const { system } = shop;
    await system.orders.start();
    const [customerId, productId] = [await shop.customer(), await shop.product()];
    const input = { customerId, items: [{ productId, quantity: 2 }] };
    const fields = 'id allowedTransitions customer { id } items { quantity product { id } lineTotal { amount } }';
    const created = await system.subgraph<{ createOrder: { order: { id: string } } }>(
      'orders',
      `mutation ($input: CreateOrderInput!) { createOrder(input: $input) { ... on CreateOrderSuccess { order { ${fields} } } } }`,
      { input },
    );
    const order = {
      id: expect.any(String),
      allowedTransitions: ['SHIPPED', 'CANCELLED'],
      customer: { id: customerId },
      items: [{ quantity: 2, product: { id: productId }, lineTotal: { amount: 3998 } }],
    };
    expect(created).toMatchObject({ errors: undefined, data: { createOrder: { order } } });
    const id = created.data?.createOrder.order.id;
    const entities = await system.subgraph(
      'orders',
      `query ($of: [_Any!]!) { _entities(representations: $of) {
        ... on Order { ${fields} } ... on Customer { id orders(first: 1) { totalCount nodes { id } } } } }`,
      {
        of: [
          { __typename: 'Order', id },
          { __typename: 'Order', id: UNKNOWN_ID },
          { __typename: 'Customer', id: customerId },
        ],
      },
    );
    expect(entities).toMatchObject({
      errors: undefined,
      data: { _entities: [order, null, { id: customerId, orders: { totalCount: 1, nodes: [{ id }] } }] },
    });
  });
});
