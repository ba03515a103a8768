/**
 * Lists with 10,000, 100,000 and 1,000,000 orders: the first page, a deep page and a filtered one, as a ratio to the
 * time of the same page with the fewest orders.
 *
 *     npm run bench:scale [-- --rounds 9 --seconds 1 --only 10000,100000 --database mongodb --save]
 *
 * The documents are inserted directly into a database for each size, the embedded one or a real MongoDB. There is one product for ten orders, and
 * one customer for a hundred. One client sends requests directly to the subgraphs, because the gateway would hide a
 * part of the difference. A page has 20 rows.
 */
import mongoose, { type mongo, Types } from 'mongoose';
import { modelsOf } from '../subgraphs/inventory/model.ts';
import { sortOf } from '../subgraphs/inventory/products.ts';
import { orderModel } from '../subgraphs/orders/model.ts';
import { listSort } from '../subgraphs/orders/queries.ts';
import { encodeCursor } from '../subgraphs/shared/pagination.ts';
import { type System, startSystem } from '../tests/harness.ts';
import { type Load, Poster, measure } from './load.ts';
import { usageOf } from './program.ts';
import { figure, interleave, median, ratioOf, ratioText, settings, verdict } from './ratios.ts';
import { report, table } from './report.ts';

const SIZES = [10_000, 100_000, 1_000_000];
const TARGET = 1.5;
const BATCH = 10_000;
const ORDERS_PER_PRODUCT = 10;
const ORDERS_PER_CUSTOMER = 100;
const { rounds, seconds, save, wants, database } = settings({ rounds: 9, seconds: 1 });

// ---- what is stored

const idOf = (kind: number, n: number): string => kind.toString(16).padStart(8, '0') + n.toString(16).padStart(16, '0');
const objectId = (kind: number, n: number): Types.ObjectId => Types.ObjectId.createFromHexString(idOf(kind, n));
const [CUSTOMER, PRODUCT, ORDER] = [1, 2, 3];
const START = 1_600_000_000_000;
const createdAt = (n: number): Date => new Date(START + n * 1000);
/** A pseudo-random number that depends only on `n`. */
const scattered = (n: number, below: number): number => (Math.imul(n + 1, 0x9e3779b1) >>> 0) % below;
const STATUSES = ['CONFIRMED', 'SHIPPED', 'DELIVERED', 'DELIVERED', 'DELIVERED', 'CANCELLED'];

function order(n: number, size: number): mongo.Document {
  const at = createdAt(n);
  const items = [1, 2, 3].map((line) => {
    const product = scattered(n * 3 + line, size / ORDERS_PER_PRODUCT);
    return {
      productId: idOf(PRODUCT, product),
      quantity: line,
      sku: `SKU-${product}`,
      productName: `Product ${product}`,
      unitPrice: { amount: 100 + (product % 900), currency: 'EUR' },
    };
  });
  return {
    _id: objectId(ORDER, n),
    number: n.toString(32).toUpperCase().padStart(10, '0'),
    customerId: idOf(CUSTOMER, n % (size / ORDERS_PER_CUSTOMER)),
    status: STATUSES[n % STATUSES.length],
    version: 2,
    items,
    totalAmount: items.reduce((sum, { quantity, unitPrice }) => sum + quantity * unitPrice.amount, 0),
    currency: 'EUR',
    refusal: null,
    events: [{ type: 'PLACED', from: null, to: 'PENDING', at, cancelReason: null, actor: null }],
    createdAt: at,
    updatedAt: at,
  };
}

function product(n: number): mongo.Document {
  const at = createdAt(n);
  const available = n % 10 === 0 ? 0 : 100;
  return {
    _id: objectId(PRODUCT, n),
    sku: `SKU-${n}`,
    name: `Product ${n}`,
    nameKey: `product ${n}`,
    description: null,
    price: { amount: 100 + (n % 900), currency: 'EUR' },
    onHand: 100,
    available,
    lowStockThreshold: 5,
    lowStock: available <= 5,
    createdAt: at,
    updatedAt: at,
  };
}

async function insertAll(
  collection: mongo.Collection,
  count: number,
  make: (n: number) => mongo.Document,
): Promise<void> {
  for (let done = 0; done < count; done += BATCH) {
    const documents = Array.from({ length: Math.min(BATCH, count - done) }, (_, n) => make(done + n));
    await collection.insertMany(documents, { ordered: false });
  }
}

