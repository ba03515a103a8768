import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import {
  type Orders,
  type Shop,
  createGate,
  loseAnswer,
  passOn,
  refuse,
  startShop,
} from '../../tests/subgraphs/orders.ts';
import type { CreateOrderResult } from './create-order.ts';
import type { MoneyInput } from './schema.generated.ts';

let shop: Shop;
beforeAll(async () => {
  shop = await startShop();
});
afterAll(async () => {
  await shop[Symbol.asyncDispose]();
});

const euros = (amount: number): MoneyInput => ({ amount, currency: 'EUR' });

interface Asked {
  customerId: string;
  productId: string;
  quantity?: number;
  expectedTotal?: MoneyInput | null;
  idempotencyKey?: string;
}

const place = (orders: Orders, { customerId, productId, quantity = 1, ...more }: Asked): Promise<CreateOrderResult> =>
  orders.service.create({ customerId, items: [{ productId, quantity }], ...more }, orders.request());

const priceChanged = (expected: MoneyInput, actual: MoneyInput) => ({
  __typename: 'PriceChangedError',
  code: 'PRICE_CHANGED',
  message: expect.any(String),
  expected,
  actual,
});

describe('an order with an expected total', () => {
  it('is confirmed if its stock is reserved at that total', async () => {
    await using orders = await shop.orders();
    const asked = { customerId: await shop.customer(), productId: await shop.product({ amount: 250 }), quantity: 3 };
    expect(await place(orders, { ...asked, expectedTotal: euros(750) })).toMatchObject({
      order: { status: 'CONFIRMED', total: euros(750) },
    });
  });

  it.each([
    ['a higher total', euros(751)],
    ['a lower total', euros(749)],
    ['a total in another currency', { amount: 750, currency: 'USD' }],
  ])('is refused with %s, and keeps neither stock nor prices', async (_, expectedTotal) => {
    await using inventory = await shop.proxyOf('inventory');
    await using orders = await shop.orders({ inventory });
    const [customerId, productId] = [await shop.customer(), await shop.product({ amount: 250, stock: 5 })];
    const refused = await place(orders, { customerId, productId, quantity: 3, expectedTotal });
    expect(refused).toEqual(priceChanged(expectedTotal, euros(750)));

    await orders.settled();
    expect(inventory.operations).toEqual(['ReserveStock', 'ReleaseReservation']);
    expect(await shop.stock(productId)).toEqual({ onHand: 5, available: 5, reserved: 0 });
    const [stored] = await orders.model.find().lean();
    expect(stored).toMatchObject({
      status: 'REJECTED',
      version: 2,
      totalAmount: -1,
      currency: null,
      items: [{ productId, quantity: 3 }],
      refusal: { reason: 'PRICE_CHANGED', expected: expectedTotal, actual: euros(750) },
      events: [{ type: 'PLACED' }, { type: 'REJECTED' }],
    });
    expect(stored?.items[0]).not.toHaveProperty('unitPrice');
  });

  it('is refused for other reasons before its price', async () => {
    await using orders = await shop.orders();
    const [customerId, productId] = [await shop.customer(), await shop.product({ stock: 1 })];
    expect(await place(orders, { customerId, productId, quantity: 2, expectedTotal: euros(1) })).toMatchObject({
      __typename: 'InsufficientStockError',
    });
  });

  it('of null counts as none', async () => {
    await using orders = await shop.orders();
    const asked = { customerId: await shop.customer(), productId: await shop.product(), idempotencyKey: 'k' };
    expect(await place(orders, { ...asked, expectedTotal: null })).toMatchObject({ order: { status: 'CONFIRMED' } });
    expect(await place(orders, asked)).toMatchObject({ replayed: true });
  });

  it.each([
    [{ amount: -1, currency: 'EUR' }, [['expectedTotal', 'amount']]],
    [{ amount: 9_000_000_000_000_001, currency: 'EUR' }, [['expectedTotal', 'amount']]],
    [
      { amount: 0.5, currency: 'euro' },
      [
        ['expectedTotal', 'amount'],
        ['expectedTotal', 'currency'],
      ],
    ],
  ])('that is impossible is invalid input, and nothing is stored: %j', async (expectedTotal, paths) => {
    await using orders = await shop.orders();
    const [customerId, productId] = [await shop.customer(), await shop.product()];
    expect(await place(orders, { customerId, productId, expectedTotal })).toMatchObject({
      __typename: 'InvalidInputError',
      fields: paths.map((path) => ({ path })),
    });
    expect(await orders.model.countDocuments()).toBe(0);
  });

  it('may be as large as the largest total', async () => {
    await using orders = await shop.orders();
    const asked = {
      customerId: await shop.customer(),
      productId: await shop.product({ stock: 100_000, amount: 90_000_000_000 }),
      quantity: 100_000,
    };
    expect(await place(orders, { ...asked, expectedTotal: euros(9_000_000_000_000_000) })).toMatchObject({
      order: { status: 'CONFIRMED' },
    });
  });
});

