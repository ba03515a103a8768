/** The caller of a request: the service that sent it, and the person on whose behalf. */

export type Role = 'anonymous' | 'customer' | 'staff' | 'service';

export interface Caller {
  /** The service that sent the request, proven by its token; `*` if the subgraph is open (development). */
  service: string;
  /** `service`: it asks for itself, as the orders subgraph does when it settles an order. */
  role: Role;
  /** The subject of the person's token; for a customer, the customer's id. Null if there is none. */
  id: string | null;
}

/** Every caller, in development without settings. */
export const OPEN: Caller = { service: '*', role: 'staff', id: null };

/** Whether every row is visible to the caller, not only its own. */
export const seesAll = (caller: Caller): boolean => caller.role === 'staff' || caller.role === 'service';

/** Whether the caller may see the data of this customer. */
export const mayAccess = (caller: Caller, customerId: string): boolean =>
  seesAll(caller) || (caller.role === 'customer' && caller.id === customerId);

/** Whether the caller has a scope of `@requiresScopes`: `staff`, or `service:` and a service's name. */
export function hasScope(caller: Caller, scope: string): boolean {
  if (caller.service === '*') return true;
  return scope === 'staff'
    ? caller.role === 'staff'
    : caller.role === 'service' && scope === `service:${caller.service}`;
}
