/** The refusals of mutations: the API's error types as plain objects, told apart by `__typename`. */
import { excerpt } from '../../runtime/bounds.ts';
import type { UnionMember } from '../shared/union-member.ts';
import type { OrderStatus, Refusal } from './order.ts';
import type {
  CustomerNotFoundError,
  IdempotencyKeyReusedError,
  IllegalTransitionError,
  InsufficientStockError,
  MixedCurrencyError,
  OrderNotFoundError,
  PriceChangedError,
  ProductNotFoundError,
  VersionConflictError,
} from './schema.generated.ts';

export type CreateOrderRefusal = UnionMember<
  CustomerNotFoundError | ProductNotFoundError | InsufficientStockError | MixedCurrencyError | PriceChangedError
>;

/** The answer of createOrder to a refused order, the first time and for every repeat of its key. */
export function refusalError(refusal: Refusal): CreateOrderRefusal {
  const { message } = refusal;
  switch (refusal.reason) {
    case 'CUSTOMER_NOT_FOUND':
      return { __typename: 'CustomerNotFoundError', code: refusal.reason, message, customerId: refusal.customerId };
    case 'PRODUCT_NOT_FOUND':
      return { __typename: 'ProductNotFoundError', code: refusal.reason, message, productIds: refusal.productIds };
    case 'INSUFFICIENT_STOCK':
      return { __typename: 'InsufficientStockError', code: refusal.reason, message, shortages: refusal.shortages };
    case 'MIXED_CURRENCY':
      return { __typename: 'MixedCurrencyError', code: refusal.reason, message, currencies: refusal.currencies };
    case 'PRICE_CHANGED': {
      const { expected, actual } = refusal;
      return { __typename: 'PriceChangedError', code: refusal.reason, message, expected, actual };
    }
  }
}

export const keyReused = (idempotencyKey: string): UnionMember<IdempotencyKeyReusedError> => ({
  __typename: 'IdempotencyKeyReusedError',
  code: 'IDEMPOTENCY_KEY_REUSED',
  message: 'This idempotency key was used before, for an order with other items or another expectedTotal.',
  idempotencyKey,
});

export const orderNotFound = (orderId: string): UnionMember<OrderNotFoundError> => ({
  __typename: 'OrderNotFoundError',
  code: 'ORDER_NOT_FOUND',
  message: `There is no order ${excerpt(orderId)}.`,
  orderId: excerpt(orderId),
});

export const illegalTransition = (
  from: OrderStatus,
  to: OrderStatus,
  allowed: readonly OrderStatus[],
): UnionMember<IllegalTransitionError> => ({
  __typename: 'IllegalTransitionError',
  code: 'ILLEGAL_TRANSITION',
  message: `An order that is ${from} can't become ${to} this way.`,
  from,
  to,
  allowed: [...allowed],
});

export const versionConflict = (currentVersion: number): UnionMember<VersionConflictError> => ({
  __typename: 'VersionConflictError',
  code: 'VERSION_CONFLICT',
  message: `The order has changed: it now has version ${currentVersion}.`,
  currentVersion,
});
