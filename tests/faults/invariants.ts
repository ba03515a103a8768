/**
 * The invariants of stored orders, reservations, stock and movements once everything has settled: the promises of
 * docs/reliability.md as a function of the databases' contents. Knows nothing of processes or servers.
 */
import type { Types } from 'mongoose';

export interface Money {
  amount: number;
  currency: string;
}
export interface StoredOrder {
  _id: Types.ObjectId;
  number: string;
  customerId: string;
  idempotencyKey?: string;
  status: string;
  items: { productId: string; quantity: number; unitPrice?: Money }[];
  expectedTotal?: Money;
  totalAmount: number;
  currency: string | null;
  refusal: { reason: string; expected?: Money; actual?: Money } | null;
  followUp?: string;
  nextAttemptAt?: Date;
  events: { from?: string | null; to: string; at: Date }[];
  version: number;
}
export interface StoredProduct {
  _id: Types.ObjectId;
  onHand: number;
  available: number;
}
export interface StoredReservation {
  _id: Types.ObjectId;
  state: string;
  lines: { productId: Types.ObjectId; quantity: number; unitPrice: Money }[];
}
export interface StoredMovement {
  productId: Types.ObjectId;
  type: string;
  onHandChange: number;
  availableChange: number;
  reason: string | null;
  orderId: Types.ObjectId | null;
}
export interface Stored {
  orders: StoredOrder[];
  products: StoredProduct[];
  reservations: StoredReservation[];
  movements: StoredMovement[];
}

/** Whether an order has settled: it is decided, and has no follow-up. */
export const isSettled = ({ status, followUp, nextAttemptAt }: StoredOrder): boolean =>
  status !== 'PENDING' && !followUp && !nextAttemptAt;

/** The state of a settled order's reservation. */
const RESERVATION_OF: Record<string, string> = {
  CONFIRMED: 'HELD',
  SHIPPED: 'COMMITTED',
  DELIVERED: 'COMMITTED',
  REJECTED: 'RELEASED',
  CANCELLED: 'RELEASED',
};
/** The statuses that may follow each status. */
const NEXT: Record<string, string[]> = {
  PENDING: ['CONFIRMED', 'REJECTED', 'CANCELLED'],
  CONFIRMED: ['SHIPPED', 'CANCELLED'],
  SHIPPED: ['DELIVERED'],
};
/** The movements that a reservation in each state has made, for each unit: type, change of onHand, change of available. */
const MOVEMENTS_OF: Record<string, [string, number, number][]> = {
  HELD: [['RESERVED', 0, -1]],
  RELEASED: [
    ['RESERVED', 0, -1],
    ['RELEASED', 0, 1],
  ],
  COMMITTED: [
    ['RESERVED', 0, -1],
    ['COMMITTED', -1, 0],
  ],
};

const sum = <T>(rows: readonly T[], amount: (row: T) => number): number =>
  rows.reduce((total, row) => total + amount(row), 0);
const groupBy = <T>(rows: readonly T[], keyOf: (row: T) => string): Map<string, T[]> => {
  const groups = new Map<string, T[]>();
  for (const row of rows) groups.set(keyOf(row), [...(groups.get(keyOf(row)) ?? []), row]);
  return groups;
};
export const moneyText = ({ amount, currency }: Money): string => `${String(amount)} ${currency}`;

/** All violations, a sentence each. */
export const violationsOf = (stored: Stored): string[] => [
  ...stored.orders.flatMap((order) =>
    violationsOfOrder(order).map((what) => `order ${order._id.toHexString()} ${what}`),
  ),
  ...twice(stored.orders.map(({ number }) => `the number ${number}`)),
  ...twice(
    stored.orders.flatMap(({ customerId, idempotencyKey }) =>
      idempotencyKey === undefined ? [] : `the key ${idempotencyKey} of customer ${customerId}`,
    ),
  ),
  ...violationsOfReservations(stored),
  ...violationsOfStock(stored),
];

const twice = (names: readonly string[]): string[] =>
  names.filter((name, index) => names.indexOf(name) < index).map((name) => `${name} has two orders`);

/** The violations of one order. */
function violationsOfOrder(order: StoredOrder): string[] {
  const { status, version, events, items, refusal } = order;
  const found: string[] = [];
  if (!isSettled(order))
    found.push(`is ${status}, and its follow-up is ${order.followUp ?? 'none'}: it has not settled`);
  if (version !== events.length) found.push(`has version ${String(version)} after ${String(events.length)} events`);
  if (events.at(-1)?.to !== status) found.push(`is ${status}, and its last event ${String(events.at(-1)?.to)}`);
  events.forEach(({ from, to, at }, n) => {
    const before = events[n - 1];
    const isLegal = before === undefined ? to === 'PENDING' && from == null : NEXT[before.to]?.includes(to) === true;
    if (!isLegal || (before && from !== before.to)) found.push(`went from ${before?.to ?? 'nowhere'} to ${to}`);
    if (before && at < before.at) found.push(`was ${to} before it was ${before.to}`);
  });
  if ((status === 'REJECTED') !== (refusal !== null))
    found.push(`is ${status} with refusal ${String(refusal?.reason)}`);
  if (!events.some(({ to }) => to === 'CONFIRMED')) {
    if (order.currency !== null) found.push('was never confirmed and has a total');
  } else {
    const currencies = new Set([order.currency, ...items.map(({ unitPrice }) => unitPrice?.currency)]);
    if (currencies.size > 1) found.push(`is in ${[...currencies].join(' and ')}`);
    const total = sum(items, ({ quantity, unitPrice }) => quantity * (unitPrice?.amount ?? NaN));
    if (total !== order.totalAmount)
      found.push(`has total ${String(order.totalAmount)}, and items of ${String(total)}`);
  }
  const expected = order.expectedTotal && moneyText(order.expectedTotal);
  if (expected !== undefined && order.currency !== null) {
    const total = moneyText({ amount: order.totalAmount, currency: order.currency });
    if (total !== expected) found.push(`has total ${total}, and ${expected} was expected`);
  }
  if (refusal?.reason === 'PRICE_CHANGED') {
    const [told, actual] = [refusal.expected, refusal.actual].map((money) => money && moneyText(money));
    if (told !== expected || actual === undefined || actual === expected) {
      found.push(`was refused for ${String(actual)} instead of ${String(told)}, and ${String(expected)} was expected`);
    }
  }
  return found;
}

