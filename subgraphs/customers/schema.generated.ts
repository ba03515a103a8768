import type { GraphQLResolveInfo, GraphQLScalarType, GraphQLScalarTypeConfig } from 'graphql';
import type { Customer as CustomerShape, CustomerConnection as CustomerConnectionShape } from './service.ts';
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
   * An integer up to 2^53 - 1, the largest that JavaScript represents exactly. Used for amounts of money, which don't fit into
   * GraphQL's 32-bit Int.
   */
  SafeInt: { input: number; output: number; }
  _FieldSet: { input: unknown; output: unknown; }
};

/** A new customer. */
export type CreateCustomerInput = {
  /**
   * A valid e-mail address of at most 254 characters: before the `@`, at most 64 letters, digits and characters of
   * ``!#$%&'*+/=?^_`{|}~-``, with dots between them; after it, an internet domain, which may be an internationalized one. Surrounding
   * white space is removed. Stored in lower case, with an internationalized domain as `xn--…`.
   */
  email: Scalars['String']['input'];
  /** 1 to 200 characters, not counting surrounding white space, which is removed. At least one must be visible. */
  name: Scalars['String']['input'];
};

/** The outcome of createCustomer. */
export type CreateCustomerResult = CreateCustomerSuccess | EmailTakenError | InvalidInputError;

/** The customer was registered. */
export type CreateCustomerSuccess = {
  __typename?: 'CreateCustomerSuccess';
  /** The new customer. */
  customer: Customer;
};

/** A person who buys. */
export type Customer = {
  __typename?: 'Customer';
  /** When the customer was registered. */
  createdAt: Scalars['DateTime']['output'];
  /**
   * The e-mail address in its one stored form: in lower case, an internationalized domain as `xn--…`. No two customers have the
   * same one, however it is written.
   */
  email: Scalars['String']['output'];
  /** 24 lower-case hexadecimal digits. */
  id: Scalars['ID']['output'];
  /** The customer's name: 1 to 200 characters, without surrounding white space. */
  name: Scalars['String']['output'];
  /** When the name or the e-mail address last changed; equal to createdAt if neither ever did. */
  updatedAt: Scalars['DateTime']['output'];
};

/** A page of customers. */
export type CustomerConnection = {
  __typename?: 'CustomerConnection';
  /** The rows, each with its cursor. */
  edges: Array<CustomerEdge>;
  /** The rows without cursors. */
  nodes: Array<Customer>;
  /** Whether there are more pages, and the cursors to fetch them with. */
  pageInfo: PageInfo;
  /** How many customers match the filter, over all pages. Counted only when selected; null with an error if counting failed. */
  totalCount?: Maybe<Scalars['Int']['output']>;
};

/** A customer and its place in the list. */
export type CustomerEdge = {
  __typename?: 'CustomerEdge';
  /** Opaque. Pass it as `after` or `before` of the same list. */
  cursor: Scalars['String']['output'];
  /** The customer. */
  node: Customer;
};

/** Conditions on customers. All that are given must hold. */
export type CustomerFilter = {
  /**
   * Exactly this e-mail address, in whatever way it is written: case and surrounding white space don't matter, and `bücher.example`
   * is `xn--bcher-kva.example`. Finds nothing if it isn't a valid address.
   */
  email?: InputMaybe<Scalars['String']['input']>;
  /**
   * A part of the name or of the e-mail address, ignoring case, accents and surrounding white space: `elodie` finds `Élodie`. At
   * most 100 characters, otherwise a BAD_USER_INPUT error. Scans all customers, so don't call it on every page view.
   */
  search?: InputMaybe<Scalars['String']['input']>;
};

/** There is no customer with this id, or it is not the caller's to use. */
export type CustomerNotFoundError = UserError & {
  __typename?: 'CustomerNotFoundError';
  /** Always `CUSTOMER_NOT_FOUND`. */
  code: ErrorCode;
  /** The requested id; of one with more than 100 characters, its beginning. */
  customerId: Scalars['ID']['output'];
  /** An English sentence for people. */
  message: Scalars['String']['output'];
};

