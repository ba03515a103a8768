import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { type System, startSystem } from '../../tests/harness.ts';
import { id, request, startInventory } from '../../tests/subgraphs/inventory.ts';

let system: System;
beforeAll(async () => {
  system = await startSystem({ start: ['database'] });
});
afterAll(async () => {
  await system[Symbol.asyncDispose]();
});

const start = () => startInventory(system.mongodbUri);

it('reduceStock lowers what is on hand and what is available, and writes it down', async () => {
  await using inventory = await start();
  const { id: productId } = await inventory.add({ stock: 10, low: 7 });
  const answer = await inventory.reduceStock({ productId, quantity: 3, reason: 'damaged' }, request());
  expect(answer).toMatchObject({
    __typename: 'StockChangeSuccess',
    product: { id: productId, stock: { onHand: 7, available: 7, reserved: 0, lowStock: true } },
    movement: {
      type: 'REDUCED',
      onHandChange: -3,
      availableChange: -3,
      reason: 'damaged',
      orderId: null,
      actor: 'ada',
    },
    replayed: false,
  });
  expect(await inventory.read(productId)).toMatchObject({ stock: { onHand: 7, available: 7, lowStock: true } });
  expect(await inventory.ledger(productId)).toEqual({ onHand: 7, available: 7 });
});

it('adjustStock corrects the stock in both directions, and lowStock with it', async () => {
  await using inventory = await start();
  const { id: productId } = await inventory.add({ stock: 2, low: 5 });
  const up = await inventory.adjustStock({ productId, delta: 10, reason: 'delivery' }, request());
  expect(up).toMatchObject({
    product: { stock: { onHand: 12, available: 12, lowStock: false } },
    movement: { type: 'ADJUSTED', onHandChange: 10, availableChange: 10, reason: 'delivery' },
  });
  const down = await inventory.adjustStock({ productId, delta: -7, reason: 'count', expectedOnHand: 12 }, request());
  expect(down).toMatchObject({ product: { stock: { onHand: 5, available: 5, lowStock: true } } });
  expect(await inventory.ledger(productId)).toEqual({ onHand: 5, available: 5 });
});

it('neither mutation takes more than is available, so no reserved units', async () => {
  await using inventory = await start();
  const { id: productId } = await inventory.add({ stock: 10 });
  await inventory.reserveStock(id(), [{ productId, quantity: 6 }], request());
  const shortage = { productId, requested: 5, available: 4 };
  expect(await inventory.reduceStock({ productId, quantity: 5 }, request())).toMatchObject({
    __typename: 'InsufficientStockError',
    code: 'INSUFFICIENT_STOCK',
    shortages: [shortage],
  });
  expect(await inventory.adjustStock({ productId, delta: -5, reason: 'count' }, request())).toMatchObject({
    __typename: 'InsufficientStockError',
    shortages: [shortage],
  });
  expect(await inventory.adjustStock({ productId, delta: -4, reason: 'count' }, request())).toMatchObject({
    product: { stock: { onHand: 6, available: 0, reserved: 6 } },
  });
  expect(await inventory.ledger(productId)).toEqual({ onHand: 6, available: 0 });
});

it('a refusal writes no movement', async () => {
  await using inventory = await start();
  const { id: productId } = await inventory.add({ stock: 1 });
  await inventory.reduceStock({ productId, quantity: 2, idempotencyKey: 'k' }, request());
  await inventory.adjustStock({ productId, delta: 1, reason: 'r', expectedOnHand: 9, idempotencyKey: 'k' }, request());
  expect((await inventory.movements(productId, {})).nodes.map(({ type }) => type)).toEqual(['RECEIVED']);
});

it('adjustStock allows at most 1,000,000,000 units', async () => {
  await using inventory = await start();
  const { id: productId } = await inventory.add({ stock: 999_999_999 });
  expect(await inventory.adjustStock({ productId, delta: 2, reason: 'r' }, request())).toMatchObject({
    __typename: 'InvalidInputError',
    fields: [{ path: ['delta'], message: expect.stringContaining('at most 1:') }],
  });
  expect(await inventory.adjustStock({ productId, delta: 1, reason: 'r' }, request())).toMatchObject({
    product: { stock: { onHand: 1_000_000_000 } },
  });
});

