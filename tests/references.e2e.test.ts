/** Orders keep the ids that were sent with them. An id that doesn't exist never becomes a customer or a product. */
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { mongo } from 'mongoose';
import { Books } from './faults/books.ts';
import { createCustomer, createProduct, buyerBy } from './faults/buyer.ts';
import { type Proxy, startProxy } from './faults/proxy.ts';
import { type Answer, type System, startSystem } from './harness.ts';
import type { Process } from './process.ts';

const NOBODY = '0123456789abcdef01234567';
const NOTHING = 'fedcba987654321001234567';

let system: System;
/** Our executor's, and Apollo's. */
let gateways: Process[];
let books: Books;
/** The proxies between orders and the other two subgraphs. */
let customers: Proxy;
let inventory: Proxy;
let customerId: string;
let productId: string;
const shop = buyerBy((query, variables) => system.graphql(query, variables));

beforeAll(async () => {
  customers = await startProxy(() => system.customers.address);
  inventory = await startProxy(() => system.inventory.address);
  system = await startSystem({
    env: { ORDER_DEADLINE_MS: '500', LOG_LEVEL: 'error' },
    envOf: { orders: { CUSTOMERS_URL: customers.url, INVENTORY_URL: inventory.url } },
  });
  gateways = [system.gateway, await system.another('gateway', { GATEWAY_EXECUTOR: 'apollo' })];
  books = await Books.open(system);
  customerId = await createCustomer(system, 'reference');
  productId = await createProduct(system, 'REFERENCE', 5);
});
afterAll(async () => {
  await books[Symbol.asyncDispose]();
  await customers[Symbol.asyncDispose]();
  await inventory[Symbol.asyncDispose]();
  await system[Symbol.asyncDispose]();
});

const IDS = 'id status rejection { reason } customer { id } items { productId product { id } }';
const NAMES = `customer { name } items { product { name } } ${IDS}`;
const ORDERS = 'customer { orders(filter: { status: [REJECTED] }) { totalCount } }';
const FRAGMENTS = `fragment Buyer on Customer { ... on Customer { id } }
  fragment Sold on OrderItem { product { ...Thing } }
  fragment Thing on Product { id }
  fragment Shown on Order { id status rejection { reason } customer { ...Buyer } items { productId ...Sold } }`;

interface Shown {
  id: string;
  status: string;
  rejection: { reason: string } | null;
  customer: { id: string } | null;
  items: { productId: string; product: { id: string } | null }[];
}
interface List {
  orders: { nodes: Shown[] };
}
interface Aliased extends Omit<Shown, 'customer' | 'items'> {
  buyer: { key: string } | null;
  lines: { productId: string; thing: { key: string } | null }[];
}

const keyed = (reference: { key: string } | null) => reference && { id: reference.key };

/** A selection on an order, the fragments that it needs, and how to read its answer under common names. */
const SELECTIONS: { fields: string; fragments?: string; read?: (order: never) => Shown }[] = [
  { fields: IDS },
  { fields: NAMES },
  { fields: `${IDS} ${ORDERS}` },
  { fields: `customer { __typename } items { product { __typename } } ${IDS}` },
  { fields: '...Shown', fragments: FRAGMENTS },
  {
    fields:
      'id status rejection { reason } buyer: customer { key: id } lines: items { productId thing: product { key: id } }',
    read: ({ buyer, lines, ...order }: Aliased) => ({
      ...order,
      customer: keyed(buyer),
      items: lines.map(({ productId: id, thing }) => ({ productId: id, product: keyed(thing) })),
    }),
  },
];

