/**
 * The use cases of orders. A customer sees, places and cancels only its own orders; another customer's order answers exactly like
 * one that doesn't exist. Talks to the database, and through the saga to customers and inventory.
 */
import { type Caller, seesAll } from '../../runtime/caller.ts';
import { RequestError, badUserInput } from '../../runtime/errors.ts';
import type { Logger } from '../../runtime/log.ts';
import type { RequestContext } from '../../runtime/request.ts';
import { isId } from '../shared/ids.ts';
import { type Connection as Database, toId } from '../shared/mongo.ts';
import { type Connection, paginate } from '../shared/pagination.ts';
import { withCrashPoint } from './crash-points.ts';
import { type CreateOrderParts, type CreateOrderResult, TrailingWork, createOrder } from './create-order.ts';
import { type OrderDocument, type OrderModel, orderModel, toOrder } from './model.ts';
import {
  type CancelReason,
  type ChangeRequest,
  type Order,
  allowedTransitions,
  decide,
  isCustomersReason,
} from './order.ts';
import { type Call, type IdsAnswer, type Participants, callFor } from './participants.ts';
import { type OrderListArgs, ListReader, listFilter, listKey, listSort, ordersByIds, visibleTo } from './queries.ts';
import { Recovery } from './recovery.ts';
import { illegalTransition, orderNotFound, versionConflict } from './refusals.ts';
import { tryToFinish } from './saga.ts';
import type { CancelOrderInput, CreateOrderInput, TransitionOrderInput } from './schema.generated.ts';
import { createOrderStore } from './store.ts';

/** How long a read waits for another subgraph to say whether ids exist. */
const LOOKUP_MS = 1000;

export type OrderConnection = Connection<Order>;

export type OrderChangeResult =
  | { __typename: 'OrderChangeSuccess'; order: Order }
  | ReturnType<typeof orderNotFound | typeof illegalTransition | typeof versionConflict>;

export interface OrdersServiceOptions {
  database: Database;
  participants: Participants;
  /** How long createOrder may take, in milliseconds, if its caller doesn't ask for less. */
  orderDeadlineMs: number;
  /** Tests only: the step at which the process kills itself; one of CRASH_POINTS. */
  crashPoint?: string | undefined;
  log: Logger;
}

export class OrdersService {
  readonly #orders: OrderModel;
  readonly #lists: ListReader;
  readonly #parts: CreateOrderParts;
  readonly #log: Logger;
  #recovery: Recovery | undefined;

  constructor({ database, participants, orderDeadlineMs, crashPoint, log }: OrdersServiceOptions) {
    this.#orders = orderModel(database);
    this.#lists = new ListReader(this.#orders);
    const store = createOrderStore(this.#orders);
    this.#parts = {
      ...(crashPoint === undefined ? { store, participants } : withCrashPoint(store, participants, crashPoint)),
      trailing: new TrailingWork(),
      orderDeadlineMs,
    };
    this.#log = log;
  }

  /** The orders with these ids, in one query; null for those that don't exist or aren't the caller's. */
  byIds(ids: readonly string[], caller: Caller): Promise<(Order | null)[]> {
    return ordersByIds(this.#orders, ids, caller);
  }

  /** Whether there are customers with these ids; null if customers gives no answer soon. */
  async customersExist(ids: readonly string[], context: RequestContext): Promise<(boolean | null)[]> {
    return areFound(ids, await this.#parts.participants.findCustomers(ids, this.#lookup(context)));
  }

  /** Whether there are products with these ids, at most 100; null if inventory gives no answer soon. */
  async productsExist(ids: readonly string[], context: RequestContext): Promise<(boolean | null)[]> {
    return areFound(ids, await this.#parts.participants.findProducts(ids, this.#lookup(context)));
  }

  /** One page of the orders that the caller may see. Throws BAD_USER_INPUT for a bad cursor, first or last. */
  list(args: OrderListArgs, caller: Caller): Promise<OrderConnection> {
    const sort = listSort(args.sort);
    return paginate({
      args,
      sort,
      filter: listFilter(args.filter, caller),
      toId,
      find: (query) => this.#lists.page(query),
      count: (filter) => this.#lists.count(filter),
      key: (order) => listKey(sort, order),
    });
  }

  create(input: CreateOrderInput, context: RequestContext): Promise<CreateOrderResult> {
    return createOrder(this.#parts, input, context);
  }

  /** Throws BAD_USER_INPUT for a reason that the caller may not give. */
  async cancel(
    { orderId, reason, expectedVersion }: CancelOrderInput,
    context: RequestContext,
  ): Promise<OrderChangeResult> {
    if (!seesAll(context.caller) && !isCustomersReason(reason)) {
      throw badUserInput(`input.reason must not be ${reason}: only staff can give that reason.`);
    }
    return this.#change(
      orderId,
      { by: 'cancelOrder', to: 'CANCELLED', expectedVersion, cancelReason: reason },
      context,
    );
  }

  /** For staff only, by the schema's access rules. */
  transition(
    { orderId, to, expectedVersion }: TransitionOrderInput,
    context: RequestContext,
  ): Promise<OrderChangeResult> {
    return this.#change(orderId, { by: 'transitionOrder', to, expectedVersion }, context);
  }

  /** Starts the recovery loop. The indexes must exist. */
  startRecovery(): void {
    this.#recovery ??= new Recovery({ ...this.#parts, log: this.#log });
  }

  /** Resolves once the recovery loop has ended and answered requests have no work left. */
  async close(): Promise<void> {
    await this.#recovery?.stop();
    await this.#parts.trailing.idle();
  }

  /** Changes an order's status and has inventory follow. Decides again if somebody else has changed the order meanwhile. */
  async #change(
    orderId: string,
    request: ChangeRequest & { cancelReason?: CancelReason },
    context: RequestContext,
  ): Promise<OrderChangeResult> {
    const { store, orderDeadlineMs } = this.#parts;
    const call = callFor(context, orderDeadlineMs);
    for (;;) {
      const order = await this.#find(orderId, context.caller);
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
          const change = { to: decision, actor: call.actor, ...(cancelReason && { cancelReason }) };
          const changed = await store.change(order, change, call.deadline);
          if (changed !== null) {
            await tryToFinish(this.#parts, changed, call);
            return { __typename: 'OrderChangeSuccess', order: toOrder(changed) };
          }
          if ((await store.reread(order, call.deadline)) === null) {
            throw new RequestError('DEADLINE_EXCEEDED', 'The order is being changed. Try again.');
          }
        }
      }
    }
  }

  async #find(id: string, caller: Caller): Promise<OrderDocument | null> {
    if (!isId(id)) return null;
    return this.#orders
      .findOne({ _id: toId(id), ...visibleTo(caller) })
      .lean<OrderDocument>()
      .exec();
  }

  /** The call of a read, which is answered without it too. */
  #lookup(context: RequestContext): Call {
    const call = callFor(context, this.#parts.orderDeadlineMs);
    return { ...call, deadline: Math.min(call.deadline, Date.now() + LOOKUP_MS) };
  }
}

/** For each id whether it was found; null for all if there was no answer. */
const areFound = (ids: readonly string[], answer: IdsAnswer): (boolean | null)[] =>
  ids.map((id) => (answer.outcome === 'unknown' ? null : answer.ids.includes(id)));
