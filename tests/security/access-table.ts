/**
 * Who may see and do what: the table that the access tests compare the whole API with. They fail for a field that is
 * not in it.
 */

/**
 * The outcome for each of CALLERS (anonymous, the owner of the rows, another customer, staff): `v` a value, `f` null
 * with a FORBIDDEN error, `u` null with an UNAUTHENTICATED one, `-` the same as for a row that doesn't exist.
 */
export type Access = 'vvvv' | 'uvvv' | 'uv-v' | 'uffv' | 'ufff' | '-vv-' | 'u--v';

const PUBLIC = 'vvvv';
/** For every caller with a token, whatever the row is. */
const KNOWN = 'uvvv';
const OWN = 'uv-v';
const STAFF = 'uffv';

const every = (access: Access, fields: string): Record<string, Access> =>
  Object.fromEntries(fields.split(' ').map((field) => [field, access]));

export const EXPECTED: Record<string, Record<string, Access>> = {
  Query: {
    ...every(PUBLIC, 'product products checkStock'),
    ...every('-vv-', 'me'),
    ...every(OWN, 'customer order'),
    // A list of the caller's own rows; empty if there are none.
    ...every(KNOWN, 'customers orders'),
  },
  Mutation: {
    ...every(STAFF, 'createCustomer createProduct updateProduct reduceStock adjustStock transitionOrder'),
    ...every(OWN, 'updateCustomer createOrder cancelOrder'),
  },

  Product: {
    ...every(PUBLIC, 'id sku name description price stock createdAt updatedAt'),
    ...every(STAFF, 'movements'),
  },
  StockLevel: { ...every(PUBLIC, 'available'), ...every(STAFF, 'onHand reserved lowStock') },
  Money: every(PUBLIC, 'amount currency'),
  PageInfo: every(PUBLIC, 'hasNextPage hasPreviousPage startCursor endCursor'),
  ProductConnection: every(PUBLIC, 'edges nodes pageInfo totalCount'),
  ProductEdge: every(PUBLIC, 'cursor node'),
  StockCheck: every(PUBLIC, 'productId requested available sufficient product'),
  StockMovement: every(STAFF, 'id type onHandChange availableChange reason orderId actor at'),
  StockMovementConnection: every(STAFF, 'edges nodes pageInfo totalCount'),
  StockMovementEdge: every(STAFF, 'cursor node'),

  Customer: every(OWN, 'id name email createdAt updatedAt orders'),
  CustomerConnection: every(KNOWN, 'edges nodes pageInfo totalCount'),
  CustomerEdge: every(OWN, 'cursor node'),

  Order: every(
    OWN,
    'id number status allowedTransitions version customerId customer items total events rejection createdAt updatedAt',
  ),
  OrderItem: every(OWN, 'productId quantity sku productName unitPrice lineTotal product'),
  OrderEvent: {
    ...every(OWN, 'type from to at cancelReason'),
    // A person's name, often an e-mail address: null for customers, without an error, so that they can select it.
    ...every('u--v', 'actor'),
  },
  OrderRejection: every(OWN, 'reason message'),
  OrderConnection: every(KNOWN, 'edges nodes pageInfo totalCount'),
  OrderEdge: every(OWN, 'cursor node'),

  CreateCustomerSuccess: every(STAFF, 'customer'),
  UpdateCustomerSuccess: every(OWN, 'customer'),
  CreateProductSuccess: every(STAFF, 'product'),
  UpdateProductSuccess: every(STAFF, 'product'),
  StockChangeSuccess: every(STAFF, 'product movement replayed'),
  CreateOrderSuccess: every(OWN, 'order replayed'),
  OrderChangeSuccess: every(OWN, 'order'),

  // Input is checked before rows are read, so this reveals nothing about them.
  InvalidInputError: every(KNOWN, 'code message fields'),
  FieldError: every(KNOWN, 'path message'),
  // About ids that don't exist.
  CustomerNotFoundError: every(KNOWN, 'code message customerId'),
  OrderNotFoundError: every(KNOWN, 'code message orderId'),
  // About attempts that only the owner may make.
  EmailTakenError: every(OWN, 'code message email'),
  ProductNotFoundError: every(OWN, 'code message productIds'),
  InsufficientStockError: every(OWN, 'code message shortages'),
  StockShortage: every(OWN, 'productId product requested available'),
  MixedCurrencyError: every(OWN, 'code message currencies'),
  PriceChangedError: every(OWN, 'code message expected actual'),
  IdempotencyKeyReusedError: every(OWN, 'code message idempotencyKey'),
  IllegalTransitionError: every(OWN, 'code message from to allowed'),
  VersionConflictError: every(OWN, 'code message currentVersion'),
  SkuTakenError: every(STAFF, 'code message sku'),
  StaleQuantityError: every(STAFF, 'code message actualOnHand'),
};

/** Inventory's mutations that are not in the gateway's API: refused to all of its callers, allowed to orders. */
export const INTERNAL: Record<string, Access> = every('ufff', 'reserveStock commitReservation releaseReservation');
