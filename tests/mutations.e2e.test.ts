/**
 * Every mutation of the API, through the gateway, as the client SDK sends it, with every member of its result's union.
 * The schema gives the list of tests, so that a new member without a case fails.
 */
import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type GraphQLSchema, buildSchema, getNamedType, isUnionType } from 'graphql';
import { type Client, createClient } from '../packages/client/client.ts';
import { type System, startSystem, until } from './harness.ts';

const schema: GraphQLSchema = buildSchema(readFileSync(new URL('../schema/api.graphql', import.meta.url), 'utf8'));

const UNKNOWN = '0123456789abcdef01234567';

let system: System;
let shop: Client;
let count = 0;
/** A unique name. */
const fresh = (prefix: string): string => `${prefix}-${String((count += 1))}`;

beforeAll(async () => {
  system = await startSystem();
  shop = createClient({ url: `${system.gateway.address}/graphql` });
});
afterAll(() => system[Symbol.asyncDispose]());

async function newProduct(more: { initialStock?: number; currency?: string; amount?: number } = {}) {
  const { initialStock = 10, currency = 'EUR', amount = 1999 } = more;
  const result = await shop.createProduct({
    sku: fresh('SKU'),
    name: 'Mug',
    price: { amount, currency },
    initialStock,
  });
  if (result.__typename !== 'CreateProductSuccess') throw new Error(result.message);
  return result.product;
}

async function newCustomer() {
  const result = await shop.createCustomer({ name: 'Ada', email: `${fresh('ada')}@example.com` });
  if (result.__typename !== 'CreateCustomerSuccess') throw new Error(result.message);
  return result.customer;
}

async function newOrder(more: { quantity?: number } = {}) {
  const [customer, product] = await Promise.all([newCustomer(), newProduct()]);
  const result = await shop.createOrder({
    customerId: customer.id,
    items: [{ productId: product.id, quantity: more.quantity ?? 2 }],
  });
  if (result.__typename !== 'CreateOrderSuccess') throw new Error(result.message);
  return { order: result.order, customer, product };
}

type Case = () => Promise<object>;