/** Another customer already has this e-mail address. Nothing was changed. */
export type EmailTakenError = UserError & {
  __typename?: 'EmailTakenError';
  /** Always `EMAIL_TAKEN`. */
  code: ErrorCode;
  /** The address in its stored form: see Customer.email. */
  email: Scalars['String']['output'];
  /** An English sentence for people. */
  message: Scalars['String']['output'];
};

/** The kinds of refusal: one for each type that implements UserError. */
export type ErrorCode =
  /** There is no customer with this id. */
  | 'CUSTOMER_NOT_FOUND'
  /** Another customer already has this e-mail address. */
  | 'EMAIL_TAKEN'
  /** The idempotency key was already used with different input. */
  | 'IDEMPOTENCY_KEY_REUSED'
  /** The order's status doesn't allow this change. */
  | 'ILLEGAL_TRANSITION'
  /** Fewer units are available than were requested. */
  | 'INSUFFICIENT_STOCK'
  /** One or more input fields are invalid; InvalidInputError lists them. */
  | 'INVALID_INPUT'
  /** The products of one order are priced in different currencies. */
  | 'MIXED_CURRENCY'
  /** There is no order with this id. */
  | 'ORDER_NOT_FOUND'
  /** The order's total is not the one that the buyer was shown. */
  | 'PRICE_CHANGED'
  /** There is no product with this id, or with one or more of these ids. */
  | 'PRODUCT_NOT_FOUND'
  /** Another product already has this SKU. */
  | 'SKU_TAKEN'
  /** The quantity on hand is not the one that the caller expected. */
  | 'STALE_QUANTITY'
  /** The order has changed since the caller read it. */
  | 'VERSION_CONFLICT';

/** An invalid field of an input. */
export type FieldError = {
  __typename?: 'FieldError';
  /** What is wrong with it, in English. */
  message: Scalars['String']['output'];
  /** The path to the field from `input`, with list positions as numbers from 0: `["items", "0", "quantity"]`. */
  path: Array<Scalars['String']['output']>;
};

/**
 * The idempotency key was already used with different input. A key belongs to one request: send it again only to repeat that
 * request.
 */
export type IdempotencyKeyReusedError = UserError & {
  __typename?: 'IdempotencyKeyReusedError';
  /** Always `IDEMPOTENCY_KEY_REUSED`. */
  code: ErrorCode;
  /** The key that was sent. */
  idempotencyKey: Scalars['String']['output'];
  /** An English sentence for people. */
  message: Scalars['String']['output'];
};

/** Fewer units are available than were requested. Nothing was taken. */
export type InsufficientStockError = UserError & {
  __typename?: 'InsufficientStockError';
  /** Always `INSUFFICIENT_STOCK`. */
  code: ErrorCode;
  /** An English sentence for people. */
  message: Scalars['String']['output'];
  /** Every product that falls short, sorted by product id. */
  shortages: Array<StockShortage>;
};

/** The input is invalid. Nothing was changed, and the idempotency key can still be used. */
export type InvalidInputError = UserError & {
  __typename?: 'InvalidInputError';
  /** Always `INVALID_INPUT`. */
  code: ErrorCode;
  /** Every invalid field, so that a form can mark them all at once; of more than 50, the first 50. Never empty. */
  fields: Array<FieldError>;
  /** An English sentence for people. */
  message: Scalars['String']['output'];
};

/** The products of one order are priced in different currencies. An order has a single currency. */
export type MixedCurrencyError = UserError & {
  __typename?: 'MixedCurrencyError';
  /** Always `MIXED_CURRENCY`. */
  code: ErrorCode;
  /** The currencies found, as sorted ISO 4217 codes. */
  currencies: Array<Scalars['String']['output']>;
  /** An English sentence for people. */
  message: Scalars['String']['output'];
};

