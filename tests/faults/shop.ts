/**
 * A shop to break: customers and products made through the subgraphs, requests that are repeated until they have a
 * definite answer, and what must hold once everything has settled.
 */
import { mongo } from 'mongoose';
import { type Answer, type System, until } from '../harness.ts';
import {
  type Money,
  type Stored,
  type StoredMovement,
  type StoredOrder,
  type StoredProduct,
  type StoredReservation,
  isSettled,
  violationsOf,
} from './invariants.ts';

export interface OrderAnswer {
  __typename: string;
  order?: { id: string; status: string; version: number };
  replayed?: boolean;
  message?: string;
}
export interface Line {
  productId: string;
  quantity: number;
}

const CREATE_ORDER = `mutation ($input: CreateOrderInput!) { createOrder(input: $input) {
  __typename ... on CreateOrderSuccess { order { id status version } replayed } ... on UserError { message } } }`;
const CANCEL = `mutation ($input: CancelOrderInput!) { result: cancelOrder(input: $input) {
  __typename ... on OrderChangeSuccess { order { id status version } } ... on UserError { message } } }`;
const TRANSITION = `mutation ($input: TransitionOrderInput!) { result: transitionOrder(input: $input) {
  __typename ... on OrderChangeSuccess { order { id status version } } ... on UserError { message } } }`;

export type Send = <Data>(query: string, variables: object) => Promise<Answer<Data>>;

/** What a caller gets when nothing definite came back: the request may or may not have been carried out. */
const NO_ANSWER = { __typename: 'NoAnswer' } as const;

/** The mutations of orders through `send`; NO_ANSWER where the network or the server failed. */
export function shopper(send: Send) {
  const ask = async (field: string, query: string, input: object): Promise<OrderAnswer> => {
    try {
      const { data } = await send<Record<string, OrderAnswer>>(query, { input });
      return data?.[field] ?? NO_ANSWER;
    } catch {
      return NO_ANSWER;
    }
  };
  return {
    createOrder: (customerId: string, items: Line[], idempotencyKey: string, expectedTotal?: Money) =>
      ask('createOrder', CREATE_ORDER, { customerId, items, idempotencyKey, expectedTotal }),
    cancelOrder: (orderId: string) => ask('result', CANCEL, { orderId, reason: 'OTHER' }),
    transitionOrder: (orderId: string, to: 'SHIPPED' | 'DELIVERED') => ask('result', TRANSITION, { orderId, to }),
  };
}

/** Asks until there is a definite answer; the request has to be one that may be repeated. */
export const insist = (what: string, ask: () => Promise<OrderAnswer>): Promise<OrderAnswer> =>
  until(
    what,
    async () => {
      const answer = await ask();
      return answer.__typename === NO_ANSWER.__typename || answer.order?.status === 'PENDING' ? null : answer;
    },
    // A process may be restarted meanwhile, on a machine that is busy.
    120_000,
  );

export async function createCustomer(system: System, name: string): Promise<string> {
  const { data } = await system.subgraph<{ createCustomer: { customer: { id: string } } }>(
    'customers',
    'mutation ($input: CreateCustomerInput!) { createCustomer(input: $input) { ... on CreateCustomerSuccess { customer { id } } } }',
    { input: { name, email: `${name}@example.com` } },
  );
  if (!data) throw new Error('no customer was created');
  return data.createCustomer.customer.id;
}

export async function createProduct(system: System, sku: string, initialStock: number): Promise<string> {
  const { data } = await system.subgraph<{ createProduct: { product: { id: string } } }>(
    'inventory',
    'mutation ($input: CreateProductInput!) { createProduct(input: $input) { ... on CreateProductSuccess { product { id } } } }',
    { input: { sku, name: sku, price: { amount: 100, currency: 'EUR' }, initialStock } },
  );
  if (!data) throw new Error('no product was created');
  return data.createProduct.product.id;
}

export interface Stock {
  onHand: number;
  available: number;
}

/** Looks into the databases themselves, behind all services. */
export class Books implements AsyncDisposable {
  readonly #client: mongo.MongoClient;

  private constructor(client: mongo.MongoClient) {
    this.#client = client;
  }

  static async open(system: System): Promise<Books> {
    return new Books(await mongo.MongoClient.connect(system.mongodbUri));
  }

  #read<T>(database: string, collection: string): Promise<T[]> {
    return this.#client.db(database).collection(collection).find().toArray() as Promise<unknown[]> as Promise<T[]>;
  }

  orders(): Promise<StoredOrder[]> {
    return this.#read('orders', 'orders');
  }

  movements(): Promise<StoredMovement[]> {
    return this.#read('inventory', 'stockMovements');
  }

  products(): Promise<StoredProduct[]> {
    return this.#read('inventory', 'products');
  }

  async stock(productId: string): Promise<Stock> {
    const product = (await this.products()).find(({ _id }) => _id.toHexString() === productId);
    if (!product) throw new Error(`there is no product ${productId}`);
    return { onHand: product.onHand, available: product.available };
  }

  /** Waits until no order is PENDING or followUp anything. */
  async settled(ms = 30_000): Promise<void> {
    await until('every order is settled', async () => (await this.orders()).every(isSettled), ms);
  }

  /** All that is stored, collection by collection: of one moment only where nothing is written meanwhile. */
  async stored(): Promise<Stored> {
    const [orders, products, reservations, movements] = await Promise.all([
      this.orders(),
      this.products(),
      this.#read<StoredReservation>('inventory', 'reservations'),
      this.movements(),
    ]);
    return { orders, products, reservations, movements };
  }

  /** Everything that is wrong once all is settled, a sentence each. */
  async faults(): Promise<string[]> {
    return violationsOf(await this.stored());
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#client.close();
  }
}
