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

/** An order to cancel. */
export type CancelOrderInput = {
  /** The version that the caller last saw. If it is different by now, nothing changes and VersionConflictError is returned. */
  expectedVersion?: InputMaybe<Scalars['Int']['input']>;
  /** The order's id. */
  orderId: Scalars['ID']['input'];
  /** Why it is cancelled. Kept in the order's events. FRAUD and STAFF are for staff: from customers a BAD_USER_INPUT error. */
  reason: CancelReason;
};

/** Why an order is cancelled. */
export type CancelReason =
  /** The customer changed their mind. */
  | 'CUSTOMER'
  /** The order looked fraudulent. For staff only. */
  | 'FRAUD'
  /** The goods turned out to be missing. */
  | 'INVENTORY'
  /** Any other reason. */
  | 'OTHER'
  /** Staff made a mistake, or decided to cancel it. For staff only. */
  | 'STAFF';

/** An order to place. */
export type CreateOrderInput = {
  /** The customer's id. */
  customerId: Scalars['ID']['input'];
  /**
   * The total that the buyer was shown. If the stock would be reserved at another total (amount or currency), the order is
   * refused with PriceChangedError and no stock is kept. Without it, the order is placed at whatever the prices are.
   */
  expectedTotal?: InputMaybe<MoneyInput>;
  /**
   * A unique string that the caller makes up for this order, 1 to 255 characters; keys of different customers don't clash. The
   * same key with the same items and expectedTotal returns the same order (`replayed: true`) or the same refusal, and nothing
   * happens twice. With different ones it returns IdempotencyKeyReusedError. The client SDK always sends a key.
   */
  idempotencyKey?: InputMaybe<Scalars['String']['input']>;
  /** What to order: at most 1,000 items. After merging: 1 to 100 products, and at most 100,000 units in all. */
  items: Array<OrderItemInput>;
};

/** The outcome of createOrder. */
export type CreateOrderResult = CreateOrderSuccess | CustomerNotFoundError | IdempotencyKeyReusedError | InsufficientStockError | InvalidInputError | MixedCurrencyError | PriceChangedError | ProductNotFoundError;

/**
 * The order was accepted. Its status is CONFIRMED, or PENDING if another subgraph didn't answer in time; or another one if it has
 * moved on already.
 */
export type CreateOrderSuccess = {
  __typename?: 'CreateOrderSuccess';
  /** The order as it is now. */
  order: Order;
  /** True if an earlier request with this idempotency key placed the order, and this one placed nothing. */
  replayed: Scalars['Boolean']['output'];
};

/** A person who buys. */
export type Customer = {
  __typename?: 'Customer';
  /** 24 lower-case hexadecimal digits. */
  id: Scalars['ID']['output'];
  /**
   * The customer's orders, newest first unless sorted otherwise, without REJECTED ones unless the filter asks for them; null with
   * an UPSTREAM_UNAVAILABLE error if the orders subgraph doesn't answer. Invalid page arguments are a BAD_USER_INPUT error.
   */
  orders?: Maybe<OrderConnection>;
};


