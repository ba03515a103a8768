/** Where inventory keeps its documents, and the one way in which its services change stock: in line, all or nothing. */
import { type ClientSession, type Connection, transaction } from '../../runtime/mongo.ts';
import type { RequestContext } from '../../runtime/request.ts';
import { type Collection, type Models, modelsOf } from './model.ts';
import { type Queue, createQueue } from './queue.ts';

/** What a use case must know of the request that asks for it. */
export type Request = Pick<RequestContext, 'caller' | 'deadline' | 'log'>;

/** Ends the work of `change` with an answer, and with nothing written. */
export type Refuse<T> = (answer: T) => never;

export interface Store extends Models, Pick<Queue, 'isFree' | 'whenFree'> {
  /**
   * Runs `work` in a transaction, in line with other work on the same products; again after a conflict. What it returns
   * is committed; what it refuses with is answered after a rollback. Throws DEADLINE_EXCEEDED where the request's time is up.
   */
  change: <T>(
    productIds: readonly string[],
    request: Pick<Request, 'deadline'>,
    work: (session: ClientSession, refuse: Refuse<T>) => Promise<T>,
  ) => Promise<T>;
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
  return {
    ...modelsOf(connection),
    change: <T>(
      productIds: readonly string[],
      { deadline }: Pick<Request, 'deadline'>,
      work: (session: ClientSession, refuse: Refuse<T>) => Promise<T>,
    ) =>
      queue.run(productIds, async () => {
        const refuse: Refuse<T> = (answer) => {
          throw new Rollback(answer);
        };
        try {
          return await transaction(connection, deadline, (session) => work(session, refuse));
        } catch (error) {
          // Only `refuse` above makes one in here, so its answer is a T.
          if (error instanceof Rollback) return error.answer as T;
          throw error;
        }
      }),
    isFree: (productIds) => queue.isFree(productIds),
    whenFree: (productIds) => queue.whenFree(productIds),
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
