/** A buyer whose requests may get no answer and are repeated until they have one; and the customers and products to buy with. */
import { type Answer, type System, until } from '../harness.ts';
import type { Money } from './invariants.ts';

export interface OrderAnswer {
  __typename: string;
  order?: { id: string; status: string; version: number };
  replayed?: boolean;
  message?: string;
}
export interface Line {
  productId: string;
  quantity: number;
}

const CREATE_ORDER = `mutation ($input: CreateOrderInput!) { createOrder(input: $input) {
  __typename ... on CreateOrderSuccess { order { id status version } replayed } ... on UserError { message } } }`;
const CANCEL = `mutation ($input: CancelOrderInput!) { result: cancelOrder(input: $input) {
  __typename ... on OrderChangeSuccess { order { id status version } } ... on UserError { message } } }`;
const TRANSITION = `mutation ($input: TransitionOrderInput!) { result: transitionOrder(input: $input) {
  __typename ... on OrderChangeSuccess { order { id status version } } ... on UserError { message } } }`;

export type Send = <Data>(query: string, variables: object) => Promise<Answer<Data>>;

/** The result of a request without a definite answer: it may or may not have been carried out. */
const NO_ANSWER = { __typename: 'NoAnswer' } as const;

/** The mutations of orders through `send`. They return NO_ANSWER if the network or the server failed. */
export function buyerBy(send: Send) {
  const ask = async (field: string, query: string, input: object): Promise<OrderAnswer> => {
    try {
      const { data } = await send<Record<string, OrderAnswer>>(query, { input });
      return data?.[field] ?? NO_ANSWER;
    } catch {
      return NO_ANSWER;
    }
  };
  return {
    createOrder: (customerId: string, items: Line[], idempotencyKey: string, expectedTotal?: Money) =>
      ask('createOrder', CREATE_ORDER, { customerId, items, idempotencyKey, expectedTotal }),
    cancelOrder: (orderId: string) => ask('result', CANCEL, { orderId, reason: 'OTHER' }),
    transitionOrder: (orderId: string, to: 'SHIPPED' | 'DELIVERED') => ask('result', TRANSITION, { orderId, to }),
  };
}

/** Repeats a request until it has a definite answer. Repeating it must be safe. */
export const insist = (what: string, ask: () => Promise<OrderAnswer>): Promise<OrderAnswer> =>
  until(
    what,
    async () => {
      const answer = await ask();
      return answer.__typename === NO_ANSWER.__typename || answer.order?.status === 'PENDING' ? null : answer;
    },
    // A process may be restarted meanwhile, on a busy machine.
    120_000,
  );

export async function createCustomer(system: System, name: string): Promise<string> {
  const { data } = await system.subgraph<{ createCustomer: { customer: { id: string } } }>(
    'customers',
    'mutation ($input: CreateCustomerInput!) { createCustomer(input: $input) { ... on CreateCustomerSuccess { customer { id } } } }',
    { input: { name, email: `${name}@example.com` } },
  );
  if (!data) throw new Error('no customer was created');
  return data.createCustomer.customer.id;
}

export async function createProduct(system: System, sku: string, initialStock: number): Promise<string> {
  const { data } = await system.subgraph<{ createProduct: { product: { id: string } } }>(
    'inventory',
    'mutation ($input: CreateProductInput!) { createProduct(input: $input) { ... on CreateProductSuccess { product { id } } } }',
    { input: { sku, name: sku, price: { amount: 100, currency: 'EUR' }, initialStock } },
  );
  if (!data) throw new Error('no product was created');
  return data.createProduct.product.id;
}
