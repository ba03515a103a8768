/** The use cases of inventory as one object, for resolvers and loaders. Answers are plain objects in the API's shape. */
import type { Connection } from '../shared/mongo.ts';
import { type MovementsService, createMovementsService } from './movements.ts';
import { type ProductsService, createProductsService } from './products.ts';
import { type ReservationsService, createReservationsService } from './reservations.ts';
import { type StockService, createStockService } from './stock.ts';
import { createStore } from './store.ts';

export type { StockMovementConnection } from './movements.ts';
export type { Product, ProductConnection } from './products.ts';

export interface InventoryService extends ProductsService, StockService, ReservationsService, MovementsService {}

/** Registers the models on the connection. The caller builds their indexes. */
export function createInventoryService(database: Connection): InventoryService {
  const store = createStore(database);
  return {
    ...createProductsService(store),
    ...createStockService(store),
    ...createReservationsService(store),
    ...createMovementsService(store),
  };
}