/** An amount of money in minor units, never a float: `{ amount: 1999, currency: "EUR" }` is 19.99 euros. */
export type Money = {
  __typename?: 'Money';
  /** The amount in the currency's minor unit: cents for EUR, yen for JPY. At least 0. */
  amount: Scalars['SafeInt']['output'];
  /** The ISO 4217 code: three upper-case letters, such as `EUR`. */
  currency: Scalars['String']['output'];
};

/** An amount of money as input. */
export type MoneyInput = {
  /**
   * The amount in the currency's minor unit (cents for EUR): from 0 to 90,000,000,000 for a price, and to 9,000,000,000,000,000
   * for an order's total.
   */
  amount: Scalars['SafeInt']['input'];
  /** The ISO 4217 code: three upper-case letters, such as `EUR`. */
  currency: Scalars['String']['input'];
};

/**
 * Everything that can be changed. A mutation returns a union of its success and its expected refusals. A top-level error means
 * that there is no result: UNAUTHENTICATED (there is no token) or FORBIDDEN (a token that may not; nothing was done either
 * way), or an outage such as UPSTREAM_UNAVAILABLE, SERVICE_UNAVAILABLE or DEADLINE_EXCEEDED (it may have been done). Root
 * fields are nullable: if one of several mutations fails, it is null with an error, and the results of the others are still
 * returned.
 */
export type Mutation = {
  __typename?: 'Mutation';
  /** Staff only. Registers a customer. Sending it again returns EmailTakenError. */
  createCustomer?: Maybe<CreateCustomerResult>;
  /** Changes a customer. Customers may change only themselves, staff anybody; any other id returns CustomerNotFoundError. */
  updateCustomer?: Maybe<UpdateCustomerResult>;
};


/**
 * Everything that can be changed. A mutation returns a union of its success and its expected refusals. A top-level error means
 * that there is no result: UNAUTHENTICATED (there is no token) or FORBIDDEN (a token that may not; nothing was done either
 * way), or an outage such as UPSTREAM_UNAVAILABLE, SERVICE_UNAVAILABLE or DEADLINE_EXCEEDED (it may have been done). Root
 * fields are nullable: if one of several mutations fails, it is null with an error, and the results of the others are still
 * returned.
 */
export type MutationCreateCustomerArgs = {
  input: CreateCustomerInput;
};


/**
 * Everything that can be changed. A mutation returns a union of its success and its expected refusals. A top-level error means
 * that there is no result: UNAUTHENTICATED (there is no token) or FORBIDDEN (a token that may not; nothing was done either
 * way), or an outage such as UPSTREAM_UNAVAILABLE, SERVICE_UNAVAILABLE or DEADLINE_EXCEEDED (it may have been done). Root
 * fields are nullable: if one of several mutations fails, it is null with an error, and the results of the others are still
 * returned.
 */
export type MutationUpdateCustomerArgs = {
  input: UpdateCustomerInput;
};

/** Where a page is in its list, as in the Relay Cursor Connections Specification. */
export type PageInfo = {
  __typename?: 'PageInfo';
  /** The cursor of the page's last row; null if the page is empty. */
  endCursor?: Maybe<Scalars['String']['output']>;
  /** Whether there are rows after this page: fetch them with `after: endCursor`. True whenever `before` was given. */
  hasNextPage: Scalars['Boolean']['output'];
  /** Whether there are rows before this page: fetch them with `before: startCursor`. True whenever `after` was given. */
  hasPreviousPage: Scalars['Boolean']['output'];
  /** The cursor of the page's first row; null if the page is empty. */
  startCursor?: Maybe<Scalars['String']['output']>;
};

/** One or more products don't exist. */
export type ProductNotFoundError = UserError & {
  __typename?: 'ProductNotFoundError';
  /** Always `PRODUCT_NOT_FOUND`. */
  code: ErrorCode;
  /** An English sentence for people. */
  message: Scalars['String']['output'];
  /** All requested ids that no product has, sorted; of those with more than 100 characters, their beginnings. */
  productIds: Array<Scalars['ID']['output']>;
};

/**
 * Everything that can be read. Root fields are nullable: if a subgraph doesn't answer, its fields are null with an
 * UPSTREAM_UNAVAILABLE error, and the rest of the query is still answered.
 */