/** For each member of each mutation's union, how to get it, and the assertions on its fields. */
const CASES: Record<string, Record<string, Case>> = {
  createCustomer: {
    async CreateCustomerSuccess() {
      const email = `${fresh('Grace')}@Example.com`;
      const result = await shop.createCustomer({ name: '  Grace Hopper ', email });
      expect(result).toMatchObject({ customer: { name: 'Grace Hopper', email: email.toLowerCase() } });
      return result;
    },
    async InvalidInputError() {
      const result = await shop.createCustomer({ name: ' ', email: 'nobody' });
      expect(result).toMatchObject({ code: 'INVALID_INPUT', fields: [{ path: ['name'] }, { path: ['email'] }] });
      return result;
    },
    async EmailTakenError() {
      const { email } = await newCustomer();
      const result = await shop.createCustomer({ name: 'Another', email: email.toUpperCase() });
      expect(result).toMatchObject({ code: 'EMAIL_TAKEN', email });
      return result;
    },
  },

  updateCustomer: {
    async UpdateCustomerSuccess() {
      const { id, email } = await newCustomer();
      const result = await shop.updateCustomer({ id, name: 'Countess of Lovelace' });
      expect(result).toMatchObject({ customer: { id, email, name: 'Countess of Lovelace' } });
      return result;
    },
    async InvalidInputError() {
      const { id } = await newCustomer();
      const result = await shop.updateCustomer({ id, email: 'nobody' });
      expect(result).toMatchObject({ fields: [{ path: ['email'] }] });
      return result;
    },
    async EmailTakenError() {
      const [one, other] = await Promise.all([newCustomer(), newCustomer()]);
      const result = await shop.updateCustomer({ id: one.id, email: other.email });
      expect(result).toMatchObject({ email: other.email });
      return result;
    },
    async CustomerNotFoundError() {
      const result = await shop.updateCustomer({ id: UNKNOWN, name: 'Nobody' });
      expect(result).toMatchObject({ code: 'CUSTOMER_NOT_FOUND', customerId: UNKNOWN });
      return result;
    },
  },

  createProduct: {
    async CreateProductSuccess() {
      const sku = fresh('KETTLE');
      const result = await shop.createProduct({
        sku,
        name: 'Kettle',
        price: { amount: 4900, currency: 'EUR' },
        initialStock: 7,
        lowStockThreshold: 7,
      });
      expect(result).toMatchObject({
        product: {
          sku,
          price: { amount: 4900, currency: 'EUR' },
          stock: { onHand: 7, available: 7, reserved: 0, lowStock: true },
        },
      });
      return result;
    },
    async InvalidInputError() {
      const result = await shop.createProduct({
        sku: 'not a sku',
        name: '',
        price: { amount: -1, currency: 'euro' },
        initialStock: -1,
      });
      const paths = result.__typename === 'InvalidInputError' ? result.fields.map(({ path }) => path.join('.')) : [];
      expect(paths.sort()).toEqual(['initialStock', 'name', 'price.amount', 'price.currency', 'sku']);
      return result;
    },
    async SkuTakenError() {
      const { sku } = await newProduct();
      const result = await shop.createProduct({ sku, name: 'Copy', price: { amount: 1, currency: 'EUR' } });
      expect(result).toMatchObject({ code: 'SKU_TAKEN', sku });
      return result;
    },
  },

  updateProduct: {
    async UpdateProductSuccess() {
      const { id } = await newProduct();
      const result = await shop.updateProduct({
        id,
        name: 'Big mug',
        description: 'Bigger',
        price: { amount: 1, currency: 'USD' },
      });
      expect(result).toMatchObject({
        product: {
          id,
          name: 'Big mug',
          description: 'Bigger',
          price: { amount: 1, currency: 'USD' },
          stock: { onHand: 10 },
        },
      });
      return result;
    },
    async InvalidInputError() {
      const { id } = await newProduct();
      return shop.updateProduct({ id, name: 'x'.repeat(201) });
    },
    async ProductNotFoundError() {
      const result = await shop.updateProduct({ id: UNKNOWN, name: 'Nothing' });
      expect(result).toMatchObject({ code: 'PRODUCT_NOT_FOUND', productIds: [UNKNOWN] });
      return result;
    },
  },

  adjustStock: {
    async StockChangeSuccess() {
      const { id } = await newProduct();
      const input = { productId: id, delta: -3, reason: 'count', expectedOnHand: 10, idempotencyKey: fresh('key') };
      const result = await shop.adjustStock(input);
      expect(result).toMatchObject({
        product: { stock: { onHand: 7, available: 7 } },
        movement: { type: 'ADJUSTED', onHandChange: -3, availableChange: -3, reason: 'count' },
        replayed: false,
      });
      expect(await shop.adjustStock(input)).toMatchObject({ product: { stock: { onHand: 7 } }, replayed: true });
      return result;
    },
    async InvalidInputError() {
      const { id } = await newProduct();
      return shop.adjustStock({ productId: id, delta: 0, reason: '' });
    },
    ProductNotFoundError: () => shop.adjustStock({ productId: UNKNOWN, delta: 1, reason: 'found' }),
    async InsufficientStockError() {
      const { product } = await newOrder({ quantity: 8 });
      const result = await shop.adjustStock({ productId: product.id, delta: -3, reason: 'below the reserved units' });
      expect(result).toMatchObject({ shortages: [{ productId: product.id, requested: 3, available: 2 }] });
      return result;
    },
    async StaleQuantityError() {
      const { id } = await newProduct();
      const result = await shop.adjustStock({ productId: id, delta: 1, reason: 'count', expectedOnHand: 9 });
      expect(result).toMatchObject({ code: 'STALE_QUANTITY', actualOnHand: 10 });
      return result;
    },
    async IdempotencyKeyReusedError() {
      const { id } = await newProduct();
      const idempotencyKey = fresh('key');
      await shop.adjustStock({ productId: id, delta: 1, reason: 'count', idempotencyKey });
      const result = await shop.adjustStock({ productId: id, delta: 2, reason: 'count', idempotencyKey });
      expect(result).toMatchObject({ code: 'IDEMPOTENCY_KEY_REUSED', idempotencyKey });
      return result;
    },
  },

  reduceStock: {
    async StockChangeSuccess() {
      const { id } = await newProduct();
      const result = await shop.reduceStock({ productId: id, quantity: 10 });
      expect(result).toMatchObject({
        product: { stock: { onHand: 0, available: 0 } },
        movement: { type: 'REDUCED', onHandChange: -10, availableChange: -10 },
      });
      return result;
    },
    async InvalidInputError() {
      const { id } = await newProduct();
      return shop.reduceStock({ productId: id, quantity: 0 });
    },
    ProductNotFoundError: () => shop.reduceStock({ productId: 'no id at all', quantity: 1 }),
    async InsufficientStockError() {
      const { id } = await newProduct();
      const result = await shop.reduceStock({ productId: id, quantity: 11 });
      const product = { id, name: 'Mug' };
      expect(result).toMatchObject({ shortages: [{ productId: id, product, requested: 11, available: 10 }] });
      return result;
    },
    async IdempotencyKeyReusedError() {
      const { id } = await newProduct();
      const idempotencyKey = fresh('key');
      await shop.reduceStock({ productId: id, quantity: 1, idempotencyKey });
      return shop.reduceStock({ productId: id, quantity: 2, idempotencyKey });
    },
  },

  createOrder: {
    async CreateOrderSuccess() {
      const [customer, product] = await Promise.all([newCustomer(), newProduct()]);
      const input = {
        customerId: customer.id,
        // Two lines of one product are merged.
        items: [1, 2].map((quantity) => ({ productId: product.id, quantity })),
        idempotencyKey: fresh('key'),
      };
      const result = await shop.createOrder(input);
      expect(result).toMatchObject({
        replayed: false,
        order: {
          status: 'CONFIRMED',
          customerId: customer.id,
          items: [
            {
              productId: product.id,
              quantity: 3,
              sku: product.sku,
              productName: 'Mug',
              unitPrice: { amount: 1999, currency: 'EUR' },
              lineTotal: { amount: 5997, currency: 'EUR' },
            },
          ],
          total: { amount: 5997, currency: 'EUR' },
          events: [{ type: 'PLACED' }, { type: 'CONFIRMED' }],
          allowedTransitions: expect.arrayContaining(['SHIPPED', 'CANCELLED']),
        },
      });
      expect(await shop.createOrder(input)).toMatchObject({ replayed: true });
      expect(await shop.product(product.id)).toMatchObject({ stock: { available: 7 } });
      return result;
    },
    async InvalidInputError() {
      const customer = await newCustomer();
      const result = await shop.createOrder({ customerId: customer.id, items: [{ productId: UNKNOWN, quantity: 0 }] });
      expect(result).toMatchObject({ fields: [{ path: ['items', '0', 'quantity'] }] });
      return result;
    },
    async CustomerNotFoundError() {
      const { id } = await newProduct();
      const result = await shop.createOrder({ customerId: UNKNOWN, items: [{ productId: id, quantity: 1 }] });
      expect(result).toMatchObject({ code: 'CUSTOMER_NOT_FOUND', customerId: UNKNOWN });
      expect(await shop.product(id)).toMatchObject({ stock: { available: 10 } });
      return result;
    },
    async ProductNotFoundError() {
      const [customer, product] = await Promise.all([newCustomer(), newProduct()]);
      const result = await shop.createOrder({
        customerId: customer.id,
        items: [
          { productId: UNKNOWN, quantity: 1 },
          { productId: product.id, quantity: 11 },
        ],
      });
      expect(result).toMatchObject({ productIds: [UNKNOWN] });
      return result;
    },
    async InsufficientStockError() {
      const [customer, plenty, few] = await Promise.all([newCustomer(), newProduct(), newProduct({ initialStock: 1 })]);
      const result = await shop.createOrder({
        customerId: customer.id,
        items: [
          { productId: plenty.id, quantity: 5 },
          { productId: few.id, quantity: 2 },
        ],
      });
      const product = { id: few.id, name: 'Mug', sku: few.sku };
      expect(result).toMatchObject({ shortages: [{ productId: few.id, product, requested: 2, available: 1 }] });
      expect(await shop.product(plenty.id)).toMatchObject({ stock: { available: 10 } });
      return result;
    },
    async MixedCurrencyError() {
      const [customer, euros, dollars] = await Promise.all([
        newCustomer(),
        newProduct(),
        newProduct({ currency: 'USD' }),
      ]);
      const result = await shop.createOrder({
        customerId: customer.id,
        items: [euros, dollars].map(({ id }) => ({ productId: id, quantity: 1 })),
      });
      expect(result).toMatchObject({ code: 'MIXED_CURRENCY', currencies: ['EUR', 'USD'] });
      return result;
    },
    async PriceChangedError() {
      const [customer, product] = await Promise.all([newCustomer(), newProduct()]);
      const input = {
        customerId: customer.id,
        items: [{ productId: product.id, quantity: 2 }],
        expectedTotal: { amount: 3998, currency: 'EUR' },
        idempotencyKey: fresh('key'),
      };
      await shop.updateProduct({ id: product.id, price: { amount: 2099, currency: 'EUR' } });
      const result = await shop.createOrder(input);
      expect(result).toMatchObject({
        code: 'PRICE_CHANGED',
        expected: { amount: 3998, currency: 'EUR' },
        actual: { amount: 4198, currency: 'EUR' },
      });
      await until('no stock is reserved', async () => (await shop.product(product.id))?.stock.available === 10);
      // The same refusal, although the price is as expected again.
      await shop.updateProduct({ id: product.id, price: { amount: 1999, currency: 'EUR' } });
      expect(await shop.createOrder(input)).toEqual(result);
      expect(await shop.createOrder({ ...input, expectedTotal: null })).toMatchObject({
        code: 'IDEMPOTENCY_KEY_REUSED',
      });
      return result;
    },
    async IdempotencyKeyReusedError() {
      const [customer, product] = await Promise.all([newCustomer(), newProduct()]);
      const [one, two] = [1, 2].map((quantity) => ({
        customerId: customer.id,
        items: [{ productId: product.id, quantity }],
        idempotencyKey: 'the same',
      }));
      if (one === undefined || two === undefined) throw new Error('unreachable');
      await shop.createOrder(one);
      const result = await shop.createOrder(two);
      expect(result).toMatchObject({ idempotencyKey: 'the same' });
      return result;
    },
  },

  cancelOrder: {
    async OrderChangeSuccess() {
      const { order, product } = await newOrder();
      const input = { orderId: order.id, reason: 'CUSTOMER', expectedVersion: order.version } as const;
      const result = await shop.cancelOrder(input);
      expect(result).toMatchObject({
        order: {
          status: 'CANCELLED',
          version: order.version + 1,
          allowedTransitions: [],
          events: [{}, {}, { type: 'CANCELLED', from: 'CONFIRMED', to: 'CANCELLED', cancelReason: 'CUSTOMER' }],
        },
      });
      expect(await shop.product(product.id)).toMatchObject({ stock: { available: 10 } });
      // Repeated after a lost answer: the same result, although the version has changed.
      expect(await shop.cancelOrder(input)).toMatchObject({ order: { version: order.version + 1 } });
      return result;
    },
    OrderNotFoundError: () => shop.cancelOrder({ orderId: UNKNOWN, reason: 'OTHER' }),
    async IllegalTransitionError() {
      const { order } = await newOrder();
      await shop.shipOrder(order.id);
      const result = await shop.cancelOrder({ orderId: order.id, reason: 'STAFF' });
      expect(result).toMatchObject({ from: 'SHIPPED', to: 'CANCELLED', allowed: ['DELIVERED'] });
      return result;
    },
    async VersionConflictError() {
      const { order } = await newOrder();
      const result = await shop.cancelOrder({ orderId: order.id, reason: 'STAFF', expectedVersion: order.version + 5 });
      expect(result).toMatchObject({ code: 'VERSION_CONFLICT', currentVersion: order.version });
      return result;
    },
  },

  transitionOrder: {
    async OrderChangeSuccess() {
      const { order, product } = await newOrder();
      const shipped = await shop.shipOrder(order.id, { expectedVersion: order.version });
      expect(shipped).toMatchObject({ order: { status: 'SHIPPED', allowedTransitions: ['DELIVERED'] } });
      expect(await shop.productMovements(product.id)).toMatchObject({
        stock: { onHand: 8, available: 8, reserved: 0 },
        movements: {
          nodes: [
            { type: 'COMMITTED', onHandChange: -2, availableChange: 0, orderId: order.id },
            { type: 'RESERVED', onHandChange: 0, availableChange: -2, orderId: order.id },
            { type: 'RECEIVED', onHandChange: 10, availableChange: 10, orderId: null },
          ],
        },
      });
      const delivered = await shop.deliverOrder(order.id);
      expect(delivered).toMatchObject({ order: { status: 'DELIVERED', allowedTransitions: [] } });
      return delivered;
    },
    OrderNotFoundError: () => shop.shipOrder('no id at all'),
    async IllegalTransitionError() {
      const { order } = await newOrder();
      const result = await shop.deliverOrder(order.id);
      expect(result).toMatchObject({ from: 'CONFIRMED', to: 'DELIVERED' });
      return result;
    },
    async VersionConflictError() {
      const { order } = await newOrder();
      return shop.shipOrder(order.id, { expectedVersion: order.version - 1 });
    },
  },
};

