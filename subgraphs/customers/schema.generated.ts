export type Maybe<T> = T | null;
export type InputMaybe<T> = T | null | undefined;
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
