import { afterAll, beforeAll, expect, it } from '@jest/globals';
import type { Caller } from '../../runtime/caller.ts';
import { type System, startSystem } from '../../tests/harness.ts';
import { type Inventory, id, request as requestOf, startInventory } from '../../tests/subgraphs/inventory.ts';
import { toId } from '../shared/mongo.ts';

let system: System;
beforeAll(async () => {
  system = await startSystem({ start: ['database'] });
});
afterAll(async () => {
  await system[Symbol.asyncDispose]();
});

const ORDERS: Caller = { service: 'orders', role: 'service', id: null };
const request = () => requestOf(ORDERS);
const start = () => startInventory(system.mongodbUri);

const stockOf = async (inventory: Inventory, productId: string) => (await inventory.read(productId)).stock;
const sorted = <T extends { productId: string }>(lines: T[]): T[] =>
  lines.toSorted((a, b) => (a.productId < b.productId ? -1 : 1));

it('reserveStock reserves all lines, and returns the snapshot of each product that the order keeps', async () => {
  await using inventory = await start();
  const teapot = await inventory.add({ sku: 'T', name: 'Teapot', amount: 1999, stock: 5, low: 2 });
  const cup = await inventory.add({ sku: 'C', name: 'Cup', amount: 450, stock: 20 });
  const orderId = id();
  const lines = [
    { productId: cup.id, quantity: 4 },
    { productId: teapot.id, quantity: 3 },
  ];
  expect(await inventory.reserveStock(orderId, lines, request())).toEqual({
    __typename: 'Reservation',
    orderId,
    lines: sorted([
      { productId: teapot.id, quantity: 3, sku: 'T', name: 'Teapot', unitPrice: { amount: 1999, currency: 'EUR' } },
      { productId: cup.id, quantity: 4, sku: 'C', name: 'Cup', unitPrice: { amount: 450, currency: 'EUR' } },
    ]),
  });
  expect(await stockOf(inventory, teapot.id)).toEqual({ onHand: 5, available: 2, reserved: 3, lowStock: true });
  expect(await stockOf(inventory, cup.id)).toEqual({ onHand: 20, available: 16, reserved: 4, lowStock: false });
  expect((await inventory.movements(cup.id, { first: 1 })).nodes).toMatchObject([
    { type: 'RESERVED', onHandChange: 0, availableChange: -4, orderId, reason: null, actor: null },
  ]);
});

it('a repeat gets the first reservation, even if price and stock have changed', async () => {
  await using inventory = await start();
  const product = await inventory.add({ amount: 100, stock: 3 });
  const orderId = id();
  const lines = [{ productId: product.id, quantity: 3 }];
  const first = await inventory.reserveStock(orderId, lines, request());
  await inventory.updateProduct(
    { id: product.id, name: 'Renamed', price: { amount: 900, currency: 'USD' } },
    request(),
  );
  expect(await inventory.reserveStock(orderId, lines, request())).toEqual(first);
  // With units left, the repeat takes another code path.
  await inventory.adjustStock({ productId: product.id, delta: 10, reason: 'delivery' }, request());
  expect(await inventory.reserveStock(orderId, lines, request())).toEqual(first);
  expect(await stockOf(inventory, product.id)).toMatchObject({ onHand: 13, available: 10 });
});

it('the same order with other lines is a bug, and an error', async () => {
  await using inventory = await start();
  const [a, b] = [await inventory.add({ stock: 9 }), await inventory.add({ stock: 9 })];
  const orderId = id();
  await inventory.reserveStock(orderId, [{ productId: a.id, quantity: 2 }], request());
  for (const lines of [
    [{ productId: a.id, quantity: 3 }],
    [{ productId: a.id, quantity: 20 }],
    [{ productId: b.id, quantity: 2 }],
    [
      { productId: a.id, quantity: 2 },
      { productId: b.id, quantity: 2 },
    ],
  ]) {
    await expect(inventory.reserveStock(orderId, lines, request())).rejects.toThrow('other lines');
  }
  expect(await stockOf(inventory, a.id)).toMatchObject({ available: 7 });
  expect(await stockOf(inventory, b.id)).toMatchObject({ available: 9 });
});

it('missing products come before shortages, shortages before mixed currencies, each with all details', async () => {
  await using inventory = await start();
  const short = [await inventory.add({ stock: 1 }), await inventory.add({ stock: 0 })];
  const dollars = await inventory.add({ stock: 9, currency: 'USD' });
  const euros = await inventory.add({ stock: 9, currency: 'EUR' });
  const gone = [id(), 'not-an-id', id()];
  const line = (productId: string) => ({ productId, quantity: 2 });
  const lines = [dollars.id, euros.id, ...short.map((product) => product.id), ...gone].map(line);

  expect(await inventory.reserveStock(id(), lines, request())).toEqual({
    __typename: 'ProductNotFoundError',
    code: 'PRODUCT_NOT_FOUND',
    message: expect.any(String),
    productIds: gone.toSorted(),
  });
  expect(await inventory.reserveStock(id(), lines.slice(0, 4), request())).toEqual({
    __typename: 'InsufficientStockError',
    code: 'INSUFFICIENT_STOCK',
    message: expect.any(String),
    shortages: sorted(short.map((p) => ({ productId: p.id, requested: 2, available: p.stock.available }))),
  });
  expect(await inventory.reserveStock(id(), lines.slice(0, 2), request())).toEqual({
    __typename: 'MixedCurrencyError',
    code: 'MIXED_CURRENCY',
    message: expect.any(String),
    currencies: ['EUR', 'USD'],
  });
});

