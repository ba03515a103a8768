/**
 * How orders get their stock. Orders that come at the same time share a transaction; each is answered as if they had come one
 * after the other, and all lines of an order are reserved, or none.
 */
import { inBatches } from '../../runtime/batches.ts';
import { isDatabaseAway } from '../../runtime/errors.ts';
import { isId } from '../../runtime/ids.ts';
import type { ClientSession } from '../../runtime/mongo.ts';
import {
  type ProductDocument,
  type ReservationDocument,
  type ReservationState,
  type ReservedLineDocument,
  isLow,
  objectId,
} from './model.ts';
import { type StockChange, moveStock } from './moves.ts';
import type { StockLine } from './products.ts';
import {
  type InsufficientStockError,
  type MixedCurrencyError,
  type ProductNotFoundError,
  insufficientStock,
  mixedCurrency,
  productNotFound,
} from './refusals.ts';
import type { Refuse, Request, Store } from './store.ts';

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

/** What is read of a product to reserve of it. */
const READ = { sku: 1, name: 1, price: 1, available: 1, lowStockThreshold: 1 } as const;
type Read = Pick<ProductDocument, '_id' | keyof typeof READ>;

/** A product as it was read, and how much of it is left after those who came first. */
interface OnSale {
  product: Read;
  left: number;
}

/** What one order asks for. */
interface Wanted {
  _id: ReservationDocument['_id'];
  /** Sorted by product id. */
  lines: readonly StockLine[];
  request: Request;
}

