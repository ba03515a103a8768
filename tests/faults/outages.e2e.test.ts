import { randomBytes, randomUUID } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import mongoose from 'mongoose';
import { type Answer, type System, startSystem, until } from '../harness.ts';
import { Books } from './books.ts';
import { createCustomer, createProduct, insist, buyerBy } from './buyer.ts';

const DEADLINE_MS = 1500;

let system: System;
let books: Books;
let customerId: string;
let productId: string;

const shop = buyerBy((query, variables) => system.graphql(query, variables));
const health = async (name: 'customers' | 'inventory' | 'orders' | 'gateway', check: string): Promise<number> =>
  (await fetch(`${system[name].address}/health/${check}`)).status;

beforeEach(async () => {
  system = await startSystem({ env: { ORDER_DEADLINE_MS: String(DEADLINE_MS), LOG_LEVEL: 'fatal' } });
  books = await Books.open(system);
  customerId = await createCustomer(system, 'outage');
  productId = await createProduct(system, 'OUTAGE', 10);
});
afterEach(async () => {
  await books[Symbol.asyncDispose]();
  await system[Symbol.asyncDispose]();
});

describe('an unavailable subgraph', () => {
  it.each(['customers', 'inventory'] as const)(
    '(%s) leaves a new order PENDING, and it is settled once that one is back',
    async (away) => {
      await system[away].kill();
      const key = randomUUID();
      const place = () => shop.createOrder(customerId, [{ productId, quantity: 1 }], key);
      const pending = await place();
      expect(pending).toMatchObject({ __typename: 'CreateOrderSuccess', order: { status: 'PENDING' } });

      await system[away].start();
      await books.settled();
      expect(await place()).toMatchObject({ replayed: true, order: { id: pending.order?.id, status: 'CONFIRMED' } });
      expect(await books.violations()).toEqual([]);
    },
  );

  it('is null in a query, with one error that has its name but no address; the rest is answered', async () => {
    const { order } = await insist('an order is placed', () =>
      shop.createOrder(customerId, [{ productId, quantity: 1 }], randomUUID()),
    );
    await system.customers.kill();
    const { data, errors } = await system.graphql(
      `query ($id: ID!) { order(id: $id) { status customer { name } items { product { sku } } } customers { totalCount } }`,
      { id: order?.id },
    );
    expect(data).toEqual({
      order: { status: 'CONFIRMED', customer: null, items: [{ product: { sku: 'OUTAGE' } }] },
      customers: null,
    });
    expect(errors?.map(({ path }) => path?.join('.')).sort()).toEqual(['customers', 'order.customer']);
    for (const { message, extensions } of errors ?? []) {
      expect(extensions).toEqual({ code: 'UPSTREAM_UNAVAILABLE', serviceName: 'customers' });
      expect(message).not.toMatch(/127\.0\.0\.1|localhost|:\d{4,}|ECONN|fetch/);
    }
  });

  it('does not keep the gateway from starting, nor from serving the data of the others', async () => {
    await Promise.all([system.orders.kill(), system.customers.kill(), system.gateway.kill()]);
    await system.gateway.start();
    expect(await health('gateway', 'ready')).toBe(200);
    const { data, errors } = await system.graphql('{ products { nodes { sku } } orders { totalCount } }');
    expect(data).toEqual({ products: { nodes: [{ sku: 'OUTAGE' }] }, orders: null });
    expect(errors).toHaveLength(1);
    await Promise.all([system.orders.start(), system.customers.start()]);
    expect(await system.graphql('{ orders { totalCount } }')).toMatchObject({ data: { orders: { totalCount: 0 } } });
  });
});

