/**
 * How orders get their stock. Orders that come at the same time share a transaction; each is answered as if they had come one
 * after the other, and all lines of an order are reserved, or none. Within a transaction equal order ids are one order.
 */
import { isId } from '../shared/ids.ts';
import type { ClientSession } from '../shared/mongo.ts';
import {
  type ProductDocument,
  type ReservationDocument,
  type ReservationState,
  type ReservedLineDocument,
  isLow,
  objectId,
} from './model.ts';
import { type Moved, type StockChange, moveStock } from './moves.ts';
import type { StockLine } from './products.ts';
import {
  type InsufficientStockError,
  type MixedCurrencyError,
  type ProductNotFoundError,
  insufficientStock,
  mixedCurrency,
  productNotFound,
} from './refusals.ts';
import type { Request, Store } from './store.ts';

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
  orderId: string;
  productIds: readonly string[];
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
  orderId: idOf({ _id }),
  lines: lines.map((line) => ({ ...line, productId: line.productId.toHexString() })),
});

const idOf = ({ _id }: Pick<ReservationDocument, '_id'>): string => _id.toHexString();

const sameLines = (a: readonly StockLine[], b: readonly StockLine[]): boolean =>
  a.length === b.length &&
  a.every(({ productId, quantity }, n) => b[n]?.productId === productId && b[n].quantity === quantity);

/** Orders never asks for this: it is a bug. */
const otherLines = (orderId: string): Error =>
  new Error(`order ${orderId} asks to reserve other lines than it has reserved`);

/** The answer to a repeat. */
function repeated(
  reservation: ReservationDocument,
  lines: readonly StockLine[],
): Reservation | ReservationClosed | Error {
  const first = toReservation(reservation);
  const { orderId } = first;
  if (reservation.state !== 'HELD') return { __typename: 'ReservationClosed', orderId, state: reservation.state };
  return sameLines(first.lines, lines) ? first : otherLines(orderId);
}

/** The reservation of an order, and its units taken from what is left. */
function take({ orderId, lines: wanted }: Wanted, products: ReadonlyMap<string, OnSale>): ReservationDocument {
  const now = new Date();
  const lines = wanted.flatMap(({ productId, quantity }): ReservedLineDocument[] => {
    const found = products.get(productId);
    if (found === undefined) return [];
    found.left -= quantity;
    const { _id: id, sku, name, price } = found.product;
    return [{ productId: id, quantity, sku, name, unitPrice: price }];
  });
  return { _id: objectId(orderId), state: 'HELD', lines, createdAt: now, updatedAt: now };
}

/** Sets what is left. Between reading and this write the transaction lets nobody else change the product. */
const setAvailable = ({ product: { _id, available, lowStockThreshold }, left }: OnSale): StockChange => ({
  where: { _id, available },
  update: { $set: { available: left, lowStock: isLow(left, lowStockThreshold) } },
});

/** The order in which transactions touch products. */
const byId = (a: OnSale, b: OnSale): number => (idOf(a.product) < idOf(b.product) ? -1 : 1);

/**
 * Sets aside what an order wants, in line with other work on its products.
 * Throws where the order wants other lines than the first time: a bug, of orders.
 */
export function createReserve(store: Store): (order: Wanted) => Promise<ReserveStockResult> {
  const { products, reservations, changeTogether } = store;

  async function read(orders: readonly Wanted[], session: ClientSession): Promise<Map<string, OnSale>> {
    const productIds = new Set(orders.flatMap((order) => order.productIds));
    const found = await products
      .find({ _id: { $in: [...productIds].filter(isId).sort().map(objectId) } })
      .select(READ)
      .session(session)
      .lean<Read[]>();
    return new Map(found.map((product) => [idOf(product), { product, left: product.available }]));
  }

  /** The reservations that these orders have, by the orders' ids. */
  async function earlierOf(
    orders: readonly Wanted[],
    session: ClientSession,
  ): Promise<Map<string, ReservationDocument>> {
    if (orders.length === 0) return new Map();
    const found = await reservations
      .find({ _id: { $in: orders.map(({ orderId }) => objectId(orderId)) } })
      .session(session)
      .lean();
    return new Map(found.map((reservation) => [idOf(reservation), reservation]));
  }

  return changeTogether<Wanted, ReserveStockResult>(async (orders, { session, refuse, company }) => {
    const firstOf = new Map<string, Wanted>();
    for (const order of orders) if (!firstOf.has(order.orderId)) firstOf.set(order.orderId, order);
    const distinct = [...firstOf.values()];
    // At first it is taken for granted that none of them has a reservation: its insert would fail, and all are tried again.
    const looksUp = company !== 'anybody';
    const earlier = looksUp ? await earlierOf(distinct, session) : new Map<string, ReservationDocument>();
    const onSale = await read(distinct, session);
    const refusals = new Map<string, Refusal>();
    const reserved = new Map<string, Moved>();
    for (const [orderId, order] of firstOf) {
      if (earlier.has(orderId)) continue;
      const refusal = refusalOf(order.lines, onSale);
      if (refusal === null) reserved.set(orderId, { reservation: take(order, onSale), request: order.request });
      else refusals.set(orderId, refusal);
    }
    // What looks like a refusal may be a repeat: the first call has taken the units that are missing now.
    const refused = looksUp ? [] : distinct.filter(({ orderId }) => refusals.has(orderId));
    for (const [orderId, reservation] of await earlierOf(refused, session)) earlier.set(orderId, reservation);
    const answers = orders.map(({ orderId, lines }) => {
      const reservation = earlier.get(orderId) ?? reserved.get(orderId)?.reservation;
      if (reservation !== undefined) return repeated(reservation, lines);
      const isSame = sameLines(firstOf.get(orderId)?.lines ?? [], lines);
      // Whatever isn't reserved is refused.
      return isSame ? (refusals.get(orderId) as Refusal) : otherLines(orderId);
    });
    if (reserved.size === 0) return refuse(answers);
    const taken = [...onSale.values()].filter(({ product, left }) => left < product.available).sort(byId);
    await moveStock(store, [...reserved.values()], taken.map(setAvailable), session);
    return answers;
  });
}
