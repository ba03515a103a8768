/**
 * createOrder, as the saga places it, beside a naive REST service of the same three steps (naive/service.ts) and beside the bare
 * operations on the database that the saga comes down to:
 *
 *     npm run bench:orders [-- --rounds 7 --seconds 2 --only "ours,naive" --save]
 *
 * All three use one embedded database. Orders have three products of 300, or one hot product. After each part the books are
 * checked: units that orders took and that are not missing from the stock are lost updates.
 */
import { SignJWT } from 'jose';
import { Types, mongo } from 'mongoose';
import { type System, startSystem, until } from '../tests/harness.ts';
import {
  type Load,
  Poster,
  Program,
  figure,
  interleave,
  measure,
  median,
  ratioOf,
  ratioText,
  report,
  settings,
  table,
  verdict,
} from './lib.ts';

const { rounds, seconds, save, wants } = settings({ rounds: 7, seconds: 2 });
const CLIENTS = [1, 16, 64];
/** After 12 s profiles still show V8 compiling, and half the time in code that it has not optimized yet. */
const WARM_UP_SECONDS = 40;
const PRODUCTS = 300;
const LINES = 3;
/** Orders that were answered PENDING, because their deadline had come, and settled later. */
let pending = 0;
/** So much of everything that nothing runs out. */
const STOCK = 1_000_000;

interface Line {
  productId: string;
  quantity: number;
}
interface Contestant {
  name: string;
  customerId: string;
  /** The first one is the hot one. */
  productIds: string[];
  place: (customerId: string, items: Line[]) => Promise<void>;
  /** Units that orders took, less units that are missing from the stock. */
  lost: () => Promise<number>;
}

const SCENARIOS = {
  'many products': ({ productIds }: Contestant): Line[] => {
    const start = 1 + Math.floor(Math.random() * (PRODUCTS - 1));
    return Array.from({ length: LINES }, (_, n) => ({
      productId: productIds[1 + ((start + n * 97) % (PRODUCTS - 1))] ?? '',
      quantity: 1,
    }));
  },
  'one hot product': ({ productIds: [hot = ''] }: Contestant): Line[] => [{ productId: hot, quantity: 1 }],
};

const CREATE_ORDER = `mutation CreateOrder($input: CreateOrderInput!) { createOrder(input: $input) {
  __typename ... on CreateOrderSuccess { order { id status total { amount currency } } } ... on UserError { message } } }`;

async function ours(system: System, token: string, database: mongo.MongoClient): Promise<Contestant> {
  const headers = { authorization: `Bearer ${token}` };
  const { data } = await system.graphql<{ createCustomer: { customer: { id: string } } }>(
    `mutation { createCustomer(input: { name: "A", email: "a@example.com" }) { ... on CreateCustomerSuccess { customer { id } } } }`,
    {},
    headers,
  );
  const productIds: string[] = [];
  for (let n = 0; n < PRODUCTS; n++) {
    const created = await system.graphql<{ createProduct: { product: { id: string } } }>(
      `mutation ($input: CreateProductInput!) { createProduct(input: $input) { ... on CreateProductSuccess { product { id } } } }`,
      {
        input: { sku: `SKU-${n}`, name: `Product ${n}`, price: { amount: 100, currency: 'EUR' }, initialStock: STOCK },
      },
      headers,
    );
    productIds.push(created.data?.createProduct.product.id ?? '');
  }
  const poster = new Poster(`${system.gateway.address}/graphql`, 64, headers);
  return {
    name: 'ours',
    customerId: data?.createCustomer.customer.id ?? '',
    productIds,
    async place(customerId, items) {
      const text = String(
        await poster.post(JSON.stringify({ query: CREATE_ORDER, variables: { input: { customerId, items } } })),
      );
      if (text.includes('"PENDING"')) pending += 1;
      else if (!text.includes('"CONFIRMED"')) throw new Error(text);
    },
    async lost() {
      const orders = database.db('orders').collection('orders');
      await until('all orders are settled', async () => (await orders.countDocuments({ status: 'PENDING' })) === 0);
      const taken = await unitsOf(orders, { status: 'CONFIRMED' });
      const missing = await sumOf(database.db('inventory').collection('products'), '$available');
      return taken - (STOCK * PRODUCTS - missing);
    },
  };
}