describe('the key of an order with an expected total', () => {
  it('gives the same refusal even after the price has changed to the expected one', async () => {
    await using orders = await shop.orders();
    const [customerId, productId] = [await shop.customer(), await shop.product({ amount: 200, stock: 5 })];
    const asked = { customerId, productId, expectedTotal: euros(100), idempotencyKey: 'k' };
    const refused = await place(orders, asked);
    expect(refused).toEqual(priceChanged(euros(100), euros(200)));
    await shop.reprice(productId, 100);
    expect(await place(orders, asked)).toEqual(refused);
    expect(await orders.model.countDocuments()).toBe(1);
    await orders.settled();
    expect(await shop.stock(productId)).toMatchObject({ available: 5 });
  });

  it('gives the same order even after the price has changed', async () => {
    await using orders = await shop.orders();
    const [customerId, productId] = [await shop.customer(), await shop.product({ amount: 200 })];
    const asked = { customerId, productId, expectedTotal: euros(200), idempotencyKey: 'k' };
    await place(orders, asked);
    await shop.reprice(productId, 300);
    expect(await place(orders, asked)).toMatchObject({ replayed: true, order: { total: euros(200) } });
  });

  it('covers that total too: with another total, or with none, the key counts as reused', async () => {
    await using orders = await shop.orders();
    const [customerId, productId] = [await shop.customer(), await shop.product({ amount: 200 })];
    const asked = { customerId, productId, idempotencyKey: 'k' };
    await place(orders, { ...asked, expectedTotal: euros(200) });
    for (const expectedTotal of [euros(201), { amount: 200, currency: 'USD' }, null]) {
      expect(await place(orders, { ...asked, expectedTotal })).toMatchObject({
        __typename: 'IdempotencyKeyReusedError',
      });
    }
  });

  it('that was first used without a total counts as reused with one', async () => {
    await using orders = await shop.orders();
    const asked = { customerId: await shop.customer(), productId: await shop.product(), idempotencyKey: 'k' };
    await place(orders, asked);
    const [stored] = await orders.model.find().lean();
    expect(stored).not.toHaveProperty('expectedTotal');
    expect(await place(orders, { ...asked, expectedTotal: euros(1999) })).toMatchObject({
      __typename: 'IdempotencyKeyReusedError',
    });
    expect(await place(orders, asked)).toMatchObject({ replayed: true });
  });
});

