import type { GraphQLResolveInfo, GraphQLScalarType, GraphQLScalarTypeConfig } from 'graphql';
import type { Product as ProductShape, ProductConnection as ProductConnectionShape, StockMovement as StockMovementShape, StockMovementConnection as StockMovementConnectionShape } from './service.ts';
import type { Context } from './context.ts';
export type Maybe<T> = T | null;
export type InputMaybe<T> = Maybe<T>;
export type Omit<T, K extends keyof T> = Pick<T, Exclude<keyof T, K>>;
export type RequireFields<T, K extends keyof T> = Omit<T, K> & { [P in K]-?: NonNullable<T[P]> };
/** All built-in and custom scalars, mapped to their actual values */
export type Scalars = {
  ID: { input: string; output: string; }
  String: { input: string; output: string; }
  Boolean: { input: boolean; output: boolean; }
  Int: { input: number; output: number; }
  Float: { input: number; output: number; }
  /** A moment in UTC, as an ISO 8601 string with milliseconds: `2026-01-31T09:30:00.000Z`. */
  DateTime: { input: Date; output: Date; }
  /**
   * An integer that is exact up to 2^53 - 1, which GraphQL's 32-bit Int is not. Amounts of money use it:
   * they count the currency's minor unit (cents).
   */
  SafeInt: { input: number; output: number; }
  _FieldSet: { input: unknown; output: unknown; }
};

/** A correction of a stock. */
export type AdjustStockInput = {
  /** By how many units: not 0, from -1,000,000,000 to 1,000,000,000. */
  delta: Scalars['Int']['input'];
  /** The onHand that the caller counted on; where it is another by now, nothing changes and the answer is StaleQuantityError. */
  expectedOnHand?: InputMaybe<Scalars['Int']['input']>;
  /** 1 to 255 characters that the caller makes up, unique for this change: a repeat with the same input changes nothing and answers the first outcome. */
  idempotencyKey?: InputMaybe<Scalars['String']['input']>;
  /** The product's id. */
  productId: Scalars['ID']['input'];
  /** Why, for the product's movements; 1 to 500 characters. */
  reason: Scalars['String']['input'];
};

/** What a new product is. */
export type CreateProductInput = {
  /** At most 5,000 characters. */
  description?: InputMaybe<Scalars['String']['input']>;
  /** The units in the house: 0 to 1,000,000,000. */
  initialStock?: Scalars['Int']['input'];
  /** At or below how many available units the stock counts as low: 0 to 1,000,000,000. */
  lowStockThreshold?: Scalars['Int']['input'];
  /** 1 to 200 characters after white space around it is cut off. */
  name: Scalars['String']['input'];
  /** The price of one unit: an amount from 0 to 90,000,000,000 minor units, and an ISO 4217 currency. */
  price: MoneyInput;
  /** 1 to 64 characters: letters, digits, dot, hyphen, underscore. Unique, and fixed for good. */
  sku: Scalars['String']['input'];
};

/** What createProduct answers. */
export type CreateProductResult = CreateProductSuccess | InvalidInputError | SkuTakenError;

/** The product was added. */
export type CreateProductSuccess = {
  __typename?: 'CreateProductSuccess';
  /** The new product. */
  product: Product;
};

/** No customer has this id. */
export type CustomerNotFoundError = UserError & {
  __typename?: 'CustomerNotFoundError';
  /** Always `CUSTOMER_NOT_FOUND`. */
  code: ErrorCode;
  /** The id that was asked for. */
  customerId: Scalars['ID']['output'];
  /** A sentence for people. */
  message: Scalars['String']['output'];
};

/** The refusals that mutations answer with, one for each type that implements UserError. */
export type ErrorCode =
  /** No customer has this id. */
  | 'CUSTOMER_NOT_FOUND'
  /** Another customer has this e-mail address. */
  | 'EMAIL_TAKEN'
  /** The idempotency key was used before, with another input. */
  | 'IDEMPOTENCY_KEY_REUSED'
  /** The order's status doesn't allow this change. */
  | 'ILLEGAL_TRANSITION'
  /** Less is available than was asked for. */
  | 'INSUFFICIENT_STOCK'
  /** One or more fields of the input are out of bounds: InvalidInputError names each. */
  | 'INVALID_INPUT'
  /** The lines of one order are priced in different currencies. */
  | 'MIXED_CURRENCY'
  /** No order has this id. */
  | 'ORDER_NOT_FOUND'
  /** No product has this id, or one of these ids. */
  | 'PRODUCT_NOT_FOUND'
  /** Another product has this SKU. */
  | 'SKU_TAKEN'
  /** The quantity on hand is no longer the one that the caller expected. */
  | 'STALE_QUANTITY'
  /** The order has changed since the caller read it. */
  | 'VERSION_CONFLICT';

/** One field of an input that is at fault. */
export type FieldError = {
  __typename?: 'FieldError';
  /** What is wrong with it, in an English sentence. */
  message: Scalars['String']['output'];
  /** The way to the field below `input`, with positions in lists as numbers: `["items", "0", "quantity"]`. */
  path: Array<Scalars['String']['output']>;
};

/**
 * This idempotency key was used before, with another input. A key belongs to one request: repeat it only
 * to repeat that request.
 */
export type IdempotencyKeyReusedError = UserError & {
  __typename?: 'IdempotencyKeyReusedError';
  /** Always `IDEMPOTENCY_KEY_REUSED`. */
  code: ErrorCode;
  /** The key that was sent. */
  idempotencyKey: Scalars['String']['output'];
  /** A sentence for people. */
  message: Scalars['String']['output'];
};

/** Less is available than was asked for. Nothing was taken. */
export type InsufficientStockError = UserError & {
  __typename?: 'InsufficientStockError';
  /** Always `INSUFFICIENT_STOCK`. */
  code: ErrorCode;
  /** A sentence for people. */
  message: Scalars['String']['output'];
  /** Every product that falls short, sorted by product id. */
  shortages: Array<StockShortage>;
};

/** The input is out of bounds. Nothing was changed, and no idempotency key was spent. */
export type InvalidInputError = UserError & {
  __typename?: 'InvalidInputError';
  /** Always `INVALID_INPUT`. */
  code: ErrorCode;
  /** Every field that is at fault, so that a form can mark them all at once. Never empty. */
  fields: Array<FieldError>;
  /** A sentence for people. */
  message: Scalars['String']['output'];
};

/** The lines of one order are priced in one currency. */
export type MixedCurrencyError = UserError & {
  __typename?: 'MixedCurrencyError';
  /** Always `MIXED_CURRENCY`. */
  code: ErrorCode;
  /** The currencies found, sorted. */
  currencies: Array<Scalars['String']['output']>;
  /** A sentence for people. */
  message: Scalars['String']['output'];
};

