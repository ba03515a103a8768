import type { GraphQLResolveInfo, GraphQLScalarType, GraphQLScalarTypeConfig } from 'graphql';
import type { Order as OrderShape, OrderItem as OrderItemShape } from './order.ts';
import type { OrderConnection as OrderConnectionShape } from './service.ts';
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

/** Which order to cancel, and why. */
export type CancelOrderInput = {
  /** The version that the caller saw; where the order has another by now, nothing changes and the answer is VersionConflictError. */
  expectedVersion?: InputMaybe<Scalars['Int']['input']>;
  /** The order's id. */
  orderId: Scalars['ID']['input'];
  /** Why; kept in the order's events. */
  reason: CancelReason;
};

/** Why an order is cancelled. */
export type CancelReason =
  /** The customer changed its mind. */
  | 'CUSTOMER'
  /** The order looked fraudulent. */
  | 'FRAUD'
  /** The goods are not there after all. */
  | 'INVENTORY'
  /** None of these. */
  | 'OTHER'
  /** Staff made a mistake, or decided so. */
  | 'STAFF';

/** Who orders what. */
export type CreateOrderInput = {
  /** The customer's id. */
  customerId: Scalars['ID']['input'];
  /**
   * 1 to 255 characters that the caller makes up, unique for this order of this customer: repeated with the same lines, it
   * gives the same order or the same refusal, and nothing happens twice; with other lines, an error. The client SDK always
   * sends one.
   */
  idempotencyKey?: InputMaybe<Scalars['String']['input']>;
  /** 1 to 100 products and at most 100,000 units in all, after lines of one product are merged. */
  items: Array<OrderItemInput>;
};

/** What createOrder answers. */
export type CreateOrderResult = CreateOrderSuccess | CustomerNotFoundError | IdempotencyKeyReusedError | InsufficientStockError | InvalidInputError | MixedCurrencyError | ProductNotFoundError;

/**
 * The order as it is now; replayed tells that the key had been used for it before. PENDING where a subgraph it needs did
 * not answer in time: it is settled as soon as that one is back.
 */
export type CreateOrderSuccess = {
  __typename?: 'CreateOrderSuccess';
  /** The order. */
  order: Order;
  /** True where this idempotency key had been used for this order before, and nothing happened this time. */
  replayed: Scalars['Boolean']['output'];
};

/** Somebody who buys. */
export type Customer = {
  __typename?: 'Customer';
  /** 24 lower-case hexadecimal digits. */
  id: Scalars['ID']['output'];
  /** The customer's orders, newest first where no sort is given. Nullable, so that a customer still shows when the orders subgraph doesn't answer. */
  orders?: Maybe<OrderConnection>;
};


