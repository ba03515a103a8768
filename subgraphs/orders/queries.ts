/**
 * The reads behind every list of orders. Any number of pages or counts that one request asks for at the same time is one
 * query: a union of bounded index scans, so that the orders of fifty customers cost what their rows cost and no more.
 */
import { type Caller, seesAll } from '../../runtime/caller.ts';
import { isId } from '../../runtime/ids.ts';
import type { Filter, PageArgs, PageQuery, Sort } from '../../runtime/pagination.ts';
import { NO_TOTAL, type OrderDocument, type OrderModel, toId, toOrder } from './model.ts';
import type { Order } from './order.ts';
import type { OrderFilter, OrderSort } from './schema.generated.ts';

export interface OrderListArgs extends PageArgs {
  filter?: OrderFilter | null | undefined;
  sort?: OrderSort | null | undefined;
}

/** Matches nothing, by an index. */
const NOTHING: Filter = { customerId: { $in: [] } };

/** Which orders a caller may see: all, its own, none. */
export function visibleTo(caller: Caller): Filter {
  if (seesAll(caller)) return {};
  return caller.role === 'customer' && caller.id !== null ? { customerId: caller.id } : NOTHING;
}

/** What a list is restricted to, by who asks and by what it asks for. */
export function listFilter(filter: OrderFilter | null | undefined, caller: Caller): Filter {
  const { number, customerId, productId, status, createdFrom, createdTo } = filter ?? {};
  const visible = visibleTo(caller);
  const asked: Filter = {
    ...(number != null && { number: number.toUpperCase() }),
    ...(customerId != null && { customerId }),
    ...(productId != null && { 'items.productId': productId }),
    ...(status != null && { status: { $in: status } }),
    ...((createdFrom != null || createdTo != null) && {
      createdAt: { ...(createdFrom != null && { $gte: createdFrom }), ...(createdTo != null && { $lt: createdTo }) },
    }),
  };
  const another = customerId != null && visible['customerId'] !== undefined && visible['customerId'] !== customerId;
  return another ? NOTHING : { ...asked, ...visible };
}

/** Newest first where nothing else is asked for. */
export function listSort(sort: OrderSort | null | undefined): Sort {
  const direction = sort?.direction === 'ASC' ? 1 : -1;
  return sort?.field === 'TOTAL'
    ? { name: 'TOTAL', path: 'totalAmount', direction, type: 'number' }
    : { name: 'CREATED_AT', path: 'createdAt', direction, type: 'date' };
}

/** Where an order stands in a list. */
export const listKey = ({ name }: Sort, order: Order): { value: Date | number; id: string } => ({
  value: name === 'TOTAL' ? (order.total?.amount ?? NO_TOTAL) : order.createdAt,
  id: order.id,
});

/** The orders with these ids, as far as the caller may see them: one query; null for the rest. */
export async function findByIds(orders: OrderModel, ids: readonly string[], caller: Caller): Promise<(Order | null)[]> {
  const found = await orders
    .find({ _id: { $in: ids.filter(isId).map(toId) }, ...visibleTo(caller) })
    .lean<OrderDocument[]>()
    .exec();
  const byId = new Map(found.map((stored) => [stored._id.toHexString(), toOrder(stored)]));
  return ids.map((id) => byId.get(id) ?? null);
}

type Stage = Parameters<OrderModel['aggregate']>[0] extends (infer S)[] | undefined ? S : never;

/** Runs each pipeline over the orders in one query; each has to end in one document at most, with its position as `_id`. */
async function union<T>(orders: OrderModel, pipelines: Stage[][]): Promise<(T | undefined)[]> {
  const [first = [], ...others] = pipelines;
  const coll = orders.collection.collectionName;
  const unions = others.map((pipeline) => ({ $unionWith: { coll, pipeline } }) as Stage);
  const ends = await orders.aggregate<T & { _id: number }>([...first, ...unions]).exec();
  const byPosition = new Map(ends.map((end) => [end._id, end]));
  return pipelines.map((_, position) => byPosition.get(position));
}

/** The rows of each page, in its order. */
export async function findPages(orders: OrderModel, queries: readonly PageQuery[]): Promise<Order[][]> {
  const [only] = queries;
  if (only !== undefined && queries.length === 1) {
    const { filter, sort, limit } = only;
    const found = await orders.find(filter).sort(sort).limit(limit).lean<OrderDocument[]>().exec();
    return [found.map(toOrder)];
  }
  const pages = await union<{ rows: OrderDocument[] }>(
    orders,
    queries.map(({ filter, sort, limit }, position) => [
      { $match: filter },
      { $sort: sort },
      { $limit: limit },
      // The order of a union's documents is not defined; that of $push is.
      { $group: { _id: position, rows: { $push: '$$ROOT' } } },
    ]),
  );
  return pages.map((page) => page?.rows.map(toOrder) ?? []);
}

/** Matches every order, by an index: a count of them all reads its keys and not the documents. */
const EVERYTHING: Filter = { createdAt: { $gte: new Date(0) } };

/** How many orders match each filter. */
export async function countOrders(orders: OrderModel, filters: readonly Filter[]): Promise<number[]> {
  const counts = await union<{ count: number }>(
    orders,
    filters.map((filter, position) => [
      { $match: Object.keys(filter).length === 0 ? EVERYTHING : filter },
      { $group: { _id: position, count: { $sum: 1 } } },
    ]),
  );
  return counts.map((end) => end?.count ?? 0);
}
