/**
 * How MongoDB executes each list of the API and each step of an order, with 100,000 orders: no scan of a collection, no
 * sort in memory, and at most twice as many keys as the page has rows. The commands are those that the system sends;
 * `explain` tells what they have read.
 */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import mongoose, { type Connection } from 'mongoose';
import { sortOf } from '../../subgraphs/inventory/products.ts';
import { listSort } from '../../subgraphs/orders/queries.ts';
import { type Sort, encodeCursor } from '../../subgraphs/shared/pagination.ts';
import { type Explained, explain } from '../explain.ts';
import { type System, freePort, startSystem } from '../harness.ts';
import { createdAt, fillLargeShop, idOf } from '../large-shop.ts';
import { type DatabaseCommand, type Meter, meterDatabase } from '../meters.ts';

const ORDERS = 100_000;
const PAGE = 20;

let system: System;
let database: Connection;
let commands: Meter<DatabaseCommand>;

beforeAll(async () => {
  const port = await freePort();
  const env = { LOG_LEVEL: 'error', MONGODB_URI: `mongodb://127.0.0.1:${String(port)}/?directConnection=true` };
  system = await startSystem({ start: ['database'], env });
  await fillLargeShop(system.mongodbUri, ORDERS);
  commands = await meterDatabase(port, system.database.port);
  await Promise.all([system.customers, system.inventory, system.orders, system.gateway].map((each) => each.start()));
  database = await mongoose.createConnection(system.mongodbUri).asPromise();
}, 300_000);
afterAll(async () => {
  await database.close();
  await system[Symbol.asyncDispose]();
  await commands[Symbol.asyncDispose]();
});

/** Sends one request, and returns what each of its commands to the database has read. */
async function plansOf(query: string, variables: object): Promise<Explained[]> {
  commands.take();
  const { data, errors } = await system.graphql(query, variables);
  expect({ data, errors }).toEqual({ data: expect.anything(), errors: undefined });
  const plans = [];
  for (const command of commands.take()) plans.push(...(await explain(database, command)));
  expect(plans).not.toEqual([]);
  return plans;
}

const isScan = ({ stages }: Explained): boolean => stages.includes('COLLSCAN');
const isSorted = ({ stages }: Explained): boolean => stages.includes('SORT');

interface List {
  title: string;
  filter: object;
  /** The conditions that `filter` stands for. */
  stored: Record<string, unknown>;
  /** The sorts that no index serves together with the filter. */
  except?: string[];
}

/** All rows of a range are read and sorted, or rows are read in the sort's order and checked. */
const OTHER_SORTS = ['UPDATED_AT', 'TOTAL'];
const LISTED = { status: { $in: ['PENDING', 'CONFIRMED', 'SHIPPED', 'DELIVERED', 'CANCELLED'] } };
const TWO = ['CONFIRMED', 'SHIPPED'];
const [customerId, productId] = [idOf('customer', 7), idOf('product', 7)];
const [createdFrom, createdTo] = [createdAt(40_000), createdAt(60_000)];
const days = { createdAt: { $gte: createdFrom, $lt: createdTo } };

const LISTS: Record<'orders' | 'products', List[]> = {
  orders: [
    { title: 'all', filter: {}, stored: LISTED },
    { title: 'of one status', filter: { status: ['CONFIRMED'] }, stored: { status: 'CONFIRMED' } },
    { title: 'of two statuses', filter: { status: TWO }, stored: { status: { $in: TWO } } },
    { title: 'of a customer', filter: { customerId }, stored: { customerId, ...LISTED } },
    {
      title: 'of a customer and a status',
      filter: { customerId, status: ['DELIVERED'] },
      stored: { customerId, status: 'DELIVERED' },
    },
    {
      title: 'of some days',
      filter: { createdFrom, createdTo },
      stored: { ...LISTED, ...days },
      except: OTHER_SORTS,
    },
    {
      title: 'of some days and a status',
      filter: { createdFrom, createdTo, status: ['SHIPPED'] },
      stored: { status: 'SHIPPED', ...days },
      except: OTHER_SORTS,
    },
    {
      title: 'of a product',
      filter: { productId },
      stored: { 'items.productId': productId, ...LISTED },
      // Of a product, all orders are read and sorted.
      except: OTHER_SORTS,
    },
  ],
  products: [
    { title: 'all', filter: {}, stored: {} },
    { title: 'low', filter: { lowStock: true }, stored: { lowStock: true } },
    { title: 'not low', filter: { lowStock: false }, stored: { lowStock: false } },
    { title: 'in stock', filter: { inStock: true }, stored: { available: { $gt: 0 } } },
    { title: 'sold out', filter: { inStock: false }, stored: { available: 0 } },
  ],
};

const DIRECTIONS = ['ASC', 'DESC'] as const;
const SORTS: Record<keyof typeof LISTS, { field: string; direction: string; sort: Sort }[]> = {
  orders: (['CREATED_AT', 'UPDATED_AT', 'TOTAL'] as const).flatMap((field) =>
    DIRECTIONS.map((direction) => ({ field, direction, sort: listSort({ field, direction }) })),
  ),
  products: (['NAME', 'PRICE', 'AVAILABLE', 'CREATED_AT'] as const).flatMap((field) =>
    DIRECTIONS.map((direction) => ({ field, direction, sort: sortOf({ field, direction }) })),
  ),
};

