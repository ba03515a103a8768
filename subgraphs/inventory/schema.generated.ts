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

/** A correction of a product's stock. */
export type AdjustStockInput = {
  /** The units to add, or if negative, to take away: -1,000,000,000 to 1,000,000,000, but not 0. */
  delta: Scalars['Int']['input'];
  /** The onHand that the caller last saw. If it is different by now, nothing changes and StaleQuantityError is returned. */
  expectedOnHand?: InputMaybe<Scalars['Int']['input']>;
  /**
   * A unique string that the caller makes up for this change: 1 to 255 characters. The same request with the same key returns
   * the first success with `replayed: true` and changes nothing; a different one returns IdempotencyKeyReusedError.
   */
  idempotencyKey?: InputMaybe<Scalars['String']['input']>;
  /** The product's id. */
  productId: Scalars['ID']['input'];
  /** The reason, kept in the product's movements: 1 to 500 characters, at least one of them visible. */
  reason: Scalars['String']['input'];
};

/** A new product. */
export type CreateProductInput = {
  /** At most 5,000 characters, not counting surrounding white space, which is removed. */
  description?: InputMaybe<Scalars['String']['input']>;
  /** The units in the warehouse: 0 to 1,000,000,000. */
  initialStock?: Scalars['Int']['input'];
  /** The stock counts as low when this many units or fewer are available: 0 to 1,000,000,000. */
  lowStockThreshold?: Scalars['Int']['input'];
  /** 1 to 200 characters, not counting surrounding white space, which is removed. At least one must be visible. */
  name: Scalars['String']['input'];
  /** The price of one unit. */
  price: MoneyInput;
  /** 1 to 64 characters: letters, digits, dots, hyphens and underscores. Must be unique, and can't be changed later. */
  sku: Scalars['String']['input'];
};

/** The outcome of createProduct. */
export type CreateProductResult = CreateProductSuccess | InvalidInputError | SkuTakenError;

/** The product was added. */
export type CreateProductSuccess = {
  __typename?: 'CreateProductSuccess';
  /** The new product. */
  product: Product;
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
  /**
   * Staff only. Corrects the stock up or down, for example after a delivery or a count. Units reserved for orders can't be taken
   * away: that is InsufficientStockError.
   */
  adjustStock?: Maybe<StockChangeResult>;
  /**
   * Internal, for the orders subgraph only. Records that the reserved units have shipped. Idempotent by orderId. Returns the
   * reservation's state after the call; null if the order has no reservation.
   */
  commitReservation?: Maybe<ReservationState>;
  /** Staff only. Adds a product with its initial stock. Sending it again returns SkuTakenError. */
  createProduct?: Maybe<CreateProductResult>;
  /**
   * Staff only. Takes units out of stock without an order, for example damaged goods. Takes at most what is available, otherwise
   * InsufficientStockError.
   */
  reduceStock?: Maybe<StockChangeResult>;
  /**
   * Internal, for the orders subgraph only. Makes the reserved units available again. Idempotent by orderId. Returns the
   * reservation's state after the call. If the order has no reservation, it returns RELEASED, and none can be made any more.
   */
  releaseReservation: ReservationState;
  /**
   * Internal, for the orders subgraph only. Reserves all lines of an order or none. Idempotent by orderId: a repeated call
   * returns the first reservation. Different lines for the same order are a bug, and a top-level error.
   */
  reserveStock: ReserveStockResult;
  /**
   * Staff only. Changes a product's details, but not its stock: see adjustStock and reduceStock. Confirmed orders keep their
   * prices and names.
   */
  updateProduct?: Maybe<UpdateProductResult>;
};


/**
 * Everything that can be changed. A mutation returns a union of its success and its expected refusals. A top-level error means
 * that there is no result: UNAUTHENTICATED (there is no token) or FORBIDDEN (a token that may not; nothing was done either
 * way), or an outage such as UPSTREAM_UNAVAILABLE, SERVICE_UNAVAILABLE or DEADLINE_EXCEEDED (it may have been done). Root
 * fields are nullable: if one of several mutations fails, it is null with an error, and the results of the others are still
 * returned.
 */
export type MutationAdjustStockArgs = {
  input: AdjustStockInput;
};


