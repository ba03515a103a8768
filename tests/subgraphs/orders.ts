/**
 * For tests: the orders service on its own database, with real customers and inventory processes; and a proxy that
 * injects faults into the calls between them.
 */
import { randomBytes } from 'node:crypto';
import { type IncomingMessage, type ServerResponse, createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Caller } from '../../runtime/caller.ts';
import { createLogger } from '../../runtime/log.ts';
import type { RequestContext } from '../../runtime/request.ts';
import { createSigner } from '../../runtime/token.ts';
import type { CreateOrderResult } from '../../subgraphs/orders/create-order.ts';
import { type Loaders, createLoaders } from '../../subgraphs/orders/loaders.ts';
import { type OrderDocument, type OrderModel, orderModel } from '../../subgraphs/orders/model.ts';
import type { Order } from '../../subgraphs/orders/order.ts';
import { createParticipants } from '../../subgraphs/orders/participants.ts';
import { OrdersService } from '../../subgraphs/orders/service.ts';
import { type Connection, buildIndexes, connect, toId } from '../../subgraphs/shared/mongo.ts';
import { type System, SUBGRAPH_TOKEN, startSystem, until } from '../harness.ts';

export const STAFF: Caller = { service: 'gateway', role: 'staff', id: 'ada' };
export const customerOf = (id: string): Caller => ({ service: 'gateway', role: 'customer', id });
/** An id that doesn't exist. */
export const UNKNOWN_ID = 'f'.repeat(24);

/** What a proxy does with one request. `forward` sends it to the participant, and returns the answer. */
export type Treatment = (forward: () => Promise<Buffer>, response: ServerResponse) => Promise<void>;

/** Passes the participant's answer on. */
export const passOn: Treatment = async (forward, response) => {
  response.setHeader('content-type', 'application/json').end(await forward());
};
/** The participant does its work, and its answer is lost with the connection. */
export const loseAnswer: Treatment = async (forward, response) => {
  await forward();
  response.destroy();
};
/** Answers 503; the request never reaches the participant. */
export const refuse: Treatment = async (_, response) => {
  response.writeHead(503).end();
};

/** Holds everything that awaits `pass` until it is opened; `reached` resolves when something waits. */
export function createGate() {
  let open = (): void => undefined;
  let arrive = (): void => undefined;
  const opened = new Promise<void>((resolve) => (open = resolve));
  const reached = new Promise<void>((resolve) => (arrive = resolve));
  const pass = (): Promise<void> => {
    arrive();
    return opened;
  };
  return { open, reached, pass };
}

interface Proxy extends AsyncDisposable {
  url: string;
  /** The names of the operations received. */
  operations: string[];
  /** How to treat the next requests, one each. */
  treatNext: (...treatments: Treatment[]) => void;
  /** How to treat every other request from now on; at first, `passOn`. */
  treatAll: (treatment: Treatment) => void;
}

