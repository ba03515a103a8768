/** Reservations that are made, released and committed at the same time, in one process and in two. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
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

it('a reserve and a release of one order at the same time have the result of one after the other', async () => {
  await using inventory = await start();
  const { id: productId } = await inventory.add({ stock: 5 });
  await Promise.all(
    Array.from({ length: 20 }, async () => {
      const orderId = id();
      const [reserved, released] = await Promise.all([
        inventory.reserveStock(orderId, [{ productId, quantity: 1 }], request()),
        inventory.releaseReservation(orderId, request()),
      ]);
      expect(released).toBe('RELEASED');
      expect(['Reservation', 'ReservationClosed', 'InsufficientStockError']).toContain(reserved.__typename);
    }),
  );
  expect(await stockOf(inventory, productId)).toMatchObject({ onHand: 5, available: 5 });
  expect(await inventory.ledger(productId)).toEqual({ onHand: 5, available: 5 });
  expect(await inventory.models.reservations.countDocuments({ state: 'HELD' })).toBe(0);
});

it('of a release and a commit of one order at the same time, one wins, and the stock adds up', async () => {
  await using inventory = await start();
  const { id: productId } = await inventory.add({ stock: 10 });
  const orders = Array.from({ length: 10 }, id);
  for (const orderId of orders) await inventory.reserveStock(orderId, [{ productId, quantity: 1 }], request());
  const states = await Promise.all(
    orders.map((orderId) =>
      Promise.all([inventory.releaseReservation(orderId, request()), inventory.commitReservation(orderId, request())]),
    ),
  );
  for (const [released, committed] of states) expect(released).toBe(committed);
  const committed = states.filter(([state]) => state === 'COMMITTED').length;
  expect(await stockOf(inventory, productId)).toMatchObject({ onHand: 10 - committed, available: 10 - committed });
  expect(await inventory.ledger(productId)).toEqual({ onHand: 10 - committed, available: 10 - committed });
});

it('one order reserved 25 times at the same time takes its stock once', async () => {
  await using inventory = await start();
  const { id: productId } = await inventory.add({ stock: 50 });
  const orderId = id();
  const answers = await Promise.all(
    Array.from({ length: 25 }, () => inventory.reserveStock(orderId, [{ productId, quantity: 2 }], request())),
  );
  for (const answer of answers) expect(answer).toEqual(answers[0]);
  expect(await stockOf(inventory, productId)).toMatchObject({ onHand: 50, available: 48 });
});

it('300 orders for 60 units of each of two products, in either order: exactly 60 are served', async () => {
  await using inventory = await start();
  const [a, b] = [await inventory.add({ stock: 60 }), await inventory.add({ stock: 60 })];
  const lines = [a, b].map((product) => ({ productId: product.id, quantity: 1 }));
  const answers = await Promise.all(
    Array.from({ length: 300 }, (_, n) =>
      inventory.reserveStock(id(), n % 2 === 0 ? lines : lines.toReversed(), request()),
    ),
  );
  expect(answers.filter(({ __typename }) => __typename === 'Reservation')).toHaveLength(60);
  expect(answers.filter(({ __typename }) => __typename === 'InsufficientStockError')).toHaveLength(240);
  for (const product of [a, b]) {
    expect(await stockOf(inventory, product.id)).toEqual({ onHand: 60, available: 0, reserved: 60, lowStock: true });
    expect(await inventory.ledger(product.id)).toEqual({ onHand: 60, available: 0 });
  }
  expect(await inventory.models.reservations.countDocuments({ state: 'HELD' })).toBe(60);
});

it('orders that arrive at the same time share a transaction, and are answered as if they came one after the other', async () => {
  await using inventory = await start();
  const [a, b] = [await inventory.add({ stock: 5, low: 1 }), await inventory.add({ stock: 50, currency: 'USD' })];
  const line = (productId: string, quantity: number) => ({ productId, quantity });
  const wanted = [[line(b.id, 1)], [line(a.id, 3)], [line(a.id, 3)], [line(a.id, 1), line(b.id, 1)], [line(a.id, 2)]];
  let answers: Awaited<ReturnType<Inventory['reserveStock']>>[] = [];
  const commands = await inventory.commands(async () => {
    answers = await Promise.all(wanted.map((lines) => inventory.reserveStock(id(), lines, request())));
  });
  expect(answers).toMatchObject([
    { __typename: 'Reservation' },
    { __typename: 'Reservation' },
    { code: 'INSUFFICIENT_STOCK', shortages: [{ productId: a.id, requested: 3, available: 2 }] },
    { code: 'MIXED_CURRENCY' },
    { __typename: 'Reservation' },
  ]);
  // A refused one might be a repeat: the second transaction looks that up for all of them.
  expect(commands).toEqual(['find', 'find', ...inventory.writes('insert', 'update', 'insert'), 'commitTransaction']);
  expect(await stockOf(inventory, a.id)).toEqual({ onHand: 5, available: 0, reserved: 5, lowStock: true });
  expect(await stockOf(inventory, b.id)).toMatchObject({ onHand: 50, available: 49 });
  for (const product of [a, b]) {
    expect(await inventory.ledger(product.id)).toMatchObject({
      available: (await inventory.read(product.id)).stock.available,
    });
  }
});

it('among orders that arrive at the same time, one that fails does not affect the others', async () => {
  await using inventory = await start();
  const { id: productId } = await inventory.add({ stock: 10 });
  const [known, unknown] = [id(), id()];
  await inventory.reserveStock(known, [{ productId, quantity: 1 }], request());
  const late = { ...request(), deadline: Date.now() - 1 };
  const [other, repeat, fresh, expired] = await Promise.allSettled([
    inventory.reserveStock(known, [{ productId, quantity: 2 }], request()),
    inventory.reserveStock(known, [{ productId, quantity: 1 }], request()),
    inventory.reserveStock(unknown, [{ productId, quantity: 1 }], request()),
    inventory.reserveStock(id(), [{ productId, quantity: 1 }], late),
  ]);
  expect(other).toMatchObject({ reason: { message: expect.stringContaining('other lines') } });
  expect(repeat).toMatchObject({ value: { __typename: 'Reservation', orderId: known } });
  expect(fresh).toMatchObject({ value: { __typename: 'Reservation', orderId: unknown } });
  expect(expired).toMatchObject({ reason: { extensions: { code: 'DEADLINE_EXCEEDED' } } });
  expect(await stockOf(inventory, productId)).toMatchObject({ available: 8 });
});

it('one order that is reserved twice at the same time, for the last units, gets the same answer twice', async () => {
  await using inventory = await start();
  const [a, b] = [await inventory.add({ stock: 2 }), await inventory.add({ stock: 2 })];
  const orderId = id();
  const lines = [a, b].map((product) => ({ productId: product.id, quantity: 2 }));
  const [first, second, other] = await Promise.all([
    inventory.reserveStock(orderId, lines, request()),
    inventory.reserveStock(orderId, lines.toReversed(), request()),
    inventory.reserveStock(id(), lines, request()),
  ]);
  expect(first).toMatchObject({ __typename: 'Reservation', orderId });
  expect(second).toEqual(first);
  expect(other).toMatchObject({ code: 'INSUFFICIENT_STOCK' });
  for (const product of [a, b]) {
    expect(await stockOf(inventory, product.id)).toMatchObject({ onHand: 2, available: 0 });
    expect(await inventory.ledger(product.id)).toEqual({ onHand: 2, available: 0 });
  }
});

it('one order that is reserved twice at the same time, and refused, gets the same refusal twice', async () => {
  await using inventory = await start();
  const { id: productId } = await inventory.add({ stock: 1 });
  const orderId = id();
  const ask = () => inventory.reserveStock(orderId, [{ productId, quantity: 2 }], request());
  const [first, second] = await Promise.all([ask(), ask()]);
  expect(first).toMatchObject({ code: 'INSUFFICIENT_STOCK' });
  expect(second).toEqual(first);
  expect(await stockOf(inventory, productId)).toMatchObject({ available: 1 });
});

it('of one order that is reserved at the same time with different lines, the first one wins', async () => {
  await using inventory = await start();
  const [a, b] = [await inventory.add({ stock: 5 }), await inventory.add({ stock: 5 })];
  const [orderId, otherId] = [id(), id()];
  const [first, more, elsewhere, another] = await Promise.allSettled([
    inventory.reserveStock(orderId, [{ productId: a.id, quantity: 1 }], request()),
    inventory.reserveStock(orderId, [{ productId: a.id, quantity: 2 }], request()),
    inventory.reserveStock(orderId, [{ productId: b.id, quantity: 1 }], request()),
    inventory.reserveStock(otherId, [{ productId: b.id, quantity: 1 }], request()),
  ]);
  expect(first).toMatchObject({ value: { __typename: 'Reservation', orderId, lines: [{ quantity: 1 }] } });
  expect(more).toMatchObject({ reason: { message: expect.stringContaining('other lines') } });
  expect(elsewhere).toMatchObject({ reason: { message: expect.stringContaining('other lines') } });
  expect(another).toMatchObject({ value: { __typename: 'Reservation', orderId: otherId } });
  expect(await stockOf(inventory, a.id)).toMatchObject({ available: 4 });
  expect(await stockOf(inventory, b.id)).toMatchObject({ available: 4 });
});

it('orders that arrive together with a repeat still share a transaction', async () => {
  await using inventory = await start();
  const { id: productId } = await inventory.add({ stock: 100 });
  const placed = id();
  const reserve = (orderId: string) => inventory.reserveStock(orderId, [{ productId, quantity: 1 }], request());
  const first = await reserve(placed);
  let answers: unknown[] = [];
  const commands = await inventory.commands(async () => {
    answers = await Promise.all([id(), placed, ...Array.from({ length: 10 }, id)].map(reserve));
  });
  expect(answers[1]).toEqual(first);
  for (const answer of answers) expect(answer).toMatchObject({ __typename: 'Reservation' });
  expect(await stockOf(inventory, productId)).toMatchObject({ available: 88 });
  expect(commands.filter((name) => name === 'commitTransaction')).toHaveLength(1);
});

it('releases and commits of many orders share transactions, each order ended once', async () => {
  await using inventory = await start();
  const [a, b] = [await inventory.add({ stock: 30 }), await inventory.add({ stock: 30 })];
  const orders = Array.from({ length: 20 }, id);
  const line = (productId: string) => ({ productId, quantity: 1 });
  await Promise.all(
    orders.map((orderId, n) =>
      inventory.reserveStock(orderId, n % 2 ? [line(a.id), line(b.id)] : [line(a.id)], request()),
    ),
  );
  const commands = await inventory.commands(async () => {
    const ends = orders.flatMap((orderId, n) => {
      const end = n < 10 ? inventory.releaseReservation : inventory.commitReservation;
      return [end(orderId, request()), end(orderId, request())];
    });
    const expected = orders.flatMap((_, n) => (n < 10 ? ['RELEASED', 'RELEASED'] : ['COMMITTED', 'COMMITTED']));
    expect(await Promise.all(ends)).toEqual(expected);
  });
  expect(commands.filter((name) => name === 'commitTransaction').length).toBeLessThan(10);
  expect(await stockOf(inventory, a.id)).toMatchObject({ onHand: 20, available: 20 });
  expect(await stockOf(inventory, b.id)).toMatchObject({ onHand: 25, available: 25 });
  for (const { id: productId } of [a, b]) {
    const { onHand, available } = await stockOf(inventory, productId);
    expect(await inventory.ledger(productId)).toEqual({ onHand, available });
  }
});

it('among orders that end together, one that fails does not affect the others', async () => {
  await using inventory = await start();
  const [a, b] = [await inventory.add({ stock: 9 }), await inventory.add({ stock: 9 })];
  const [whole, broken] = [id(), id()];
  const line = (productId: string) => ({ productId, quantity: 1 });
  await inventory.reserveStock(whole, [line(a.id)], request());
  await inventory.reserveStock(broken, [line(a.id), line(b.id)], request());
  await inventory.models.products.deleteOne({ _id: toId(b.id) });
  const [failing, fine, none] = await Promise.allSettled([
    inventory.releaseReservation(broken, request()),
    inventory.releaseReservation(whole, request()),
    inventory.releaseReservation(id(), request()),
  ]);
  expect(failing).toMatchObject({ reason: { message: expect.stringContaining('nothing was changed') } });
  expect(fine).toMatchObject({ value: 'RELEASED' });
  expect(none).toMatchObject({ value: 'RELEASED' });
  expect(await stockOf(inventory, a.id)).toMatchObject({ available: 8 });
});

describe('an order keeps its place in the queue', () => {
  const BUSY: [string, (inventory: Inventory, productId: string, orders: string[]) => Promise<unknown>][] = [
    ['adjusted', (inventory, productId) => inventory.adjustStock({ productId, delta: 1, reason: 'count' }, request())],
    ['reduced', (inventory, productId) => inventory.reduceStock({ productId, quantity: 1 }, request())],
    ['changed', (inventory, productId) => inventory.updateProduct({ id: productId, name: id() }, request())],
    ['released', (inventory, _, orders) => inventory.releaseReservation(orders.pop() ?? id(), request())],
    ['committed', (inventory, _, orders) => inventory.commitReservation(orders.pop() ?? id(), request())],
  ];
  it.each(BUSY)('while its product is %s by 16 loops', async (_, act) => {
    await using inventory = await start();
    const [hot, cold] = [await inventory.add({ stock: 9000 }), await inventory.add({ stock: 9000 })];
    const line = (productId: string) => ({ productId, quantity: 1 });
    const orders = Array.from({ length: 200 }, id);
    await Promise.all(orders.map((orderId) => inventory.reserveStock(orderId, [line(hot.id)], request())));
    let isOver = false;
    let acts = 0;
    const loops = Array.from({ length: 16 }, async () => {
      while (!isOver && acts < 190) {
        await act(inventory, hot.id, orders);
        acts += 1;
      }
    });
    await Promise.race(loops.map(() => inventory.read(hot.id)));
    const before = acts;
    const placed = await inventory.reserveStock(id(), [line(hot.id), line(cold.id)], request());
    // Those that were queued before it, and those that joined a batch with one of them.
    expect(acts - before).toBeLessThanOrEqual(64);
    isOver = true;
    await Promise.all(loops);
    expect(placed).toMatchObject({ __typename: 'Reservation' });
  });
});

it('an order for a product that another process holds does not delay orders for other products', async () => {
  await using inventory = await start();
  const [held, free] = [await inventory.add({ stock: 9 }), await inventory.add({ stock: 9 })];
  const session = await inventory.connection.startSession();
  session.startTransaction();
  await inventory.models.products.updateOne({ _id: toId(held.id) }, { $inc: { onHand: 1 } }, { session });
  const waiting = inventory.reserveStock(id(), [{ productId: held.id, quantity: 1 }], request());
  for (const productId of [free.id, free.id]) {
    expect(await inventory.reserveStock(id(), [{ productId, quantity: 1 }], request())).toMatchObject({
      __typename: 'Reservation',
    });
  }
  const both = await Promise.race([
    waiting,
    inventory.reserveStock(id(), [{ productId: free.id, quantity: 1 }], request()),
  ]);
  expect(both).toMatchObject({ lines: [{ productId: free.id }] });
  await session.abortTransaction();
  await session.endSession();
  expect(await waiting).toMatchObject({ __typename: 'Reservation' });
  expect(await stockOf(inventory, held.id)).toMatchObject({ onHand: 9, available: 8 });
  expect(await stockOf(inventory, free.id)).toMatchObject({ available: 6 });
});

it('orders that arrived while their product was busy share a transaction once it is free', async () => {
  await using inventory = await start();
  const { id: productId } = await inventory.add({ stock: 100 });
  const reserve = () => inventory.reserveStock(id(), [{ productId, quantity: 1 }], request());
  const placed = await Promise.all(Array.from({ length: 10 }, reserve));
  const commands = await inventory.commands(async () => {
    const cancelled = placed.map((order) =>
      inventory.releaseReservation('orderId' in order ? order.orderId : '', request()),
    );
    // By now, the releases are in the product's queue.
    await cancelled[0];
    await Promise.all([...Array.from({ length: 40 }, reserve), ...cancelled]);
  });
  expect(await stockOf(inventory, productId)).toMatchObject({ available: 60 });
  // Ten releases, and the forty orders in a few transactions.
  expect(commands.filter((name) => name === 'commitTransaction').length).toBeLessThan(20);
});

it('two processes that sell the same products sell each unit once', async () => {
  await using inventory = await start();
  await using other = await startInventory(system.mongodbUri, inventory.connection.name);
  const [a, b] = [await inventory.add({ stock: 15 }), await inventory.add({ stock: 15 })];
  const lines = [a, b].map((product) => ({ productId: product.id, quantity: 1 }));
  const answers = await Promise.all(
    Array.from({ length: 40 }, (_, n) =>
      (n % 2 === 0 ? inventory : other).reserveStock(id(), n % 4 < 2 ? lines : lines.toReversed(), request()),
    ),
  );
  expect(answers.filter(({ __typename }) => __typename === 'Reservation')).toHaveLength(15);
  for (const product of [a, b]) {
    expect(await stockOf(inventory, product.id)).toMatchObject({ onHand: 15, available: 0 });
    expect(await inventory.ledger(product.id)).toEqual({ onHand: 15, available: 0 });
  }
});
