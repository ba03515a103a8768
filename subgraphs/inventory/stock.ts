/**
 * Stock that changes without an order: taken out (reduceStock) or corrected (adjustStock). Each change is one transaction
 * with its movement; the movement carries the idempotency key, so the ledger's unique index claims it.
 */
import { isId } from '../shared/ids.ts';
import { isDuplicateKey } from '../shared/mongo.ts';
import { type InvalidInputError, invalidInput, parseInput } from '../shared/validation.ts';
import { MAX_UNITS, adjustStockInput, reduceStockInput } from './input.ts';
import { type StockMovement, movement, toMovement } from './ledger.ts';
import { type ProductDocument, objectId } from './model.ts';
import { type Product, toProduct } from './products.ts';
import {
  type IdempotencyKeyReusedError,
  type InsufficientStockError,
  type ProductNotFoundError,
  type StaleQuantityError,
  idempotencyKeyReused,
  insufficientStock,
  productNotFound,
  staleQuantity,
} from './refusals.ts';
import { type Request, type Store, addStock, insert } from './store.ts';

export interface StockChangeSuccess {
  __typename: 'StockChangeSuccess';
  product: Product;
  movement: StockMovement;
  /** Whether an earlier request with this key did it, and this one nothing. */
  replayed: boolean;
}

export type StockChangeResult =
  | StockChangeSuccess
  | InvalidInputError
  | ProductNotFoundError
  | InsufficientStockError
  | StaleQuantityError
  | IdempotencyKeyReusedError;

export interface StockService {
  /** Refusals in this order: InvalidInput, replay or IdempotencyKeyReused, ProductNotFound, InsufficientStock. */
  reduceStock: (input: unknown, request: Request) => Promise<StockChangeResult>;
  /** As reduceStock, with StaleQuantity before InsufficientStock, and InvalidInput last where onHand would be too much. */
  adjustStock: (input: unknown, request: Request) => Promise<StockChangeResult>;
}

interface Change {
  type: 'REDUCED' | 'ADJUSTED';
  productId: string;
  /** Units added to onHand and to available. */
  delta: number;
  reason: string | undefined;
  expectedOnHand?: number | undefined;
  idempotencyKey: string | undefined;
}

/** All of a change but its key: the same key with another one of these is another request. */
const fingerprintOf = ({ type, productId, delta, reason, expectedOnHand }: Change): string =>
  JSON.stringify([type, productId, delta, reason ?? null, expectedOnHand ?? null]);

/** What must hold of the product, checked by the update itself. */
const conditionsOf = ({ delta, expectedOnHand }: Change) => ({
  ...(delta < 0 ? { available: { $gte: -delta } } : {}),
  onHand: { $lte: MAX_UNITS - delta, ...(expectedOnHand !== undefined && { $eq: expectedOnHand }) },
});

/** Why `conditionsOf` didn't hold. */
function refusalOf({ productId, delta, expectedOnHand }: Change, product: ProductDocument | null): StockChangeResult {
  if (product === null) return productNotFound([productId]);
  if (expectedOnHand !== undefined && product.onHand !== expectedOnHand) return staleQuantity(product.onHand);
  if (product.available + delta < 0) {
    return insufficientStock([{ productId, requested: -delta, available: product.available }]);
  }
  const room = (MAX_UNITS - product.onHand).toLocaleString('en');
  return invalidInput([{ path: ['delta'], message: `must be at most ${room}, which is all that there is room for` }]);
}

export function createStockService({ products, movements, change }: Store): StockService {
  /** The answer to a key that was used before; null where it is a new one. */
  async function replay(asked: Change): Promise<StockChangeResult | null> {
    if (asked.idempotencyKey === undefined) return null;
    const earlier = await movements.findOne({ idempotencyKey: asked.idempotencyKey }).lean();
    if (earlier === null) return null;
    if (earlier.fingerprint !== fingerprintOf(asked)) return idempotencyKeyReused(asked.idempotencyKey);
    const product = await products.findById(earlier.productId).orFail().lean();
    return {
      __typename: 'StockChangeSuccess',
      product: toProduct(product),
      movement: toMovement(earlier),
      replayed: true,
    };
  }

  async function apply(asked: Change, request: Request): Promise<StockChangeResult> {
    const { type, productId, delta, reason, idempotencyKey } = asked;
    if (!isId(productId)) return (await replay(asked)) ?? productNotFound([productId]);
    const _id = objectId(productId);
    try {
      return await change<StockChangeResult>([productId], request, async (session, refuse) => {
        const entry = movement(
          {
            productId: _id,
            type,
            onHandChange: delta,
            availableChange: delta,
            reason: reason ?? null,
            ...(idempotencyKey !== undefined && { idempotencyKey, fingerprint: fingerprintOf(asked) }),
          },
          request,
        );
        // First the movement: a key that was used before stops it here, whatever the stock is by now.
        await insert(movements, entry, session);
        const product = await products
          .findOneAndUpdate({ _id, ...conditionsOf(asked) }, addStock({ onHand: delta, available: delta }), {
            session,
            returnDocument: 'after',
            updatePipeline: true,
          })
          .lean();
        if (product === null) return refuse(refusalOf(asked, await products.findById(_id).session(session).lean()));
        return {
          __typename: 'StockChangeSuccess',
          product: toProduct(product),
          movement: toMovement(entry),
          replayed: false,
        };
      });
    } catch (error) {
      const replayed = isDuplicateKey(error, 'idempotencyKey') ? await replay(asked) : null;
      if (replayed === null) throw error;
      return replayed;
    }
  }

  return {
    async reduceStock(input, request) {
      const parsed = parseInput(reduceStockInput, input);
      if (!parsed.ok) return parsed.error;
      const { quantity, ...given } = parsed.value;
      return apply({ type: 'REDUCED', delta: -quantity, ...given }, request);
    },
    async adjustStock(input, request) {
      const parsed = parseInput(adjustStockInput, input);
      return parsed.ok ? apply({ type: 'ADJUSTED', ...parsed.value }, request) : parsed.error;
    },
  };
}
