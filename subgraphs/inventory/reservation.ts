/**
 * The rules of reservations: their states, what each does to stock, why an order is refused, and what a repeat gets. Pure: no IO, no
 * clock.
 *
 *     HELD ──> RELEASED   the order is over: its units are available again
 *       └────> COMMITTED  the order has shipped: its units have left the house
 */
import { insufficientStock, mixedCurrency, productNotFound } from './refusals.ts';
import type { Money, ReservationState, ReservedLine, StockLineInput, StockMovementType } from './schema.generated.ts';

/** A change of a product's stock, in units. */
export interface StockEffect {
  onHand: number;
  available: number;
}

/** What reaching a state does to the stock, for each unit, and the type of its movement. */
export const EFFECTS: Record<ReservationState, StockEffect & { type: StockMovementType }> = {
  HELD: { type: 'RESERVED', onHand: 0, available: -1 },
  RELEASED: { type: 'RELEASED', onHand: 0, available: 1 },
  COMMITTED: { type: 'COMMITTED', onHand: -1, available: 0 },
};

/** The stock of one order. */
export interface Reservation {
  orderId: string;
  state: ReservationState;
  /** One for each product, sorted by product id. None in the tombstone of an order that ended before it had a reservation. */
  lines: ReservedLine[];
}

/** What an order asks for: one line for each product, sorted by product id. */
export interface ReserveRequest {
  orderId: string;
  lines: readonly StockLineInput[];
}

/** The fields of a product that a reservation needs. */
export interface ReservableProduct {
  sku: string;
  name: string;
  price: Money;
  available: number;
}

export type ReserveRefusal =
  ReturnType<typeof productNotFound> | ReturnType<typeof insufficientStock> | ReturnType<typeof mixedCurrency>;

/** The decisions about orders that arrive together. */
export interface Decisions {
  /** New reservations, by order id. */
  reserved: Map<string, Reservation>;
  /** By order id. */
  refused: Map<string, ReserveRefusal>;
  /** What is then available of each product, by product id; only of products of which something was reserved. */
  left: Map<string, number>;
}

/**
 * Decides orders one after the other, each by the stock that those before it have left. An order gets all its lines or
 * none.
 * @param products by id
 */
export function decideReservations(
  orders: Iterable<ReserveRequest>,
  products: ReadonlyMap<string, ReservableProduct>,
): Decisions {
  const decisions: Decisions = { reserved: new Map(), refused: new Map(), left: new Map() };
  const { reserved, refused, left } = decisions;
  const availableOf = (productId: string): number => left.get(productId) ?? products.get(productId)?.available ?? 0;
  for (const { orderId, lines } of orders) {
    const refusal = refusalOf(lines, products, availableOf);
    if (refusal !== null) {
      refused.set(orderId, refusal);
      continue;
    }
    for (const { productId, quantity } of lines) left.set(productId, availableOf(productId) - quantity);
    const snapshots = lines.flatMap(({ productId, quantity }) => {
      const product = products.get(productId);
      return product ? [{ productId, quantity, sku: product.sku, name: product.name, unitPrice: product.price }] : [];
    });
    reserved.set(orderId, { orderId, state: 'HELD', lines: snapshots });
  }
  return decisions;
}

/** Why these lines can't be reserved: missing products first, then shortages, then mixed currencies; null if they can. */
function refusalOf(
  lines: readonly StockLineInput[],
  products: ReadonlyMap<string, ReservableProduct>,
  availableOf: (productId: string) => number,
): ReserveRefusal | null {
  const missing = lines.map(({ productId }) => productId).filter((id) => !products.has(id));
  if (missing.length > 0) return productNotFound(missing);
  const shortages = lines
    .map(({ productId, quantity }) => ({ productId, requested: quantity, available: availableOf(productId) }))
    .filter(({ requested, available }) => available < requested);
  if (shortages.length > 0) return insufficientStock(shortages);
  const currencies = new Set(lines.flatMap(({ productId }) => products.get(productId)?.price.currency ?? []));
  return currencies.size > 1 ? mixedCurrency([...currencies].sort()) : null;
}

/** The answer to an order that has a reservation. An Error if its lines differ: orders never asks for that. */
export function answerFrom(
  { orderId, state, lines }: Reservation,
  asked: readonly StockLineInput[],
):
  | { __typename: 'Reservation'; orderId: string; lines: ReservedLine[] }
  | { __typename: 'ReservationClosed'; orderId: string; state: ReservationState }
  | Error {
  if (state !== 'HELD') return { __typename: 'ReservationClosed', orderId, state };
  return sameLines(lines, asked) ? { __typename: 'Reservation', orderId, lines } : otherLines(orderId);
}

export const sameLines = (a: readonly StockLineInput[], b: readonly StockLineInput[]): boolean =>
  a.length === b.length &&
  a.every(({ productId, quantity }, n) => b[n]?.productId === productId && b[n].quantity === quantity);

/** The error of an order that asks for other lines than the first time: a bug of the orders subgraph. */
export const otherLines = (orderId: string): Error =>
  new Error(`order ${orderId} asks to reserve other lines than it has reserved`);

/**
 * The effects of reservations that have just reached their states on each product's stock, by product id, in the order
 * of the ids.
 */
export function effectsOf(reservations: readonly Reservation[]): [productId: string, StockEffect][] {
  const sums = new Map<string, StockEffect>();
  for (const { state, lines } of reservations) {
    for (const { productId, quantity } of lines) {
      const sum = sums.get(productId) ?? { onHand: 0, available: 0 };
      sum.onHand += EFFECTS[state].onHand * quantity;
      sum.available += EFFECTS[state].available * quantity;
      sums.set(productId, sum);
    }
  }
  return [...sums].sort(([a], [b]) => (a < b ? -1 : 1));
}