/** An amount of money. Never a float: `{ amount: 1999, currency: "EUR" }` is 19.99 euros. */
export type Money = {
  __typename?: 'Money';
  /** In the currency's minor unit: cents for EUR, yen for JPY. At least 0. */
  amount: Scalars['SafeInt']['output'];
  /** The ISO 4217 code: three upper-case letters, such as `EUR`. */
  currency: Scalars['String']['output'];
};

/** An amount of money that is sent in. */
export type MoneyInput = {
  /** In the currency's minor unit: 0 to 90,000,000,000. */
  amount: Scalars['SafeInt']['input'];
  /** The ISO 4217 code: three upper-case letters, such as `EUR`. */
  currency: Scalars['String']['input'];
};

/** What can be changed. */
export type Mutation = {
  __typename?: 'Mutation';
  /** Staff: corrects the stock up or down after a delivery or a count. Never below what is reserved. */
  adjustStock: StockChangeResult;
  /**
   * Internal, called by the orders subgraph only: what was set aside has left the house. Idempotent by orderId.
   * The state after the call; null where the order has no reservation.
   */
  commitReservation?: Maybe<ReservationState>;
  /** Staff: adds a product, with its first stock. Repeating it answers SkuTakenError. */
  createProduct: CreateProductResult;
  /** Staff: takes units out of stock without an order (damaged, sold over the counter). Never below what is available. */
  reduceStock: StockChangeResult;
  /**
   * Internal, called by the orders subgraph only: gives back what was set aside. Idempotent by orderId.
   * The state after the call. Where the order has no reservation, RELEASED, and none can be made any more.
   */
  releaseReservation: ReservationState;
  /**
   * Internal, called by the orders subgraph only: sets aside all lines of an order, or none. Idempotent by orderId:
   * a repeat answers the first reservation; other lines for the same order are a top-level error, for they are a bug.
   */
  reserveStock: ReserveStockResult;
  /** Staff: changes what a product is, not how much of it there is. Orders placed before keep their price and name. */
  updateProduct: UpdateProductResult;
};


/** What can be changed. */
export type MutationAdjustStockArgs = {
  input: AdjustStockInput;
};


/** What can be changed. */
export type MutationCommitReservationArgs = {
  orderId: Scalars['ID']['input'];
};


/** What can be changed. */
export type MutationCreateProductArgs = {
  input: CreateProductInput;
};


/** What can be changed. */
export type MutationReduceStockArgs = {
  input: ReduceStockInput;
};


/** What can be changed. */
export type MutationReleaseReservationArgs = {
  orderId: Scalars['ID']['input'];
};


/** What can be changed. */
export type MutationReserveStockArgs = {
  lines: Array<StockLineInput>;
  orderId: Scalars['ID']['input'];
};


/** What can be changed. */
export type MutationUpdateProductArgs = {
  input: UpdateProductInput;
};

/** Where a page stands in its list, as in the Relay connection specification. */
export type PageInfo = {
  __typename?: 'PageInfo';
  /** The cursor of the last row; null where the page is empty. */
  endCursor?: Maybe<Scalars['String']['output']>;
  /** Whether there is a row after the last one of this page: ask with `after: endCursor`. */
  hasNextPage: Scalars['Boolean']['output'];
  /** Whether there is a row before the first one of this page: ask with `before: startCursor`. */
  hasPreviousPage: Scalars['Boolean']['output'];
  /** The cursor of the first row; null where the page is empty. */
  startCursor?: Maybe<Scalars['String']['output']>;
};

/** Something that is sold. */
export type Product = {
  __typename?: 'Product';
  /** When the product was added. */
  createdAt: Scalars['DateTime']['output'];
  /** At most 5,000 characters; null where there is none. */
  description?: Maybe<Scalars['String']['output']>;
  /** 24 lower-case hexadecimal digits. */
  id: Scalars['ID']['output'];
  /** Staff: every change to the stock, newest first. */
  movements?: Maybe<StockMovementConnection>;
  /** 1 to 200 characters. */
  name: Scalars['String']['output'];
  /** The price of one unit today. An order keeps the price at which its stock was reserved. */
  price: Money;
  /** The stock-keeping unit: unique over all products, fixed for good. 1 to 64 characters. */
  sku: Scalars['String']['output'];
  /** How much of it there is. */
  stock: StockLevel;
  /** When the product itself last changed (not its stock); createdAt where it never did. */
  updatedAt: Scalars['DateTime']['output'];
};


/** Something that is sold. */
export type ProductMovementsArgs = {
  after?: InputMaybe<Scalars['String']['input']>;
  before?: InputMaybe<Scalars['String']['input']>;
  first?: InputMaybe<Scalars['Int']['input']>;
  last?: InputMaybe<Scalars['Int']['input']>;
};

/** A page of products. */
export type ProductConnection = {
  __typename?: 'ProductConnection';
  /** The rows with their cursors. */
  edges: Array<ProductEdge>;
  /** The rows alone. */
  nodes: Array<Product>;
  /** Whether there is more, and from where. */
  pageInfo: PageInfo;
  /** How many products match the filter, over all pages. Counted only when selected; null where it can't be counted. */
  totalCount?: Maybe<Scalars['Int']['output']>;
};

/** A product in a page. */
export type ProductEdge = {
  __typename?: 'ProductEdge';
  /** Opaque; pass it as `after` or `before` of the same list with the same sort. */
  cursor: Scalars['String']['output'];
  /** The product. */
  node: Product;
};

/** Conditions on products; all that are given must hold. */
export type ProductFilter = {
  /** One of these ids; at most 100. Ids that no product has are left out. */
  ids?: InputMaybe<Array<Scalars['ID']['input']>>;
  /** true: available is above 0; false: it is 0. */
  inStock?: InputMaybe<Scalars['Boolean']['input']>;
  /** Staff: whether available is at or below the product's lowStockThreshold. For others a FORBIDDEN error. */
  lowStock?: InputMaybe<Scalars['Boolean']['input']>;
  /** Part of the name or of the SKU, whatever its case; at most 100 characters. Reads every product: not for hot paths. */
  search?: InputMaybe<Scalars['String']['input']>;
  /** One of these SKUs; at most 100. SKUs that no product has are left out. */
  skus?: InputMaybe<Array<Scalars['String']['input']>>;
};

/** One or more products don't exist. */
export type ProductNotFoundError = UserError & {
  __typename?: 'ProductNotFoundError';
  /** Always `PRODUCT_NOT_FOUND`. */
  code: ErrorCode;
  /** A sentence for people. */
  message: Scalars['String']['output'];
  /** All the ids that no product has, sorted. */
  productIds: Array<Scalars['ID']['output']>;
};

/** The order of a list of products. */
export type ProductSort = {
  /** Which way. */
  direction?: SortDirection;
  /** What to sort by. */
  field: ProductSortField;
};

/** What products can be sorted by. */
export type ProductSortField =
  /** The units that can be ordered now. */
  | 'AVAILABLE'
  /** When the product was added. */
  | 'CREATED_AT'
  /** The name, whatever its case. */
  | 'NAME'
  /** The price's amount, whatever its currency. */
  | 'PRICE';

