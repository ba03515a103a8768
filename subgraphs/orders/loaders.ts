/**
 * Batches what one request asks for at the same time: orders by id, pages of orders, counts, one query each; whether
 * customers exist and whether products do, one call each. New for every request.
 */
import DataLoader from 'dataloader';
import type { Filter, PageQuery } from '../shared/pagination.ts';
import type { RequestContext } from '../../runtime/request.ts';
import type { Order } from './order.ts';
import type { Exists } from './references.ts';
import type { ListReader, OrdersService } from './service.ts';

/** MongoDB takes at most 1,000 stages; a page of customers has at most 100. */
const MAX_UNION = 100;
/** How many ids are asked about in one call: as many as inventory takes. */
const MAX_IDS = 100;

export interface Loaders extends ListReader {
  order: DataLoader<string, Order | null>;
  customerExists: Exists;
  productExists: Exists;
}

export function createLoaders(orders: OrdersService, request: RequestContext): Loaders {
  const lists = { cache: false, maxBatchSize: MAX_UNION };
  const pages = new DataLoader<PageQuery, Order[]>((queries) => orders.pages(queries), lists);
  const counts = new DataLoader<Filter, number>((filters) => orders.counts(filters), lists);
  const lookups = { maxBatchSize: MAX_IDS };
  const customers = new DataLoader<string, boolean | null>((ids) => orders.customersExist(ids, request), lookups);
  const products = new DataLoader<string, boolean | null>((ids) => orders.productsExist(ids, request), lookups);
  return {
    order: new DataLoader((ids) => orders.byIds(ids, request.caller)),
    customerExists: (id) => customers.load(id),
    productExists: (id) => products.load(id),
    page: (query) => pages.load(query),
    count: (filter) => counts.load(filter),
  };
}
