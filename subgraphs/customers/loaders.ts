/** Batches what one request asks for by id: one database query, duplicates asked once. New for every request. */
import DataLoader from 'dataloader';
import type { Caller } from '../../runtime/caller.ts';
import type { Customer, CustomersService } from './service.ts';

export interface Loaders {
  customer: DataLoader<string, Customer | null>;
}

export const createLoaders = (customers: CustomersService, caller: Caller): Loaders => ({
  customer: new DataLoader((ids) => customers.byIds(ids, caller)),
});
