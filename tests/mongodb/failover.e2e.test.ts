/** What buyers see of elections, outages and restarts of a replica set of three, and of restarts of the services. */
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { type Client, createClient } from '../../packages/client/client.ts';
import { Books } from '../faults/books.ts';
import { violationsOf } from '../faults/invariants.ts';
import { Random } from '../faults/random.ts';
import { type Shop, openShop, visit } from '../faults/traffic.ts';
import { type System, startSystem, until } from '../harness.ts';
import { type ReplicaSet, startReplicaSet } from '../replica-set.ts';

const VISITORS = 8;
const BUYERS = 6;
const SEED = Number(process.env['FAULTS_SEED'] ?? 20_260_131);

let set: ReplicaSet;
let system: System;
let books: Books;
let shop: Shop;

/** What the buyers, who use the SDK, have been told. */
const acknowledged: string[] = [];
const failed: unknown[] = [];
let longestMs = 0;
let isOpen = true;
let load: Promise<unknown>;

async function buy(client: Client): Promise<void> {
  for (let n = 0; isOpen; n += 1) {
    const started = Date.now();
    // One product an order, because visitors change currencies.
    const productId = shop.products[n % shop.products.length] ?? '';
    try {
      const answer = await client.createOrder({
        customerId: shop.customers[0] ?? '',
        items: [{ productId, quantity: 1 }],
      });
      if (answer.__typename !== 'CreateOrderSuccess') failed.push(answer);
      else if (answer.order.status === 'CONFIRMED') acknowledged.push(answer.order.id);
    } catch (error) {
      failed.push(error);
    }
    longestMs = Math.max(longestMs, Date.now() - started);
  }
}

beforeAll(async () => {
  set = await startReplicaSet();
  system = await startSystem({ mongodbUri: set.uri, env: { LOG_LEVEL: 'fatal' } });
  books = await Books.open(system);
  shop = await openShop(system, 'failover', { customers: 4, products: 6, stock: 100_000 });
  const client = createClient({ url: `${system.gateway.address}/graphql` });
  load = Promise.all([
    ...Array.from({ length: VISITORS }, (_, n) => visit(shop, `visitor-${n}`, new Random(SEED + n), () => isOpen)),
    ...Array.from({ length: BUYERS }, () => buy(client)),
  ]);
  await sell();
}, 180_000);
afterAll(async () => {
  isOpen = false;
  await load;
  await books[Symbol.asyncDispose]();
  await system[Symbol.asyncDispose]();
  await set[Symbol.asyncDispose]();
}, 60_000);

/** Waits until the buyers have got some more orders. */
async function sell(): Promise<void> {
  const before = acknowledged.length;
  await until('orders are confirmed', async () => acknowledged.length >= before + 50, 60_000);
}

/** Waits until a member other than this one takes writes. */
const replaced = (old: unknown): Promise<boolean> =>
  until('another member is primary', async () => (await set.primary()) !== old, 60_000);

const EVENTS: [string, () => Promise<void>][] = [
  [
    'kill -9 of the primary',
    async () => {
      const primary = await set.primary();
      await primary.kill();
      await replaced(primary);
      await sell();
      await primary.start();
    },
  ],
  ['a step-down of the primary', () => set.stepDown()],
  [
    'a primary that is cut off',
    async () => {
      const primary = await set.primary();
      primary.cutOff();
      await replaced(primary);
      await sell();
      primary.reconnect();
    },
  ],
  [
    'a secondary that is cut off',
    async () => {
      const primary = await set.primary();
      const secondary = set.members.find((member) => member !== primary);
      secondary?.cutOff();
      await sell();
      secondary?.reconnect();
    },
  ],
  [
    'a restart of one member after the other',
    async () => {
      for (const member of set.members) {
        await member.stop();
        await member.start();
        await set.primary();
      }
    },
  ],
  [
    'a restart of one process after the other',
    async () => {
      for (const name of ['customers', 'inventory', 'orders', 'gateway'] as const) {
        await system[name].stop();
        await system[name].start();
      }
    },
  ],
  [
    'kill -9 of inventory, of orders, and of the primary again',
    async () => {
      for (const name of ['inventory', 'orders'] as const) {
        await system[name].kill();
        await system[name].start();
      }
      const primary = await set.primary();
      await primary.kill();
      await replaced(primary);
      await primary.start();
    },
  ],
];

it.each(EVENTS)(
  '%s: every call of the SDK gets its answer',
  async (name, event) => {
    longestMs = 0;
    const before = acknowledged.length;
    await event();
    await sell();
    console.info(`${name}: ${acknowledged.length - before} orders confirmed, the longest call took ${longestMs} ms`);
    expect(failed.splice(0)).toEqual([]);
  },
  180_000,
);

it('afterwards every acknowledged order is there, every order is settled, and stock is exact', async () => {
  isOpen = false;
  await load;
  await books.settled(60_000);
  const stored = await books.stored();
  expect([...violationsOf(stored), ...shop.history.violations(stored)]).toEqual([]);
  const confirmed = new Set(
    stored.orders.filter(({ status }) => status === 'CONFIRMED').map(({ _id }) => _id.toHexString()),
  );
  expect(acknowledged.filter((id) => !confirmed.has(id))).toEqual([]);
  console.info(
    `requests of visitors ${shop.history.requests}; orders stored ${stored.orders.length}; acknowledged to buyers ${acknowledged.length}, lost 0, failed calls ${failed.length}`,
  );
}, 120_000);
