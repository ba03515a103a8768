/** The stored form of an order: one document with its whole history, and the indexes that serve every query. */
import { type Collection, type Connection, type Model, Schema, type Types } from 'mongoose';
import {
  type FollowUp,
  type Line,
  type Money,
  type Order,
  type OrderEvent,
  type OrderStatus,
  type Refusal,
  type Snapshot,
  itemOf,
} from './order.ts';

export interface OrderDocument {
  _id: Types.ObjectId;
  number: string;
  /** As it was sent. An id that no customer has is kept too, in an order that is REJECTED for it; the same goes for product ids. */
  customerId: string;
  /** Absent if none was sent. */
  idempotencyKey?: string;
  /** The total that the buyer was shown: the order has this total or is refused. Absent if none was sent. */
  expectedTotal?: Money;
  status: OrderStatus;
  version: number;
  /** Merged and sorted by product id. The snapshot's fields are absent until the stock is reserved. */
  items: (Line & Partial<Snapshot>)[];
  /** The sum of the items in the currency's minor unit; NO_TOTAL if there is none, so that orders without a total sort too. */
  totalAmount: number;
  currency: string | null;
  refusal: Refusal | null;
  events: OrderEvent[];
  createdAt: Date;
  updatedAt: Date;
  /** What inventory must still do; absent if nothing. */
  followUp?: FollowUp;
  /** The end of the driver's lease: from then on anyone may drive the order on. Absent once it is decided and has no follow-up. */
  nextAttemptAt?: Date;
  /** How often recovery has tried without success. */
  attempts?: number;
}

export type OrderModel = Model<OrderDocument>;
export type OrderCollection = Collection<OrderDocument>;

/** Less than every total: orders without one sort first. */
export const NO_TOTAL = -1;

const money = new Schema(
  { amount: { type: Number, required: true }, currency: { type: String, required: true } },
  { _id: false },
);
const item = new Schema(
  {
    productId: { type: String, required: true },
    quantity: { type: Number, required: true },
    sku: String,
    productName: String,
    unitPrice: money,
  },
  { _id: false },
);
const event = new Schema(
  {
    type: { type: String, required: true },
    from: String,
    to: { type: String, required: true },
    at: { type: Date, required: true },
    cancelReason: String,
    actor: String,
  },
  { _id: false },
);

// For reads, indexes, and the names of stored fields. The writes of store.ts bypass Mongoose: they pass whole documents
// of the type above, which the compiler has checked, to the driver. `required` and `strict` have no effect on them.
const schema = new Schema<OrderDocument>(
  {
    number: { type: String, required: true },
    customerId: { type: String, required: true },
    idempotencyKey: String,
    expectedTotal: money,
    status: { type: String, required: true },
    version: { type: Number, required: true },
    items: [item],
    totalAmount: { type: Number, required: true },
    currency: String,
    refusal: Schema.Types.Mixed,
    events: [event],
    createdAt: { type: Date, required: true },
    updatedAt: { type: Date, required: true },
    followUp: String,
    nextAttemptAt: Date,
    attempts: Number,
  },
  { collection: 'orders', versionKey: false, id: false, minimize: false, strict: 'throw' },
);

schema.index({ number: 1 }, { unique: true });
// Orders without a key are not in the index.
schema.index(
  { customerId: 1, idempotencyKey: 1 },
  { unique: true, partialFilterExpression: { idempotencyKey: { $gt: '' } } },
);
// Only orders that are PENDING or have a follow-up.
schema.index({ nextAttemptAt: 1 }, { partialFilterExpression: { nextAttemptAt: { $exists: true } } });
// Every list names its statuses, six at most, so that the database merges one index scan for each: a page reads its own rows,
// however many orders have other statuses. Every sort of all orders and of one customer's orders has an index that serves both
// directions and breaks ties; so has the newest-first list of a product's orders. Other conditions are checked on the way. A
// product's orders by another sort are found by its index and sorted in memory, or by the sort's index and checked, whichever
// reads less.
for (const sort of ['createdAt', 'updatedAt', 'totalAmount']) {
  schema.index({ status: 1, [sort]: 1, _id: 1 });
  schema.index({ customerId: 1, status: 1, [sort]: 1, _id: 1 });
}
schema.index({ 'items.productId': 1, status: 1, createdAt: 1, _id: 1 });

/** The model on a connection. The caller builds its indexes. */
export const orderModel = (connection: Connection): OrderModel => connection.model<OrderDocument>('Order', schema);

/** The driver's own collection, for writes to which Mongoose has nothing to add. */
export const collectionOf = (orders: OrderModel): OrderCollection =>
  orders.db.collection<OrderDocument>(orders.collection.name);

export const toOrder = (stored: OrderDocument): Order => ({
  id: stored._id.toHexString(),
  number: stored.number,
  status: stored.status,
  version: stored.version,
  customerId: stored.customerId,
  items: stored.items.map(itemOf),
  total: stored.currency === null ? null : { amount: stored.totalAmount, currency: stored.currency },
  events: stored.events,
  refusal: stored.refusal,
  createdAt: stored.createdAt,
  updatedAt: stored.updatedAt,
});