/** Why these lines can't be reserved; null where they can. */
function refusalOf(lines: readonly StockLine[], products: ReadonlyMap<string, OnSale>): Refusal | null {
  const missing = lines.map(({ productId }) => productId).filter((id) => !products.has(id));
  if (missing.length > 0) return productNotFound(missing);
  const shortages = lines
    .map(({ productId, quantity }) => ({
      productId,
      requested: quantity,
      available: products.get(productId)?.left ?? 0,
    }))
    .filter(({ requested, available }) => available < requested);
  if (shortages.length > 0) return insufficientStock(shortages);
  const currencies = new Set(lines.flatMap(({ productId }) => products.get(productId)?.product.price.currency ?? []));
  return currencies.size > 1 ? mixedCurrency([...currencies].sort()) : null;
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

/** The reservation of an order, and its units taken from what is left. */
function take({ _id, lines: wanted }: Wanted, products: ReadonlyMap<string, OnSale>): ReservationDocument {
  const now = new Date();
  const lines = wanted.flatMap(({ productId, quantity }): ReservedLineDocument[] => {
    const found = products.get(productId);
    if (found === undefined) return [];
    found.left -= quantity;
    const { _id: id, sku, name, price } = found.product;
    return [{ productId: id, quantity, sku, name, unitPrice: price }];
  });
  return { _id, state: 'HELD', lines, createdAt: now, updatedAt: now };
}

/** Sets what is left. Between reading and this write the transaction lets nobody else change the product. */
const setAvailable = ({ product: { _id, available, lowStockThreshold }, left }: OnSale): StockChange => ({
  where: { _id, available },
  update: { $set: { available: left, lowStock: isLow(left, lowStockThreshold) } },
});

/** Sorted: the order in which transactions touch products. */
const productIdsOf = (orders: readonly Wanted[]): string[] =>
  [...new Set(orders.flatMap(({ lines }) => lines.map(({ productId }) => productId)))].sort();

/** Orders in one transaction: so many that they don't keep those that come later waiting for long. */
const MAX_TOGETHER = 32;
/** How often they try together: another process that sells the same products is done by then, one that hangs is not. */
const TRIES = 3;

/** Sets aside what an order wants. Throws where the order wants other lines than the first time: a bug, of orders. */
export function createReserve(store: Store): (order: Wanted) => Promise<ReserveStockResult> {
  const { products, reservations, change, isFree, whenFree } = store;

  /** Sets aside what each order wants, as if one came after the other, in one transaction. */
  async function reserveEach(
    orders: readonly Wanted[],
    session: ClientSession,
    refuse: Refuse<ReserveStockResult[]>,
  ): Promise<ReserveStockResult[]> {
    const productIds = productIdsOf(orders);
    const found = await products
      .find({ _id: { $in: productIds.filter(isId).map(objectId) } })
      .select(READ)
      .session(session)
      .lean<Read[]>();
    const known = new Map(
      found.map((product): [string, OnSale] => [product._id.toHexString(), { product, left: product.available }]),
    );
    const refusals = new Map<Wanted, Refusal>();
    const reserved = new Map<Wanted, ReservationDocument>();
    for (const order of orders) {
      const refusal = refusalOf(order.lines, known);
      if (refusal === null) reserved.set(order, take(order, known));
      else refusals.set(order, refusal);
    }
    // What looks like a refusal may be a repeat: the first call has taken the units that are missing now.
    const refusedIds = [...refusals.keys()].map(({ _id }) => _id);
    const earlier =
      refusals.size > 0
        ? await reservations
            .find({ _id: { $in: refusedIds } })
            .session(session)
            .lean()
        : [];
    const answers = orders.map((order) => {
      const reservation = reserved.get(order);
      if (reservation !== undefined) return toReservation(reservation);
      const first = earlier.find(({ _id }) => _id.equals(order._id));
      // Whatever isn't reserved is refused.
      return first === undefined ? (refusals.get(order) as Refusal) : repeated(first, order.lines);
    });
    if (reserved.size === 0) return refuse(answers);
    const moved = [...reserved].map(([{ request }, reservation]) => ({ reservation, request }));
    const taken = productIds
      .flatMap((id) => known.get(id) ?? [])
      .filter(({ product, left }) => left < product.available);
    await moveStock(store, moved, taken.map(setAvailable), session);
    return answers;
  }

  /** Reserves for all of them, or throws. */
  function reserveTogether(orders: readonly Wanted[]): Promise<ReserveStockResult[]> {
    const deadline = Math.min(...orders.map(({ request }) => request.deadline));
    let tries = 0;
    return change<ReserveStockResult[]>(productIdsOf(orders), { deadline }, (session, refuse) => {
      tries += 1;
      if (tries > TRIES) throw new Error('other processes were faster');
      return reserveEach(orders, session, refuse);
    });
  }

  /** No answers, so that each order is tried by itself: unless that can only fail as well. */
  function eachAlone(error: unknown): [] {
    if (isDatabaseAway(error)) throw error;
    return [];
  }

  /** Tries until the order's deadline. */
  async function reserveAlone(order: Wanted): Promise<ReserveStockResult> {
    try {
      const answers = await change<ReserveStockResult[]>(productIdsOf([order]), order.request, (session, refuse) =>
        reserveEach([order], session, refuse),
      );
      // One for each order.
      return answers[0] as ReserveStockResult;
    } catch (error) {
      // Most likely it is a repeat, and the first call's reservation stands.
      const earlier = isDatabaseAway(error) ? null : await reservations.findById(order._id).lean();
      if (earlier === null) throw error;
      return repeated(earlier, order.lines);
    }
  }

  /**
   * Orders that come at the same time share a transaction, unless one would keep the others waiting: an order for products on
   * which somebody works comes again afterwards, and where they fail together, each goes on by itself.
   */
  const reserve = inBatches<Wanted, ReserveStockResult>(
    async (orders) => {
      const together = orders.filter((order) => isFree(productIdsOf([order])));
      const answers = together.length > 0 ? await reserveTogether(together).catch(eachAlone) : [];
      return orders.map((order) =>
        together.includes(order) ? (answers[together.indexOf(order)] ?? reserveAlone(order)) : reserveLater(order),
      );
    },
    { most: MAX_TOGETHER },
  );

  async function reserveLater(order: Wanted): Promise<ReserveStockResult> {
    await whenFree(productIdsOf([order]));
    return Date.now() < order.request.deadline ? reserve(order) : reserveAlone(order);
  }

  return reserve;
}