/** What can be asked for. Nullable, so that a subgraph that doesn't answer leaves the rest of the query standing. */
export type Query = {
  __typename?: 'Query';
  /**
   * Whether there is enough of each product, for up to 100 lines at once; more is a BAD_USER_INPUT error. One answer for
   * each line, in the order asked. Advisory: nothing is set aside, only createOrder reserves.
   */
  checkStock?: Maybe<Array<StockCheck>>;
  /** One product; null where no product has this id. */
  product?: Maybe<Product>;
  /**
   * Products, newest first where no sort is given. Sorting by what changes (PRICE, AVAILABLE) may skip or repeat a
   * product that changed between two pages.
   */
  products?: Maybe<ProductConnection>;
};


/** What can be asked for. Nullable, so that a subgraph that doesn't answer leaves the rest of the query standing. */
export type QueryCheckStockArgs = {
  lines: Array<StockLineInput>;
};


/** What can be asked for. Nullable, so that a subgraph that doesn't answer leaves the rest of the query standing. */
export type QueryProductArgs = {
  id: Scalars['ID']['input'];
};


/** What can be asked for. Nullable, so that a subgraph that doesn't answer leaves the rest of the query standing. */
export type QueryProductsArgs = {
  after?: InputMaybe<Scalars['String']['input']>;
  before?: InputMaybe<Scalars['String']['input']>;
  filter?: InputMaybe<ProductFilter>;
  first?: InputMaybe<Scalars['Int']['input']>;
  last?: InputMaybe<Scalars['Int']['input']>;
  sort?: InputMaybe<ProductSort>;
};

/** Units to take out of stock. */
export type ReduceStockInput = {
  /** 1 to 255 characters that the caller makes up, unique for this change: a repeat with the same input changes nothing and answers the first outcome. */
  idempotencyKey?: InputMaybe<Scalars['String']['input']>;
  /** The product's id. */
  productId: Scalars['ID']['input'];
  /** 1 to 1,000,000,000 units. */
  quantity: Scalars['Int']['input'];
  /** Why, for the product's movements; at most 500 characters. */
  reason?: InputMaybe<Scalars['String']['input']>;
};

/** Stock set aside for an order. */
export type Reservation = {
  __typename?: 'Reservation';
  /** What is set aside, sorted by product id. */
  lines: Array<ReservedLine>;
  /** The order. */
  orderId: Scalars['ID']['output'];
};

/** The order's reservation was already released or committed: it can't be made again. */
export type ReservationClosed = {
  __typename?: 'ReservationClosed';
  /** The order. */
  orderId: Scalars['ID']['output'];
  /** Where the reservation stands. */
  state: ReservationState;
};

/** Where a reservation stands. */
export type ReservationState =
  /** The stock has left the house. */
  | 'COMMITTED'
  /** The stock is set aside. */
  | 'HELD'
  /** The stock was given back, or never taken; it can't be reserved for this order any more. */
  | 'RELEASED';

/** What reserveStock answers. */
export type ReserveStockResult = InsufficientStockError | MixedCurrencyError | ProductNotFoundError | Reservation | ReservationClosed;

/** A snapshot of what was reserved: the price that the order keeps. */
export type ReservedLine = {
  __typename?: 'ReservedLine';
  /** The product's name at that moment. */
  name: Scalars['String']['output'];
  /** The product. */
  productId: Scalars['ID']['output'];
  /** The units set aside. */
  quantity: Scalars['Int']['output'];
  /** The product's SKU. */
  sku: Scalars['String']['output'];
  /** The price of one unit at that moment. */
  unitPrice: Money;
};

/** Another product has this SKU. Nothing was changed. */
export type SkuTakenError = UserError & {
  __typename?: 'SkuTakenError';
  /** Always `SKU_TAKEN`. */
  code: ErrorCode;
  /** A sentence for people. */
  message: Scalars['String']['output'];
  /** The SKU. */
  sku: Scalars['String']['output'];
};

/** Which way a list is sorted. */
export type SortDirection =
  /** Smallest, oldest or alphabetically first comes first. */
  | 'ASC'
  /** Largest, newest or alphabetically last comes first. */
  | 'DESC';

/** The stock is no longer what the caller counted on. Nothing was changed, and no idempotency key was spent. */
export type StaleQuantityError = UserError & {
  __typename?: 'StaleQuantityError';
  /** The onHand at that moment. */
  actualOnHand: Scalars['Int']['output'];
  /** Always `STALE_QUANTITY`. */
  code: ErrorCode;
  /** A sentence for people. */
  message: Scalars['String']['output'];
};

/** What reduceStock and adjustStock answer. */
export type StockChangeResult = IdempotencyKeyReusedError | InsufficientStockError | InvalidInputError | ProductNotFoundError | StaleQuantityError | StockChangeSuccess;

/** The stock was changed. */
export type StockChangeSuccess = {
  __typename?: 'StockChangeSuccess';
  /** The movement that records the change. */
  movement: StockMovement;
  /** The product as it is now. */
  product: Product;
  /** True where this idempotency key was already applied and nothing was changed this time. */
  replayed: Scalars['Boolean']['output'];
};

/** Whether there is enough of a product. */
export type StockCheck = {
  __typename?: 'StockCheck';
  /** The units that can be ordered now; 0 where there is no such product. */
  available: Scalars['Int']['output'];
  /** The product; null where no product has this id. */
  product?: Maybe<Product>;
  /** The id that was asked for. */
  productId: Scalars['ID']['output'];
  /** The units that were asked for. */
  requested: Scalars['Int']['output'];
  /** Whether available covers what was requested. False for an unknown product and for a quantity below 1. */
  sufficient: Scalars['Boolean']['output'];
};

/**
 * How much of a product there is: onHand = available + reserved. available falls when an order is placed; onHand falls
 * when it ships. All but available are for staff, hence nullable.
 */
export type StockLevel = {
  __typename?: 'StockLevel';
  /** The units that can be ordered now. */
  available: Scalars['Int']['output'];
  /** Staff: whether available is at or below the product's lowStockThreshold. */
  lowStock?: Maybe<Scalars['Boolean']['output']>;
  /** Staff: the units in the house, those set aside for orders included. 0 to 1,000,000,000. */
  onHand?: Maybe<Scalars['Int']['output']>;
  /** Staff: the units set aside for orders that have not shipped. */
  reserved?: Maybe<Scalars['Int']['output']>;
};

/** So many units of a product. */
export type StockLineInput = {
  /** The product's id. */
  productId: Scalars['ID']['input'];
  /** At least 1. */
  quantity: Scalars['Int']['input'];
};

