/**
 * Stock that is reserved for orders: reserved when an order is placed, released when it is over, committed when it
 * ships. Called only by the orders subgraph, which repeats each call until it has an answer; so each can be repeated by
 * anyone at any time. The rules are in reservation.ts; this file applies them to the database.
 */
import { badUserInput } from '../../runtime/errors.ts';
import { isId } from '../shared/ids.ts';
import { type ClientSession, type Write, toId, writeAll } from '../shared/mongo.ts';
import { MAX_LIST, MAX_UNITS } from './inputs.ts';
import type { MovementDocument, ReservationDocument } from './model.ts';
import { movement } from './movements.ts';
import { type ProductUpdate, ReservableProducts, isUndisputed } from './reservable-products.ts';
import {
  EFFECTS,
  type Reservation,
  type ReserveRefusal,
  answerFrom,
  decideReservations,
  effectsOf,
  otherLines,
  sameLines,
} from './reservation.ts';
import type { ReservationState, StockLineInput } from './schema.generated.ts';
import { type Request, type SharedTransaction, type Store, addStock } from './store.ts';

type ReserveStockResult = Exclude<ReturnType<typeof answerFrom>, Error> | ReserveRefusal;

export interface ReservationsService {
  /**
   * Reserves all lines or none; a repeat gets the first reservation.
   * Throws BAD_USER_INPUT for a call that orders never makes, and an Error, which is a bug, for other lines of the same order.
   */
  reserveStock: (orderId: string, lines: readonly StockLineInput[], request: Request) => Promise<ReserveStockResult>;
  /** The state afterwards; null if the order has no reservation. */
  commitReservation: (orderId: string, request: Request) => Promise<ReservationState | null>;
  /** The state afterwards. If the order has no reservation, a tombstone is left, so that it can never get one. */
  releaseReservation: (orderId: string, request: Request) => Promise<ReservationState>;
}

export function createReservationsService(store: Store): ReservationsService {
  const products = new ReservableProducts(store.products);
  const reserve = store.inSharedTransaction<ReserveOrder, ReserveStockResult>((orders, transaction) =>
    reserveTogether(store, products, orders, transaction),
  );
  const end = store.inSharedTransaction<Ending, ReservationState>((endings, transaction) =>
    endTogether(store, endings, transaction),
  );
  /** Ends a held reservation. For one that has ended, returns its state. */
  const endIfHeld = async (
    reservation: ReservationDocument,
    wanted: Ending['wanted'],
    request: Request,
  ): Promise<ReservationState> => {
    if (reservation.state !== 'HELD') return stateOf(reservation, wanted, request);
    const productIds = reservation.lines.map(({ productId }) => productId.toHexString());
    return end({ orderId: reservation._id.toHexString(), productIds, wanted, request });
  };

  return {
    async reserveStock(orderId, asked, request) {
      checkLines(orderId, asked);
      const lines = [...asked].sort((a, b) => (a.productId < b.productId ? -1 : 1));
      return reserve({ orderId, productIds: lines.map(({ productId }) => productId), lines, request });
    },

    async commitReservation(orderId, request) {
      const reservation = isId(orderId) ? await store.reservations.findById(toId(orderId)).lean() : null;
      return reservation === null ? null : endIfHeld(reservation, 'COMMITTED', request);
    },

    async releaseReservation(orderId, request) {
      if (!isId(orderId)) throw badUserInput('orderId is not an id.');
      const now = new Date();
      // One operation reads the reservation or leaves the tombstone, so that no reserveStock can come between.
      const reservation = await store.reservations
        .findOneAndUpdate(
          { _id: toId(orderId) },
          { $setOnInsert: { state: 'RELEASED', lines: [], createdAt: now, updatedAt: now } },
          { upsert: true, returnDocument: 'after' },
        )
        .lean();
      return endIfHeld(reservation, 'RELEASED', request);
    },
  };
}

