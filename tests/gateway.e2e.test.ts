/** Queries through the gateway: the answer of each, across subgraphs, and the partial answer without a subgraph. */
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { type IncomingMessage, createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { buildSchema } from 'graphql';
import { type Client, createClient } from '../packages/client/client.ts';
import { type System, freePort, startSystem } from './harness.ts';

const UNKNOWN = '0123456789abcdef01234567';

let system: System;
let shop: Client;
let customerId: string;
let productIds: string[];
let orderId: string;

/** One customer with two orders of two products, and a product that is sold out. */
beforeAll(async () => {
  system = await startSystem();
  shop = createClient({ url: `${system.gateway.address}/graphql` });
  const customer = await shop.createCustomer({ name: 'Ada Lovelace', email: 'ada@example.com' });
  if (customer.__typename !== 'CreateCustomerSuccess') throw new Error(customer.message);
  customerId = customer.customer.id;
  productIds = [];
  for (const [sku, amount, initialStock] of [
    ['MUG', 1290, 20],
    ['KETTLE', 4900, 5],
    ['CUP', 800, 0],
  ] as const) {
    const result = await shop.createProduct({
      sku,
      name: `A ${sku}`,
      price: { amount, currency: 'EUR' },
      initialStock,
      lowStockThreshold: 5,
    });
    if (result.__typename !== 'CreateProductSuccess') throw new Error(result.message);
    productIds.push(result.product.id);
  }
  for (const quantity of [1, 2]) {
    const items = productIds.slice(0, 2).map((productId) => ({ productId, quantity }));
    const result = await shop.createOrder({ customerId, items });
    if (result.__typename !== 'CreateOrderSuccess') throw new Error(result.message);
    orderId = result.order.id;
  }
});
afterAll(() => system[Symbol.asyncDispose]());

/** The answer of each query of the API. The schema gives the list of tests. */
const QUERIES: Record<string, () => Promise<void>> = {
  async me() {
    // Without AUTH_SECRET every caller is staff.
    expect(await shop.me()).toBeNull();
  },
  async customer() {
    expect(await shop.customer(customerId)).toMatchObject({ id: customerId, email: 'ada@example.com' });
    expect(await shop.customer(UNKNOWN)).toBeNull();
    expect(await shop.customer('no id at all')).toBeNull();
  },
  async customers() {
    const { nodes, totalCount } = await shop.customers({ filter: { search: 'LOVE' } });
    expect(nodes).toMatchObject([{ id: customerId }]);
    expect(totalCount).toBe(1);
    expect(await shop.customers({ filter: { email: 'nobody@example.com' } })).toMatchObject({ nodes: [] });
  },
  async product() {
    const [id = ''] = productIds;
    expect(await shop.product(id)).toMatchObject({ sku: 'MUG', stock: { available: 17 } });
    expect(await shop.product(UNKNOWN)).toBeNull();
  },
  async products() {
    const byPrice = await shop.products({ sort: { field: 'PRICE', direction: 'DESC' } });
    expect(byPrice.nodes.map(({ sku }) => sku)).toEqual(['KETTLE', 'MUG', 'CUP']);
    const soldOut = await shop.products({ filter: { inStock: false } });
    expect(soldOut.nodes).toMatchObject([{ sku: 'CUP' }]);
    const low = await shop.stockedProducts({ filter: { lowStock: true }, sort: { field: 'NAME', direction: 'ASC' } });
    expect(low).toMatchObject({
      nodes: [
        { sku: 'CUP', stock: { onHand: 0 } },
        { sku: 'KETTLE', stock: { onHand: 5, available: 2, reserved: 3, lowStock: true } },
      ],
      totalCount: 2,
    });
  },
  async checkStock() {
    const [mug = '', kettle = ''] = productIds;
    const lines = [
      { productId: kettle, quantity: 3 },
      { productId: mug, quantity: 17 },
      { productId: UNKNOWN, quantity: 1 },
    ];
    expect(await shop.checkStock(lines)).toMatchObject([
      { productId: kettle, requested: 3, available: 2, sufficient: false },
      { productId: mug, requested: 17, available: 17, sufficient: true },
      { productId: UNKNOWN, available: 0, sufficient: false },
    ]);
  },
  async order() {
    expect(await shop.order(orderId)).toMatchObject({
      status: 'CONFIRMED',
      total: { amount: 2 * (1290 + 4900), currency: 'EUR' },
      customer: { name: 'Ada Lovelace' },
    });
    expect(await shop.order(UNKNOWN)).toBeNull();
  },
  async orders() {
    const mine = await shop.orders({
      filter: { customerId, status: ['CONFIRMED'] },
      sort: { field: 'TOTAL', direction: 'ASC' },
    });
    expect(mine.nodes.map(({ total }) => total?.amount)).toEqual([6190, 12_380]);
    expect(await shop.orders({ filter: { productId: productIds[2] } })).toMatchObject({ nodes: [] });
  },
};

describe('every query answers', () => {
  const schema = buildSchema(readFileSync(new URL('../schema/api.graphql', import.meta.url), 'utf8'));
  for (const name of Object.keys(schema.getQueryType()?.getFields() ?? {})) {
    it(name, async () => {
      const query = QUERIES[name];
      if (query === undefined) throw new Error('There is no case for it: add one to QUERIES.');
      await query();
    });
  }
});

describe('across subgraphs', () => {
  it('an order leads to its customer, that customer to its orders, and their items to their products', async () => {
    const { data, errors } = await system.graphql(
      `query ($id: ID!) {
        order(id: $id) {
          customer { name orders(last: 1) { totalCount nodes { id items { quantity product { sku stock { available } } } } } }
        }
      }`,
      { id: orderId },
    );
    expect(errors).toBeUndefined();
    expect(data).toMatchObject({
      order: {
        customer: {
          name: 'Ada Lovelace',
          orders: {
            totalCount: 2,
            nodes: [
              {
                items: expect.arrayContaining([
                  { quantity: 1, product: { sku: 'MUG', stock: { available: 17 } } },
                  { quantity: 1, product: { sku: 'KETTLE', stock: { available: 2 } } },
                ]),
              },
            ],
          },
        },
      },
    });
  });

  it('pages go forwards and backwards', async () => {
    const first = await shop.orders({ first: 1 });
    expect(first.pageInfo).toMatchObject({ hasNextPage: true, hasPreviousPage: false });
    const second = await shop.orders({ first: 1, after: first.pageInfo.endCursor });
    expect(second.pageInfo).toMatchObject({ hasNextPage: false });
    const back = await shop.orders({ last: 1, before: second.pageInfo.startCursor });
    expect(back.nodes).toEqual(first.nodes);
    expect(second.nodes).not.toEqual(first.nodes);
  });
});

describe('an alias that is the name of a key', () => {
  const query = '{ customers(first: 1) { nodes { id: name orders { totalCount } } } }';

  it('gives the value of its field, and does not change the rest', async () => {
    const { data, errors } = await system.graphql(query);
    expect(errors).toBeUndefined();
    expect(data).toEqual({ customers: { nodes: [{ id: 'Ada Lovelace', orders: { totalCount: 2 } }] } });
  });

  it("is refused under @apollo/gateway's own executor", async () => {
    const gateway = await system.another('gateway', { GATEWAY_EXECUTOR: 'apollo' });
    const post = (body: object): Promise<Response> =>
      fetch(`${gateway.address}/graphql`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(body),
      });
    const refused = await post({ query });
    expect(await refused.json()).toMatchObject({
      errors: [
        {
          message: 'The alias "id" is a name that query plans need for themselves: choose another.',
          extensions: { code: 'GRAPHQL_VALIDATION_FAILED' },
        },
      ],
    });
    const served = await post({ query: query.replace('id: name', 'id: id called: name') });
    expect(await served.json()).toMatchObject({ data: { customers: { nodes: [{ called: 'Ada Lovelace' }] } } });
  });
});

