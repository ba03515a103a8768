/**
 * Every write to an order, and the reads that writes depend on. A status changes in one place, by compare-and-set, together with
 * everything that comes with it: version, event, follow-up. Talks only to the database.
 */
import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { inBatches } from '../shared/batches.ts';
import { isDuplicateKey, newId, refusedWrites } from '../shared/mongo.ts';
import { NO_TOTAL, type OrderCollection, type OrderDocument, type OrderModel, collectionOf } from './model.ts';
import {
  type CancelReason,
  type Line,
  type Money,
  type OrderEvent,
  type OrderStatus,
  STATES,
  eventType,
  numberFrom,
} from './order.ts';

/** A driver's last call may end a little after its deadline. Until then no other driver needs to start. */
const LEASE_GRACE_MS = 2000;
const REREAD_MS = 10;

/** Until when a driver with this deadline has an order to itself. The lease saves work; nothing depends on it. */
const leaseUntil = (deadline: number): Date => new Date(deadline + LEASE_GRACE_MS);

export interface NewOrder {
  customerId: string;
  idempotencyKey: string | null;
  expectedTotal: Money | undefined;
  /** Merged. */
  lines: Line[];
  actor: string | null;
}

export interface StatusChange {
  to: Exclude<OrderStatus, 'PENDING'>;
  actor: string | null;
  cancelReason?: CancelReason;
  /** What else comes with the new status: the snapshots and the total, or the refusal. */
  set?: Partial<Pick<OrderDocument, 'items' | 'totalAmount' | 'currency' | 'refusal'>>;
}

export interface OrderStore {
  /** Writes a new order, PENDING and leased. Null if its idempotency key is taken. */
  insert: (order: NewOrder, deadline: number) => Promise<OrderDocument | null>;
  /** Null too for a moment after the insert that took the key, until a majority of the servers has it. */
  byKey: (customerId: string, idempotencyKey: string) => Promise<OrderDocument | null>;
  /** Changes the status of the order as it was read; null if the order has changed since. */
  change: (order: OrderDocument, change: StatusChange, deadline: number) => Promise<OrderDocument | null>;
  /**
   * Reads an order that has changed since it was read, as a lost compare-and-set has shown. Waits until a majority of the servers
   * has the other write; null if that takes longer than the deadline (epoch ms).
   */
  reread: (order: OrderDocument, deadline: number) => Promise<OrderDocument | null>;
  /** The orders that anyone may drive on now, the longest waiting first: PENDING ones left behind, and those with a follow-up. */
  due: (limit: number) => Promise<OrderDocument[]>;
  /** Takes the lease of an order; null if another driver was faster, or if the order needs no driver. */
  claim: (order: OrderDocument, deadline: number) => Promise<OrderDocument | null>;
  /** Gives the lease back: the next attempt may start after `delay` ms. Does nothing if another driver has the order by now. */
  postpone: (order: OrderDocument, delay: number) => Promise<void>;
  /** Writes that inventory has done what had to follow. */
  clearFollowUp: (order: OrderDocument) => Promise<void>;
}

export function createOrderStore(orders: OrderModel): OrderStore {
  const collection = collectionOf(orders);
  const insertOne = inBatches<OrderDocument, unknown>((documents) => insertTogether(collection, documents));
  const write = inBatches<Write, boolean>((writes) => writeTogether(collection, writes));
  return {
    insert: (order, deadline) => insert(insertOne, order, deadline),
    async change(order, change, deadline) {
      const asked = writeOf(order, change, deadline);
      return (await write(asked)) ? written(order, asked) : null;
    },
    byKey: (customerId, idempotencyKey) => orders.findOne({ customerId, idempotencyKey }).lean<OrderDocument>().exec(),
    reread: (order, deadline) => reread(orders, order, deadline),
    due: (limit) =>
      orders
        .find({ nextAttemptAt: { $lte: new Date() } })
        .sort({ nextAttemptAt: 1 })
        .limit(limit)
        .lean<OrderDocument[]>()
        .exec(),
    claim: (order, deadline) => claim(orders, order, deadline),
    async postpone({ _id, nextAttemptAt }, delay) {
      if (nextAttemptAt === undefined) return;
      await orders.updateOne({ _id, nextAttemptAt }, { $set: { nextAttemptAt: new Date(Date.now() + delay) } }).exec();
    },
    async clearFollowUp({ _id, followUp }) {
      if (followUp === undefined) return;
      await orders.updateOne({ _id, followUp }, { $unset: { followUp: 1, nextAttemptAt: 1, attempts: 1 } }).exec();
    },
  };
}

async function insert(
  insertOne: (document: OrderDocument) => Promise<unknown>,
  order: NewOrder,
  deadline: number,
): Promise<OrderDocument | null> {
  for (;;) {
    const document = pendingDocument(order, deadline);
    try {
      await insertOne(document);
      return document;
    } catch (error) {
      if (isDuplicateKey(error, 'customerId')) return null;
      // Two orders drew the same number.
      if (!isDuplicateKey(error, 'number')) throw error;
    }
  }
}

