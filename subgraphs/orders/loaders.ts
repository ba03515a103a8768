/** Batches what one request asks for at the same time: orders by id, pages of orders, counts; one query each. New for every request. */
import DataLoader from 'dataloader';
import type { Caller } from '../../runtime/caller.ts';
import type { Filter, PageQuery } from '../../runtime/pagination.ts';
import type { Order } from './order.ts';
import type { ListReader, OrdersService } from './service.ts';

/** MongoDB takes at most 1,000 stages; a page of customers has at most 100. */
const MAX_UNION = 100;

export interface Loaders extends ListReader {
  order: DataLoader<string, Order | null>;
}

export function createLoaders(orders: OrdersService, caller: Caller): Loaders {
  const lists = { cache: false, maxBatchSize: MAX_UNION };
  const pages = new DataLoader<PageQuery, Order[]>((queries) => orders.pages(queries), lists);
  const counts = new DataLoader<Filter, number>((filters) => orders.counts(filters), lists);
  return {
    order: new DataLoader((ids) => orders.byIds(ids, caller)),
    page: (query) => pages.load(query),
    count: (filter) => counts.load(filter),
  };
}