export type Query = {
  __typename?: 'Query';
  /**
   * One customer; null if there is no customer with this id. Customers see only themselves, staff see everybody; without a
   * token an UNAUTHENTICATED error.
   */
  customer?: Maybe<Customer>;
  /**
   * Customers, newest first. Customers find only themselves, staff find everybody; without a token an UNAUTHENTICATED
   * error. Invalid page arguments are a BAD_USER_INPUT error.
   */
  customers?: Maybe<CustomerConnection>;
  /** The customer that the caller's token stands for; null for staff, without a token, and if there is no such customer any more. */
  me?: Maybe<Customer>;
};


/**
 * Everything that can be read. Root fields are nullable: if a subgraph doesn't answer, its fields are null with an
 * UPSTREAM_UNAVAILABLE error, and the rest of the query is still answered.
 */
export type QueryCustomerArgs = {
  id: Scalars['ID']['input'];
};


/**
 * Everything that can be read. Root fields are nullable: if a subgraph doesn't answer, its fields are null with an
 * UPSTREAM_UNAVAILABLE error, and the rest of the query is still answered.
 */
export type QueryCustomersArgs = {
  after?: InputMaybe<Scalars['String']['input']>;
  before?: InputMaybe<Scalars['String']['input']>;
  filter?: InputMaybe<CustomerFilter>;
  first?: InputMaybe<Scalars['Int']['input']>;
  last?: InputMaybe<Scalars['Int']['input']>;
};

/** The direction in which a list is sorted. */
export type SortDirection =
  /** Smallest, oldest or alphabetically first row first. */
  | 'ASC'
  /** Largest, newest or alphabetically last row first. */
  | 'DESC';

/** A product of which fewer units are available than were requested. */
export type StockShortage = {
  __typename?: 'StockShortage';
  /** The units that were available at that moment. May have changed since. */
  available: Scalars['Int']['output'];
  /** The product's id. */
  productId: Scalars['ID']['output'];
  /** The units requested, summed over all lines with this product. */
  requested: Scalars['Int']['output'];
};

/** Changes to a customer. Fields that are null or left out keep their values. */
export type UpdateCustomerInput = {
  /**
   * A valid e-mail address of at most 254 characters: before the `@`, at most 64 letters, digits and characters of
   * ``!#$%&'*+/=?^_`{|}~-``, with dots between them; after it, an internet domain, which may be an internationalized one. Surrounding
   * white space is removed. Stored in lower case, with an internationalized domain as `xn--…`.
   */
  email?: InputMaybe<Scalars['String']['input']>;
  /** The customer's id. */
  id: Scalars['ID']['input'];
  /** 1 to 200 characters, not counting surrounding white space, which is removed. At least one must be visible. */
  name?: InputMaybe<Scalars['String']['input']>;
};

/** The outcome of updateCustomer. */
export type UpdateCustomerResult = CustomerNotFoundError | EmailTakenError | InvalidInputError | UpdateCustomerSuccess;

/** The customer now has the requested values. */
export type UpdateCustomerSuccess = {
  __typename?: 'UpdateCustomerSuccess';
  /** The customer after the change. */
  customer: Customer;
};

/**
 * A refusal that the caller can act on. Every mutation returns a union of its success and its refusals; select
 * `... on UserError { code message }` to handle all refusals that you don't handle one by one.
 */
export type UserError = {
  /** The kind of refusal, for programs. */
  code: ErrorCode;
  /** An English sentence that explains the refusal to people. */
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
};

/** Mapping of federation reference types */
export type FederationReferenceTypes = {
  Customer:
    ( { __typename: 'Customer' }
    & GraphQLRecursivePick<FederationTypes['Customer'], {"id":true}> );
};

