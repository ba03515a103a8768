/** The context of one request's resolvers. */
import type { RequestContext } from '../../runtime/request.ts';
import { type Loaders, createLoaders } from './loaders.ts';
import type { InventoryService } from './service.ts';

export interface Context extends RequestContext {
  inventory: InventoryService;
  loaders: Loaders;
}

export const createContext =
  (inventory: InventoryService) =>
  (request: RequestContext): Context => ({ ...request, inventory, loaders: createLoaders(inventory) });
