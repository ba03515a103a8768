import crypto from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { type Shop, UNKNOWN_ID, customerOf, startShop } from '../../tests/subgraphs/orders.ts';
import { mergeLines } from './order.ts';

let shop: Shop;
beforeAll(async () => {
  shop = await startShop();
});
afterAll(async () => {
  await shop[Symbol.asyncDispose]();
});

const unknownId = (digit: string): string => digit.repeat(24);

describe('a placed order', () => {
  it('is confirmed with snapshots of its products, and takes their stock', async () => {
    await using orders = await shop.orders();
    const customerId = await shop.customer();
    const [tea, pot] = [await shop.product({ amount: 250, stock: 10 }), await shop.product({ amount: 1999 })];
    const order = await orders.placed(customerId, { [pot]: 1, [tea]: 3 });

    const snapshot = { sku: expect.any(String), productName: 'Teapot' };
    const euros = (amount: number) => ({ amount, currency: 'EUR' });
    const items = [
      { productId: tea, quantity: 3, ...snapshot, unitPrice: euros(250), lineTotal: euros(750) },
      { productId: pot, quantity: 1, ...snapshot, unitPrice: euros(1999), lineTotal: euros(1999) },
    ];
    expect(order).toEqual({
      id: expect.stringMatching(/^[0-9a-f]{24}$/),
      number: expect.stringMatching(/^[0-9A-HJKMNP-TV-Z]{10}$/),
      status: 'CONFIRMED',
      version: 2,
      customerId,
      items: items.sort((a, b) => (a.productId < b.productId ? -1 : 1)),
      total: euros(2749),
      events: [
        { type: 'PLACED', from: null, to: 'PENDING', at: order.createdAt, cancelReason: null, actor: 'ada' },
        { type: 'CONFIRMED', from: 'PENDING', to: 'CONFIRMED', at: order.updatedAt, cancelReason: null, actor: null },
      ],
      refusal: null,
      createdAt: expect.any(Date),
      updatedAt: expect.any(Date),
    });
    expect(await shop.stock(tea)).toEqual({ onHand: 10, available: 7, reserved: 3 });
    expect(await orders.unsettled()).toBe(0);
  });

  it('has one item for each product, however its input was split', async () => {
    await using orders = await shop.orders();
    const [a, b] = [await shop.product(), await shop.product()].sort() as [string, string];
    const items = [
      { productId: b, quantity: 1 },
      { productId: a, quantity: 2 },
      { productId: b, quantity: 3 },
    ];
    const result = await orders.service.create({ customerId: await shop.customer(), items }, orders.request());
    expect(result).toMatchObject({
      order: { items: mergeLines(items).map((line) => ({ ...line, lineTotal: { amount: line.quantity * 1999 } })) },
    });
  });

  it('has a unique number: one that is taken is drawn again', async () => {
    await using orders = await shop.orders();
    const [customerId, productId] = [await shop.customer(), await shop.product()];
    const draws = [0, 0, 1];
    const { randomBytes } = crypto;
    const draw = (size: number): Buffer => (size === 10 ? Buffer.alloc(size, draws.shift()) : randomBytes(size));
    const spy = jest.spyOn(crypto, 'randomBytes').mockImplementation(draw);
    try {
      const numbers = [];
      for (let n = 0; n < 2; n += 1) numbers.push((await orders.placed(customerId, { [productId]: 1 })).number);
      expect(numbers).toEqual(['0000000000', '1111111111']);
    } finally {
      spy.mockRestore();
    }
  });

  it('costs two writes and two calls; the first write and the first call run side by side', async () => {
    await using customers = await shop.proxyOf('customers');
    await using inventory = await shop.proxyOf('inventory');
    await using orders = await shop.orders({ customers, inventory });
    const [customerId, productId] = [await shop.customer(), await shop.product()];
    const commands = await orders.commands(() => orders.placed(customerId, { [productId]: 1 }, 'key'));
    expect(commands).toEqual(['insert', 'update']);
    expect(customers.operations).toEqual(['FindCustomer']);
    expect(inventory.operations).toEqual(['ReserveStock']);
  });
});

