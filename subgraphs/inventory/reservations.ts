/**
 * Stock that is set aside for orders: reserved when an order is placed, released when it is over, committed when it ships.
 * Called by the orders subgraph alone, which repeats each call until it has an answer; so each can be repeated by anyone,
 * at any time. A reservation goes HELD -> RELEASED or HELD -> COMMITTED, and is kept for good.
 */
import { badUserInput } from '../../runtime/errors.ts';
import { isId } from '../../runtime/ids.ts';
import { isDuplicateKey } from '../../runtime/mongo.ts';
import { MAX_LIST, MAX_UNITS } from './input.ts';
import { movement } from './ledger.ts';
import {
  type ProductDocument,
  type ReservationDocument,
  type ReservationState,
  type ReservedLineDocument,
  objectId,
} from './model.ts';
import type { StockLine } from './products.ts';
import {
  type InsufficientStockError,
  type MixedCurrencyError,
  type ProductNotFoundError,
  insufficientStock,
  mixedCurrency,
  productNotFound,
} from './refusals.ts';
import { type Request, type Store, addStock, insert } from './store.ts';

export interface Reservation {
  __typename: 'Reservation';
  orderId: string;
  lines: {
    productId: string;
    quantity: number;
    sku: string;
    name: string;
    unitPrice: { amount: number; currency: string };
  }[];
}

export interface ReservationClosed {
  __typename: 'ReservationClosed';
  orderId: string;
  state: ReservationState;
}

type Refusal = ProductNotFoundError | InsufficientStockError | MixedCurrencyError;
export type ReserveStockResult = Reservation | ReservationClosed | Refusal;

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

type Priced = Pick<ProductDocument, '_id' | 'sku' | 'name' | 'price' | 'available'>;

/** Why these lines can't be reserved; null where they can. */
function refusalOf(lines: readonly StockLine[], products: ReadonlyMap<string, Priced>): Refusal | null {
  const missing = lines.map(({ productId }) => productId).filter((id) => !products.has(id));
  if (missing.length > 0) return productNotFound(missing);
  const shortages = lines
    .map(({ productId, quantity }) => ({
      productId,
      requested: quantity,
      available: products.get(productId)?.available ?? 0,
    }))
    .filter(({ requested, available }) => available < requested);
  if (shortages.length > 0) return insufficientStock(shortages);
  const currencies = [...new Set([...products.values()].map(({ price }) => price.currency))].sort();
  return currencies.length > 1 ? mixedCurrency(currencies) : null;
}

const toReservation = ({ _id, lines }: ReservationDocument): Reservation => ({
  __typename: 'Reservation',
  orderId: _id.toHexString(),
  lines: lines.map((line) => ({ ...line, productId: line.productId.toHexString() })),
});

/** The answer to a repeat. Throws for other lines than the first time: orders never asks for them. */
function repeated(reservation: ReservationDocument, lines: readonly StockLine[]): Reservation | ReservationClosed {
  const orderId = reservation._id.toHexString();
  if (reservation.state !== 'HELD') return { __typename: 'ReservationClosed', orderId, state: reservation.state };
  const same =
    lines.length === reservation.lines.length &&
    reservation.lines.every(
      ({ productId, quantity }, n) => lines[n]?.productId === productId.toHexString() && lines[n].quantity === quantity,
    );
  if (!same) throw new Error(`order ${orderId} asks to reserve other lines than it has reserved`);
  return toReservation(reservation);
}

/** What reaching a state does to stock and ledger, for each unit. */
const EFFECTS = {
  HELD: { type: 'RESERVED', onHand: 0, available: -1 },
  RELEASED: { type: 'RELEASED', onHand: 0, available: 1 },
  COMMITTED: { type: 'COMMITTED', onHand: -1, available: 0 },
} as const;

export function createReservationsService({ products, reservations, movements, change }: Store): ReservationsService {
  type Session = Parameters<Parameters<Store['change']>[2]>[0];

  /** Moves the stock of a reservation that has just reached its state, in two round trips. */
  async function moveStock({ _id, state, lines }: ReservationDocument, session: Session, request: Request) {
    const { type, onHand, available } = EFFECTS[state];
    const { matchedCount } = await products.bulkWrite(
      lines.map(({ productId, quantity }) => ({
        updateOne: {
          filter: {
            _id: productId,
            ...(available < 0 && { available: { $gte: quantity } }),
            ...(onHand < 0 && { onHand: { $gte: quantity } }),
          },
          update: addStock({ onHand: onHand * quantity, available: available * quantity }),
        },
      })),
      { session },
    );
    if (matchedCount !== lines.length) {
      throw new Error(`the stock of order ${_id.toHexString()} does not allow ${state}: nothing was changed`);
    }
    await movements.insertMany(
      lines.map(({ productId, quantity }) =>
        movement(
          {
            productId,
            type,
            onHandChange: onHand * quantity,
            availableChange: available * quantity,
            orderId: _id,
          },
          request,
        ),
      ),
      { session, lean: true },
    );
  }

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
      await moveStock(settled, session, request);
      return wanted;
    });
  }

  return {
    async reserveStock(orderId, wanted, request) {
      check(orderId, wanted);
      const _id = objectId(orderId);
      const lines = [...wanted].sort(byProductId);
      const productIds = lines.map(({ productId }) => productId);
      try {
        return await change<ReserveStockResult>(productIds, request, async (session, refuse) => {
          const found = await products
            .find({ _id: { $in: productIds.filter(isId).map(objectId) } })
            .select({ sku: 1, name: 1, price: 1, available: 1 })
            .session(session)
            .lean<Priced[]>();
          const known = new Map(found.map((product) => [product._id.toHexString(), product]));
          const refusal = refusalOf(lines, known);
          if (refusal !== null) {
            // What looks like a refusal may be a repeat: the first call has taken the units that are missing now.
            const earlier = await reservations.findById(_id).session(session).lean();
            return refuse(earlier === null ? refusal : repeated(earlier, lines));
          }
          const now = new Date();
          const reservation: ReservationDocument = {
            _id,
            state: 'HELD',
            lines: lines.flatMap(({ productId, quantity }): ReservedLineDocument[] => {
              const product = known.get(productId);
              if (product === undefined) return [];
              const { _id: id, sku, name, price } = product;
              return [{ productId: id, quantity, sku, name, unitPrice: price }];
            }),
            createdAt: now,
            updatedAt: now,
          };
          await insert(reservations, reservation, session);
          await moveStock(reservation, session, request);
          return toReservation(reservation);
        });
      } catch (error) {
        const earlier = isDuplicateKey(error, '_id') ? await reservations.findById(_id).lean() : null;
        if (earlier === null) throw error;
        return repeated(earlier, lines);
      }
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
