import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { type System, startSystem, until } from '../harness.ts';
import { Books } from './books.ts';
import { createCustomer, createProduct, insist, buyerBy } from './buyer.ts';
import { FAULTS, type Proxy, startProxy } from './proxy.ts';

const DEADLINE_MS = 1000;

let system: System;
let inventory: Proxy;
let orders: Proxy;
let books: Books;
let customerId: string;

const shop = buyerBy((query, variables) => system.subgraph('orders', query, variables));

beforeAll(async () => {
  inventory = await startProxy(() => system.inventory.address);
  orders = await startProxy(() => system.orders.address);
  system = await startSystem({
    env: { ORDER_DEADLINE_MS: String(DEADLINE_MS), LOG_LEVEL: 'error' },
    envOf: { orders: { INVENTORY_URL: inventory.url }, gateway: { ORDERS_URL: orders.url } },
  });
  inventory.lateMs = 2 * DEADLINE_MS;
  books = await Books.open(system);
  customerId = await createCustomer(system, 'wire');
});
afterAll(async () => {
  await books[Symbol.asyncDispose]();
  await system[Symbol.asyncDispose]();
  await Promise.all([inventory, orders].map((proxy) => proxy[Symbol.asyncDispose]()));
});
beforeEach(() => {
  inventory.fault = () => undefined;
  orders.fault = () => undefined;
});

const product = (stock: number): Promise<string> => createProduct(system, randomUUID(), stock);
/** Applies a fault to the first call of each of these fields. */
const once = (
  fault: (typeof FAULTS)[number] | 'held',
  ...fields: string[]
): ((body: string) => typeof fault | undefined) => {
  const met = new Set<string>();
  return (body) => {
    if (!fields.some((field) => body.includes(field)) || met.has(body)) return undefined;
    met.add(body);
    return fault;
  };
};

describe('between orders and inventory', () => {
  it.each(FAULTS)('%s: every order settles once, with stock that adds up', async (fault) => {
    const productId = await product(8);
    inventory.fault = once(fault, 'reserveStock', 'commitReservation', 'releaseReservation');
    const before = inventory.met;
    const keys = Array.from({ length: 12 }, () => randomUUID());
    const placed = await Promise.all(
      keys.map((key) =>
        insist('the order is decided', () => shop.createOrder(customerId, [{ productId, quantity: 1 }], key)),
      ),
    );
    const confirmed = placed.flatMap(({ order }) => order?.id ?? []);
    expect(confirmed).toHaveLength(8);
    expect(placed.filter(({ __typename }) => __typename === 'InsufficientStockError')).toHaveLength(4);

    await Promise.all([
      ...confirmed.slice(0, 3).map((id) => insist('it is cancelled', () => shop.cancelOrder(id))),
      ...confirmed.slice(3, 6).map((id) => insist('it is shipped', () => shop.transitionOrder(id, 'SHIPPED'))),
    ]);
    await books.settled();
    expect(await books.violations()).toEqual([]);
    expect(await books.stock(productId)).toEqual({ onHand: 5, available: 3 });
    expect(inventory.met - before).toBeGreaterThan(12);
  });
});

describe('a reservation that arrives late', () => {
  it('after its order was cancelled takes no stock', async () => {
    const productId = await product(5);
    inventory.fault = (body) => (body.includes('reserveStock') ? 'held' : undefined);
    const key = randomUUID();
    const { order } = await shop.createOrder(customerId, [{ productId, quantity: 5 }], key);
    expect(order).toMatchObject({ status: 'PENDING' });
    expect(await shop.cancelOrder(order?.id ?? '')).toMatchObject({ order: { status: 'CANCELLED' } });
    await books.settled();

    const answers = await inventory.arrive();
    expect(answers.length).toBeGreaterThan(0);
    for (const answer of answers) expect(answer).toContain('ReservationClosed');
    expect(await books.stock(productId)).toEqual({ onHand: 5, available: 5 });
    expect(await books.violations()).toEqual([]);
  });

  it('takes no stock either after its own retry was refused, the order REJECTED and the stock replenished', async () => {
    const productId = await product(1);
    inventory.fault = once('held', 'reserveStock');
    const key = randomUUID();
    const refused = await insist('the order is decided', () =>
      shop.createOrder(customerId, [{ productId, quantity: 3 }], key),
    );
    expect(refused).toMatchObject({ __typename: 'InsufficientStockError' });
    await books.settled();
    const replenished = await system.subgraph('inventory', ADJUST, {
      input: { productId, delta: 9, reason: 'a delivery' },
    });
    expect(replenished.data).toMatchObject({ adjustStock: { __typename: 'StockChangeSuccess' } });

    const [answer] = await inventory.arrive();
    expect(answer).toContain('ReservationClosed');
    expect(await books.stock(productId)).toEqual({ onHand: 10, available: 10 });
    // The key still gives the same refusal.
    expect(await shop.createOrder(customerId, [{ productId, quantity: 3 }], key)).toEqual(refused);
    expect(await books.violations()).toEqual([]);
  });
});

