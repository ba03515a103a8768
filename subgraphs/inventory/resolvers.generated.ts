import type * as Schema from './schema.generated.ts';
import type { Product } from './schema.generated.ts';
import type { GraphQLResolveInfo, GraphQLScalarType, GraphQLScalarTypeConfig } from 'graphql';
import type { Product as ProductShape, ProductConnection as ProductConnectionShape, StockMovementConnection as StockMovementConnectionShape } from './service.ts';
import type { Context } from './context.ts';
export type Omit<T, K extends keyof T> = Pick<T, Exclude<keyof T, K>>;
export type RequireFields<T, K extends keyof T> = Omit<T, K> & { [P in K]-?: NonNullable<T[P]> };


export type ResolverTypeWrapper<T> = Promise<T> | T;

export type ReferenceResolver<TResult, TReference, TContext> = (
      reference: TReference,
      context: TContext,
      info: GraphQLResolveInfo
    ) => Promise<TResult> | TResult;

      type ScalarCheck<T, S> = S extends true ? T : NullableCheck<T, S>;
      type NullableCheck<T, S> = Schema.Maybe<T> extends T ? Schema.Maybe<ListCheck<NonNullable<T>, S>> : ListCheck<T, S>;
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
) => Schema.Maybe<TTypes> | Promise<Schema.Maybe<TTypes>>;

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
    | ( Omit<Schema.CreateProductSuccess, 'product'> & { product: _RefType['Product'] } )
    | ( Schema.InvalidInputError )
    | ( Schema.SkuTakenError )
  ;
  ReserveStockResult:
    | ( Omit<Schema.InsufficientStockError, 'shortages'> & { shortages: Array<_RefType['StockShortage']> } )
    | ( Schema.MixedCurrencyError )
    | ( Schema.ProductNotFoundError )
    | ( Schema.Reservation )
    | ( Schema.ReservationClosed )
  ;
  StockChangeResult:
    | ( Schema.IdempotencyKeyReusedError )
    | ( Omit<Schema.InsufficientStockError, 'shortages'> & { shortages: Array<_RefType['StockShortage']> } )
    | ( Schema.InvalidInputError )
    | ( Schema.ProductNotFoundError )
    | ( Schema.StaleQuantityError )
    | ( Omit<Schema.StockChangeSuccess, 'product'> & { product: _RefType['Product'] } )
  ;
  UpdateProductResult:
    | ( Schema.InvalidInputError )
    | ( Schema.ProductNotFoundError )
    | ( Omit<Schema.UpdateProductSuccess, 'product'> & { product: _RefType['Product'] } )
  ;
};

/** Mapping of interface types */
export type ResolversInterfaceTypes<_RefType extends Record<string, unknown>> = {
  UserError:
    | ( Schema.CustomerNotFoundError )
    | ( Schema.IdempotencyKeyReusedError )
    | ( Omit<Schema.InsufficientStockError, 'shortages'> & { shortages: Array<_RefType['StockShortage']> } )
    | ( Schema.InvalidInputError )
    | ( Schema.MixedCurrencyError )
    | ( Schema.ProductNotFoundError )
    | ( Schema.SkuTakenError )
    | ( Schema.StaleQuantityError )
  ;
};