describe('invalid input', () => {
  it('is refused with all bad fields at once, leaves no order, and uses up no key', async () => {
    await using orders = await shop.orders();
    const [customerId, productId] = [await shop.customer(), await shop.product()];
    const items = [
      { productId, quantity: 0 },
      { productId: unknownId('1'), quantity: 200_000 },
      { productId: unknownId('2'), quantity: -1 },
    ];
    const refused = await orders.service.create({ customerId, items, idempotencyKey: 'k' }, orders.request());
    expect(refused).toMatchObject({ __typename: 'InvalidInputError', code: 'INVALID_INPUT' });
    expect('fields' in refused && refused.fields.map(({ path }) => path.join('.'))).toEqual([
      'items.0.quantity',
      'items.2.quantity',
      'items',
    ]);
    expect(await orders.model.countDocuments()).toBe(0);
    expect(await orders.place(customerId, { [productId]: 1 }, 'k')).toMatchObject({ replayed: false });
  });

  it.each([
    ['no items', { items: [] }, ['items']],
    ['an empty key', { idempotencyKey: '' }, ['idempotencyKey']],
    ['a key that is too long', { idempotencyKey: 'k'.repeat(256) }, ['idempotencyKey']],
    ['101 products', { items: Array.from({ length: 101 }, (_, n) => ({ productId: `${n}`, quantity: 1 })) }, ['items']],
    ['1,001 items', { items: Array(1001).fill({ productId: UNKNOWN_ID, quantity: 0 }) }, ['items']],
    ['too many units', { items: [{ productId: UNKNOWN_ID, quantity: 100_001 }] }, ['items']],
  ])('is refused for %s', async (_, input, path) => {
    await using orders = await shop.orders();
    const given = { customerId: UNKNOWN_ID, items: [{ productId: UNKNOWN_ID, quantity: 1 }], ...input };
    const refused = await orders.service.create(given, orders.request());
    expect(refused).toMatchObject({ __typename: 'InvalidInputError', fields: [{ path }] });
  });

  it('is refused with at most 50 bad fields', async () => {
    await using orders = await shop.orders();
    const items = Array.from({ length: 1000 }, () => ({ productId: UNKNOWN_ID, quantity: 0 }));
    const refused = await orders.service.create({ customerId: UNKNOWN_ID, items }, orders.request());
    expect('fields' in refused && refused.fields).toHaveLength(50);
  });

  it('does not include the largest input that is allowed', async () => {
    await using orders = await shop.orders();
    const productId = await shop.product({ stock: 100_000, amount: 90_000_000_000 });
    const items = Array.from({ length: 1000 }, () => ({ productId, quantity: 100 }));
    const input = { customerId: await shop.customer(), items, idempotencyKey: 'k'.repeat(255) };
    expect(await orders.service.create(input, orders.request())).toMatchObject({
      order: { total: { amount: 9_000_000_000_000_000 } },
    });
  });
});

describe('a refused order', () => {
  it.each([UNKNOWN_ID, 'nonsense'])('for an unknown customer (%s) is kept as REJECTED', async (customerId) => {
    await using orders = await shop.orders();
    const productId = await shop.product({ stock: 5 });
    const refused = await orders.place(customerId, { [productId]: 1 });
    expect(refused).toEqual({
      __typename: 'CustomerNotFoundError',
      code: 'CUSTOMER_NOT_FOUND',
      message: `There is no customer ${customerId}.`,
      customerId,
    });
    const [stored] = await orders.model.find().lean();
    expect(stored).toMatchObject({ status: 'REJECTED', customerId, refusal: { reason: 'CUSTOMER_NOT_FOUND' } });
    await orders.settled();
    expect(await shop.stock(productId)).toEqual({ onHand: 5, available: 5, reserved: 0 });
  });

  it('for products that do not exist names them all, sorted', async () => {
    await using orders = await shop.orders();
    const lines = { [unknownId('e')]: 1, [await shop.product()]: 1, nonsense: 1, [unknownId('d')]: 2 };
    expect(await orders.place(await shop.customer(), lines)).toMatchObject({
      __typename: 'ProductNotFoundError',
      productIds: [unknownId('d'), unknownId('e'), 'nonsense'],
    });
  });

  it('for too little stock names every product that falls short, and takes nothing of the others', async () => {
    await using orders = await shop.orders();
    const [enough, short, none] = [
      await shop.product(),
      await shop.product({ stock: 2 }),
      await shop.product({ stock: 0 }),
    ];
    expect(await orders.place(await shop.customer(), { [none]: 1, [enough]: 1, [short]: 3 })).toMatchObject({
      __typename: 'InsufficientStockError',
      shortages: [
        { productId: short, requested: 3, available: 2 },
        { productId: none, requested: 1, available: 0 },
      ].sort((a, b) => (a.productId < b.productId ? -1 : 1)),
    });
    await orders.settled();
    expect(await shop.stock(enough)).toEqual({ onHand: 100, available: 100, reserved: 0 });
  });

  it('for mixed currencies names them', async () => {
    await using orders = await shop.orders();
    const lines = { [await shop.product({ currency: 'USD' })]: 1, [await shop.product()]: 1 };
    expect(await orders.place(await shop.customer(), lines)).toMatchObject({
      __typename: 'MixedCurrencyError',
      currencies: ['EUR', 'USD'],
    });
  });

  it('has a release as its follow-up until inventory has released the stock', async () => {
    await using inventory = await shop.proxyOf('inventory');
    await using orders = await shop.orders({ inventory });
    await orders.place(await shop.customer(), { [UNKNOWN_ID]: 1 });
    await orders.settled();
    expect(inventory.operations).toEqual(['ReserveStock', 'ReleaseReservation']);
    const [stored] = await orders.model.find().lean();
    expect(stored).not.toHaveProperty('followUp');
    expect(stored).toMatchObject({ status: 'REJECTED', version: 2, totalAmount: -1, currency: null });
  });
});