describe('requests', () => {
  it('that ask for a page of 101 are refused with BAD_USER_INPUT, and the rest is answered', async () => {
    const { data, errors } = await system.graphql(
      `{ products(first: 101) { nodes { id } } customers { nodes { id } } }`,
    );
    expect(data).toMatchObject({ products: null, customers: { nodes: [{ id: customerId }] } });
    expect(errors).toMatchObject([{ path: ['products'], extensions: { code: 'BAD_USER_INPUT' } }]);
  });

  it('for fields that the schema does not have are refused before any subgraph is asked', async () => {
    const { data, errors } = await system.graphql('{ reserveStock }');
    expect(data).toBeUndefined();
    expect(errors).toMatchObject([{ extensions: { code: 'GRAPHQL_VALIDATION_FAILED' } }]);
  });

  it('keep their id in the answer, and get one if they have none', async () => {
    const given = await system.graphql('{ __typename }', {}, { 'x-request-id': 'my-request' });
    expect(given.headers.get('x-request-id')).toBe('my-request');
    const made = await system.graphql('{ __typename }');
    expect(made.headers.get('x-request-id')).toMatch(/^[0-9a-f-]{36}$/);
  });

  it('that are larger than a megabyte are answered with 413', async () => {
    const { status, errors } = await system.graphql('{ __typename }', { padding: 'x'.repeat(1_100_000) });
    expect(status).toBe(413);
    expect(errors).toMatchObject([{ extensions: { code: 'PAYLOAD_TOO_LARGE' } }]);
  });
});

