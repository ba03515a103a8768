/**
 * The client of the API, with types from its schema: for shops' frontends and staff's tools, in browsers and in
 * Node.js.
 *
 *     const shop = createClient({ url: 'http://localhost:4000/graphql' });
 *     const result = await shop.createOrder({ customerId, items: [{ productId, quantity: 2 }] });
 *     if (result.__typename === 'CreateOrderSuccess') console.log(result.order.number, result.order.status);
 *     else console.log(result.message);
 *
 * Mutations return their result, which may be a refusal: tell them apart by `__typename`. A ClientError is thrown only
 * if there is no result. A request that gets no answer is repeated if that is safe. Orders and changes of stock carry
 * an idempotency key that stays the same over all attempts, so that they happen once.
 */
import { ClientError } from './errors.ts';
import * as api from './operations.generated.ts';
import { sleep } from './time.ts';
import { type CallOptions, type Send, type TransportOptions, createTransport } from './transport.ts';

export type * from './operations.generated.ts';
export { TypedDocumentString } from './operations.generated.ts';
export { ClientError, type ResponseError } from './errors.ts';
export type { CallOptions, Repeat } from './transport.ts';

export type ClientOptions = TransportOptions;

export interface FollowOptions extends CallOptions {
  /** Milliseconds between two requests: 500 by default. */
  intervalMs?: number | undefined;
  /** How long to wait, in milliseconds: 60,000 by default. After that, a ClientError `TIMEOUT` is thrown. */
  timeoutMs?: number | undefined;
}

/** The type of a mutation's `input`. */
type Input<Variables extends { input: unknown }> = Variables['input'];
/** Variables without the one that a method takes as a separate argument. */
type Without<Variables, Key extends string> = Omit<Variables, Key>;

export type Client = ReturnType<typeof createClient>;

/** Makes a client. Nothing is sent before a method is called; every method may throw a ClientError. */
export function createClient(options: ClientOptions) {
  const send = createTransport(options);
  return {
    ...products(send),
    ...stock(send),
    ...orders(send),
    ...customers(send),
    /** Sends a document of your own. Give `repeat: 'unprocessed'` for a mutation that must not be sent twice. */
    execute: send,
  };
}

/** What every caller may do with products. */
const products = (send: Send) => ({
  /** One product; null if the id is unknown. */
  product: async (id: string, options?: CallOptions) => (await send(api.ProductDocument, { id }, options)).product,

  /** A page of products: search, filter and sort. */
  products: async (args: api.ProductsQueryVariables = {}, options?: CallOptions) =>
    given((await send(api.ProductsDocument, args, options)).products),

  /** Whether there is enough of each product at this moment. Only an order reserves stock. */
  checkStock: async (lines: api.StockLineInput[], options?: CallOptions) =>
    given((await send(api.CheckStockDocument, { lines }, options)).checkStock),
});

/** What staff may do with products and their stock. */
const stock = (send: Send) => ({
  /** A page of products with everything that staff may see of their stock. */
  stockedProducts: async (args: api.StockedProductsQueryVariables = {}, options?: CallOptions) =>
    given((await send(api.StockedProductsDocument, args, options)).products),

  /** A product and what happened to its stock, newest first; null if the id is unknown. */
  productMovements: async (
    id: string,
    args: Without<api.ProductMovementsQueryVariables, 'id'> = {},
    options?: CallOptions,
  ) => (await send(api.ProductMovementsDocument, { ...args, id }, options)).product,

  /** A second attempt would return SkuTakenError, so it is repeated only if the server has not processed the first. */
  createProduct: async (input: Input<api.CreateProductMutationVariables>, options?: CallOptions) =>
    given((await send(api.CreateProductDocument, { input }, { ...options, repeat: 'unprocessed' })).createProduct),

  updateProduct: async (input: Input<api.UpdateProductMutationVariables>, options?: CallOptions) =>
    given((await send(api.UpdateProductDocument, { input }, options)).updateProduct),

  /** Corrects the stock up or down. */
  adjustStock: async (input: Input<api.AdjustStockMutationVariables>, options?: CallOptions) =>
    given((await send(api.AdjustStockDocument, { input: withKey(input) }, options)).adjustStock),

  /** Takes units out of the stock, without an order. */
  reduceStock: async (input: Input<api.ReduceStockMutationVariables>, options?: CallOptions) =>
    given((await send(api.ReduceStockDocument, { input: withKey(input) }, options)).reduceStock),
});

