/**
 * Changes of stock without an order: units taken out (reduceStock), or a correction (adjustStock). Each is one transaction with its
 * movement, which carries the idempotency key, so the unique index on movements makes sure that a key is used once.
 */
import { isId } from '../shared/ids.ts';
import { type ClientSession, isDuplicateKey, toId } from '../shared/mongo.ts';
import type { UnionMember } from '../shared/union-member.ts';
import { type InvalidInputError, invalidInput, parseInput } from '../shared/validation.ts';
import { MAX_UNITS, adjustStockInput, reduceStockInput } from './inputs.ts';
import type { ProductDocument } from './model.ts';
import { movement, toMovement } from './movements.ts';
import { type Product, toProduct } from './products.ts';
import { idempotencyKeyReused, insufficientStock, productNotFound, staleQuantity } from './refusals.ts';
import type { AdjustStockInput, ReduceStockInput, StockChangeSuccess } from './schema.generated.ts';
import { type Request, type Store, addStock, insert } from './store.ts';

type StockChangeResult =
  | (UnionMember<StockChangeSuccess> & { product: Product })
  | InvalidInputError
  | ReturnType<typeof productNotFound | typeof insufficientStock | typeof staleQuantity | typeof idempotencyKeyReused>;

export interface StockService {
  /** Refusals in this order: InvalidInput, replay or IdempotencyKeyReused, ProductNotFound, InsufficientStock. */
  reduceStock: (input: ReduceStockInput, request: Request) => Promise<StockChangeResult>;
  /** As reduceStock, with StaleQuantity before InsufficientStock, and InvalidInput last if onHand would be too much. */
  adjustStock: (input: AdjustStockInput, request: Request) => Promise<StockChangeResult>;
}

interface StockChange {
  type: 'REDUCED' | 'ADJUSTED';
  productId: string;
  /** Units added to onHand and to available. */
  delta: number;
  reason: string | undefined;
  expectedOnHand?: number | undefined;
  idempotencyKey: string | undefined;
}

/** Everything of a change except its key. The same key with another fingerprint is another request. */
const fingerprintOf = ({ type, productId, delta, reason, expectedOnHand }: StockChange): string =>
  JSON.stringify([type, productId, delta, reason ?? null, expectedOnHand ?? null]);

/** The conditions on the product, which the update itself checks. */
const conditionsOf = ({ delta, expectedOnHand }: StockChange) => ({
  ...(delta < 0 ? { available: { $gte: -delta } } : {}),
  onHand: { $lte: MAX_UNITS - delta, ...(expectedOnHand !== undefined && { $eq: expectedOnHand }) },
});

/** Which of `conditionsOf` did not hold. */
function refusalOf(
  { productId, delta, expectedOnHand }: StockChange,
  product: ProductDocument | null,
): StockChangeResult {
  if (product === null) return productNotFound([productId]);
  if (expectedOnHand !== undefined && product.onHand !== expectedOnHand) return staleQuantity(product.onHand);
  if (product.available + delta < 0) {
    return insufficientStock([{ productId, requested: -delta, available: product.available }]);
  }
  const room = (MAX_UNITS - product.onHand).toLocaleString('en');
  return invalidInput([{ path: ['delta'], message: `must be at most ${room}: a product can have no more units` }]);
}

export const createStockService = (store: Store): StockService => ({
  async reduceStock(input, request) {
    const parsed = parseInput(reduceStockInput, input);
    if (!parsed.ok) return parsed.error;
    const { quantity, ...given } = parsed.value;
    return changeStock(store, { type: 'REDUCED', delta: -quantity, ...given }, request);
  },
  async adjustStock(input, request) {
    const parsed = parseInput(adjustStockInput, input);
    return parsed.ok ? changeStock(store, { type: 'ADJUSTED', ...parsed.value }, request) : parsed.error;
  },
});

async function changeStock(store: Store, asked: StockChange, request: Request): Promise<StockChangeResult> {
  const { productId } = asked;
  if (!isId(productId)) return (await replay(store, asked)) ?? productNotFound([productId]);
  try {
    return await store.inTransaction<StockChangeResult>([productId], request, (session, refuse) =>
      writeChange(store, asked, request, session, refuse),
    );
  } catch (error) {
    const replayed = isDuplicateKey(error, 'idempotencyKey') ? await replay(store, asked) : null;
    if (replayed === null) throw error;
    return replayed;
  }
}

async function writeChange(
  { products, movements }: Store,
  asked: StockChange,
  request: Request,
  session: ClientSession,
  refuse: (answer: StockChangeResult) => never,
): Promise<StockChangeResult> {
  const { type, productId, delta, reason, idempotencyKey } = asked;
  const _id = toId(productId);
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
  // The movement goes first: a key that was used before ends the transaction here, whatever the stock is now.
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
}

/** The answer to a key that was used before; null if it is new. */
async function replay({ products, movements }: Store, asked: StockChange): Promise<StockChangeResult | null> {
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
