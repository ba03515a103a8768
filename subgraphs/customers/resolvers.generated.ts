import type * as Schema from './schema.generated.ts';
import type { Customer } from './schema.generated.ts';
import type { GraphQLResolveInfo, GraphQLScalarType, GraphQLScalarTypeConfig } from 'graphql';
import type { CustomerConnection as CustomerConnectionShape } from './service.ts';
import type { Context } from './context.ts';
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
    | ( Schema.CreateCustomerSuccess )
    | ( Schema.EmailTakenError )
    | ( Schema.InvalidInputError )
  ;
  UpdateCustomerResult:
    | ( Schema.CustomerNotFoundError )
    | ( Schema.EmailTakenError )
    | ( Schema.InvalidInputError )
    | ( Schema.UpdateCustomerSuccess )
  ;
};

/** Mapping of interface types */
export type ResolversInterfaceTypes<_RefType extends Record<string, unknown>> = {
  UserError:
    | ( Schema.CustomerNotFoundError )
    | ( Schema.EmailTakenError )
    | ( Schema.IdempotencyKeyReusedError )
    | ( Schema.InsufficientStockError )
    | ( Schema.InvalidInputError )
    | ( Schema.MixedCurrencyError )
    | ( Schema.ProductNotFoundError )
  ;
};

/** Mapping between all available schema types and the resolvers types */
export type ResolversTypes = {
  CreateCustomerInput: Schema.CreateCustomerInput;
  String: ResolverTypeWrapper<Schema.Scalars['String']['output']>;
  CreateCustomerResult: ResolverTypeWrapper<ResolversUnionTypes<ResolversTypes>['CreateCustomerResult']>;
  CreateCustomerSuccess: ResolverTypeWrapper<Schema.CreateCustomerSuccess>;
  Customer: ResolverTypeWrapper<Schema.Customer>;
  ID: ResolverTypeWrapper<Schema.Scalars['ID']['output']>;
  CustomerConnection: ResolverTypeWrapper<CustomerConnectionShape>;
  Int: ResolverTypeWrapper<Schema.Scalars['Int']['output']>;
  CustomerEdge: ResolverTypeWrapper<Schema.CustomerEdge>;
  CustomerFilter: Schema.CustomerFilter;
  CustomerNotFoundError: ResolverTypeWrapper<Schema.CustomerNotFoundError>;
  DateTime: ResolverTypeWrapper<Schema.Scalars['DateTime']['output']>;
  EmailTakenError: ResolverTypeWrapper<Schema.EmailTakenError>;
  ErrorCode: Schema.ErrorCode;
  FieldError: ResolverTypeWrapper<Schema.FieldError>;
  IdempotencyKeyReusedError: ResolverTypeWrapper<Schema.IdempotencyKeyReusedError>;
  InsufficientStockError: ResolverTypeWrapper<Schema.InsufficientStockError>;
  InvalidInputError: ResolverTypeWrapper<Schema.InvalidInputError>;
  MixedCurrencyError: ResolverTypeWrapper<Schema.MixedCurrencyError>;
  Money: ResolverTypeWrapper<Schema.Money>;
  MoneyInput: Schema.MoneyInput;
  Mutation: ResolverTypeWrapper<Record<PropertyKey, never>>;
  PageInfo: ResolverTypeWrapper<Schema.PageInfo>;
  Boolean: ResolverTypeWrapper<Schema.Scalars['Boolean']['output']>;
  ProductNotFoundError: ResolverTypeWrapper<Schema.ProductNotFoundError>;
  Query: ResolverTypeWrapper<Record<PropertyKey, never>>;
  SafeInt: ResolverTypeWrapper<Schema.Scalars['SafeInt']['output']>;
  SortDirection: Schema.SortDirection;
  StockShortage: ResolverTypeWrapper<Schema.StockShortage>;
  UpdateCustomerInput: Schema.UpdateCustomerInput;
  UpdateCustomerResult: ResolverTypeWrapper<ResolversUnionTypes<ResolversTypes>['UpdateCustomerResult']>;
  UpdateCustomerSuccess: ResolverTypeWrapper<Schema.UpdateCustomerSuccess>;
  UserError: ResolverTypeWrapper<ResolversInterfaceTypes<ResolversTypes>['UserError']>;
};

