/**
 * A shop to break: customers and products made through the subgraphs, requests that are repeated until they have a
 * definite answer, and what must hold once everything has settled.
 */
import mongoose, { type Connection } from 'mongoose';
import { type Answer, type System, until } from '../harness.ts';

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
export interface Money {
  amount: number;
  currency: string;
}

const CREATE_ORDER = `mutation ($input: CreateOrderInput!) { createOrder(input: $input) {
  __typename ... on CreateOrderSuccess { order { id status version } replayed } ... on UserError { message } } }`;
const CANCEL = `mutation ($input: CancelOrderInput!) { result: cancelOrder(input: $input) {
  __typename ... on OrderChangeSuccess { order { id status version } } ... on UserError { message } } }`;
const TRANSITION = `mutation ($input: TransitionOrderInput!) { result: transitionOrder(input: $input) {
  __typename ... on OrderChangeSuccess { order { id status version } } ... on UserError { message } } }`;

export type Send = <Data>(query: string, variables: object) => Promise<Answer<Data>>;

/** What a caller gets when nothing definite came back: the request may or may not have been carried out. */
export const NO_ANSWER = { __typename: 'NoAnswer' } as const;

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

interface StoredOrder {
  _id: mongoose.Types.ObjectId;
  customerId: string;
  idempotencyKey?: string;
  status: string;
  items: Line[];
  expectedTotal?: Money;
  totalAmount: number;
  currency: string | null;
  owes?: string;
  dueAt?: Date;
  events: { to: string }[];
  version: number;
}
interface StoredReservation {
  _id: mongoose.Types.ObjectId;
  state: string;
  lines: { productId: mongoose.Types.ObjectId; quantity: number }[];
}
interface StoredMovement {
  productId: mongoose.Types.ObjectId;
  type: string;
  onHandChange: number;
  availableChange: number;
  orderId: mongoose.Types.ObjectId | null;
}

/** The state of a reservation by the status of its order, once nothing is owed. */
const RESERVATION_OF: Record<string, string> = {
  CONFIRMED: 'HELD',
  SHIPPED: 'COMMITTED',
  DELIVERED: 'COMMITTED',
  REJECTED: 'RELEASED',
  CANCELLED: 'RELEASED',
};

/** Looks into the databases themselves, behind all services. */
export class Books implements AsyncDisposable {
  readonly #connection: Connection;

  private constructor(connection: Connection) {
    this.#connection = connection;
  }

  static async open(system: System): Promise<Books> {
    return new Books(await mongoose.createConnection(system.mongodbUri).asPromise());
  }

  #read<T>(database: string, collection: string): Promise<T[]> {
    return this.#connection.useDb(database, { useCache: true }).collection(collection).find().toArray() as Promise<T[]>;
  }

  orders(): Promise<StoredOrder[]> {
    return this.#read('orders', 'orders');
  }

  movements(): Promise<StoredMovement[]> {
    return this.#read('inventory', 'stockMovements');
  }

  async stock(productId: string): Promise<Stock> {
    const products = await this.#read<Stock & { _id: mongoose.Types.ObjectId }>('inventory', 'products');
    const product = products.find(({ _id }) => _id.toHexString() === productId);
    if (!product) throw new Error(`there is no product ${productId}`);
    return { onHand: product.onHand, available: product.available };
  }

  /** Waits until no order is PENDING or owes anything. */
  async settled(ms = 30_000): Promise<void> {
    await until(
      'every order is settled',
      async () => (await this.orders()).every(({ status, owes, dueAt }) => status !== 'PENDING' && !owes && !dueAt),
      ms,
    );
  }

  /** Everything that is wrong once all is settled, a sentence each. */
  async faults(): Promise<string[]> {
    const [orders, products, reservations, movements] = await Promise.all([
      this.orders(),
      this.#read<Stock & { _id: mongoose.Types.ObjectId }>('inventory', 'products'),
      this.#read<StoredReservation>('inventory', 'reservations'),
      this.movements(),
    ]);
    const faults: string[] = [];
    const check = (holds: boolean, fault: string): void => {
      if (!holds) faults.push(fault);
    };

    const reservationOf = new Map(reservations.map((reservation) => [reservation._id.toHexString(), reservation]));
    const keys = new Set<string>();
    const confirmed = new Map<string, number>();
    for (const order of orders) {
      const id = order._id.toHexString();
      check(order.status !== 'PENDING', `order ${id} is PENDING`);
      check(
        order.owes === undefined && order.dueAt === undefined,
        `order ${id} still owes ${order.owes ?? 'something'}`,
      );
      check(
        order.version === order.events.length,
        `order ${id} has version ${order.version} after ${order.events.length} events`,
      );
      const { expectedTotal, totalAmount, currency } = order;
      check(
        expectedTotal === undefined ||
          currency === null ||
          (expectedTotal.amount === totalAmount && expectedTotal.currency === currency),
        `order ${id} has a total of ${totalAmount}, and ${expectedTotal?.amount} was expected`,
      );
      const reservation = reservationOf.get(id);
      check(
        reservation?.state === RESERVATION_OF[order.status],
        `order ${id} is ${order.status}, and its reservation ${reservation?.state ?? 'missing'}`,
      );
      if (order.idempotencyKey !== undefined) {
        const key = `${order.customerId} ${order.idempotencyKey}`;
        check(!keys.has(key), `the key ${key} has two orders`);
        keys.add(key);
      }
      if (order.status !== 'CONFIRMED') continue;
      for (const { productId, quantity } of order.items) {
        confirmed.set(productId, (confirmed.get(productId) ?? 0) + quantity);
      }
    }
    const known = new Set(orders.map(({ _id }) => _id.toHexString()));
    for (const { _id, state } of reservations) {
      check(known.has(_id.toHexString()), `a reservation that is ${state} has no order ${_id.toHexString()}`);
    }

    const sum = <T>(rows: T[], amount: (row: T) => number): number =>
      rows.reduce((total, row) => total + amount(row), 0);
    for (const { _id, onHand, available } of products) {
      const id = _id.toHexString();
      check(available >= 0 && available <= onHand, `product ${id} has ${available} available of ${onHand}`);
      const own = movements.filter(({ productId }) => productId.equals(_id));
      const onHandSum = sum(own, ({ onHandChange }) => onHandChange);
      const availableSum = sum(own, ({ availableChange }) => availableChange);
      check(onHandSum === onHand, `product ${id} has ${onHand} on hand, and movements of ${onHandSum}`);
      check(availableSum === available, `product ${id} has ${available} available, and movements of ${availableSum}`);
      const held = sum(
        reservations
          .filter(({ state }) => state === 'HELD')
          .flatMap(({ lines }) => lines.filter(({ productId }) => productId.equals(_id))),
        ({ quantity }) => quantity,
      );
      check(held === onHand - available, `product ${id} has ${onHand - available} reserved, and ${held} held`);
      check(
        (confirmed.get(id) ?? 0) === held,
        `product ${id} has ${held} held, and ${confirmed.get(id) ?? 0} in confirmed orders`,
      );
    }
    return faults;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#connection.close();
  }
}
