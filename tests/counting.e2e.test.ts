/**
 * What a list of orders with their customers and products costs: the calls between processes, and the commands that reach
 * the database, counted on the wire by proxies.
 */
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { createClient } from '../packages/client/client.ts';
import { type System, freePort, startSystem } from './harness.ts';
import { type DatabaseCommand, type HttpCall, type Meter, meterDatabase, meterHttp } from './meters.ts';

let system: System;
let calls: Record<'customers' | 'inventory' | 'orders', Meter<HttpCall>>;
let database: Meter<DatabaseCommand>;

beforeAll(async () => {
  const ports = {
    database: await freePort(),
    customers: await freePort(),
    inventory: await freePort(),
    orders: await freePort(),
  };
  const http = (port: number): string => `http://127.0.0.1:${String(port)}/graphql`;
  system = await startSystem({
    start: ['devdb'],
    // Direct: the driver would otherwise go on to the address by which the server names itself.
    env: { MONGODB_URI: `mongodb://127.0.0.1:${String(ports.database)}/?directConnection=true` },
    envOf: {
      gateway: {
        CUSTOMERS_URL: http(ports.customers),
        INVENTORY_URL: http(ports.inventory),
        ORDERS_URL: http(ports.orders),
      },
    },
  });
  database = await meterDatabase(ports.database, system.devdb.port);
  calls = {
    customers: await meterHttp(ports.customers, system.customers.address),
    inventory: await meterHttp(ports.inventory, system.inventory.address),
    orders: await meterHttp(ports.orders, system.orders.address),
  };
  await Promise.all([
    system.customers.start(),
    system.inventory.start(),
    system.orders.start(),
    system.gateway.start(),
  ]);
  await fill();
});
afterAll(async () => {
  await system[Symbol.asyncDispose]();
  for (const meter of [database, ...Object.values(calls)]) await meter[Symbol.asyncDispose]();
});

/** 50 orders of 7 customers and 11 products: every page has some of them more than once. */
async function fill(): Promise<void> {
  const shop = createClient({ url: `${system.gateway.address}/graphql` });
  const customers = await Promise.all(
    Array.from({ length: 7 }, async (_, index) => {
      const result = await shop.createCustomer({ name: `C${String(index)}`, email: `c${String(index)}@example.com` });
      if (result.__typename !== 'CreateCustomerSuccess') throw new Error(result.message);
      return result.customer.id;
    }),
  );
  const products = await Promise.all(
    Array.from({ length: 11 }, async (_, index) => {
      const price = { amount: 100, currency: 'EUR' };
      const result = await shop.createProduct({ sku: `P${String(index)}`, name: 'P', price, initialStock: 100 });
      if (result.__typename !== 'CreateProductSuccess') throw new Error(result.message);
      return result.product.id;
    }),
  );
  for (let index = 0; index < 50; index += 1) {
    const result = await shop.createOrder({
      customerId: customers[index % 7] ?? '',
      items: [0, 4].map((offset) => ({ productId: products[(index + offset) % 11] ?? '', quantity: 1 })),
    });
    if (result.__typename !== 'CreateOrderSuccess') throw new Error(result.message);
  }
}

/** What passed since the last look. */
const takeAll = () => ({
  customers: calls.customers.take().length,
  inventory: calls.inventory.take().length,
  orders: calls.orders.take().length,
  commands: database
    .take()
    .map(({ name, collection }) => `${name} ${collection ?? ''}`)
    .sort(),
});

const QUERY = `query ($first: Int!) {
  orders(first: $first) { nodes { number customer { name } items { quantity product { name } } } }
}`;

it.each([1, 50])(
  'a page of %i: orders with customers and products take one call to each subgraph and one query for each collection',
  async (first) => {
    takeAll();
    const { data, errors } = await system.graphql<{ orders: { nodes: object[] } }>(QUERY, { first });
    expect(errors).toBeUndefined();
    expect(data?.orders.nodes).toHaveLength(first);
    expect(data?.orders.nodes.at(-1)).toMatchObject({
      customer: { name: expect.stringMatching(/^C/) },
      items: [{ product: { name: 'P' } }, { product: { name: 'P' } }],
    });

    const seen = takeAll();
    expect(seen).toMatchObject({ customers: 1, inventory: 1, orders: 1 });
    expect(seen.commands).toEqual(['find customers', 'find orders', 'find products']);
  },
);

it('what the product alone knows by its id is not asked for', async () => {
  takeAll();
  await system.graphql('{ orders { nodes { customer { id } items { product { id } } } } }');
  expect(takeAll()).toEqual({ customers: 0, inventory: 0, orders: 1, commands: ['find orders'] });
});
