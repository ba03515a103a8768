/**
 * What makes an operation fast or slow, counted instead of timed: calls to subgraphs, commands to the database,
 * documents and keys examined, bytes on the wire. The files in `counts` have the exact counts of each operation, one
 * file for each server, so that improvements are recorded too:
 *
 *     UPDATE_COUNTS=1 npx jest tests/counts      writes what it finds, for a change that is meant
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import mongoose, { type Connection } from 'mongoose';
import { explain } from './explain.ts';
import { type System, freePort, startSystem, until } from './harness.ts';
import { type DatabaseCommand, type HttpCall, type Meter, meterDatabase, meterHttp } from './meters.ts';

const SUBGRAPHS = ['customers', 'inventory', 'orders'] as const;

interface Counts {
  /** The number of calls to each subgraph, by the gateway and by orders. */
  calls: Record<string, number>;
  /** Commands, such as `find orders`. */
  commands: Record<string, number>;
  documentsExamined: number;
  keysExamined: number;
  /** Of the bodies of all calls, and of all commands and replies. */
  callBytes: number;
  commandBytes: number;
  /** Of the answer's body. */
  answerBytes: number;
}

let system: System;
let database: Connection;
let http: Record<(typeof SUBGRAPHS)[number], Meter<HttpCall>>;
let commands: Meter<DatabaseCommand>;
let customers: string[];
let products: string[];
let orders: string[];

beforeAll(async () => {
  const port = {
    database: await freePort(),
    customers: await freePort(),
    inventory: await freePort(),
    orders: await freePort(),
  };
  const url = (name: (typeof SUBGRAPHS)[number]): string => `http://127.0.0.1:${String(port[name])}/graphql`;
  system = await startSystem({
    start: ['database'],
    env: {
      LOG_LEVEL: 'error',
      ORDER_DEADLINE_MS: '30000',
      // Direct, because the driver would otherwise connect to the address in the server's `hello`, not to the proxy.
      MONGODB_URI: `mongodb://127.0.0.1:${String(port.database)}/?directConnection=true`,
      CUSTOMERS_URL: url('customers'),
      INVENTORY_URL: url('inventory'),
      ORDERS_URL: url('orders'),
    },
  });
  commands = await meterDatabase(port.database, system.database.port);
  const start = (name: (typeof SUBGRAPHS)[number]) => meterHttp(port[name], system[name].address);
  http = { customers: await start('customers'), inventory: await start('inventory'), orders: await start('orders') };
  await Promise.all([...SUBGRAPHS, 'gateway' as const].map((name) => system[name].start()));
  database = await mongoose.createConnection(system.mongodbUri).asPromise();
  await fill();
}, 120_000);
afterAll(async () => {
  await database.close();
  await system[Symbol.asyncDispose]();
  for (const meter of [commands, ...Object.values(http)]) await meter[Symbol.asyncDispose]();
});

async function mutate(
  field: string,
  type: string,
  input: object,
  selection: string,
): Promise<Record<string, { id: string }>> {
  const { data } = await system.graphql<{ result: Record<string, { id: string }> | null }>(
    `mutation ($input: ${type}!) { result: ${field}(input: $input) { __typename ${selection} } }`,
    { input },
  );
  if (data?.result == null) throw new Error(`${field} answers nothing`);
  return data.result;
}

const createOrder = (
  customerId: string | undefined,
  lines: (string | undefined)[],
  quantity = 1,
  idempotencyKey?: string,
) =>
  mutate(
    'createOrder',
    'CreateOrderInput',
    { customerId, items: lines.map((productId) => ({ productId, quantity })), idempotencyKey },
    '... on CreateOrderSuccess { order { id status } }',
  );