const orders = (send: Send) => {
  const order = async (id: string, options?: CallOptions) => (await send(api.OrderDocument, { id }, options)).order;
  const transition = async (input: Input<api.TransitionOrderMutationVariables>, options?: CallOptions) =>
    given((await send(api.TransitionOrderDocument, { input }, options)).transitionOrder);
  return {
    /** One order with its items and its history; null if the id is unknown. */
    order,

    /**
     * A page of orders: for a customer its own, for staff all. Without REJECTED ones, unless `filter.status` includes
     * REJECTED.
     */
    orders: async (args: api.OrdersQueryVariables = {}, options?: CallOptions) =>
      given((await send(api.OrdersDocument, args, options)).orders),

    /**
     * Places an order. It may come back PENDING: see `followOrder`. With `expectedTotal`, the total that the buyer was
     * shown (in the currency's minor unit), it is placed at exactly that total, or nothing is kept and
     * PriceChangedError tells the `actual` one. If the buyer agrees to that, call again with the new total and without
     * the old `idempotencyKey`: the old key returns the same refusal, or IdempotencyKeyReusedError with another total.
     * Without `expectedTotal`, the order is placed at the current prices.
     */
    createOrder: async (input: Input<api.CreateOrderMutationVariables>, options?: CallOptions) =>
      given((await send(api.CreateOrderDocument, { input: withKey(input) }, options)).createOrder),

    cancelOrder: async (input: Input<api.CancelOrderMutationVariables>, options?: CallOptions) =>
      given((await send(api.CancelOrderDocument, { input }, options)).cancelOrder),

    /** Staff: the order leaves the warehouse. With `expectedVersion`, it fails if the order has changed since. */
    shipOrder: (orderId: string, { expectedVersion, ...options }: ChangeOptions = {}) =>
      transition({ orderId, to: 'SHIPPED', expectedVersion }, options),

    /** Staff: the order arrived. */
    deliverOrder: (orderId: string, { expectedVersion, ...options }: ChangeOptions = {}) =>
      transition({ orderId, to: 'DELIVERED', expectedVersion }, options),

    /** Waits until an order is no longer PENDING, and returns it; null if the id is unknown. */
    async followOrder(id: string, { intervalMs = 500, timeoutMs = 60_000, ...options }: FollowOptions = {}) {
      const end = Date.now() + timeoutMs;
      for (;;) {
        const { order: seen } = await send(api.OrderStatusDocument, { id }, options);
        if (seen?.status !== 'PENDING') return order(id, options);
        if (Date.now() >= end)
          throw new ClientError('TIMEOUT', `The order is still pending after ${String(timeoutMs)} ms.`);
        await sleep(intervalMs, options.signal);
      }
    },
  };
};

interface ChangeOptions extends CallOptions {
  expectedVersion?: number | undefined;
}

const customers = (send: Send) => ({
  /** The customer whose token is used; null for staff and without a token. */
  me: async (options?: CallOptions) => (await send(api.MeDocument, {}, options)).me,

  /** One customer; null if the id is unknown. */
  customer: async (id: string, options?: CallOptions) => (await send(api.CustomerDocument, { id }, options)).customer,

  /**
   * A customer and a page of its orders, without REJECTED ones unless `filter.status` includes REJECTED; null if the id
   * is unknown.
   */
  customerWithOrders: async (
    id: string,
    args: Without<api.CustomerWithOrdersQueryVariables, 'id'> = {},
    options?: CallOptions,
  ) => (await send(api.CustomerWithOrdersDocument, { ...args, id }, options)).customer,

  /** A page of customers. */
  customers: async (args: api.CustomersQueryVariables = {}, options?: CallOptions) =>
    given((await send(api.CustomersDocument, args, options)).customers),

  /** A second attempt would return EmailTakenError, so it is repeated only if the server has not processed the first. */
  createCustomer: async (input: Input<api.CreateCustomerMutationVariables>, options?: CallOptions) =>
    given((await send(api.CreateCustomerDocument, { input }, { ...options, repeat: 'unprocessed' })).createCustomer),

  updateCustomer: async (input: Input<api.UpdateCustomerMutationVariables>, options?: CallOptions) =>
    given((await send(api.UpdateCustomerDocument, { input }, options)).updateCustomer),
});

/** The caller's idempotency key, or a new one. */
const withKey = <T extends { idempotencyKey?: string | null | undefined }>(input: T): T => ({
  ...input,
  idempotencyKey: input.idempotencyKey ?? crypto.randomUUID(),
});

/** Lists and results of mutations are null only together with an error, which was thrown before. */
function given<T>(value: T | null | undefined): T {
  // The address may belong to another server.
  if (value === null || value === undefined)
    throw new ClientError('HTTP', 'The server answered without a result and without an error.');
  return value;
}
