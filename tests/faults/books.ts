/** What the databases hold, and whether it keeps the invariants. */
import { mongo } from 'mongoose';
import { type System, until } from '../harness.ts';
import {
  type Stored,
  type StoredMovement,
  type StoredOrder,
  type StoredProduct,
  type StoredReservation,
  isSettled,
  violationsOf,
} from './invariants.ts';

export interface Stock {
  onHand: number;
  available: number;
}

/** Reads the databases directly, not through the services. */
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

  /** Waits until no order is PENDING or has a follow-up. */
  async settled(ms = 30_000): Promise<void> {
    await until('every order is settled', async () => (await this.orders()).every(isSettled), ms);
  }

  /** Everything that is stored. Collections are read one by one, so it is consistent only if nothing is written meanwhile. */
  async stored(): Promise<Stored> {
    const [orders, products, reservations, movements] = await Promise.all([
      this.orders(),
      this.products(),
      this.#read<StoredReservation>('inventory', 'reservations'),
      this.movements(),
    ]);
    return { orders, products, reservations, movements };
  }

  /** The violated invariants once all orders are settled, a sentence each. */
  async violations(): Promise<string[]> {
    return violationsOf(await this.stored());
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#client.close();
  }
}