describe('a customer', () => {
  it('orders for itself, as itself', async () => {
    await using orders = await shop.orders();
    const [id, productId] = [await shop.customer(), await shop.product()];
    const items = [{ productId, quantity: 1 }];
    expect(await orders.service.create({ customerId: id, items }, orders.request(customerOf(id)))).toMatchObject({
      order: { status: 'CONFIRMED', events: [{ actor: id }, { actor: null }] },
    });
  });

  it("can't tell another customer from one that does not exist, and stores nothing", async () => {
    await using orders = await shop.orders();
    const [me, another] = [await shop.customer(), await shop.customer()];
    const items = [{ productId: await shop.product(), quantity: 1 }];
    const answers = [];
    for (const customerId of [another, UNKNOWN_ID]) {
      const input = { customerId, items, idempotencyKey: 'k' };
      const answer = await orders.service.create(input, orders.request(customerOf(me)));
      answers.push(JSON.parse(JSON.stringify(answer).replaceAll(customerId, 'THE ID')));
    }
    expect(answers[0]).toMatchObject({ __typename: 'CustomerNotFoundError' });
    expect(answers[0]).toEqual(answers[1]);
    expect(await orders.model.countDocuments()).toBe(0);
  });
});

describe('an idempotency key', () => {
  it('sent 25 times at once makes one order, and takes its stock once', async () => {
    await using orders = await shop.orders();
    const [customerId, productId] = [await shop.customer(), await shop.product({ stock: 10 })];
    const results = await Promise.all(
      Array.from({ length: 25 }, () => orders.place(customerId, { [productId]: 2 }, 'once')),
    );
    const replayed = results.map((result) => 'replayed' in result && result.replayed);
    expect(replayed.filter((each) => !each)).toHaveLength(1);
    expect(new Set(results.map((result) => 'order' in result && result.order.id)).size).toBe(1);
    for (const result of results) expect(result).toMatchObject({ order: { status: 'CONFIRMED' } });
    expect(await shop.stock(productId)).toEqual({ onHand: 10, available: 8, reserved: 2 });
  });

  it('covers its items, however they are sorted or split', async () => {
    await using orders = await shop.orders();
    const [customerId, a, b] = [await shop.customer(), await shop.product(), await shop.product()];
    const { id } = await orders.placed(customerId, { [a]: 3, [b]: 1 }, 'k');
    const items = [
      { productId: b, quantity: 1 },
      { productId: a, quantity: 1 },
      { productId: a, quantity: 2 },
    ];
    const input = { customerId, items, idempotencyKey: 'k' };
    expect(await orders.service.create(input, orders.request())).toMatchObject({ replayed: true, order: { id } });
    expect(await orders.place(customerId, { [a]: 3 }, 'k')).toEqual({
      __typename: 'IdempotencyKeyReusedError',
      code: 'IDEMPOTENCY_KEY_REUSED',
      message: expect.any(String),
      idempotencyKey: 'k',
    });
  });

  it('belongs to one customer', async () => {
    await using orders = await shop.orders();
    const lines = { [await shop.product()]: 1 };
    await orders.placed(await shop.customer(), lines, 'k');
    expect(await orders.place(await shop.customer(), lines, 'k')).toMatchObject({ replayed: false });
  });

  it('of a refused order gives the same refusal, even if the order could be placed by now', async () => {
    await using orders = await shop.orders();
    const [customerId, productId] = [await shop.customer(), await shop.product({ stock: 1 })];
    const refused = await orders.place(customerId, { [productId]: 2 }, 'k');
    expect(refused).toMatchObject({ shortages: [{ productId, requested: 2, available: 1 }] });
    await shop.adjust(productId, 10);
    expect(await orders.place(customerId, { [productId]: 2 }, 'k')).toEqual(refused);
    await orders.settled();
    expect(await shop.stock(productId)).toEqual({ onHand: 11, available: 11, reserved: 0 });
  });

  it('gives the order in its current state', async () => {
    await using orders = await shop.orders();
    const [customerId, productId] = [await shop.customer(), await shop.product()];
    const { id } = await orders.placed(customerId, { [productId]: 1 }, 'k');
    await orders.service.cancel({ orderId: id, reason: 'CUSTOMER' }, orders.request());
    expect(await orders.place(customerId, { [productId]: 1 }, 'k')).toMatchObject({
      replayed: true,
      order: { id, status: 'CANCELLED', version: 3 },
    });
  });
});

describe('concurrent buyers', () => {
  it('get each unit once: 300 buyers for 60 units of two products, in either order', async () => {
    await using orders = await shop.orders({ orderDeadlineMs: 60_000 });
    const [customerId, a, b] = [
      await shop.customer(),
      await shop.product({ stock: 60 }),
      await shop.product({ stock: 60 }),
    ];
    const results = await Promise.all(
      Array.from({ length: 300 }, (_, n) => orders.place(customerId, n % 2 ? { [a]: 1, [b]: 1 } : { [b]: 1, [a]: 1 })),
    );
    const names = results.map(({ __typename }) => __typename);
    expect(names.filter((name) => name === 'CreateOrderSuccess')).toHaveLength(60);
    expect(names.filter((name) => name === 'InsufficientStockError')).toHaveLength(240);
    for (const each of [a, b]) expect(await shop.stock(each)).toEqual({ onHand: 60, available: 0, reserved: 60 });
  });
});