/** One change to a product's stock. Over all movements of a product, the changes add up to its onHand and its available. */
export type StockMovement = {
  __typename?: 'StockMovement';
  /** Who asked for it: the subject of the caller's token; null where it is not known. */
  actor?: Maybe<Scalars['String']['output']>;
  /** When it happened. */
  at: Scalars['DateTime']['output'];
  /** By how many units available changed: negative where it fell. */
  availableChange: Scalars['Int']['output'];
  /** 24 lower-case hexadecimal digits. */
  id: Scalars['ID']['output'];
  /** By how many units onHand changed: negative where it fell. */
  onHandChange: Scalars['Int']['output'];
  /** The order that it happened for; null where it was none. */
  orderId?: Maybe<Scalars['ID']['output']>;
  /** The reason that was given; null where none was. */
  reason?: Maybe<Scalars['String']['output']>;
  /** What happened. */
  type: StockMovementType;
};

/** A page of stock movements. */
export type StockMovementConnection = {
  __typename?: 'StockMovementConnection';
  /** The rows with their cursors. */
  edges: Array<StockMovementEdge>;
  /** The rows alone. */
  nodes: Array<StockMovement>;
  /** Whether there is more, and from where. */
  pageInfo: PageInfo;
  /** How many movements the product has, over all pages. Counted only when selected; null where it can't be counted. */
  totalCount?: Maybe<Scalars['Int']['output']>;
};

/** A stock movement in a page. */
export type StockMovementEdge = {
  __typename?: 'StockMovementEdge';
  /** Opaque; pass it as `after` or `before` of the same list. */
  cursor: Scalars['String']['output'];
  /** The movement. */
  node: StockMovement;
};

/** What happened to a stock. */
export type StockMovementType =
  /** adjustStock: onHand and available changed. */
  | 'ADJUSTED'
  /** An order shipped: onHand fell. */
  | 'COMMITTED'
  /** The first stock of a new product. */
  | 'RECEIVED'
  /** reduceStock: onHand and available fell. */
  | 'REDUCED'
  /** An order was cancelled or refused: available rose again. */
  | 'RELEASED'
  /** An order was placed: available fell. */
  | 'RESERVED';

/** One product of which less is available than was asked for. */
export type StockShortage = {
  __typename?: 'StockShortage';
  /** The units that were available at that moment; may have changed since. */
  available: Scalars['Int']['output'];
  /** The product. */
  productId: Scalars['ID']['output'];
  /** The units asked for, over all lines of this product. */
  requested: Scalars['Int']['output'];
};

/** What to change of a product. A field left out is kept; description: null clears it. */
export type UpdateProductInput = {
  /** At most 5,000 characters; null clears it. */
  description?: InputMaybe<Scalars['String']['input']>;
  /** The product's id. */
  id: Scalars['ID']['input'];
  /** At or below how many available units the stock counts as low: 0 to 1,000,000,000. */
  lowStockThreshold?: InputMaybe<Scalars['Int']['input']>;
  /** 1 to 200 characters after white space around it is cut off. */
  name?: InputMaybe<Scalars['String']['input']>;
  /** The new price of one unit. Orders already placed keep theirs. */
  price?: InputMaybe<MoneyInput>;
};

/** What updateProduct answers. */
export type UpdateProductResult = InvalidInputError | ProductNotFoundError | UpdateProductSuccess;

/** The product is as asked for. */
export type UpdateProductSuccess = {
  __typename?: 'UpdateProductSuccess';
  /** The product after the change. */
  product: Product;
};

/**
 * A refusal that a caller can act on. Every mutation answers a union of its success and its refusals;
 * select `... on UserError { code message }` to handle those you don't treat one by one.
 */
export type UserError = {
  /** What was refused, for programs. */
  code: ErrorCode;
  /** What was refused, in an English sentence for people. */
  message: Scalars['String']['output'];
};



export type ResolverTypeWrapper<T> = Promise<T> | T;

export type ReferenceResolver<TResult, TReference, TContext> = (
      reference: TReference,
      context: TContext,
      info: GraphQLResolveInfo
    ) => Promise<TResult> | TResult;

      type ScalarCheck<T, S> = S extends true ? T : NullableCheck<T, S>;
      type NullableCheck<T, S> = Maybe<T> extends T ? Maybe<ListCheck<NonNullable<T>, S>> : ListCheck<T, S>;
      type ListCheck<T, S> = T extends (infer U)[] ? NullableCheck<U, S>[] : GraphQLRecursivePick<T, S>;
      export type GraphQLRecursivePick<T, S> = { [K in keyof T & keyof S]: ScalarCheck<T[K], S[K]> };
    

export type ResolverWithResolve<TResult, TParent, TContext, TArgs> = {
  resolve: ResolverFn<TResult, TParent, TContext, TArgs>;
};
export type Resolver<TResult, TParent = Record<PropertyKey, never>, TContext = Record<PropertyKey, never>, TArgs = Record<PropertyKey, never>> = ResolverFn<TResult, TParent, TContext, TArgs> | ResolverWithResolve<TResult, TParent, TContext, TArgs>;

export type ResolverFn<TResult, TParent, TContext, TArgs> = (
  parent: TParent,
  args: TArgs,
  context: TContext,
  info: GraphQLResolveInfo
) => Promise<TResult> | TResult;

export type SubscriptionSubscribeFn<TResult, TParent, TContext, TArgs> = (
  parent: TParent,
  args: TArgs,
  context: TContext,
  info: GraphQLResolveInfo
) => AsyncIterable<TResult> | Promise<AsyncIterable<TResult>>;

export type SubscriptionResolveFn<TResult, TParent, TContext, TArgs> = (
  parent: TParent,
  args: TArgs,
  context: TContext,
  info: GraphQLResolveInfo
) => TResult | Promise<TResult>;

export interface SubscriptionSubscriberObject<TResult, TKey extends string, TParent, TContext, TArgs> {
  subscribe: SubscriptionSubscribeFn<{ [key in TKey]: TResult }, TParent, TContext, TArgs>;
  resolve?: SubscriptionResolveFn<TResult, { [key in TKey]: TResult }, TContext, TArgs>;
}

export interface SubscriptionResolverObject<TResult, TParent, TContext, TArgs> {
  subscribe: SubscriptionSubscribeFn<any, TParent, TContext, TArgs>;
  resolve: SubscriptionResolveFn<TResult, any, TContext, TArgs>;
}

export type SubscriptionObject<TResult, TKey extends string, TParent, TContext, TArgs> =
  | SubscriptionSubscriberObject<TResult, TKey, TParent, TContext, TArgs>
  | SubscriptionResolverObject<TResult, TParent, TContext, TArgs>;

export type SubscriptionResolver<TResult, TKey extends string, TParent = Record<PropertyKey, never>, TContext = Record<PropertyKey, never>, TArgs = Record<PropertyKey, never>> =
  | ((...args: any[]) => SubscriptionObject<TResult, TKey, TParent, TContext, TArgs>)
  | SubscriptionObject<TResult, TKey, TParent, TContext, TArgs>;