async function naive(uri: string, database: mongo.MongoClient, stack: AsyncDisposable[]): Promise<Contestant> {
  const start = async (role: string, env: Record<string, string> = {}): Promise<Program> => {
    const args = ['--import', 'tsx', 'bench/naive/service.ts', role];
    const program = await Program.start(args, { env: { MONGODB_URI: uri, NODE_ENV: 'production', ...env } });
    stack.push(program);
    return program;
  };
  const customers = await start('customers');
  const inventory = await start('inventory');
  const orders = await start('orders', { CUSTOMERS_URL: customers.address, INVENTORY_URL: inventory.address });
  const create = async (address: string, body: object): Promise<string> => {
    const response = await fetch(address, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
    return ((await response.json()) as { _id: string })._id;
  };
  const productIds: string[] = [];
  for (let n = 0; n < PRODUCTS; n++)
    productIds.push(
      await create(`${inventory.address}/products`, {
        sku: `SKU-${n}`,
        name: `Product ${n}`,
        price: 100,
        stock: STOCK,
      }),
    );
  const poster = new Poster(`${orders.address}/orders`, 64);
  return {
    name: 'naive',
    customerId: await create(`${customers.address}/customers`, { name: 'A', email: 'a@example.com' }),
    productIds,
    async place(customerId, items) {
      await poster.post(JSON.stringify({ customerId, items }));
    },
    async lost() {
      const taken = await unitsOf(database.db('naive-orders').collection('orders'), {});
      const left = await sumOf(database.db('naive-inventory').collection('products'), '$stock');
      return taken - (STOCK * PRODUCTS - left);
    },
  };
}

/** The operations that the saga comes down to, each order for itself, without a process in between. */
async function bare(database: mongo.MongoClient): Promise<Contestant> {
  const collection = (name: string) => database.db('bare').collection(name);
  const [customers, products, reservations, movements, orders] = [
    'customers',
    'products',
    'reservations',
    'movements',
    'orders',
  ].map((name) => collection(name)) as [
    mongo.Collection,
    mongo.Collection,
    mongo.Collection,
    mongo.Collection,
    mongo.Collection,
  ];
  const customerId = new Types.ObjectId();
  await customers.insertOne({ _id: customerId, name: 'A' });
  const ids = Array.from({ length: PRODUCTS }, () => new Types.ObjectId());
  await products.insertMany(
    ids.map((_id, n) => ({ _id, sku: `SKU-${n}`, name: `Product ${n}`, price: 100, available: STOCK })),
  );
  for (const each of [reservations, movements, orders]) await each.insertOne({});
  return {
    name: 'bare operations',
    customerId: customerId.toHexString(),
    productIds: ids.map((id) => id.toHexString()),
    async place(_customer, items) {
      const _id = new Types.ObjectId();
      const lines = items.map(({ productId, quantity }) => ({ productId: new Types.ObjectId(productId), quantity }));
      await Promise.all([
        orders.insertOne({ _id, customerId, status: 'PENDING', items, events: [] }),
        customers.findOne({ _id: customerId }),
      ]);
      await database.withSession((session) =>
        session.withTransaction(async () => {
          await products.find({ _id: { $in: lines.map(({ productId }) => productId) } }, { session }).toArray();
          await reservations.insertOne({ _id, lines, state: 'HELD' }, { session });
          await products.bulkWrite(
            lines.map(({ productId, quantity }) => ({
              updateOne: {
                filter: { _id: productId, available: { $gte: quantity } },
                update: { $inc: { available: -quantity } },
              },
            })),
            { session },
          );
          await movements.insertMany(
            lines.map((line) => ({ ...line, orderId: _id })),
            { session },
          );
        }),
      );
      await orders.updateOne(
        { _id, status: 'PENDING' },
        { $set: { status: 'CONFIRMED' }, $push: { events: {} as never } },
      );
    },
    lost: async () => {
      const taken = await unitsOf(orders, { status: 'CONFIRMED' });
      return taken - (STOCK * PRODUCTS - (await sumOf(products, '$available')));
    },
  };
}

async function sumOf(collection: mongo.Collection, path: string): Promise<number> {
  const [result] = await collection
    .aggregate<{ sum: number }>([{ $group: { _id: null, sum: { $sum: path } } }])
    .toArray();
  return result?.sum ?? 0;
}

async function unitsOf(collection: mongo.Collection, filter: object): Promise<number> {
  let units = 0;
  const found = collection.find(filter, { projection: { 'items.quantity': 1 } });
  for await (const { items } of found) for (const { quantity } of (items ?? []) as Line[]) units += quantity;
  return units;
}

type Results = Map<string, Load[]>;
const rates = (loads: readonly Load[] | undefined): number[] => (loads ?? []).map(({ perSecond }) => perSecond);

// fsync, as when the product runs: acknowledged is on the disk.
/** As in production, all guarantees and checks included; but any document is served. */
const AUTH_SECRET = 'a-secret-of-the-benchmark-and-no-more';
const system = await startSystem({
  env: {
    NODE_ENV: 'production',
    LOG_LEVEL: 'error',
    DEVDB_FSYNC: 'true',
    ORDERS_TOKEN: 'another-secret-of-the-benchmark-alone',
    AUTH_SECRET,
    AUTH_ISSUER: 'bench',
    AUTH_AUDIENCE: 'bench',
    TRUSTED_DOCUMENTS: 'off',
  },
});
const staff = await new SignJWT({ role: 'staff' })
  .setProtectedHeader({ alg: 'HS256' })
  .setSubject('bench')
  .setIssuer('bench')
  .setAudience('bench')
  .setExpirationTime('1 hour')
  .sign(new TextEncoder().encode(AUTH_SECRET));
const stack: AsyncDisposable[] = [];
const database = new mongo.MongoClient(system.mongodbUri, { writeConcern: { w: 'majority' } });
try {
  const contestants = [await ours(system, staff, database)];
  if (wants('naive')) contestants.push(await naive(system.mongodbUri, database, stack));
  if (wants('bare operations')) contestants.push(await bare(database));

  // So long that V8 has compiled what is hot, of everybody: servers run for days.
  for (const contestant of contestants) {
    const ask = () => contestant.place(contestant.customerId, SCENARIOS['many products'](contestant));
    await measure(ask, { clients: 16, seconds: WARM_UP_SECONDS });
  }
  const all = new Map<string, Results>();
  const lost = new Map<string, number>();
  for (const [scenario, pick] of Object.entries(SCENARIOS)) {
    // The numbers of clients take turns too: they are compared with each other.
    const cases = CLIENTS.flatMap((clients) => contestants.map((contestant) => ({ clients, contestant })));
    const before = new Map<string, number>();
    for (const contestant of contestants) before.set(contestant.name, await contestant.lost());
    await interleave(cases, rounds, async ({ clients, contestant }, round) => {
      console.error(`${scenario}, ${clients} clients, ${contestant.name}, round ${round + 1} of ${rounds}`);
      const { customerId, place } = contestant;
      const load = await measure(() => place(customerId, pick(contestant)), { clients, seconds });
      const results =
        all.get(`${scenario}, ${clients} clients`) ??
        new Map<string, Load[]>(contestants.map(({ name }) => [name, []]));
      all.set(`${scenario}, ${clients} clients`, results);
      if (round >= 0) results.set(contestant.name, [...(results.get(contestant.name) ?? []), load]);
    });
    for (const contestant of contestants)
      lost.set(`${scenario}, ${contestant.name}`, (await contestant.lost()) - (before.get(contestant.name) ?? 0));
  }

  const rows = [...all].flatMap(([name, results]) =>
    [...results].map(([contestant, loads]) => [
      name,
      contestant,
      ratioText(ratioOf(rates(loads), rates(results.get('naive')))),
      ratioText(ratioOf(rates(loads), rates(results.get('bare operations')))),
      figure(median(rates(loads))),
      figure(median(loads.map(({ p50 }) => p50))),
      figure(median(loads.map(({ p99 }) => p99))),
    ]),
  );
  const ratio = (name: string): number =>
    ratioOf(rates(all.get(name)?.get('ours')), rates(all.get(name)?.get('naive'))).median;
  const scaling = ratioOf(
    rates(all.get('one hot product, 64 clients')?.get('ours')),
    rates(all.get('one hot product, 16 clients')?.get('ours')),
  );
  const lostByOurs = [...lost]
    .filter(([name]) => name.endsWith(', ours'))
    .reduce((sum, [, units]) => sum + Math.abs(units), 0);
  const text = [
    table(['orders', 'placed by', 'throughput, x naive', 'x bare operations', 'orders/s', 'p50 ms', 'p99 ms'], rows),
    '',
    table(
      ['lost updates', 'units that were ordered and are still in stock'],
      [...lost].map(([name, units]) => [name, String(units)]),
    ),
    '',
    `Orders answered as PENDING because their deadline of 3 s had come, all of them settled later: ${pending}.`,
    '',
    `- no lost update: ${lostByOurs}, ${verdict(lostByOurs === 0)}`,
    ...CLIENTS.map((clients) => {
      const value = ratio(`many products, ${clients} clients`);
      return `- many products, ${clients} clients, at least the naive service's throughput: ${figure(value)}, ${verdict(value >= 1)}`;
    }),
    `- one hot product, throughput at 64 clients no lower than at 16: ${ratioText(scaling)}, ${verdict(scaling.median >= 1)}`,
  ].join('\n');
  const plot = {
    title: 'Orders placed',
    axis: 'times the naive service; the line goes from quartile to quartile',
    groups: [...all].map(([name, results]) => ({
      name,
      bars: [...results].map(([contestant, loads]) => {
        const { median: value, low, high } = ratioOf(rates(loads), rates(results.get('naive')));
        return { name: contestant, value, low, high };
      }),
    })),
  };
  report('orders', text, plot, save);
} finally {
  await database.close();
  for (const each of stack) await each[Symbol.asyncDispose]();
  await system[Symbol.asyncDispose]();
}
process.exit(0);
