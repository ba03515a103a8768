/** Concurrent writes share their round trips, and each learns its own outcome. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createLogger } from '../../runtime/log.ts';
import { type System, startSystem } from '../../tests/harness.ts';
import { type Connection, buildIndexes, connect } from '../shared/mongo.ts';
import { type OrderDocument, orderModel } from './model.ts';
import type { Refusal } from './order.ts';
import { type OrderStore, type StatusChange, createOrderStore } from './store.ts';

let system: System;
let connection: Connection;
let store: OrderStore;
const commands: string[] = [];
beforeAll(async () => {
  system = await startSystem({ start: ['database'] });
  const log = createLogger({ name: 'test', level: 'silent', production: true });
  connection = await connect({ uri: `${system.mongodbUri}&monitorCommands=true`, database: 'orders_store', log });
  store = createOrderStore(orderModel(connection));
  await buildIndexes(connection);
  connection.getClient().on('commandStarted', ({ commandName }) => void commands.push(commandName));
});
afterAll(async () => {
  await connection.close();
  await system[Symbol.asyncDispose]();
});

const deadline = Date.now() + 60_000;
const insert = (idempotencyKey: string | null = null) =>
  store.insert(
    {
      customerId: 'c',
      idempotencyKey,
      expectedTotal: undefined,
      lines: [{ productId: 'p', quantity: 1 }],
      actor: 'ada',
    },
    deadline,
  );
async function inserted(): Promise<OrderDocument> {
  const order = await insert();
  if (order === null) throw new Error('it has no key to collide with');
  return order;
}
const CONFIRM: StatusChange = { to: 'CONFIRMED', actor: null, set: { totalAmount: 100, currency: 'EUR' } };
const CANCEL: StatusChange = { to: 'CANCELLED', actor: 'ada', cancelReason: 'OTHER' };

describe('concurrent inserts', () => {
  it('take one round trip, however many there are', async () => {
    commands.length = 0;
    const orders = await Promise.all(Array.from({ length: 20 }, inserted));
    expect(commands).toEqual(['insert']);
    expect(new Set(orders.map(({ number }) => number)).size).toBe(20);
    expect(await store.due(100)).toHaveLength(0);
    expect(await orderModelOf().countDocuments({ _id: { $in: orders.map(({ _id }) => _id) } })).toBe(20);
  });

  it('collide only by their keys, and each learns its own outcome', async () => {
    const [first, second, third, again, fourth] = await Promise.all([
      insert('one'),
      insert('two'),
      insert('three'),
      insert('two'),
      insert('four'),
    ]);
    expect([first, second, third, fourth].map((order) => order?.idempotencyKey)).toEqual([
      'one',
      'two',
      'three',
      'four',
    ]);
    expect(again).toBeNull();
    expect(await orderModelOf().countDocuments({ idempotencyKey: { $exists: true } })).toBe(4);
  });
});

describe('concurrent changes of status', () => {
  it('take one round trip, and return the orders as they are stored', async () => {
    const orders = await Promise.all(Array.from({ length: 10 }, inserted));
    commands.length = 0;
    const changed = await Promise.all(orders.map((order) => store.change(order, CONFIRM, deadline)));
    expect(commands).toEqual(['update']);
    for (const order of changed) expect(order).toEqual(await orderModelOf().findById(order?._id).lean());
    expect(changed[0]).toMatchObject({
      status: 'CONFIRMED',
      version: 2,
      totalAmount: 100,
      events: [{}, { type: 'CONFIRMED' }],
    });
    expect(changed[0]).not.toHaveProperty('nextAttemptAt');
  });

  it('learn which of them lost', async () => {
    const [a, b, c] = [await inserted(), await inserted(), await inserted()];
    const changes = [
      store.change(a, CONFIRM, deadline),
      store.change(b, CONFIRM, deadline),
      store.change(b, CANCEL, deadline),
      store.change(a, CANCEL, deadline),
      store.change(c, CANCEL, deadline),
    ];
    const outcomes = (await Promise.all(changes)).map((order) => order?.status ?? null);
    expect(outcomes).toEqual(['CONFIRMED', 'CONFIRMED', null, null, 'CANCELLED']);
    const stored = await orderModelOf()
      .find({ _id: { $in: [a._id, b._id, c._id] } })
      .sort({ _id: 1 })
      .lean();
    expect(stored.map(({ status, version }) => [status, version])).toEqual([
      ['CONFIRMED', 2],
      ['CONFIRMED', 2],
      ['CANCELLED', 2],
    ]);
    expect(stored[2]).toMatchObject({ followUp: 'releaseReservation', nextAttemptAt: expect.any(Date) });
  });

  it('learn what is stored even when two of them are nearly equal', async () => {
    const orders = await Promise.all(Array.from({ length: 10 }, inserted));
    const reject = (order: OrderDocument, productId: string) => {
      const refusal: Refusal = { reason: 'PRODUCT_NOT_FOUND', message: 'gone', productIds: [productId] };
      return store.change(order, { to: 'REJECTED', actor: null, set: { refusal } }, deadline);
    };
    const changes = orders.flatMap((order) => [reject(order, 'a'), reject(order, 'b')]);
    const told = (await Promise.all(changes)).filter((order) => order !== null);
    expect(told).toHaveLength(10);
    for (const order of told) expect(order).toEqual(await orderModelOf().findById(order._id).lean());
  });
});

const orderModelOf = () => connection.model<OrderDocument>('Order');