export type TypeResolveFn<TTypes, TParent = Record<PropertyKey, never>, TContext = Record<PropertyKey, never>> = (
  parent: TParent,
  context: TContext,
  info: GraphQLResolveInfo
) => Maybe<TTypes> | Promise<Maybe<TTypes>>;

export type IsTypeOfResolverFn<T = Record<PropertyKey, never>, TContext = Record<PropertyKey, never>> = (obj: T, context: TContext, info: GraphQLResolveInfo) => boolean | Promise<boolean>;

export type NextResolverFn<T> = () => Promise<T>;

export type DirectiveResolverFn<TResult = Record<PropertyKey, never>, TParent = Record<PropertyKey, never>, TContext = Record<PropertyKey, never>, TArgs = Record<PropertyKey, never>> = (
  next: NextResolverFn<TResult>,
  parent: TParent,
  args: TArgs,
  context: TContext,
  info: GraphQLResolveInfo
) => TResult | Promise<TResult>;

/** Mapping of federation types */
export type FederationTypes = {
  Product: Product;
};

/** Mapping of federation reference types */
export type FederationReferenceTypes = {
  Product:
    ( { __typename: 'Product' }
    & GraphQLRecursivePick<FederationTypes['Product'], {"id":true}> );
};

/** Mapping of union types */
export type ResolversUnionTypes<_RefType extends Record<string, unknown>> = {
  CreateProductResult:
    | ( Omit<CreateProductSuccess, 'product'> & { product: _RefType['Product'] } )
    | ( InvalidInputError )
    | ( SkuTakenError )
  ;
  ReserveStockResult:
    | ( InsufficientStockError )
    | ( MixedCurrencyError )
    | ( ProductNotFoundError )
    | ( Reservation )
    | ( ReservationClosed )
  ;
  StockChangeResult:
    | ( IdempotencyKeyReusedError )
    | ( InsufficientStockError )
    | ( InvalidInputError )
    | ( ProductNotFoundError )
    | ( StaleQuantityError )
    | ( Omit<StockChangeSuccess, 'movement' | 'product'> & { movement: _RefType['StockMovement'], product: _RefType['Product'] } )
  ;
  UpdateProductResult:
    | ( InvalidInputError )
    | ( ProductNotFoundError )
    | ( Omit<UpdateProductSuccess, 'product'> & { product: _RefType['Product'] } )
  ;
};

/** Mapping of interface types */
export type ResolversInterfaceTypes<_RefType extends Record<string, unknown>> = {
  UserError:
    | ( CustomerNotFoundError )
    | ( IdempotencyKeyReusedError )
    | ( InsufficientStockError )
    | ( InvalidInputError )
    | ( MixedCurrencyError )
    | ( ProductNotFoundError )
    | ( SkuTakenError )
    | ( StaleQuantityError )
  ;
};

/** Mapping between all available schema types and the resolvers types */
export type ResolversTypes = {
  AdjustStockInput: AdjustStockInput;
  Int: ResolverTypeWrapper<Scalars['Int']['output']>;
  String: ResolverTypeWrapper<Scalars['String']['output']>;
  ID: ResolverTypeWrapper<Scalars['ID']['output']>;
  CreateProductInput: CreateProductInput;
  CreateProductResult: ResolverTypeWrapper<ResolversUnionTypes<ResolversTypes>['CreateProductResult']>;
  CreateProductSuccess: ResolverTypeWrapper<Omit<CreateProductSuccess, 'product'> & { product: ResolversTypes['Product'] }>;
  CustomerNotFoundError: ResolverTypeWrapper<CustomerNotFoundError>;
  DateTime: ResolverTypeWrapper<Scalars['DateTime']['output']>;
  ErrorCode: ErrorCode;
  FieldError: ResolverTypeWrapper<FieldError>;
  IdempotencyKeyReusedError: ResolverTypeWrapper<IdempotencyKeyReusedError>;
  InsufficientStockError: ResolverTypeWrapper<InsufficientStockError>;
  InvalidInputError: ResolverTypeWrapper<InvalidInputError>;
  MixedCurrencyError: ResolverTypeWrapper<MixedCurrencyError>;
  Money: ResolverTypeWrapper<Money>;
  MoneyInput: MoneyInput;
  Mutation: ResolverTypeWrapper<Record<PropertyKey, never>>;
  PageInfo: ResolverTypeWrapper<PageInfo>;
  Boolean: ResolverTypeWrapper<Scalars['Boolean']['output']>;
  Product: ResolverTypeWrapper<ProductShape>;
  ProductConnection: ResolverTypeWrapper<ProductConnectionShape>;
  ProductEdge: ResolverTypeWrapper<Omit<ProductEdge, 'node'> & { node: ResolversTypes['Product'] }>;
  ProductFilter: ProductFilter;
  ProductNotFoundError: ResolverTypeWrapper<ProductNotFoundError>;
  ProductSort: ProductSort;
  ProductSortField: ProductSortField;
  Query: ResolverTypeWrapper<Record<PropertyKey, never>>;
  ReduceStockInput: ReduceStockInput;
  Reservation: ResolverTypeWrapper<Reservation>;
  ReservationClosed: ResolverTypeWrapper<ReservationClosed>;
  ReservationState: ReservationState;
  ReserveStockResult: ResolverTypeWrapper<ResolversUnionTypes<ResolversTypes>['ReserveStockResult']>;
  ReservedLine: ResolverTypeWrapper<ReservedLine>;
  SafeInt: ResolverTypeWrapper<Scalars['SafeInt']['output']>;
  SkuTakenError: ResolverTypeWrapper<SkuTakenError>;
  SortDirection: SortDirection;
  StaleQuantityError: ResolverTypeWrapper<StaleQuantityError>;
  StockChangeResult: ResolverTypeWrapper<ResolversUnionTypes<ResolversTypes>['StockChangeResult']>;
  StockChangeSuccess: ResolverTypeWrapper<Omit<StockChangeSuccess, 'movement' | 'product'> & { movement: ResolversTypes['StockMovement'], product: ResolversTypes['Product'] }>;
  StockCheck: ResolverTypeWrapper<Omit<StockCheck, 'product'> & { product?: Maybe<ResolversTypes['Product']> }>;
  StockLevel: ResolverTypeWrapper<StockLevel>;
  StockLineInput: StockLineInput;
  StockMovement: ResolverTypeWrapper<StockMovementShape>;
  StockMovementConnection: ResolverTypeWrapper<StockMovementConnectionShape>;
  StockMovementEdge: ResolverTypeWrapper<Omit<StockMovementEdge, 'node'> & { node: ResolversTypes['StockMovement'] }>;
  StockMovementType: StockMovementType;
  StockShortage: ResolverTypeWrapper<StockShortage>;
  UpdateProductInput: UpdateProductInput;
  UpdateProductResult: ResolverTypeWrapper<ResolversUnionTypes<ResolversTypes>['UpdateProductResult']>;
  UpdateProductSuccess: ResolverTypeWrapper<Omit<UpdateProductSuccess, 'product'> & { product: ResolversTypes['Product'] }>;
  UserError: ResolverTypeWrapper<ResolversInterfaceTypes<ResolversTypes>['UserError']>;
};

