import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { until } from '../../tests/harness.ts';
import {
  type Orders,
  STAFF,
  type Shop,
  createGate,
  loseAnswer,
  passOn,
  refuse,
  startShop,
} from '../../tests/subgraphs/orders.ts';
import type { CreateOrderResult } from './create-order.ts';
import { renameFollowUps } from './upgrade.ts';

let shop: Shop;
beforeAll(async () => {
  shop = await startShop();
});
afterAll(async () => {
  await shop[Symbol.asyncDispose]();
});

const SHORT_MS = 400;
const onlyOrder = async (orders: Orders) => {
  const [id] = (await orders.model.find().lean()).map(({ _id }) => _id.toHexString());
  if (id === undefined) throw new Error('there is no order');
  return id;
};
const statusOf = (result: CreateOrderResult): string =>
  result.__typename === 'CreateOrderSuccess' ? result.order.status : result.__typename;

describe('an answer that is lost', () => {
  it.each(['customers', 'inventory'] as const)('by %s leads to a retry, and nothing happens twice', async (name) => {
    await using proxy = await shop.proxyOf(name);
    await using orders = await shop.orders({ [name]: proxy });
    const [customerId, productId] = [await shop.customer(), await shop.product({ stock: 10 })];
    proxy.treatNext(loseAnswer);
    expect(statusOf(await orders.place(customerId, { [productId]: 2 }))).toBe('CONFIRMED');
    expect(proxy.operations).toHaveLength(2);
    expect(await shop.stock(productId)).toEqual({ onHand: 10, available: 8, reserved: 2 });
  });

  it.each(['customers', 'inventory'] as const)(
    'by %s for good leaves the order PENDING until the participant answers again',
    async (name) => {
      await using proxy = await shop.proxyOf(name);
      await using orders = await shop.orders({ [name]: proxy });
      const [customerId, productId] = [await shop.customer(), await shop.product({ stock: 10 })];
      proxy.treatAll(loseAnswer);
      expect(statusOf(await orders.place(customerId, { [productId]: 2 }, 'k'))).toBe('PENDING');
      orders.service.startRecovery();
      await until('recovery has tried in vain', async () => proxy.operations.length > 3);
      expect(await orders.unsettled()).toBe(1);
      proxy.treatAll(passOn);
      await orders.settled();
      expect(await orders.place(customerId, { [productId]: 2 }, 'k')).toMatchObject({
        replayed: true,
        order: { status: 'CONFIRMED' },
      });
      expect(await shop.stock(productId)).toEqual({ onHand: 10, available: 8, reserved: 2 });
    },
  );
});

describe('a slow participant', () => {
  it.each(['customers', 'inventory'] as const)(
    '(%s) gets no more than the deadline: the order is PENDING, and settles',
    async (name) => {
      await using proxy = await shop.proxyOf(name);
      await using orders = await shop.orders({ [name]: proxy, orderDeadlineMs: SHORT_MS });
      const [customerId, productId] = [await shop.customer(), await shop.product({ stock: 10 })];
      const gate = createGate();
      proxy.treatNext((forward, response) => gate.pass().then(() => passOn(forward, response)));
      expect(statusOf(await orders.place(customerId, { [productId]: 2 }))).toBe('PENDING');
      gate.open();
      orders.service.startRecovery();
      await orders.settled();
      expect(await orders.stored(await onlyOrder(orders))).toMatchObject({ status: 'CONFIRMED', totalAmount: 3998 });
      expect(await shop.stock(productId)).toEqual({ onHand: 10, available: 8, reserved: 2 });
    },
  );

  it("gets no more time than createOrder's caller allows", async () => {
    await using inventory = await shop.proxyOf('inventory');
    await using orders = await shop.orders({ inventory });
    const [customerId, productId] = [await shop.customer(), await shop.product()];
    const gate = createGate();
    inventory.treatNext(() => gate.pass());
    const items = [{ productId, quantity: 1 }];
    const result = await orders.service.create({ customerId, items }, orders.request(undefined, SHORT_MS));
    expect(statusOf(result)).toBe('PENDING');
  });
});