/** Throws BAD_USER_INPUT unless the lines are as the API asks: 1 to 100, one for each product, at least 1 unit each. */
function checkLines(orderId: string, lines: readonly StockLineInput[]): void {
  if (!isId(orderId)) throw badUserInput('orderId is not an id.');
  if (lines.length < 1 || lines.length > MAX_LIST) throw badUserInput(`An order has 1 to ${String(MAX_LIST)} lines.`);
  if (new Set(lines.map(({ productId }) => productId)).size < lines.length) {
    throw badUserInput('An order has one line for each product.');
  }
  if (lines.some(({ quantity }) => quantity < 1 || quantity > MAX_UNITS)) {
    throw badUserInput('Each line of an order has at least 1 unit.');
  }
}

/** An order that wants stock. */
interface ReserveOrder {
  orderId: string;
  productIds: readonly string[];
  /** Sorted by product id. */
  lines: readonly StockLineInput[];
  request: Request;
}

/**
 * Orders that come at the same time share a transaction. Each is answered as if they had come one after the other. Equal order ids
 * are one order.
 */
async function reserveTogether(
  store: Store,
  reservable: ReservableProducts,
  orders: readonly ReserveOrder[],
  { session, refuse, sharing }: SharedTransaction<ReserveStockResult>,
): Promise<(ReserveStockResult | Error)[]> {
  const firstOf = new Map<string, ReserveOrder>();
  for (const order of orders) if (!firstOf.has(order.orderId)) firstOf.set(order.orderId, order);
  const ids = [...firstOf.keys()];
  // The first attempt assumes that none of them has a reservation, and that their products are as they are remembered. If
  // one isn't, a write fails, and all are tried again.
  const looksUp = sharing !== 'any';
  const earlier = looksUp ? await readReservations(store, ids, session) : new Map<string, Reservation>();
  const undecided = [...firstOf.values()].filter(({ orderId }) => !earlier.has(orderId));
  const productIds = orders.flatMap((order) => order.productIds);
  let products = reservable.recall(looksUp ? [] : productIds);
  let decisions = decideReservations(undecided, products);
  if (looksUp || !isUndisputed(products, decisions)) {
    products = await reservable.read(productIds, session);
    decisions = decideReservations(undecided, products);
  }
  const { reserved, refused, left } = decisions;
  // A refused order may be a repeat: its first call has taken the units that are missing now.
  const repeats = looksUp ? [] : ids.filter((id) => refused.has(id));
  for (const [orderId, reservation] of await readReservations(store, repeats, session))
    earlier.set(orderId, reservation);

  const answers = orders.map(({ orderId, lines }) => {
    const reservation = earlier.get(orderId) ?? reserved.get(orderId);
    if (reservation !== undefined) return answerFrom(reservation, lines);
    const isSame = sameLines(firstOf.get(orderId)?.lines ?? [], lines);
    // An order that isn't reserved is refused.
    return isSame ? (refused.get(orderId) as ReserveRefusal) : otherLines(orderId);
  });
  if (reserved.size === 0) return refuse(answers);

  const now = new Date();
  const documents = [...reserved].map(([orderId, { state, lines }]): ChangedReservation => ({
    reservation: {
      _id: toId(orderId),
      state,
      lines: lines.map((line) => ({ ...line, productId: toId(line.productId) })),
      createdAt: now,
      updatedAt: now,
    },
    request: (firstOf.get(orderId) as ReserveOrder).request,
  }));
  await writeStock(store, documents, reservable.updates(products, left), session);
  return answers;
}

/** The reservations that these orders have, by order id. */
async function readReservations(
  { reservations }: Store,
  orderIds: readonly string[],
  session: ClientSession,
): Promise<Map<string, Reservation>> {
  if (orderIds.length === 0) return new Map();
  const found = await reservations
    .find({ _id: { $in: orderIds.map(toId) } })
    .session(session)
    .lean();
  return new Map(found.map((stored) => [stored._id.toHexString(), toReservation(stored)]));
}