it('adjustStock checks expectedOnHand before the available units', async () => {
  await using inventory = await start();
  const { id: productId } = await inventory.add({ stock: 3 });
  const wanted = { productId, delta: -5, reason: 'count' };
  expect(await inventory.adjustStock({ ...wanted, expectedOnHand: 5 }, request())).toEqual({
    __typename: 'StaleQuantityError',
    code: 'STALE_QUANTITY',
    message: expect.any(String),
    actualOnHand: 3,
  });
  expect(await inventory.adjustStock({ ...wanted, expectedOnHand: 3 }, request())).toMatchObject({
    __typename: 'InsufficientStockError',
  });
});

it('an unknown product is not found, whether its id is well-formed or not', async () => {
  await using inventory = await start();
  for (const productId of [id(), 'x', '', 'A'.repeat(24), "{ $gt: '' }"]) {
    const notFound = { __typename: 'ProductNotFoundError', code: 'PRODUCT_NOT_FOUND', productIds: [productId] };
    expect(await inventory.reduceStock({ productId, quantity: 1 }, request())).toMatchObject(notFound);
    expect(await inventory.adjustStock({ productId, delta: 1, reason: 'r' }, request())).toMatchObject(notFound);
  }
});

it('all bad fields of an input are named at once', async () => {
  await using inventory = await start();
  const { id: productId } = await inventory.add();
  const paths = (answer: object) =>
    'fields' in answer ? (answer.fields as { path: string[] }[]).map((f) => f.path) : [];
  const reduce = { productId, quantity: 0, reason: 'x'.repeat(501), idempotencyKey: '' };
  expect(paths(await inventory.reduceStock(reduce, request()))).toEqual([['quantity'], ['reason'], ['idempotencyKey']]);
  const adjust = { productId, delta: 0, reason: ' ', idempotencyKey: 'x'.repeat(256) };
  expect(paths(await inventory.adjustStock(adjust, request()))).toEqual([['delta'], ['reason'], ['idempotencyKey']]);
  expect(paths(await inventory.adjustStock({ productId, delta: 1_000_000_001, reason: 'r' }, request()))).toEqual([
    ['delta'],
  ]);
});

it('a repeated key changes nothing, and returns the first movement and the current product', async () => {
  await using inventory = await start();
  const { id: productId } = await inventory.add({ stock: 10 });
  const input = { productId, quantity: 4, reason: 'counter', idempotencyKey: 'k1' };
  const first = await inventory.reduceStock(input, request());
  await inventory.adjustStock({ productId, delta: -5, reason: 'count' }, request());
  const again = await inventory.reduceStock(input, request());
  expect(again).toMatchObject({ __typename: 'StockChangeSuccess', replayed: true, product: { stock: { onHand: 1 } } });
  expect(again).toHaveProperty('movement', (first as { movement: object }).movement);
  expect(await inventory.ledger(productId)).toEqual({ onHand: 1, available: 1 });
});

it('a repeated key is recognized before StaleQuantity, so that a lost answer can be asked for again', async () => {
  await using inventory = await start();
  const { id: productId } = await inventory.add({ stock: 10 });
  const input = { productId, delta: 5, reason: 'delivery', expectedOnHand: 10, idempotencyKey: 'k' };
  expect(await inventory.adjustStock(input, request())).toMatchObject({ replayed: false });
  expect(await inventory.adjustStock(input, request())).toMatchObject({
    replayed: true,
    product: { stock: { onHand: 15 } },
  });
});

it('one key belongs to one input, over both mutations and all products', async () => {
  await using inventory = await start();
  const { id: productId } = await inventory.add({ stock: 10 });
  const { id: other } = await inventory.add({ stock: 10 });
  await inventory.adjustStock({ productId, delta: -1, reason: 'r', idempotencyKey: 'k' }, request());
  const reused = {
    __typename: 'IdempotencyKeyReusedError',
    code: 'IDEMPOTENCY_KEY_REUSED',
    message: expect.any(String),
    idempotencyKey: 'k',
  };
  const key = { idempotencyKey: 'k' };
  const adjusted = { productId, delta: -1, reason: 'r', ...key };
  for (const input of [
    { ...adjusted, delta: -2 },
    { ...adjusted, reason: 's' },
    { ...adjusted, expectedOnHand: 10 },
    { ...adjusted, productId: other },
    { ...adjusted, productId: id() },
    { ...adjusted, productId: 'nobody' },
  ]) {
    expect(await inventory.adjustStock(input, request())).toEqual(reused);
  }
  expect(await inventory.reduceStock({ productId, quantity: 1, reason: 'r', ...key }, request())).toEqual(reused);
  expect(await inventory.read(productId)).toMatchObject({ stock: { onHand: 9 } });
  expect(await inventory.read(other)).toMatchObject({ stock: { onHand: 10 } });
});