/** Mapping between all available schema types and the resolvers parents */
export type ResolversParentTypes = {
  AdjustStockInput: AdjustStockInput;
  Int: Scalars['Int']['output'];
  String: Scalars['String']['output'];
  ID: Scalars['ID']['output'];
  CreateProductInput: CreateProductInput;
  CreateProductResult: ResolversUnionTypes<ResolversParentTypes>['CreateProductResult'];
  CreateProductSuccess: Omit<CreateProductSuccess, 'product'> & { product: ResolversParentTypes['Product'] };
  CustomerNotFoundError: CustomerNotFoundError;
  DateTime: Scalars['DateTime']['output'];
  FieldError: FieldError;
  IdempotencyKeyReusedError: IdempotencyKeyReusedError;
  InsufficientStockError: InsufficientStockError;
  InvalidInputError: InvalidInputError;
  MixedCurrencyError: MixedCurrencyError;
  Money: Money;
  MoneyInput: MoneyInput;
  Mutation: Record<PropertyKey, never>;
  PageInfo: PageInfo;
  Boolean: Scalars['Boolean']['output'];
  Product: ProductShape;
  ProductConnection: ProductConnectionShape;
  ProductEdge: Omit<ProductEdge, 'node'> & { node: ResolversParentTypes['Product'] };
  ProductFilter: ProductFilter;
  ProductNotFoundError: ProductNotFoundError;
  ProductSort: ProductSort;
  Query: Record<PropertyKey, never>;
  ReduceStockInput: ReduceStockInput;
  Reservation: Reservation;
  ReservationClosed: ReservationClosed;
  ReserveStockResult: ResolversUnionTypes<ResolversParentTypes>['ReserveStockResult'];
  ReservedLine: ReservedLine;
  SafeInt: Scalars['SafeInt']['output'];
  SkuTakenError: SkuTakenError;
  StaleQuantityError: StaleQuantityError;
  StockChangeResult: ResolversUnionTypes<ResolversParentTypes>['StockChangeResult'];
  StockChangeSuccess: Omit<StockChangeSuccess, 'movement' | 'product'> & { movement: ResolversParentTypes['StockMovement'], product: ResolversParentTypes['Product'] };
  StockCheck: Omit<StockCheck, 'product'> & { product?: Maybe<ResolversParentTypes['Product']> };
  StockLevel: StockLevel;
  StockLineInput: StockLineInput;
  StockMovement: StockMovementShape;
  StockMovementConnection: StockMovementConnectionShape;
  StockMovementEdge: Omit<StockMovementEdge, 'node'> & { node: ResolversParentTypes['StockMovement'] };
  StockShortage: StockShortage;
  UpdateProductInput: UpdateProductInput;
  UpdateProductResult: ResolversUnionTypes<ResolversParentTypes>['UpdateProductResult'];
  UpdateProductSuccess: Omit<UpdateProductSuccess, 'product'> & { product: ResolversParentTypes['Product'] };
  UserError: ResolversInterfaceTypes<ResolversParentTypes>['UserError'];
};

export type CreateProductResultResolvers<ContextType = Context, ParentType extends ResolversParentTypes['CreateProductResult'] = ResolversParentTypes['CreateProductResult']> = {
  __resolveType: TypeResolveFn<'CreateProductSuccess' | 'InvalidInputError' | 'SkuTakenError', ParentType, ContextType>;
};

export type CreateProductSuccessResolvers<ContextType = Context, ParentType extends ResolversParentTypes['CreateProductSuccess'] = ResolversParentTypes['CreateProductSuccess']> = {
  product?: Resolver<ResolversTypes['Product'], ParentType, ContextType>;
  __isTypeOf?: IsTypeOfResolverFn<ParentType, ContextType>;
};

export type CustomerNotFoundErrorResolvers<ContextType = Context, ParentType extends ResolversParentTypes['CustomerNotFoundError'] = ResolversParentTypes['CustomerNotFoundError']> = {
  code?: Resolver<ResolversTypes['ErrorCode'], ParentType, ContextType>;
  customerId?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  message?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  __isTypeOf?: IsTypeOfResolverFn<ParentType, ContextType>;
};

export interface DateTimeScalarConfig extends GraphQLScalarTypeConfig<ResolversTypes['DateTime'], any> {
  name: 'DateTime';
}

export type FieldErrorResolvers<ContextType = Context, ParentType extends ResolversParentTypes['FieldError'] = ResolversParentTypes['FieldError']> = {
  message?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  path?: Resolver<Array<ResolversTypes['String']>, ParentType, ContextType>;
};

export type IdempotencyKeyReusedErrorResolvers<ContextType = Context, ParentType extends ResolversParentTypes['IdempotencyKeyReusedError'] = ResolversParentTypes['IdempotencyKeyReusedError']> = {
  code?: Resolver<ResolversTypes['ErrorCode'], ParentType, ContextType>;
  idempotencyKey?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  message?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  __isTypeOf?: IsTypeOfResolverFn<ParentType, ContextType>;
};

export type InsufficientStockErrorResolvers<ContextType = Context, ParentType extends ResolversParentTypes['InsufficientStockError'] = ResolversParentTypes['InsufficientStockError']> = {
  code?: Resolver<ResolversTypes['ErrorCode'], ParentType, ContextType>;
  message?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  shortages?: Resolver<Array<ResolversTypes['StockShortage']>, ParentType, ContextType>;
  __isTypeOf?: IsTypeOfResolverFn<ParentType, ContextType>;
};

export type InvalidInputErrorResolvers<ContextType = Context, ParentType extends ResolversParentTypes['InvalidInputError'] = ResolversParentTypes['InvalidInputError']> = {
  code?: Resolver<ResolversTypes['ErrorCode'], ParentType, ContextType>;
  fields?: Resolver<Array<ResolversTypes['FieldError']>, ParentType, ContextType>;
  message?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  __isTypeOf?: IsTypeOfResolverFn<ParentType, ContextType>;
};

export type MixedCurrencyErrorResolvers<ContextType = Context, ParentType extends ResolversParentTypes['MixedCurrencyError'] = ResolversParentTypes['MixedCurrencyError']> = {
  code?: Resolver<ResolversTypes['ErrorCode'], ParentType, ContextType>;
  currencies?: Resolver<Array<ResolversTypes['String']>, ParentType, ContextType>;
  message?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  __isTypeOf?: IsTypeOfResolverFn<ParentType, ContextType>;
};

export type MoneyResolvers<ContextType = Context, ParentType extends ResolversParentTypes['Money'] = ResolversParentTypes['Money']> = {
  amount?: Resolver<ResolversTypes['SafeInt'], ParentType, ContextType>;
  currency?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
};

