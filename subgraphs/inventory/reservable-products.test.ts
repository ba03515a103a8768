import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type System, startSystem } from '../../tests/harness.ts';
import { type Inventory, id, request, startInventory } from '../../tests/subgraphs/inventory.ts';
import { toId } from '../shared/mongo.ts';

let system: System;
beforeAll(async () => {
  system = await startSystem({ start: ['database'] });
});
afterAll(async () => {
  await system[Symbol.asyncDispose]();
});

describe('a product that another process has changed since this one last sold it', () => {
  /** What the other process does, and what an order of 3 units then gets; the product had 10 units of 100 EUR, and 9 after the first. */
  const changes: [string, (other: Inventory, productId: string) => Promise<unknown>, object, object][] = [
    [
      'has the new name and price in the reservation',
      (other, productId) =>
        other.updateProduct({ id: productId, name: 'Renamed', price: { amount: 900, currency: 'USD' } }, request()),
      { lines: [{ name: 'Renamed', unitPrice: { amount: 900, currency: 'USD' } }] },
      { onHand: 10, available: 6, lowStock: false },
    ],
    [
      'is not sold when too little is left',
      (other, productId) => other.reduceStock({ productId, quantity: 7, idempotencyKey: id() }, request()),
      { __typename: 'InsufficientStockError', shortages: [{ requested: 3, available: 2 }] },
      { onHand: 3, available: 2, lowStock: true },
    ],
    [
      'is sold when there is more of it',
      (other, productId) => other.adjustStock({ productId, delta: 5, reason: 'delivery' }, request()),
      { __typename: 'Reservation' },
      { onHand: 15, available: 11, lowStock: false },
    ],
    [
      'runs low when it does',
      (other, productId) => other.reduceStock({ productId, quantity: 4, idempotencyKey: id() }, request()),
      { __typename: 'Reservation' },
      { onHand: 6, available: 2, lowStock: true },
    ],
    [
      'runs low when its threshold was raised',
      (other, productId) => other.updateProduct({ id: productId, lowStockThreshold: 6 }, request()),
      { __typename: 'Reservation' },
      { onHand: 10, available: 6, lowStock: true },
    ],
    [
      'is missing when it was removed from the database',
      (other, productId) => other.models.products.deleteOne({ _id: toId(productId) }),
      { __typename: 'ProductNotFoundError' },
      {},
    ],
  ];

  it.each(changes)('%s', async (_, change, answer, stock) => {
    await using inventory = await startInventory(system.mongodbUri);
    const product = await inventory.add({ stock: 10, low: 2 });
    const order = (quantity: number) => inventory.reserveStock(id(), [{ productId: product.id, quantity }], request());
    await order(1);
    await using other = await startInventory(system.mongodbUri, inventory.connection.name);
    await change(other, product.id);
    expect(await order(3)).toMatchObject(answer);
    expect((await inventory.models.products.findById(product.id).lean()) ?? {}).toMatchObject(stock);
  });

  it('is remembered as it is now', async () => {
    await using inventory = await startInventory(system.mongodbUri);
    const product = await inventory.add({ stock: 100 });
    const order = () => inventory.reserveStock(id(), [{ productId: product.id, quantity: 1 }], request());
    await order();
    await using other = await startInventory(system.mongodbUri, inventory.connection.name);
    await other.updateProduct({ id: product.id, name: 'Renamed' }, request());
    await order();
    expect(await inventory.commands(order)).not.toContain('find');
  });
});

it('two processes sell the same products to the last unit, and not one more, while prices change', async () => {
  await using one = await startInventory(system.mongodbUri);
  await using other = await startInventory(system.mongodbUri, one.connection.name);
  const products = await Promise.all(Array.from({ length: 4 }, () => one.add({ stock: 30, low: 5 })));
  const sell = (n: number) => {
    const lines = [0, 1].map((next) => ({ productId: products[(n + next) % products.length]?.id ?? '', quantity: 1 }));
    return (n % 2 === 0 ? one : other).reserveStock(id(), lines, request());
  };
  const prices = async () => {
    for (let amount = 1; amount <= 20; amount += 1) {
      await one.updateProduct({ id: products[0]?.id ?? '', price: { amount, currency: 'EUR' } }, request());
    }
  };
  const [answers] = await Promise.all([Promise.all(Array.from({ length: 100 }, (_, n) => sell(n))), prices()]);
  const sold = answers.filter(({ __typename }) => __typename === 'Reservation').length;
  // Each order takes a unit of two neighbours, so 60 orders take all of the 120 units; the last ones may find one of two gone.
  expect(sold).toBeGreaterThan(50);
  expect(sold).toBeLessThanOrEqual(60);
  let left = 0;
  for (const product of products) {
    const { available, onHand, lowStock } = (await one.read(product.id)).stock;
    expect(available).toBeGreaterThanOrEqual(0);
    expect({ onHand, lowStock }).toEqual({ onHand: 30, lowStock: available <= 5 });
    expect(await one.ledger(product.id)).toEqual({ onHand: 30, available });
    left += available;
  }
  expect(left).toBe(120 - 2 * sold);
});
