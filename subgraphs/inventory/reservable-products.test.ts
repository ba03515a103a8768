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
