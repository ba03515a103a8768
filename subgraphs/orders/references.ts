/**
 * The customer and the products that an order refers to. An order keeps the ids that were sent with it, whether or not they exist;
 * a reference is given only to what exists.
 */
import { isId } from '../shared/ids.ts';
import type { Order, OrderItem } from './order.ts';

/** Whether an id exists; null if the subgraph that owns it gives no answer. */
export type Exists = (id: string) => Promise<boolean | null>;

interface Reference {
  id: string;
}

/** An item, and the order that it belongs to. */
export interface ItemOfOrder extends OrderItem {
  order: Order;
}

/** What the order itself says about its customer; null if it was decided before the customer was looked up. */
function hasCustomer({ customerId, refusal, total }: Order): boolean | null {
  if (!isId(customerId) || refusal?.reason === 'CUSTOMER_NOT_FOUND') return false;
  return refusal !== null || total !== null ? true : null;
}

/** The same for a product. Products are looked up once the customer has been found, all of them at once. */
function hasProduct({ productId, order: { refusal, total } }: ItemOfOrder): boolean | null {
  if (!isId(productId)) return false;
  if (refusal?.reason === 'PRODUCT_NOT_FOUND') return !refusal.productIds.includes(productId);
  if (refusal?.reason === 'CUSTOMER_NOT_FOUND') return null;
  return refusal !== null || total !== null ? true : null;
}

/**
 * Null if the id doesn't exist. The references of a PENDING order are returned unchecked: the saga is looking them up
 * right now, and a list must not wait for an unavailable subgraph. So are references about which there is no answer.
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
