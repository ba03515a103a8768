import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { CRASH_POINTS, STEPS, type Step } from '../../subgraphs/orders/crash-points.ts';
import { type System, startSystem } from '../harness.ts';
import { Books } from './books.ts';
import { type OrderAnswer, createCustomer, createProduct, insist, buyerBy } from './buyer.ts';
import type { Money } from './invariants.ts';

let system: System;
let books: Books;
let customerId: string;
let productId: string;
let soldOut: string;

const shop = buyerBy((query, variables) => system.subgraph('orders', query, variables));

beforeAll(async () => {
  system = await startSystem({
    start: ['database', 'customers', 'inventory', 'orders'],
    env: { ORDER_DEADLINE_MS: '500', LOG_LEVEL: 'warn' },
  });
  books = await Books.open(system);
  customerId = await createCustomer(system, 'crash');
  productId = await createProduct(system, 'CRASH', 1000);
  soldOut = await createProduct(system, 'SOLD-OUT', 0);
});
afterAll(async () => {
  await books[Symbol.asyncDispose]();
  await system[Symbol.asyncDispose]();
});

interface Scenario {
  /** What happens before, with all processes running. */
  prepare?: () => Promise<void>;
  /** The request that meets the crash. It is repeated afterwards until it has an answer. */
  act: () => Promise<OrderAnswer>;
  /** The final answer. */
  expected: object;
}

const place = (product: () => string, expected: object, expectedTotal?: Money) => (): Scenario => {
  const key = randomUUID();
  const items = () => [{ productId: product(), quantity: 2 }];
  return { act: () => shop.createOrder(customerId, items(), key, expectedTotal), expected };
};
const placed = place(() => productId, { __typename: 'CreateOrderSuccess', order: { status: 'CONFIRMED' } });
const refused = place(() => soldOut, { __typename: 'InsufficientStockError' });
/** Refused after its stock was reserved. */
const repriced = place(() => productId, { __typename: 'PriceChangedError' }, { amount: 199, currency: 'EUR' });

const change = (status: 'CANCELLED' | 'SHIPPED' | 'DELIVERED') => (): Scenario => {
  let orderId = '';
  return {
    async prepare() {
      const key = randomUUID();
      const { order } = await insist('an order is placed', () =>
        shop.createOrder(customerId, [{ productId, quantity: 1 }], key),
      );
      orderId = order?.id ?? '';
      if (status === 'DELIVERED') await insist('it is shipped', () => shop.transitionOrder(orderId, 'SHIPPED'));
    },
    act: () => (status === 'CANCELLED' ? shop.cancelOrder(orderId) : shop.transitionOrder(orderId, status)),
    expected: { __typename: 'OrderChangeSuccess', order: { id: expect.any(String), status } },
  };
};

/** Inventory doesn't answer while the order is placed: it stays PENDING. */
const leftBehind = (prepared: boolean) => (): Scenario => {
  const { act, expected } = placed();
  return {
    async prepare() {
      await system.inventory.kill();
      if (prepared) expect(await act()).toMatchObject({ order: { status: 'PENDING' } });
    },
    act,
    expected,
  };
};

/** The requests that reach each step. The compiler requires a row for a new step. */
const SCENARIOS: Record<Step, Record<string, () => Scenario>> = {
  insert: { placing: placed },
  customer: { placing: placed },
  reserve: { placing: placed, 'a price that changed': repriced },
  confirm: { placing: placed },
  reject: { 'too little stock': refused, 'a price that changed': repriced },
  release: { 'too little stock': refused, 'a price that changed': repriced },
  clear: { 'too little stock': refused, 'a price that changed': repriced },
  cancel: { cancelling: change('CANCELLED') },
  ship: { shipping: change('SHIPPED') },
  commit: { shipping: change('SHIPPED') },
  deliver: { delivering: change('DELIVERED') },
  postpone: { 'an outage': leftBehind(false) },
  claim: { 'an outage': leftBehind(true) },
};

const CASES = STEPS.flatMap((step) =>
  Object.entries(SCENARIOS[step]).flatMap(([name, scenario]) =>
    (['before', 'after'] as const).map((when) => ({ point: `${when}-${step}`, name, scenario })),
  ),
);

describe('an orders process that is killed', () => {
  it('dies before and after each step', () => {
    expect([...new Set(CASES.map(({ point }) => point))]).toEqual(CRASH_POINTS);
  });

  it.each(CASES)('$point ($name) leaves an order that settles once, with stock that adds up', async (each) => {
    const { point, scenario } = each;
    const { prepare, act, expected } = scenario();
    await prepare?.();
    await system.orders.stop();

    system.orders.spawn({ CRASH_POINT: point });
    // Recovery reaches some points by itself, before the process is ready.
    await system.orders.ready().then(act, () => undefined);
    expect(await system.orders.exited).toEqual({ code: null, signal: 'SIGKILL' });

    await Promise.all([system.orders.start(), system.inventory.isRunning || system.inventory.start()]);
    expect(await insist('the request has its answer', act)).toMatchObject(expected);
    await books.settled();
    expect(await books.violations()).toEqual([]);
  });
});
