/** Internal type. DO NOT USE DIRECTLY. */
type Exact<T extends { [key: string]: unknown }> = { [K in keyof T]: T[K] };
/** Internal type. DO NOT USE DIRECTLY. */
export type Incremental<T> = T | { [P in keyof T]?: P extends ' $fragmentName' | '__typename' ? T[P] : never };
import type { DocumentTypeDecoration } from '@graphql-typed-document-node/core';
/** A correction of a product's stock. */
export type AdjustStockInput = {
  /** The units to add, or if negative, to take away: -1,000,000,000 to 1,000,000,000, but not 0. */
  delta: number;
  /** The onHand that the caller last saw. If it is different by now, nothing changes and StaleQuantityError is returned. */
  expectedOnHand?: number | null | undefined;
  /**
   * A unique string that the caller makes up for this change: 1 to 255 characters. The same request with the same key returns
   * the first success with `replayed: true` and changes nothing; a different one returns IdempotencyKeyReusedError.
   */
  idempotencyKey?: string | null | undefined;
  /** The product's id. */
  productId: string;
  /** The reason, kept in the product's movements: 1 to 500 characters, at least one of them visible. */
  reason: string;
};

/** An order to cancel. */
export type CancelOrderInput = {
  /** The version that the caller last saw. If it is different by now, nothing changes and VersionConflictError is returned. */
  expectedVersion?: number | null | undefined;
  /** The order's id. */
  orderId: string;
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

/** A new customer. */
export type CreateCustomerInput = {
  /**
   * A valid e-mail address of at most 254 characters: before the `@`, at most 64 letters, digits and characters of
   * ``!#$%&'*+/=?^_`{|}~-``, with dots between them; after it, an internet domain, which may be an internationalized one. Surrounding
   * white space is removed. Stored in lower case, with an internationalized domain as `xn--…`.
   */
  email: string;
  /** 1 to 200 characters, not counting surrounding white space, which is removed. At least one must be visible. */
  name: string;
};

/** An order to place. */
export type CreateOrderInput = {
  /** The customer's id. */
  customerId: string;
  /**
   * The total that the buyer was shown. If the stock would be reserved at another total (amount or currency), the order is
   * refused with PriceChangedError and no stock is kept. Without it, the order is placed at whatever the prices are.
   */
  expectedTotal?: MoneyInput | null | undefined;
  /**
   * A unique string that the caller makes up for this order, 1 to 255 characters; keys of different customers don't clash. The
   * same key with the same items and expectedTotal returns the same order (`replayed: true`) or the same refusal, and nothing
   * happens twice. With different ones it returns IdempotencyKeyReusedError. The client SDK always sends a key.
   */
  idempotencyKey?: string | null | undefined;
  /** What to order: at most 1,000 items. After merging: 1 to 100 products, and at most 100,000 units in all. */
  items: Array<OrderItemInput>;
};

/** A new product. */
export type CreateProductInput = {
  /** At most 5,000 characters, not counting surrounding white space, which is removed. */
  description?: string | null | undefined;
  /** The units in the warehouse: 0 to 1,000,000,000. */
  initialStock?: number;
  /** The stock counts as low when this many units or fewer are available: 0 to 1,000,000,000. */
  lowStockThreshold?: number;
  /** 1 to 200 characters, not counting surrounding white space, which is removed. At least one must be visible. */
  name: string;
  /** The price of one unit. */
  price: MoneyInput;
  /** 1 to 64 characters: letters, digits, dots, hyphens and underscores. Must be unique, and can't be changed later. */
  sku: string;
};

/** Conditions on customers. All that are given must hold. */
export type CustomerFilter = {
  /**
   * Exactly this e-mail address, in whatever way it is written: case and surrounding white space don't matter, and `bücher.example`
   * is `xn--bcher-kva.example`. Finds nothing if it isn't a valid address.
   */
  email?: string | null | undefined;
  /**
   * A part of the name or of the e-mail address, ignoring case, accents and surrounding white space: `elodie` finds `Élodie`. At
   * most 100 characters, otherwise a BAD_USER_INPUT error. Scans all customers, so don't call it on every page view.
   */
  search?: string | null | undefined;
};

/** Conditions on one customer's orders. All that are given must hold. Without `status`, REJECTED orders are left out. */
export type CustomerOrderFilter = {
  /** Orders placed at or after this moment. */
  createdFrom?: string | null | undefined;
  /** Orders placed before this moment. */
  createdTo?: string | null | undefined;
  /** Orders with any of these statuses; without it, all but REJECTED. An empty list matches nothing. */
  status?: Array<OrderStatus> | null | undefined;
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

/** An amount of money as input. */
export type MoneyInput = {
  /**
   * The amount in the currency's minor unit (cents for EUR): from 0 to 90,000,000,000 for a price, and to 9,000,000,000,000,000
   * for an order's total.
   */
  amount: number;
  /** The ISO 4217 code: three upper-case letters, such as `EUR`. */
  currency: string;
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
  createdFrom?: string | null | undefined;
  /** Orders placed before this moment. */
  createdTo?: string | null | undefined;
  /** Orders of this customer. Customers find nothing with another's id. */
  customerId?: string | null | undefined;
  /** This order number, as people write it down: case, spaces and hyphens don't matter, I and L count as 1, and O as 0. */
  number?: string | null | undefined;
  /** Orders that contain this product. */
  productId?: string | null | undefined;
  /** Orders with any of these statuses; without it, all but REJECTED. An empty list matches nothing. */
  status?: Array<OrderStatus> | null | undefined;
  /** Orders whose status last changed at or after this moment. */
  updatedFrom?: string | null | undefined;
  /** Orders whose status last changed before this moment. */
  updatedTo?: string | null | undefined;
};

/**
 * A product to order. There is no price in it: the inventory's price counts, at the moment when the stock is reserved. Several
 * items with the same product are merged.
 */
export type OrderItemInput = {
  /** The product's id. */
  productId: string;
  /** The number of units: at least 1. */
  quantity: number;
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

/** Conditions on products. All that are given must hold. */
export type ProductFilter = {
  /** Any of these ids, at most 100; more are a BAD_USER_INPUT error. Unknown ids are ignored. */
  ids?: Array<string> | null | undefined;
  /** true: at least one unit is available; false: none is. */
  inStock?: boolean | null | undefined;
  /** Staff only (a FORBIDDEN error for others, UNAUTHENTICATED without a token). Whether available is at or below the product's lowStockThreshold. */
  lowStock?: boolean | null | undefined;
  /**
   * A part of the name or of the SKU, ignoring case, accents and surrounding white space: `elodie` finds `Élodie`. At most 100
   * characters, otherwise a BAD_USER_INPUT error. Scans all products, so don't call it on every page view.
   */
  search?: string | null | undefined;
  /** Any of these SKUs, in their exact case, at most 100; more are a BAD_USER_INPUT error. Unknown SKUs are ignored. */
  skus?: Array<string> | null | undefined;
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

/** Units to take out of stock. */
export type ReduceStockInput = {
  /**
   * A unique string that the caller makes up for this change: 1 to 255 characters. The same request with the same key returns
   * the first success with `replayed: true` and changes nothing; a different one returns IdempotencyKeyReusedError.
   */
  idempotencyKey?: string | null | undefined;
  /** The product's id. */
  productId: string;
  /** The number of units: 1 to 1,000,000,000. */
  quantity: number;
  /** The reason, kept in the product's movements: at most 500 characters. */
  reason?: string | null | undefined;
};

/** The direction in which a list is sorted. */
export type SortDirection =
  /** Smallest, oldest or alphabetically first row first. */
  | 'ASC'
  /** Largest, newest or alphabetically last row first. */
  | 'DESC';

/** A number of units of a product. */
export type StockLineInput = {
  /** The product's id. */
  productId: string;
  /** The number of units: at least 1. */
  quantity: number;
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

/** An order to move to another status. */
export type TransitionOrderInput = {
  /** The version that the caller last saw. If it is different by now, nothing changes and VersionConflictError is returned. */
  expectedVersion?: number | null | undefined;
  /** The order's id. */
  orderId: string;
  /** SHIPPED or DELIVERED. Any other status returns IllegalTransitionError, unless the order already has it. */
  to: OrderStatus;
};

/** Changes to a customer. Fields that are null or left out keep their values. */
export type UpdateCustomerInput = {
  /**
   * A valid e-mail address of at most 254 characters: before the `@`, at most 64 letters, digits and characters of
   * ``!#$%&'*+/=?^_`{|}~-``, with dots between them; after it, an internet domain, which may be an internationalized one. Surrounding
   * white space is removed. Stored in lower case, with an internationalized domain as `xn--…`.
   */
  email?: string | null | undefined;
  /** The customer's id. */
  id: string;
  /** 1 to 200 characters, not counting surrounding white space, which is removed. At least one must be visible. */
  name?: string | null | undefined;
};

/** Changes to a product. Fields that are left out keep their values; so do those that are null, except description. */
export type UpdateProductInput = {
  /** At most 5,000 characters, not counting surrounding white space, which is removed; null removes the description. */
  description?: string | null | undefined;
  /** The product's id. */
  id: string;
  /** The stock counts as low when this many units or fewer are available: 0 to 1,000,000,000. */
  lowStockThreshold?: number | null | undefined;
  /** 1 to 200 characters, not counting surrounding white space, which is removed. At least one must be visible. */
  name?: string | null | undefined;
  /** The new price of one unit. Confirmed orders keep theirs. */
  price?: MoneyInput | null | undefined;
};

export type PageFragment = { hasNextPage: boolean, hasPreviousPage: boolean, startCursor: string | null, endCursor: string | null };

export type ProductDetailsFragment = { id: string, sku: string, name: string, description: string | null, price: { amount: number, currency: string }, stock: { available: number } };

export type StockedProductFragment = { createdAt: string, updatedAt: string, id: string, sku: string, name: string, description: string | null, stock: { onHand: number | null, reserved: number | null, lowStock: boolean | null, available: number }, price: { amount: number, currency: string } };

export type CustomerDetailsFragment = { id: string, name: string, email: string, createdAt: string, updatedAt: string };

export type OrderSummaryFragment = { id: string, number: string, status: OrderStatus, version: number, allowedTransitions: Array<OrderStatus>, customerId: string, createdAt: string, updatedAt: string, total: { amount: number, currency: string } | null };

export type OrderDetailsFragment = { id: string, number: string, status: OrderStatus, version: number, allowedTransitions: Array<OrderStatus>, customerId: string, createdAt: string, updatedAt: string, items: Array<{ productId: string, quantity: number, sku: string | null, productName: string | null, unitPrice: { amount: number, currency: string } | null, lineTotal: { amount: number, currency: string } | null }>, events: Array<{ type: OrderEventType, from: OrderStatus | null, to: OrderStatus, at: string, cancelReason: CancelReason | null, actor: string | null }>, rejection: { reason: OrderRejectionReason, message: string } | null, total: { amount: number, currency: string } | null };

export type ProductQueryVariables = Exact<{
  id: string;
}>;


export type ProductQuery = { product: { id: string, sku: string, name: string, description: string | null, price: { amount: number, currency: string }, stock: { available: number } } | null };

export type ProductsQueryVariables = Exact<{
  first?: number | null | undefined;
  after?: string | null | undefined;
  last?: number | null | undefined;
  before?: string | null | undefined;
  filter?: ProductFilter | null | undefined;
  sort?: ProductSort | null | undefined;
}>;


export type ProductsQuery = { products: { nodes: Array<{ id: string, sku: string, name: string, description: string | null, price: { amount: number, currency: string }, stock: { available: number } }>, pageInfo: { hasNextPage: boolean, hasPreviousPage: boolean, startCursor: string | null, endCursor: string | null } } | null };

export type CheckStockQueryVariables = Exact<{
  lines: Array<StockLineInput> | StockLineInput;
}>;


export type CheckStockQuery = { checkStock: Array<{ productId: string, requested: number, available: number, sufficient: boolean }> | null };

export type StockedProductsQueryVariables = Exact<{
  first?: number | null | undefined;
  after?: string | null | undefined;
  last?: number | null | undefined;
  before?: string | null | undefined;
  filter?: ProductFilter | null | undefined;
  sort?: ProductSort | null | undefined;
}>;


export type StockedProductsQuery = { products: { totalCount: number | null, nodes: Array<{ createdAt: string, updatedAt: string, id: string, sku: string, name: string, description: string | null, stock: { onHand: number | null, reserved: number | null, lowStock: boolean | null, available: number }, price: { amount: number, currency: string } }>, pageInfo: { hasNextPage: boolean, hasPreviousPage: boolean, startCursor: string | null, endCursor: string | null } } | null };

export type ProductMovementsQueryVariables = Exact<{
  id: string;
  first?: number | null | undefined;
  after?: string | null | undefined;
  last?: number | null | undefined;
  before?: string | null | undefined;
}>;


export type ProductMovementsQuery = { product: { createdAt: string, updatedAt: string, id: string, sku: string, name: string, description: string | null, movements: { nodes: Array<{ id: string, type: StockMovementType, onHandChange: number, availableChange: number, reason: string | null, orderId: string | null, actor: string | null, at: string }>, pageInfo: { hasNextPage: boolean, hasPreviousPage: boolean, startCursor: string | null, endCursor: string | null } } | null, stock: { onHand: number | null, reserved: number | null, lowStock: boolean | null, available: number }, price: { amount: number, currency: string } } | null };

export type CreateProductMutationVariables = Exact<{
  input: CreateProductInput;
}>;


export type CreateProductMutation = { createProduct:
    | { __typename: 'CreateProductSuccess', product: { createdAt: string, updatedAt: string, id: string, sku: string, name: string, description: string | null, stock: { onHand: number | null, reserved: number | null, lowStock: boolean | null, available: number }, price: { amount: number, currency: string } } }
    | { __typename: 'InvalidInputError', code: ErrorCode, message: string, fields: Array<{ path: Array<string>, message: string }> }
    | { __typename: 'SkuTakenError', code: ErrorCode, message: string, sku: string }
   | null };

export type UpdateProductMutationVariables = Exact<{
  input: UpdateProductInput;
}>;


export type UpdateProductMutation = { updateProduct:
    | { __typename: 'InvalidInputError', code: ErrorCode, message: string, fields: Array<{ path: Array<string>, message: string }> }
    | { __typename: 'ProductNotFoundError', code: ErrorCode, message: string, productIds: Array<string> }
    | { __typename: 'UpdateProductSuccess', product: { createdAt: string, updatedAt: string, id: string, sku: string, name: string, description: string | null, stock: { onHand: number | null, reserved: number | null, lowStock: boolean | null, available: number }, price: { amount: number, currency: string } } }
   | null };

type StockChange_IdempotencyKeyReusedError_Fragment = { __typename: 'IdempotencyKeyReusedError', code: ErrorCode, message: string, idempotencyKey: string };

type StockChange_InsufficientStockError_Fragment = { __typename: 'InsufficientStockError', code: ErrorCode, message: string, shortages: Array<{ productId: string, requested: number, available: number, product: { id: string, sku: string, name: string } | null }> };

type StockChange_InvalidInputError_Fragment = { __typename: 'InvalidInputError', code: ErrorCode, message: string, fields: Array<{ path: Array<string>, message: string }> };

type StockChange_ProductNotFoundError_Fragment = { __typename: 'ProductNotFoundError', code: ErrorCode, message: string, productIds: Array<string> };

type StockChange_StaleQuantityError_Fragment = { __typename: 'StaleQuantityError', code: ErrorCode, message: string, actualOnHand: number };

type StockChange_StockChangeSuccess_Fragment = { __typename: 'StockChangeSuccess', replayed: boolean, product: { createdAt: string, updatedAt: string, id: string, sku: string, name: string, description: string | null, stock: { onHand: number | null, reserved: number | null, lowStock: boolean | null, available: number }, price: { amount: number, currency: string } }, movement: { id: string, type: StockMovementType, onHandChange: number, availableChange: number, reason: string | null, at: string } };

export type StockChangeFragment =
  | StockChange_IdempotencyKeyReusedError_Fragment
  | StockChange_InsufficientStockError_Fragment
  | StockChange_InvalidInputError_Fragment
  | StockChange_ProductNotFoundError_Fragment
  | StockChange_StaleQuantityError_Fragment
  | StockChange_StockChangeSuccess_Fragment
;

export type AdjustStockMutationVariables = Exact<{
  input: AdjustStockInput;
}>;


export type AdjustStockMutation = { adjustStock:
    | { __typename: 'IdempotencyKeyReusedError', code: ErrorCode, message: string, idempotencyKey: string }
    | { __typename: 'InsufficientStockError', code: ErrorCode, message: string, shortages: Array<{ productId: string, requested: number, available: number, product: { id: string, sku: string, name: string } | null }> }
    | { __typename: 'InvalidInputError', code: ErrorCode, message: string, fields: Array<{ path: Array<string>, message: string }> }
    | { __typename: 'ProductNotFoundError', code: ErrorCode, message: string, productIds: Array<string> }
    | { __typename: 'StaleQuantityError', code: ErrorCode, message: string, actualOnHand: number }
    | { __typename: 'StockChangeSuccess', replayed: boolean, product: { createdAt: string, updatedAt: string, id: string, sku: string, name: string, description: string | null, stock: { onHand: number | null, reserved: number | null, lowStock: boolean | null, available: number }, price: { amount: number, currency: string } }, movement: { id: string, type: StockMovementType, onHandChange: number, availableChange: number, reason: string | null, at: string } }
   | null };

export type ReduceStockMutationVariables = Exact<{
  input: ReduceStockInput;
}>;


export type ReduceStockMutation = { reduceStock:
    | { __typename: 'IdempotencyKeyReusedError', code: ErrorCode, message: string, idempotencyKey: string }
    | { __typename: 'InsufficientStockError', code: ErrorCode, message: string, shortages: Array<{ productId: string, requested: number, available: number, product: { id: string, sku: string, name: string } | null }> }
    | { __typename: 'InvalidInputError', code: ErrorCode, message: string, fields: Array<{ path: Array<string>, message: string }> }
    | { __typename: 'ProductNotFoundError', code: ErrorCode, message: string, productIds: Array<string> }
    | { __typename: 'StaleQuantityError', code: ErrorCode, message: string, actualOnHand: number }
    | { __typename: 'StockChangeSuccess', replayed: boolean, product: { createdAt: string, updatedAt: string, id: string, sku: string, name: string, description: string | null, stock: { onHand: number | null, reserved: number | null, lowStock: boolean | null, available: number }, price: { amount: number, currency: string } }, movement: { id: string, type: StockMovementType, onHandChange: number, availableChange: number, reason: string | null, at: string } }
   | null };

export type OrderQueryVariables = Exact<{
  id: string;
}>;


export type OrderQuery = { order: { id: string, number: string, status: OrderStatus, version: number, allowedTransitions: Array<OrderStatus>, customerId: string, createdAt: string, updatedAt: string, customer: { id: string, name: string, email: string, createdAt: string, updatedAt: string } | null, items: Array<{ productId: string, quantity: number, sku: string | null, productName: string | null, unitPrice: { amount: number, currency: string } | null, lineTotal: { amount: number, currency: string } | null }>, events: Array<{ type: OrderEventType, from: OrderStatus | null, to: OrderStatus, at: string, cancelReason: CancelReason | null, actor: string | null }>, rejection: { reason: OrderRejectionReason, message: string } | null, total: { amount: number, currency: string } | null } | null };

export type OrderStatusQueryVariables = Exact<{
  id: string;
}>;


export type OrderStatusQuery = { order: { id: string, status: OrderStatus, version: number } | null };

export type OrdersQueryVariables = Exact<{
  first?: number | null | undefined;
  after?: string | null | undefined;
  last?: number | null | undefined;
  before?: string | null | undefined;
  filter?: OrderFilter | null | undefined;
  sort?: OrderSort | null | undefined;
}>;


export type OrdersQuery = { orders: { nodes: Array<{ id: string, number: string, status: OrderStatus, version: number, allowedTransitions: Array<OrderStatus>, customerId: string, createdAt: string, updatedAt: string, customer: { id: string, name: string, email: string, createdAt: string, updatedAt: string } | null, total: { amount: number, currency: string } | null }>, pageInfo: { hasNextPage: boolean, hasPreviousPage: boolean, startCursor: string | null, endCursor: string | null } } | null };

export type CreateOrderMutationVariables = Exact<{
  input: CreateOrderInput;
}>;


export type CreateOrderMutation = { createOrder:
    | { __typename: 'CreateOrderSuccess', replayed: boolean, order: { id: string, number: string, status: OrderStatus, version: number, allowedTransitions: Array<OrderStatus>, customerId: string, createdAt: string, updatedAt: string, items: Array<{ productId: string, quantity: number, sku: string | null, productName: string | null, unitPrice: { amount: number, currency: string } | null, lineTotal: { amount: number, currency: string } | null }>, events: Array<{ type: OrderEventType, from: OrderStatus | null, to: OrderStatus, at: string, cancelReason: CancelReason | null, actor: string | null }>, rejection: { reason: OrderRejectionReason, message: string } | null, total: { amount: number, currency: string } | null } }
    | { __typename: 'CustomerNotFoundError', code: ErrorCode, message: string, customerId: string }
    | { __typename: 'IdempotencyKeyReusedError', code: ErrorCode, message: string, idempotencyKey: string }
    | { __typename: 'InsufficientStockError', code: ErrorCode, message: string, shortages: Array<{ productId: string, requested: number, available: number, product: { id: string, sku: string, name: string } | null }> }
    | { __typename: 'InvalidInputError', code: ErrorCode, message: string, fields: Array<{ path: Array<string>, message: string }> }
    | { __typename: 'MixedCurrencyError', code: ErrorCode, message: string, currencies: Array<string> }
    | { __typename: 'PriceChangedError', code: ErrorCode, message: string, expected: { amount: number, currency: string }, actual: { amount: number, currency: string } }
    | { __typename: 'ProductNotFoundError', code: ErrorCode, message: string, productIds: Array<string> }
   | null };

type OrderChange_IllegalTransitionError_Fragment = { __typename: 'IllegalTransitionError', code: ErrorCode, message: string, from: OrderStatus, to: OrderStatus, allowed: Array<OrderStatus> };

type OrderChange_OrderChangeSuccess_Fragment = { __typename: 'OrderChangeSuccess', order: { id: string, number: string, status: OrderStatus, version: number, allowedTransitions: Array<OrderStatus>, customerId: string, createdAt: string, updatedAt: string, items: Array<{ productId: string, quantity: number, sku: string | null, productName: string | null, unitPrice: { amount: number, currency: string } | null, lineTotal: { amount: number, currency: string } | null }>, events: Array<{ type: OrderEventType, from: OrderStatus | null, to: OrderStatus, at: string, cancelReason: CancelReason | null, actor: string | null }>, rejection: { reason: OrderRejectionReason, message: string } | null, total: { amount: number, currency: string } | null } };

type OrderChange_OrderNotFoundError_Fragment = { __typename: 'OrderNotFoundError', code: ErrorCode, message: string, orderId: string };

type OrderChange_VersionConflictError_Fragment = { __typename: 'VersionConflictError', code: ErrorCode, message: string, currentVersion: number };

export type OrderChangeFragment =
  | OrderChange_IllegalTransitionError_Fragment
  | OrderChange_OrderChangeSuccess_Fragment
  | OrderChange_OrderNotFoundError_Fragment
  | OrderChange_VersionConflictError_Fragment
;

export type CancelOrderMutationVariables = Exact<{
  input: CancelOrderInput;
}>;


export type CancelOrderMutation = { cancelOrder:
    | { __typename: 'IllegalTransitionError', code: ErrorCode, message: string, from: OrderStatus, to: OrderStatus, allowed: Array<OrderStatus> }
    | { __typename: 'OrderChangeSuccess', order: { id: string, number: string, status: OrderStatus, version: number, allowedTransitions: Array<OrderStatus>, customerId: string, createdAt: string, updatedAt: string, items: Array<{ productId: string, quantity: number, sku: string | null, productName: string | null, unitPrice: { amount: number, currency: string } | null, lineTotal: { amount: number, currency: string } | null }>, events: Array<{ type: OrderEventType, from: OrderStatus | null, to: OrderStatus, at: string, cancelReason: CancelReason | null, actor: string | null }>, rejection: { reason: OrderRejectionReason, message: string } | null, total: { amount: number, currency: string } | null } }
    | { __typename: 'OrderNotFoundError', code: ErrorCode, message: string, orderId: string }
    | { __typename: 'VersionConflictError', code: ErrorCode, message: string, currentVersion: number }
   | null };

export type TransitionOrderMutationVariables = Exact<{
  input: TransitionOrderInput;
}>;


export type TransitionOrderMutation = { transitionOrder:
    | { __typename: 'IllegalTransitionError', code: ErrorCode, message: string, from: OrderStatus, to: OrderStatus, allowed: Array<OrderStatus> }
    | { __typename: 'OrderChangeSuccess', order: { id: string, number: string, status: OrderStatus, version: number, allowedTransitions: Array<OrderStatus>, customerId: string, createdAt: string, updatedAt: string, items: Array<{ productId: string, quantity: number, sku: string | null, productName: string | null, unitPrice: { amount: number, currency: string } | null, lineTotal: { amount: number, currency: string } | null }>, events: Array<{ type: OrderEventType, from: OrderStatus | null, to: OrderStatus, at: string, cancelReason: CancelReason | null, actor: string | null }>, rejection: { reason: OrderRejectionReason, message: string } | null, total: { amount: number, currency: string } | null } }
    | { __typename: 'OrderNotFoundError', code: ErrorCode, message: string, orderId: string }
    | { __typename: 'VersionConflictError', code: ErrorCode, message: string, currentVersion: number }
   | null };

export type MeQueryVariables = Exact<{ [key: string]: never; }>;


export type MeQuery = { me: { id: string, name: string, email: string, createdAt: string, updatedAt: string } | null };

export type CustomerQueryVariables = Exact<{
  id: string;
}>;


export type CustomerQuery = { customer: { id: string, name: string, email: string, createdAt: string, updatedAt: string } | null };

export type CustomerWithOrdersQueryVariables = Exact<{
  id: string;
  first?: number | null | undefined;
  after?: string | null | undefined;
  last?: number | null | undefined;
  before?: string | null | undefined;
  filter?: CustomerOrderFilter | null | undefined;
  sort?: OrderSort | null | undefined;
}>;


export type CustomerWithOrdersQuery = { customer: { id: string, name: string, email: string, createdAt: string, updatedAt: string, orders: { nodes: Array<{ id: string, number: string, status: OrderStatus, version: number, allowedTransitions: Array<OrderStatus>, customerId: string, createdAt: string, updatedAt: string, total: { amount: number, currency: string } | null }>, pageInfo: { hasNextPage: boolean, hasPreviousPage: boolean, startCursor: string | null, endCursor: string | null } } | null } | null };

export type CustomersQueryVariables = Exact<{
  first?: number | null | undefined;
  after?: string | null | undefined;
  last?: number | null | undefined;
  before?: string | null | undefined;
  filter?: CustomerFilter | null | undefined;
}>;


export type CustomersQuery = { customers: { totalCount: number | null, nodes: Array<{ id: string, name: string, email: string, createdAt: string, updatedAt: string }>, pageInfo: { hasNextPage: boolean, hasPreviousPage: boolean, startCursor: string | null, endCursor: string | null } } | null };

export type CreateCustomerMutationVariables = Exact<{
  input: CreateCustomerInput;
}>;


export type CreateCustomerMutation = { createCustomer:
    | { __typename: 'CreateCustomerSuccess', customer: { id: string, name: string, email: string, createdAt: string, updatedAt: string } }
    | { __typename: 'EmailTakenError', code: ErrorCode, message: string, email: string }
    | { __typename: 'InvalidInputError', code: ErrorCode, message: string, fields: Array<{ path: Array<string>, message: string }> }
   | null };

export type UpdateCustomerMutationVariables = Exact<{
  input: UpdateCustomerInput;
}>;


export type UpdateCustomerMutation = { updateCustomer:
    | { __typename: 'CustomerNotFoundError', code: ErrorCode, message: string, customerId: string }
    | { __typename: 'EmailTakenError', code: ErrorCode, message: string, email: string }
    | { __typename: 'InvalidInputError', code: ErrorCode, message: string, fields: Array<{ path: Array<string>, message: string }> }
    | { __typename: 'UpdateCustomerSuccess', customer: { id: string, name: string, email: string, createdAt: string, updatedAt: string } }
   | null };

export class TypedDocumentString<TResult, TVariables>
  extends String
  implements DocumentTypeDecoration<TResult, TVariables>
{
  __apiType?: NonNullable<DocumentTypeDecoration<TResult, TVariables>['__apiType']>;
  private value: string;
  public __meta__?: Record<string, any> | undefined;

  constructor(value: string, __meta__?: Record<string, any> | undefined) {
    super(value);
    this.value = value;
    this.__meta__ = __meta__;
  }

  override toString(): string & DocumentTypeDecoration<TResult, TVariables> {
    return this.value;
  }
}
export const PageFragmentDoc = new TypedDocumentString(`
    fragment Page on PageInfo {
  hasNextPage
  hasPreviousPage
  startCursor
  endCursor
}
    `, {"fragmentName":"Page"}) as unknown as TypedDocumentString<PageFragment, unknown>;
export const CustomerDetailsFragmentDoc = new TypedDocumentString(`
    fragment CustomerDetails on Customer {
  id
  name
  email
  createdAt
  updatedAt
}
    `, {"fragmentName":"CustomerDetails"}) as unknown as TypedDocumentString<CustomerDetailsFragment, unknown>;
export const ProductDetailsFragmentDoc = new TypedDocumentString(`
    fragment ProductDetails on Product {
  id
  sku
  name
  description
  price {
    amount
    currency
  }
  stock {
    available
  }
}
    `, {"fragmentName":"ProductDetails"}) as unknown as TypedDocumentString<ProductDetailsFragment, unknown>;
export const StockedProductFragmentDoc = new TypedDocumentString(`
    fragment StockedProduct on Product {
  ...ProductDetails
  stock {
    onHand
    reserved
    lowStock
  }
  createdAt
  updatedAt
}
    fragment ProductDetails on Product {
  id
  sku
  name
  description
  price {
    amount
    currency
  }
  stock {
    available
  }
}`, {"fragmentName":"StockedProduct"}) as unknown as TypedDocumentString<StockedProductFragment, unknown>;
export const StockChangeFragmentDoc = new TypedDocumentString(`
    fragment StockChange on StockChangeResult {
  __typename
  ... on StockChangeSuccess {
    product {
      ...StockedProduct
    }
    movement {
      id
      type
      onHandChange
      availableChange
      reason
      at
    }
    replayed
  }
  ... on UserError {
    code
    message
  }
  ... on InvalidInputError {
    fields {
      path
      message
    }
  }
  ... on ProductNotFoundError {
    productIds
  }
  ... on InsufficientStockError {
    shortages {
      productId
      product {
        id
        sku
        name
      }
      requested
      available
    }
  }
  ... on StaleQuantityError {
    actualOnHand
  }
  ... on IdempotencyKeyReusedError {
    idempotencyKey
  }
}
    fragment ProductDetails on Product {
  id
  sku
  name
  description
  price {
    amount
    currency
  }
  stock {
    available
  }
}
fragment StockedProduct on Product {
  ...ProductDetails
  stock {
    onHand
    reserved
    lowStock
  }
  createdAt
  updatedAt
}`, {"fragmentName":"StockChange"}) as unknown as TypedDocumentString<StockChangeFragment, unknown>;
export const OrderSummaryFragmentDoc = new TypedDocumentString(`
    fragment OrderSummary on Order {
  id
  number
  status
  version
  allowedTransitions
  customerId
  total {
    amount
    currency
  }
  createdAt
  updatedAt
}
    `, {"fragmentName":"OrderSummary"}) as unknown as TypedDocumentString<OrderSummaryFragment, unknown>;
export const OrderDetailsFragmentDoc = new TypedDocumentString(`
    fragment OrderDetails on Order {
  ...OrderSummary
  items {
    productId
    quantity
    sku
    productName
    unitPrice {
      amount
      currency
    }
    lineTotal {
      amount
      currency
    }
  }
  events {
    type
    from
    to
    at
    cancelReason
    actor
  }
  rejection {
    reason
    message
  }
}
    fragment OrderSummary on Order {
  id
  number
  status
  version
  allowedTransitions
  customerId
  total {
    amount
    currency
  }
  createdAt
  updatedAt
}`, {"fragmentName":"OrderDetails"}) as unknown as TypedDocumentString<OrderDetailsFragment, unknown>;
export const OrderChangeFragmentDoc = new TypedDocumentString(`
    fragment OrderChange on OrderChangeResult {
  __typename
  ... on OrderChangeSuccess {
    order {
      ...OrderDetails
    }
  }
  ... on UserError {
    code
    message
  }
  ... on OrderNotFoundError {
    orderId
  }
  ... on IllegalTransitionError {
    from
    to
    allowed
  }
  ... on VersionConflictError {
    currentVersion
  }
}
    fragment OrderSummary on Order {
  id
  number
  status
  version
  allowedTransitions
  customerId
  total {
    amount
    currency
  }
  createdAt
  updatedAt
}
fragment OrderDetails on Order {
  ...OrderSummary
  items {
    productId
    quantity
    sku
    productName
    unitPrice {
      amount
      currency
    }
    lineTotal {
      amount
      currency
    }
  }
  events {
    type
    from
    to
    at
    cancelReason
    actor
  }
  rejection {
    reason
    message
  }
}`, {"fragmentName":"OrderChange"}) as unknown as TypedDocumentString<OrderChangeFragment, unknown>;
export const ProductDocument = new TypedDocumentString(`
    query Product($id: ID!) {
  product(id: $id) {
    ...ProductDetails
  }
}
    fragment ProductDetails on Product {
  id
  sku
  name
  description
  price {
    amount
    currency
  }
  stock {
    available
  }
}`, {"hash":"393c71478f1df3b4cc53e5842664e701e2ba19c50043eb9054779897f1c5ca12"}) as unknown as TypedDocumentString<ProductQuery, ProductQueryVariables>;
export const ProductsDocument = new TypedDocumentString(`
    query Products($first: Int, $after: String, $last: Int, $before: String, $filter: ProductFilter, $sort: ProductSort) {
  products(
    first: $first
    after: $after
    last: $last
    before: $before
    filter: $filter
    sort: $sort
  ) {
    nodes {
      ...ProductDetails
    }
    pageInfo {
      ...Page
    }
  }
}
    fragment Page on PageInfo {
  hasNextPage
  hasPreviousPage
  startCursor
  endCursor
}
fragment ProductDetails on Product {
  id
  sku
  name
  description
  price {
    amount
    currency
  }
  stock {
    available
  }
}`, {"hash":"88fb440c421426568d06be048f9af4486e250e011fa8625adb71c8abda3f3b92"}) as unknown as TypedDocumentString<ProductsQuery, ProductsQueryVariables>;
export const CheckStockDocument = new TypedDocumentString(`
    query CheckStock($lines: [StockLineInput!]!) {
  checkStock(lines: $lines) {
    productId
    requested
    available
    sufficient
  }
}
    `, {"hash":"282d253a53ee4a8b41f10a95728d3e800b2291e615135853ba628abed8ccd10d"}) as unknown as TypedDocumentString<CheckStockQuery, CheckStockQueryVariables>;
export const StockedProductsDocument = new TypedDocumentString(`
    query StockedProducts($first: Int, $after: String, $last: Int, $before: String, $filter: ProductFilter, $sort: ProductSort) {
  products(
    first: $first
    after: $after
    last: $last
    before: $before
    filter: $filter
    sort: $sort
  ) {
    nodes {
      ...StockedProduct
    }
    pageInfo {
      ...Page
    }
    totalCount
  }
}
    fragment Page on PageInfo {
  hasNextPage
  hasPreviousPage
  startCursor
  endCursor
}
fragment ProductDetails on Product {
  id
  sku
  name
  description
  price {
    amount
    currency
  }
  stock {
    available
  }
}
fragment StockedProduct on Product {
  ...ProductDetails
  stock {
    onHand
    reserved
    lowStock
  }
  createdAt
  updatedAt
}`, {"hash":"3c8b4c272fbb33e5c19545783e8ba9cae18418a56bdbc1e46a9ef4a918076658"}) as unknown as TypedDocumentString<StockedProductsQuery, StockedProductsQueryVariables>;
export const ProductMovementsDocument = new TypedDocumentString(`
    query ProductMovements($id: ID!, $first: Int, $after: String, $last: Int, $before: String) {
  product(id: $id) {
    ...StockedProduct
    movements(first: $first, after: $after, last: $last, before: $before) {
      nodes {
        id
        type
        onHandChange
        availableChange
        reason
        orderId
        actor
        at
      }
      pageInfo {
        ...Page
      }
    }
  }
}
    fragment Page on PageInfo {
  hasNextPage
  hasPreviousPage
  startCursor
  endCursor
}
fragment ProductDetails on Product {
  id
  sku
  name
  description
  price {
    amount
    currency
  }
  stock {
    available
  }
}
fragment StockedProduct on Product {
  ...ProductDetails
  stock {
    onHand
    reserved
    lowStock
  }
  createdAt
  updatedAt
}`, {"hash":"d4e26b390b0f9b9d3ada9aafaaf9e5059ff743efb04e680b669300db5dadeee6"}) as unknown as TypedDocumentString<ProductMovementsQuery, ProductMovementsQueryVariables>;
export const CreateProductDocument = new TypedDocumentString(`
    mutation CreateProduct($input: CreateProductInput!) {
  createProduct(input: $input) {
    __typename
    ... on CreateProductSuccess {
      product {
        ...StockedProduct
      }
    }
    ... on UserError {
      code
      message
    }
    ... on InvalidInputError {
      fields {
        path
        message
      }
    }
    ... on SkuTakenError {
      sku
    }
  }
}
    fragment ProductDetails on Product {
  id
  sku
  name
  description
  price {
    amount
    currency
  }
  stock {
    available
  }
}
fragment StockedProduct on Product {
  ...ProductDetails
  stock {
    onHand
    reserved
    lowStock
  }
  createdAt
  updatedAt
}`, {"hash":"1428ea45069a8f230402abc493fab8a7b2c233604d7db347ef1447c316a816ef"}) as unknown as TypedDocumentString<CreateProductMutation, CreateProductMutationVariables>;
export const UpdateProductDocument = new TypedDocumentString(`
    mutation UpdateProduct($input: UpdateProductInput!) {
  updateProduct(input: $input) {
    __typename
    ... on UpdateProductSuccess {
      product {
        ...StockedProduct
      }
    }
    ... on UserError {
      code
      message
    }
    ... on InvalidInputError {
      fields {
        path
        message
      }
    }
    ... on ProductNotFoundError {
      productIds
    }
  }
}
    fragment ProductDetails on Product {
  id
  sku
  name
  description
  price {
    amount
    currency
  }
  stock {
    available
  }
}
fragment StockedProduct on Product {
  ...ProductDetails
  stock {
    onHand
    reserved
    lowStock
  }
  createdAt
  updatedAt
}`, {"hash":"4f5dda075629339da28d58f52d88aa3ec48bc926554015103eea002bbbe2ad35"}) as unknown as TypedDocumentString<UpdateProductMutation, UpdateProductMutationVariables>;
export const AdjustStockDocument = new TypedDocumentString(`
    mutation AdjustStock($input: AdjustStockInput!) {
  adjustStock(input: $input) {
    ...StockChange
  }
}
    fragment ProductDetails on Product {
  id
  sku
  name
  description
  price {
    amount
    currency
  }
  stock {
    available
  }
}
fragment StockedProduct on Product {
  ...ProductDetails
  stock {
    onHand
    reserved
    lowStock
  }
  createdAt
  updatedAt
}
fragment StockChange on StockChangeResult {
  __typename
  ... on StockChangeSuccess {
    product {
      ...StockedProduct
    }
    movement {
      id
      type
      onHandChange
      availableChange
      reason
      at
    }
    replayed
  }
  ... on UserError {
    code
    message
  }
  ... on InvalidInputError {
    fields {
      path
      message
    }
  }
  ... on ProductNotFoundError {
    productIds
  }
  ... on InsufficientStockError {
    shortages {
      productId
      product {
        id
        sku
        name
      }
      requested
      available
    }
  }
  ... on StaleQuantityError {
    actualOnHand
  }
  ... on IdempotencyKeyReusedError {
    idempotencyKey
  }
}`, {"hash":"d791892550db36792eb6d9cc447a37e53621f4c3660f5c0d16599e3c4bfbac4d"}) as unknown as TypedDocumentString<AdjustStockMutation, AdjustStockMutationVariables>;
export const ReduceStockDocument = new TypedDocumentString(`
    mutation ReduceStock($input: ReduceStockInput!) {
  reduceStock(input: $input) {
    ...StockChange
  }
}
    fragment ProductDetails on Product {
  id
  sku
  name
  description
  price {
    amount
    currency
  }
  stock {
    available
  }
}
fragment StockedProduct on Product {
  ...ProductDetails
  stock {
    onHand
    reserved
    lowStock
  }
  createdAt
  updatedAt
}
fragment StockChange on StockChangeResult {
  __typename
  ... on StockChangeSuccess {
    product {
      ...StockedProduct
    }
    movement {
      id
      type
      onHandChange
      availableChange
      reason
      at
    }
    replayed
  }
  ... on UserError {
    code
    message
  }
  ... on InvalidInputError {
    fields {
      path
      message
    }
  }
  ... on ProductNotFoundError {
    productIds
  }
  ... on InsufficientStockError {
    shortages {
      productId
      product {
        id
        sku
        name
      }
      requested
      available
    }
  }
  ... on StaleQuantityError {
    actualOnHand
  }
  ... on IdempotencyKeyReusedError {
    idempotencyKey
  }
}`, {"hash":"ecc6691125fc8adb4a145e543c9effd0befed05c74dbdf9f2d83d3f226b09c70"}) as unknown as TypedDocumentString<ReduceStockMutation, ReduceStockMutationVariables>;
export const OrderDocument = new TypedDocumentString(`
    query Order($id: ID!) {
  order(id: $id) {
    ...OrderDetails
    customer {
      ...CustomerDetails
    }
  }
}
    fragment CustomerDetails on Customer {
  id
  name
  email
  createdAt
  updatedAt
}
fragment OrderSummary on Order {
  id
  number
  status
  version
  allowedTransitions
  customerId
  total {
    amount
    currency
  }
  createdAt
  updatedAt
}
fragment OrderDetails on Order {
  ...OrderSummary
  items {
    productId
    quantity
    sku
    productName
    unitPrice {
      amount
      currency
    }
    lineTotal {
      amount
      currency
    }
  }
  events {
    type
    from
    to
    at
    cancelReason
    actor
  }
  rejection {
    reason
    message
  }
}`, {"hash":"49ae5a3435b307fc25652f9c689119d5ce7f905441c3b3db3f92a3f386c2a61b"}) as unknown as TypedDocumentString<OrderQuery, OrderQueryVariables>;
export const OrderStatusDocument = new TypedDocumentString(`
    query OrderStatus($id: ID!) {
  order(id: $id) {
    id
    status
    version
  }
}
    `, {"hash":"4363174bf077750583c168afb32610394c76a761469af1662e27fe2d08b576f5"}) as unknown as TypedDocumentString<OrderStatusQuery, OrderStatusQueryVariables>;
export const OrdersDocument = new TypedDocumentString(`
    query Orders($first: Int, $after: String, $last: Int, $before: String, $filter: OrderFilter, $sort: OrderSort) {
  orders(
    first: $first
    after: $after
    last: $last
    before: $before
    filter: $filter
    sort: $sort
  ) {
    nodes {
      ...OrderSummary
      customer {
        ...CustomerDetails
      }
    }
    pageInfo {
      ...Page
    }
  }
}
    fragment Page on PageInfo {
  hasNextPage
  hasPreviousPage
  startCursor
  endCursor
}
fragment CustomerDetails on Customer {
  id
  name
  email
  createdAt
  updatedAt
}
fragment OrderSummary on Order {
  id
  number
  status
  version
  allowedTransitions
  customerId
  total {
    amount
    currency
  }
  createdAt
  updatedAt
}`, {"hash":"cb633815058c844f473e0685454eac0e3cf9481dbc98680cdb57becbd26c92aa"}) as unknown as TypedDocumentString<OrdersQuery, OrdersQueryVariables>;
export const CreateOrderDocument = new TypedDocumentString(`
    mutation CreateOrder($input: CreateOrderInput!) {
  createOrder(input: $input) {
    __typename
    ... on CreateOrderSuccess {
      order {
        ...OrderDetails
      }
      replayed
    }
    ... on UserError {
      code
      message
    }
    ... on InvalidInputError {
      fields {
        path
        message
      }
    }
    ... on CustomerNotFoundError {
      customerId
    }
    ... on ProductNotFoundError {
      productIds
    }
    ... on InsufficientStockError {
      shortages {
        productId
        product {
          id
          sku
          name
        }
        requested
        available
      }
    }
    ... on MixedCurrencyError {
      currencies
    }
    ... on PriceChangedError {
      expected {
        amount
        currency
      }
      actual {
        amount
        currency
      }
    }
    ... on IdempotencyKeyReusedError {
      idempotencyKey
    }
  }
}
    fragment OrderSummary on Order {
  id
  number
  status
  version
  allowedTransitions
  customerId
  total {
    amount
    currency
  }
  createdAt
  updatedAt
}
fragment OrderDetails on Order {
  ...OrderSummary
  items {
    productId
    quantity
    sku
    productName
    unitPrice {
      amount
      currency
    }
    lineTotal {
      amount
      currency
    }
  }
  events {
    type
    from
    to
    at
    cancelReason
    actor
  }
  rejection {
    reason
    message
  }
}`, {"hash":"8dd7f96ea975228b16cf91c3820aca84a4cc142f1827d1494de35154dd03eed3"}) as unknown as TypedDocumentString<CreateOrderMutation, CreateOrderMutationVariables>;
export const CancelOrderDocument = new TypedDocumentString(`
    mutation CancelOrder($input: CancelOrderInput!) {
  cancelOrder(input: $input) {
    ...OrderChange
  }
}
    fragment OrderSummary on Order {
  id
  number
  status
  version
  allowedTransitions
  customerId
  total {
    amount
    currency
  }
  createdAt
  updatedAt
}
fragment OrderDetails on Order {
  ...OrderSummary
  items {
    productId
    quantity
    sku
    productName
    unitPrice {
      amount
      currency
    }
    lineTotal {
      amount
      currency
    }
  }
  events {
    type
    from
    to
    at
    cancelReason
    actor
  }
  rejection {
    reason
    message
  }
}
fragment OrderChange on OrderChangeResult {
  __typename
  ... on OrderChangeSuccess {
    order {
      ...OrderDetails
    }
  }
  ... on UserError {
    code
    message
  }
  ... on OrderNotFoundError {
    orderId
  }
  ... on IllegalTransitionError {
    from
    to
    allowed
  }
  ... on VersionConflictError {
    currentVersion
  }
}`, {"hash":"7bc1f6c8bd8e0901bd56802a4e04e216c26653d4d4844f14ad03ed4eb736ee6f"}) as unknown as TypedDocumentString<CancelOrderMutation, CancelOrderMutationVariables>;
export const TransitionOrderDocument = new TypedDocumentString(`
    mutation TransitionOrder($input: TransitionOrderInput!) {
  transitionOrder(input: $input) {
    ...OrderChange
  }
}
    fragment OrderSummary on Order {
  id
  number
  status
  version
  allowedTransitions
  customerId
  total {
    amount
    currency
  }
  createdAt
  updatedAt
}
fragment OrderDetails on Order {
  ...OrderSummary
  items {
    productId
    quantity
    sku
    productName
    unitPrice {
      amount
      currency
    }
    lineTotal {
      amount
      currency
    }
  }
  events {
    type
    from
    to
    at
    cancelReason
    actor
  }
  rejection {
    reason
    message
  }
}
fragment OrderChange on OrderChangeResult {
  __typename
  ... on OrderChangeSuccess {
    order {
      ...OrderDetails
    }
  }
  ... on UserError {
    code
    message
  }
  ... on OrderNotFoundError {
    orderId
  }
  ... on IllegalTransitionError {
    from
    to
    allowed
  }
  ... on VersionConflictError {
    currentVersion
  }
}`, {"hash":"7871f20774e8f9f0cdf864cfe4bcfaa68e8c9c5bfc3e6292fbf27a7ab6db771b"}) as unknown as TypedDocumentString<TransitionOrderMutation, TransitionOrderMutationVariables>;
export const MeDocument = new TypedDocumentString(`
    query Me {
  me {
    ...CustomerDetails
  }
}
    fragment CustomerDetails on Customer {
  id
  name
  email
  createdAt
  updatedAt
}`, {"hash":"7e67d1262b81200b0ad16a43dd8a6f46f824549d0f3618444ee56befa4f597c2"}) as unknown as TypedDocumentString<MeQuery, MeQueryVariables>;
export const CustomerDocument = new TypedDocumentString(`
    query Customer($id: ID!) {
  customer(id: $id) {
    ...CustomerDetails
  }
}
    fragment CustomerDetails on Customer {
  id
  name
  email
  createdAt
  updatedAt
}`, {"hash":"1ec348f99df7d69d5a85c398e8dda6e0e76a1ebe4737836dac196866f16778b6"}) as unknown as TypedDocumentString<CustomerQuery, CustomerQueryVariables>;
export const CustomerWithOrdersDocument = new TypedDocumentString(`
    query CustomerWithOrders($id: ID!, $first: Int, $after: String, $last: Int, $before: String, $filter: CustomerOrderFilter, $sort: OrderSort) {
  customer(id: $id) {
    ...CustomerDetails
    orders(
      first: $first
      after: $after
      last: $last
      before: $before
      filter: $filter
      sort: $sort
    ) {
      nodes {
        ...OrderSummary
      }
      pageInfo {
        ...Page
      }
    }
  }
}
    fragment Page on PageInfo {
  hasNextPage
  hasPreviousPage
  startCursor
  endCursor
}
fragment CustomerDetails on Customer {
  id
  name
  email
  createdAt
  updatedAt
}
fragment OrderSummary on Order {
  id
  number
  status
  version
  allowedTransitions
  customerId
  total {
    amount
    currency
  }
  createdAt
  updatedAt
}`, {"hash":"f670869867124599f7edc82e508717b61055e9c14b1bd299a0e38fabde9ceed9"}) as unknown as TypedDocumentString<CustomerWithOrdersQuery, CustomerWithOrdersQueryVariables>;
export const CustomersDocument = new TypedDocumentString(`
    query Customers($first: Int, $after: String, $last: Int, $before: String, $filter: CustomerFilter) {
  customers(
    first: $first
    after: $after
    last: $last
    before: $before
    filter: $filter
  ) {
    nodes {
      ...CustomerDetails
    }
    pageInfo {
      ...Page
    }
    totalCount
  }
}
    fragment Page on PageInfo {
  hasNextPage
  hasPreviousPage
  startCursor
  endCursor
}
fragment CustomerDetails on Customer {
  id
  name
  email
  createdAt
  updatedAt
}`, {"hash":"abba918aed413c4866271c50b47ac5d07a6518e15086e8a7ae87152f3fb136c8"}) as unknown as TypedDocumentString<CustomersQuery, CustomersQueryVariables>;
export const CreateCustomerDocument = new TypedDocumentString(`
    mutation CreateCustomer($input: CreateCustomerInput!) {
  createCustomer(input: $input) {
    __typename
    ... on CreateCustomerSuccess {
      customer {
        ...CustomerDetails
      }
    }
    ... on UserError {
      code
      message
    }
    ... on InvalidInputError {
      fields {
        path
        message
      }
    }
    ... on EmailTakenError {
      email
    }
  }
}
    fragment CustomerDetails on Customer {
  id
  name
  email
  createdAt
  updatedAt
}`, {"hash":"399ef05553289f3a9c0207ea800d36411aceae906bdf2220cdadbae2a57d2d20"}) as unknown as TypedDocumentString<CreateCustomerMutation, CreateCustomerMutationVariables>;
export const UpdateCustomerDocument = new TypedDocumentString(`
    mutation UpdateCustomer($input: UpdateCustomerInput!) {
  updateCustomer(input: $input) {
    __typename
    ... on UpdateCustomerSuccess {
      customer {
        ...CustomerDetails
      }
    }
    ... on UserError {
      code
      message
    }
    ... on InvalidInputError {
      fields {
        path
        message
      }
    }
    ... on EmailTakenError {
      email
    }
    ... on CustomerNotFoundError {
      customerId
    }
  }
}
    fragment CustomerDetails on Customer {
  id
  name
  email
  createdAt
  updatedAt
}`, {"hash":"00d122d510c319faf7d8617dee652a38bd57fda386866173b32c3bd9a312556e"}) as unknown as TypedDocumentString<UpdateCustomerMutation, UpdateCustomerMutationVariables>;