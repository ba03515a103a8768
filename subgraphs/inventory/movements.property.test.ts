import { afterAll, beforeAll, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { type System, startSystem } from '../../tests/harness.ts';
import { type Inventory, id, request, startInventory } from '../../tests/subgraphs/inventory.ts';

let system: System;
beforeAll(async () => {
  system = await startSystem({ start: ['database'] });
});
afterAll(async () => {
  await system[Symbol.asyncDispose]();
});

/** Operations refer to products, orders and keys by number, so that they often refer to the same. */
const product = fc.nat({ max: 2 });
const order = fc.nat({ max: 4 });
const units = fc.integer({ min: 1, max: 6 });
const key = fc.option(fc.constantFrom('k1', 'k2', 'k3'), { nil: undefined });

const operation = fc.oneof(
  fc.record({
    kind: fc.constant('reserve'),
    order,
    lines: fc.uniqueArray(fc.tuple(product, units), { minLength: 1, selector: ([n]) => n }),
  }),
  fc.record({ kind: fc.constant('release'), order }),
  fc.record({ kind: fc.constant('commit'), order }),
  fc.record({ kind: fc.constant('reduce'), product, quantity: units, key }),
  fc.record({ kind: fc.constant('adjust'), product, delta: fc.integer({ min: -6, max: 6 }), key }),
);
type Operation = typeof operation extends fc.Arbitrary<infer T> ? T : never;

async function run(inventory: Inventory, products: string[], orders: string[], step: Operation): Promise<void> {
  const productId = (n: number) => products[n] ?? '';
  const orderId = (n: number) => orders[n] ?? '';
  switch (step.kind) {
    case 'reserve':
      // Other lines for the same order are an error by design; here it counts as a refusal.
      await inventory
        .reserveStock(
          orderId(step.order),
          step.lines.map(([n, quantity]) => ({ productId: productId(n), quantity })),
          request(),
        )
        .catch((error: unknown) => {
          expect(String(error)).toContain('other lines');
        });
      break;
    case 'release':
      await inventory.releaseReservation(orderId(step.order), request());
      break;
    case 'commit':
      await inventory.commitReservation(orderId(step.order), request());
      break;
    case 'reduce':
      await inventory.reduceStock(
        { productId: productId(step.product), quantity: step.quantity, idempotencyKey: step.key },
        request(),
      );
      break;
    case 'adjust':
      await inventory.adjustStock(
        { productId: productId(step.product), delta: step.delta, reason: 'count', idempotencyKey: step.key },
        request(),
      );
      break;
  }
}

/** What must be true of every product after any sequence. */
async function check(inventory: Inventory, products: string[]): Promise<void> {
  const held = await inventory.models.reservations.find({ state: 'HELD' }).lean();
  for (const productId of products) {
    const { stock } = await inventory.read(productId);
    const reserved = held
      .flatMap(({ lines }) => lines)
      .filter((line) => line.productId.toHexString() === productId)
      .reduce((sum, { quantity }) => sum + quantity, 0);
    expect(await inventory.ledger(productId)).toEqual({ onHand: stock.onHand, available: stock.available });
    expect(stock.reserved).toBe(reserved);
    expect(stock.available).toBeGreaterThanOrEqual(0);
    expect(stock.lowStock).toBe(stock.available <= 3);
  }
  const keys = await inventory.models.movements.find({ idempotencyKey: { $gt: '' } }).lean();
  expect(new Set(keys.map(({ idempotencyKey }) => idempotencyKey)).size).toBe(keys.length);
}

it.each([
  ['one after another', 1],
  ['eight at once', 8],
])(
  'after any operations, %s, the ledger adds up to the stock, and held reservations to the reserved units',
  async (_, atOnce) => {
    await using inventory = await startInventory(system.mongodbUri);
    await fc.assert(
      fc.asyncProperty(fc.array(operation, { minLength: 10, maxLength: 30 }), async (operations) => {
        const products: string[] = [];
        for (const stock of [0, 5, 12]) products.push((await inventory.add({ stock, low: 3 })).id);
        const orders = Array.from({ length: 5 }, id);
        for (let from = 0; from < operations.length; from += atOnce) {
          const batch = operations.slice(from, from + atOnce);
          await Promise.all(batch.map((step) => run(inventory, products, orders, step)));
        }
        await check(inventory, products);
        // The next run has its own orders and keys.
        await inventory.models.reservations.deleteMany({});
        await inventory.models.movements.updateMany({}, { $unset: { idempotencyKey: 1, fingerprint: 1 } });
      }),
      { numRuns: 20, seed: 20_260_131, endOnFailure: true },
    );
  },
);