/**
 * Everything that can be changed. A mutation returns a union of its success and its expected refusals. A top-level error means
 * that there is no result: UNAUTHENTICATED (there is no token) or FORBIDDEN (a token that may not; nothing was done either
 * way), or an outage such as UPSTREAM_UNAVAILABLE, SERVICE_UNAVAILABLE or DEADLINE_EXCEEDED (it may have been done). Root
 * fields are nullable: if one of several mutations fails, it is null with an error, and the results of the others are still
 * returned.
 */
export type MutationCommitReservationArgs = {
  orderId: Scalars['ID']['input'];
};


/**
 * Everything that can be changed. A mutation returns a union of its success and its expected refusals. A top-level error means
 * that there is no result: UNAUTHENTICATED (there is no token) or FORBIDDEN (a token that may not; nothing was done either
 * way), or an outage such as UPSTREAM_UNAVAILABLE, SERVICE_UNAVAILABLE or DEADLINE_EXCEEDED (it may have been done). Root
 * fields are nullable: if one of several mutations fails, it is null with an error, and the results of the others are still
 * returned.
 */
export type MutationCreateProductArgs = {
  input: CreateProductInput;
};


/**
 * Everything that can be changed. A mutation returns a union of its success and its expected refusals. A top-level error means
 * that there is no result: UNAUTHENTICATED (there is no token) or FORBIDDEN (a token that may not; nothing was done either
 * way), or an outage such as UPSTREAM_UNAVAILABLE, SERVICE_UNAVAILABLE or DEADLINE_EXCEEDED (it may have been done). Root
 * fields are nullable: if one of several mutations fails, it is null with an error, and the results of the others are still
 * returned.
 */
export type MutationReduceStockArgs = {
  input: ReduceStockInput;
};


/**
 * Everything that can be changed. A mutation returns a union of its success and its expected refusals. A top-level error means
 * that there is no result: UNAUTHENTICATED (there is no token) or FORBIDDEN (a token that may not; nothing was done either
 * way), or an outage such as UPSTREAM_UNAVAILABLE, SERVICE_UNAVAILABLE or DEADLINE_EXCEEDED (it may have been done). Root
 * fields are nullable: if one of several mutations fails, it is null with an error, and the results of the others are still
 * returned.
 */
export type MutationReleaseReservationArgs = {
  orderId: Scalars['ID']['input'];
};


/**
 * Everything that can be changed. A mutation returns a union of its success and its expected refusals. A top-level error means
 * that there is no result: UNAUTHENTICATED (there is no token) or FORBIDDEN (a token that may not; nothing was done either
 * way), or an outage such as UPSTREAM_UNAVAILABLE, SERVICE_UNAVAILABLE or DEADLINE_EXCEEDED (it may have been done). Root
 * fields are nullable: if one of several mutations fails, it is null with an error, and the results of the others are still
 * returned.
 */
export type MutationReserveStockArgs = {
  lines: Array<StockLineInput>;
  orderId: Scalars['ID']['input'];
};


/**
 * Everything that can be changed. A mutation returns a union of its success and its expected refusals. A top-level error means
 * that there is no result: UNAUTHENTICATED (there is no token) or FORBIDDEN (a token that may not; nothing was done either
 * way), or an outage such as UPSTREAM_UNAVAILABLE, SERVICE_UNAVAILABLE or DEADLINE_EXCEEDED (it may have been done). Root
 * fields are nullable: if one of several mutations fails, it is null with an error, and the results of the others are still
 * returned.
 */
