/** The context of one request's resolvers. */
import type { RequestContext } from '../../runtime/request.ts';
import { type Loaders, createLoaders } from './loaders.ts';
import type { OrdersService } from './service.ts';

export interface Context extends RequestContext {
  orders: OrdersService;
  loaders: Loaders;
}

export const createContext =
  (orders: OrdersService) =>
  (request: RequestContext): Context => ({ ...request, orders, loaders: createLoaders(orders, request) });