/** Mapping between all available schema types and the resolvers types */
export type ResolversTypes = {
  AdjustStockInput: Schema.AdjustStockInput;
  Int: ResolverTypeWrapper<Schema.Scalars['Int']['output']>;
  String: ResolverTypeWrapper<Schema.Scalars['String']['output']>;
  ID: ResolverTypeWrapper<Schema.Scalars['ID']['output']>;
  CreateProductInput: Schema.CreateProductInput;
  CreateProductResult: ResolverTypeWrapper<ResolversUnionTypes<ResolversTypes>['CreateProductResult']>;
  CreateProductSuccess: ResolverTypeWrapper<Omit<Schema.CreateProductSuccess, 'product'> & { product: ResolversTypes['Product'] }>;
  CustomerNotFoundError: ResolverTypeWrapper<Schema.CustomerNotFoundError>;
  DateTime: ResolverTypeWrapper<Schema.Scalars['DateTime']['output']>;
  ErrorCode: Schema.ErrorCode;
  FieldError: ResolverTypeWrapper<Schema.FieldError>;
  IdempotencyKeyReusedError: ResolverTypeWrapper<Schema.IdempotencyKeyReusedError>;
  InsufficientStockError: ResolverTypeWrapper<Omit<Schema.InsufficientStockError, 'shortages'> & { shortages: Array<ResolversTypes['StockShortage']> }>;
  InvalidInputError: ResolverTypeWrapper<Schema.InvalidInputError>;
  MixedCurrencyError: ResolverTypeWrapper<Schema.MixedCurrencyError>;
  Money: ResolverTypeWrapper<Schema.Money>;
  MoneyInput: Schema.MoneyInput;
  Mutation: ResolverTypeWrapper<Record<PropertyKey, never>>;
  PageInfo: ResolverTypeWrapper<Schema.PageInfo>;
  Boolean: ResolverTypeWrapper<Schema.Scalars['Boolean']['output']>;
  Product: ResolverTypeWrapper<ProductShape>;
  ProductConnection: ResolverTypeWrapper<ProductConnectionShape>;
  ProductEdge: ResolverTypeWrapper<Omit<Schema.ProductEdge, 'node'> & { node: ResolversTypes['Product'] }>;
  ProductFilter: Schema.ProductFilter;
  ProductNotFoundError: ResolverTypeWrapper<Schema.ProductNotFoundError>;
  ProductSort: Schema.ProductSort;
  ProductSortField: Schema.ProductSortField;
  Query: ResolverTypeWrapper<Record<PropertyKey, never>>;
  ReduceStockInput: Schema.ReduceStockInput;
  Reservation: ResolverTypeWrapper<Schema.Reservation>;
  ReservationClosed: ResolverTypeWrapper<Schema.ReservationClosed>;
  ReservationState: Schema.ReservationState;
  ReserveStockResult: ResolverTypeWrapper<ResolversUnionTypes<ResolversTypes>['ReserveStockResult']>;
  ReservedLine: ResolverTypeWrapper<Schema.ReservedLine>;
  SafeInt: ResolverTypeWrapper<Schema.Scalars['SafeInt']['output']>;
  SkuTakenError: ResolverTypeWrapper<Schema.SkuTakenError>;
  SortDirection: Schema.SortDirection;
  StaleQuantityError: ResolverTypeWrapper<Schema.StaleQuantityError>;
  StockChangeResult: ResolverTypeWrapper<ResolversUnionTypes<ResolversTypes>['StockChangeResult']>;
  StockChangeSuccess: ResolverTypeWrapper<Omit<Schema.StockChangeSuccess, 'product'> & { product: ResolversTypes['Product'] }>;
  StockCheck: ResolverTypeWrapper<Omit<Schema.StockCheck, 'product'> & { product?: Schema.Maybe<ResolversTypes['Product']> }>;
  StockLevel: ResolverTypeWrapper<Schema.StockLevel>;
  StockLineInput: Schema.StockLineInput;
  StockMovement: ResolverTypeWrapper<Schema.StockMovement>;
  StockMovementConnection: ResolverTypeWrapper<StockMovementConnectionShape>;
  StockMovementEdge: ResolverTypeWrapper<Schema.StockMovementEdge>;
  StockMovementType: Schema.StockMovementType;
  StockShortage: ResolverTypeWrapper<Omit<Schema.StockShortage, 'product'> & { product?: Schema.Maybe<ResolversTypes['Product']> }>;
  UpdateProductInput: Schema.UpdateProductInput;
  UpdateProductResult: ResolverTypeWrapper<ResolversUnionTypes<ResolversTypes>['UpdateProductResult']>;
  UpdateProductSuccess: ResolverTypeWrapper<Omit<Schema.UpdateProductSuccess, 'product'> & { product: ResolversTypes['Product'] }>;
  UserError: ResolverTypeWrapper<ResolversInterfaceTypes<ResolversTypes>['UserError']>;
};

