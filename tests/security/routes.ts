/**
 * The operations by which the access tests reach each type of the API: one for all fields of the type, on the owner's
 * rows.
 */
import type { Shop } from './shop.ts';

/** The path of the type's objects in the answer; `*`: any row of a list. */
export type Path = readonly string[];

export interface Route {
  /** @param fields what to select of the type */
  operation: (shop: Shop, fields: string) => string;
  path: Path;
}

const UNKNOWN = 'ffffffffffffffffffffffff';
let count = 0;
const unique = (): string => `unique-${String((count += 1))}`;

const query = (path: string, operation: (shop: Shop, fields: string) => string): Route => ({
  path: path.split('.'),
  operation: (shop, fields) => `{ ${operation(shop, fields)} }`,
});
/** A type among a mutation's answers. */
const answer = (type: string, field: (shop: Shop) => string, below: [path: string, open: string] = ['', '']): Route => {
  const [path, open] = below;
  return {
    path: ['answer', ...path.split('.').filter(Boolean)],
    operation: (shop, fields) =>
      `mutation { answer: ${field(shop)} { ... on ${type} { ${open} ${fields} ${open && '}'} } } }`,
  };
};

const createOrder = (customer: string, lines: string, more = ''): string =>
  `createOrder(input: { customerId: "${customer}", items: [${lines}] ${more} })`;
const line = (product: string, quantity: number): string =>
  `{ productId: "${product}", quantity: ${String(quantity)} }`;
const cancelOrder = (order: string, more = ''): string =>
  `cancelOrder(input: { orderId: "${order}", reason: CUSTOMER ${more} })`;
const updateCustomer = (customer: string, change: string): string =>
  `updateCustomer(input: { id: "${customer}", ${change} })`;
const product = (sku: string): string =>
  `createProduct(input: { sku: "${sku}", name: "A thing", price: { amount: 1, currency: "EUR" } })`;

const customers = ({ owner }: Shop, fields: string): string => `customer(id: "${owner}") { ${fields} }`;
const products = (shop: Shop, fields: string): string => `product(id: "${shop.product}") { ${fields} }`;
const ownOrders = ({ owner }: Shop, fields: string): string =>
  `orders(filter: { customerId: "${owner}", status: [CONFIRMED, CANCELLED, REJECTED] }) { ${fields} }`;
const listed = (_shop: Shop, fields: string): string => `customers { ${fields} }`;
const movements = (shop: Shop, fields: string): string => products(shop, `movements { ${fields} }`);

