/** What orders stores: one document for each order, with all that happened to it, and the indexes that serve every query. */
import { type Connection, type Model, Schema, Types } from 'mongoose';
import {
  type Debt,
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
  /** As it was sent: what no customer has is kept too, in an order that is REJECTED for it. So are product ids. */
  customerId: string;
  /** Absent where none was sent. It stands for the items' products and quantities, and for the expected total. */
  idempotencyKey?: string;
  /** What the buyer was shown: the order has this total, or is refused. Absent where none was sent. */
  expectedTotal?: Money;
  status: OrderStatus;
  version: number;
  /** Merged and sorted by product id; the snapshot's fields absent until the stock is reserved. */
  items: (Line & Partial<Snapshot>)[];
  /** The sum of the items in the currency's minor unit; NO_TOTAL where there is none. A number in any case, so that it sorts. */
  totalAmount: number;
  currency: string | null;
  refusal: Refusal | null;
  events: OrderEvent[];
  createdAt: Date;
  updatedAt: Date;
  /** What inventory has still to be told; absent where nothing is. */
  owes?: Debt;
  /** When anyone may drive the order on; absent once it is settled and owes nothing. Until then it is the driver's lease. */
  dueAt?: Date;
  /** How often recovery took it up without an end. */
  attempts?: number;
}

export type OrderModel = Model<OrderDocument>;

/** Less than every total, so that orders without one sort first. */
export const NO_TOTAL = -1;

/** Makes the stored id of one that `isId` accepts. */
export const toId = (id: string): Types.ObjectId => Types.ObjectId.createFromHexString(id);
export const newId = (): Types.ObjectId => new Types.ObjectId();

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
    owes: String,
    dueAt: Date,
    attempts: Number,
  },
  { collection: 'orders', versionKey: false, id: false, minimize: false, strict: 'throw' },
);

schema.index({ number: 1 }, { unique: true });
// An absent key claims nothing.
schema.index(
  { customerId: 1, idempotencyKey: 1 },
  { unique: true, partialFilterExpression: { idempotencyKey: { $gt: '' } } },
);
// All that is PENDING or owing, and nothing else.
schema.index({ dueAt: 1 }, { partialFilterExpression: { dueAt: { $exists: true } } });
// Every list names its statuses, six at most, so that the database merges one scan for each of them: a page reads its own
// rows, however many orders of other statuses there are. Every sort of all orders and of one customer's has an index, for
// either direction, ties included, and the newest of a product. Other conditions are checked along the way; a product's orders
// by another sort are found by its index and sorted in memory, or by the sort's index and checked, whichever reads less.
for (const sort of ['createdAt', 'updatedAt', 'totalAmount']) {
  schema.index({ status: 1, [sort]: 1, _id: 1 });
  schema.index({ customerId: 1, status: 1, [sort]: 1, _id: 1 });
}
schema.index({ 'items.productId': 1, status: 1, createdAt: 1, _id: 1 });

/** The model on a connection of its own; its indexes are the caller's to build. */
export const orderModel = (connection: Connection): OrderModel => connection.model<OrderDocument>('Order', schema);

export const toOrder = (stored: OrderDocument): Order => ({
  id: stored._id.toHexString(),
  number: stored.number,
  status: stored.status,
  version: stored.version,
  customerId: stored.customerId,
  items: stored.items.map(itemOf),
  total: stored.currency === null ? null : { amount: stored.totalAmount, currency: stored.currency },
  events: stored.events,
  rejection: stored.refusal,
  createdAt: stored.createdAt,
  updatedAt: stored.updatedAt,
});
