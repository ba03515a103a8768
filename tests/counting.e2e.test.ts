/**
 * What a list of orders with their customers and products costs: the calls between processes, and the commands that reach
 * the database, counted on the wire by proxies.
 */
import { type AddressInfo, type Server, type Socket, connect, createServer } from 'node:net';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { deserialize } from 'bson';
import { createClient } from '../client/index.ts';
import { type System, freePort, startSystem } from './harness.ts';

interface Counter extends AsyncDisposable {
  readonly port: number;
  /** What was seen since the last look. */
  take: () => string[];
}

/** A TCP proxy that passes everything on, and gives `watch` the bytes of each connection's client. */
async function startCounter(port: number, target: number, watch: () => (bytes: Buffer) => string[]): Promise<Counter> {
  let seen: string[] = [];
  const sockets = new Set<Socket>();
  const server: Server = createServer((client) => {
    const look = watch();
    const upstream = connect(target, '127.0.0.1');
    for (const [from, to] of [
      [client, upstream],
      [upstream, client],
    ] as const) {
      sockets.add(from);
      from.on('error', () => to.destroy());
      from.on('close', () => to.destroy());
      from.pipe(to);
    }
    client.on('data', (bytes) => seen.push(...look(bytes)));
  });
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  return {
    port: (server.address() as AddressInfo).port,
    take() {
      const taken = seen;
      seen = [];
      return taken;
    },
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** Names each HTTP request of a keep-alive connection. A call's body never begins like a request. */
const httpRequests = () => (bytes: Buffer) => bytes.toString('latin1').match(/^POST \S+(?= HTTP\/1\.1\r$)/gm) ?? [];

/** Commands of the driver that ask for no rows: the connection's own. */
const HOUSEKEEPING = new Set(['hello', 'ismaster', 'ping', 'endSessions', 'saslStart', 'buildInfo']);

/** The recovery loop looks for overdue orders now and then, whatever is asked. */
const isRecovery = (command: { filter?: object }): boolean => 'dueAt' in (command.filter ?? {});

/** Names each command of a connection in MongoDB's wire protocol (OP_MSG), such as `find orders`. */
const commands = () => {
  let rest = Buffer.alloc(0);
  return (bytes: Buffer) => {
    rest = Buffer.concat([rest, bytes]);
    const names: string[] = [];
    while (rest.length >= 4 && rest.length >= rest.readInt32LE(0)) {
      const message = rest.subarray(0, rest.readInt32LE(0));
      rest = rest.subarray(message.length);
      // A header of 16 bytes, 4 of flags, 1 with the first section's kind; 2013 is OP_MSG.
      if (message.readInt32LE(12) !== 2013) continue;
      const body = message.subarray(21);
      const command = deserialize(body.subarray(0, body.readInt32LE(0)));
      const [name = '', collection] = Object.entries(command)[0] ?? [];
      if (!HOUSEKEEPING.has(name) && !isRecovery(command)) names.push(`${name} ${String(collection)}`);
    }
    return names;
  };
};

const CALLED = ['customers', 'inventory', 'orders'] as const;

let system: System;
let counters: Record<(typeof CALLED)[number] | 'database', Counter>;

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
  counters = {
    database: await startCounter(ports.database, system.devdb.port, commands),
    customers: await startCounter(ports.customers, system.customers.port, httpRequests),
    inventory: await startCounter(ports.inventory, system.inventory.port, httpRequests),
    orders: await startCounter(ports.orders, system.orders.port, httpRequests),
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
  for (const counter of Object.values(counters)) await counter[Symbol.asyncDispose]();
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

const QUERY = `query ($first: Int!) {
  orders(first: $first) { nodes { number customer { name } items { quantity product { name } } } }
}`;

test.each([1, 50])(
  'a page of %i: orders with customers and products take one call to each subgraph and one query for each collection',
  async (first) => {
    for (const counter of Object.values(counters)) counter.take();
    const { data, errors } = await system.graphql<{ orders: { nodes: object[] } }>(QUERY, { first });
    expect(errors).toBeUndefined();
    expect(data?.orders.nodes).toHaveLength(first);
    expect(data?.orders.nodes.at(-1)).toMatchObject({
      customer: { name: expect.stringMatching(/^C/) },
      items: [{ product: { name: 'P' } }, { product: { name: 'P' } }],
    });

    for (const name of CALLED)
      expect({ name, calls: counters[name].take() }).toEqual({ name, calls: ['POST /graphql'] });
    expect(counters.database.take().sort()).toEqual(['find customers', 'find orders', 'find products']);
  },
);

test('what the product alone knows by its id is not asked for', async () => {
  for (const counter of Object.values(counters)) counter.take();
  await system.graphql('{ orders { nodes { customer { id } items { product { id } } } } }');
  expect(counters.customers.take()).toEqual([]);
  expect(counters.inventory.take()).toEqual([]);
  expect(counters.database.take()).toEqual(['find orders']);
});