export type MutationUpdateProductArgs = {
  input: UpdateProductInput;
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

/** Something that is sold. */
export type Product = {
  __typename?: 'Product';
  /** When the product was added. */
  createdAt: Scalars['DateTime']['output'];
  /** The product's description: at most 5,000 characters; null if it has none. */
  description?: Maybe<Scalars['String']['output']>;
  /** 24 lower-case hexadecimal digits. */
  id: Scalars['ID']['output'];
  /**
   * Staff only (for others null with a FORBIDDEN error, without a token UNAUTHENTICATED). All changes to the product's stock,
   * newest first. Invalid page arguments are a BAD_USER_INPUT error.
   */
  movements?: Maybe<StockMovementConnection>;
  /** The product's name: 1 to 200 characters. */
  name: Scalars['String']['output'];
  /** The current price of one unit. An order keeps the price at which its stock was reserved. */
  price: Money;
  /** The stock-keeping unit: 1 to 64 characters. No two products have the same one, and it never changes. */
  sku: Scalars['String']['output'];
  /** How many units there are. */
  stock: StockLevel;
  /** When the product's details last changed (not its stock); equal to createdAt if they never did. */
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
  /** The rows, each with its cursor. */
  edges: Array<ProductEdge>;
  /** The rows without cursors. */
  nodes: Array<Product>;
  /** Whether there are more pages, and the cursors to fetch them with. */
  pageInfo: PageInfo;
  /** How many products match the filter, over all pages. Counted only when selected; null with an error if counting failed. */
  totalCount?: Maybe<Scalars['Int']['output']>;
};

/** A product and its place in the list. */
export type ProductEdge = {
  __typename?: 'ProductEdge';
  /** Opaque. Pass it as `after` or `before` of the same list with the same sort; otherwise a BAD_USER_INPUT error. */
  cursor: Scalars['String']['output'];
  /** The product. */
  node: Product;
};

/** Conditions on products. All that are given must hold. */
export type ProductFilter = {
  /** Any of these ids, at most 100; more are a BAD_USER_INPUT error. Unknown ids are ignored. */
  ids?: InputMaybe<Array<Scalars['ID']['input']>>;
  /** true: at least one unit is available; false: none is. */
  inStock?: InputMaybe<Scalars['Boolean']['input']>;
  /** Staff only (a FORBIDDEN error for others, UNAUTHENTICATED without a token). Whether available is at or below the product's lowStockThreshold. */
  lowStock?: InputMaybe<Scalars['Boolean']['input']>;
  /**
   * A part of the name or of the SKU, ignoring case, accents and surrounding white space: `elodie` finds `Élodie`. At most 100
   * characters, otherwise a BAD_USER_INPUT error. Scans all products, so don't call it on every page view.
   */
  search?: InputMaybe<Scalars['String']['input']>;
  /** Any of these SKUs, in their exact case, at most 100; more are a BAD_USER_INPUT error. Unknown SKUs are ignored. */
  skus?: InputMaybe<Array<Scalars['String']['input']>>;
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

/** How to sort a list of products. */
export type ProductSort = {
  /** The direction: ascending by default. */
  direction?: SortDirection;
  /** The field to sort by. */
  field: ProductSortField;
};

/** The fields that products can be sorted by. */
export type ProductSortField =
  /** The units available now. */
  | 'AVAILABLE'
  /** When the product was added. */
  | 'CREATED_AT'
  /** The name, ignoring case and accents: `Äpfel` comes before `banana`. */
  | 'NAME'
  /** The price's amount in minor units, ignoring the currency. */
  | 'PRICE';

/**
 * Everything that can be read. Root fields are nullable: if a subgraph doesn't answer, its fields are null with an
 * UPSTREAM_UNAVAILABLE error, and the rest of the query is still answered.
 */
export type Query = {
  __typename?: 'Query';
  /**
   * Checks whether enough units of each product are available. Needs no token. Returns one result for each line, in the same
   * order. Nothing is set aside: only createOrder reserves stock. More than 100 lines are a BAD_USER_INPUT error.
   */
  checkStock?: Maybe<Array<StockCheck>>;
  /** One product; null if there is no product with this id. Needs no token. */
  product?: Maybe<Product>;
  /**
   * Products, newest first unless sorted otherwise. Needs no token. Invalid page arguments or filters are a BAD_USER_INPUT
   * error. When sorted by something that changes (PRICE, AVAILABLE), a product that changed between two pages may be skipped or
   * repeated.
   */
  products?: Maybe<ProductConnection>;
};


/**
 * Everything that can be read. Root fields are nullable: if a subgraph doesn't answer, its fields are null with an
 * UPSTREAM_UNAVAILABLE error, and the rest of the query is still answered.
 */
export type QueryCheckStockArgs = {
  lines: Array<StockLineInput>;
};


/**
 * Everything that can be read. Root fields are nullable: if a subgraph doesn't answer, its fields are null with an
 * UPSTREAM_UNAVAILABLE error, and the rest of the query is still answered.
 */
export type QueryProductArgs = {
  id: Scalars['ID']['input'];
};


/**
 * Everything that can be read. Root fields are nullable: if a subgraph doesn't answer, its fields are null with an
 * UPSTREAM_UNAVAILABLE error, and the rest of the query is still answered.
 */
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
  /**
   * A unique string that the caller makes up for this change: 1 to 255 characters. The same request with the same key returns
   * the first success with `replayed: true` and changes nothing; a different one returns IdempotencyKeyReusedError.
   */
  idempotencyKey?: InputMaybe<Scalars['String']['input']>;
  /** The product's id. */
  productId: Scalars['ID']['input'];
  /** The number of units: 1 to 1,000,000,000. */
  quantity: Scalars['Int']['input'];
  /** The reason, kept in the product's movements: at most 500 characters. */
  reason?: InputMaybe<Scalars['String']['input']>;
};

/** Stock reserved for an order. */
export type Reservation = {
  __typename?: 'Reservation';
  /** What is reserved, sorted by product id. */
  lines: Array<ReservedLine>;
  /** The order's id. */
  orderId: Scalars['ID']['output'];
};

/** The order's reservation was already released or committed, and can't be made again. */
export type ReservationClosed = {
  __typename?: 'ReservationClosed';
  /** The order's id. */
  orderId: Scalars['ID']['output'];
  /** The reservation's state. */
  state: ReservationState;
};

/** The states of a reservation. */
export type ReservationState =
  /** The stock has shipped. */
  | 'COMMITTED'
  /** The stock is reserved. */
  | 'HELD'
  /** The stock was given back or never taken. It can't be reserved for this order again. */
  | 'RELEASED';

/** The outcome of reserveStock. */
export type ReserveStockResult = InsufficientStockError | MixedCurrencyError | ProductNotFoundError | Reservation | ReservationClosed;

/** A product as it was when its stock was reserved. The order keeps this snapshot. */
export type ReservedLine = {
  __typename?: 'ReservedLine';
  /** The product's name at that moment. */
  name: Scalars['String']['output'];
  /** The product's id. */
  productId: Scalars['ID']['output'];
  /** The units reserved. */
  quantity: Scalars['Int']['output'];
  /** The product's SKU. */
  sku: Scalars['String']['output'];
  /** The price of one unit at that moment. */
  unitPrice: Money;
};

/** Another product already has this SKU. Nothing was changed. */
export type SkuTakenError = UserError & {
  __typename?: 'SkuTakenError';
  /** Always `SKU_TAKEN`. */
  code: ErrorCode;
  /** An English sentence for people. */
  message: Scalars['String']['output'];
  /** The SKU. */
  sku: Scalars['String']['output'];
};

/** The direction in which a list is sorted. */
export type SortDirection =
  /** Smallest, oldest or alphabetically first row first. */
  | 'ASC'
  /** Largest, newest or alphabetically last row first. */
  | 'DESC';

/** The quantity on hand is not expectedOnHand. Nothing was changed, and the idempotency key can still be used. */
export type StaleQuantityError = UserError & {
  __typename?: 'StaleQuantityError';
  /** The product's onHand at that moment. */
  actualOnHand: Scalars['Int']['output'];
  /** Always `STALE_QUANTITY`. */
  code: ErrorCode;
  /** An English sentence for people. */
  message: Scalars['String']['output'];
};

/** The outcome of reduceStock and adjustStock. */
export type StockChangeResult = IdempotencyKeyReusedError | InsufficientStockError | InvalidInputError | ProductNotFoundError | StaleQuantityError | StockChangeSuccess;

/** The stock was changed, by this request or by an earlier one with the same idempotency key. */
export type StockChangeSuccess = {
  __typename?: 'StockChangeSuccess';
  /** The movement that records the change. */
  movement: StockMovement;
  /** The product as it is now. */
  product: Product;
  /** True if an earlier request with this idempotency key made the change, and this one changed nothing. */
  replayed: Scalars['Boolean']['output'];
};

/** Whether enough units of a product are available. */
export type StockCheck = {
  __typename?: 'StockCheck';
  /** The units available now; 0 if the product doesn't exist. */
  available: Scalars['Int']['output'];
  /** The product; null if it doesn't exist. */
  product?: Maybe<Product>;
  /** The requested product's id; of one with more than 100 characters, its beginning. */
  productId: Scalars['ID']['output'];
  /** The units requested. */
  requested: Scalars['Int']['output'];
  /** Whether at least the requested units are available. False if the product doesn't exist or requested is below 1. */
  sufficient: Scalars['Boolean']['output'];
};

/**
 * How many units of a product there are: onHand = available + reserved. Placing an order lowers available; shipping it lowers
 * onHand. All fields but available are for staff only: for others they are null with a FORBIDDEN error, without
 * a token UNAUTHENTICATED.
 */
export type StockLevel = {
  __typename?: 'StockLevel';
  /** The units that can be ordered now: 0 to 1,000,000,000. */
  available: Scalars['Int']['output'];
  /** Staff only. Whether available is at or below the product's lowStockThreshold. */
  lowStock?: Maybe<Scalars['Boolean']['output']>;
  /** Staff only. The units in the warehouse, including those reserved for orders: 0 to 1,000,000,000. */
  onHand?: Maybe<Scalars['Int']['output']>;
  /** Staff only. The units reserved for orders that have not shipped yet. */
  reserved?: Maybe<Scalars['Int']['output']>;
};

/** A number of units of a product. */
export type StockLineInput = {
  /** The product's id. */
  productId: Scalars['ID']['input'];
  /** The number of units: at least 1. */
  quantity: Scalars['Int']['input'];
};

/** A change to a product's stock. All movements of a product add up to its onHand and available. */
export type StockMovement = {
  __typename?: 'StockMovement';
  /** Who made the change: the subject (`sub`) of the caller's token; null if unknown. */
  actor?: Maybe<Scalars['String']['output']>;
  /** When it happened. */
  at: Scalars['DateTime']['output'];
  /** The units added to available; negative if units were taken away. */
  availableChange: Scalars['Int']['output'];
  /** 24 lower-case hexadecimal digits. */
  id: Scalars['ID']['output'];
  /** The units added to onHand; negative if units were taken away. */
  onHandChange: Scalars['Int']['output'];
  /** The order that caused the change; null if no order did. */
  orderId?: Maybe<Scalars['ID']['output']>;
  /** The reason that staff gave; null if none was given. */
  reason?: Maybe<Scalars['String']['output']>;
  /** What kind of change it was. */
  type: StockMovementType;
};

/** A page of stock movements. */
export type StockMovementConnection = {
  __typename?: 'StockMovementConnection';
  /** The rows, each with its cursor. */
  edges: Array<StockMovementEdge>;
  /** The rows without cursors. */
  nodes: Array<StockMovement>;
  /** Whether there are more pages, and the cursors to fetch them with. */
  pageInfo: PageInfo;
  /** How many movements the product has, over all pages. Counted only when selected; null with an error if counting failed. */
  totalCount?: Maybe<Scalars['Int']['output']>;
};

/** A stock movement and its place in the list. */
export type StockMovementEdge = {
  __typename?: 'StockMovementEdge';
  /** Opaque. Pass it as `after` or `before` of the same list. */
  cursor: Scalars['String']['output'];
  /** The movement. */
  node: StockMovement;
};

/** The kinds of stock movement. */
export type StockMovementType =
  /** adjustStock changed onHand and available. */
  | 'ADJUSTED'
  /** An order shipped: onHand fell. */
  | 'COMMITTED'
  /** The initial stock of a new product. */
  | 'RECEIVED'
  /** reduceStock lowered onHand and available. */
  | 'REDUCED'
  /** An order's reservation was given back: available rose again. */
  | 'RELEASED'
  /** Units were reserved for an order: available fell. */
  | 'RESERVED';

/** A product of which fewer units are available than were requested. */
export type StockShortage = {
  __typename?: 'StockShortage';
  /** The units that were available at that moment. May have changed since. */
  available: Scalars['Int']['output'];
  /** The product as it is now; null with an UPSTREAM_UNAVAILABLE error if the inventory subgraph doesn't answer. */
  product?: Maybe<Product>;
  /** The product's id. */
  productId: Scalars['ID']['output'];
  /** The units requested, summed over all lines with this product. */
  requested: Scalars['Int']['output'];
};

/** Changes to a product. Fields that are left out keep their values; so do those that are null, except description. */
export type UpdateProductInput = {
  /** At most 5,000 characters, not counting surrounding white space, which is removed; null removes the description. */
  description?: InputMaybe<Scalars['String']['input']>;
  /** The product's id. */
  id: Scalars['ID']['input'];
  /** The stock counts as low when this many units or fewer are available: 0 to 1,000,000,000. */
  lowStockThreshold?: InputMaybe<Scalars['Int']['input']>;
  /** 1 to 200 characters, not counting surrounding white space, which is removed. At least one must be visible. */
  name?: InputMaybe<Scalars['String']['input']>;
  /** The new price of one unit. Confirmed orders keep theirs. */
  price?: InputMaybe<MoneyInput>;
};

/** The outcome of updateProduct. */
export type UpdateProductResult = InvalidInputError | ProductNotFoundError | UpdateProductSuccess;

/** The product now has the requested values. */
export type UpdateProductSuccess = {
  __typename?: 'UpdateProductSuccess';
  /** The product after the change. */
  product: Product;
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