/** Mapping of union types */
export type ResolversUnionTypes<_RefType extends Record<string, unknown>> = {
  CreateCustomerResult:
    | ( Omit<CreateCustomerSuccess, 'customer'> & { customer: _RefType['Customer'] } )
    | ( EmailTakenError )
    | ( InvalidInputError )
  ;
  UpdateCustomerResult:
    | ( CustomerNotFoundError )
    | ( EmailTakenError )
    | ( InvalidInputError )
    | ( Omit<UpdateCustomerSuccess, 'customer'> & { customer: _RefType['Customer'] } )
  ;
};

/** Mapping of interface types */
export type ResolversInterfaceTypes<_RefType extends Record<string, unknown>> = {
  UserError:
    | ( CustomerNotFoundError )
    | ( EmailTakenError )
    | ( IdempotencyKeyReusedError )
    | ( InsufficientStockError )
    | ( InvalidInputError )
    | ( MixedCurrencyError )
    | ( ProductNotFoundError )
  ;
};

/** Mapping between all available schema types and the resolvers types */
export type ResolversTypes = {
  CreateCustomerInput: CreateCustomerInput;
  String: ResolverTypeWrapper<Scalars['String']['output']>;
  CreateCustomerResult: ResolverTypeWrapper<ResolversUnionTypes<ResolversTypes>['CreateCustomerResult']>;
  CreateCustomerSuccess: ResolverTypeWrapper<Omit<CreateCustomerSuccess, 'customer'> & { customer: ResolversTypes['Customer'] }>;
  Customer: ResolverTypeWrapper<CustomerShape>;
  ID: ResolverTypeWrapper<Scalars['ID']['output']>;
  CustomerConnection: ResolverTypeWrapper<CustomerConnectionShape>;
  Int: ResolverTypeWrapper<Scalars['Int']['output']>;
  CustomerEdge: ResolverTypeWrapper<Omit<CustomerEdge, 'node'> & { node: ResolversTypes['Customer'] }>;
  CustomerFilter: CustomerFilter;
  CustomerNotFoundError: ResolverTypeWrapper<CustomerNotFoundError>;
  DateTime: ResolverTypeWrapper<Scalars['DateTime']['output']>;
  EmailTakenError: ResolverTypeWrapper<EmailTakenError>;
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
  ProductNotFoundError: ResolverTypeWrapper<ProductNotFoundError>;
  Query: ResolverTypeWrapper<Record<PropertyKey, never>>;
  SafeInt: ResolverTypeWrapper<Scalars['SafeInt']['output']>;
  SortDirection: SortDirection;
  StockShortage: ResolverTypeWrapper<StockShortage>;
  UpdateCustomerInput: UpdateCustomerInput;
  UpdateCustomerResult: ResolverTypeWrapper<ResolversUnionTypes<ResolversTypes>['UpdateCustomerResult']>;
  UpdateCustomerSuccess: ResolverTypeWrapper<Omit<UpdateCustomerSuccess, 'customer'> & { customer: ResolversTypes['Customer'] }>;
  UserError: ResolverTypeWrapper<ResolversInterfaceTypes<ResolversTypes>['UserError']>;
};

/** Mapping between all available schema types and the resolvers parents */
export type ResolversParentTypes = {
  CreateCustomerInput: CreateCustomerInput;
  String: Scalars['String']['output'];
  CreateCustomerResult: ResolversUnionTypes<ResolversParentTypes>['CreateCustomerResult'];
  CreateCustomerSuccess: Omit<CreateCustomerSuccess, 'customer'> & { customer: ResolversParentTypes['Customer'] };
  Customer: CustomerShape;
  ID: Scalars['ID']['output'];
  CustomerConnection: CustomerConnectionShape;
  Int: Scalars['Int']['output'];
  CustomerEdge: Omit<CustomerEdge, 'node'> & { node: ResolversParentTypes['Customer'] };
  CustomerFilter: CustomerFilter;
  CustomerNotFoundError: CustomerNotFoundError;
  DateTime: Scalars['DateTime']['output'];
  EmailTakenError: EmailTakenError;
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
  ProductNotFoundError: ProductNotFoundError;
  Query: Record<PropertyKey, never>;
  SafeInt: Scalars['SafeInt']['output'];
  StockShortage: StockShortage;
  UpdateCustomerInput: UpdateCustomerInput;
  UpdateCustomerResult: ResolversUnionTypes<ResolversParentTypes>['UpdateCustomerResult'];
  UpdateCustomerSuccess: Omit<UpdateCustomerSuccess, 'customer'> & { customer: ResolversParentTypes['Customer'] };
  UserError: ResolversInterfaceTypes<ResolversParentTypes>['UserError'];
};