/** Documents first, then the indexes that the subgraphs declare. */
async function seed(uri: string, size: number): Promise<void> {
  // Without the subgraphs' timeouts, because an index of a million orders takes longer.
  const options = { autoIndex: false, autoCreate: false };
  const orders = mongoose.createConnection(uri, { ...options, dbName: 'orders' });
  const inventory = mongoose.createConnection(uri, { ...options, dbName: 'inventory' });
  const order_ = orderModel(orders);
  const { products } = modelsOf(inventory);
  await insertAll(order_.collection, size, (n) => order(n, size));
  await insertAll(products.collection, size / ORDERS_PER_PRODUCT, product);
  await order_.createIndexes();
  await products.createIndexes();
  await orders.close();
  await inventory.close();
}

// ---- what is asked

const ORDER_FIELDS =
  'id number status createdAt total { amount currency } items { productId quantity productName lineTotal { amount } }';
const PRODUCT_FIELDS = 'id sku name price { amount currency } stock { available }';
const ORDERS = `query ($after: String, $filter: OrderFilter) { orders(first: 20, after: $after, filter: $filter) { nodes { ${ORDER_FIELDS} } pageInfo { endCursor hasNextPage } } }`;
const CUSTOMER_ORDERS = `query ($of: [_Any!]!, $after: String, $filter: CustomerOrderFilter) { _entities(representations: $of) { ... on Customer { orders(first: 20, after: $after, filter: $filter) { nodes { ${ORDER_FIELDS} } pageInfo { endCursor hasNextPage } } } } }`;
const PRODUCTS = `query ($after: String, $filter: ProductFilter) { products(first: 20, after: $after, filter: $filter) { nodes { ${PRODUCT_FIELDS} } pageInfo { endCursor hasNextPage } } }`;

const pick = (below: number): number => Math.floor(Math.random() * below);
const orderCursor = (n: number): string =>
  encodeCursor(listSort(undefined), { value: createdAt(n), id: idOf(ORDER, n) });
const productCursor = (n: number): string =>
  encodeCursor(sortOf({ field: 'CREATED_AT', direction: 'DESC' }), { value: createdAt(n), id: idOf(PRODUCT, n) });

/** Newest first: a deep page starts after nine tenths of the rows. */
const DEEP = 0.1;

interface Page {
  subgraph: 'orders' | 'inventory';
  query: string;
  variables: (size: number) => object;
}

const customer = (size: number): { of: object[]; number: number } => {
  const number = pick(size / ORDERS_PER_CUSTOMER);
  return { number, of: [{ __typename: 'Customer', id: idOf(CUSTOMER, number) }] };
};

const PAGES: Record<string, Page> = {
  'orders, first page': { subgraph: 'orders', query: ORDERS, variables: () => ({}) },
  'orders, deep page': {
    subgraph: 'orders',
    query: ORDERS,
    variables: (size) => ({ after: orderCursor(Math.floor(size * DEEP) + pick(100)) }),
  },
  'orders, filtered by status and time': {
    subgraph: 'orders',
    query: ORDERS,
    variables: (size) => ({
      filter: { status: ['CONFIRMED', 'SHIPPED'], createdTo: createdAt(1000 + pick(size - 1000)) },
    }),
  },
  'orders, filtered by product': {
    subgraph: 'orders',
    query: ORDERS,
    variables: (size) => ({ filter: { productId: idOf(PRODUCT, pick(size / ORDERS_PER_PRODUCT)) } }),
  },
  'customer.orders, first page': {
    subgraph: 'orders',
    query: CUSTOMER_ORDERS,
    variables: (size) => ({ of: customer(size).of }),
  },
  'customer.orders, deep page': {
    subgraph: 'orders',
    query: CUSTOMER_ORDERS,
    variables: (size) => {
      const { of, number } = customer(size);
      return { of, after: orderCursor(number + 30 * (size / ORDERS_PER_CUSTOMER)) };
    },
  },
  'customer.orders, filtered by status': {
    subgraph: 'orders',
    query: CUSTOMER_ORDERS,
    variables: (size) => ({ of: customer(size).of, filter: { status: ['DELIVERED'] } }),
  },
  'products, first page': { subgraph: 'inventory', query: PRODUCTS, variables: () => ({}) },
  'products, deep page': {
    subgraph: 'inventory',
    query: PRODUCTS,
    variables: (size) => ({ after: productCursor(Math.floor((size / ORDERS_PER_PRODUCT) * DEEP) + pick(20)) }),
  },
  'products, filtered by low stock': {
    subgraph: 'inventory',
    query: PRODUCTS,
    variables: () => ({ filter: { lowStock: true } }),
  },
};

