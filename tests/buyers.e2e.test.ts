/** Many buyers at the same time: exactly the available units are sold. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type Client, createClient } from '../packages/client/client.ts';
import { type System, startSystem, until } from './harness.ts';

let system: System;
let shop: Client;
let customerId: string;

beforeAll(async () => {
  // Orders may wait for each other.
  system = await startSystem({ env: { ORDER_DEADLINE_MS: '20000', LOG_LEVEL: 'warn' } });
  shop = createClient({ url: `${system.gateway.address}/graphql` });
  const result = await shop.createCustomer({ name: 'Crowd', email: 'crowd@example.com' });
  if (result.__typename !== 'CreateCustomerSuccess') throw new Error(result.message);
  customerId = result.customer.id;
});
afterAll(() => system[Symbol.asyncDispose]());

async function newProduct(sku: string, initialStock: number): Promise<string> {
  const result = await shop.createProduct({ sku, name: sku, price: { amount: 100, currency: 'EUR' }, initialStock });
  if (result.__typename !== 'CreateProductSuccess') throw new Error(result.message);
  return result.product.id;
}

const stockOf = async (id: string) => {
  const page = await shop.stockedProducts({ filter: { ids: [id] } });
  return page.nodes[0]?.stock;
};

/** How many orders of a product have a status. */
async function countOrders(status: 'PENDING' | 'CONFIRMED' | 'REJECTED', productId: string): Promise<number> {
  const { data } = await system.graphql<{ orders: { totalCount: number } }>(
    'query ($filter: OrderFilter) { orders(filter: $filter) { totalCount } }',
    { filter: { status: [status], productId } },
  );
  return data?.orders.totalCount ?? NaN;
}

describe('300 orders at the same time for 60 units of each of two products, in either order of lines', () => {
  it('60 are confirmed, 240 are refused for too little stock, and no unit is left or sold twice', async () => {
    const [left, right] = [await newProduct('LEFT', 60), await newProduct('RIGHT', 60)];
    const lines = [left, right].map((productId) => ({ productId, quantity: 1 }));
    const results = await Promise.all(
      Array.from({ length: 300 }, (_, index) =>
        shop.createOrder({ customerId, items: index % 2 === 0 ? lines : lines.toReversed() }),
      ),
    );
    await until('none is pending', async () => (await countOrders('PENDING', left)) === 0, 60_000);

    expect(await countOrders('CONFIRMED', left)).toBe(60);
    expect(await countOrders('REJECTED', left)).toBe(240);
    for (const product of [left, right]) {
      expect(await stockOf(product)).toEqual({ onHand: 60, available: 0, reserved: 60, lowStock: true });
    }
    // The buyers' answers agree with the stored orders.
    const told = (name: string): number => results.filter(({ __typename }) => __typename === name).length;
    expect(told('InsufficientStockError') + told('CreateOrderSuccess')).toBe(300);
    expect(told('InsufficientStockError')).toBeLessThanOrEqual(240);
  }, 120_000);
});

describe('one idempotency key, sent 25 times at the same time', () => {
  it('makes one order, and takes the stock once', async () => {
    const productId = await newProduct('ONCE', 100);
    const input = { customerId, items: [{ productId, quantity: 3 }], idempotencyKey: 'one' };
    const results = await Promise.all(Array.from({ length: 25 }, () => shop.createOrder(input)));

    const ids = results.map((result) => (result.__typename === 'CreateOrderSuccess' ? result.order.id : result));
    expect(new Set(ids).size).toBe(1);
    expect(results.filter((result) => 'replayed' in result && !result.replayed)).toHaveLength(1);
    expect(await stockOf(productId)).toMatchObject({ available: 97, reserved: 3 });

    const other = await shop.createOrder({ ...input, items: [{ productId, quantity: 4 }] });
    expect(other).toMatchObject({ __typename: 'IdempotencyKeyReusedError', idempotencyKey: 'one' });
  });

  it('takes units out of the stock once', async () => {
    const productId = await newProduct('REDUCED', 100);
    const input = { productId, quantity: 4, idempotencyKey: 'two' };
    const results = await Promise.all(Array.from({ length: 25 }, () => shop.reduceStock(input)));
    expect(results.filter((result) => 'replayed' in result && !result.replayed)).toHaveLength(1);
    expect(await stockOf(productId)).toMatchObject({ onHand: 96, available: 96 });
  });
});