/** Mapping between all available schema types and the resolvers parents */
export type ResolversParentTypes = {
  AdjustStockInput: Schema.AdjustStockInput;
  Int: Schema.Scalars['Int']['output'];
  String: Schema.Scalars['String']['output'];
  ID: Schema.Scalars['ID']['output'];
  CreateProductInput: Schema.CreateProductInput;
  CreateProductResult: ResolversUnionTypes<ResolversParentTypes>['CreateProductResult'];
  CreateProductSuccess: Omit<Schema.CreateProductSuccess, 'product'> & { product: ResolversParentTypes['Product'] };
  CustomerNotFoundError: Schema.CustomerNotFoundError;
  DateTime: Schema.Scalars['DateTime']['output'];
  FieldError: Schema.FieldError;
  IdempotencyKeyReusedError: Schema.IdempotencyKeyReusedError;
  InsufficientStockError: Omit<Schema.InsufficientStockError, 'shortages'> & { shortages: Array<ResolversParentTypes['StockShortage']> };
  InvalidInputError: Schema.InvalidInputError;
  MixedCurrencyError: Schema.MixedCurrencyError;
  Money: Schema.Money;
  MoneyInput: Schema.MoneyInput;
  Mutation: Record<PropertyKey, never>;
  PageInfo: Schema.PageInfo;
  Boolean: Schema.Scalars['Boolean']['output'];
  Product: ProductShape;
  ProductConnection: ProductConnectionShape;
  ProductEdge: Omit<Schema.ProductEdge, 'node'> & { node: ResolversParentTypes['Product'] };
  ProductFilter: Schema.ProductFilter;
  ProductNotFoundError: Schema.ProductNotFoundError;
  ProductSort: Schema.ProductSort;
  Query: Record<PropertyKey, never>;
  ReduceStockInput: Schema.ReduceStockInput;
  Reservation: Schema.Reservation;
  ReservationClosed: Schema.ReservationClosed;
  ReserveStockResult: ResolversUnionTypes<ResolversParentTypes>['ReserveStockResult'];
  ReservedLine: Schema.ReservedLine;
  SafeInt: Schema.Scalars['SafeInt']['output'];
  SkuTakenError: Schema.SkuTakenError;
  StaleQuantityError: Schema.StaleQuantityError;
  StockChangeResult: ResolversUnionTypes<ResolversParentTypes>['StockChangeResult'];
  StockChangeSuccess: Omit<Schema.StockChangeSuccess, 'product'> & { product: ResolversParentTypes['Product'] };
  StockCheck: Omit<Schema.StockCheck, 'product'> & { product?: Schema.Maybe<ResolversParentTypes['Product']> };
  StockLevel: Schema.StockLevel;
  StockLineInput: Schema.StockLineInput;
  StockMovement: Schema.StockMovement;
  StockMovementConnection: StockMovementConnectionShape;
  StockMovementEdge: Schema.StockMovementEdge;
  StockShortage: Omit<Schema.StockShortage, 'product'> & { product?: Schema.Maybe<ResolversParentTypes['Product']> };
  UpdateProductInput: Schema.UpdateProductInput;
  UpdateProductResult: ResolversUnionTypes<ResolversParentTypes>['UpdateProductResult'];
  UpdateProductSuccess: Omit<Schema.UpdateProductSuccess, 'product'> & { product: ResolversParentTypes['Product'] };
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
  adjustStock?: Resolver<Schema.Maybe<ResolversTypes['StockChangeResult']>, ParentType, ContextType, RequireFields<Schema.MutationAdjustStockArgs, 'input'>>;
  commitReservation?: Resolver<Schema.Maybe<ResolversTypes['ReservationState']>, ParentType, ContextType, RequireFields<Schema.MutationCommitReservationArgs, 'orderId'>>;
  createProduct?: Resolver<Schema.Maybe<ResolversTypes['CreateProductResult']>, ParentType, ContextType, RequireFields<Schema.MutationCreateProductArgs, 'input'>>;
  reduceStock?: Resolver<Schema.Maybe<ResolversTypes['StockChangeResult']>, ParentType, ContextType, RequireFields<Schema.MutationReduceStockArgs, 'input'>>;
  releaseReservation?: Resolver<ResolversTypes['ReservationState'], ParentType, ContextType, RequireFields<Schema.MutationReleaseReservationArgs, 'orderId'>>;
  reserveStock?: Resolver<ResolversTypes['ReserveStockResult'], ParentType, ContextType, RequireFields<Schema.MutationReserveStockArgs, 'lines' | 'orderId'>>;
  updateProduct?: Resolver<Schema.Maybe<ResolversTypes['UpdateProductResult']>, ParentType, ContextType, RequireFields<Schema.MutationUpdateProductArgs, 'input'>>;
};