it('an inventory that dies in the middle of a transaction sells the same products again soon after it is back', async () => {
  const products = [await createProduct(system, 'HOT', 100_000), await createProduct(system, 'HOTTER', 100_000)];
  const admin = (await mongoose.createConnection(system.mongodbUri).asPromise()).getClient().db('admin');
  let isBuying = true;
  /** Orders that were confirmed, by the life of inventory in which they were sent. */
  const confirmed: Record<number, number> = {};
  let life = 0;
  const buy = async (): Promise<void> => {
    while (isBuying) {
      const sentIn = life;
      const items = products.map((id) => ({ productId: id, quantity: 1 }));
      const { order } = await shop.createOrder(customerId, items, randomUUID());
      if (order?.status === 'CONFIRMED') confirmed[sentIn] = (confirmed[sentIn] ?? 0) + 1;
    }
  };
  const buyers = Array.from({ length: 24 }, buy);
  try {
    for (let abandoned = 0; abandoned < 2;) {
      const before = confirmed[life] ?? 0;
      await until('orders are confirmed', async () => (confirmed[life] ?? 0) > before + 20);
      await system.inventory.kill();
      const open = await admin
        .aggregate([{ $currentOp: { idleSessions: true } }, { $match: { type: 'idleSession' } }])
        .toArray();
      await system.inventory.start();
      const ready = Date.now();
      life += 1;
      if (open.some((session) => 'transaction' in session)) abandoned += 1;
      // The transaction would expire after a minute.
      await until('an order is confirmed', async () => confirmed[life], 15_000);
      console.info(
        `transactions left open: ${open.length}; an order confirmed ${Date.now() - ready} ms after the start`,
      );
    }
  } finally {
    isBuying = false;
    await Promise.all(buyers);
    await admin.client.close();
  }
  await books.settled();
  expect(await books.violations()).toEqual([]);
}, 300_000);

describe('an unavailable database', () => {
  it('makes the subgraphs unready and their answers clear errors, and everything recovers without a restart', async () => {
    await system.database.kill();
    expect(
      await Promise.all((['customers', 'inventory', 'orders'] as const).map((name) => health(name, 'ready'))),
    ).toEqual([503, 503, 503]);
    expect(
      await Promise.all((['customers', 'inventory', 'orders'] as const).map((name) => health(name, 'live'))),
    ).toEqual([200, 200, 200]);

    const mutation = 'mutation ($input: CreateCustomerInput!) { createCustomer(input: $input) { __typename } }';
    const refused = await system.graphql(mutation, { input: { name: 'A', email: 'a@example.com' } });
    expect(refused.errors).toMatchObject([{ extensions: { code: 'SERVICE_UNAVAILABLE' } }]);
    expect(refused.errors?.[0]?.message).not.toMatch(/mongo|127\.0\.0\.1/i);
    const order = await system.graphql(
      'mutation ($input: CreateOrderInput!) { createOrder(input: $input) { __typename } }',
      {
        input: { customerId, items: [{ productId, quantity: 1 }] },
      },
    );
    expect(order.errors).toMatchObject([{ extensions: { code: 'SERVICE_UNAVAILABLE' } }]);

    await system.database.start();
    await until('the subgraphs are ready again', async () =>
      (await Promise.all((['customers', 'inventory', 'orders'] as const).map((name) => health(name, 'ready')))).every(
        (status) => status === 200,
      ),
    );
    const placed = await insist('an order is placed', () =>
      shop.createOrder(customerId, [{ productId, quantity: 1 }], 'again'),
    );
    expect(placed).toMatchObject({ order: { status: 'CONFIRMED' } });
    await books.settled();
    expect(await books.violations()).toEqual([]);
  });

  it('while many write at once is told as an outage to each of them, and to the audit log', async () => {
    const codes = new Set<unknown>();
    let answers = 0;
    const ask = async (answer: Promise<Answer<unknown>>): Promise<void> => {
      const { errors = [] } = await answer;
      for (const { extensions } of errors) codes.add(extensions?.['code']);
      answers += 1;
    };
    const placing = `mutation ($input: CreateOrderInput!) { createOrder(input: $input) { __typename } }`;
    const reserving = `mutation ($orderId: ID!, $lines: [StockLineInput!]!) { reserveStock(orderId: $orderId, lines: $lines) { __typename } }`;
    const lines = [{ productId, quantity: 1 }];
    const service = { service: 'orders', role: 'service' } as const;
    for (let round = 0; round < 2; round += 1) {
      answers = 0;
      const asked = Array.from({ length: 100 }, () => [
        ask(system.graphql(placing, { input: { customerId, items: lines, idempotencyKey: randomUUID() } })),
        ask(system.subgraph('inventory', reserving, { orderId: randomBytes(12).toString('hex'), lines }, service)),
      ]).flat();
      await until('some are answered', async () => answers >= 20);
      await system.database.kill();
      await Promise.all(asked);
      await system.database.start();
    }
    expect(codes).toContain('SERVICE_UNAVAILABLE');
    for (const code of ['SERVICE_UNAVAILABLE', 'UPSTREAM_UNAVAILABLE', 'DEADLINE_EXCEEDED']) codes.delete(code);
    expect([...codes]).toEqual([]);
    expect(system.output()).toContain('SERVICE_UNAVAILABLE');
    expect(system.output()).not.toContain('INTERNAL_SERVER_ERROR');
  }, 120_000);
});