export type CreateCustomerResultResolvers<ContextType = Context, ParentType extends ResolversParentTypes['CreateCustomerResult'] = ResolversParentTypes['CreateCustomerResult']> = {
  __resolveType: TypeResolveFn<'CreateCustomerSuccess' | 'EmailTakenError' | 'InvalidInputError', ParentType, ContextType>;
};

export type CreateCustomerSuccessResolvers<ContextType = Context, ParentType extends ResolversParentTypes['CreateCustomerSuccess'] = ResolversParentTypes['CreateCustomerSuccess']> = {
  customer?: Resolver<ResolversTypes['Customer'], ParentType, ContextType>;
  __isTypeOf?: IsTypeOfResolverFn<ParentType, ContextType>;
};

export type CustomerResolvers<ContextType = Context, ParentType extends ResolversParentTypes['Customer'] = ResolversParentTypes['Customer'], FederationReferenceType extends FederationReferenceTypes['Customer'] = FederationReferenceTypes['Customer']> = {
  __resolveReference?: ReferenceResolver<Maybe<ResolversTypes['Customer']> | FederationReferenceType, FederationReferenceType, ContextType>;
  createdAt?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  email?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  name?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  updatedAt?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
};

export type CustomerConnectionResolvers<ContextType = Context, ParentType extends ResolversParentTypes['CustomerConnection'] = ResolversParentTypes['CustomerConnection']> = {
  edges?: Resolver<Array<ResolversTypes['CustomerEdge']>, ParentType, ContextType>;
  nodes?: Resolver<Array<ResolversTypes['Customer']>, ParentType, ContextType>;
  pageInfo?: Resolver<ResolversTypes['PageInfo'], ParentType, ContextType>;
  totalCount?: Resolver<Maybe<ResolversTypes['Int']>, ParentType, ContextType>;
};

export type CustomerEdgeResolvers<ContextType = Context, ParentType extends ResolversParentTypes['CustomerEdge'] = ResolversParentTypes['CustomerEdge']> = {
  cursor?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  node?: Resolver<ResolversTypes['Customer'], ParentType, ContextType>;
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

export type EmailTakenErrorResolvers<ContextType = Context, ParentType extends ResolversParentTypes['EmailTakenError'] = ResolversParentTypes['EmailTakenError']> = {
  code?: Resolver<ResolversTypes['ErrorCode'], ParentType, ContextType>;
  email?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  message?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  __isTypeOf?: IsTypeOfResolverFn<ParentType, ContextType>;
};

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
  createCustomer?: Resolver<Maybe<ResolversTypes['CreateCustomerResult']>, ParentType, ContextType, RequireFields<MutationCreateCustomerArgs, 'input'>>;
  updateCustomer?: Resolver<Maybe<ResolversTypes['UpdateCustomerResult']>, ParentType, ContextType, RequireFields<MutationUpdateCustomerArgs, 'input'>>;
};

export type PageInfoResolvers<ContextType = Context, ParentType extends ResolversParentTypes['PageInfo'] = ResolversParentTypes['PageInfo']> = {
  endCursor?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  hasNextPage?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  hasPreviousPage?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  startCursor?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
};

export type ProductNotFoundErrorResolvers<ContextType = Context, ParentType extends ResolversParentTypes['ProductNotFoundError'] = ResolversParentTypes['ProductNotFoundError']> = {
  code?: Resolver<ResolversTypes['ErrorCode'], ParentType, ContextType>;
  message?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  productIds?: Resolver<Array<ResolversTypes['ID']>, ParentType, ContextType>;
  __isTypeOf?: IsTypeOfResolverFn<ParentType, ContextType>;
};

