/**
 * The use cases of inventory, one object for the resolvers and loaders. It knows no GraphQL; what it answers are plain
 * objects in the API's shape, and refusals carry their `__typename`.
 */
import type { Connection } from '../shared/mongo.ts';
import { type LedgerService, createLedgerService } from './ledger.ts';
import { type ProductsService, createProductsService } from './products.ts';
import { type ReservationsService, createReservationsService } from './reservations.ts';
import { type StockService, createStockService } from './stock.ts';
import { createStore } from './store.ts';

export type { StockMovement, StockMovementConnection } from './ledger.ts';
export type { Product, ProductConnection } from './products.ts';

export interface InventoryService extends ProductsService, StockService, ReservationsService, LedgerService {}

/** Registers its models on the connection; building their indexes before the first request is the caller's part. */
export function createInventoryService(database: Connection): InventoryService {
  const store = createStore(database);
  return {
    ...createProductsService(store),
    ...createStockService(store),
    ...createReservationsService(store),
    ...createLedgerService(store),
  };
}
