/**
 * What an order is: its states and transitions, lines, snapshots, totals, refusals. Pure: no IO, no clock.
 *
 *     PENDING ──> CONFIRMED ──> SHIPPED ──> DELIVERED
 *        │ │          │
 *        │ └──────────┴──> CANCELLED
 *        └──> REJECTED
 */
import type { CancelReason, Money, OrderEventType, OrderStatus, StockShortage } from './schema.generated.ts';

export type { CancelReason, Money, OrderStatus };

export const MAX_LINES = 100;
/** The most items in one request. Items of one product are merged before MAX_LINES counts. */
export const MAX_ITEMS = 1000;
/** With the largest price, 90,000,000,000, the largest total is 9 * 10^15: still a safe integer. */
export const MAX_UNITS = 100_000;
export const MAX_TOTAL = MAX_UNITS * 90_000_000_000;

/** What inventory must do with the reservation of an order that has left PENDING or CONFIRMED. */
export type FollowUp = 'releaseReservation' | 'commitReservation';

interface State {
  /** The statuses that may come next. */
  next: readonly OrderStatus[];
  /**
   * What must follow in inventory. Written in the same update as the status, and cleared once inventory has done it: an order
   * that is over gives its stock back (the compensation), one that ships takes it out of the house (a retriable step).
   */
  then?: FollowUp;
}

/**
 * An order leaves PENDING by compare-and-set, so that exactly one of the saga and its callers decides it. A release follows even
 * if nothing was reserved: it leaves a tombstone, so that a reservation that is still on its way takes nothing for an order that
 * is over. DELIVERED has no follow-up of its own, and leaves that of SHIPPED standing until it is cleared.
 */
export const STATES: Record<OrderStatus, State> = {
  PENDING: { next: ['CONFIRMED', 'REJECTED', 'CANCELLED'] },
  CONFIRMED: { next: ['SHIPPED', 'CANCELLED'] },
  REJECTED: { next: [], then: 'releaseReservation' },
  SHIPPED: { next: ['DELIVERED'], then: 'commitReservation' },
  DELIVERED: { next: [] },
  CANCELLED: { next: [], then: 'releaseReservation' },
};

/** The statuses that only the saga can bring an order to. */
export const DECISIONS: readonly OrderStatus[] = ['CONFIRMED', 'REJECTED'];

/** The statuses that a list shows unless it asks for others: to its readers, a refusal is not an order. */
export const LISTED: readonly OrderStatus[] = ['PENDING', 'CONFIRMED', 'SHIPPED', 'DELIVERED', 'CANCELLED'];

/** The statuses that cancelOrder and transitionOrder can bring an order to from here. */
export const allowedTransitions = (status: OrderStatus): readonly OrderStatus[] =>
  STATES[status].next.filter((to) => !DECISIONS.includes(to));

/** The statuses that each mutation can bring an order to. Cancelling has its own mutation, because it takes a reason. */
export const REACH = {
  cancelOrder: ['CANCELLED'],
  transitionOrder: ['SHIPPED', 'DELIVERED'],
} as const satisfies Record<string, readonly OrderStatus[]>;

export interface ChangeRequest {
  by: keyof typeof REACH;
  to: OrderStatus;
  expectedVersion?: number | null | undefined;
}

/** The statuses that callers can bring an order to. */
export type Target = (typeof REACH)[keyof typeof REACH][number];

/**
 * Decides a request to change an order's status. The checks run in this order: the order has the status already (whatever version
 * was expected, so that a lost answer can be asked for again); its version is not the expected one; the transition is illegal.
 * @returns the new status, or why there is none
 */
export function decide(
  { status, version }: Pick<Order, 'status' | 'version'>,
  { by, to, expectedVersion }: ChangeRequest,
): 'unchanged' | 'conflict' | 'illegal' | Target {
  if (status === to) return 'unchanged';
  if (expectedVersion != null && expectedVersion !== version) return 'conflict';
  const reach: readonly Target[] = REACH[by];
  const target = reach.find((candidate) => candidate === to);
  return target !== undefined && allowedTransitions(status).includes(target) ? target : 'illegal';
}

export const eventType = (to: OrderStatus): OrderEventType => (to === 'PENDING' ? 'PLACED' : to);

/** A quantity of one product, at least 1. */
export interface Line {
  productId: string;
  quantity: number;
}

/** The product as it was when its stock was reserved. */
export interface Snapshot {
  sku: string;
  productName: string;
  unitPrice: Money;
}

