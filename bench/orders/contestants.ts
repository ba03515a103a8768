/** Three ways to place an order: the product, a naive REST service, and the bare operations on the database. */
import type { mongo } from 'mongoose';
import { Types } from 'mongoose';
import { type System, until } from '../../tests/harness.ts';
import { Poster } from '../load.ts';
import { Program } from '../program.ts';

export const PRODUCTS = 300;
/** So many units of each product that none runs out. */
const STOCK = 1_000_000;

export interface Line {
  productId: string;
  quantity: number;
}
export interface Contestant {
  name: string;
  customerId: string;
  /** The first one is the hot product. */
  productIds: string[];
  place: (customerId: string, items: Line[]) => Promise<void>;
  /** Units of all orders, less units that are missing from the stock. */
  lost: () => Promise<number>;
  /** Orders that were answered as PENDING at their deadline, and settled later. */
  pending?: () => number;
}

const CREATE_ORDER = `mutation CreateOrder($input: CreateOrderInput!) { createOrder(input: $input) {
  __typename ... on CreateOrderSuccess { order { id status total { amount currency } } } ... on UserError { message } } }`;

export async function ours(system: System, token: string, database: mongo.MongoClient): Promise<Contestant> {
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
  let pending = 0;
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
      const left = await sumOf(database.db('inventory').collection('products'), '$available');
      return taken - (STOCK * PRODUCTS - left);
    },
    pending: () => pending,
  };
}

export async function naive(uri: string, database: mongo.MongoClient, stack: AsyncDisposable[]): Promise<Contestant> {
  const start = async (role: string, env: Record<string, string> = {}): Promise<Program> => {
    const args = ['--import', 'tsx', 'bench/orders/naive-service.ts', role];
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

/** The saga's operations on the database, each order by itself, without processes in between. */
export async function bare(database: mongo.MongoClient): Promise<Contestant> {
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