// ---- the measurement

interface Shop {
  size: number;
  system: System;
  orders: Poster;
  inventory: Poster;
}

async function open(size: number): Promise<Shop> {
  // The subgraphs are open, so requests need no token.
  const env = { LOG_LEVEL: 'error', SUBGRAPH_TOKEN: '', NODE_OPTIONS: '--max-old-space-size=12000' };
  const system = await startSystem({ database, start: ['database'], env });
  const from = performance.now();
  await seed(system.mongodbUri, size);
  const took = (performance.now() - from) / 1000;
  const { residentMb } = usageOf(system.database.pid);
  console.error(
    `${size} orders: stored and indexed in ${took.toFixed(0)} s, the database takes ${residentMb.toFixed(0)} MB`,
  );
  await Promise.all([system.orders.start(), system.inventory.start()]);
  return {
    size,
    system,
    orders: new Poster(`${system.orders.address}/graphql`, 1),
    inventory: new Poster(`${system.inventory.address}/graphql`, 1),
  };
}

const shops: Shop[] = [];
try {
  for (const size of SIZES.filter((each) => wants(String(each)))) shops.push(await open(size));
  const all = new Map<string, Load[][]>();
  for (const [name, { subgraph, query, variables }] of Object.entries(PAGES)) {
    console.error(name);
    const results: Load[][] = shops.map(() => []);
    await interleave(shops, rounds, async (shop, round) => {
      const ask = async (): Promise<void> => {
        const text = String(await shop[subgraph].post(JSON.stringify({ query, variables: variables(shop.size) })));
        if (text.includes('"errors"') || !text.includes('"hasNextPage"')) throw new Error(`${name}: ${text}`);
      };
      const load = await measure(ask, { clients: 1, seconds });
      if (round >= 0) results[shops.indexOf(shop)]?.push(load);
    });
    all.set(name, results);
  }
  const [smallest, ...larger] = shops.map(({ size }) => size.toLocaleString('en'));
  const times = (loads: readonly Load[] | undefined): number[] =>
    (loads ?? []).map(({ perSecond }) => 1000 / perSecond);
  const ratios = [...all].map(([name, [base, ...others]]) => ({
    name,
    base,
    others,
    ratios: others.map((loads) => ratioOf(times(loads), times(base))),
  }));
  const worst = Math.max(...ratios.flatMap((each) => each.ratios.map((ratio) => ratio.median)));
  const text = [
    table(
      ['page', `ms at ${smallest ?? ''}`, ...larger.flatMap((size) => [`ms at ${size}`, 'ratio'])],
      ratios.map(({ name, base, others, ratios: each }) => [
        name,
        figure(median(times(base))),
        ...others.flatMap((loads, n) => [figure(median(times(loads))), each[n] ? ratioText(each[n]) : '']),
      ]),
    ),
    '',
    `Memory of the database, MB: ${shops.map(({ size, system }) => `${size.toLocaleString('en')} orders ${usageOf(system.database.pid).residentMb.toFixed(0)}`).join('; ')}.`,
    '',
    `- every page within ${TARGET} times: at most ${figure(worst)}, ${verdict(worst <= TARGET)}`,
  ].join('\n');
  const plot = {
    title: `Time of a page as the number of orders grows${database === 'mongodb' ? ', on MongoDB' : ''}`,
    axis: `times what it takes at ${smallest ?? ''} orders; the line goes from quartile to quartile`,
    groups: ratios.map(({ name, ratios: each }) => ({
      name,
      bars: each.map(({ median: value, low, high }, n) => ({ name: `${larger[n] ?? ''} orders`, value, low, high })),
    })),
  };
  report(database === 'mongodb' ? 'scale-mongodb' : 'scale', text, plot, save);
} finally {
  for (const { orders, inventory, system } of shops) {
    await orders[Symbol.asyncDispose]();
    await inventory[Symbol.asyncDispose]();
    await system[Symbol.asyncDispose]();
  }
}
process.exit(0);
