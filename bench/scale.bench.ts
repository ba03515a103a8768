/**
 * Lists with 10,000, 100,000 and 1,000,000 orders: the first page, a deep page and a filtered one, as a ratio to the
 * time of the same page with the fewest orders.
 *
 *     npm run bench:scale [-- --rounds 9 --seconds 1 --only 10000,100000 --database mongodb --save]
 *
 * There is a database for each size, the embedded one or a real MongoDB, filled by tests/large-shop.ts. One client sends requests
 * directly to the subgraphs, because the gateway would hide a part of the difference. A page has 20 rows.
 */
import { sortOf } from '../subgraphs/inventory/products.ts';
import { listSort } from '../subgraphs/orders/queries.ts';
import { encodeCursor } from '../subgraphs/shared/pagination.ts';
import { type System, startSystem } from '../tests/harness.ts';
import { ORDERS_PER_CUSTOMER, ORDERS_PER_PRODUCT, createdAt, fillLargeShop, idOf } from '../tests/large-shop.ts';
import { type Load, Poster, measure } from './load.ts';
import { usageOf } from './program.ts';
import { figure, interleave, median, ratioOf, ratioText, settings, verdict } from './ratios.ts';
import { report, table } from './report.ts';

const SIZES = [10_000, 100_000, 1_000_000];
const TARGET = 1.5;
const { rounds, seconds, save, wants, database } = settings({ rounds: 9, seconds: 1 });

// ---- what is asked

const ORDER_FIELDS =
  'id number status createdAt total { amount currency } items { productId quantity productName lineTotal { amount } }';
const PRODUCT_FIELDS = 'id sku name price { amount currency } stock { available }';
const ORDERS = `query ($after: String, $filter: OrderFilter) { orders(first: 20, after: $after, filter: $filter) { nodes { ${ORDER_FIELDS} } pageInfo { endCursor hasNextPage } } }`;
const CUSTOMER_ORDERS = `query ($of: [_Any!]!, $after: String, $filter: CustomerOrderFilter) { _entities(representations: $of) { ... on Customer { orders(first: 20, after: $after, filter: $filter) { nodes { ${ORDER_FIELDS} } pageInfo { endCursor hasNextPage } } } } }`;
const PRODUCTS = `query ($after: String, $filter: ProductFilter) { products(first: 20, after: $after, filter: $filter) { nodes { ${PRODUCT_FIELDS} } pageInfo { endCursor hasNextPage } } }`;

const pick = (below: number): number => Math.floor(Math.random() * below);
const orderCursor = (n: number): string =>
  encodeCursor(listSort(undefined), { value: createdAt(n), id: idOf('order', n) });
const productCursor = (n: number): string =>
  encodeCursor(sortOf({ field: 'CREATED_AT', direction: 'DESC' }), { value: createdAt(n), id: idOf('product', n) });

/** Newest first: a deep page starts after nine tenths of the rows. */
const DEEP = 0.1;

interface Page {
  subgraph: 'orders' | 'inventory';
  query: string;
  variables: (size: number) => object;
}

const customer = (size: number): { of: object[]; number: number } => {
  const number = pick(size / ORDERS_PER_CUSTOMER);
  return { number, of: [{ __typename: 'Customer', id: idOf('customer', number) }] };
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
    variables: (size) => ({ filter: { productId: idOf('product', pick(size / ORDERS_PER_PRODUCT)) } }),
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
  await fillLargeShop(system.mongodbUri, size);
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
