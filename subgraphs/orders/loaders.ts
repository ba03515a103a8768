/** Batches what one request looks up one by one: orders, customers and products by id, one query or call each. New per request. */
import DataLoader from 'dataloader';
import type { RequestContext } from '../../runtime/request.ts';
import type { Order } from './order.ts';
import type { Exists } from './references.ts';
import type { OrdersService } from './service.ts';

/** How many ids one call may have: as many as inventory accepts. */
const MAX_IDS = 100;

export interface Loaders {
  /** An order by its id; null if it doesn't exist or isn't the caller's. */
  order: DataLoader<string, Order | null>;
  customerExists: Exists;
  productExists: Exists;
}

export function createLoaders(orders: OrdersService, request: RequestContext): Loaders {
  const options = { maxBatchSize: MAX_IDS };
  const customers = new DataLoader<string, boolean | null>((ids) => orders.customersExist(ids, request), options);
  const products = new DataLoader<string, boolean | null>((ids) => orders.productsExist(ids, request), options);
  return {
    order: new DataLoader((ids) => orders.byIds(ids, request.caller)),
    customerExists: (id) => customers.load(id),
    productExists: (id) => products.load(id),
  };
}
