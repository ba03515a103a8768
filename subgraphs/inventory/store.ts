/** Inventory's collections, and the one way in which its services change stock: in the products' queues, all or nothing. */
import type { RequestContext } from '../../runtime/request.ts';
import { isId } from '../shared/ids.ts';
import { type ClientSession, type Connection, toId } from '../shared/mongo.ts';
import { isDatabaseUnavailable } from '../shared/outages.ts';
import { ConflictError, outOfTime, transaction, withoutTransaction } from '../shared/transaction.ts';
import { type Collection, type Models, modelsOf } from './model.ts';
import { type Queue, type Sharing, createQueue } from './queue.ts';

/** The facts of a request that a use case needs. */
export type Request = Pick<RequestContext, 'caller' | 'deadline' | 'log'>;

/** Ends a transaction with an answer, and with nothing written. */
type Refuse<T> = (answer: T) => never;

/** The most requests in one transaction: few enough that later ones don't wait long. */
const MAX_TOGETHER = 32;
/** How often they are tried together. Another process that sells the same products is done by then, unless it hangs. */
const TRIES = 3;

/** An order's work on the products of its lines. */
interface OrderWork {
  orderId: string;
  productIds: readonly string[];
  request: Pick<Request, 'deadline'>;
}

export interface SharedTransaction<T> {
  session: ClientSession;
  refuse: Refuse<(T | Error)[]>;
  /** How the items were put together. */
  sharing: Sharing;
}

/** Gives an outcome for each item, in their order. */
type WorkTogether<Item, T> = (
  items: readonly Item[],
  transaction: SharedTransaction<T>,
) => Promise<readonly (T | Error)[]>;

export interface Store extends Models {
  /**
   * Runs `work` in a transaction, after earlier work on the same products; again after a conflict. What it returns is committed;
   * what it refuses with is answered after a rollback. Throws DEADLINE_EXCEEDED if the request's time is up.
   */
  inTransaction: <T>(
    productIds: readonly string[],
    request: Pick<Request, 'deadline'>,
    work: (session: ClientSession, refuse: Refuse<T>) => Promise<T>,
  ) => Promise<T>;
  /** As `inTransaction`, but without a transaction: for a single write. */
  inQueue: <T>(productIds: readonly string[], request: Pick<Request, 'deadline'>, work: () => Promise<T>) => Promise<T>;
  /**
   * As `inTransaction`, but adjacent items of one kind share a transaction. If it fails, fewer of them share the next one; in the end
   * each has its own. An order has a queue too, so that its requests are served in order.
   */
  inSharedTransaction: <Item extends OrderWork, T>(work: WorkTogether<Item, T>) => (item: Item) => Promise<T>;
}

export function createStore(connection: Connection): Store {
  const queue = createQueue();
  const models = modelsOf(connection);
  return {
    ...models,
    inTransaction: (productIds, { deadline }, work) =>
      queue.run(productIds, () => transact(connection, models, productIds, deadline, work)),
    inQueue: (productIds, { deadline }, work) =>
      queue.run(productIds, () => {
        if (Date.now() >= deadline) throw outOfTime();
        return withoutTransaction(connection, work);
      }),
    inSharedTransaction: (work) => shareTransactions(queue, connection, models, work),
  };
}

function shareTransactions<Item extends OrderWork, T>(
  queue: Queue,
  connection: Connection,
  models: Models,
  work: WorkTogether<Item, T>,
): (item: Item) => Promise<T> {
  const share = queue.share<Item, T>((items, sharing) => transactTogether(connection, models, items, sharing, work), {
    most: MAX_TOGETHER,
  });
  return (item) => share([`order ${item.orderId}`, ...item.productIds], item);
}

/** Carries an answer out of a transaction: an error rolls back, whereas what the callback returns would be committed. */
class Rollback<T> extends Error {
  readonly answer: T;
  constructor(answer: T) {
    super('rolled back');
    this.answer = answer;
  }
}

async function transact<T>(
  connection: Connection,
  models: Models,
  productIds: readonly string[],
  deadline: number,
  work: (session: ClientSession, refuse: Refuse<T>) => Promise<T>,
  options?: { tries: number },
): Promise<T> {
  const refuse: Refuse<T> = (answer) => {
    throw new Rollback(answer);
  };
  try {
    return await transaction(
      connection,
      deadline,
      async (session, attempt) => {
        if (attempt > 1) await lock(models, productIds, session);
        return work(session, refuse);
      },
      options,
    );
  } catch (error) {
    // Only `refuse` above makes one, so its answer is a T.
    if (error instanceof Rollback) return error.answer as T;
    throw error;
  }
}

/**
 * Locks products before anything is read. Otherwise a process that keeps writing a product would nearly always be faster between our
 * read and our write, and the transaction would fail again.
 */
async function lock({ products }: Models, productIds: readonly string[], session: ClientSession): Promise<void> {
  const ids = [...new Set(productIds)].filter(isId).map(toId);
  if (ids.length > 0) await products.updateMany({ _id: { $in: ids } }, { $inc: { locks: 1 } }, { session });
}

/** An outcome for each item. Items whose time is up don't hold up the others. */
async function transactTogether<Item extends OrderWork, T>(
  connection: Connection,
  models: Models,
  items: readonly Item[],
  sharing: Sharing,
  work: WorkTogether<Item, T>,
): Promise<(T | Error)[]> {
  const now = Date.now();
  const inTime = items.filter(({ request }) => request.deadline > now);
  if (inTime.length === 0) return items.map(outOfTime);
  try {
    const outcomes = await transact<readonly (T | Error)[]>(
      connection,
      models,
      inTime.flatMap(({ productIds }) => productIds),
      Math.min(...inTime.map(({ request }) => request.deadline)),
      (session, refuse) => work(inTime, { session, refuse, sharing }),
      { tries: sharing === 'any' ? TRIES : Infinity },
    );
    const outcomeOf = new Map(inTime.map((item, n) => [item, outcomes[n]]));
    return items.map((item) => outcomeOf.get(item) ?? outOfTime());
  } catch (error) {
    // Alone, each would fail for the same reason.
    if (error instanceof Error && !(error instanceof ConflictError) && isDatabaseUnavailable(error))
      return items.map(() => error);
    throw error;
  }
}

/**
 * Inserts one document as it is, by the driver's insertOne. insertMany is a bulk write to the driver, whose errors don't say which
 * unique index refused.
 */
export async function insert<T extends object>(
  model: Collection<T>,
  document: T,
  session: ClientSession,
): Promise<void> {
  await model.collection.insertOne(document, { session });
}

/** The stage of an update that derives lowStock from the fields that it depends on. */
export const SET_LOW_STOCK = { $set: { lowStock: { $lte: ['$available', '$lowStockThreshold'] } } };

/** The update that adds to a product's stock. One pipeline, so that lowStock is always right. */
export const addStock = ({ onHand, available }: { onHand: number; available: number }) => [
  { $set: { onHand: { $add: ['$onHand', onHand] }, available: { $add: ['$available', available] } } },
  SET_LOW_STOCK,
];