/** 5 customers, 8 products, 60 orders of 2 products each; created one after another, so that their order is fixed. */
async function fill(): Promise<void> {
  customers = [];
  products = [];
  orders = [];
  for (let n = 0; n < 5; n += 1) {
    const input = { name: `Customer ${String(n)}`, email: `c${String(n)}@example.com` };
    const { customer } = await mutate(
      'createCustomer',
      'CreateCustomerInput',
      input,
      '... on CreateCustomerSuccess { customer { id } }',
    );
    customers.push(customer?.id ?? '');
  }
  for (let n = 0; n < 8; n += 1) {
    const input = {
      sku: `P${String(n)}`,
      name: `Product ${String(n)}`,
      price: { amount: 100, currency: 'EUR' },
      initialStock: 1000,
    };
    const { product } = await mutate(
      'createProduct',
      'CreateProductInput',
      input,
      '... on CreateProductSuccess { product { id } }',
    );
    products.push(product?.id ?? '');
  }
  for (let n = 0; n < 60; n += 1) {
    const { order } = await createOrder(customers[n % 5], [products[n % 8], products[(n + 3) % 8]]);
    orders.push(order?.id ?? '');
  }
}

const tally = (names: string[]): Record<string, number> =>
  Object.fromEntries([...new Set(names)].sort().map((name) => [name, names.filter((each) => each === name).length]));