/** The cursor of the row in the middle of a list. */
async function middleOf(list: keyof typeof LISTS, stored: Record<string, unknown>, sort: Sort): Promise<string> {
  const collection = database.useDb(list === 'orders' ? 'orders' : 'inventory').collection(list);
  const skip = Math.floor((await collection.countDocuments(stored)) / 2);
  const inOrder = { [sort.path]: sort.direction, _id: sort.direction };
  const [row] = await collection
    .aggregate<{ _id: unknown; value: never }>([
      { $match: stored },
      { $sort: inOrder },
      { $skip: skip },
      { $limit: 1 },
      { $project: { value: `$${sort.path}` } },
    ])
    .toArray();
  if (row === undefined) throw new Error('the list is empty');
  return encodeCursor(sort, { value: row.value, id: String(row._id) });
}

describe.each(['orders', 'products'] as const)('%s', (list) => {
  const type = list === 'orders' ? 'Order' : 'Product';
  const query = `query ($filter: ${type}Filter, $sort: ${type}Sort, $first: Int, $last: Int, $after: String, $before: String) {
    ${list}(filter: $filter, sort: $sort, first: $first, last: $last, after: $after, before: $before) { nodes { id } } }`;
  const cases = LISTS[list].flatMap((each) => SORTS[list].map((by) => ({ ...each, ...by })));

  it.each(cases)('$title, by $field $direction', async ({ filter, stored, except, field, direction, sort }) => {
    const cursor = await middleOf(list, stored, sort);
    const pages = [{ first: PAGE }, { last: PAGE }, { first: PAGE, after: cursor }, { last: PAGE, before: cursor }];
    for (const page of pages) {
      const plans = await plansOf(query, { filter, sort: { field, direction }, ...page });
      expect(plans.filter(isScan)).toEqual([]);
      if (except?.includes(field) === true) continue;
      expect(plans.filter((plan) => isSorted(plan) || plan.keys > 2 * PAGE || plan.documents > 2 * PAGE)).toEqual([]);
    }
  });
});

describe('other lists', () => {
  it.each([
    ['customers', `{ customers(first: ${String(PAGE)}) { nodes { id } } }`],
    ['a customer by e-mail address', '{ customers(first: 1, filter: { email: "c7@example.com" }) { nodes { id } } }'],
    [
      "each customer's orders",
      `{ customers(first: ${String(PAGE)}) { nodes { orders(first: ${String(PAGE)}) { nodes { id } } } } }`,
    ],
    ["a product's movements", `{ product(id: "${productId}") { movements(first: ${String(PAGE)}) { nodes { id } } } }`],
    ['an order by its number', '{ orders(filter: { number: "000000000A" }) { nodes { id } } }'],
    ['products by their SKUs', '{ products(filter: { skus: ["SKU-1", "SKU-2"] }) { nodes { id } } }'],
    [
      'orders with their customers and products',
      `{ orders(first: ${String(PAGE)}) { nodes { customer { name } items { quantity } } } }`,
    ],
  ])('%s', async (_, query) => {
    const plans = await plansOf(query, {});
    expect(plans.filter((plan) => isScan(plan) || plan.keys > 2 * PAGE || plan.documents > 2 * PAGE)).toEqual([]);
  });

  it.each([
    ['orders', '{ orders(first: 1) { totalCount } }'],
    ['orders of one status', '{ orders(first: 1, filter: { status: [CONFIRMED] }) { totalCount } }'],
    ['orders of a customer', `{ orders(first: 1, filter: { customerId: "${customerId}" }) { totalCount } }`],
    ['customers', '{ customers(first: 1) { totalCount } }'],
    ['products', '{ products(first: 1) { totalCount } }'],
    ['products that are low', '{ products(first: 1, filter: { lowStock: true }) { totalCount } }'],
    ["a product's movements", `{ product(id: "${productId}") { movements(first: 1) { totalCount } } }`],
  ])('the number of %s is counted in an index', async (_, query) => {
    const plans = await plansOf(query, {});
    expect(plans.filter((plan) => isScan(plan) || plan.documents > 2 * PAGE)).toEqual([]);
  });
});

it('an order is placed, repeated, shipped and cancelled by reads and writes of single documents', async () => {
  const items = [1, 2, 3].map((n) => ({ productId: idOf('product', n), quantity: 1 }));
  const place = (idempotencyKey: string): [string, object] => [
    'mutation ($input: CreateOrderInput!) { createOrder(input: $input) { ... on CreateOrderSuccess { order { id } } } }',
    { input: { customerId, items, idempotencyKey } },
  ];
  const plans = [...(await plansOf(...place('shipped'))), ...(await plansOf(...place('shipped')))];
  plans.push(...(await plansOf(...place('cancelled'))));
  const placed = await database
    .useDb('orders')
    .collection('orders')
    .find({ idempotencyKey: { $gt: '' } })
    .sort({ _id: 1 })
    .toArray();
  expect(placed.map(({ status }) => String(status))).toEqual(['CONFIRMED', 'CONFIRMED']);
  const [shipped, cancelled] = placed.map(({ _id }) => ({ id: String(_id) }));
  plans.push(
    ...(await plansOf(
      'mutation ($id: ID!) { transitionOrder(input: { orderId: $id, to: SHIPPED }) { __typename } }',
      shipped ?? {},
    )),
    ...(await plansOf(
      'mutation ($id: ID!) { cancelOrder(input: { orderId: $id, reason: OTHER }) { __typename } }',
      cancelled ?? {},
    )),
  );
  expect(plans.length).toBeGreaterThan(15);
  expect(
    plans.filter((plan) => isScan(plan) || isSorted(plan) || plan.keys > 6 || plan.documents > items.length),
  ).toEqual([]);
});
