/**
 * Stock that is set aside for orders: reserved when an order is placed, released when it is over, committed when it ships.
 * Called by the orders subgraph alone, which repeats each call until it has an answer; so each can be repeated by anyone,
 * at any time. A reservation goes HELD -> RELEASED or HELD -> COMMITTED, and is kept for good.
 */
import { badUserInput } from '../../runtime/errors.ts';
import { isId } from '../../runtime/ids.ts';
import { MAX_LIST, MAX_UNITS } from './input.ts';
import { type ReservationDocument, type ReservationState, objectId } from './model.ts';
import { EFFECTS, type StockChange, moveStock } from './moves.ts';
import type { StockLine } from './products.ts';
import { type ReserveStockResult, createReserve } from './reserve.ts';
import { type Request, type Store, addStock } from './store.ts';

export type { ReserveStockResult };

export interface ReservationsService {
  /**
   * Sets aside all lines or none; a repeat answers the first reservation.
   * Throws BAD_USER_INPUT for a call that orders never makes, and an error that is a bug for other lines of the same order.
   */
  reserveStock: (orderId: string, lines: readonly StockLine[], request: Request) => Promise<ReserveStockResult>;
  /** The state afterwards; null where the order has no reservation. */
  commitReservation: (orderId: string, request: Request) => Promise<ReservationState | null>;
  /** The state afterwards. Where the order has no reservation, a tombstone is left, so that none can be made any more. */
  releaseReservation: (orderId: string, request: Request) => Promise<ReservationState>;
}

const byProductId = (a: StockLine, b: StockLine): number =>
  a.productId < b.productId ? -1 : a.productId > b.productId ? 1 : 0;

/** Throws BAD_USER_INPUT unless the lines are as the API asks: 1 to 100, one for each product, at least 1 unit each. */
function check(orderId: string, lines: readonly StockLine[]): void {
  if (!isId(orderId)) throw badUserInput('orderId is not an id.');
  if (lines.length < 1 || lines.length > MAX_LIST) throw badUserInput(`An order has 1 to ${String(MAX_LIST)} lines.`);
  if (new Set(lines.map(({ productId }) => productId)).size < lines.length) {
    throw badUserInput('An order has one line for each product.');
  }
  if (lines.some(({ quantity }) => quantity < 1 || quantity > MAX_UNITS)) {
    throw badUserInput('Each line of an order has at least 1 unit.');
  }
}

/** Ends a reservation: products that nobody has read. */
const settleStock = ({ state, lines }: ReservationDocument): StockChange[] => {
  const { onHand, available } = EFFECTS[state];
  return lines.map(({ productId, quantity }) => ({
    where: { _id: productId, ...(onHand < 0 && { onHand: { $gte: quantity } }) },
    update: addStock({ onHand: onHand * quantity, available: available * quantity }),
  }));
};

export function createReservationsService(store: Store): ReservationsService {
  const { reservations, change } = store;
  const reserve = createReserve(store);

  /** The state of a reservation that should have reached `wanted`; another one is a bug, and is left alone. */
  function stateOf({ _id, state }: ReservationDocument, wanted: ReservationState, { log }: Request): ReservationState {
    if (state !== wanted) {
      log.error(
        { orderId: _id.toHexString(), state, wanted },
        'a bug: a reservation is in a state that nobody expects',
      );
    }
    return state;
  }

  /** Takes a reservation out of HELD, once, whoever else tries the same. */
  async function settle(
    reservation: ReservationDocument,
    wanted: 'RELEASED' | 'COMMITTED',
    request: Request,
  ): Promise<ReservationState> {
    const { _id, state, lines } = reservation;
    if (state !== 'HELD') return stateOf(reservation, wanted, request);
    const productIds = lines.map(({ productId }) => productId.toHexString());
    return change<ReservationState>(productIds, request, async (session, refuse) => {
      const settled = await reservations
        .findOneAndUpdate(
          { _id, state: 'HELD' },
          { $set: { state: wanted, updatedAt: new Date() } },
          { session, returnDocument: 'after' },
        )
        .lean();
      if (settled === null) {
        const current = await reservations.findById(_id).session(session).orFail().lean();
        return refuse(stateOf(current, wanted, request));
      }
      await moveStock(store, [{ reservation: settled, request }], settleStock(settled), session);
      return wanted;
    });
  }

  return {
    async reserveStock(orderId, wanted, request) {
      check(orderId, wanted);
      return reserve({ _id: objectId(orderId), lines: [...wanted].sort(byProductId), request });
    },

    async commitReservation(orderId, request) {
      const reservation = isId(orderId) ? await reservations.findById(objectId(orderId)).lean() : null;
      return reservation === null ? null : settle(reservation, 'COMMITTED', request);
    },

    async releaseReservation(orderId, request) {
      if (!isId(orderId)) throw badUserInput('orderId is not an id.');
      const now = new Date();
      // One operation reads the reservation or leaves the tombstone, so that no reserveStock can come in between.
      const reservation = await reservations
        .findOneAndUpdate(
          { _id: objectId(orderId) },
          { $setOnInsert: { state: 'RELEASED', lines: [], createdAt: now, updatedAt: now } },
          { upsert: true, returnDocument: 'after' },
        )
        .lean();
      return settle(reservation, 'RELEASED', request);
    },
  };
}