describe('an order that ends while its reservation is on its way', () => {
  it('takes no stock if the reservation arrives after the release', async () => {
    await using inventory = await shop.proxyOf('inventory');
    await using orders = await shop.orders({ inventory });
    const [customerId, productId] = [await shop.customer(), await shop.product({ stock: 10 })];
    const gate = createGate();
    inventory.treatNext((forward, response) => gate.pass().then(() => passOn(forward, response)));
    const placing = orders.place(customerId, { [productId]: 2 });
    await gate.reached;
    const orderId = await onlyOrder(orders);
    const cancelled = await orders.service.cancel({ orderId, reason: 'CUSTOMER' }, orders.request());
    expect(cancelled).toMatchObject({ order: { status: 'CANCELLED', version: 2 } });
    gate.open();
    expect(statusOf(await placing)).toBe('CANCELLED');
    expect(await shop.stock(productId)).toEqual({ onHand: 10, available: 10, reserved: 0 });
    expect(await orders.unsettled()).toBe(0);
  });

  it('gives its stock back if the reservation arrived first', async () => {
    await using inventory = await shop.proxyOf('inventory');
    await using orders = await shop.orders({ inventory });
    const [customerId, productId] = [await shop.customer(), await shop.product({ stock: 10 })];
    const gate = createGate();
    inventory.treatNext(async (forward, response) => {
      const answer = await forward();
      await gate.pass();
      await passOn(() => Promise.resolve(answer), response);
    });
    const placing = orders.place(customerId, { [productId]: 2 });
    await gate.reached;
    expect(await shop.stock(productId)).toMatchObject({ reserved: 2 });
    await orders.service.cancel({ orderId: await onlyOrder(orders), reason: 'CUSTOMER' }, orders.request());
    gate.open();
    expect(statusOf(await placing)).toBe('CANCELLED');
    expect(await shop.stock(productId)).toEqual({ onHand: 10, available: 10, reserved: 0 });
  });

  it('takes no stock by a late retry after it was refused, even if there is stock by then', async () => {
    await using inventory = await shop.proxyOf('inventory');
    await using orders = await shop.orders({ inventory });
    const [customerId, productId] = [await shop.customer(), await shop.product({ stock: 1 })];
    const gate = createGate();
    let late: Promise<unknown> | undefined;
    inventory.treatNext(async (forward, response) => {
      late = gate.pass().then(forward);
      response.destroy();
    });
    expect(statusOf(await orders.place(customerId, { [productId]: 2 }))).toBe('InsufficientStockError');
    await orders.settled();
    await shop.adjust(productId, 10);
    gate.open();
    expect(String(await late)).toContain('ReservationClosed');
    expect(await shop.stock(productId)).toEqual({ onHand: 11, available: 11, reserved: 0 });
  });
});

