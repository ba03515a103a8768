/** Where inventory keeps its documents, and the one way in which its services change stock: in line, all or nothing. */
import { isDatabaseAway } from '../shared/outages.ts';
import { isId } from '../shared/ids.ts';
import { type ClientSession, ConflictError, type Connection, outOfTime, transaction } from '../shared/mongo.ts';
import type { RequestContext } from '../../runtime/request.ts';
import { type Collection, type Models, modelsOf, objectId } from './model.ts';
import { type Company, createQueue } from './queue.ts';

/** What a use case must know of the request that asks for it. */
export type Request = Pick<RequestContext, 'caller' | 'deadline' | 'log'>;

/** Ends the work of `change` with an answer, and with nothing written. */
export type Refuse<T> = (answer: T) => never;

/** Requests in one transaction: so many that they don't keep those that come later waiting for long. */
const MAX_TOGETHER = 32;
/** How often they are tried together: another process that sells the same products is done by then, one that hangs is not. */
const TRIES = 3;

/** What an order asks of the products in its lines. */
interface OrderWork {
  orderId: string;
  productIds: readonly string[];
  request: Pick<Request, 'deadline'>;
}

/** Gives an outcome for each item, in their order. `company`: with whom they were put together. */
type WorkTogether<Item, T> = (
  items: readonly Item[],
  transaction: { session: ClientSession; refuse: Refuse<(T | Error)[]>; company: Company },
) => Promise<(T | Error)[]>;

export interface Store extends Models {
  /**
   * Runs `work` in a transaction, in line with other work on the same products; again after a conflict. What it returns
   * is committed; what it refuses with is answered after a rollback. Throws DEADLINE_EXCEEDED where the request's time is up.
   */
  change: <T>(
    productIds: readonly string[],
    request: Pick<Request, 'deadline'>,
    work: (session: ClientSession, refuse: Refuse<T>) => Promise<T>,
  ) => Promise<T>;
  /** In the same lines, but without a transaction: for a single write. */
  inLine: <T>(productIds: readonly string[], request: Pick<Request, 'deadline'>, work: () => Promise<T>) => Promise<T>;
  /**
   * As `change`, but items of one kind that stand next to each other in their lines share a transaction. Where it fails,
   * they are tried in smaller company: in the end each by itself. An order has a line too, so that what is asked of it first
   * is done first.
   */
  changeTogether: <Item extends OrderWork, T>(work: WorkTogether<Item, T>) => (item: Item) => Promise<T>;
}

/** Carries an answer out of a transaction: what its callback returns would be committed, and an error is not. */
class Rollback<T> extends Error {
  readonly answer: T;
  constructor(answer: T) {
    super('rolled back');
    this.answer = answer;
  }
}

export function createStore(connection: Connection): Store {
  const queue = createQueue();
  const models = modelsOf(connection);

  /**
   * Takes products before anything is read. Between reading a product and writing it, another process that writes it all the
   * time would nearly always be faster, and the transaction would fail again.
   */
  async function lock(productIds: readonly string[], session: ClientSession): Promise<void> {
    const ids = [...new Set(productIds)].filter(isId).map(objectId);
    if (ids.length > 0) await models.products.updateMany({ _id: { $in: ids } }, { $inc: { locks: 1 } }, { session });
  }

  async function transact<T>(
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
          if (attempt > 1) await lock(productIds, session);
          return work(session, refuse);
        },
        options,
      );
    } catch (error) {
      // Only `refuse` above makes one in here, so its answer is a T.
      if (error instanceof Rollback) return error.answer as T;
      throw error;
    }
  }

  /** An outcome for each item; those whose time is up hold up nobody else. */
  async function transactTogether<Item extends OrderWork, T>(
    items: readonly Item[],
    company: Company,
    work: WorkTogether<Item, T>,
  ): Promise<(T | Error)[]> {
    const now = Date.now();
    const inTime = items.filter(({ request }) => request.deadline > now);
    if (inTime.length === 0) return items.map(outOfTime);
    try {
      const outcomes = await transact<(T | Error)[]>(
        inTime.flatMap(({ productIds }) => productIds),
        Math.min(...inTime.map(({ request }) => request.deadline)),
        (session, refuse) => work(inTime, { session, refuse, company }),
        { tries: company === 'anybody' ? TRIES : Infinity },
      );
      const outcomeOf = new Map(inTime.map((item, n) => [item, outcomes[n]]));
      return items.map((item) => outcomeOf.get(item) ?? outOfTime());
    } catch (error) {
      // Each by itself could only fail as well.
      if (error instanceof Error && !(error instanceof ConflictError) && isDatabaseAway(error))
        return items.map(() => error);
      throw error;
    }
  }

  return {
    ...models,
    change: (productIds, { deadline }, work) => queue.run(productIds, () => transact(productIds, deadline, work)),
    inLine: (productIds, { deadline }, work) =>
      queue.run(productIds, () => {
        if (Date.now() >= deadline) throw outOfTime();
        return work();
      }),
    changeTogether<Item extends OrderWork, T>(work: WorkTogether<Item, T>) {
      const share = queue.share<Item, T>((items, company) => transactTogether(items, company, work), {
        most: MAX_TOGETHER,
      });
      return (item: Item) => share([`order ${item.orderId}`, ...item.productIds], item);
    },
  };
}

/**
 * Inserts one document as it is. By the driver's insertOne: insertMany is a bulk write to the driver, whose errors don't
 * tell which unique index refused.
 */
export async function insert<T extends object>(
  model: Collection<T>,
  document: T,
  session: ClientSession,
): Promise<void> {
  await model.collection.insertOne(document, { session });
}

/** The stage of an update that keeps lowStock true to the two fields that it follows from. */
export const SET_LOW_STOCK = { $set: { lowStock: { $lte: ['$available', '$lowStockThreshold'] } } };

/** The update that adds to a product's stock. One pipeline, so that lowStock can't lag behind. */
export const addStock = ({ onHand = 0, available = 0 }: { onHand?: number; available?: number }) => [
  { $set: { onHand: { $add: ['$onHand', onHand] }, available: { $add: ['$available', available] } } },
  SET_LOW_STOCK,
];