/** A gateway's whole answer, with the extensions of Apollo's executor. */
async function answerOf({ address }: Process, query: string, variables: object): Promise<{ data: unknown }> {
  const response = await fetch(`${address}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ query, variables }),
  });
  return (await response.json()) as { data: unknown };
}

/** The data of a gateway's answer. Fails if there are errors or extensions. */
async function dataOf<Data>(gateway: Process, query: string, variables: object): Promise<Data> {
  const { data, ...rest } = await answerOf(gateway, query, variables);
  expect(rest).toEqual({});
  return data as Data;
}

/** The only order of a customer, in a list and by its id, with each selection, through each gateway. */
async function shown(customer: string, status: string): Promise<Shown[]> {
  const all: Shown[] = [];
  for (const gateway of gateways) {
    for (const { fields, fragments = '', read = (order: Shown) => order } of SELECTIONS) {
      const list = await dataOf<{ orders: { nodes: never[] } }>(
        gateway,
        `query ($of: ID, $status: [OrderStatus!]) { orders(filter: { customerId: $of, status: $status }) { nodes { ${fields} } } } ${fragments}`,
        { of: customer, status: [status] },
      );
      const [order] = list.orders.nodes.map(read);
      if (order === undefined) throw new Error(`${customer} has no order that is ${status}`);
      const single = await dataOf<{ order: never }>(
        gateway,
        `query ($id: ID!) { order(id: $id) { ${fields} } } ${fragments}`,
        { id: order.id },
      );
      expect(read(single.order)).toEqual(order);
      all.push(order);
    }
  }
  return all;
}

const place = (buyer: string, ...productIds: string[]) =>
  shop.createOrder(
    buyer,
    productIds.map((id) => ({ productId: id, quantity: 1 })),
    randomUUID(),
  );

/** The product references of an order's items, by product id. */
const items = (references: Record<string, string | null>) =>
  Object.entries(references)
    .map(([id, to]) => ({ productId: id, product: to === null ? null : { id: to } }))
    .sort((a, b) => (a.productId < b.productId ? -1 : 1));

describe('a refused order refers', () => {
  it.each([NOBODY, 'no id'])(
    'to no customer if there is none (%s), and to those of its products that exist',
    async (buyer) => {
      expect(await place(buyer, productId, NOTHING, 'no product')).toMatchObject({
        __typename: 'CustomerNotFoundError',
      });
      for (const order of await shown(buyer, 'REJECTED')) {
        expect(order).toMatchObject({
          rejection: { reason: 'CUSTOMER_NOT_FOUND' },
          customer: null,
          items: items({ [productId]: productId, [NOTHING]: null, 'no product': null }),
        });
      }
    },
  );

  it('to its customer, but not to products that were not found', async () => {
    const buyer = await createCustomer(system, 'products');
    expect(await place(buyer, productId, NOTHING, 'no product')).toMatchObject({ __typename: 'ProductNotFoundError' });
    for (const order of await shown(buyer, 'REJECTED')) {
      expect(order).toMatchObject({
        customer: { id: buyer },
        items: items({ [productId]: productId, [NOTHING]: null, 'no product': null }),
      });
    }
  });

  it('to its customer and all its products if there was too little stock', async () => {
    const buyer = await createCustomer(system, 'stock');
    const soldOut = await createProduct(system, 'SOLD-OUT', 0);
    expect(await place(buyer, productId, soldOut)).toMatchObject({ __typename: 'InsufficientStockError' });
    for (const order of await shown(buyer, 'REJECTED')) {
      expect(order).toMatchObject({
        customer: { id: buyer },
        items: items({ [productId]: productId, [soldOut]: soldOut }),
      });
    }
  });
});

it('an order that was cancelled before anything was checked refers to what exists', async () => {
  const existing = await createCustomer(system, 'cancelled');
  const missing = 'aaaabbbbccccddddeeeeffff';
  await system.customers.kill();
  for (const buyer of [existing, missing]) {
    const { order } = await place(buyer, productId, NOTHING);
    expect(order).toMatchObject({ status: 'PENDING' });
    expect(await shop.cancelOrder(order?.id ?? '')).toMatchObject({ order: { status: 'CANCELLED' } });
  }
  await system.customers.start();
  for (const buyer of [existing, missing]) {
    for (const order of await shown(buyer, 'CANCELLED')) {
      expect(order).toMatchObject({
        customer: buyer === existing ? { id: buyer } : null,
        items: items({ [productId]: productId, [NOTHING]: null }),
      });
    }
  }
});

it('an order refers to deleted rows by their ids, and gives null if other fields are selected', async () => {
  const buyer = await createCustomer(system, 'deleted');
  const sold = await createProduct(system, 'DELETED', 5);
  const { order } = await place(buyer, sold);
  const client = await mongo.MongoClient.connect(system.mongodbUri);
  await client
    .db('customers')
    .collection('customers')
    .deleteOne({ _id: new mongo.ObjectId(buyer) });
  await client
    .db('inventory')
    .collection('products')
    .deleteOne({ _id: new mongo.ObjectId(sold) });
  await client.close();
  const ask = (fields: string) =>
    Promise.all(
      gateways.map((gateway) =>
        answerOf(gateway, `query ($id: ID!) { order(id: $id) { status ${fields} } }`, { id: order?.id }),
      ),
    );
  const IDS_ALONE = 'customer { id } items { product { id } }';
  const byIds = {
    data: { order: { status: 'CONFIRMED', customer: { id: buyer }, items: [{ product: { id: sold } }] } },
  };
  expect(await ask(IDS_ALONE)).toEqual([byIds, byIds]);
  const MORE = 'customer { id name } items { productName product { id stock { available } } }';
  const nothing = {
    data: { order: { status: 'CONFIRMED', customer: null, items: [{ productName: 'DELETED', product: null }] } },
  };
  // Apollo's executor treats it as a value that breaks the schema.
  const extensions = { valueCompletion: [expect.anything(), expect.anything()] };
  expect(await ask(MORE)).toEqual([nothing, { ...nothing, extensions }]);
});

describe('a reference that the order itself does not settle', () => {
  /** The answer, and the calls that orders made for it. */
  const ask = async (query: string, fault?: 'lost answer'): Promise<Answer<List> & { asked: string[] }> => {
    const asked: string[] = [];
    const meter = (body: string) => {
      asked.push(/(?:query|mutation) (\w+)/.exec(body)?.[1] ?? body);
      return fault;
    };
    customers.fault = inventory.fault = meter;
    const answer = await system.subgraph<List>('orders', query);
    customers.fault = inventory.fault = () => undefined;
    return { ...answer, asked };
  };
  const REFUSED = `{ orders(first: 20, filter: { status: [REJECTED] }) { nodes { ${IDS} } } }`;

  it('is asked of inventory once for a page of orders, and not if no product is selected', async () => {
    for (let n = 0; n < 5; n += 1) await place(NOBODY, productId, NOTHING);
    await books.settled();
    const { data, asked } = await ask(REFUSED);
    expect(asked).toEqual(['FindProducts']);
    const refused = data?.orders.nodes.filter(({ rejection }) => rejection?.reason === 'CUSTOMER_NOT_FOUND') ?? [];
    expect(refused.length).toBeGreaterThanOrEqual(5);
    for (const order of refused) {
      expect(order.items).toEqual(expect.arrayContaining(items({ [productId]: productId, [NOTHING]: null })));
    }
    const ids = '{ orders(filter: { status: [REJECTED] }) { nodes { items { productId } customer { id } } } }';
    expect(await ask(ids)).toMatchObject({ asked: [] });
  });

  it('is asked of customers once for a page of orders, and kept if there is no answer', async () => {
    const buyers = await Promise.all(['one', 'two', 'three'].map((name) => createCustomer(system, name)));
    const nobody = ['1', '2', '3'].map((digit) => digit.repeat(24));
    customers.fault = () => 'lost answer';
    for (const { order } of await Promise.all([...buyers, ...nobody].map((buyer) => place(buyer, productId)))) {
      expect(order).toMatchObject({ status: 'PENDING' });
      expect(await shop.cancelOrder(order?.id ?? '')).toMatchObject({ order: { status: 'CANCELLED' } });
    }
    await books.settled();
    const CANCELLED = '{ orders(first: 6, filter: { status: [CANCELLED] }) { nodes { customerId customer { id } } } }';
    const shownBy = ({ data }: Answer<List>) =>
      data?.orders.nodes.map(({ customer }) => customer?.id ?? null).sort() ?? [];
    const answer = await ask(CANCELLED);
    expect(shownBy(answer)).toEqual([...buyers, null, null, null].sort());
    // Meanwhile, recovery may drive an order on.
    expect(answer.asked.filter((name) => name !== 'FindCustomer')).toEqual(['FindCustomers']);
    expect(shownBy(await ask(CANCELLED, 'lost answer'))).toEqual([...buyers, ...nobody].sort());
  });

  it('is not asked for orders whose stock was reserved', async () => {
    await place(customerId, productId);
    expect(await ask(`{ orders(filter: { customerId: "${customerId}" }) { nodes { ${IDS} } } }`)).toMatchObject({
      data: { orders: { nodes: [{ items: items({ [productId]: productId }) }] } },
      asked: [],
    });
  });

  it('is kept if inventory gives no answer, because the product may exist', async () => {
    const { data, errors } = await ask(REFUSED, 'lost answer');
    expect(errors).toBeUndefined();
    const [order] = data?.orders.nodes.filter(({ rejection }) => rejection?.reason === 'CUSTOMER_NOT_FOUND') ?? [];
    expect(order?.items).toEqual(expect.arrayContaining(items({ [productId]: productId, [NOTHING]: NOTHING })));
  });
});

it('orders resolves no customer with a malformed id', async () => {
  const { data } = await system.subgraph(
    'orders',
    'query ($of: [_Any!]!) { _entities(representations: $of) { ... on Customer { id } } }',
    { of: [customerId, 'no id'].map((id) => ({ __typename: 'Customer', id })) },
  );
  expect(data).toEqual({ _entities: [{ id: customerId }, null] });
});
