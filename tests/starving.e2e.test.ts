/** Buyers of a busy product: all requests are served in the order of arrival, whatever they do. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type Client, createClient } from '../packages/client/client.ts';
import { type System, startSystem, until } from './harness.ts';

const BUYERS = 8;
const ORDERS_EACH = 3;

let system: System;
let shop: Client;
let customerId: string;

beforeAll(async () => {
  system = await startSystem({ env: { LOG_LEVEL: 'warn' } });
  shop = createClient({ url: `${system.gateway.address}/graphql` });
  const result = await shop.createCustomer({ name: 'Crowd', email: 'crowd@example.com' });
  if (result.__typename !== 'CreateCustomerSuccess') throw new Error(result.message);
  customerId = result.customer.id;
}, 120_000);
afterAll(() => system[Symbol.asyncDispose]());

async function newProduct(sku: string): Promise<string> {
  const price = { amount: 100, currency: 'EUR' };
  const result = await shop.createProduct({ sku, name: sku, price, initialStock: 100_000 });
  if (result.__typename !== 'CreateProductSuccess') throw new Error(result.message);
  return result.product.id;
}

/** The id of a new order, and its status. */
async function order(productId: string): Promise<{ id: string; status: string }> {
  const result = await shop.createOrder({ customerId, items: [{ productId, quantity: 1 }] });
  if (result.__typename !== 'CreateOrderSuccess') throw new Error(result.message);
  return result.order;
}

/**
 * Lets eight buyers order while `loops` clients do something else without a pause. Returns how many of the orders are
 * confirmed.
 */
async function confirmedDuring(productId: string, loops: number, act: () => Promise<unknown>): Promise<number> {
  let isOver = false;
  let begun = 0;
  const busy = Array.from({ length: loops }, async () => {
    while (!isOver) {
      await act();
      begun += 1;
    }
  });
  await until('the load is on', async () => begun > 0);
  const placed = await Promise.all(
    Array.from({ length: BUYERS }, async () => {
      const statuses: string[] = [];
      for (let n = 0; n < ORDERS_EACH; n += 1) statuses.push((await order(productId)).status);
      return statuses;
    }),
  );
  isOver = true;
  await Promise.all(busy);
  return placed.flat().filter((status) => status === 'CONFIRMED').length;
}

const NINE_OF_TEN = Math.ceil(BUYERS * ORDERS_EACH * 0.9);

describe('buyers are served', () => {
  it('while 16 loops adjust the stock of what they buy', async () => {
    const productId = await newProduct('ADJUSTED');
    const adjust = () => shop.adjustStock({ productId, delta: 1, reason: 'count' });
    expect(await confirmedDuring(productId, 16, adjust)).toBeGreaterThanOrEqual(NINE_OF_TEN);
  }, 60_000);

  it('while 48 clients cancel orders of what they buy', async () => {
    const productId = await newProduct('CANCELLED');
    const orders = await Promise.all(Array.from({ length: 300 }, () => order(productId)));
    const cancel = async () => {
      const { id: orderId } = orders.pop() ?? (await order(productId));
      return shop.cancelOrder({ orderId, reason: 'OTHER' });
    };
    expect(await confirmedDuring(productId, 48, cancel)).toBeGreaterThanOrEqual(NINE_OF_TEN);
  }, 60_000);

  it('while 16 loops adjust the stock of what they buy in another process of inventory', async () => {
    const productId = await newProduct('ADJUSTED-ELSEWHERE');
    const other = await system.another('inventory');
    await system.orders.stop();
    await system.orders.start({ INVENTORY_URL: `${other.address}/graphql` });
    const adjust = () => shop.adjustStock({ productId, delta: 1, reason: 'count' });
    expect(await confirmedDuring(productId, 16, adjust)).toBeGreaterThanOrEqual(NINE_OF_TEN);
  }, 60_000);
});

it('one order that is reserved twice at the same time for the last units gets one answer over HTTP', async () => {
  const { data } = await system.subgraph<{ createProduct: { product: { id: string } } }>(
    'inventory',
    `mutation { createProduct(input: { sku: "LAST", name: "Last", price: { amount: 1, currency: "EUR" }, initialStock: 2 }) {
      ... on CreateProductSuccess { product { id } } } }`,
  );
  const productId = data?.createProduct.product.id;
  const reserve = (orderId: string) =>
    system.subgraph<{ reserveStock: { __typename: string } }>(
      'inventory',
      'mutation ($orderId: ID!, $lines: [StockLineInput!]!) { reserveStock(orderId: $orderId, lines: $lines) { __typename } }',
      { orderId, lines: [{ productId, quantity: 2 }] },
      { service: 'orders', role: 'service' },
    );
  const answers = await Promise.all(Array.from({ length: 20 }, () => reserve('a'.repeat(24))));
  expect(answers.map((answer) => answer.data?.reserveStock.__typename)).toEqual(answers.map(() => 'Reservation'));
});