export type QueryResolvers<ContextType = Context, ParentType extends ResolversParentTypes['Query'] = ResolversParentTypes['Query']> = {
  customer?: Resolver<Maybe<ResolversTypes['Customer']>, ParentType, ContextType, RequireFields<QueryCustomerArgs, 'id'>>;
  customers?: Resolver<Maybe<ResolversTypes['CustomerConnection']>, ParentType, ContextType, Partial<QueryCustomersArgs>>;
  me?: Resolver<Maybe<ResolversTypes['Customer']>, ParentType, ContextType>;
};

export interface SafeIntScalarConfig extends GraphQLScalarTypeConfig<ResolversTypes['SafeInt'], any> {
  name: 'SafeInt';
}

export type StockShortageResolvers<ContextType = Context, ParentType extends ResolversParentTypes['StockShortage'] = ResolversParentTypes['StockShortage']> = {
  available?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  productId?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  requested?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
};

export type UpdateCustomerResultResolvers<ContextType = Context, ParentType extends ResolversParentTypes['UpdateCustomerResult'] = ResolversParentTypes['UpdateCustomerResult']> = {
  __resolveType: TypeResolveFn<'CustomerNotFoundError' | 'EmailTakenError' | 'InvalidInputError' | 'UpdateCustomerSuccess', ParentType, ContextType>;
};

export type UpdateCustomerSuccessResolvers<ContextType = Context, ParentType extends ResolversParentTypes['UpdateCustomerSuccess'] = ResolversParentTypes['UpdateCustomerSuccess']> = {
  customer?: Resolver<ResolversTypes['Customer'], ParentType, ContextType>;
  __isTypeOf?: IsTypeOfResolverFn<ParentType, ContextType>;
};

export type UserErrorResolvers<ContextType = Context, ParentType extends ResolversParentTypes['UserError'] = ResolversParentTypes['UserError']> = {
  __resolveType: TypeResolveFn<'CustomerNotFoundError' | 'EmailTakenError' | 'IdempotencyKeyReusedError' | 'InsufficientStockError' | 'InvalidInputError' | 'MixedCurrencyError' | 'ProductNotFoundError', ParentType, ContextType>;
};

export type Resolvers<ContextType = Context> = {
  CreateCustomerResult?: CreateCustomerResultResolvers<ContextType>;
  CreateCustomerSuccess?: CreateCustomerSuccessResolvers<ContextType>;
  Customer?: CustomerResolvers<ContextType>;
  CustomerConnection?: CustomerConnectionResolvers<ContextType>;
  CustomerEdge?: CustomerEdgeResolvers<ContextType>;
  CustomerNotFoundError?: CustomerNotFoundErrorResolvers<ContextType>;
  DateTime?: GraphQLScalarType;
  EmailTakenError?: EmailTakenErrorResolvers<ContextType>;
  FieldError?: FieldErrorResolvers<ContextType>;
  IdempotencyKeyReusedError?: IdempotencyKeyReusedErrorResolvers<ContextType>;
  InsufficientStockError?: InsufficientStockErrorResolvers<ContextType>;
  InvalidInputError?: InvalidInputErrorResolvers<ContextType>;
  MixedCurrencyError?: MixedCurrencyErrorResolvers<ContextType>;
  Money?: MoneyResolvers<ContextType>;
  Mutation?: MutationResolvers<ContextType>;
  PageInfo?: PageInfoResolvers<ContextType>;
  ProductNotFoundError?: ProductNotFoundErrorResolvers<ContextType>;
  Query?: QueryResolvers<ContextType>;
  SafeInt?: GraphQLScalarType;
  StockShortage?: StockShortageResolvers<ContextType>;
  UpdateCustomerResult?: UpdateCustomerResultResolvers<ContextType>;
  UpdateCustomerSuccess?: UpdateCustomerSuccessResolvers<ContextType>;
  UserError?: UserErrorResolvers<ContextType>;
};