describe('a client that disconnects', () => {
  it.each(['own', 'apollo'])('cancels its query to every subgraph (executor: %s)', async (executor) => {
    /** A subgraph that never answers. */
    const silent = createServer().listen(0, '127.0.0.1');
    await using _end = {
      [Symbol.asyncDispose]: async () => {
        silent.closeAllConnections();
        await new Promise((resolve) => silent.close(resolve));
      },
    };
    await once(silent, 'listening');
    const CUSTOMERS_URL = `http://127.0.0.1:${String((silent.address() as AddressInfo).port)}/graphql`;
    const gateway = await system.another('gateway', { CUSTOMERS_URL, GATEWAY_EXECUTOR: executor });

    // An operation takes the full path the first time, and the cached path the second time.
    for (let time = 1; time <= 2; time++) {
      const client = new AbortController();
      const asked = once(silent, 'request') as Promise<[IncomingMessage]>;
      const answer = fetch(`${gateway.address}/graphql`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: '{ "query": "{ customers { totalCount } }" }',
        signal: client.signal,
      });
      const [{ socket }] = await asked;
      const closed = once(socket, 'close');
      client.abort();
      await expect(answer).rejects.toThrow('aborted');
      await closed;
    }
    expect(gateway.output).not.toContain('a subgraph is unavailable');
  });
});

describe('in development', () => {
  it("a browser finds Apollo Sandbox at the API's address", async () => {
    const page = await fetch(`${system.gateway.address}/graphql`, { headers: { accept: 'text/html' } });
    expect(page.status).toBe(200);
    expect(await page.text()).toContain('EmbeddedSandbox');
  });
});

describe('without some of its subgraphs', () => {
  it('the gateway starts, gives a partial answer, and has one error for each missing part with the name of its subgraph', async () => {
    const unusedUrl = `http://127.0.0.1:${String(await freePort())}/graphql`;
    const gateway = await system.another('gateway', { CUSTOMERS_URL: unusedUrl });
    const response = await fetch(`${gateway.address}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({
        query: `query ($id: ID!) {
          everybody: customers { nodes { id } }
          order(id: $id) { number customer { name } }
          products { nodes { sku } }
        }`,
        variables: { id: orderId },
      }),
    });
    const text = await response.text();
    expect(JSON.parse(text)).toMatchObject({
      data: { everybody: null, order: { customer: null }, products: { nodes: [{}, {}, {}] } },
      errors: expect.arrayContaining(
        [['everybody'], ['order', 'customer']].map((path) =>
          expect.objectContaining({
            message: 'Subgraph "customers" is unavailable.',
            path,
            extensions: { code: 'UPSTREAM_UNAVAILABLE', serviceName: 'customers' },
          }),
        ),
      ),
    });
    expect(JSON.parse(text).errors).toHaveLength(2);
    expect(text).not.toMatch(/127\.0\.0\.1|ECONNREFUSED|fetch failed/);
  });

  it('an order is readable without inventory, and complete once inventory is back', async () => {
    const items = async () =>
      (await system.graphql(`{ order(id: "${orderId}") { items { sku product { name } } } }`)).data;
    await system.inventory.kill();
    expect(await items()).toMatchObject({ order: { items: [{ product: null }, { product: null }] } });
    await system.inventory.start();
    expect(await items()).toMatchObject({ order: { items: [{ product: {} }, { product: {} }] } });
  });

  it("@apollo/gateway's own executor reports them in the same way", async () => {
    const unusedUrl = `http://127.0.0.1:${String(await freePort())}/graphql`;
    const gateway = await system.another('gateway', { CUSTOMERS_URL: unusedUrl, GATEWAY_EXECUTOR: 'apollo' });
    const client = createClient({ url: `${gateway.address}/graphql`, retries: 0 });
    expect(await client.order(orderId)).toMatchObject({ status: 'CONFIRMED', customer: null });
    await expect(client.customers()).rejects.toMatchObject({
      code: 'UPSTREAM_UNAVAILABLE',
      errors: [{ message: 'Subgraph "customers" is unavailable.', path: ['customers'] }],
    });
  });
});
