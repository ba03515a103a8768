/**
 * The documents of a large shop, inserted directly into the databases of the subgraphs: one product for ten orders, and
 * one customer for a hundred. Everything depends only on its number, from 0.
 */
import mongoose, { type mongo, Types } from 'mongoose';
import { customerModel, keysOf } from '../subgraphs/customers/model.ts';
import { modelsOf } from '../subgraphs/inventory/model.ts';
import { orderModel } from '../subgraphs/orders/model.ts';

export const ORDERS_PER_PRODUCT = 10;
export const ORDERS_PER_CUSTOMER = 100;
const BATCH = 10_000;

type Kind = 'customer' | 'product' | 'order' | 'movement';
const KINDS: Record<Kind, number> = { customer: 1, product: 2, order: 3, movement: 4 };

export const idOf = (kind: Kind, n: number): string =>
  KINDS[kind].toString(16).padStart(8, '0') + n.toString(16).padStart(16, '0');
const objectId = (kind: Kind, n: number): Types.ObjectId => Types.ObjectId.createFromHexString(idOf(kind, n));
const START = 1_600_000_000_000;
export const createdAt = (n: number): Date => new Date(START + n * 1000);
/** A pseudo-random number that depends only on `n`. */
const scattered = (n: number, below: number): number => (Math.imul(n + 1, 0x9e3779b1) >>> 0) % below;
const STATUSES = ['CONFIRMED', 'SHIPPED', 'DELIVERED', 'DELIVERED', 'DELIVERED', 'CANCELLED'];

function order(n: number, size: number): mongo.Document {
  const at = createdAt(n);
  const items = [1, 2, 3].map((line) => {
    const product = scattered(n * 3 + line, size / ORDERS_PER_PRODUCT);
    return {
      productId: idOf('product', product),
      quantity: line,
      sku: `SKU-${product}`,
      productName: `Product ${product}`,
      unitPrice: { amount: 100 + (product % 900), currency: 'EUR' },
    };
  });
  return {
    _id: objectId('order', n),
    number: n.toString(32).toUpperCase().padStart(10, '0'),
    customerId: idOf('customer', n % (size / ORDERS_PER_CUSTOMER)),
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
    _id: objectId('product', n),
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

/** All of them are of the first ten products. */
const movement = (n: number): mongo.Document => ({
  _id: objectId('movement', n),
  productId: objectId('product', n % 10),
  type: 'ADJUSTED',
  onHandChange: 1,
  availableChange: 1,
  reason: 'counted',
  orderId: null,
  actor: null,
  at: createdAt(n),
});

function customer(n: number): mongo.Document {
  const given = { name: `Customer ${n}`, email: `c${n}@example.com` };
  return { _id: objectId('customer', n), ...given, ...keysOf(given), createdAt: createdAt(n), updatedAt: createdAt(n) };
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

/** @param size how many orders; documents first, then the indexes that the subgraphs declare */
export async function fillLargeShop(uri: string, size: number): Promise<void> {
  // Without the subgraphs' timeouts, because an index of a million orders takes longer.
  const options = { autoIndex: false, autoCreate: false };
  const orders = mongoose.createConnection(uri, { ...options, dbName: 'orders' });
  const inventory = mongoose.createConnection(uri, { ...options, dbName: 'inventory' });
  const customers = mongoose.createConnection(uri, { ...options, dbName: 'customers' });
  const models = { ...modelsOf(inventory), orders: orderModel(orders), customers: customerModel(customers) };
  await insertAll(models.orders.collection, size, (n) => order(n, size));
  await insertAll(models.products.collection, size / ORDERS_PER_PRODUCT, product);
  await insertAll(models.movements.collection, size / ORDERS_PER_PRODUCT, movement);
  await insertAll(models.customers.collection, size / ORDERS_PER_CUSTOMER, customer);
  for (const each of [models.orders, models.products, models.movements, models.customers]) await each.createIndexes();
  for (const connection of [orders, inventory, customers]) await connection.close();
}