/** Somebody who buys. */
export type CustomerOrdersArgs = {
  after?: InputMaybe<Scalars['String']['input']>;
  before?: InputMaybe<Scalars['String']['input']>;
  filter?: InputMaybe<CustomerOrderFilter>;
  first?: InputMaybe<Scalars['Int']['input']>;
  last?: InputMaybe<Scalars['Int']['input']>;
  sort?: InputMaybe<OrderSort>;
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

/** Conditions on the orders of one customer; all that are given must hold. */
export type CustomerOrderFilter = {
  /** Placed at this moment or later. */
  createdFrom?: InputMaybe<Scalars['DateTime']['input']>;
  /** Placed before this moment. */
  createdTo?: InputMaybe<Scalars['DateTime']['input']>;
  /** Orders in one of these statuses; an empty list finds none. */
  status?: InputMaybe<Array<OrderStatus>>;
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

/** The order's status doesn't allow this change. Nothing was changed. */
export type IllegalTransitionError = UserError & {
  __typename?: 'IllegalTransitionError';
  /** Where it could go. */
  allowed: Array<OrderStatus>;
  /** Always `ILLEGAL_TRANSITION`. */
  code: ErrorCode;
  /** Where the order stands. */
  from: OrderStatus;
  /** A sentence for people. */
  message: Scalars['String']['output'];
  /** Where it was asked to go. */
  to: OrderStatus;
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

/** What can be changed. */
export type Mutation = {
  __typename?: 'Mutation';
  /**
   * Cancels a PENDING or CONFIRMED order and gives its stock back. A customer cancels its own, staff any. An order that is
   * cancelled already answers success, unchanged.
   */
  cancelOrder: OrderChangeResult;
  /**
   * Places an order: checks the customer, sets all its stock aside at the prices of this moment, and confirms it; or refuses
   * it as a whole. A customer places its own, staff anybody's. Where a subgraph it needs doesn't answer in time the order
   * stays PENDING and is settled as soon as that one is back: follow it with `order`. Send an idempotencyKey, and a call
   * whose answer was lost can be repeated safely.
   */
  createOrder: CreateOrderResult;
  /**
   * Staff: CONFIRMED to SHIPPED (which takes its units out of the house), SHIPPED to DELIVERED; anything else is
   * IllegalTransitionError (cancelOrder carries the reason). An order that is already there answers success, unchanged.
   */
  transitionOrder: OrderChangeResult;
};


/** What can be changed. */
export type MutationCancelOrderArgs = {
  input: CancelOrderInput;
};


/** What can be changed. */
export type MutationCreateOrderArgs = {
  input: CreateOrderInput;
};


/** What can be changed. */
export type MutationTransitionOrderArgs = {
  input: TransitionOrderInput;
};

/** What a customer bought, or tried to. */
export type Order = {
  __typename?: 'Order';
  /** The statuses that cancelOrder and transitionOrder can bring it to from here. Empty where it is over. */
  allowedTransitions: Array<OrderStatus>;
  /** When the order was placed. */
  createdAt: Scalars['DateTime']['output'];
  /** Nullable, so that an order still shows when the customers subgraph doesn't answer. Null too where no such customer exists. */
  customer?: Maybe<Customer>;
  /** The id that the order was placed for, whether or not such a customer exists. */
  customerId: Scalars['ID']['output'];
  /** What happened to the order, oldest first; the first is PLACED. */
  events: Array<OrderEvent>;
  /** 24 lower-case hexadecimal digits. */
  id: Scalars['ID']['output'];
  /** What was ordered: one item for each product, sorted by product id. Never empty. */
  items: Array<OrderItem>;
  /** The number to read out to people: 10 characters of Crockford's base 32, such as `7K3M9QX2TB`. */
  number: Scalars['String']['output'];
  /** Why the order was refused; null unless its status is REJECTED. */
  rejection?: Maybe<OrderRejection>;
  /** Where the order stands. */
  status: OrderStatus;
  /** The sum of the items' lineTotals; null until the stock is reserved, and for orders that never got that far. */
  total?: Maybe<Money>;
  /** When its status last changed; createdAt where it never did. */
  updatedAt: Scalars['DateTime']['output'];
  /** Rises by one with every change of status: for optimistic concurrency (`expectedVersion`) and for polling. 1 at first. */
  version: Scalars['Int']['output'];
};

/** What cancelOrder and transitionOrder answer. */
export type OrderChangeResult = IllegalTransitionError | OrderChangeSuccess | OrderNotFoundError | VersionConflictError;

/** The order is in the status asked for. */
export type OrderChangeSuccess = {
  __typename?: 'OrderChangeSuccess';
  /** The order as it is now. */
  order: Order;
};

/** A page of orders. */
export type OrderConnection = {
  __typename?: 'OrderConnection';
  /** The rows with their cursors. */
  edges: Array<OrderEdge>;
  /** The rows alone. */
  nodes: Array<Order>;
  /** Whether there is more, and from where. */
  pageInfo: PageInfo;
  /** How many orders match the filter, over all pages. Counted only when selected; null where it can't be counted. */
  totalCount?: Maybe<Scalars['Int']['output']>;
};

/** An order in a page. */
export type OrderEdge = {
  __typename?: 'OrderEdge';
  /** Opaque; pass it as `after` or `before` of the same list with the same sort. */
  cursor: Scalars['String']['output'];
  /** The order. */
  node: Order;
};

/** One thing that happened to an order. */
export type OrderEvent = {
  __typename?: 'OrderEvent';
  /** Who asked for it: the subject of the caller's token. Null where it is not known, or where it happened by itself. */
  actor?: Maybe<Scalars['String']['output']>;
  /** When it happened. */
  at: Scalars['DateTime']['output'];
  /** Why it was cancelled; null for all other events. */
  cancelReason?: Maybe<CancelReason>;
  /** The status before; null for PLACED. */
  from?: Maybe<OrderStatus>;
  /** The status after. */
  to: OrderStatus;
  /** What happened. */
  type: OrderEventType;
};

/** What happened to an order. */
export type OrderEventType =
  /** It was called off. */
  | 'CANCELLED'
  /** Its stock was set aside. */
  | 'CONFIRMED'
  /** It arrived. */
  | 'DELIVERED'
  /** It was taken down. */
  | 'PLACED'
  /** It was refused. */
  | 'REJECTED'
  /** It left the house. */
  | 'SHIPPED';

/** Conditions on orders; all that are given must hold. */
export type OrderFilter = {
  /** Placed at this moment or later. */
  createdFrom?: InputMaybe<Scalars['DateTime']['input']>;
  /** Placed before this moment. */
  createdTo?: InputMaybe<Scalars['DateTime']['input']>;
  /** Orders of this customer. */
  customerId?: InputMaybe<Scalars['ID']['input']>;
  /** Exactly this number, whatever its case. */
  number?: InputMaybe<Scalars['String']['input']>;
  /** Orders with an item of this product. */
  productId?: InputMaybe<Scalars['ID']['input']>;
  /** Orders in one of these statuses; an empty list finds none. */
  status?: InputMaybe<Array<OrderStatus>>;
};

/**
 * One product of an order. sku, productName, unitPrice and lineTotal are a snapshot taken when the stock was reserved: it
 * outlives later changes to the product. Null until then.
 */
export type OrderItem = {
  __typename?: 'OrderItem';
  /** quantity times unitPrice. */
  lineTotal?: Maybe<Money>;
  /** The product as it is today. Null where it doesn't exist, or where the inventory subgraph doesn't answer. */
  product?: Maybe<Product>;
  /** The product that was asked for, whether or not it exists. */
  productId: Scalars['ID']['output'];
  /** The product's name at that moment. */
  productName?: Maybe<Scalars['String']['output']>;
  /** The units ordered: at least 1. */
  quantity: Scalars['Int']['output'];
  /** The product's SKU at that moment. */
  sku?: Maybe<Scalars['String']['output']>;
  /** The price of one unit at that moment. */
  unitPrice?: Maybe<Money>;
};

/** So many units of a product. No price: it is the inventory's, taken when the stock is reserved. Lines of one product are merged. */
export type OrderItemInput = {
  /** The product's id. */
  productId: Scalars['ID']['input'];
  /** At least 1. */
  quantity: Scalars['Int']['input'];
};

/** No order has this id. */
export type OrderNotFoundError = UserError & {
  __typename?: 'OrderNotFoundError';
  /** Always `ORDER_NOT_FOUND`. */
  code: ErrorCode;
  /** A sentence for people. */
  message: Scalars['String']['output'];
  /** The id that was asked for. */
  orderId: Scalars['ID']['output'];
};

/** Why an order was refused. */
export type OrderRejection = {
  __typename?: 'OrderRejection';
  /** A sentence for people. */
  message: Scalars['String']['output'];
  /** For programs. */
  reason: OrderRejectionReason;
};

/** Why an order was refused. */
export type OrderRejectionReason =
  /** No customer has its customerId. */
  | 'CUSTOMER_NOT_FOUND'
  /** One or more of its products fell short. */
  | 'INSUFFICIENT_STOCK'
  /** Its products are priced in different currencies. */
  | 'MIXED_CURRENCY'
  /** One or more of its products don't exist. */
  | 'PRODUCT_NOT_FOUND';

/** The order of a list of orders. */
export type OrderSort = {
  /** Which way. */
  direction?: SortDirection;
  /** What to sort by. */
  field: OrderSortField;
};

/** What orders can be sorted by. */
export type OrderSortField =
  /** When the order was placed. */
  | 'CREATED_AT'
  /** The total's amount, whatever its currency. Orders without a total count as smaller than all others. */
  | 'TOTAL';

/** Where an order stands. PENDING becomes CONFIRMED or REJECTED by itself; CONFIRMED goes on to SHIPPED and DELIVERED. */
export type OrderStatus =
  /** Called off before it shipped. It holds no stock. */
  | 'CANCELLED'
  /** Its stock is set aside, at the prices it carries. */
  | 'CONFIRMED'
  /** Arrived. */
  | 'DELIVERED'
  /** Taken down, and not decided yet: its customer or its stock is being checked. */
  | 'PENDING'
  /** Refused: `rejection` says why. It holds no stock. */
  | 'REJECTED'
  /** On its way: its units have left the stock. */
  | 'SHIPPED';

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
  /** 24 lower-case hexadecimal digits. */
  id: Scalars['ID']['output'];
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

/** What can be asked for. Nullable, so that a subgraph that doesn't answer leaves the rest of the query standing. */
export type Query = {
  __typename?: 'Query';
  /** One order; null where no order has this id. A customer sees its own, staff sees all. */
  order?: Maybe<Order>;
  /** Orders, newest first where no sort is given. A customer finds its own, staff finds all. */
  orders?: Maybe<OrderConnection>;
};


/** What can be asked for. Nullable, so that a subgraph that doesn't answer leaves the rest of the query standing. */
export type QueryOrderArgs = {
  id: Scalars['ID']['input'];
};


/** What can be asked for. Nullable, so that a subgraph that doesn't answer leaves the rest of the query standing. */
export type QueryOrdersArgs = {
  after?: InputMaybe<Scalars['String']['input']>;
  before?: InputMaybe<Scalars['String']['input']>;
  filter?: InputMaybe<OrderFilter>;
  first?: InputMaybe<Scalars['Int']['input']>;
  last?: InputMaybe<Scalars['Int']['input']>;
  sort?: InputMaybe<OrderSort>;
};

/** Which way a list is sorted. */
export type SortDirection =
  /** Smallest, oldest or alphabetically first comes first. */
  | 'ASC'
  /** Largest, newest or alphabetically last comes first. */
  | 'DESC';

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

/** Which order to move on, and where to. */
export type TransitionOrderInput = {
  /** The version that the caller saw; where the order has another by now, nothing changes and the answer is VersionConflictError. */
  expectedVersion?: InputMaybe<Scalars['Int']['input']>;
  /** The order's id. */
  orderId: Scalars['ID']['input'];
  /** SHIPPED or DELIVERED; all else is IllegalTransitionError. */
  to: OrderStatus;
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

/** The order has changed since the caller read it. Nothing was changed; read it again and decide anew. */
export type VersionConflictError = UserError & {
  __typename?: 'VersionConflictError';
  /** Always `VERSION_CONFLICT`. */
  code: ErrorCode;
  /** The version that the order has now. */
  currentVersion: Scalars['Int']['output'];
  /** A sentence for people. */
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
  Customer: Customer;
  Order: Order;
};

/** Mapping of federation reference types */
export type FederationReferenceTypes = {
  Customer:
    ( { __typename: 'Customer' }
    & GraphQLRecursivePick<FederationTypes['Customer'], {"id":true}> );
  Order:
    ( { __typename: 'Order' }
    & GraphQLRecursivePick<FederationTypes['Order'], {"id":true}> );
};

/** Mapping of union types */
export type ResolversUnionTypes<_RefType extends Record<string, unknown>> = {
  CreateOrderResult:
    | ( Omit<CreateOrderSuccess, 'order'> & { order: _RefType['Order'] } )
    | ( CustomerNotFoundError )
    | ( IdempotencyKeyReusedError )
    | ( InsufficientStockError )
    | ( InvalidInputError )
    | ( MixedCurrencyError )
    | ( ProductNotFoundError )
  ;
  OrderChangeResult:
    | ( IllegalTransitionError )
    | ( Omit<OrderChangeSuccess, 'order'> & { order: _RefType['Order'] } )
    | ( OrderNotFoundError )
    | ( VersionConflictError )
  ;
};

/** Mapping of interface types */
export type ResolversInterfaceTypes<_RefType extends Record<string, unknown>> = {
  UserError:
    | ( CustomerNotFoundError )
    | ( IdempotencyKeyReusedError )
    | ( IllegalTransitionError )
    | ( InsufficientStockError )
    | ( InvalidInputError )
    | ( MixedCurrencyError )
    | ( OrderNotFoundError )
    | ( ProductNotFoundError )
    | ( VersionConflictError )
  ;
};

/** Mapping between all available schema types and the resolvers types */
export type ResolversTypes = {
  CancelOrderInput: CancelOrderInput;
  Int: ResolverTypeWrapper<Scalars['Int']['output']>;
  ID: ResolverTypeWrapper<Scalars['ID']['output']>;
  CancelReason: CancelReason;
  CreateOrderInput: CreateOrderInput;
  String: ResolverTypeWrapper<Scalars['String']['output']>;
  CreateOrderResult: ResolverTypeWrapper<ResolversUnionTypes<ResolversTypes>['CreateOrderResult']>;
  CreateOrderSuccess: ResolverTypeWrapper<Omit<CreateOrderSuccess, 'order'> & { order: ResolversTypes['Order'] }>;
  Boolean: ResolverTypeWrapper<Scalars['Boolean']['output']>;
  Customer: ResolverTypeWrapper<Omit<Customer, 'orders'> & { orders?: Maybe<ResolversTypes['OrderConnection']> }>;
  CustomerNotFoundError: ResolverTypeWrapper<CustomerNotFoundError>;
  CustomerOrderFilter: CustomerOrderFilter;
  DateTime: ResolverTypeWrapper<Scalars['DateTime']['output']>;
  ErrorCode: ErrorCode;
  FieldError: ResolverTypeWrapper<FieldError>;
  IdempotencyKeyReusedError: ResolverTypeWrapper<IdempotencyKeyReusedError>;
  IllegalTransitionError: ResolverTypeWrapper<IllegalTransitionError>;
  InsufficientStockError: ResolverTypeWrapper<InsufficientStockError>;
  InvalidInputError: ResolverTypeWrapper<InvalidInputError>;
  MixedCurrencyError: ResolverTypeWrapper<MixedCurrencyError>;
  Money: ResolverTypeWrapper<Money>;
  Mutation: ResolverTypeWrapper<Record<PropertyKey, never>>;
  Order: ResolverTypeWrapper<OrderShape>;
  OrderChangeResult: ResolverTypeWrapper<ResolversUnionTypes<ResolversTypes>['OrderChangeResult']>;
  OrderChangeSuccess: ResolverTypeWrapper<Omit<OrderChangeSuccess, 'order'> & { order: ResolversTypes['Order'] }>;
  OrderConnection: ResolverTypeWrapper<OrderConnectionShape>;
  OrderEdge: ResolverTypeWrapper<Omit<OrderEdge, 'node'> & { node: ResolversTypes['Order'] }>;
  OrderEvent: ResolverTypeWrapper<OrderEvent>;
  OrderEventType: OrderEventType;
  OrderFilter: OrderFilter;
  OrderItem: ResolverTypeWrapper<OrderItemShape>;
  OrderItemInput: OrderItemInput;
  OrderNotFoundError: ResolverTypeWrapper<OrderNotFoundError>;
  OrderRejection: ResolverTypeWrapper<OrderRejection>;
  OrderRejectionReason: OrderRejectionReason;
  OrderSort: OrderSort;
  OrderSortField: OrderSortField;
  OrderStatus: OrderStatus;
  PageInfo: ResolverTypeWrapper<PageInfo>;
  Product: ResolverTypeWrapper<Product>;
  ProductNotFoundError: ResolverTypeWrapper<ProductNotFoundError>;
  Query: ResolverTypeWrapper<Record<PropertyKey, never>>;
  SafeInt: ResolverTypeWrapper<Scalars['SafeInt']['output']>;
  SortDirection: SortDirection;
  StockShortage: ResolverTypeWrapper<StockShortage>;
  TransitionOrderInput: TransitionOrderInput;
  UserError: ResolverTypeWrapper<ResolversInterfaceTypes<ResolversTypes>['UserError']>;
  VersionConflictError: ResolverTypeWrapper<VersionConflictError>;
};

/** Mapping between all available schema types and the resolvers parents */
export type ResolversParentTypes = {
  CancelOrderInput: CancelOrderInput;
  Int: Scalars['Int']['output'];
  ID: Scalars['ID']['output'];
  CreateOrderInput: CreateOrderInput;
  String: Scalars['String']['output'];
  CreateOrderResult: ResolversUnionTypes<ResolversParentTypes>['CreateOrderResult'];
  CreateOrderSuccess: Omit<CreateOrderSuccess, 'order'> & { order: ResolversParentTypes['Order'] };
  Boolean: Scalars['Boolean']['output'];
  Customer: Omit<Customer, 'orders'> & { orders?: Maybe<ResolversParentTypes['OrderConnection']> } | FederationReferenceTypes['Customer'];
  CustomerNotFoundError: CustomerNotFoundError;
  CustomerOrderFilter: CustomerOrderFilter;
  DateTime: Scalars['DateTime']['output'];
  FieldError: FieldError;
  IdempotencyKeyReusedError: IdempotencyKeyReusedError;
  IllegalTransitionError: IllegalTransitionError;
  InsufficientStockError: InsufficientStockError;
  InvalidInputError: InvalidInputError;
  MixedCurrencyError: MixedCurrencyError;
  Money: Money;
  Mutation: Record<PropertyKey, never>;
  Order: OrderShape;
  OrderChangeResult: ResolversUnionTypes<ResolversParentTypes>['OrderChangeResult'];
  OrderChangeSuccess: Omit<OrderChangeSuccess, 'order'> & { order: ResolversParentTypes['Order'] };
  OrderConnection: OrderConnectionShape;
  OrderEdge: Omit<OrderEdge, 'node'> & { node: ResolversParentTypes['Order'] };
  OrderEvent: OrderEvent;
  OrderFilter: OrderFilter;
  OrderItem: OrderItemShape;
  OrderItemInput: OrderItemInput;
  OrderNotFoundError: OrderNotFoundError;
  OrderRejection: OrderRejection;
  OrderSort: OrderSort;
  PageInfo: PageInfo;
  Product: Product;
  ProductNotFoundError: ProductNotFoundError;
  Query: Record<PropertyKey, never>;
  SafeInt: Scalars['SafeInt']['output'];
  StockShortage: StockShortage;
  TransitionOrderInput: TransitionOrderInput;
  UserError: ResolversInterfaceTypes<ResolversParentTypes>['UserError'];
  VersionConflictError: VersionConflictError;
};

export type CreateOrderResultResolvers<ContextType = Context, ParentType extends ResolversParentTypes['CreateOrderResult'] = ResolversParentTypes['CreateOrderResult']> = {
  __resolveType: TypeResolveFn<'CreateOrderSuccess' | 'CustomerNotFoundError' | 'IdempotencyKeyReusedError' | 'InsufficientStockError' | 'InvalidInputError' | 'MixedCurrencyError' | 'ProductNotFoundError', ParentType, ContextType>;
};

export type CreateOrderSuccessResolvers<ContextType = Context, ParentType extends ResolversParentTypes['CreateOrderSuccess'] = ResolversParentTypes['CreateOrderSuccess']> = {
  order?: Resolver<ResolversTypes['Order'], ParentType, ContextType>;
  replayed?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  __isTypeOf?: IsTypeOfResolverFn<ParentType, ContextType>;
};

export type CustomerResolvers<ContextType = Context, ParentType extends ResolversParentTypes['Customer'] = ResolversParentTypes['Customer'], FederationReferenceType extends FederationReferenceTypes['Customer'] = FederationReferenceTypes['Customer']> = {
  __resolveReference?: ReferenceResolver<Maybe<ResolversTypes['Customer']> | FederationReferenceType, FederationReferenceType, ContextType>;
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  orders?: Resolver<Maybe<ResolversTypes['OrderConnection']>, ParentType, ContextType, RequireFields<CustomerOrdersArgs, 'sort'>>;
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

export type IllegalTransitionErrorResolvers<ContextType = Context, ParentType extends ResolversParentTypes['IllegalTransitionError'] = ResolversParentTypes['IllegalTransitionError']> = {
  allowed?: Resolver<Array<ResolversTypes['OrderStatus']>, ParentType, ContextType>;
  code?: Resolver<ResolversTypes['ErrorCode'], ParentType, ContextType>;
  from?: Resolver<ResolversTypes['OrderStatus'], ParentType, ContextType>;
  message?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  to?: Resolver<ResolversTypes['OrderStatus'], ParentType, ContextType>;
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
  cancelOrder?: Resolver<ResolversTypes['OrderChangeResult'], ParentType, ContextType, RequireFields<MutationCancelOrderArgs, 'input'>>;
  createOrder?: Resolver<ResolversTypes['CreateOrderResult'], ParentType, ContextType, RequireFields<MutationCreateOrderArgs, 'input'>>;
  transitionOrder?: Resolver<ResolversTypes['OrderChangeResult'], ParentType, ContextType, RequireFields<MutationTransitionOrderArgs, 'input'>>;
};

export type OrderResolvers<ContextType = Context, ParentType extends ResolversParentTypes['Order'] = ResolversParentTypes['Order'], FederationReferenceType extends FederationReferenceTypes['Order'] = FederationReferenceTypes['Order']> = {
  __resolveReference?: ReferenceResolver<Maybe<ResolversTypes['Order']> | FederationReferenceType, FederationReferenceType, ContextType>;
  allowedTransitions?: Resolver<Array<ResolversTypes['OrderStatus']>, ParentType, ContextType>;
  createdAt?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  customer?: Resolver<Maybe<ResolversTypes['Customer']>, ParentType, ContextType>;
  customerId?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  events?: Resolver<Array<ResolversTypes['OrderEvent']>, ParentType, ContextType>;
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  items?: Resolver<Array<ResolversTypes['OrderItem']>, ParentType, ContextType>;
  number?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  rejection?: Resolver<Maybe<ResolversTypes['OrderRejection']>, ParentType, ContextType>;
  status?: Resolver<ResolversTypes['OrderStatus'], ParentType, ContextType>;
  total?: Resolver<Maybe<ResolversTypes['Money']>, ParentType, ContextType>;
  updatedAt?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  version?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
};

export type OrderChangeResultResolvers<ContextType = Context, ParentType extends ResolversParentTypes['OrderChangeResult'] = ResolversParentTypes['OrderChangeResult']> = {
  __resolveType: TypeResolveFn<'IllegalTransitionError' | 'OrderChangeSuccess' | 'OrderNotFoundError' | 'VersionConflictError', ParentType, ContextType>;
};

export type OrderChangeSuccessResolvers<ContextType = Context, ParentType extends ResolversParentTypes['OrderChangeSuccess'] = ResolversParentTypes['OrderChangeSuccess']> = {
  order?: Resolver<ResolversTypes['Order'], ParentType, ContextType>;
  __isTypeOf?: IsTypeOfResolverFn<ParentType, ContextType>;
};

export type OrderConnectionResolvers<ContextType = Context, ParentType extends ResolversParentTypes['OrderConnection'] = ResolversParentTypes['OrderConnection']> = {
  edges?: Resolver<Array<ResolversTypes['OrderEdge']>, ParentType, ContextType>;
  nodes?: Resolver<Array<ResolversTypes['Order']>, ParentType, ContextType>;
  pageInfo?: Resolver<ResolversTypes['PageInfo'], ParentType, ContextType>;
  totalCount?: Resolver<Maybe<ResolversTypes['Int']>, ParentType, ContextType>;
};

export type OrderEdgeResolvers<ContextType = Context, ParentType extends ResolversParentTypes['OrderEdge'] = ResolversParentTypes['OrderEdge']> = {
  cursor?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  node?: Resolver<ResolversTypes['Order'], ParentType, ContextType>;
};

export type OrderEventResolvers<ContextType = Context, ParentType extends ResolversParentTypes['OrderEvent'] = ResolversParentTypes['OrderEvent']> = {
  actor?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  at?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  cancelReason?: Resolver<Maybe<ResolversTypes['CancelReason']>, ParentType, ContextType>;
  from?: Resolver<Maybe<ResolversTypes['OrderStatus']>, ParentType, ContextType>;
  to?: Resolver<ResolversTypes['OrderStatus'], ParentType, ContextType>;
  type?: Resolver<ResolversTypes['OrderEventType'], ParentType, ContextType>;
};

export type OrderItemResolvers<ContextType = Context, ParentType extends ResolversParentTypes['OrderItem'] = ResolversParentTypes['OrderItem']> = {
  lineTotal?: Resolver<Maybe<ResolversTypes['Money']>, ParentType, ContextType>;
  product?: Resolver<Maybe<ResolversTypes['Product']>, ParentType, ContextType>;
  productId?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  productName?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  quantity?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  sku?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  unitPrice?: Resolver<Maybe<ResolversTypes['Money']>, ParentType, ContextType>;
};

export type OrderNotFoundErrorResolvers<ContextType = Context, ParentType extends ResolversParentTypes['OrderNotFoundError'] = ResolversParentTypes['OrderNotFoundError']> = {
  code?: Resolver<ResolversTypes['ErrorCode'], ParentType, ContextType>;
  message?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  orderId?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  __isTypeOf?: IsTypeOfResolverFn<ParentType, ContextType>;
};

export type OrderRejectionResolvers<ContextType = Context, ParentType extends ResolversParentTypes['OrderRejection'] = ResolversParentTypes['OrderRejection']> = {
  message?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  reason?: Resolver<ResolversTypes['OrderRejectionReason'], ParentType, ContextType>;
};

export type PageInfoResolvers<ContextType = Context, ParentType extends ResolversParentTypes['PageInfo'] = ResolversParentTypes['PageInfo']> = {
  endCursor?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  hasNextPage?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  hasPreviousPage?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  startCursor?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
};

export type ProductResolvers<ContextType = Context, ParentType extends ResolversParentTypes['Product'] = ResolversParentTypes['Product']> = {
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
};

export type ProductNotFoundErrorResolvers<ContextType = Context, ParentType extends ResolversParentTypes['ProductNotFoundError'] = ResolversParentTypes['ProductNotFoundError']> = {
  code?: Resolver<ResolversTypes['ErrorCode'], ParentType, ContextType>;
  message?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  productIds?: Resolver<Array<ResolversTypes['ID']>, ParentType, ContextType>;
  __isTypeOf?: IsTypeOfResolverFn<ParentType, ContextType>;
};

export type QueryResolvers<ContextType = Context, ParentType extends ResolversParentTypes['Query'] = ResolversParentTypes['Query']> = {
  order?: Resolver<Maybe<ResolversTypes['Order']>, ParentType, ContextType, RequireFields<QueryOrderArgs, 'id'>>;
  orders?: Resolver<Maybe<ResolversTypes['OrderConnection']>, ParentType, ContextType, RequireFields<QueryOrdersArgs, 'sort'>>;
};

export interface SafeIntScalarConfig extends GraphQLScalarTypeConfig<ResolversTypes['SafeInt'], any> {
  name: 'SafeInt';
}

export type StockShortageResolvers<ContextType = Context, ParentType extends ResolversParentTypes['StockShortage'] = ResolversParentTypes['StockShortage']> = {
  available?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  productId?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  requested?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
};

export type UserErrorResolvers<ContextType = Context, ParentType extends ResolversParentTypes['UserError'] = ResolversParentTypes['UserError']> = {
  __resolveType: TypeResolveFn<'CustomerNotFoundError' | 'IdempotencyKeyReusedError' | 'IllegalTransitionError' | 'InsufficientStockError' | 'InvalidInputError' | 'MixedCurrencyError' | 'OrderNotFoundError' | 'ProductNotFoundError' | 'VersionConflictError', ParentType, ContextType>;
};

export type VersionConflictErrorResolvers<ContextType = Context, ParentType extends ResolversParentTypes['VersionConflictError'] = ResolversParentTypes['VersionConflictError']> = {
  code?: Resolver<ResolversTypes['ErrorCode'], ParentType, ContextType>;
  currentVersion?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  message?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  __isTypeOf?: IsTypeOfResolverFn<ParentType, ContextType>;
};

export type Resolvers<ContextType = Context> = {
  CreateOrderResult?: CreateOrderResultResolvers<ContextType>;
  CreateOrderSuccess?: CreateOrderSuccessResolvers<ContextType>;
  Customer?: CustomerResolvers<ContextType>;
  CustomerNotFoundError?: CustomerNotFoundErrorResolvers<ContextType>;
  DateTime?: GraphQLScalarType;
  FieldError?: FieldErrorResolvers<ContextType>;
  IdempotencyKeyReusedError?: IdempotencyKeyReusedErrorResolvers<ContextType>;
  IllegalTransitionError?: IllegalTransitionErrorResolvers<ContextType>;
  InsufficientStockError?: InsufficientStockErrorResolvers<ContextType>;
  InvalidInputError?: InvalidInputErrorResolvers<ContextType>;
  MixedCurrencyError?: MixedCurrencyErrorResolvers<ContextType>;
  Money?: MoneyResolvers<ContextType>;
  Mutation?: MutationResolvers<ContextType>;
  Order?: OrderResolvers<ContextType>;
  OrderChangeResult?: OrderChangeResultResolvers<ContextType>;
  OrderChangeSuccess?: OrderChangeSuccessResolvers<ContextType>;
  OrderConnection?: OrderConnectionResolvers<ContextType>;
  OrderEdge?: OrderEdgeResolvers<ContextType>;
  OrderEvent?: OrderEventResolvers<ContextType>;
  OrderItem?: OrderItemResolvers<ContextType>;
  OrderNotFoundError?: OrderNotFoundErrorResolvers<ContextType>;
  OrderRejection?: OrderRejectionResolvers<ContextType>;
  PageInfo?: PageInfoResolvers<ContextType>;
  Product?: ProductResolvers<ContextType>;
  ProductNotFoundError?: ProductNotFoundErrorResolvers<ContextType>;
  Query?: QueryResolvers<ContextType>;
  SafeInt?: GraphQLScalarType;
  StockShortage?: StockShortageResolvers<ContextType>;
  UserError?: UserErrorResolvers<ContextType>;
  VersionConflictError?: VersionConflictErrorResolvers<ContextType>;
};