const ADJUST = `mutation ($input: AdjustStockInput!) { adjustStock(input: $input) {
  __typename ... on StockChangeSuccess { replayed product { stock { onHand available } } } ... on UserError { message } } }`;

describe('a change whose answer was lost, sent again', () => {
  const placed = async (productId: string): Promise<string> => {
    const key = randomUUID();
    const { order } = await insist('the order is placed', () =>
      shop.createOrder(customerId, [{ productId, quantity: 2 }], key),
    );
    return order?.id ?? '';
  };
  const viaGateway = buyerBy((query, variables) => system.graphql(query, variables));

  it.each([
    ['a cancellation', 'CANCELLED', { onHand: 9, available: 9 }],
    ['a shipment', 'SHIPPED', { onHand: 7, available: 7 }],
  ] as const)('%s succeeds, and is done once', async (_, status, stock) => {
    const productId = await product(9);
    const orderId = await placed(productId);
    const change = () =>
      status === 'CANCELLED' ? viaGateway.cancelOrder(orderId) : viaGateway.transitionOrder(orderId, status);
    orders.fault = once('lost answer', 'Order(');
    expect(await change()).toEqual({ __typename: 'NoAnswer' });
    expect(await change()).toMatchObject({ __typename: 'OrderChangeSuccess', order: { status, version: 3 } });
    await books.settled();
    expect(await books.stock(productId)).toEqual(stock);
    expect(await books.violations()).toEqual([]);
  });

  it('an adjustment succeeds, and is done once', async () => {
    const productId = await product(1);
    await using proxy = await startProxy(() => system.inventory.address);
    proxy.fault = once('lost answer', 'adjustStock');
    await using gateway = disposable(await system.another('gateway', { INVENTORY_URL: proxy.url }));
    const input = { productId, delta: 4, reason: 'a count', idempotencyKey: randomUUID() };
    const adjust = async () => {
      const response = await fetch(`${gateway.value.address}/graphql`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ query: ADJUST, variables: { input } }),
      });
      return (await response.json()) as { data: { adjustStock: unknown } | null; errors?: unknown };
    };
    expect(await adjust()).toMatchObject({ errors: [{ extensions: { code: 'UPSTREAM_UNAVAILABLE' } }] });
    expect(await adjust()).toMatchObject({
      data: { adjustStock: { replayed: true, product: { stock: { onHand: 5, available: 5 } } } },
    });
  });
});

const disposable = <T extends { kill: () => Promise<unknown> }>(value: T): AsyncDisposable & { value: T } => ({
  value,
  async [Symbol.asyncDispose]() {
    await value.kill();
  },
});

describe('two instances of orders', () => {
  it('recover the same backlog: each order once', async () => {
    const productId = await product(20);
    await system.inventory.kill();
    const keys = Array.from({ length: 30 }, () => randomUUID());
    const left = await Promise.all(keys.map((key) => shop.createOrder(customerId, [{ productId, quantity: 1 }], key)));
    expect(left.map(({ order }) => order?.status)).toEqual(keys.map(() => 'PENDING'));
    await system.orders.kill();

    await Promise.all([
      system.inventory.start(),
      system.orders.start(),
      system.another('orders', { INVENTORY_URL: inventory.url }),
    ]);
    await books.settled();
    expect(await books.violations()).toEqual([]);
    expect(await books.stock(productId)).toEqual({ onHand: 20, available: 0 });
    const statuses = await until('each key has its answer', async () => {
      const answers = await Promise.all(
        keys.map((key) => shop.createOrder(customerId, [{ productId, quantity: 1 }], key)),
      );
      return answers.some(({ __typename }) => __typename === 'NoAnswer')
        ? null
        : answers.map(({ __typename }) => __typename);
    });
    expect(statuses.filter((status) => status === 'CreateOrderSuccess')).toHaveLength(20);
    expect(statuses.filter((status) => status === 'InsufficientStockError')).toHaveLength(10);
  });
});