async function startProxy(target: string): Promise<Proxy> {
  let queue: Treatment[] = [];
  let rest = passOn;
  const operations: string[] = [];
  const handle = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const body = Buffer.concat(chunks);
    operations.push(/(?:query|mutation) (\w+)/.exec(body.toString())?.[1] ?? '');
    const forward = async (): Promise<Buffer> => {
      const headers = { 'content-type': 'application/json', authorization: request.headers.authorization ?? '' };
      const answer = await fetch(target, { method: 'POST', headers, body });
      return Buffer.from(await answer.arrayBuffer());
    };
    await (queue.shift() ?? rest)(forward, response);
  };
  const server = createServer((request, response) => {
    handle(request, response).catch(() => response.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/graphql`,
    operations,
    treatNext: (...treatments) => {
      queue = treatments;
    },
    treatAll: (treatment) => {
      rest = treatment;
    },
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** customers and inventory as processes, with a database server. */
export interface Shop extends AsyncDisposable {
  system: System;
  /** A new customer's id. */
  customer: () => Promise<string>;
  /** A new product's id. */
  product: (given?: { stock?: number; amount?: number; currency?: string }) => Promise<string>;
  /** Changes onHand of a product. */
  adjust: (productId: string, delta: number) => Promise<void>;
  stock: (productId: string) => Promise<{ onHand: number; available: number; reserved: number }>;
  /** The sums of a product's movements, at most 100 of them. */
  ledger: (productId: string) => Promise<{ onHand: number; available: number }>;
  /** Changes a product's price. */
  reprice: (productId: string, amount: number, currency?: string) => Promise<void>;
  /** A proxy in front of one of the processes, for `orders`. */
  proxyOf: (name: 'customers' | 'inventory') => Promise<Proxy>;
  /** The service, on a new database or on the given one. */
  orders: (options?: OrdersOptions) => Promise<Orders>;
}

interface OrdersOptions {
  database?: string;
  orderDeadlineMs?: number;
  inventory?: Proxy;
  customers?: Proxy;
}

export interface Orders extends AsyncDisposable {
  service: OrdersService;
  connection: Connection;
  database: string;
  /** The model, for data that the service doesn't return. */
  model: OrderModel;
  /** The lines of the log. */
  lines: string[];
  /** A request of `caller`, by default staff, with a long deadline. */
  request: (caller?: Caller, inMs?: number) => RequestContext & { loaders: Loaders };
  /** Places an order as staff. */
  place: (customerId: string, lines: Record<string, number>, idempotencyKey?: string) => Promise<CreateOrderResult>;
  /** Places an order; throws if it is refused. */
  placed: (customerId: string, lines: Record<string, number>, idempotencyKey?: string) => Promise<Order>;
  stored: (orderId: string) => Promise<OrderDocument>;
  /** How many orders are PENDING or have a follow-up. */
  unsettled: () => Promise<number>;
  /** Waits until there is none. An order that is refused for its total gives its stock back after the answer. */
  settled: () => Promise<void>;
  /** The names of the commands that the driver sends while `work` runs. */
  commands: (work: () => Promise<unknown>) => Promise<string[]>;
}

export async function startShop(): Promise<Shop> {
  const system = await startSystem({ start: ['database', 'customers', 'inventory'] });
  const url = (name: 'customers' | 'inventory'): string => `${system[name].address}/graphql`;
  /** The only field of an answer; throws if it is missing. */
  async function field<T>(name: 'customers' | 'inventory', query: string, variables: object): Promise<T> {
    const { data, errors } = await system.subgraph<Record<string, T>>(name, query, variables);
    const [value] = Object.values(data ?? {});
    if (value === undefined || errors !== undefined) throw new Error(JSON.stringify(errors));
    return value;
  }
  const unique = (): string => randomBytes(8).toString('hex');

  return {
    system,
    async customer() {
      const created = await field<{ customer: { id: string } }>(
        'customers',
        'mutation ($input: CreateCustomerInput!) { createCustomer(input: $input) { ... on CreateCustomerSuccess { customer { id } } } }',
        { input: { name: 'Grace', email: `${unique()}@example.org` } },
      );
      return created.customer.id;
    },
    async product({ stock = 100, amount = 1999, currency = 'EUR' } = {}) {
      const created = await field<{ product: { id: string } }>(
        'inventory',
        'mutation ($input: CreateProductInput!) { createProduct(input: $input) { ... on CreateProductSuccess { product { id } } } }',
        { input: { sku: unique(), name: 'Teapot', price: { amount, currency }, initialStock: stock } },
      );
      return created.product.id;
    },
    async adjust(productId, delta) {
      await field(
        'inventory',
        'mutation ($input: AdjustStockInput!) { adjustStock(input: $input) { ... on StockChangeSuccess { replayed } } }',
        { input: { productId, delta, reason: 'delivery' } },
      );
    },
    async reprice(id, amount, currency = 'EUR') {
      await field(
        'inventory',
        'mutation ($input: UpdateProductInput!) { updateProduct(input: $input) { ... on UpdateProductSuccess { product { id } } } }',
        { input: { id, price: { amount, currency } } },
      );
    },
    async stock(id) {
      const query = 'query ($id: ID!) { product(id: $id) { stock { onHand available reserved } } }';
      return (await field<{ stock: Awaited<ReturnType<Shop['stock']>> }>('inventory', query, { id })).stock;
    },
    async ledger(id) {
      const query =
        'query ($id: ID!) { product(id: $id) { movements(first: 100) { nodes { onHandChange availableChange } } } }';
      type Movements = { movements: { nodes: { onHandChange: number; availableChange: number }[] } };
      const { nodes } = (await field<Movements>('inventory', query, { id })).movements;
      return nodes.reduce(
        (sum, { onHandChange, availableChange }) => ({
          onHand: sum.onHand + onHandChange,
          available: sum.available + availableChange,
        }),
        { onHand: 0, available: 0 },
      );
    },
    proxyOf: (name) => startProxy(url(name)),
    orders: (options = {}) =>
      startOrders(
        system.mongodbUri,
        {
          customers: options.customers?.url ?? url('customers'),
          inventory: options.inventory?.url ?? url('inventory'),
        },
        options,
      ),
    [Symbol.asyncDispose]: () => system[Symbol.asyncDispose](),
  };
}

async function startOrders(
  uri: string,
  urls: { customers: string; inventory: string },
  { database = `orders_${randomBytes(6).toString('hex')}`, orderDeadlineMs = 20_000 }: OrdersOptions,
): Promise<Orders> {
  const lines: string[] = [];
  const destination = { write: (line: string) => void lines.push(line) };
  const log = createLogger({ name: 'orders', level: 'info', production: true, destination });
  const connection = await connect({ uri: `${uri}&monitorCommands=true`, database, log });
  const participants = createParticipants(urls, createSigner({ service: 'orders', secret: SUBGRAPH_TOKEN }));
  const service = new OrdersService({ database: connection, participants, orderDeadlineMs, log });
  await buildIndexes(connection);
  const model = orderModel(connection);
  const unsettled = (): Promise<number> => model.countDocuments({ nextAttemptAt: { $exists: true } }).exec();

  const request: Orders['request'] = (caller = STAFF, inMs = 60_000) => {
    const context = { requestId: 'test', traceparent: undefined, deadline: Date.now() + inMs, caller, log };
    return { ...context, loaders: createLoaders(service, context) };
  };
  const place: Orders['place'] = (customerId, given, idempotencyKey) => {
    const items = Object.entries(given).map(([productId, quantity]) => ({ productId, quantity }));
    return service.create({ customerId, items, ...(idempotencyKey !== undefined && { idempotencyKey }) }, request());
  };
  return {
    service,
    connection,
    database,
    model,
    lines,
    request,
    place,
    async placed(...given) {
      const result = await place(...given);
      if (result.__typename !== 'CreateOrderSuccess') throw new Error(JSON.stringify(result));
      return result.order;
    },
    async stored(orderId) {
      const found = await model.findById(toId(orderId)).lean<OrderDocument>().exec();
      if (found === null) throw new Error(`There is no order ${orderId}.`);
      return found;
    },
    unsettled,
    async settled() {
      await until('every order is settled', async () => (await unsettled()) === 0);
    },
    async commands(work) {
      const names: string[] = [];
      const note = ({ commandName }: { commandName: string }): void => void names.push(commandName);
      const client = connection.getClient();
      client.on('commandStarted', note);
      await work();
      client.off('commandStarted', note);
      return names;
    },
    async [Symbol.asyncDispose]() {
      await service.close();
      await participants.close();
      await connection.close();
    },
  };
}