describe('an order with an expected total that was left behind', () => {
  it('is refused by recovery if the price changed before its stock was reserved', async () => {
    await using inventory = await shop.proxyOf('inventory');
    await using orders = await shop.orders({ inventory });
    const [customerId, productId] = [await shop.customer(), await shop.product({ amount: 200, stock: 5 })];
    const asked = { customerId, productId, expectedTotal: euros(200), idempotencyKey: 'k' };
    inventory.treatAll(refuse);
    expect(await place(orders, asked)).toMatchObject({ order: { status: 'PENDING' } });
    await shop.reprice(productId, 300);
    inventory.treatAll(passOn);
    orders.service.startRecovery();
    await orders.settled();
    expect(await place(orders, asked)).toEqual(priceChanged(euros(200), euros(300)));
    expect(await shop.stock(productId)).toEqual({ onHand: 5, available: 5, reserved: 0 });
  });

  it('keeps the price of its reservation, even if the answer to that was lost', async () => {
    await using inventory = await shop.proxyOf('inventory');
    await using orders = await shop.orders({ inventory });
    const [customerId, productId] = [await shop.customer(), await shop.product({ amount: 200 })];
    const asked = { customerId, productId, expectedTotal: euros(200), idempotencyKey: 'k' };
    inventory.treatAll(loseAnswer);
    expect(await place(orders, asked)).toMatchObject({ order: { status: 'PENDING' } });
    await shop.reprice(productId, 300);
    inventory.treatAll(passOn);
    expect(await place(orders, asked)).toMatchObject({ replayed: true, order: { total: euros(200) } });
  });

  it('stays cancelled if it was cancelled first, whatever its total is', async () => {
    await using inventory = await shop.proxyOf('inventory');
    await using orders = await shop.orders({ inventory });
    const [customerId, productId] = [await shop.customer(), await shop.product({ amount: 200, stock: 5 })];
    const held = createGate();
    inventory.treatNext(async (forward, response) => {
      const answer = await forward();
      await held.pass();
      await passOn(() => Promise.resolve(answer), response);
    });
    const placing = place(orders, { customerId, productId, expectedTotal: euros(1) });
    await held.reached;
    const [stored] = await orders.model.find().lean();
    const orderId = stored?._id.toHexString() ?? '';
    await orders.service.cancel({ orderId, reason: 'CUSTOMER' }, orders.request());
    held.open();
    expect(await placing).toMatchObject({ order: { status: 'CANCELLED' } });
    await orders.settled();
    expect(await shop.stock(productId)).toEqual({ onHand: 5, available: 5, reserved: 0 });
  });
});

describe('prices that change while many buy', () => {
  /** The total that each buyer was shown, and how many units of which product it orders. */
  const buyer = fc.record({
    lines: fc.uniqueArray(fc.record({ product: fc.nat(2), quantity: fc.integer({ min: 1, max: 3 }) }), {
      minLength: 1,
      maxLength: 3,
      selector: ({ product }) => product,
    }),
    shown: fc.array(fc.integer({ min: 1, max: 4 }), { minLength: 3, maxLength: 3 }),
  });
  const change = fc.record({ product: fc.nat(2), amount: fc.integer({ min: 1, max: 4 }) });

  it('confirm no order at another total than the expected one, and leave nothing of the refused ones', async () => {
    await using orders = await shop.orders({ orderDeadlineMs: 60_000 });
    const customerId = await shop.customer();
    let [confirmed, refused] = [0, 0];
    await fc.assert(
      fc.asyncProperty(
        fc.array(buyer, { minLength: 4, maxLength: 12 }),
        fc.array(change, { minLength: 4, maxLength: 12 }),
        async (buyers, changes) => {
          const products = await Promise.all([1, 2, 3].map((amount) => shop.product({ amount, stock: 1000 })));
          const sold = products.map(() => 0);
          const changing = (async () => {
            for (const { product, amount } of changes) await shop.reprice(products[product] ?? '', amount);
          })();
          await Promise.all(
            buyers.map(async ({ lines, shown }) => {
              const items = lines.map(({ product, quantity }) => ({ productId: products[product] ?? '', quantity }));
              const amount = lines.reduce((sum, { product, quantity }) => sum + quantity * (shown[product] ?? 0), 0);
              const input = { customerId, items, expectedTotal: euros(amount) };
              const result = await orders.service.create(input, orders.request());
              if (result.__typename === 'CreateOrderSuccess') {
                expect(result.order).toMatchObject({ status: 'CONFIRMED', total: euros(amount) });
                for (const { product, quantity } of lines) sold[product] = (sold[product] ?? 0) + quantity;
                confirmed += 1;
              } else {
                expect(result).toMatchObject({ __typename: 'PriceChangedError', expected: euros(amount) });
                if (result.__typename === 'PriceChangedError') expect(result.actual).not.toEqual(result.expected);
                refused += 1;
              }
            }),
          );
          await changing;
          await orders.settled();
          for (const [n, productId] of products.entries()) {
            const reserved = sold[n] ?? 0;
            expect(await shop.stock(productId)).toEqual({ onHand: 1000, available: 1000 - reserved, reserved });
            expect(await shop.ledger(productId)).toEqual({ onHand: 1000, available: 1000 - reserved });
          }
        },
      ),
      { numRuns: 15, endOnFailure: true },
    );
    // Both must happen for the test to show anything.
    expect(Math.min(confirmed, refused)).toBeGreaterThan(5);
  }, 120_000);
});
