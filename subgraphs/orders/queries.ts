/**
 * The reads of orders: by id, and in lists. Pages that are requested at the same time, for example for fifty customers
 * of one request, are one query: a union of bounded index scans, which reads only its own rows. So are counts.
 */
import DataLoader from 'dataloader';
import { type Caller, seesAll } from '../../runtime/caller.ts';
import { findByIds } from '../shared/mongo.ts';
import type { Filter, PageArgs, PageQuery, Sort } from '../shared/pagination.ts';
import { NO_TOTAL, type OrderDocument, type OrderModel, toOrder } from './model.ts';
import { type Order, LISTED, readNumber } from './order.ts';
import type { OrderFilter, OrderSort, OrderSortField } from './schema.generated.ts';

export interface OrderListArgs extends PageArgs {
  filter?: OrderFilter | null | undefined;
  sort?: OrderSort | null | undefined;
}

/** Matches nothing, without a scan. */
const NOTHING: Filter = { customerId: { $in: [] } };

/** MongoDB takes at most 1,000 stages; a page of customers has at most 100. */
const MAX_UNION = 100;

/** The orders that a caller may see: all, its own, or none. */
export function visibleTo(caller: Caller): Filter {
  if (seesAll(caller)) return {};
  return caller.role === 'customer' && caller.id !== null ? { customerId: caller.id } : NOTHING;
}

/** A half-open interval, so that adjacent ones share no order. Either bound may be missing. */
const between = (path: string, from: Date | null | undefined, to: Date | null | undefined): Filter =>
  from == null && to == null ? {} : { [path]: { ...(from != null && { $gte: from }), ...(to != null && { $lt: to }) } };

/**
 * The filter of a list, from its arguments and from what the caller may see. It always names statuses, so that an index that begins
 * with the status serves every sort, however many orders have been refused.
 */
export function listFilter(filter: OrderFilter | null | undefined, caller: Caller): Filter {
  const { number, customerId, productId, status, createdFrom, createdTo, updatedFrom, updatedTo } = filter ?? {};
  const visible = visibleTo(caller);
  const asked: Filter = {
    ...(number != null && { number: readNumber(number) }),
    ...(customerId != null && { customerId }),
    ...(productId != null && { 'items.productId': productId }),
    status: { $in: [...new Set(status ?? LISTED)] },
    ...between('createdAt', createdFrom, createdTo),
    ...between('updatedAt', updatedFrom, updatedTo),
  };
  const another = customerId != null && visible['customerId'] !== undefined && visible['customerId'] !== customerId;
  return another ? NOTHING : { ...asked, ...visible };
}

interface SortField extends Pick<Sort, 'path' | 'type'> {
  value: (order: Order) => Date | number;
}

const SORTS: Record<OrderSortField, SortField> = {
  CREATED_AT: { path: 'createdAt', type: 'date', value: ({ createdAt }) => createdAt },
  UPDATED_AT: { path: 'updatedAt', type: 'date', value: ({ updatedAt }) => updatedAt },
  TOTAL: { path: 'totalAmount', type: 'number', value: ({ total }) => total?.amount ?? NO_TOTAL },
};

/** Newest first by default. */
export function listSort(sort: OrderSort | null | undefined): Sort & { name: OrderSortField } {
  const name = sort?.field ?? 'CREATED_AT';
  const { path, type } = SORTS[name];
  return { name, path, direction: sort?.direction === 'ASC' ? 1 : -1, type };
}

/** An order's position in a list. */
export const listKey = ({ name }: { name: OrderSortField }, order: Order): { value: Date | number; id: string } => ({
  value: SORTS[name].value(order),
  id: order.id,
});

/** The orders with these ids, in one query; null for those that don't exist or that the caller may not see. */
export const ordersByIds = async (
  orders: OrderModel,
  ids: readonly string[],
  caller: Caller,
): Promise<(Order | null)[]> =>
  (await findByIds(orders, ids, visibleTo(caller))).map((stored) => stored && toOrder(stored));

type Stage = Parameters<OrderModel['aggregate']>[0] extends (infer S)[] | undefined ? S : never;

/** Runs all pipelines in one query. Each must end in at most one document, whose `_id` is the pipeline's position. */
async function union<T>(orders: OrderModel, pipelines: Stage[][]): Promise<(T | undefined)[]> {
  const [first = [], ...others] = pipelines;
  const coll = orders.collection.collectionName;
  const unions = others.map((pipeline) => ({ $unionWith: { coll, pipeline } }) as Stage);
  const ends = await orders.aggregate<T & { _id: number }>([...first, ...unions]).exec();
  const byPosition = new Map(ends.map((end) => [end._id, end]));
  return pipelines.map((_, position) => byPosition.get(position));
}

/** Reads pages and counts that are requested at the same time with one query. Caches nothing. */
export class ListReader {
  readonly #pages: DataLoader<PageQuery, Order[]>;
  readonly #counts: DataLoader<Filter, number>;

  constructor(orders: OrderModel) {
    const options = { cache: false, maxBatchSize: MAX_UNION };
    this.#pages = new DataLoader((queries) => findPages(orders, queries), options);
    this.#counts = new DataLoader((filters) => countOrders(orders, filters), options);
  }

  page(query: PageQuery): Promise<Order[]> {
    return this.#pages.load(query);
  }

  count(filter: Filter): Promise<number> {
    return this.#counts.load(filter);
  }
}

/** The rows of each page, in the page's order. */
async function findPages(orders: OrderModel, queries: readonly PageQuery[]): Promise<Order[][]> {
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
      // A union's documents come in any order; those of $push in the order of the sort.
      { $group: { _id: position, rows: { $push: '$$ROOT' } } },
    ]),
  );
  return pages.map((page) => page?.rows.map(toOrder) ?? []);
}

/** How many orders match each filter. */
export async function countOrders(orders: OrderModel, filters: readonly Filter[]): Promise<number[]> {
  const counts = await union<{ count: number }>(
    orders,
    filters.map((filter, position) => [{ $match: filter }, { $group: { _id: position, count: { $sum: 1 } } }]),
  );
  return counts.map((end) => end?.count ?? 0);
}
