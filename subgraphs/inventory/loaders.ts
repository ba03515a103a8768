/** Batches the products that one request looks up one by one into one query. New per request. */
import DataLoader from 'dataloader';
import type { InventoryService, Product } from './service.ts';

export interface Loaders {
  /** A product by its id; null if no product has it. */
  product: DataLoader<string, Product | null>;
}

export const createLoaders = (inventory: InventoryService): Loaders => ({
  product: new DataLoader((ids) => inventory.productsByIds(ids)),
});
