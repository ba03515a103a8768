/** Who is asking: the service that sent the request, and the person on whose behalf. */

export type Role = 'anonymous' | 'customer' | 'staff' | 'service';

export interface Caller {
  /** The service that sent the request, as its token proves; `*` where a subgraph is open (development). */
  service: string;
  /** `service`: it asks for itself, as the orders subgraph does when it settles an order. */
  role: Role;
  /** The subject of the person's token; a customer's own id. Null where it is not known. */
  id: string | null;
}

/** Everybody, in development without any settings. */
export const OPEN: Caller = { service: '*', role: 'staff', id: null };

/** Whether every row is visible to the caller, and not its own alone. */
export const seesAll = (caller: Caller): boolean => caller.role === 'staff' || caller.role === 'service';

/** Whether the caller may see what belongs to this customer. */
export const mayAccess = (caller: Caller, customerId: string): boolean =>
  seesAll(caller) || (caller.role === 'customer' && caller.id === customerId);

/** Whether the caller has a scope of `@requiresScopes`: `staff`, or `service:` and a service's name. */
export function hasScope(caller: Caller, scope: string): boolean {
  if (caller.service === '*') return true;
  return scope === 'staff'
    ? caller.role === 'staff'
    : caller.role === 'service' && scope === `service:${caller.service}`;
}
