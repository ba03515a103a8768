/**
 * Every write to an order, and the reads that writes depend on. A status changes in one place alone, by compare-and-set,
 * together with all that comes with it: version, event, what the new state owes. Talks to the database only.
 */
import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { inBatches } from '../shared/batches.ts';
import { isDuplicateKey, refusedWrites } from '../shared/mongo.ts';
import { NO_TOTAL, type OrderDocument, type OrderModel, newId } from './model.ts';
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
import type { RunStep, Step } from './steps.ts';

/** A driver's call may end a little after its deadline: until then nobody else needs to start. */
const LEASE_GRACE_MS = 2000;
const REREAD_MS = 10;

/** Until when a driver that ends at `deadline` has an order to itself. It saves work, and nothing depends on it. */
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
  /** What else the new state brings: snapshots and total, or the refusal. */
  set?: Partial<Pick<OrderDocument, 'items' | 'totalAmount' | 'currency' | 'refusal'>>;
}

const STEP_TO: Record<StatusChange['to'], Step> = {
  CONFIRMED: 'confirm',
  REJECTED: 'reject',
  CANCELLED: 'cancel',
  SHIPPED: 'ship',
  DELIVERED: 'deliver',
};

/** What becomes of an order's lease with a change of status: a debt has one, a settled order none, DELIVERED keeps SHIPPED's. */
function obligations(
  to: StatusChange['to'],
  deadline: number,
): { $set: Partial<OrderDocument>; $unset?: Record<string, 1> } {
  const { owes } = STATES[to];
  if (owes !== null) return { $set: { owes, dueAt: leaseUntil(deadline) }, $unset: { attempts: 1 } };
  return to === 'CONFIRMED' ? { $set: {}, $unset: { dueAt: 1, attempts: 1 } } : { $set: {} };
}

/** A change of status as one compare-and-set. */
function writeOf(order: OrderDocument, { to, actor, cancelReason, set }: StatusChange, deadline: number) {
  // History never runs backwards, whatever the clocks of two instances say.
  const at = new Date(Math.max(Date.now(), order.updatedAt.getTime()));
  const { $set, $unset } = obligations(to, deadline);
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
    /** Matches the order ever after. With what it sets: another driver's event of the same millisecond may read the same. */
    trace: { _id: order._id, [`events.${order.events.length}`]: event, ...set },
  };
}

type Write = ReturnType<typeof writeOf>;

/** The order as the write leaves it. */
function written(order: OrderDocument, { update: { $set, $unset = {}, $push } }: Write): OrderDocument {
  const changed: OrderDocument = { ...order, ...$set, events: [...order.events, $push.events] };
  for (const field of Object.keys($unset)) Reflect.deleteProperty(changed, field);
  return changed;
}

export type OrderStore = ReturnType<typeof createOrderStore>;

export function createOrderStore(orders: OrderModel, run: RunStep) {
  // The driver's own writes: the documents are complete, and there is nothing for Mongoose to add to them.
  const collection = orders.db.collection<OrderDocument>(orders.collection.name);

  /** Throws what isDuplicateKey can read. */
  const insertOne = inBatches<OrderDocument, unknown>(async (documents) => {
    const [only, ...others] = documents;
    if (only !== undefined && others.length === 0) return [await collection.insertOne(only)];
    const inserted = collection.insertMany(documents, { ordered: false });
    const refused = await inserted.then((): number[] => [], refusedWrites);
    // By itself, it tells which index refuses it.
    return documents.map((document, n) => (refused.includes(n) ? collection.insertOne(document) : null));
  });

  /** Whether the order was as the write expects it, and is now as the write leaves it. */
  const write = inBatches<Write, boolean>(async (writes) => {
    const [only, ...others] = writes;
    if (only !== undefined && others.length === 0) {
      const { matchedCount } = await collection.updateOne(only.filter, only.update);
      return [matchedCount > 0];
    }
    const updates = writes.map(({ filter, update }) => ({ updateOne: { filter, update } }));
    const { matchedCount } = await collection.bulkWrite(updates, { ordered: false });
    if (matchedCount === writes.length) return writes.map(() => true);
    return writes.map(async ({ trace }) => (await collection.countDocuments(trace)) > 0);
  });

  const pending = (order: NewOrder, deadline: number): OrderDocument => {
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
      dueAt: leaseUntil(deadline),
    };
  };

  return {
    /** Writes a new order, PENDING and under a lease. Null where its idempotency key has been claimed before. */
    insert: (order: NewOrder, deadline: number): Promise<OrderDocument | null> =>
      run('insert', async () => {
        for (;;) {
          const document = pending(order, deadline);
          try {
            await insertOne(document);
            return document;
          } catch (error) {
            if (isDuplicateKey(error, 'customerId')) return null;
            if (!isDuplicateKey(error, 'number')) throw error;
          }
        }
      }),

    /** Null too for a moment after the insert that claimed the key, until a majority has it. */
    byKey: (customerId: string, idempotencyKey: string): Promise<OrderDocument | null> =>
      orders.findOne({ customerId, idempotencyKey }).lean<OrderDocument>().exec(),

    /** Takes the order from the status and version it was read in to another; null where it has changed since. */
    change: (order: OrderDocument, change: StatusChange, deadline: number): Promise<OrderDocument | null> =>
      run(STEP_TO[change.to], async () => {
        const asked = writeOf(order, change, deadline);
        return (await write(asked)) ? written(order, asked) : null;
      }),

    /**
     * The order after it has changed since it was read, as a lost compare-and-set has shown; waits until a majority of the
     * servers has the winner's write. Null where there is none by the deadline.
     */
    async reread(order: OrderDocument, deadline: number): Promise<OrderDocument | null> {
      for (;;) {
        const now = await orders.findById(order._id).lean<OrderDocument>().exec();
        if (now !== null && now.version > order.version) return now;
        if (Date.now() + REREAD_MS >= deadline) return null;
        await sleep(REREAD_MS);
      }
    },

    /** What anyone may drive on now, the longest due first: PENDING orders left behind, and debts. */
    due: (limit: number): Promise<OrderDocument[]> =>
      orders
        .find({ dueAt: { $lte: new Date() } })
        .sort({ dueAt: 1 })
        .limit(limit)
        .lean<OrderDocument[]>()
        .exec(),

    /** Takes the lease of an order that is due; null where another driver was faster, or nothing is due. */
    claim: ({ _id, dueAt }: OrderDocument, deadline: number): Promise<OrderDocument | null> =>
      run('claim', async () =>
        dueAt === undefined
          ? null
          : orders
              .findOneAndUpdate(
                { _id, dueAt },
                { $set: { dueAt: leaseUntil(deadline) }, $inc: { attempts: 1 } },
                { returnDocument: 'after' },
              )
              .lean<OrderDocument>()
              .exec(),
      ),

    /** Gives the lease back: the order is due again after `delay` ms. Does nothing where another driver has it by now. */
    postpone: ({ _id, dueAt }: OrderDocument, delay: number): Promise<void> =>
      run('postpone', async () => {
        if (dueAt === undefined) return;
        await orders.updateOne({ _id, dueAt }, { $set: { dueAt: new Date(Date.now() + delay) } }).exec();
      }),

    /** Writes that inventory has done what the order owed. */
    clearDebt: ({ _id, owes }: OrderDocument): Promise<void> =>
      run('clear', async () => {
        if (owes === undefined) return;
        await orders.updateOne({ _id, owes }, { $unset: { owes: 1, dueAt: 1, attempts: 1 } }).exec();
      }),
  };
}