export type MutationResolvers<ContextType = Context, ParentType extends ResolversParentTypes['Mutation'] = ResolversParentTypes['Mutation']> = {
  adjustStock?: Resolver<ResolversTypes['StockChangeResult'], ParentType, ContextType, RequireFields<MutationAdjustStockArgs, 'input'>>;
  commitReservation?: Resolver<Maybe<ResolversTypes['ReservationState']>, ParentType, ContextType, RequireFields<MutationCommitReservationArgs, 'orderId'>>;
  createProduct?: Resolver<ResolversTypes['CreateProductResult'], ParentType, ContextType, RequireFields<MutationCreateProductArgs, 'input'>>;
  reduceStock?: Resolver<ResolversTypes['StockChangeResult'], ParentType, ContextType, RequireFields<MutationReduceStockArgs, 'input'>>;
  releaseReservation?: Resolver<ResolversTypes['ReservationState'], ParentType, ContextType, RequireFields<MutationReleaseReservationArgs, 'orderId'>>;
  reserveStock?: Resolver<ResolversTypes['ReserveStockResult'], ParentType, ContextType, RequireFields<MutationReserveStockArgs, 'lines' | 'orderId'>>;
  updateProduct?: Resolver<ResolversTypes['UpdateProductResult'], ParentType, ContextType, RequireFields<MutationUpdateProductArgs, 'input'>>;
};

export type PageInfoResolvers<ContextType = Context, ParentType extends ResolversParentTypes['PageInfo'] = ResolversParentTypes['PageInfo']> = {
  endCursor?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  hasNextPage?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  hasPreviousPage?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  startCursor?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
};

export type ProductResolvers<ContextType = Context, ParentType extends ResolversParentTypes['Product'] = ResolversParentTypes['Product'], FederationReferenceType extends FederationReferenceTypes['Product'] = FederationReferenceTypes['Product']> = {
  __resolveReference?: ReferenceResolver<Maybe<ResolversTypes['Product']> | FederationReferenceType, FederationReferenceType, ContextType>;
  createdAt?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  description?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  movements?: Resolver<Maybe<ResolversTypes['StockMovementConnection']>, ParentType, ContextType, Partial<ProductMovementsArgs>>;
  name?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  price?: Resolver<ResolversTypes['Money'], ParentType, ContextType>;
  sku?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  stock?: Resolver<ResolversTypes['StockLevel'], ParentType, ContextType>;
  updatedAt?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
};

export type ProductConnectionResolvers<ContextType = Context, ParentType extends ResolversParentTypes['ProductConnection'] = ResolversParentTypes['ProductConnection']> = {
  edges?: Resolver<Array<ResolversTypes['ProductEdge']>, ParentType, ContextType>;
  nodes?: Resolver<Array<ResolversTypes['Product']>, ParentType, ContextType>;
  pageInfo?: Resolver<ResolversTypes['PageInfo'], ParentType, ContextType>;
  totalCount?: Resolver<Maybe<ResolversTypes['Int']>, ParentType, ContextType>;
};

export type ProductEdgeResolvers<ContextType = Context, ParentType extends ResolversParentTypes['ProductEdge'] = ResolversParentTypes['ProductEdge']> = {
  cursor?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  node?: Resolver<ResolversTypes['Product'], ParentType, ContextType>;
};

export type ProductNotFoundErrorResolvers<ContextType = Context, ParentType extends ResolversParentTypes['ProductNotFoundError'] = ResolversParentTypes['ProductNotFoundError']> = {
  code?: Resolver<ResolversTypes['ErrorCode'], ParentType, ContextType>;
  message?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  productIds?: Resolver<Array<ResolversTypes['ID']>, ParentType, ContextType>;
  __isTypeOf?: IsTypeOfResolverFn<ParentType, ContextType>;
};

export type QueryResolvers<ContextType = Context, ParentType extends ResolversParentTypes['Query'] = ResolversParentTypes['Query']> = {
  checkStock?: Resolver<Maybe<Array<ResolversTypes['StockCheck']>>, ParentType, ContextType, RequireFields<QueryCheckStockArgs, 'lines'>>;
  product?: Resolver<Maybe<ResolversTypes['Product']>, ParentType, ContextType, RequireFields<QueryProductArgs, 'id'>>;
  products?: Resolver<Maybe<ResolversTypes['ProductConnection']>, ParentType, ContextType, RequireFields<QueryProductsArgs, 'sort'>>;
};

export type ReservationResolvers<ContextType = Context, ParentType extends ResolversParentTypes['Reservation'] = ResolversParentTypes['Reservation']> = {
  lines?: Resolver<Array<ResolversTypes['ReservedLine']>, ParentType, ContextType>;
  orderId?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  __isTypeOf?: IsTypeOfResolverFn<ParentType, ContextType>;
};

export type ReservationClosedResolvers<ContextType = Context, ParentType extends ResolversParentTypes['ReservationClosed'] = ResolversParentTypes['ReservationClosed']> = {
  orderId?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  state?: Resolver<ResolversTypes['ReservationState'], ParentType, ContextType>;
  __isTypeOf?: IsTypeOfResolverFn<ParentType, ContextType>;
};

export type ReserveStockResultResolvers<ContextType = Context, ParentType extends ResolversParentTypes['ReserveStockResult'] = ResolversParentTypes['ReserveStockResult']> = {
  __resolveType: TypeResolveFn<'InsufficientStockError' | 'MixedCurrencyError' | 'ProductNotFoundError' | 'Reservation' | 'ReservationClosed', ParentType, ContextType>;
};

export type ReservedLineResolvers<ContextType = Context, ParentType extends ResolversParentTypes['ReservedLine'] = ResolversParentTypes['ReservedLine']> = {
  name?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  productId?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  quantity?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  sku?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  unitPrice?: Resolver<ResolversTypes['Money'], ParentType, ContextType>;
};

export interface SafeIntScalarConfig extends GraphQLScalarTypeConfig<ResolversTypes['SafeInt'], any> {
  name: 'SafeInt';
}

export type SkuTakenErrorResolvers<ContextType = Context, ParentType extends ResolversParentTypes['SkuTakenError'] = ResolversParentTypes['SkuTakenError']> = {
  code?: Resolver<ResolversTypes['ErrorCode'], ParentType, ContextType>;
  message?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  sku?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  __isTypeOf?: IsTypeOfResolverFn<ParentType, ContextType>;
};

export type StaleQuantityErrorResolvers<ContextType = Context, ParentType extends ResolversParentTypes['StaleQuantityError'] = ResolversParentTypes['StaleQuantityError']> = {
  actualOnHand?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  code?: Resolver<ResolversTypes['ErrorCode'], ParentType, ContextType>;
  message?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  __isTypeOf?: IsTypeOfResolverFn<ParentType, ContextType>;
};