/** Mapping between all available schema types and the resolvers parents */
export type ResolversParentTypes = {
  CreateCustomerInput: Schema.CreateCustomerInput;
  String: Schema.Scalars['String']['output'];
  CreateCustomerResult: ResolversUnionTypes<ResolversParentTypes>['CreateCustomerResult'];
  CreateCustomerSuccess: Schema.CreateCustomerSuccess;
  Customer: Schema.Customer | FederationReferenceTypes['Customer'];
  ID: Schema.Scalars['ID']['output'];
  CustomerConnection: CustomerConnectionShape;
  Int: Schema.Scalars['Int']['output'];
  CustomerEdge: Schema.CustomerEdge;
  CustomerFilter: Schema.CustomerFilter;
  CustomerNotFoundError: Schema.CustomerNotFoundError;
  DateTime: Schema.Scalars['DateTime']['output'];
  EmailTakenError: Schema.EmailTakenError;
  FieldError: Schema.FieldError;
  IdempotencyKeyReusedError: Schema.IdempotencyKeyReusedError;
  InsufficientStockError: Schema.InsufficientStockError;
  InvalidInputError: Schema.InvalidInputError;
  MixedCurrencyError: Schema.MixedCurrencyError;
  Money: Schema.Money;
  MoneyInput: Schema.MoneyInput;
  Mutation: Record<PropertyKey, never>;
  PageInfo: Schema.PageInfo;
  Boolean: Schema.Scalars['Boolean']['output'];
  ProductNotFoundError: Schema.ProductNotFoundError;
  Query: Record<PropertyKey, never>;
  SafeInt: Schema.Scalars['SafeInt']['output'];
  StockShortage: Schema.StockShortage;
  UpdateCustomerInput: Schema.UpdateCustomerInput;
  UpdateCustomerResult: ResolversUnionTypes<ResolversParentTypes>['UpdateCustomerResult'];
  UpdateCustomerSuccess: Schema.UpdateCustomerSuccess;
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
  __resolveReference?: ReferenceResolver<Schema.Maybe<ResolversTypes['Customer']> | FederationReferenceType, FederationReferenceType, ContextType>;
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
  totalCount?: Resolver<Schema.Maybe<ResolversTypes['Int']>, ParentType, ContextType>;
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
  createCustomer?: Resolver<Schema.Maybe<ResolversTypes['CreateCustomerResult']>, ParentType, ContextType, RequireFields<Schema.MutationCreateCustomerArgs, 'input'>>;
  updateCustomer?: Resolver<Schema.Maybe<ResolversTypes['UpdateCustomerResult']>, ParentType, ContextType, RequireFields<Schema.MutationUpdateCustomerArgs, 'input'>>;
};

export type PageInfoResolvers<ContextType = Context, ParentType extends ResolversParentTypes['PageInfo'] = ResolversParentTypes['PageInfo']> = {
  endCursor?: Resolver<Schema.Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  hasNextPage?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  hasPreviousPage?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  startCursor?: Resolver<Schema.Maybe<ResolversTypes['String']>, ParentType, ContextType>;
};

export type ProductNotFoundErrorResolvers<ContextType = Context, ParentType extends ResolversParentTypes['ProductNotFoundError'] = ResolversParentTypes['ProductNotFoundError']> = {
  code?: Resolver<ResolversTypes['ErrorCode'], ParentType, ContextType>;
  message?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  productIds?: Resolver<Array<ResolversTypes['ID']>, ParentType, ContextType>;
  __isTypeOf?: IsTypeOfResolverFn<ParentType, ContextType>;
};

export type QueryResolvers<ContextType = Context, ParentType extends ResolversParentTypes['Query'] = ResolversParentTypes['Query']> = {
  customer?: Resolver<Schema.Maybe<ResolversTypes['Customer']>, ParentType, ContextType, RequireFields<Schema.QueryCustomerArgs, 'id'>>;
  customers?: Resolver<Schema.Maybe<ResolversTypes['CustomerConnection']>, ParentType, ContextType, Partial<Schema.QueryCustomersArgs>>;
  me?: Resolver<Schema.Maybe<ResolversTypes['Customer']>, ParentType, ContextType>;
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

