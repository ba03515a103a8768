/**
 * What decides how fast an operation is, counted and not timed: calls to subgraphs, commands to the database, documents and
 * keys that these look at, bytes on the wire. counts.json says how much each may be; it says exactly, so that what gets
 * cheaper is written down too:
 *
 *     UPDATE_COUNTS=1 npx jest tests/counts      writes what it finds, for a change that is meant
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import mongoose, { type Connection } from 'mongoose';
import { type System, freePort, startSystem, until } from './harness.ts';
import { type DatabaseCommand, type HttpCall, type Meter, meterDatabase, meterHttp } from './meters.ts';

const SUBGRAPHS = ['customers', 'inventory', 'orders'] as const;
const FILE = new URL('counts.json', import.meta.url);

interface Counts {
  /** Calls to each subgraph that is called at all: by the gateway, and by orders. */
  calls: Record<string, number>;
  /** Commands, such as `find orders`. */
  commands: Record<string, number>;
  documentsExamined: number;
  keysExamined: number;
  /** Of all calls' bodies, and of all commands and replies. */
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
    start: ['devdb'],
    env: {
      LOG_LEVEL: 'error',
      ORDER_DEADLINE_MS: '30000',
      // Direct: the driver would otherwise go on to the address by which the server names itself.
      MONGODB_URI: `mongodb://127.0.0.1:${String(port.database)}/?directConnection=true`,
      CUSTOMERS_URL: url('customers'),
      INVENTORY_URL: url('inventory'),
      ORDERS_URL: url('orders'),
    },
  });
  commands = await meterDatabase(port.database, system.devdb.port);
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

/** 5 customers, 8 products, 60 orders of 2 products each; one after another, so that each has its place. */
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

/** What a command looks at, as `explain` tells; asked of the database itself, afterwards. */
async function examined({ name, body }: DatabaseCommand): Promise<{ documents: number; keys: number }> {
  const {
    lsid: _l,
    txnNumber: _t,
    autocommit: _a,
    startTransaction: _s,
    readConcern: _r,
    writeConcern: _w,
    $db,
    ...command
  } = body;
  const { $clusterTime: _c, ordered: _o, maxTimeMS: _m, ...plain } = command;
  const sum = { documents: 0, keys: 0 };
  for (const { db = String($db), ...one } of parts(name, plain)) {
    const explained: unknown = await database.useDb(db).db?.command({ explain: one, verbosity: 'executionStats' });
    const [, documents = NaN] = /"totalDocsExamined":(\d+)/.exec(JSON.stringify(explained)) ?? [];
    const [, keys = NaN] = /"totalKeysExamined":(\d+)/.exec(JSON.stringify(explained)) ?? [];
    sum.documents += Number(documents);
    sum.keys += Number(keys);
  }
  return sum;
}

type Body = Record<string, unknown>;

/** Commands that `explain` takes one at a time: each update of many, each pipeline of a union; with their database, where it is not the command's. */
function parts(name: string, command: Body): (Body & { db?: string })[] {
  if (name === 'bulkWrite') {
    const namespaces = (command['nsInfo'] as { ns: string }[]).map(({ ns }) => ns.split('.'));
    return (command['ops'] as Body[]).flatMap(({ update, filter, updateMods }) => {
      const [db = '', collection] = namespaces[Number(update)] ?? [];
      return db === '' ? [] : [{ update: collection, updates: [{ q: filter, u: updateMods }], db }];
    });
  }
  if (name === 'find' || name === 'findAndModify' || name === 'count' || name === 'distinct') return [command];
  if (name === 'update' || name === 'delete') {
    const list = name === 'update' ? 'updates' : 'deletes';
    return (command[list] as Body[]).map((one) => ({ ...command, [list]: [one] }));
  }
  if (name !== 'aggregate') return [];
  const pipeline = command['pipeline'] as Body[];
  const unions = pipeline.flatMap((stage) => (stage['$unionWith'] as { pipeline: Body[] } | undefined) ?? []);
  const first = pipeline.filter((stage) => !('$unionWith' in stage));
  return [first, ...unions.map((union) => union.pipeline)].map((each) => ({ ...command, pipeline: each }));
}

const tally = (names: string[]): Record<string, number> =>
  Object.fromEntries([...new Set(names)].sort().map((name) => [name, names.filter((each) => each === name).length]));

/** @param expected what it should count: the calls that an answer doesn't wait for are waited for until so many have been made */
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
  // What goes on behind the answer belongs to the operation, too.
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
    const { documents, keys } = await examined(command);
    counts.documentsExamined += documents;
    counts.keysExamined += keys;
  }
  return counts;
}

const ORDER = 'id number status total { amount } customer { name } items { quantity product { name } }';
const PLACE =
  'mutation ($input: CreateOrderInput!) { createOrder(input: $input) { __typename ... on CreateOrderSuccess { order { id status } } } }';
const lines = (quantity: number) => [0, 1, 2].map((n) => ({ productId: products[n], quantity }));

/** The operations, in the order in which they are counted: some change what the next ones find. */
const OPERATIONS: Record<string, () => [string, object]> = {
  'a page of 1: orders with customers and products': () => [`{ orders(first: 1) { nodes { ${ORDER} } } }`, {}],
  'a page of 50: orders with customers and products': () => [`{ orders(first: 50) { nodes { ${ORDER} } } }`, {}],
  'orders with nothing but the ids of customers and products': () => [
    '{ orders(first: 20) { nodes { customer { id } items { product { id } } } } }',
    {},
  ],
  'orders filtered by status, and how many there are': () => [
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
  'products, cheapest first, and how many there are': () => [
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
  'the same is asked again by its key': () => [
    PLACE,
    { input: { customerId: customers[0], items: lines(2), idempotencyKey: 'a key' } },
  ],
  'an order of more than there is is refused': () => [
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

const read = (): Record<string, Counts> => JSON.parse(readFileSync(FILE, 'utf8')) as Record<string, Counts>;

it.each(Object.keys(OPERATIONS))('%s', async (name) => {
  const [query, variables] = OPERATIONS[name]?.() ?? ['', {}];
  const counts = await count(query, variables, read()[name]);
  if (process.env['UPDATE_COUNTS'] === '1') {
    writeFileSync(FILE, `${JSON.stringify({ ...read(), [name]: counts }, null, 2)}\n`);
    return;
  }
  expect(counts).toEqual(read()[name]);
});

it('the table has no row without an operation', () => {
  expect(Object.keys(read())).toEqual(Object.keys(OPERATIONS));
});
