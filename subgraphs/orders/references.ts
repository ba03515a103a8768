/**
 * Which customer and which products an order refers to. An order keeps the ids that were sent with it, and a reference to an
 * id that nothing has would show a thing that doesn't exist.
 */
import { isId } from '../shared/ids.ts';
import type { Order, OrderItem } from './order.ts';

/** Whether something has an id; null where the subgraph that owns it gives no answer. */
export type Exists = (id: string) => Promise<boolean | null>;

interface Reference {
  id: string;
}

/** An item, and the order that it belongs to. */
export interface ItemOfOrder extends OrderItem {
  order: Order;
}

/** What the order's own history says; null where it was settled before the customer was looked up. */
function hasCustomer({ customerId, rejection, total }: Order): boolean | null {
  if (!isId(customerId) || rejection?.reason === 'CUSTOMER_NOT_FOUND') return false;
  return rejection !== null || total !== null ? true : null;
}

/** As for customers: products are looked up after the customer has been found, all of them at once. */
function hasProduct({ productId, order: { rejection, total } }: ItemOfOrder): boolean | null {
  if (!isId(productId)) return false;
  if (rejection?.reason === 'PRODUCT_NOT_FOUND') return !rejection.productIds.includes(productId);
  if (rejection?.reason === 'CUSTOMER_NOT_FOUND') return null;
  return rejection !== null || total !== null ? true : null;
}

/**
 * Null where nothing has this id. Of a PENDING order it is being found out right now, and a list would wait for a subgraph
 * that doesn't answer: its references are given as they are. So are those that nobody can tell about at the moment.
 */
async function reference(
  id: string,
  known: boolean | null,
  { status }: Order,
  exists: Exists,
): Promise<Reference | null> {
  const shown = known ?? (status === 'PENDING' || (await exists(id)) !== false);
  return shown ? { id } : null;
}

export const customerOf = (order: Order, exists: Exists): Promise<Reference | null> =>
  reference(order.customerId, hasCustomer(order), order, exists);

export const productOf = (item: ItemOfOrder, exists: Exists): Promise<Reference | null> =>
  reference(item.productId, hasProduct(item), item.order, exists);
