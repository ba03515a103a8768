/**
 * Mixed load on the whole system while its processes are killed in turn, and then the books. `npm run test:faults` runs it
 * at full length (FAULTS=full): 60 s, at least 20 kills and 2,000 orders.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type Answer, type Process, type System, startSystem } from '../harness.ts';
import { Books, type Line, NO_ANSWER, type OrderAnswer, createCustomer, createProduct, shopper } from './shop.ts';

const FULL = process.env['FAULTS'] === 'full';
const SEED = Number(process.env['FAULTS_SEED'] ?? 20_260_131);
/** The load goes on until all of these are reached, however slow the machine. */
const AT_LEAST = FULL ? { ms: 60_000, kills: 20, orders: 2000 } : { ms: 5000, kills: 5, orders: 100 };
const BETWEEN_KILLS_MS = 2000;
/** The pause before a request without an answer is repeated. */
const REPEAT_MS = 50;
const CLIENTS = 16;
const PRODUCTS = 8;

/** Mulberry32: the same randomness on every run. */
function random(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
}

let system: System;
let books: Books;

beforeAll(async () => {
  system = await startSystem({ env: { LOG_LEVEL: 'fatal', ORDER_DEADLINE_MS: '2000' } });
  books = await Books.open(system);
});
afterAll(async () => {
  await books[Symbol.asyncDispose]();
  await system[Symbol.asyncDispose]();
});

const STOCK_CHANGE = `... on StockChangeSuccess { replayed } ... on UserError { message }`;
const REDUCE = `mutation ($input: ReduceStockInput!) { change: reduceStock(input: $input) { __typename ${STOCK_CHANGE} } }`;
const ADJUST = `mutation ($input: AdjustStockInput!) { change: adjustStock(input: $input) { __typename ${STOCK_CHANGE} } }`;

/** A call to the gateway that ends, also when the gateway dies in the middle of it. */
async function send<Data>(query: string, variables: object): Promise<Answer<Data>> {
  const response = await fetch(`${system.gateway.address}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ query, variables }),
    signal: AbortSignal.timeout(5000),
  });
  const body = (await response.json()) as Pick<Answer<Data>, 'data' | 'errors'>;
  return { status: response.status, headers: response.headers, ...body };
}

describe('chaos', () => {
  it(
    'under mixed load and kills of every process loses no order, oversells nothing, leaves nothing stuck',
    async () => {
      const customers = await Promise.all(Array.from({ length: 4 }, (_, n) => createCustomer(system, `chaos-${n}`)));
      const products = await Promise.all(
        Array.from({ length: PRODUCTS }, (_, n) => createProduct(system, `CHAOS-${n}`, 200)),
      );
      const shop = shopper(send);
      const figures = { orders: 0, confirmed: 0, refused: 0, changes: 0, stockChanges: 0, repeats: 0, kills: 0 };
      /** The last definite answer about each order. */
      const acknowledged = new Map<string, string>();
      let loading = true;

      const client = async (number: number): Promise<void> => {
        const next = random(SEED + number);
        const pick = <T>(items: readonly T[]): T => items[Math.floor(next() * items.length)] as T;
        const quantity = (): number => 1 + Math.floor(next() * 3);
        const own: string[] = [];
        /** Repeats until there is an answer: everything here is safe to repeat. Gives up with the load. */
        const insist = async (ask: () => Promise<OrderAnswer>): Promise<OrderAnswer> => {
          let answer = await ask();
          while (answer.__typename === NO_ANSWER.__typename && loading) {
            figures.repeats += 1;
            await sleep(REPEAT_MS);
            answer = await ask();
          }
          return answer;
        };
        const change = (query: string, input: object): Promise<OrderAnswer> =>
          send<{ change: OrderAnswer }>(query, { input }).then(
            ({ data }) => data?.change ?? NO_ANSWER,
            () => NO_ANSWER,
          );

        for (let n = 0; loading; n += 1) {
          const dice = next();
          const key = `${number}-${n}`;
          const orderId = own.length > 0 ? pick(own) : undefined;
          if (dice < 0.6 || orderId === undefined) {
            const customerId = pick(customers);
            const items: Line[] = Array.from({ length: quantity() }, () => ({
              productId: pick(products),
              quantity: quantity(),
            }));
            const answer = await insist(() => shop.createOrder(customerId, items, key));
            figures.orders += 1;
            if (answer.order) {
              own.push(answer.order.id);
              acknowledged.set(answer.order.id, answer.order.status);
              if (answer.order.status === 'CONFIRMED') figures.confirmed += 1;
            } else if (answer.__typename !== NO_ANSWER.__typename) figures.refused += 1;
          } else if (dice < 0.85) {
            const answer = await insist(() =>
              dice < 0.7
                ? shop.cancelOrder(orderId)
                : shop.transitionOrder(orderId, dice < 0.8 ? 'SHIPPED' : 'DELIVERED'),
            );
            if (answer.order) acknowledged.set(orderId, answer.order.status);
            figures.changes += 1;
          } else {
            const productId = pick(products);
            const input = { productId, reason: 'chaos', idempotencyKey: key };
            const isReduction = dice < 0.9;
            const amount = quantity();
            await insist(() =>
              isReduction
                ? change(REDUCE, { ...input, quantity: amount })
                : change(ADJUST, { ...input, delta: amount * 4 }),
            );
            figures.stockChanges += 1;
          }
        }
      };

      const killer = async (): Promise<void> => {
        const victims: Process[] = [system.orders, system.inventory, system.customers, system.devdb, system.gateway];
        const earliest = Date.now() + AT_LEAST.ms;
        const isEnough = (): boolean =>
          Date.now() >= earliest && figures.kills >= AT_LEAST.kills && figures.orders >= AT_LEAST.orders;
        for (let n = 0; !isEnough(); n += 1) {
          const victim = victims[n % victims.length] as Process;
          await victim.kill();
          figures.kills += 1;
          await victim.start();
          await sleep(BETWEEN_KILLS_MS * (0.5 + random(SEED + n)()));
        }
        loading = false;
      };

      await Promise.all([killer(), ...Array.from({ length: CLIENTS }, (_, number) => client(number))]);
      await books.settled(120_000);
      expect(await books.faults()).toEqual([]);

      const stored = new Map((await books.orders()).map((order) => [order._id.toHexString(), order.events]));
      const lost = [...acknowledged].filter(([id, status]) => !stored.get(id)?.some(({ to }) => to === status));
      console.info(`chaos: seed ${SEED}, ${JSON.stringify({ ...figures, stored: stored.size, lost: lost.length })}`);
      expect(lost).toEqual([]);
      expect(figures.confirmed).toBeGreaterThan(0);
      expect(figures.kills).toBeGreaterThanOrEqual(AT_LEAST.kills);
      expect(stored.size).toBeGreaterThanOrEqual(AT_LEAST.orders);
    },
    FULL ? 600_000 : 240_000,
  );
});
