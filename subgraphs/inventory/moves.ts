/** How a reservation that reaches a state moves stock: the reservation, the products and the ledger in one go. */
import { type ClientSession, type Write, writeAll } from '../shared/mongo.ts';
import { movement } from './ledger.ts';
import type { MovementDocument, ReservationDocument, ReservationState } from './model.ts';
import type { Request, Store } from './store.ts';

/** What reaching a state does to the stock, for each unit, and what the ledger says of it. */
export const EFFECTS = {
  HELD: { type: 'RESERVED', onHand: 0, available: -1 },
  RELEASED: { type: 'RELEASED', onHand: 0, available: 1 },
  COMMITTED: { type: 'COMMITTED', onHand: -1, available: 0 },
} as const satisfies Record<ReservationState, object>;

/** A reservation that has just reached its state, and who brought it there. */
export interface Moved {
  reservation: ReservationDocument;
  request: Request;
}

const movementsOf = ({ reservation: { _id, state, lines }, request }: Moved): MovementDocument[] => {
  const { type, onHand, available } = EFFECTS[state];
  return lines.map(({ productId, quantity }) => {
    const changes = { onHandChange: onHand * quantity, availableChange: available * quantity };
    return movement({ productId, type, ...changes, orderId: _id }, request);
  });
};

/** What a product's stock has to be, and what becomes of it then. */
export interface StockChange {
  where: object;
  update: object;
}

/** Throws, so that the transaction is rolled back, where a product's stock isn't as its change wants it. */
export async function moveStock(
  { products, reservations, movements }: Store,
  moved: readonly Moved[],
  changes: readonly StockChange[],
  session: ClientSession,
): Promise<void> {
  const inserts = (to: string, documents: readonly object[]): Write[] => documents.map((insert) => ({ to, insert }));
  const placed = moved.map(({ reservation }) => reservation).filter(({ state }) => state === 'HELD');
  const found = await writeAll(
    products.db,
    [
      ...inserts(reservations.collection.name, placed),
      ...changes.map((change) => ({ to: products.collection.name, ...change })),
      ...inserts(movements.collection.name, moved.flatMap(movementsOf)),
    ],
    session,
  );
  if (found !== changes.length) {
    const states = moved.map(({ reservation: { _id, state } }) => `${_id.toHexString()} ${state}`);
    throw new Error(`the stock does not allow ${states.join(', ')}: nothing was changed`);
  }
}
