/** The context of one request's resolvers. */
import type { RequestContext } from '../../runtime/request.ts';
import { type Loaders, createLoaders } from './loaders.ts';
import type { CustomersService } from './service.ts';

export interface Context extends RequestContext {
  customers: CustomersService;
  loaders: Loaders;
}

export const createContext =
  (customers: CustomersService) =>
  (request: RequestContext): Context => ({ ...request, customers, loaders: createLoaders(customers, request.caller) });
