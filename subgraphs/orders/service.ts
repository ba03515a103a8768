/**
 * The use cases of orders: what was bought. A customer sees, places and cancels its own orders alone; another's answers
 * exactly as one that doesn't exist. Talks to the database, and through the saga to customers and inventory.
 */
import { type Caller, seesAll } from '../../runtime/caller.ts';
import { RequestError, badUserInput } from '../../runtime/errors.ts';
import { isId } from '../shared/ids.ts';
import type { Logger } from '../../runtime/log.ts';
import type { Connection as Database } from '../shared/mongo.ts';
import { type Connection, type Filter, type PageQuery, paginate } from '../shared/pagination.ts';
import type { RequestContext } from '../../runtime/request.ts';
import { type OrderDocument, orderModel, toId, toOrder } from './model.ts';
import {
  type CancelReason,
  type ChangeRequest,
  type Order,
  allowedTransitions,
  decide,
  isCustomersReason,
} from './order.ts';
import type { Call, IdsAnswer, Participants } from './participants.ts';
import {
  type OrderListArgs,
  countOrders,
  findByIds,
  findPages,
  listFilter,
  listKey,
  listSort,
  visibleTo,
} from './queries.ts';
import { type Recovery, startRecovery } from './recovery.ts';
import { illegalTransition, orderNotFound, versionConflict } from './refusals.ts';
import { type CreateOrderResult, createSaga } from './saga.ts';
import type { CancelOrderInput, CreateOrderInput, TransitionOrderInput } from './schema.generated.ts';
import { createSteps } from './steps.ts';
import { createOrderStore } from './store.ts';

/** How long a read waits for another subgraph to tell whether something exists. */
const LOOKUP_MS = 1000;

/** For each id whether it was found; null for all where there was no answer. */
const areFound = (ids: readonly string[], answer: IdsAnswer): (boolean | null)[] =>
  ids.map((id) => (answer.outcome === 'unknown' ? null : answer.ids.includes(id)));

export type OrderConnection = Connection<Order>;

export type OrderChangeResult =
  | { __typename: 'OrderChangeSuccess'; order: Order }
  | ReturnType<typeof orderNotFound | typeof illegalTransition | typeof versionConflict>;

/** How a list reads its rows: at once, or together with the request's other lists. */
export interface ListReader {
  page: (query: PageQuery) => Promise<Order[]>;
  count: (filter: Filter) => Promise<number>;
}

export interface OrdersServiceOptions {
  database: Database;
  participants: Participants;
  /** How long createOrder may take, in milliseconds, where its caller doesn't ask for less. */
  orderDeadlineMs: number;
  /** Tests only: the step at which the process kills itself; one of CRASH_POINTS. */
  crashPoint?: string | undefined;
  log: Logger;
}

export type OrdersService = ReturnType<typeof createOrdersService>;

