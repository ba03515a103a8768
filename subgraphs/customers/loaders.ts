/** Batches the customers that one request looks up one by one into one query. New per request. */
import DataLoader from 'dataloader';
import type { Caller } from '../../runtime/caller.ts';
import type { Customer, CustomersService } from './service.ts';

export interface Loaders {
  customer: DataLoader<string, Customer | null>;
}

export const createLoaders = (customers: CustomersService, caller: Caller): Loaders => ({
  customer: new DataLoader((ids) => customers.byIds(ids, caller)),
});
