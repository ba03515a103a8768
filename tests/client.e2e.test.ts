/** The client SDK against the real API: slow orders, and lost answers. */
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { type Client, createClient } from '../packages/client/client.ts';
import { startProxy } from './faults/proxy.ts';
import { type System, startSystem } from './harness.ts';

let system: System;
let shop: Client;
let line: { customerId: string; items: { productId: string; quantity: number }[] };

beforeAll(async () => {
  system = await startSystem({ env: { ORDER_DEADLINE_MS: '500' } });
  shop = createClient({ url: `${system.gateway.address}/graphql` });
  const customer = await shop.createCustomer({ name: 'Ada', email: 'ada@example.com' });
  const product = await shop.createProduct({
    sku: 'MUG',
    name: 'Mug',
    price: { amount: 1290, currency: 'EUR' },
    initialStock: 10,
  });
  if (customer.__typename !== 'CreateCustomerSuccess' || product.__typename !== 'CreateProductSuccess') {
    throw new Error('the shop could not be filled');
  }
  line = { customerId: customer.customer.id, items: [{ productId: product.product.id, quantity: 1 }] };
});
afterAll(() => system[Symbol.asyncDispose]());

it('an order whose answer was lost is asked for again, and placed once', async () => {
  await using proxy = await startProxy(() => system.gateway.address);
  proxy.fault = () => (proxy.met === 0 ? 'lost answer' : undefined);
  const result = await createClient({ url: proxy.url }).createOrder(line);
  expect(result).toMatchObject({ __typename: 'CreateOrderSuccess', replayed: true, order: { status: 'CONFIRMED' } });
  expect(proxy.met).toBe(1);
  expect(await shop.orders()).toMatchObject({ nodes: [{ id: 'order' in result && result.order.id }] });
});

it('an order that is placed while inventory is unavailable can be followed until it is settled', async () => {
  await system.inventory.kill();
  const result = await shop.createOrder(line);
  if (result.__typename !== 'CreateOrderSuccess') throw new Error(result.message);
  expect(result.order).toMatchObject({ status: 'PENDING', total: null });

  await expect(shop.followOrder(result.order.id, { timeoutMs: 1 })).rejects.toMatchObject({ code: 'TIMEOUT' });
  const [settled] = await Promise.all([
    shop.followOrder(result.order.id, { intervalMs: 50 }),
    system.inventory.start(),
  ]);
  expect(settled).toMatchObject({
    status: 'CONFIRMED',
    total: { amount: 1290 },
    events: [{ type: 'PLACED' }, { type: 'CONFIRMED' }],
  });
});

it('following an unknown order returns null', async () => {
  expect(await shop.followOrder('0123456789abcdef01234567')).toBeNull();
});