export type StockChangeResultResolvers<ContextType = Context, ParentType extends ResolversParentTypes['StockChangeResult'] = ResolversParentTypes['StockChangeResult']> = {
  __resolveType: TypeResolveFn<'IdempotencyKeyReusedError' | 'InsufficientStockError' | 'InvalidInputError' | 'ProductNotFoundError' | 'StaleQuantityError' | 'StockChangeSuccess', ParentType, ContextType>;
};

export type StockChangeSuccessResolvers<ContextType = Context, ParentType extends ResolversParentTypes['StockChangeSuccess'] = ResolversParentTypes['StockChangeSuccess']> = {
  movement?: Resolver<ResolversTypes['StockMovement'], ParentType, ContextType>;
  product?: Resolver<ResolversTypes['Product'], ParentType, ContextType>;
  replayed?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  __isTypeOf?: IsTypeOfResolverFn<ParentType, ContextType>;
};

export type StockCheckResolvers<ContextType = Context, ParentType extends ResolversParentTypes['StockCheck'] = ResolversParentTypes['StockCheck']> = {
  available?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  product?: Resolver<Maybe<ResolversTypes['Product']>, ParentType, ContextType>;
  productId?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  requested?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  sufficient?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
};

export type StockLevelResolvers<ContextType = Context, ParentType extends ResolversParentTypes['StockLevel'] = ResolversParentTypes['StockLevel']> = {
  available?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  lowStock?: Resolver<Maybe<ResolversTypes['Boolean']>, ParentType, ContextType>;
  onHand?: Resolver<Maybe<ResolversTypes['Int']>, ParentType, ContextType>;
  reserved?: Resolver<Maybe<ResolversTypes['Int']>, ParentType, ContextType>;
};

export type StockMovementResolvers<ContextType = Context, ParentType extends ResolversParentTypes['StockMovement'] = ResolversParentTypes['StockMovement']> = {
  actor?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  at?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  availableChange?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  onHandChange?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  orderId?: Resolver<Maybe<ResolversTypes['ID']>, ParentType, ContextType>;
  reason?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  type?: Resolver<ResolversTypes['StockMovementType'], ParentType, ContextType>;
};

export type StockMovementConnectionResolvers<ContextType = Context, ParentType extends ResolversParentTypes['StockMovementConnection'] = ResolversParentTypes['StockMovementConnection']> = {
  edges?: Resolver<Array<ResolversTypes['StockMovementEdge']>, ParentType, ContextType>;
  nodes?: Resolver<Array<ResolversTypes['StockMovement']>, ParentType, ContextType>;
  pageInfo?: Resolver<ResolversTypes['PageInfo'], ParentType, ContextType>;
  totalCount?: Resolver<Maybe<ResolversTypes['Int']>, ParentType, ContextType>;
};

export type StockMovementEdgeResolvers<ContextType = Context, ParentType extends ResolversParentTypes['StockMovementEdge'] = ResolversParentTypes['StockMovementEdge']> = {
  cursor?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  node?: Resolver<ResolversTypes['StockMovement'], ParentType, ContextType>;
};

export type StockShortageResolvers<ContextType = Context, ParentType extends ResolversParentTypes['StockShortage'] = ResolversParentTypes['StockShortage']> = {
  available?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  productId?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  requested?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
};

export type UpdateProductResultResolvers<ContextType = Context, ParentType extends ResolversParentTypes['UpdateProductResult'] = ResolversParentTypes['UpdateProductResult']> = {
  __resolveType: TypeResolveFn<'InvalidInputError' | 'ProductNotFoundError' | 'UpdateProductSuccess', ParentType, ContextType>;
};

export type UpdateProductSuccessResolvers<ContextType = Context, ParentType extends ResolversParentTypes['UpdateProductSuccess'] = ResolversParentTypes['UpdateProductSuccess']> = {
  product?: Resolver<ResolversTypes['Product'], ParentType, ContextType>;
  __isTypeOf?: IsTypeOfResolverFn<ParentType, ContextType>;
};

export type UserErrorResolvers<ContextType = Context, ParentType extends ResolversParentTypes['UserError'] = ResolversParentTypes['UserError']> = {
  __resolveType: TypeResolveFn<'CustomerNotFoundError' | 'IdempotencyKeyReusedError' | 'InsufficientStockError' | 'InvalidInputError' | 'MixedCurrencyError' | 'ProductNotFoundError' | 'SkuTakenError' | 'StaleQuantityError', ParentType, ContextType>;
};

export type Resolvers<ContextType = Context> = {
  CreateProductResult?: CreateProductResultResolvers<ContextType>;
  CreateProductSuccess?: CreateProductSuccessResolvers<ContextType>;
  CustomerNotFoundError?: CustomerNotFoundErrorResolvers<ContextType>;
  DateTime?: GraphQLScalarType;
  FieldError?: FieldErrorResolvers<ContextType>;
  IdempotencyKeyReusedError?: IdempotencyKeyReusedErrorResolvers<ContextType>;
  InsufficientStockError?: InsufficientStockErrorResolvers<ContextType>;
  InvalidInputError?: InvalidInputErrorResolvers<ContextType>;
  MixedCurrencyError?: MixedCurrencyErrorResolvers<ContextType>;
  Money?: MoneyResolvers<ContextType>;
  Mutation?: MutationResolvers<ContextType>;
  PageInfo?: PageInfoResolvers<ContextType>;
  Product?: ProductResolvers<ContextType>;
  ProductConnection?: ProductConnectionResolvers<ContextType>;
  ProductEdge?: ProductEdgeResolvers<ContextType>;
  ProductNotFoundError?: ProductNotFoundErrorResolvers<ContextType>;
  Query?: QueryResolvers<ContextType>;
  Reservation?: ReservationResolvers<ContextType>;
  ReservationClosed?: ReservationClosedResolvers<ContextType>;
  ReserveStockResult?: ReserveStockResultResolvers<ContextType>;
  ReservedLine?: ReservedLineResolvers<ContextType>;
  SafeInt?: GraphQLScalarType;
  SkuTakenError?: SkuTakenErrorResolvers<ContextType>;
  StaleQuantityError?: StaleQuantityErrorResolvers<ContextType>;
  StockChangeResult?: StockChangeResultResolvers<ContextType>;
  StockChangeSuccess?: StockChangeSuccessResolvers<ContextType>;
  StockCheck?: StockCheckResolvers<ContextType>;
  StockLevel?: StockLevelResolvers<ContextType>;
  StockMovement?: StockMovementResolvers<ContextType>;
  StockMovementConnection?: StockMovementConnectionResolvers<ContextType>;
  StockMovementEdge?: StockMovementEdgeResolvers<ContextType>;
  StockShortage?: StockShortageResolvers<ContextType>;
  UpdateProductResult?: UpdateProductResultResolvers<ContextType>;
  UpdateProductSuccess?: UpdateProductSuccessResolvers<ContextType>;
  UserError?: UserErrorResolvers<ContextType>;
};