it('a refused reserveStock leaves nothing behind, and can be tried again', async () => {
  await using inventory = await start();
  const [enough, short] = [await inventory.add({ stock: 9 }), await inventory.add({ stock: 1 })];
  const orderId = id();
  const lines = [enough, short].map((product) => ({ productId: product.id, quantity: 2 }));
  expect(await inventory.reserveStock(orderId, lines, request())).toMatchObject({ code: 'INSUFFICIENT_STOCK' });
  expect(await stockOf(inventory, enough.id)).toMatchObject({ available: 9 });
  expect(await inventory.models.reservations.countDocuments()).toBe(0);
  expect(await inventory.models.movements.countDocuments({ type: 'RESERVED' })).toBe(0);
  await inventory.adjustStock({ productId: short.id, delta: 1, reason: 'delivery' }, request());
  expect(await inventory.reserveStock(orderId, lines, request())).toMatchObject({ __typename: 'Reservation' });
});

it('a call that orders never makes is refused', async () => {
  await using inventory = await start();
  const { id: productId } = await inventory.add({ stock: 9 });
  const one = { productId, quantity: 1 };
  const calls: [string, (typeof one)[]][] = [
    ['nobody', [one]],
    [id(), []],
    [id(), [one, one]],
    [id(), [{ productId, quantity: 0 }]],
    [id(), [{ productId, quantity: -1 }]],
    [id(), Array.from({ length: 101 }, () => ({ productId: id(), quantity: 1 }))],
  ];
  for (const [orderId, lines] of calls) {
    await expect(inventory.reserveStock(orderId, lines, request())).rejects.toMatchObject({
      extensions: { code: 'BAD_USER_INPUT' },
    });
  }
  expect(await stockOf(inventory, productId)).toMatchObject({ available: 9 });
});

it('releaseReservation gives back the reserved units, once', async () => {
  await using inventory = await start();
  const { id: productId } = await inventory.add({ stock: 5, low: 3 });
  const orderId = id();
  await inventory.reserveStock(orderId, [{ productId, quantity: 4 }], request());
  const answers = await Promise.all([1, 2, 3].map(() => inventory.releaseReservation(orderId, request())));
  expect(answers).toEqual(['RELEASED', 'RELEASED', 'RELEASED']);
  expect(await stockOf(inventory, productId)).toEqual({ onHand: 5, available: 5, reserved: 0, lowStock: false });
  expect((await inventory.movements(productId, {})).nodes.map(({ type }) => type)).toEqual([
    'RELEASED',
    'RESERVED',
    'RECEIVED',
  ]);
  expect(await inventory.ledger(productId)).toEqual({ onHand: 5, available: 5 });
});

it('commitReservation takes the reserved units out of onHand, once', async () => {
  await using inventory = await start();
  const { id: productId } = await inventory.add({ stock: 5 });
  const orderId = id();
  await inventory.reserveStock(orderId, [{ productId, quantity: 4 }], request());
  const answers = await Promise.all([1, 2, 3].map(() => inventory.commitReservation(orderId, request())));
  expect(answers).toEqual(['COMMITTED', 'COMMITTED', 'COMMITTED']);
  expect(await stockOf(inventory, productId)).toMatchObject({ onHand: 1, available: 1, reserved: 0 });
  expect((await inventory.movements(productId, { first: 1 })).nodes).toMatchObject([
    { type: 'COMMITTED', onHandChange: -4, availableChange: 0, orderId },
  ]);
  expect(await inventory.ledger(productId)).toEqual({ onHand: 1, available: 1 });
});

it('a release without a reservation leaves a tombstone, and a late reserveStock takes nothing', async () => {
  await using inventory = await start();
  const { id: productId } = await inventory.add({ stock: 5 });
  const orderId = id();
  expect(await inventory.releaseReservation(orderId, request())).toBe('RELEASED');
  expect(await inventory.releaseReservation(orderId, request())).toBe('RELEASED');
  const closed = { __typename: 'ReservationClosed', orderId, state: 'RELEASED' };
  expect(await inventory.reserveStock(orderId, [{ productId, quantity: 1 }], request())).toEqual(closed);
  // Even if it would be refused: the order is over, and that is the answer.
  expect(await inventory.reserveStock(orderId, [{ productId, quantity: 9 }], request())).toEqual(closed);
  expect(await inventory.reserveStock(orderId, [{ productId: id(), quantity: 1 }], request())).toEqual(closed);
  expect(await stockOf(inventory, productId)).toMatchObject({ available: 5 });
  const indexes = await inventory.models.reservations.collection.indexes();
  expect(indexes.filter((index) => 'expireAfterSeconds' in index)).toEqual([]);
});

