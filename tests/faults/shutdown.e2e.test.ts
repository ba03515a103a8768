import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type System, startSystem, until } from '../harness.ts';
import { Books } from './books.ts';
import { createCustomer, createProduct, insist, buyerBy } from './buyer.ts';

let system: System;
let books: Books;
let customerId: string;
let productId: string;

const shop = buyerBy((query, variables) => system.graphql(query, variables));

beforeAll(async () => {
  system = await startSystem({ env: { LOG_LEVEL: 'error' } });
  books = await Books.open(system);
  customerId = await createCustomer(system, 'shutdown');
  productId = await createProduct(system, 'SHUTDOWN', 100_000);
});
afterAll(async () => {
  await books[Symbol.asyncDispose]();
  await system[Symbol.asyncDispose]();
});

const RUNNING = ['orders', 'inventory', 'customers', 'gateway'] as const;
const raw = (address: string, body: string) =>
  fetch(`${address}/graphql`, { method: 'POST', headers: { 'content-type': 'application/json' }, body });

describe('SIGTERM', () => {
  it('under load finishes requests in flight, refuses new ones with 503 and Retry-After, and exits with 0', async () => {
    const gateway = await system.another('gateway');
    const body = JSON.stringify({ query: '{ products(first: 100) { nodes { id name stock { available } } } }' });
    const seen = new Map<string, number>();
    let ended = false;
    const client = async (): Promise<void> => {
      while (!ended) {
        try {
          const response = await raw(gateway.address, body);
          const answer = (await response.json()) as { data?: unknown };
          const outcome =
            response.status === 503
              ? `503, Retry-After ${response.headers.get('retry-after') ?? 'missing'}`
              : `${response.status} ${answer.data ? 'with data' : 'without'}`;
          seen.set(outcome, (seen.get(outcome) ?? 0) + 1);
        } catch {
          // Nothing listens any more, so this request never began.
          return;
        }
      }
    };
    const clients = Array.from({ length: 16 }, client);
    await until('the load is on', async () => (seen.get('200 with data') ?? 0) > 50);
    expect(await gateway.stop()).toEqual({ code: 0, signal: null });
    ended = true;
    await Promise.all(clients);
    expect(
      [...seen.keys()].filter((outcome) => outcome !== '200 with data' && outcome !== '503, Retry-After 1'),
    ).toEqual([]);
  });

  it('of each process in turn, under load, loses no request that the client repeats', async () => {
    let rolling = true;
    let placed = 0;
    const client = async (number: number): Promise<void> => {
      for (let n = 0; rolling; n += 1) {
        const answer = await insist('the order is confirmed', () =>
          shop.createOrder(customerId, [{ productId, quantity: 1 }], `roll-${number}-${n}`),
        );
        expect(answer).toMatchObject({ __typename: 'CreateOrderSuccess', order: { status: 'CONFIRMED' } });
        placed += 1;
      }
    };
    const clients = Array.from({ length: 8 }, (_, number) => client(number));
    for (const name of RUNNING) {
      const before = placed;
      expect(await system[name].stop()).toEqual({ code: 0, signal: null });
      await system[name].start();
      await until('orders are placed again', async () => placed > before, 120_000);
    }
    rolling = false;
    await Promise.all(clients);
    await books.settled();
    expect(await books.violations()).toEqual([]);
    const stored = (await books.orders()).filter(({ idempotencyKey }) => idempotencyKey?.startsWith('roll-'));
    expect(stored).toHaveLength(placed);
  }, 300_000);
});

describe('requests beyond MAX_IN_FLIGHT', () => {
  it('are answered 503 with Retry-After, and the accepted ones are served', async () => {
    const gateway = await system.another('gateway', { MAX_IN_FLIGHT: '4' });
    const body = JSON.stringify({
      query: '{ products(first: 50) { totalCount nodes { id name movements { totalCount } } } }',
    });
    const responses = await Promise.all(Array.from({ length: 60 }, () => raw(gateway.address, body)));
    const answered = responses.filter(({ status }) => status === 200);
    const refused = responses.filter(({ status }) => status === 503);
    expect(answered.length + refused.length).toBe(60);
    expect(answered.length).toBeGreaterThan(0);
    expect(refused.length).toBeGreaterThan(0);
    for (const response of refused) {
      expect(response.headers.get('retry-after')).toBe('1');
      expect(await response.json()).toMatchObject({ errors: [{ extensions: { code: 'OVERLOADED' } }] });
    }
    for (const response of answered)
      expect(await response.json()).toMatchObject({ data: { products: { totalCount: 1 } } });
    expect((await fetch(`${gateway.address}/health/ready`)).status).toBe(200);
    expect((await raw(gateway.address, body)).status).toBe(200);
  });
});