/** Contradictions between orders, reservations and their movements. */
function violationsOfReservations({ orders, reservations, movements }: Stored): string[] {
  const found: string[] = [];
  const reservationOf = new Map(reservations.map((reservation) => [reservation._id.toHexString(), reservation]));
  const movementsOf = groupBy(
    movements.filter(({ orderId }) => orderId !== null),
    ({ orderId }) => orderId?.toHexString() ?? '',
  );
  const text = (productId: string, type: string, onHand: number, available: number): string =>
    `${type} ${productId} ${String(onHand)} ${String(available)}`;
  for (const order of orders) {
    const id = order._id.toHexString();
    const { state = 'missing', lines = [] } = reservationOf.get(id) ?? {};
    if (state !== RESERVATION_OF[order.status]) {
      found.push(`order ${id} is ${order.status}, and its reservation ${state}`);
    }
    const asked = order.items.map(
      ({ productId, quantity, unitPrice }) =>
        `${productId} ${String(quantity)} ${order.currency !== null && unitPrice ? moneyText(unitPrice) : ''}`,
    );
    const reserved = lines.map(
      ({ productId, quantity, unitPrice }) =>
        `${productId.toHexString()} ${String(quantity)} ${order.currency === null ? '' : moneyText(unitPrice)}`,
    );
    // A tombstone has no lines.
    const isTombstone = state === 'RELEASED' && lines.length === 0 && order.currency === null;
    if (!isTombstone && asked.sort().join() !== reserved.sort().join()) {
      found.push(`order ${id} has items ${asked.join()}, and its reservation ${reserved.join()}`);
    }
    const { reason, actual } = order.refusal ?? {};
    if (reason === 'PRICE_CHANGED') {
      const total = sum(lines, ({ quantity, unitPrice }) => quantity * unitPrice.amount);
      if (total !== actual?.amount) {
        found.push(
          `order ${id} was refused for ${String(actual?.amount)}, and its reservation was of ${String(total)}`,
        );
      }
    }
    const expected = lines.flatMap(({ productId, quantity }) =>
      (MOVEMENTS_OF[state] ?? []).map(([type, onHand, available]) =>
        text(productId.toHexString(), type, onHand * quantity, available * quantity),
      ),
    );
    const made = (movementsOf.get(id) ?? []).map(({ productId, type, onHandChange, availableChange }) =>
      text(productId.toHexString(), type, onHandChange, availableChange),
    );
    if (expected.sort().join() !== made.sort().join()) {
      found.push(
        `the reservation of order ${id} is ${state}, and its movements ${made.join()} instead of ${expected.join()}`,
      );
    }
  }
  const ids = new Set(orders.map(({ _id }) => _id.toHexString()));
  for (const [id, { state }] of reservationOf) {
    if (!ids.has(id)) found.push(`a reservation that is ${state} has no order ${id}`);
  }
  for (const id of movementsOf.keys()) if (!ids.has(id)) found.push(`movements have no order ${id}`);
  return found;
}

/** Contradictions between the sums of stock, movements, reservations and orders. */
function violationsOfStock({ orders, products, reservations, movements }: Stored): string[] {
  const found: string[] = [];
  const movementsOf = groupBy(movements, ({ productId }) => productId.toHexString());
  const quantities = (lines: readonly { productId: { toString: () => string }; quantity: number }[], id: string) =>
    sum(
      lines.filter(({ productId }) => productId.toString() === id),
      ({ quantity }) => quantity,
    );
  const held = reservations.filter(({ state }) => state === 'HELD').flatMap(({ lines }) => lines);
  const confirmed = orders.filter(({ status }) => status === 'CONFIRMED').flatMap(({ items }) => items);
  for (const { _id, onHand, available } of products) {
    const id = _id.toHexString();
    const own = movementsOf.get(id) ?? [];
    const sums = [
      ['on hand', onHand, 'movements of', sum(own, ({ onHandChange }) => onHandChange)],
      ['available', available, 'movements of', sum(own, ({ availableChange }) => availableChange)],
      ['reserved', onHand - available, 'held by reservations', quantities(held, id)],
      ['reserved', onHand - available, 'in confirmed orders', quantities(confirmed, id)],
    ] as const;
    if (available < 0 || available > onHand) {
      found.push(`product ${id} has ${String(available)} available of ${String(onHand)}`);
    }
    for (const [what, is, whence, shouldBe] of sums) {
      if (is !== shouldBe) found.push(`product ${id} has ${String(is)} ${what}, and ${String(shouldBe)} ${whence}`);
    }
  }
  return found;
}