const toReservation = ({ _id, state, lines }: ReservationDocument): Reservation => ({
  orderId: _id.toHexString(),
  state,
  lines: lines.map((line) => ({ ...line, productId: line.productId.toHexString() })),
});

/** A reservation to end. */
interface Ending {
  orderId: string;
  productIds: readonly string[];
  wanted: 'RELEASED' | 'COMMITTED';
  request: Request;
}

/** Ends held reservations, each once, even if other processes try the same. */
async function endTogether(
  store: Store,
  endings: readonly Ending[],
  { session, refuse }: SharedTransaction<ReservationState>,
): Promise<ReservationState[]> {
  /** The current state of each: two endings of one reservation are handled one after the other. */
  const current = new Map<string, ReservationDocument>();
  const ended: ChangedReservation[] = [];
  const answers: ReservationState[] = [];
  for (const { orderId, wanted, request } of endings) {
    const _id = toId(orderId);
    let now = current.get(orderId);
    if (now === undefined) {
      const changed = await store.reservations
        .findOneAndUpdate(
          { _id, state: 'HELD' },
          { $set: { state: wanted, updatedAt: new Date() } },
          { session, returnDocument: 'after' },
        )
        .lean();
      if (changed !== null) ended.push({ reservation: changed, request });
      now = changed ?? (await store.reservations.findById(_id).session(session).orFail().lean());
      current.set(orderId, now);
    }
    answers.push(stateOf(now, wanted, request));
  }
  if (ended.length === 0) return refuse(answers);
  const updates = effectsOf(ended.map(({ reservation }) => toReservation(reservation))).map(
    ([productId, effect]): ProductUpdate => ({
      where: { _id: toId(productId), ...(effect.onHand < 0 && { onHand: { $gte: -effect.onHand } }) },
      update: addStock(effect),
    }),
  );
  await writeStock(store, ended, updates, session);
  return answers;
}

/** The state of a reservation that should have reached `wanted`. Another state is a bug: it is logged and left alone. */
function stateOf({ _id, state }: ReservationDocument, wanted: ReservationState, { log }: Request): ReservationState {
  if (state !== wanted)
    log.error({ orderId: _id.toHexString(), state, wanted }, 'a bug: a reservation is in an unexpected state');
  return state;
}

/** A reservation that has just reached its state, and the request that brought it there. */
interface ChangedReservation {
  reservation: ReservationDocument;
  request: Request;
}

/** Writes new reservations, the products' stock and the movements. Throws, which rolls back, if a product isn't as its update wants it. */
async function writeStock(
  { products, reservations, movements }: Store,
  changed: readonly ChangedReservation[],
  updates: readonly ProductUpdate[],
  session: ClientSession,
): Promise<void> {
  const inserts = (to: string, documents: readonly object[]): Write[] => documents.map((insert) => ({ to, insert }));
  const held = changed.map(({ reservation }) => reservation).filter(({ state }) => state === 'HELD');
  const found = await writeAll(
    products.db,
    [
      ...inserts(reservations.collection.name, held),
      ...updates.map((update) => ({ to: products.collection.name, ...update })),
      ...inserts(movements.collection.name, changed.flatMap(movementsOf)),
    ],
    session,
  );
  if (found !== updates.length) {
    const states = changed.map(({ reservation: { _id, state } }) => `${_id.toHexString()} ${state}`);
    throw new Error(`the stock does not allow ${states.join(', ')}: nothing was changed`);
  }
}

const movementsOf = ({ reservation: { _id, state, lines }, request }: ChangedReservation): MovementDocument[] => {
  const { type, onHand, available } = EFFECTS[state];
  return lines.map(({ productId, quantity }) => {
    const changes = { onHandChange: onHand * quantity, availableChange: available * quantity };
    return movement({ productId, type, ...changes, orderId: _id }, request);
  });
};