export type PageInfoResolvers<ContextType = Context, ParentType extends ResolversParentTypes['PageInfo'] = ResolversParentTypes['PageInfo']> = {
  endCursor?: Resolver<Schema.Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  hasNextPage?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  hasPreviousPage?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  startCursor?: Resolver<Schema.Maybe<ResolversTypes['String']>, ParentType, ContextType>;
};

export type ProductResolvers<ContextType = Context, ParentType extends ResolversParentTypes['Product'] = ResolversParentTypes['Product'], FederationReferenceType extends FederationReferenceTypes['Product'] = FederationReferenceTypes['Product']> = {
  __resolveReference?: ReferenceResolver<Schema.Maybe<ResolversTypes['Product']> | FederationReferenceType, FederationReferenceType, ContextType>;
  createdAt?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  description?: Resolver<Schema.Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  movements?: Resolver<Schema.Maybe<ResolversTypes['StockMovementConnection']>, ParentType, ContextType, Partial<Schema.ProductMovementsArgs>>;
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
  totalCount?: Resolver<Schema.Maybe<ResolversTypes['Int']>, ParentType, ContextType>;
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
  checkStock?: Resolver<Schema.Maybe<Array<ResolversTypes['StockCheck']>>, ParentType, ContextType, RequireFields<Schema.QueryCheckStockArgs, 'lines'>>;
  product?: Resolver<Schema.Maybe<ResolversTypes['Product']>, ParentType, ContextType, RequireFields<Schema.QueryProductArgs, 'id'>>;
  products?: Resolver<Schema.Maybe<ResolversTypes['ProductConnection']>, ParentType, ContextType, RequireFields<Schema.QueryProductsArgs, 'sort'>>;
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
  product?: Resolver<Schema.Maybe<ResolversTypes['Product']>, ParentType, ContextType>;
  productId?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  requested?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  sufficient?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
};

export type StockLevelResolvers<ContextType = Context, ParentType extends ResolversParentTypes['StockLevel'] = ResolversParentTypes['StockLevel']> = {
  available?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  lowStock?: Resolver<Schema.Maybe<ResolversTypes['Boolean']>, ParentType, ContextType>;
  onHand?: Resolver<Schema.Maybe<ResolversTypes['Int']>, ParentType, ContextType>;
  reserved?: Resolver<Schema.Maybe<ResolversTypes['Int']>, ParentType, ContextType>;
};

export type StockMovementResolvers<ContextType = Context, ParentType extends ResolversParentTypes['StockMovement'] = ResolversParentTypes['StockMovement']> = {
  actor?: Resolver<Schema.Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  at?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  availableChange?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  onHandChange?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  orderId?: Resolver<Schema.Maybe<ResolversTypes['ID']>, ParentType, ContextType>;
  reason?: Resolver<Schema.Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  type?: Resolver<ResolversTypes['StockMovementType'], ParentType, ContextType>;
};

export type StockMovementConnectionResolvers<ContextType = Context, ParentType extends ResolversParentTypes['StockMovementConnection'] = ResolversParentTypes['StockMovementConnection']> = {
  edges?: Resolver<Array<ResolversTypes['StockMovementEdge']>, ParentType, ContextType>;
  nodes?: Resolver<Array<ResolversTypes['StockMovement']>, ParentType, ContextType>;
  pageInfo?: Resolver<ResolversTypes['PageInfo'], ParentType, ContextType>;
  totalCount?: Resolver<Schema.Maybe<ResolversTypes['Int']>, ParentType, ContextType>;
};

export type StockMovementEdgeResolvers<ContextType = Context, ParentType extends ResolversParentTypes['StockMovementEdge'] = ResolversParentTypes['StockMovementEdge']> = {
  cursor?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  node?: Resolver<ResolversTypes['StockMovement'], ParentType, ContextType>;
};

export type StockShortageResolvers<ContextType = Context, ParentType extends ResolversParentTypes['StockShortage'] = ResolversParentTypes['StockShortage']> = {
  available?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  product?: Resolver<Schema.Maybe<ResolversTypes['Product']>, ParentType, ContextType>;
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