/** Merges items into one line for each product, sorted by product id: the order in which inventory locks products. */
export function mergeLines(items: readonly Line[]): Line[] {
  const units = new Map<string, number>();
  for (const { productId, quantity } of items) units.set(productId, (units.get(productId) ?? 0) + quantity);
  return [...units]
    .map(([productId, quantity]) => ({ productId, quantity }))
    .sort((a, b) => (a.productId < b.productId ? -1 : 1));
}

export const unitsOf = (items: readonly Line[]): number => items.reduce((sum, { quantity }) => sum + quantity, 0);

/**
 * Equal for requests that order the same, however their items are sorted or split.
 * @param lines merged
 * @param expectedTotal undefined if none was sent
 */
export const fingerprint = (lines: readonly Line[], expectedTotal?: Money): string =>
  JSON.stringify([
    lines.map(({ productId, quantity }) => [productId, quantity]),
    expectedTotal && [expectedTotal.amount, expectedTotal.currency],
  ]);

/** The sum of the items. All of them are priced in one currency. */
export function totalOf(items: readonly (Line & Pick<Snapshot, 'unitPrice'>)[]): Money {
  const [first] = items;
  if (first === undefined) throw new Error('an order has at least one item');
  const amount = items.reduce((sum, { quantity, unitPrice }) => sum + quantity * unitPrice.amount, 0);
  return { amount, currency: first.unitPrice.currency };
}

/** Why an order was refused, with everything that the answer needs, so that a repeated key gets the same refusal. */
export type Refusal = { message: string } & (
  | { reason: 'CUSTOMER_NOT_FOUND'; customerId: string }
  | { reason: 'PRODUCT_NOT_FOUND'; productIds: string[] }
  | { reason: 'INSUFFICIENT_STOCK'; shortages: Pick<StockShortage, 'productId' | 'requested' | 'available'>[] }
  | { reason: 'MIXED_CURRENCY'; currencies: string[] }
  | { reason: 'PRICE_CHANGED'; expected: Money; actual: Money }
);

export const customerNotFound = (customerId: string): Refusal => ({
  reason: 'CUSTOMER_NOT_FOUND',
  message: `There is no customer ${customerId}.`,
  customerId,
});

/** The refusal of an order whose total is not the expected one; null if it is, or if none was sent. */
export const priceChanged = (expected: Money | undefined, actual: Money): Refusal | null =>
  expected === undefined || (expected.amount === actual.amount && expected.currency === actual.currency)
    ? null
    : {
        reason: 'PRICE_CHANGED',
        message: 'The total at current prices is not the one that was expected.',
        expected,
        actual,
      };

export interface OrderEvent {
  type: OrderEventType;
  from: OrderStatus | null;
  to: OrderStatus;
  at: Date;
  cancelReason: CancelReason | null;
  /** The subject of the caller's token; null if the saga changed the order. */
  actor: string | null;
}

/** The snapshot is null until the stock is reserved. */
export interface OrderItem extends Line {
  sku: string | null;
  productName: string | null;
  unitPrice: Money | null;
  lineTotal: Money | null;
}

export interface Order {
  id: string;
  number: string;
  status: OrderStatus;
  /** Starts at 1 and rises by one with every change of status. */
  version: number;
  customerId: string;
  items: OrderItem[];
  total: Money | null;
  events: OrderEvent[];
  refusal: Refusal | null;
  createdAt: Date;
  updatedAt: Date;
}

export const itemOf = (line: Line & Partial<Snapshot>): OrderItem => ({
  productId: line.productId,
  quantity: line.quantity,
  sku: line.sku ?? null,
  productName: line.productName ?? null,
  unitPrice: line.unitPrice ?? null,
  lineTotal: line.unitPrice
    ? { amount: line.quantity * line.unitPrice.amount, currency: line.unitPrice.currency }
    : null,
});

const CROCKFORD = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';

/** Makes an order's number of 10 random bytes: 5 bits of each become a digit of Crockford's base 32. */
export const numberFrom = (bytes: Uint8Array): string =>
  Array.from(bytes.subarray(0, 10), (byte) => CROCKFORD.charAt(byte & 31)).join('');

/**
 * The stored form of a number that a person typed. Crockford's rules for decoding ignore case and hyphens, and read I and L as 1,
 * and O as 0 (https://www.crockford.com/base32.html). Spaces are ignored as well.
 */
export const readNumber = (written: string): string =>
  written.replace(/[\s-]/g, '').toUpperCase().replace(/[IL]/g, '1').replace(/O/g, '0');

/** Whether customers may give this reason for cancelling an order; the others are for staff. */
export const isCustomersReason = (reason: CancelReason): boolean => reason !== 'FRAUD' && reason !== 'STAFF';