/** The routes to all object types but Query and Mutation. */
export const ROUTES: Record<string, Route> = {
  Product: query('product', products),
  StockLevel: query('product.stock', (shop, fields) => products(shop, `stock { ${fields} }`)),
  Money: query('product.price', (shop, fields) => products(shop, `price { ${fields} }`)),
  PageInfo: query('products.pageInfo', (_, fields) => `products { pageInfo { ${fields} } }`),
  ProductConnection: query('products', (_, fields) => `products { ${fields} }`),
  ProductEdge: query('products.edges.*', (_, fields) => `products { edges { ${fields} } }`),
  StockCheck: query('checkStock.*', (shop, fields) => `checkStock(lines: [${line(shop.product, 1)}]) { ${fields} }`),
  StockMovement: query('product.movements.nodes.*', (shop, fields) => movements(shop, `nodes { ${fields} }`)),
  StockMovementConnection: query('product.movements', movements),
  StockMovementEdge: query('product.movements.edges.*', (shop, fields) => movements(shop, `edges { ${fields} }`)),

  Customer: query('customer', customers),
  CustomerConnection: query('customers', listed),
  CustomerEdge: query(
    'customers.edges.*',
    (_, fields) => `customers(filter: { email: "ada@example.com" }) { edges { ${fields} } }`,
  ),

  Order: query('orders.nodes.*', (shop, fields) => ownOrders(shop, `nodes { ${fields} }`)),
  OrderItem: query('order.items.*', ({ order }, fields) => `order(id: "${order}") { items { ${fields} } }`),
  OrderEvent: query('order.events.*', ({ cancelled }, fields) => `order(id: "${cancelled}") { events { ${fields} } }`),
  OrderRejection: query(
    'order.rejection',
    (shop, fields) => `order(id: "${shop.rejected}") { rejection { ${fields} } }`,
  ),
  OrderConnection: query('orders', ownOrders),
  OrderEdge: query('orders.edges.*', (shop, fields) => ownOrders(shop, `edges { ${fields} }`)),

  CreateCustomerSuccess: answer(
    'CreateCustomerSuccess',
    () => `createCustomer(input: { name: "New", email: "${unique()}@example.com" })`,
  ),
  UpdateCustomerSuccess: answer('UpdateCustomerSuccess', ({ owner }) => updateCustomer(owner, 'name: "ada"')),
  CreateProductSuccess: answer('CreateProductSuccess', () => product(unique())),
  UpdateProductSuccess: answer(
    'UpdateProductSuccess',
    (shop) => `updateProduct(input: { id: "${shop.product}", name: "MUG" })`,
  ),
  StockChangeSuccess: answer(
    'StockChangeSuccess',
    (shop) => `reduceStock(input: { productId: "${shop.product}", quantity: 1 })`,
  ),
  CreateOrderSuccess: answer('CreateOrderSuccess', (shop) => createOrder(shop.owner, line(shop.product, 1))),
  // Already cancelled: a success without a change.
  OrderChangeSuccess: answer('OrderChangeSuccess', ({ cancelled }) => cancelOrder(cancelled)),

  InvalidInputError: answer('InvalidInputError', ({ owner }) => updateCustomer(owner, 'email: "none"')),
  FieldError: answer('InvalidInputError', ({ owner }) => updateCustomer(owner, 'email: "none"'), [
    'fields.*',
    'fields {',
  ]),
  CustomerNotFoundError: answer('CustomerNotFoundError', () => updateCustomer(UNKNOWN, 'name: "nobody"')),
  OrderNotFoundError: answer('OrderNotFoundError', () => cancelOrder(UNKNOWN)),
  EmailTakenError: answer('EmailTakenError', (shop) => updateCustomer(shop.owner, `email: "${shop.strangerEmail}"`)),
  ProductNotFoundError: answer('ProductNotFoundError', ({ owner }) => createOrder(owner, line(UNKNOWN, 1))),
  InsufficientStockError: answer('InsufficientStockError', (shop) => createOrder(shop.owner, soldOut(shop))),
  StockShortage: answer('InsufficientStockError', (shop) => createOrder(shop.owner, soldOut(shop)), [
    'shortages.*',
    'shortages {',
  ]),
  MixedCurrencyError: answer('MixedCurrencyError', (shop) =>
    createOrder(shop.owner, line(shop.product, 1) + line(shop.foreign, 1)),
  ),
  PriceChangedError: answer('PriceChangedError', (shop) =>
    createOrder(shop.owner, line(shop.product, 1), ', expectedTotal: { amount: 1, currency: "EUR" }'),
  ),
  IdempotencyKeyReusedError: answer('IdempotencyKeyReusedError', (shop) =>
    createOrder(shop.owner, line(shop.product, 77), `, idempotencyKey: "${shop.usedKey}"`),
  ),
  IllegalTransitionError: answer('IllegalTransitionError', ({ rejected }) => cancelOrder(rejected)),
  VersionConflictError: answer('VersionConflictError', ({ order }) => cancelOrder(order, ', expectedVersion: 99')),
  SkuTakenError: answer('SkuTakenError', () => product('MUG')),
  StaleQuantityError: answer(
    'StaleQuantityError',
    (shop) => `adjustStock(input: { productId: "${shop.product}", delta: 1, reason: "Counted", expectedOnHand: 3 })`,
  ),
};

/** More units than there are. */
const soldOut = (shop: Shop): string => line(shop.scarce, 2);

/** The fields of Query and Mutation with their arguments; `order` is a new one of the owner's. */
export const ROOTS: Record<string, (shop: Shop, order: string) => string> = {
  product: (shop) => products(shop, '__typename'),
  products: () => 'products { __typename }',
  checkStock: (shop) => `checkStock(lines: [${line(shop.product, 1)}]) { __typename }`,
  me: () => 'me { __typename }',
  customer: (shop) => customers(shop, '__typename'),
  customers: () => 'customers { __typename }',
  order: ({ order }) => `order(id: "${order}") { __typename }`,
  orders: () => 'orders { __typename }',

  createCustomer: () => `createCustomer(input: { name: "New", email: "${unique()}@example.com" }) { __typename }`,
  updateCustomer: ({ owner }) => `${updateCustomer(owner, 'name: "ada"')} { __typename }`,
  createProduct: () => `${product(unique())} { __typename }`,
  updateProduct: (shop) => `updateProduct(input: { id: "${shop.product}", name: "MUG" }) { __typename }`,
  reduceStock: (shop) => `reduceStock(input: { productId: "${shop.product}", quantity: 1 }) { __typename }`,
  adjustStock: (shop) =>
    `adjustStock(input: { productId: "${shop.product}", delta: 1, reason: "Counted" }) { __typename }`,
  createOrder: (shop) => `${createOrder(shop.owner, line(shop.product, 1))} { __typename }`,
  cancelOrder: (_, order) => `${cancelOrder(order)} { __typename }`,
  transitionOrder: (_, order) => `transitionOrder(input: { orderId: "${order}", to: SHIPPED }) { __typename }`,

  reserveStock: (shop) =>
    `reserveStock(orderId: "aaaaaaaaaaaaaaaaaaaaaaaa", lines: [${line(shop.product, 1)}]) { __typename }`,
  commitReservation: () => 'commitReservation(orderId: "aaaaaaaaaaaaaaaaaaaaaaaa")',
  releaseReservation: () => 'releaseReservation(orderId: "aaaaaaaaaaaaaaaaaaaaaaaa")',
};