it('a refused request does not use up its key', async () => {
  await using inventory = await start();
  const { id: productId } = await inventory.add({ stock: 1 });
  const input = { productId, quantity: 2, idempotencyKey: 'k' };
  expect(await inventory.reduceStock(input, request())).toMatchObject({ code: 'INSUFFICIENT_STOCK' });
  expect(await inventory.reduceStock({ ...input, quantity: 0 }, request())).toMatchObject({ code: 'INVALID_INPUT' });
  await inventory.adjustStock({ productId, delta: 1, reason: 'delivery' }, request());
  expect(await inventory.reduceStock(input, request())).toMatchObject({ replayed: false });
});

it('one key sent 25 times at the same time is applied once', async () => {
  await using inventory = await start();
  const { id: productId } = await inventory.add({ stock: 100 });
  const input = { productId, quantity: 4, idempotencyKey: 'k' };
  const answers = await Promise.all(Array.from({ length: 25 }, () => inventory.reduceStock(input, request())));
  expect(answers.filter((answer) => 'replayed' in answer && !answer.replayed)).toHaveLength(1);
  expect(answers.filter((answer) => 'replayed' in answer && answer.replayed)).toHaveLength(24);
  expect(await inventory.read(productId)).toMatchObject({ stock: { onHand: 96, available: 96 } });
});

it('one key sent at the same time for two products is applied to one of them', async () => {
  await using inventory = await start();
  const products = [await inventory.add({ stock: 10 }), await inventory.add({ stock: 10 })];
  const answers = await Promise.all(
    products.map((product) =>
      inventory.reduceStock({ productId: product.id, quantity: 1, idempotencyKey: 'k' }, request()),
    ),
  );
  expect(answers.map((answer) => answer.__typename).sort()).toEqual([
    'IdempotencyKeyReusedError',
    'StockChangeSuccess',
  ]);
});

it('many requests at the same time take exactly the available units', async () => {
  await using inventory = await start();
  const { id: productId } = await inventory.add({ stock: 20 });
  const answers = await Promise.all(
    Array.from({ length: 30 }, () => inventory.reduceStock({ productId, quantity: 1 }, request())),
  );
  expect(answers.filter(({ __typename }) => __typename === 'StockChangeSuccess')).toHaveLength(20);
  expect(await inventory.read(productId)).toMatchObject({ stock: { onHand: 0, available: 0 } });
  expect(await inventory.ledger(productId)).toEqual({ onHand: 0, available: 0 });
});

it('movements are paged newest first, in both directions', async () => {
  await using inventory = await start();
  const { id: productId } = await inventory.add({ stock: 0 });
  const { id: other } = await inventory.add({ stock: 3 });
  for (let n = 1; n <= 6; n += 1) await inventory.adjustStock({ productId, delta: n, reason: 'r' }, request());
  const changes = async (args: Parameters<typeof inventory.movements>[1]) => {
    const page = await inventory.movements(productId, args);
    return {
      changes: page.nodes.map(({ onHandChange }) => onHandChange),
      ...page.pageInfo,
      count: await page.totalCount(),
    };
  };
  const first = await changes({ first: 4 });
  expect(first).toMatchObject({ changes: [6, 5, 4, 3], hasNextPage: true, hasPreviousPage: false, count: 7 });
  const second = await changes({ first: 4, after: first.endCursor });
  expect(second).toMatchObject({ changes: [2, 1, 0], hasNextPage: false, hasPreviousPage: true });
  expect(await changes({ last: 2, before: second.startCursor })).toMatchObject({ changes: [4, 3] });
  expect((await inventory.movements(other, {})).nodes).toHaveLength(1);
  for (const nobody of [id(), 'nobody']) expect((await inventory.movements(nobody, {})).nodes).toEqual([]);
  await expect(inventory.movements(productId, { first: 101 })).rejects.toMatchObject({
    extensions: { code: 'BAD_USER_INPUT' },
  });
});

it('a change after its deadline is not made', async () => {
  await using inventory = await start();
  const { id: productId } = await inventory.add({ stock: 1 });
  await expect(
    inventory.reduceStock({ productId, quantity: 1 }, { ...request(), deadline: Date.now() - 1 }),
  ).rejects.toMatchObject({ extensions: { code: 'DEADLINE_EXCEEDED' } });
  expect(await inventory.read(productId)).toMatchObject({ stock: { onHand: 1 } });
});