/** Members of a shared union that a mutation can't return. */
const OUT_OF_REACH = new Set(['reduceStock StaleQuantityError']);

for (const mutation of Object.values(schema.getMutationType()?.getFields() ?? {})) {
  const union = getNamedType(mutation.type);
  if (!isUnionType(union)) throw new Error(`${mutation.name} answers no union.`);

  describe(mutation.name, () => {
    for (const { name: member } of union.getTypes()) {
      if (OUT_OF_REACH.has(`${mutation.name} ${member}`)) continue;
      it(`answers ${member}`, async () => {
        const reach = CASES[mutation.name]?.[member];
        if (reach === undefined) throw new Error(`There is no case for it: add one to CASES.`);
        expect(await reach()).toMatchObject({ __typename: member });
      });
    }
  });
}

it('two orders in one document each report the stock after themselves', async () => {
  const [customer, product] = await Promise.all([newCustomer(), newProduct({ initialStock: 10 })]);
  const input = (quantity: number) => ({ customerId: customer.id, items: [{ productId: product.id, quantity }] });
  const { data, errors } = await system.graphql(
    `mutation ($one: CreateOrderInput!, $two: CreateOrderInput!) { one: createOrder(input: $one) { ...Stock } two: createOrder(input: $two) { ...Stock } }
    fragment Stock on CreateOrderResult { ... on CreateOrderSuccess { order { items { product { stock { available } } } } } }`,
    { one: input(1), two: input(2) },
  );
  expect(errors).toBeUndefined();
  const left = (available: number): object => ({ order: { items: [{ product: { stock: { available } } }] } });
  expect(data).toEqual({ one: left(9), two: left(7) });
});