function pendingDocument(order: NewOrder, deadline: number): OrderDocument {
  const now = new Date();
  return {
    _id: newId(),
    number: numberFrom(randomBytes(10)),
    customerId: order.customerId,
    ...(order.idempotencyKey !== null && { idempotencyKey: order.idempotencyKey }),
    ...(order.expectedTotal && { expectedTotal: order.expectedTotal }),
    status: 'PENDING',
    version: 1,
    items: order.lines,
    totalAmount: NO_TOTAL,
    currency: null,
    refusal: null,
    events: [
      { type: eventType('PENDING'), from: null, to: 'PENDING', at: now, cancelReason: null, actor: order.actor },
    ],
    createdAt: now,
    updatedAt: now,
    nextAttemptAt: leaseUntil(deadline),
  };
}

/** One outcome for each document: null if it was written, or a promise that rejects with what isDuplicateKey can read. */
async function insertTogether(collection: OrderCollection, documents: readonly OrderDocument[]): Promise<unknown[]> {
  const [only, ...others] = documents;
  if (only !== undefined && others.length === 0) return [await collection.insertOne(only)];
  const inserted = collection.insertMany([...documents], { ordered: false });
  const refused = await inserted.then((): number[] => [], refusedWrites);
  // A refused document is sent again alone: its own error says which index refuses it.
  return documents.map((document, n) => (refused.includes(n) ? collection.insertOne(document) : null));
}

/** A change of status as one compare-and-set. */
function writeOf(order: OrderDocument, { to, actor, cancelReason, set }: StatusChange, deadline: number) {
  // History never runs backwards, even if the clocks of two processes differ.
  const at = new Date(Math.max(Date.now(), order.updatedAt.getTime()));
  const { $set, $unset } = followUpOf(to, deadline);
  const event: OrderEvent = {
    type: eventType(to),
    from: order.status,
    to,
    at,
    cancelReason: cancelReason ?? null,
    actor,
  };
  return {
    filter: { _id: order._id, status: order.status, version: order.version },
    update: {
      $set: { status: to, version: order.version + 1, updatedAt: at, ...set, ...$set },
      ...($unset && { $unset }),
      $push: { events: event },
    },
    /**
     * Matches the order from this write on, whatever is written later. It includes what the write sets, because another driver's
     * event of the same millisecond may be equal.
     */
    trace: { _id: order._id, [`events.${order.events.length}`]: event, ...set },
  };
}

type Write = ReturnType<typeof writeOf>;

/** The lease that comes with a status: one for its follow-up, none for CONFIRMED; DELIVERED keeps that of SHIPPED. */
function followUpOf(
  to: StatusChange['to'],
  deadline: number,
): { $set: Partial<OrderDocument>; $unset?: Record<string, 1> } {
  const { then } = STATES[to];
  if (then !== undefined) {
    return { $set: { followUp: then, nextAttemptAt: leaseUntil(deadline) }, $unset: { attempts: 1 } };
  }
  return to === 'CONFIRMED' ? { $set: {}, $unset: { nextAttemptAt: 1, attempts: 1 } } : { $set: {} };
}

/** For each write, whether the order was as the write expects it and is now as the write leaves it. */
async function writeTogether(
  collection: OrderCollection,
  writes: readonly Write[],
): Promise<(boolean | Promise<boolean>)[]> {
  const [only, ...others] = writes;
  if (only !== undefined && others.length === 0) {
    const { matchedCount } = await collection.updateOne(only.filter, only.update);
    return [matchedCount > 0];
  }
  const updates = writes.map(({ filter, update }) => ({ updateOne: { filter, update } }));
  const { matchedCount } = await collection.bulkWrite(updates, { ordered: false });
  if (matchedCount === writes.length) return writes.map(() => true);
  return writes.map(async ({ trace }) => (await collection.countDocuments(trace)) > 0);
}

/** The order as the write leaves it. */
function written(order: OrderDocument, { update: { $set, $unset = {}, $push } }: Write): OrderDocument {
  const changed: OrderDocument = { ...order, ...$set, events: [...order.events, $push.events] };
  for (const field of Object.keys($unset)) Reflect.deleteProperty(changed, field);
  return changed;
}

async function reread(orders: OrderModel, order: OrderDocument, deadline: number): Promise<OrderDocument | null> {
  for (;;) {
    const now = await orders.findById(order._id).lean<OrderDocument>().exec();
    if (now !== null && now.version > order.version) return now;
    if (Date.now() + REREAD_MS >= deadline) return null;
    await sleep(REREAD_MS);
  }
}

async function claim(
  orders: OrderModel,
  { _id, nextAttemptAt }: OrderDocument,
  deadline: number,
): Promise<OrderDocument | null> {
  if (nextAttemptAt === undefined) return null;
  return orders
    .findOneAndUpdate(
      { _id, nextAttemptAt },
      { $set: { nextAttemptAt: leaseUntil(deadline) }, $inc: { attempts: 1 } },
      { returnDocument: 'after' },
    )
    .lean<OrderDocument>()
    .exec();
}
