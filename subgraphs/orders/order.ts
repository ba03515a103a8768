/**
 * What an order is and what may become of it: states and transitions, lines, snapshots, totals. Pure: no IO, no clock.
 *
 *     PENDING ──> CONFIRMED ──> SHIPPED ──> DELIVERED
 *        │ │          │
 *        │ └──────────┴──> CANCELLED
 *        └──> REJECTED
 */
import type { CancelReason, Money, OrderEventType, OrderStatus, StockShortage } from './schema.generated.ts';

export type { CancelReason, Money, OrderStatus };

export const MAX_LINES = 100;
/** The items that an order may be asked with: those of one product are merged before MAX_LINES counts. */
export const MAX_ITEMS = 1000;
/** With the largest price, 90,000,000,000, the largest total is 9 * 10^15: still a safe integer. */
export const MAX_UNITS = 100_000;
export const MAX_TOTAL = MAX_UNITS * 90_000_000_000;

/** What the order has to have inventory do with its reservation. */
export type Debt = 'RELEASE' | 'COMMIT';

interface State {
  /** Where the saga alone brings it. */
  saga: readonly OrderStatus[];
  /** Where a caller may bring it. */
  callers: readonly OrderStatus[];
  /** Written in the same update as the status, and cleared once inventory has done it. */
  owes: Debt | null;
}

/**
 * PENDING is decided by the saga, unless it is called off before. Whoever leaves PENDING does so by compare-and-set, so
 * that exactly one of them wins. A release is owed even where nothing was reserved: it leaves a tombstone, so that a
 * reservation which is still on its way takes nothing for an order that is over. DELIVERED adds no debt, and leaves the
 * one of SHIPPED standing until it is cleared.
 */
export const STATES: Record<OrderStatus, State> = {
  PENDING: { saga: ['CONFIRMED', 'REJECTED'], callers: ['CANCELLED'], owes: null },
  CONFIRMED: { saga: [], callers: ['SHIPPED', 'CANCELLED'], owes: null },
  REJECTED: { saga: [], callers: [], owes: 'RELEASE' },
  SHIPPED: { saga: [], callers: ['DELIVERED'], owes: 'COMMIT' },
  DELIVERED: { saga: [], callers: [], owes: null },
  CANCELLED: { saga: [], callers: [], owes: 'RELEASE' },
};

/** The statuses that a list shows where it isn't asked for others: a refusal is no order to whoever reads it. */
export const LISTED: readonly OrderStatus[] = ['PENDING', 'CONFIRMED', 'SHIPPED', 'DELIVERED', 'CANCELLED'];

/** The statuses that cancelOrder and transitionOrder can bring an order to from here. */
export const allowedTransitions = (status: OrderStatus): readonly OrderStatus[] => STATES[status].callers;

/** What each mutation can bring an order to; the API gives cancelling one of its own, which carries the reason. */
export const REACH = {
  cancelOrder: ['CANCELLED'],
  transitionOrder: ['SHIPPED', 'DELIVERED'],
} as const satisfies Record<string, readonly OrderStatus[]>;

export interface ChangeRequest {
  by: keyof typeof REACH;
  to: OrderStatus;
  expectedVersion?: number | null | undefined;
}

/** What callers can bring an order to. */
export type Target = (typeof REACH)[keyof typeof REACH][number];

/**
 * What becomes of a request to change an order, in this order: it is there already (whatever version was expected, so that
 * a lost answer can be asked for again); it has moved on since the caller looked; it may not go there; it goes.
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

/** So many units of a product: at least 1. */
export interface Line {
  productId: string;
  quantity: number;
}

/** What a product was at the moment its stock was reserved. */
export interface Snapshot {
  sku: string;
  productName: string;
  unitPrice: Money;
}

/** One line for each product, sorted by product id: the order in which inventory locks, and what a key stands for. */
export function mergeLines(lines: readonly Line[]): Line[] {
  const units = new Map<string, number>();
  for (const { productId, quantity } of lines) units.set(productId, (units.get(productId) ?? 0) + quantity);
  return [...units]
    .map(([productId, quantity]) => ({ productId, quantity }))
    .sort((a, b) => (a.productId < b.productId ? -1 : 1));
}

export const unitsOf = (lines: readonly Line[]): number => lines.reduce((sum, { quantity }) => sum + quantity, 0);

/**
 * Equal for requests that ask for the same, in whatever order and however split.
 * @param lines merged
 * @param expectedTotal undefined where none was sent
 */
export const fingerprint = (lines: readonly Line[], expectedTotal?: Money): string =>
  JSON.stringify([
    lines.map(({ productId, quantity }) => [productId, quantity]),
    expectedTotal && [expectedTotal.amount, expectedTotal.currency],
  ]);

/** The sum over the items, which are priced in one currency. */
export function totalOf(items: readonly (Line & Pick<Snapshot, 'unitPrice'>)[]): Money {
  const [first] = items;
  if (first === undefined) throw new Error('an order has at least one item');
  const amount = items.reduce((sum, { quantity, unitPrice }) => sum + quantity * unitPrice.amount, 0);
  return { amount, currency: first.unitPrice.currency };
}

/** Why an order was refused, with all that its answer needs, so that a repeated key gets the same refusal. */
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

/** The refusal of an order whose total is not the one that its buyer was shown; null where it is, or none was sent. */
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
  /** The subject of the caller's token; null where the order moved by itself. */
  actor: string | null;
}

/** Snapshots are null until the stock is reserved. */
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
  /** Rises by one with every change of status; 1 at first. */
  version: number;
  customerId: string;
  items: OrderItem[];
  total: Money | null;
  events: OrderEvent[];
  rejection: Refusal | null;
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

/** An order's number from 10 random bytes: 5 bits of each, as a digit of Crockford's base 32. */
export const numberFrom = (bytes: Uint8Array): string =>
  Array.from(bytes.subarray(0, 10), (byte) => CROCKFORD.charAt(byte & 31)).join('');

/**
 * A number as it is stored, from how somebody wrote it down: Crockford's rules for decoding ignore case and hyphens, and take
 * I and L for 1, and O for 0 (https://www.crockford.com/base32.html). Spaces are ignored as well.
 */
export const readNumber = (written: string): string =>
  written.replace(/[\s-]/g, '').toUpperCase().replace(/[IL]/g, '1').replace(/O/g, '0');

/** Whether a customer may give this reason for cancelling an order: the others are staff's judgement. */
export const isCustomersReason = (reason: CancelReason): boolean => reason !== 'FRAUD' && reason !== 'STAFF';