/** A person who buys. */
export type CustomerOrdersArgs = {
  after?: InputMaybe<Scalars['String']['input']>;
  before?: InputMaybe<Scalars['String']['input']>;
  filter?: InputMaybe<CustomerOrderFilter>;
  first?: InputMaybe<Scalars['Int']['input']>;
  last?: InputMaybe<Scalars['Int']['input']>;
  sort?: InputMaybe<OrderSort>;
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

/** Conditions on one customer's orders. All that are given must hold. Without `status`, REJECTED orders are left out. */
export type CustomerOrderFilter = {
  /** Orders placed at or after this moment. */
  createdFrom?: InputMaybe<Scalars['DateTime']['input']>;
  /** Orders placed before this moment. */
  createdTo?: InputMaybe<Scalars['DateTime']['input']>;
  /** Orders with any of these statuses; without it, all but REJECTED. An empty list matches nothing. */
  status?: InputMaybe<Array<OrderStatus>>;
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

/** The order's status doesn't allow this change. Nothing was changed. */
export type IllegalTransitionError = UserError & {
  __typename?: 'IllegalTransitionError';
  /** The statuses that the order can be moved to. */
  allowed: Array<OrderStatus>;
  /** Always `ILLEGAL_TRANSITION`. */
  code: ErrorCode;
  /** The order's current status. */
  from: OrderStatus;
  /** An English sentence for people. */
  message: Scalars['String']['output'];
  /** The requested status. */
  to: OrderStatus;
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
   * Cancels a PENDING or CONFIRMED order and gives its stock back. Customers cancel their own, staff any; another's order returns
   * OrderNotFoundError. Cancelling a cancelled order again succeeds and changes nothing.
   */
  cancelOrder?: Maybe<OrderChangeResult>;
  /**
   * Places an order: checks the customer, reserves all of its stock at current prices, and confirms it, or refuses it as a
   * whole. Customers order for themselves, staff for anybody; any other customerId returns CustomerNotFoundError. If another
   * subgraph doesn't answer in time, the order stays PENDING and is settled as soon as it can be: poll it with `order`. Send an
   * idempotencyKey, so that the call can be repeated safely if its answer is lost.
   */
  createOrder?: Maybe<CreateOrderResult>;
  /**
   * Staff only. Moves an order from CONFIRMED to SHIPPED (its units leave the stock) or from SHIPPED to DELIVERED. Anything else
   * returns IllegalTransitionError; to cancel, use cancelOrder. If the order already has the status, it succeeds and changes
   * nothing.
   */
  transitionOrder?: Maybe<OrderChangeResult>;
};


/**
 * Everything that can be changed. A mutation returns a union of its success and its expected refusals. A top-level error means
 * that there is no result: UNAUTHENTICATED (there is no token) or FORBIDDEN (a token that may not; nothing was done either
 * way), or an outage such as UPSTREAM_UNAVAILABLE, SERVICE_UNAVAILABLE or DEADLINE_EXCEEDED (it may have been done). Root
 * fields are nullable: if one of several mutations fails, it is null with an error, and the results of the others are still
 * returned.
 */
export type MutationCancelOrderArgs = {
  input: CancelOrderInput;
};


/**
 * Everything that can be changed. A mutation returns a union of its success and its expected refusals. A top-level error means
 * that there is no result: UNAUTHENTICATED (there is no token) or FORBIDDEN (a token that may not; nothing was done either
 * way), or an outage such as UPSTREAM_UNAVAILABLE, SERVICE_UNAVAILABLE or DEADLINE_EXCEEDED (it may have been done). Root
 * fields are nullable: if one of several mutations fails, it is null with an error, and the results of the others are still
 * returned.
 */
export type MutationCreateOrderArgs = {
  input: CreateOrderInput;
};


/**
 * Everything that can be changed. A mutation returns a union of its success and its expected refusals. A top-level error means
 * that there is no result: UNAUTHENTICATED (there is no token) or FORBIDDEN (a token that may not; nothing was done either
 * way), or an outage such as UPSTREAM_UNAVAILABLE, SERVICE_UNAVAILABLE or DEADLINE_EXCEEDED (it may have been done). Root
 * fields are nullable: if one of several mutations fails, it is null with an error, and the results of the others are still
 * returned.
 */
export type MutationTransitionOrderArgs = {
  input: TransitionOrderInput;
};

/** What a customer bought, or tried to buy. */
export type Order = {
  __typename?: 'Order';
  /** The statuses that cancelOrder (CANCELLED) and transitionOrder (the others) can move it to. Empty if it is final. */
  allowedTransitions: Array<OrderStatus>;
  /** When the order was placed. */
  createdAt: Scalars['DateTime']['output'];
  /**
   * The customer; null if there is no such customer, or with an UPSTREAM_UNAVAILABLE error if the customers subgraph doesn't
   * answer. While the order is PENDING, that is still being checked: select `name` to be sure.
   */
  customer?: Maybe<Customer>;
  /** The customer's id as it was sent, whether or not the customer exists. */
  customerId: Scalars['ID']['output'];
  /** The order's history, oldest event first. The first is PLACED. */
  events: Array<OrderEvent>;
  /** 24 lower-case hexadecimal digits. */
  id: Scalars['ID']['output'];
  /** What was ordered: one item for each product, sorted by product id. Never empty. */
  items: Array<OrderItem>;
  /** The number to tell people, unique: 10 characters of Crockford's base 32, such as `7K3M9QX2TB`. */
  number: Scalars['String']['output'];
  /** Why the order was refused; null unless its status is REJECTED. */
  rejection?: Maybe<OrderRejection>;
  /** The current status. */
  status: OrderStatus;
  /** The sum of all lineTotals; null until the stock is reserved, and if it never was. */
  total?: Maybe<Money>;
  /** When its status last changed; equal to createdAt if it never did. */
  updatedAt: Scalars['DateTime']['output'];
  /** 1 at first, and one more with every change of status. Use it for polling, and as expectedVersion. */
  version: Scalars['Int']['output'];
};

/** The outcome of cancelOrder and transitionOrder. */
export type OrderChangeResult = IllegalTransitionError | OrderChangeSuccess | OrderNotFoundError | VersionConflictError;

/** The order has the requested status. */
export type OrderChangeSuccess = {
  __typename?: 'OrderChangeSuccess';
  /** The order as it is now. */
  order: Order;
};

/** A page of orders. */
export type OrderConnection = {
  __typename?: 'OrderConnection';
  /** The rows, each with its cursor. */
  edges: Array<OrderEdge>;
  /** The rows without cursors. */
  nodes: Array<Order>;
  /** Whether there are more pages, and the cursors to fetch them with. */
  pageInfo: PageInfo;
  /** How many orders match the filter, over all pages. Counted only when selected; null with an error if counting failed. */
  totalCount?: Maybe<Scalars['Int']['output']>;
};

/** An order and its place in the list. */
export type OrderEdge = {
  __typename?: 'OrderEdge';
  /** Opaque. Pass it as `after` or `before` of the same list with the same sort; otherwise a BAD_USER_INPUT error. */
  cursor: Scalars['String']['output'];
  /** The order. */
  node: Order;
};

/** An event in an order's history. */
export type OrderEvent = {
  __typename?: 'OrderEvent';
  /**
   * For staff: who asked for it, as the subject (`sub`) of the caller's token; null if unknown, or if it happened automatically.
   * Always null for customers.
   */
  actor?: Maybe<Scalars['String']['output']>;
  /** When it happened. */
  at: Scalars['DateTime']['output'];
  /** Why the order was cancelled; null for all other events. */
  cancelReason?: Maybe<CancelReason>;
  /** The status before; null for PLACED. */
  from?: Maybe<OrderStatus>;
  /** The status after. */
  to: OrderStatus;
  /** What happened. */
  type: OrderEventType;
};

/** The kinds of event in an order's history. */
export type OrderEventType =
  /** The order was cancelled. */
  | 'CANCELLED'
  /** The stock was reserved. */
  | 'CONFIRMED'
  /** The order arrived. */
  | 'DELIVERED'
  /** The order was received. */
  | 'PLACED'
  /** The order was refused. */
  | 'REJECTED'
  /** The order was sent. */
  | 'SHIPPED';

/**
 * Conditions on orders. All that are given must hold. Without `status`, REJECTED orders are left out of the list and of its
 * count: a refused order is found by `order`, or by `status: [REJECTED]`.
 *
 * To keep a copy of the orders up to date, read them by `sort: { field: UPDATED_AT, direction: ASC }` with all statuses. Start
 * each round with an updatedFrom that is a minute before the newest updatedAt of the copy, and skip what has no higher `version`
 * than the copy: an order that changes in the meantime moves to the end of the list, and the overlap covers writes that end out
 * of order.
 */
export type OrderFilter = {
  /** Orders placed at or after this moment. */
  createdFrom?: InputMaybe<Scalars['DateTime']['input']>;
  /** Orders placed before this moment. */
  createdTo?: InputMaybe<Scalars['DateTime']['input']>;
  /** Orders of this customer. Customers find nothing with another's id. */
  customerId?: InputMaybe<Scalars['ID']['input']>;
  /** This order number, as people write it down: case, spaces and hyphens don't matter, I and L count as 1, and O as 0. */
  number?: InputMaybe<Scalars['String']['input']>;
  /** Orders that contain this product. */
  productId?: InputMaybe<Scalars['ID']['input']>;
  /** Orders with any of these statuses; without it, all but REJECTED. An empty list matches nothing. */
  status?: InputMaybe<Array<OrderStatus>>;
  /** Orders whose status last changed at or after this moment. */
  updatedFrom?: InputMaybe<Scalars['DateTime']['input']>;
  /** Orders whose status last changed before this moment. */
  updatedTo?: InputMaybe<Scalars['DateTime']['input']>;
};

/**
 * A product in an order. sku, productName, unitPrice and lineTotal are a snapshot from the moment when the stock was reserved:
 * later changes to the product don't affect it. They are null until then.
 */
export type OrderItem = {
  __typename?: 'OrderItem';
  /** quantity times unitPrice; null until the stock is reserved. */
  lineTotal?: Maybe<Money>;
  /**
   * The product as it is now; null if there is no such product, or with an UPSTREAM_UNAVAILABLE error if the inventory subgraph
   * doesn't answer. While the order is PENDING, that is still being checked: select `name` to be sure.
   */
  product?: Maybe<Product>;
  /** The product's id as it was sent, whether or not the product exists. */
  productId: Scalars['ID']['output'];
  /** The product's name when its stock was reserved; null until then. */
  productName?: Maybe<Scalars['String']['output']>;
  /** The units ordered: at least 1. */
  quantity: Scalars['Int']['output'];
  /** The product's SKU; null until the stock is reserved. */
  sku?: Maybe<Scalars['String']['output']>;
  /** The price of one unit when the stock was reserved; null until then. */
  unitPrice?: Maybe<Money>;
};

/**
 * A product to order. There is no price in it: the inventory's price counts, at the moment when the stock is reserved. Several
 * items with the same product are merged.
 */
export type OrderItemInput = {
  /** The product's id. */
  productId: Scalars['ID']['input'];
  /** The number of units: at least 1. */
  quantity: Scalars['Int']['input'];
};

/** There is no order with this id, or it is not the caller's to change. */
export type OrderNotFoundError = UserError & {
  __typename?: 'OrderNotFoundError';
  /** Always `ORDER_NOT_FOUND`. */
  code: ErrorCode;
  /** An English sentence for people. */
  message: Scalars['String']['output'];
  /** The requested id; of one with more than 100 characters, its beginning. */
  orderId: Scalars['ID']['output'];
};

/** Why an order was refused. */
export type OrderRejection = {
  __typename?: 'OrderRejection';
  /** An English sentence for people. */
  message: Scalars['String']['output'];
  /** The reason, for programs. */
  reason: OrderRejectionReason;
};

/** The reasons for refusing an order. */
export type OrderRejectionReason =
  /** There is no customer with its customerId. */
  | 'CUSTOMER_NOT_FOUND'
  /** Too few units of one or more of its products were available. */
  | 'INSUFFICIENT_STOCK'
  /** Its products are priced in different currencies. */
  | 'MIXED_CURRENCY'
  /** Its total was not the expectedTotal that was sent with it. */
  | 'PRICE_CHANGED'
  /** One or more of its products don't exist. */
  | 'PRODUCT_NOT_FOUND';

/** How to sort a list of orders. */
export type OrderSort = {
  /** The direction: descending by default. */
  direction?: SortDirection;
  /** The field to sort by. */
  field: OrderSortField;
};

/** The fields that orders can be sorted by. */
export type OrderSortField =
  /** When the order was placed. */
  | 'CREATED_AT'
  /** The total's amount in minor units, ignoring the currency. Orders without a total count as the smallest. */
  | 'TOTAL'
  /**
   * When the order's status last changed. An order that changes between two pages moves: with ASC it comes again at the end,
   * with DESC it may be missed.
   */
  | 'UPDATED_AT';

/** The status of an order. PENDING becomes CONFIRMED or REJECTED by itself; staff move it from CONFIRMED to SHIPPED to DELIVERED. */
export type OrderStatus =
  /** Cancelled before it shipped. Holds no stock. Final. */
  | 'CANCELLED'
  /** The stock is reserved at the prices in the order. */
  | 'CONFIRMED'
  /** Arrived. Final. */
  | 'DELIVERED'
  /** Received, but not decided yet: the customer and the stock are being checked. */
  | 'PENDING'
  /** Refused: see `rejection`. Holds no stock. Final. */
  | 'REJECTED'
  /** On its way: the units have left the stock. */
  | 'SHIPPED';

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

/**
 * The order's total at current prices is not the `expectedTotal` that was sent. No stock was kept: show the buyer the new total,
 * and place a new order with a new idempotencyKey if they agree.
 */
export type PriceChangedError = UserError & {
  __typename?: 'PriceChangedError';
  /** The total at the prices of that moment. May have changed since. */
  actual: Money;
  /** Always `PRICE_CHANGED`. */
  code: ErrorCode;
  /** The total that was sent. */
  expected: Money;
  /** An English sentence for people. */
  message: Scalars['String']['output'];
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
   * One order; null if there is no order with this id. Customers see only their own, staff see all; without a token an
   * UNAUTHENTICATED error.
   */
  order?: Maybe<Order>;
  /**
   * Orders, newest first unless sorted otherwise, without REJECTED ones unless the filter asks for them. Customers find only
   * their own, staff find all; without a token an UNAUTHENTICATED error. Invalid page arguments
   * are a BAD_USER_INPUT error.
   */
  orders?: Maybe<OrderConnection>;
};


/**
 * Everything that can be read. Root fields are nullable: if a subgraph doesn't answer, its fields are null with an
 * UPSTREAM_UNAVAILABLE error, and the rest of the query is still answered.
 */
export type QueryOrderArgs = {
  id: Scalars['ID']['input'];
};


/**
 * Everything that can be read. Root fields are nullable: if a subgraph doesn't answer, its fields are null with an
 * UPSTREAM_UNAVAILABLE error, and the rest of the query is still answered.
 */
export type QueryOrdersArgs = {
  after?: InputMaybe<Scalars['String']['input']>;
  before?: InputMaybe<Scalars['String']['input']>;
  filter?: InputMaybe<OrderFilter>;
  first?: InputMaybe<Scalars['Int']['input']>;
  last?: InputMaybe<Scalars['Int']['input']>;
  sort?: InputMaybe<OrderSort>;
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
  /** The product as it is now; null with an UPSTREAM_UNAVAILABLE error if the inventory subgraph doesn't answer. */
  product?: Maybe<Product>;
  /** The product's id. */
  productId: Scalars['ID']['output'];
  /** The units requested, summed over all lines with this product. */
  requested: Scalars['Int']['output'];
};

/** An order to move to another status. */
export type TransitionOrderInput = {
  /** The version that the caller last saw. If it is different by now, nothing changes and VersionConflictError is returned. */
  expectedVersion?: InputMaybe<Scalars['Int']['input']>;
  /** The order's id. */
  orderId: Scalars['ID']['input'];
  /** SHIPPED or DELIVERED. Any other status returns IllegalTransitionError, unless the order already has it. */
  to: OrderStatus;
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

/** The order has changed since the caller read it. Nothing was changed: read it again, and decide anew. */
export type VersionConflictError = UserError & {
  __typename?: 'VersionConflictError';
  /** Always `VERSION_CONFLICT`. */
  code: ErrorCode;
  /** The order's current version. */
  currentVersion: Scalars['Int']['output'];
  /** An English sentence for people. */
  message: Scalars['String']['output'];
};