/** @param expected the expected counts: calls that follow the answer are waited for until there are as many */
async function count(query: string, variables: object, expected: Counts | undefined): Promise<Counts> {
  const settled = () =>
    until(
      'no order has a follow-up',
      async () =>
        (await database
          .useDb('orders')
          .collection('orders')
          .countDocuments({ nextAttemptAt: { $exists: true } })) === 0,
    );
  await settled();
  commands.take();
  for (const name of SUBGRAPHS) http[name].take();
  const response = await fetch(`${system.gateway.address}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ query, variables }),
  });
  const answer = await response.text();
  expect(JSON.parse(answer)).not.toHaveProperty('errors');
  // Calls that follow the answer belong to the operation, too.
  await settled();
  const sum = (counts: Record<string, number> = {}): number => Object.values(counts).reduce((all, one) => all + one, 0);
  await until(
    'as many calls and commands as expected have passed',
    async () =>
      SUBGRAPHS.reduce((all, name) => all + http[name].count(), 0) >= sum(expected?.calls) &&
      commands.count() >= sum(expected?.commands),
    5000,
  ).catch(() => undefined);
  const asked = commands.take();
  const calls = SUBGRAPHS.map((name) => ({ name, taken: http[name].take() }));
  const counts: Counts = {
    calls: Object.fromEntries(
      calls.filter(({ taken }) => taken.length > 0).map(({ name, taken }) => [name, taken.length]),
    ),
    commands: tally(asked.map(({ name, collection }) => (collection === undefined ? name : `${name} ${collection}`))),
    documentsExamined: 0,
    keysExamined: 0,
    callBytes: calls.flatMap(({ taken }) => taken).reduce((sum, { bytes }) => sum + bytes, 0),
    commandBytes: asked.reduce((sum, { bytes }) => sum + bytes, 0),
    answerBytes: Buffer.byteLength(answer),
  };
  for (const command of asked) {
    for (const { documents, keys } of await explain(database, command)) {
      counts.documentsExamined += documents;
      counts.keysExamined += keys;
    }
  }
  return counts;
}

const ORDER = 'id number status total { amount } customer { name } items { quantity product { name } }';
const PLACE =
  'mutation ($input: CreateOrderInput!) { createOrder(input: $input) { __typename ... on CreateOrderSuccess { order { id status } } } }';
interface PlacedOrder {
  customer: { name: string };
  items: { product: { name: string } }[];
}
const lines = (quantity: number) => [0, 1, 2].map((n) => ({ productId: products[n], quantity }));

/** The operations, in the order in which they are counted: some change the data of the next ones. */
const OPERATIONS: Record<string, () => [string, object]> = {
  'a page of 1: orders with customers and products': () => [`{ orders(first: 1) { nodes { ${ORDER} } } }`, {}],
  'a page of 50: orders with customers and products': () => [`{ orders(first: 50) { nodes { ${ORDER} } } }`, {}],
  'orders with only the ids of customers and products': () => [
    '{ orders(first: 20) { nodes { customer { id } items { product { id } } } } }',
    {},
  ],
  'orders filtered by status, and their number': () => [
    '{ orders(first: 10, filter: { status: [CONFIRMED] }) { totalCount nodes { id } } }',
    {},
  ],
  'an order, its customer, and its other orders': () => [
    `query ($id: ID!) { order(id: $id) { ${ORDER} customer { orders(first: 5) { nodes { id } } } } }`,
    { id: orders[7] },
  ],
  'customers, each with a page of its orders and their number': () => [
    '{ customers(first: 5) { nodes { name orders(first: 3) { totalCount nodes { number } } } } }',
    {},
  ],
  'products, cheapest first, and their number': () => [
    '{ products(first: 5, sort: { field: PRICE }) { totalCount nodes { name stock { available } } } }',
    {},
  ],
  'the stock of three products': () => [
    'query ($lines: [StockLineInput!]!) { checkStock(lines: $lines) { sufficient product { name } } }',
    { lines: lines(1) },
  ],
  'an order of three products is placed': () => [
    PLACE,
    { input: { customerId: customers[0], items: lines(2), idempotencyKey: 'a key' } },
  ],
  'the same order is sent again with its key': () => [
    PLACE,
    { input: { customerId: customers[0], items: lines(2), idempotencyKey: 'a key' } },
  ],
  'an order of more than is available is refused': () => [
    PLACE,
    { input: { customerId: customers[0], items: lines(5000) } },
  ],
  'an order is cancelled': () => [
    'mutation ($id: ID!) { cancelOrder(input: { orderId: $id, reason: OTHER }) { __typename } }',
    { id: orders[1] },
  ],
  'an order is shipped': () => [
    'mutation ($id: ID!) { transitionOrder(input: { orderId: $id, to: SHIPPED }) { __typename } }',
    { id: orders[2] },
  ],
  'a customer is created': () => [
    'mutation { createCustomer(input: { name: "New", email: "new@example.com" }) { __typename } }',
    {},
  ],
  'a product is created': () => [
    'mutation { createProduct(input: { sku: "NEW", name: "New", price: { amount: 1, currency: "EUR" }, initialStock: 1 }) { __typename } }',
    {},
  ],
};

const file = (): URL => new URL(`counts/${system.server}.json`, import.meta.url);
const read = (): Record<string, Counts> => JSON.parse(readFileSync(file(), 'utf8')) as Record<string, Counts>;

it.each(Object.keys(OPERATIONS))('%s', async (name) => {
  const [query, variables] = OPERATIONS[name]?.() ?? ['', {}];
  const counts = await count(query, variables, read()[name]);
  if (process.env['UPDATE_COUNTS'] === '1') {
    writeFileSync(file(), `${JSON.stringify({ ...read(), [name]: counts }, null, 2)}\n`);
    return;
  }
  expect(counts).toEqual(read()[name]);
});

it.each([1, 50])('a page of %i has as many orders, each with its customer and its products', async (first) => {
  const { data } = await system.graphql<{ orders: { nodes: PlacedOrder[] } }>(
    `{ orders(first: ${String(first)}) { nodes { ${ORDER} } } }`,
  );
  const nodes = data?.orders.nodes ?? [];
  expect(nodes).toHaveLength(first);
  for (const { customer, items } of nodes) {
    expect(customer.name).toMatch(/^Customer \d$/);
    expect(items.length).toBeGreaterThanOrEqual(2);
    expect(items.map(({ product }) => product.name)).toEqual(items.map(() => expect.stringMatching(/^Product \d$/)));
  }
});

it('the file of counts has no row without an operation', () => {
  expect(Object.keys(read())).toEqual(Object.keys(OPERATIONS));
});