describe('recovery', () => {
  /** Orders that another process has left behind, at any step. */
  async function leftBehind(orders: Orders, count: number): Promise<{ customerId: string; productId: string }> {
    const [customerId, productId] = [await shop.customer(), await shop.product({ stock: count })];
    const placed = await Promise.all(Array.from({ length: count }, () => orders.place(customerId, { [productId]: 1 })));
    expect(placed.map(statusOf)).toEqual(Array<string>(count).fill('PENDING'));
    return { customerId, productId };
  }

  it('by two processes settles each order of a backlog once', async () => {
    await using inventory = await shop.proxyOf('inventory');
    await using one = await shop.orders({ inventory });
    await using other = await shop.orders({ database: one.database });
    inventory.treatAll(loseAnswer);
    const { productId } = await leftBehind(one, 40);
    inventory.treatAll(passOn);
    one.service.startRecovery();
    other.service.startRecovery();
    await one.settled();
    for (const order of await one.model.find().lean()) {
      expect(order).toMatchObject({ status: 'CONFIRMED', version: 2 });
      expect(order.events.map(({ type }) => type)).toEqual(['PLACED', 'CONFIRMED']);
    }
    expect(await shop.stock(productId)).toEqual({ onHand: 40, available: 0, reserved: 40 });
  });

  it('leaves a leased order alone, and drives it on once the lease has expired', async () => {
    await using orders = await shop.orders();
    const [customerId, productId] = [await shop.customer(), await shop.product()];
    const { id } = await orders.placed(customerId, { [productId]: 1 });
    // As a driver leaves it if it dies after its insert.
    const lease = new Date(Date.now() + 60_000);
    const pending = { status: 'PENDING', version: 1, nextAttemptAt: lease };
    await orders.model.updateOne({ _id: id }, { $set: pending });
    orders.service.startRecovery();
    const another = await orders.placed(customerId, { [productId]: 1 });
    await orders.model.updateOne({ _id: another.id }, { $set: { ...pending, nextAttemptAt: new Date() } });
    await until('the other is settled', async () => (await orders.stored(another.id)).nextAttemptAt === undefined);
    expect(await orders.stored(id)).toMatchObject(pending);
    await orders.model.updateOne({ _id: id }, { $set: { nextAttemptAt: new Date() } });
    await orders.settled();
    expect(await orders.stored(id)).toMatchObject({ status: 'CONFIRMED' });
  });

  it('is not needed when a caller repeats its key: that drives the order on', async () => {
    await using inventory = await shop.proxyOf('inventory');
    await using orders = await shop.orders({ inventory });
    const [customerId, productId] = [await shop.customer(), await shop.product()];
    inventory.treatNext(refuse, refuse);
    expect(statusOf(await orders.place(customerId, { [productId]: 1 }, 'k'))).toBe('PENDING');
    expect(await orders.place(customerId, { [productId]: 1 }, 'k')).toMatchObject({
      replayed: true,
      order: { status: 'CONFIRMED' },
    });
  });

  it('finishes cancelled and shipped orders, whose answers did not wait for inventory', async () => {
    await using inventory = await shop.proxyOf('inventory');
    await using orders = await shop.orders({ inventory });
    const [customerId, a, b] = [await shop.customer(), await shop.product(), await shop.product()];
    const [cancelled, shipped] = [
      await orders.placed(customerId, { [a]: 1 }),
      await orders.placed(customerId, { [b]: 1 }),
    ];
    inventory.treatAll(refuse);
    const request = orders.request();
    expect(await orders.service.cancel({ orderId: cancelled.id, reason: 'FRAUD' }, request)).toMatchObject({
      order: { status: 'CANCELLED' },
    });
    for (const to of ['SHIPPED', 'DELIVERED'] as const) {
      expect(await orders.service.transition({ orderId: shipped.id, to }, request)).toMatchObject({
        order: { status: to },
      });
    }
    expect(await orders.stored(cancelled.id)).toMatchObject({ followUp: 'releaseReservation' });
    expect(await orders.stored(shipped.id)).toMatchObject({ status: 'DELIVERED', followUp: 'commitReservation' });
    inventory.treatAll(passOn);
    orders.service.startRecovery();
    await orders.settled();
    expect(await shop.stock(a)).toEqual({ onHand: 100, available: 100, reserved: 0 });
    expect(await shop.stock(b)).toEqual({ onHand: 99, available: 99, reserved: 0 });
  });

  it('logs a reservation in an unexpected state as a bug, and leaves it alone', async () => {
    await using orders = await shop.orders();
    const [customerId, productId] = [await shop.customer(), await shop.product()];
    const { id } = await orders.placed(customerId, { [productId]: 1 });
    await orders.service.transition({ orderId: id, to: 'SHIPPED' }, orders.request());
    await orders.model.updateOne(
      { _id: id },
      { $set: { status: 'CANCELLED', followUp: 'releaseReservation', nextAttemptAt: new Date() } },
    );
    orders.service.startRecovery();
    await orders.settled();
    expect(orders.lines.find((line) => line.includes('a bug'))).toContain('"reservation":"COMMITTED"');
    expect(await shop.stock(productId)).toEqual({ onHand: 99, available: 99, reserved: 0 });
  });

  it('drives on the orders that version 0.1 left behind, whose fields had other names', async () => {
    await using inventory = await shop.proxyOf('inventory');
    await using orders = await shop.orders({ inventory });
    const [customerId, productId] = [await shop.customer(), await shop.product({ stock: 10 })];
    const [cancelled, shipped] = [
      await orders.placed(customerId, { [productId]: 1 }),
      await orders.placed(customerId, { [productId]: 2 }),
    ];
    inventory.treatAll(refuse);
    await leftBehind(orders, 3);
    await orders.service.cancel({ orderId: cancelled.id, reason: 'OTHER' }, orders.request(STAFF, SHORT_MS));
    await orders.service.transition({ orderId: shipped.id, to: 'SHIPPED' }, orders.request(STAFF, SHORT_MS));
    const stored = orders.connection.collection('orders');
    const $rename = { nextAttemptAt: 'dueAt', followUp: 'owes' };
    await stored.updateMany({ nextAttemptAt: { $exists: true } }, { $rename });
    await stored.updateMany({ owes: 'releaseReservation' }, { $set: { owes: 'RELEASE' } });
    await stored.updateMany({ owes: 'commitReservation' }, { $set: { owes: 'COMMIT' } });
    await stored.createIndex({ dueAt: 1 }, { partialFilterExpression: { dueAt: { $exists: true } } }, {});
    expect(await stored.countDocuments({ dueAt: { $exists: true } })).toBe(5);
    expect(await orders.unsettled()).toBe(0);

    await Promise.all([renameFollowUps(orders.connection), renameFollowUps(orders.connection)]);
    expect(await orders.unsettled()).toBe(5);
    expect(await stored.countDocuments({ $or: [{ dueAt: { $exists: true } }, { owes: { $exists: true } }] })).toBe(0);
    expect(await stored.indexExists('dueAt_1')).toBe(false);
    inventory.treatAll(passOn);
    orders.service.startRecovery();
    await orders.settled();
    expect(await shop.stock(productId)).toEqual({ onHand: 8, available: 8, reserved: 0 });
  });

  it('continues once the database is back', async () => {
    await using inventory = await shop.proxyOf('inventory');
    await using orders = await shop.orders({ inventory });
    inventory.treatAll(refuse);
    await leftBehind(orders, 1);
    inventory.treatAll(passOn);
    await shop.system.database.kill();
    orders.service.startRecovery();
    await until('a pass has failed', async () => orders.lines.some((line) => line.includes('recovery failed')));
    await shop.system.database.start();
    await orders.settled();
  });
});
