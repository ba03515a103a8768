/** The refusals that inventory answers with, as the plain objects that GraphQL sends: one builder for each. */
import { excerpt } from '../../runtime/bounds.ts';

interface Refusal<Type extends string, Code extends string> {
  __typename: Type;
  code: Code;
  message: string;
}

export interface SkuTakenError extends Refusal<'SkuTakenError', 'SKU_TAKEN'> {
  sku: string;
}

export const skuTaken = (sku: string): SkuTakenError => ({
  __typename: 'SkuTakenError',
  code: 'SKU_TAKEN',
  message: `Another product has the SKU ${sku}.`,
  sku,
});

export interface ProductNotFoundError extends Refusal<'ProductNotFoundError', 'PRODUCT_NOT_FOUND'> {
  productIds: string[];
}

/** @param productIds sorted, each once */
export const productNotFound = (productIds: string[]): ProductNotFoundError => ({
  __typename: 'ProductNotFoundError',
  code: 'PRODUCT_NOT_FOUND',
  message: productIds.length === 1 ? 'No product has this id.' : 'No product has any of these ids.',
  productIds: productIds.map(excerpt),
});

export interface StockShortage {
  productId: string;
  requested: number;
  available: number;
}

export interface InsufficientStockError extends Refusal<'InsufficientStockError', 'INSUFFICIENT_STOCK'> {
  shortages: StockShortage[];
}

/** @param shortages sorted by product id */
export const insufficientStock = (shortages: StockShortage[]): InsufficientStockError => ({
  __typename: 'InsufficientStockError',
  code: 'INSUFFICIENT_STOCK',
  message: 'Less is available than was asked for.',
  shortages,
});

export interface MixedCurrencyError extends Refusal<'MixedCurrencyError', 'MIXED_CURRENCY'> {
  currencies: string[];
}

/** @param currencies sorted, each once */
export const mixedCurrency = (currencies: string[]): MixedCurrencyError => ({
  __typename: 'MixedCurrencyError',
  code: 'MIXED_CURRENCY',
  message: `The products of one order must have one currency, and these have ${currencies.join(', ')}.`,
  currencies,
});

export interface StaleQuantityError extends Refusal<'StaleQuantityError', 'STALE_QUANTITY'> {
  actualOnHand: number;
}

export const staleQuantity = (actualOnHand: number): StaleQuantityError => ({
  __typename: 'StaleQuantityError',
  code: 'STALE_QUANTITY',
  message: `The quantity on hand is ${String(actualOnHand)} by now.`,
  actualOnHand,
});

export interface IdempotencyKeyReusedError extends Refusal<'IdempotencyKeyReusedError', 'IDEMPOTENCY_KEY_REUSED'> {
  idempotencyKey: string;
}

export const idempotencyKeyReused = (idempotencyKey: string): IdempotencyKeyReusedError => ({
  __typename: 'IdempotencyKeyReusedError',
  code: 'IDEMPOTENCY_KEY_REUSED',
  message: 'This idempotency key was used before, with another input.',
  idempotencyKey,
});