it('a reservation that was released or committed stays closed', async () => {
  await using inventory = await start();
  const { id: productId } = await inventory.add({ stock: 5 });
  const lines = [{ productId, quantity: 1 }];
  for (const [settle, state] of [
    ['releaseReservation', 'RELEASED'],
    ['commitReservation', 'COMMITTED'],
  ] as const) {
    const orderId = id();
    await inventory.reserveStock(orderId, lines, request());
    await inventory[settle](orderId, request());
    expect(await inventory.reserveStock(orderId, lines, request())).toEqual({
      __typename: 'ReservationClosed',
      orderId,
      state,
    });
  }
});

it('commitReservation returns null if there is no reservation', async () => {
  await using inventory = await start();
  expect(await inventory.commitReservation(id(), request())).toBeNull();
  expect(await inventory.commitReservation('nobody', request())).toBeNull();
  await expect(inventory.releaseReservation('nobody', request())).rejects.toMatchObject({
    extensions: { code: 'BAD_USER_INPUT' },
  });
});

it('a reservation in an unexpected state is not changed, and is logged as a bug', async () => {
  await using inventory = await start();
  const { id: productId } = await inventory.add({ stock: 5 });
  const [released, committed] = [id(), id()];
  for (const orderId of [released, committed]) {
    await inventory.reserveStock(orderId, [{ productId, quantity: 1 }], request());
  }
  await inventory.releaseReservation(released, request());
  await inventory.commitReservation(committed, request());
  const before = await stockOf(inventory, productId);

  const [commit, release] = [request(), request()];
  expect(await inventory.commitReservation(released, commit)).toBe('RELEASED');
  expect(await inventory.releaseReservation(committed, release)).toBe('COMMITTED');
  expect(commit.lines.join()).toContain(released);
  expect(release.lines.join()).toContain(committed);
  expect(await stockOf(inventory, productId)).toEqual(before);
});

it('a reservation that fails halfway changes nothing', async () => {
  await using inventory = await start();
  const [a, b] = [await inventory.add({ stock: 5 }), await inventory.add({ stock: 5 })];
  const orderId = id();
  const lines = [a, b].map((product) => ({ productId: product.id, quantity: 2 }));
  await inventory.reserveStock(orderId, lines, request());
  // As if somebody had removed one of the products from the database.
  await inventory.models.products.deleteOne({ _id: toId(b.id) });
  await expect(inventory.releaseReservation(orderId, request())).rejects.toThrow('nothing was changed');
  expect(await stockOf(inventory, a.id)).toMatchObject({ available: 3 });
  expect(await inventory.models.reservations.findById(orderId).lean()).toMatchObject({ state: 'HELD' });
});

it('an order is reserved, released and committed in as few round trips as its guarantees allow', async () => {
  await using inventory = await start();
  const products = [await inventory.add({ stock: 50 }), await inventory.add({ stock: 50 })];
  const lines = products.map((product) => ({ productId: product.id, quantity: 1 }));
  const [shipped, cancelled, nobody] = [id(), id(), id()];
  expect({
    reserve: await inventory.commands(() => inventory.reserveStock(shipped, lines, request())),
    refuse: await inventory.commands(() =>
      inventory.reserveStock(
        id(),
        lines.map((line) => ({ ...line, quantity: 99 })),
        request(),
      ),
    ),
    commit: await inventory.commands(() => inventory.commitReservation(shipped, request())),
    commitAgain: await inventory.commands(() => inventory.commitReservation(shipped, request())),
    reserveOther: await inventory.commands(() => inventory.reserveStock(cancelled, lines, request())),
    release: await inventory.commands(() => inventory.releaseReservation(cancelled, request())),
    releaseAgain: await inventory.commands(() => inventory.releaseReservation(cancelled, request())),
    tombstone: await inventory.commands(() => inventory.releaseReservation(nobody, request())),
    reduce: await inventory.commands(() =>
      inventory.reduceStock({ productId: products[0]?.id ?? '', quantity: 1, idempotencyKey: 'k' }, request()),
    ),
    check: await inventory.commands(() => inventory.checkStock(lines)),
  }).toEqual({
    reserve: ['find', ...inventory.writes('insert', 'update', 'insert'), 'commitTransaction'],
    refuse: ['find', 'find', 'abortTransaction'],
    commit: ['find', 'findAndModify', ...inventory.writes('update', 'insert'), 'commitTransaction'],
    commitAgain: ['find'],
    // The products are remembered.
    reserveOther: [...inventory.writes('insert', 'update', 'insert'), 'commitTransaction'],
    release: ['findAndModify', 'findAndModify', ...inventory.writes('update', 'insert'), 'commitTransaction'],
    releaseAgain: ['findAndModify'],
    tombstone: ['findAndModify'],
    reduce: ['insert', 'findAndModify', 'commitTransaction'],
    check: ['find'],
  });
});