export function createOrdersService({
  database,
  participants,
  orderDeadlineMs,
  crashPoint,
  log,
}: OrdersServiceOptions) {
  const orders = orderModel(database);
  const run = createSteps(crashPoint);
  const store = createOrderStore(orders, run);
  const saga = createSaga({ store, participants, run, orderDeadlineMs });
  let recovery: Recovery | undefined;

  /** A call that a read makes, which is answered without it, too. */
  const lookup = (context: RequestContext): Call => {
    const call = saga.callFor(context);
    return { ...call, deadline: Math.min(call.deadline, Date.now() + LOOKUP_MS) };
  };

  const find = async (id: string, caller: Caller): Promise<OrderDocument | null> =>
    isId(id)
      ? orders
          .findOne({ _id: toId(id), ...visibleTo(caller) })
          .lean<OrderDocument>()
          .exec()
      : null;

  /** Brings an order to another status, and has inventory follow; evaluated again where somebody else changed it meanwhile. */
  async function change(
    orderId: string,
    request: ChangeRequest & { cancelReason?: CancelReason },
    context: RequestContext,
  ): Promise<OrderChangeResult> {
    const call = saga.callFor(context);
    for (;;) {
      const order = await find(orderId, context.caller);
      if (order === null) return orderNotFound(orderId);
      const decision = decide(order, request);
      switch (decision) {
        case 'unchanged':
          return { __typename: 'OrderChangeSuccess', order: toOrder(order) };
        case 'conflict':
          return versionConflict(order.version);
        case 'illegal':
          return illegalTransition(order.status, request.to, allowedTransitions(order.status));
        case 'CANCELLED':
        case 'SHIPPED':
        case 'DELIVERED': {
          const { cancelReason } = request;
          const to = { to: decision, actor: call.actor, ...(cancelReason && { cancelReason }) };
          const changed = await store.change(order, to, call.deadline);
          if (changed !== null) {
            await saga.pay(changed, call);
            return { __typename: 'OrderChangeSuccess', order: toOrder(changed) };
          }
          if ((await store.reread(order, call.deadline)) === null) {
            throw new RequestError('DEADLINE_EXCEEDED', 'The order is being changed. Try again.');
          }
        }
      }
    }
  }

  return {
    /** The orders with these ids, null for what doesn't exist or isn't the caller's: one query. */
    byIds: (ids: readonly string[], caller: Caller): Promise<(Order | null)[]> => findByIds(orders, ids, caller),
    /** Whether there are customers with these ids; null where customers gives no answer soon. */
    customersExist: async (ids: readonly string[], context: RequestContext): Promise<(boolean | null)[]> =>
      areFound(ids, await participants.findCustomers(ids, lookup(context))),
    /** Whether there are products with these ids, 100 at most; null where inventory gives no answer soon. */
    productsExist: async (ids: readonly string[], context: RequestContext): Promise<(boolean | null)[]> =>
      areFound(ids, await participants.findProducts(ids, lookup(context))),
    /** The rows of any number of pages: one query. */
    pages: (queries: readonly PageQuery[]): Promise<Order[][]> => findPages(orders, queries),
    /** The sizes of any number of lists: one query. */
    counts: (filters: readonly Filter[]): Promise<number[]> => countOrders(orders, filters),

    /** One page of the orders that the caller may see. Throws BAD_USER_INPUT for a bad cursor, first or last. */
    list(args: OrderListArgs, caller: Caller, reader: ListReader): Promise<OrderConnection> {
      const sort = listSort(args.sort);
      return paginate({
        args,
        sort,
        filter: listFilter(args.filter, caller),
        toId,
        find: reader.page,
        count: reader.count,
        key: (order) => listKey(sort, order),
      });
    },

    create: (input: CreateOrderInput, context: RequestContext): Promise<CreateOrderResult> =>
      saga.createOrder(input, context, saga.callFor(context)),

    /** Throws BAD_USER_INPUT for a reason that is not the caller's to give. */
    async cancel(
      { orderId, reason, expectedVersion }: CancelOrderInput,
      context: RequestContext,
    ): Promise<OrderChangeResult> {
      if (!seesAll(context.caller) && !isCustomersReason(reason)) {
        throw badUserInput(`input.reason must not be ${reason}: only staff can give that reason.`);
      }
      return change(orderId, { by: 'cancelOrder', to: 'CANCELLED', expectedVersion, cancelReason: reason }, context);
    },

    /** For staff, which the schema sees to. */
    transition: (
      { orderId, to, expectedVersion }: TransitionOrderInput,
      context: RequestContext,
    ): Promise<OrderChangeResult> => change(orderId, { by: 'transitionOrder', to, expectedVersion }, context),

    /** Starts the recovery loop; the indexes have to be there. */
    startRecovery(): void {
      recovery ??= startRecovery({ store, saga, log });
    },

    /** Resolves once nothing goes on any more: the recovery loop has ended, answered requests have nothing left to do. */
    async close(): Promise<void> {
      await recovery?.stop();
      await saga.idle();
    },
  };
}
