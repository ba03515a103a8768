/** The refusals of inventory's mutations: the API's error types as plain objects, one builder for each. */
import { excerpt } from '../../runtime/bounds.ts';
import type { UnionMember } from '../shared/union-member.ts';
import type {
  IdempotencyKeyReusedError,
  InsufficientStockError,
  MixedCurrencyError,
  ProductNotFoundError,
  SkuTakenError,
  StaleQuantityError,
  StockShortage,
} from './schema.generated.ts';

export const skuTaken = (sku: string): UnionMember<SkuTakenError> => ({
  __typename: 'SkuTakenError',
  code: 'SKU_TAKEN',
  message: `Another product has the SKU ${sku}.`,
  sku,
});

/** @param productIds sorted, each once */
export const productNotFound = (productIds: string[]): UnionMember<ProductNotFoundError> => ({
  __typename: 'ProductNotFoundError',
  code: 'PRODUCT_NOT_FOUND',
  message: productIds.length === 1 ? 'No product has this id.' : 'No product has any of these ids.',
  productIds: productIds.map(excerpt),
});

/** @param shortages sorted by product id */
export const insufficientStock = (shortages: StockShortage[]): UnionMember<InsufficientStockError> => ({
  __typename: 'InsufficientStockError',
  code: 'INSUFFICIENT_STOCK',
  message: 'Less is available than requested.',
  shortages,
});

/** @param currencies sorted, each once */
export const mixedCurrency = (currencies: string[]): UnionMember<MixedCurrencyError> => ({
  __typename: 'MixedCurrencyError',
  code: 'MIXED_CURRENCY',
  message: `The products of one order must have one currency, and these have ${currencies.join(', ')}.`,
  currencies,
});

export const staleQuantity = (actualOnHand: number): UnionMember<StaleQuantityError> => ({
  __typename: 'StaleQuantityError',
  code: 'STALE_QUANTITY',
  message: `The quantity on hand is now ${String(actualOnHand)}.`,
  actualOnHand,
});

export const idempotencyKeyReused = (idempotencyKey: string): UnionMember<IdempotencyKeyReusedError> => ({
  __typename: 'IdempotencyKeyReusedError',
  code: 'IDEMPOTENCY_KEY_REUSED',
  message: 'This idempotency key was used before, with another input.',
  idempotencyKey,
});
