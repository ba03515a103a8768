/**
 * Stock that is set aside for orders: reserved when an order is placed, released when it is over, committed when it ships.
 * Called by the orders subgraph alone, which repeats each call until it has an answer; so each can be repeated by anyone,
 * at any time. A reservation goes HELD -> RELEASED or HELD -> COMMITTED, and is kept for good.
 */
import { badUserInput } from '../../runtime/errors.ts';
import { isId } from '../shared/ids.ts';
import { MAX_LIST, MAX_UNITS } from './input.ts';
import { type ReservationDocument, type ReservationState, objectId } from './model.ts';
import { EFFECTS, type Moved, type StockChange, moveStock } from './moves.ts';
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

/** Ends reservations: products that nobody has read. */
function settleStock(reservations: readonly ReservationDocument[]): StockChange[] {
  const sums = new Map<string, { onHand: number; available: number }>();
  for (const { state, lines } of reservations) {
    for (const { productId, quantity } of lines) {
      const sum = sums.get(productId.toHexString()) ?? { onHand: 0, available: 0 };
      sum.onHand += EFFECTS[state].onHand * quantity;
      sum.available += EFFECTS[state].available * quantity;
      sums.set(productId.toHexString(), sum);
    }
  }
  return [...sums].sort(byId).map(([productId, sum]) => ({
    where: { _id: objectId(productId), ...(sum.onHand < 0 && { onHand: { $gte: -sum.onHand } }) },
    update: addStock(sum),
  }));
}

/** The order in which transactions touch products. */
const byId = ([a]: [string, unknown], [b]: [string, unknown]): number => (a < b ? -1 : 1);

/** A reservation that is to be ended. */
interface Ending {
  orderId: string;
  productIds: readonly string[];
  wanted: 'RELEASED' | 'COMMITTED';
  request: Request;
}

export function createReservationsService(store: Store): ReservationsService {
  const { reservations, changeTogether } = store;
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

  /** Takes reservations out of HELD, each once, whoever else tries the same. */
  const settleTogether = changeTogether<Ending, ReservationState>(async (endings, { session, refuse }) => {
    /** As they are now, each once: two endings of one reservation are as if one came after the other. */
    const current = new Map<string, ReservationDocument>();
    const moved: Moved[] = [];
    const answers: ReservationState[] = [];
    for (const { orderId, wanted, request } of endings) {
      const _id = objectId(orderId);
      let now = current.get(orderId);
      if (now === undefined) {
        const settled = await reservations
          .findOneAndUpdate(
            { _id, state: 'HELD' },
            { $set: { state: wanted, updatedAt: new Date() } },
            { session, returnDocument: 'after' },
          )
          .lean();
        if (settled !== null) moved.push({ reservation: settled, request });
        now = settled ?? (await reservations.findById(_id).session(session).orFail().lean());
        current.set(orderId, now);
      }
      answers.push(stateOf(now, wanted, request));
    }
    if (moved.length === 0) return refuse(answers);
    await moveStock(store, moved, settleStock(moved.map(({ reservation }) => reservation)), session);
    return answers;
  });

  async function settle(
    reservation: ReservationDocument,
    wanted: Ending['wanted'],
    request: Request,
  ): Promise<ReservationState> {
    const { _id, state, lines } = reservation;
    if (state !== 'HELD') return stateOf(reservation, wanted, request);
    const productIds = lines.map(({ productId }) => productId.toHexString());
    return settleTogether({ orderId: _id.toHexString(), productIds, wanted, request });
  }

  return {
    async reserveStock(orderId, wanted, request) {
      check(orderId, wanted);
      const lines = [...wanted].sort(byProductId);
      return reserve({ orderId, productIds: lines.map(({ productId }) => productId), lines, request });
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
