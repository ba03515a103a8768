import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type System, startSystem } from '../../tests/harness.ts';
import { CUSTOMER, STAFF, id, request, startInventory } from '../../tests/subgraphs/inventory.ts';
import { fillKeys } from './model.ts';

let system: System;
beforeAll(async () => {
  system = await startSystem({ start: ['database'] });
});
afterAll(async () => {
  await system[Symbol.asyncDispose]();
});

const start = () => startInventory(system.mongodbUri);
const badUserInput = { extensions: { code: 'BAD_USER_INPUT' } };
const price = { amount: 1999, currency: 'EUR' };

describe('createProduct', () => {
  const input = { sku: 'TEA-1', name: '  Teapot ', price, initialStock: 7, lowStockThreshold: 7 };

  it('adds a product and the first line of its ledger', async () => {
    await using inventory = await start();
    const answer = await inventory.createProduct({ ...input, description: 'Holds tea.' }, request());
    expect(answer).toMatchObject({
      __typename: 'CreateProductSuccess',
      product: {
        sku: 'TEA-1',
        name: 'Teapot',
        description: 'Holds tea.',
        price,
        stock: { onHand: 7, available: 7, reserved: 0, lowStock: true },
      },
    });
    if (answer.__typename !== 'CreateProductSuccess') return;
    expect(answer.product.updatedAt).toEqual(answer.product.createdAt);
    expect(await inventory.read(answer.product.id)).toEqual(answer.product);
    expect((await inventory.movements(answer.product.id, {})).nodes).toMatchObject([
      { type: 'RECEIVED', onHandChange: 7, availableChange: 7, actor: 'ada', reason: null, orderId: null },
    ]);
  });

  it('refuses a SKU that another product has, and writes nothing', async () => {
    await using inventory = await start();
    const answers = await Promise.all([1, 2, 3, 4].map(() => inventory.createProduct(input, request())));
    expect(answers.filter(({ __typename }) => __typename === 'CreateProductSuccess')).toHaveLength(1);
    expect(answers.filter(({ __typename }) => __typename === 'SkuTakenError')).toHaveLength(3);
    expect(answers).toContainEqual({
      __typename: 'SkuTakenError',
      code: 'SKU_TAKEN',
      message: expect.any(String),
      sku: 'TEA-1',
    });
    expect(await inventory.models.movements.countDocuments()).toBe(1);
  });

  it('names all fields that are out of bounds at once', async () => {
    await using inventory = await start();
    const answer = await inventory.createProduct(
      {
        sku: 'no spaces',
        name: ' ',
        description: 'x'.repeat(5001),
        price: { amount: -1, currency: 'EURO' },
        initialStock: 1_000_000_001,
        lowStockThreshold: -1,
      },
      request(),
    );
    expect(answer).toMatchObject({ __typename: 'InvalidInputError', code: 'INVALID_INPUT' });
    expect('fields' in answer && answer.fields.map(({ path }) => path)).toEqual([
      ['sku'],
      ['name'],
      ['description'],
      ['price', 'amount'],
      ['price', 'currency'],
      ['initialStock'],
      ['lowStockThreshold'],
    ]);
  });

  it.each([
    ['sku', 'x'.repeat(64), 'x'.repeat(65)],
    ['sku', 'aZ0._-', 'a/b'],
    ['sku', 'x', ''],
    ['name', 'x'.repeat(200), 'x'.repeat(201)],
    ['name', '😀'.repeat(200), '😀'.repeat(201)],
    ['name', 'e\u0301', '\u0301'],
    ['name', 'a\u200b', '\u200b\u0007'],
    ['name', 'k\u{1f600}', 'k\ud83d'],
    ['description', '😀'.repeat(5000), '😀'.repeat(5001)],
    ['description', ' ', '\0'],
    ['description', 'x'.repeat(5000), 'x'.repeat(5001)],
    ['price', { amount: 90_000_000_000, currency: 'JPY' }, { amount: 90_000_000_001, currency: 'JPY' }],
    ['price', { amount: 0, currency: 'CHF' }, { amount: 0, currency: 'chf' }],
    ['price', { amount: 0, currency: 'USD' }, { amount: 0.5, currency: 'USD' }],
    ['initialStock', 1_000_000_000, 1_000_000_001],
    ['initialStock', 0, -1],
    ['lowStockThreshold', 1_000_000_000, 1_000_000_001],
  ])('%s: the bound itself is allowed, a value beyond it is not', async (field, inside, outside) => {
    await using inventory = await start();
    expect(await inventory.createProduct({ ...input, [field]: outside }, request())).toMatchObject({
      __typename: 'InvalidInputError',
      fields: [{ path: expect.arrayContaining([field]) }],
    });
    expect(await inventory.createProduct({ ...input, [field]: inside }, request())).toMatchObject({
      product: { [field === 'initialStock' || field === 'lowStockThreshold' ? 'sku' : field]: expect.anything() },
    });
  });
});

describe('updateProduct', () => {
  it('changes the given fields and keeps the rest', async () => {
    await using inventory = await start();
    const product = await inventory.add({ name: 'Teapot', stock: 5, low: 2 });
    const answer = await inventory.updateProduct({ id: product.id, name: 'Zebra', description: '$name' }, request());
    expect(answer).toMatchObject({
      product: { sku: product.sku, name: 'Zebra', description: '$name', price, createdAt: product.createdAt },
    });
    await inventory.updateProduct({ id: product.id, price: { amount: 5, currency: 'USD' } }, request());
    expect(await inventory.read(product.id)).toMatchObject({ name: 'Zebra', price: { amount: 5, currency: 'USD' } });
    await inventory.updateProduct({ id: product.id, description: null }, request());
    expect(await inventory.read(product.id)).toMatchObject({ name: 'Zebra', description: null });
    expect(await inventory.read(product.id)).toMatchObject({ stock: product.stock });
  });

  it('lowStock follows the threshold', async () => {
    await using inventory = await start();
    const { id: productId } = await inventory.add({ stock: 5, low: 2 });
    const low = { product: { stock: { lowStock: true } } };
    expect(await inventory.updateProduct({ id: productId, lowStockThreshold: 5 }, request())).toMatchObject(low);
    expect(await inventory.updateProduct({ id: productId, lowStockThreshold: 4 }, request())).not.toMatchObject(low);
  });

  it('updatedAt is when the product itself last changed', async () => {
    await using inventory = await start();
    const product = await inventory.add({ name: 'Teapot', stock: 5 });
    await inventory.reduceStock({ productId: product.id, quantity: 1 }, request());
    const same = { id: product.id, name: 'Teapot', price, description: null, lowStockThreshold: 0 };
    expect(await inventory.updateProduct(same, request())).toMatchObject({ __typename: 'UpdateProductSuccess' });
    expect(await inventory.updateProduct({ id: product.id }, request())).toMatchObject({ product: { name: 'Teapot' } });
    expect(await inventory.read(product.id)).toMatchObject({ updatedAt: product.updatedAt });
    await inventory.updateProduct({ id: product.id, name: 'Kettle' }, request());
    const { updatedAt } = await inventory.read(product.id);
    expect(updatedAt.getTime()).toBeGreaterThan(product.updatedAt.getTime());
  });

  it('refuses an unknown product and a bad field', async () => {
    await using inventory = await start();
    for (const nobody of [id(), 'nobody']) {
      expect(await inventory.updateProduct({ id: nobody, name: 'x' }, request())).toMatchObject({
        code: 'PRODUCT_NOT_FOUND',
        productIds: [nobody],
      });
    }
    const { id: productId } = await inventory.add();
    expect(
      await inventory.updateProduct({ id: productId, name: '', price: { amount: 1, currency: 'x' } }, request()),
    ).toMatchObject({ fields: [{ path: ['name'] }, { path: ['price', 'currency'] }] });
  });
});

describe('checkStock', () => {
  it('answers the lines in their order, with one query', async () => {
    await using inventory = await start();
    const [some, none] = [await inventory.add({ stock: 3 }), await inventory.add({ stock: 0 })];
    const unknown = id();
    const lines = [
      { productId: none.id, quantity: 1 },
      { productId: some.id, quantity: 3 },
      { productId: some.id, quantity: 4 },
      { productId: some.id, quantity: 0 },
      { productId: some.id, quantity: -1 },
      { productId: unknown, quantity: 1 },
      { productId: 'nobody', quantity: 1 },
    ];
    expect(await inventory.commands(() => inventory.checkStock(lines))).toEqual(['find']);
    expect(await inventory.checkStock(lines)).toEqual([
      { productId: none.id, requested: 1, available: 0, sufficient: false, product: none },
      { productId: some.id, requested: 3, available: 3, sufficient: true, product: some },
      { productId: some.id, requested: 4, available: 3, sufficient: false, product: some },
      { productId: some.id, requested: 0, available: 3, sufficient: false, product: some },
      { productId: some.id, requested: -1, available: 3, sufficient: false, product: some },
      { productId: unknown, requested: 1, available: 0, sufficient: false, product: null },
      { productId: 'nobody', requested: 1, available: 0, sufficient: false, product: null },
    ]);
  });

  it('accepts 100 lines, but not more', async () => {
    await using inventory = await start();
    const lines = Array.from({ length: 100 }, () => ({ productId: id(), quantity: 1 }));
    expect(await inventory.checkStock(lines)).toHaveLength(100);
    await expect(inventory.checkStock([...lines, { productId: id(), quantity: 1 }])).rejects.toMatchObject(
      badUserInput,
    );
    expect(await inventory.checkStock([])).toEqual([]);
  });
});

describe('products', () => {
  it('filters by every condition, all of which must hold', async () => {
    await using inventory = await start();
    const teapot = await inventory.add({ sku: 'TEA-1', name: 'Blue Teapot', stock: 9, low: 2 });
    const cup = await inventory.add({ sku: 'CUP.1', name: 'Tea cup', stock: 1, low: 2 });
    const jug = await inventory.add({ sku: 'JUG_1', name: 'Jug (50%+)', stock: 0, low: 0 });
    const list = async (filter: object) =>
      (await inventory.products({ filter, sort: { field: 'CREATED_AT', direction: 'ASC' } }, request())).nodes.map(
        ({ sku }) => sku,
      );
    expect(await list({})).toEqual(['TEA-1', 'CUP.1', 'JUG_1']);
    expect(await list({ ids: [jug.id, teapot.id, id(), 'nobody'] })).toEqual(['TEA-1', 'JUG_1']);
    expect(await list({ ids: [] })).toEqual([]);
    expect(await list({ skus: ['CUP.1', 'nothing'] })).toEqual(['CUP.1']);
    expect(await list({ search: 'tEA' })).toEqual(['TEA-1', 'CUP.1']);
    expect(await list({ search: '(50%+)' })).toEqual(['JUG_1']);
    expect(await list({ search: 'p.1' })).toEqual(['CUP.1']);
    expect(await list({ search: '.*' })).toEqual([]);
    expect(await list({ search: '' })).toHaveLength(3);
    expect(await list({ inStock: true })).toEqual(['TEA-1', 'CUP.1']);
    expect(await list({ inStock: false })).toEqual(['JUG_1']);
    expect(await list({ lowStock: true })).toEqual(['CUP.1', 'JUG_1']);
    expect(await list({ lowStock: false })).toEqual(['TEA-1']);
    expect(await list({ lowStock: true, inStock: true, search: 'c', ids: [cup.id], skus: ['CUP.1'] })).toEqual([
      'CUP.1',
    ]);
    expect(await list({ lowStock: true, ids: [teapot.id] })).toEqual([]);
    expect(await list({ ids: null, skus: null, search: null, inStock: null, lowStock: null })).toHaveLength(3);
  });

  it('are found whatever accents, case and white space are typed, even after a change', async () => {
    await using inventory = await start();
    const { id: productId } = await inventory.add({ sku: 'MUG-1', name: 'Bu\u0308cher  Becher' });
    const found = async (search: string): Promise<number> =>
      (await inventory.products({ filter: { search } }, request())).nodes.length;
    for (const search of ['bücher', 'BUCHER', 'bu\u0308cher', ' becher ', 'cher be', 'mug ', 'ＭＵＧ-1', '\u200b']) {
      expect({ search, found: await found(search) }).toEqual({ search, found: 1 });
    }
    await inventory.updateProduct({ id: productId, name: 'Straße' }, request());
    expect([await found('STRASSE'), await found('bücher')]).toEqual([1, 0]);
    expect(await found('😀'.repeat(100))).toBe(0);
    await expect(found('😀'.repeat(101))).rejects.toMatchObject(badUserInput);
  });

  it('are sorted by name without regard to accents, and pages join', async () => {
    await using inventory = await start();
    for (const name of ['zoo', 'Äpfel', 'banana', 'apple', 'Ørsted', 'E\u0301clair', 'oak', 'école', 'eclipse']) {
      await inventory.add({ name });
    }
    const sort = { field: 'NAME', direction: 'ASC' } as const;
    const names: string[] = [];
    let after: string | null = null;
    do {
      const { nodes, pageInfo } = await inventory.products({ sort, first: 2, after }, request());
      names.push(...nodes.map(({ name }) => name.normalize()));
      after = pageInfo.hasNextPage ? pageInfo.endCursor : null;
    } while (after !== null);
    expect(names).toEqual(['Äpfel', 'apple', 'banana', 'Éclair', 'eclipse', 'école', 'oak', 'Ørsted', 'zoo']);
  });

  it('of an earlier version get their key when inventory starts', async () => {
    await using inventory = await start();
    const { id: productId } = await inventory.add({ name: 'Élan' });
    const { products } = inventory.models;
    const old = { $unset: { nameKey: 1 }, $set: { nameLower: 'élan' } };
    await products.collection.updateOne({ name: 'Élan' }, old);
    await Promise.all([fillKeys(inventory.connection), fillKeys(inventory.connection)]);
    expect(await products.findOne({ name: 'Élan' }).lean()).toMatchObject({ nameKey: 'elan', nameLower: 'élan' });
    const { nodes } = await inventory.products({ filter: { search: 'elan' } }, request());
    expect(nodes.map((product) => product.id)).toEqual([productId]);
    await inventory.updateProduct({ id: productId, name: 'Ärger' }, request());
    expect(await inventory.read(productId)).toMatchObject({ name: 'Ärger' });
  });

  it('only staff and services may filter by lowStock', async () => {
    await using inventory = await start();
    await inventory.add({ stock: 0 });
    const list = (caller: typeof STAFF) => inventory.products({ filter: { lowStock: true } }, request(caller));
    for (const role of ['staff', 'service'] as const) expect((await list({ ...STAFF, role })).nodes).toHaveLength(1);
    for (const [role, code] of [
      ['customer', 'FORBIDDEN'],
      ['anonymous', 'UNAUTHENTICATED'],
    ] as const) {
      await expect(list({ ...CUSTOMER, role })).rejects.toMatchObject({ extensions: { code } });
    }
    expect((await inventory.products({ filter: { lowStock: null } }, request(CUSTOMER))).nodes).toHaveLength(1);
  });

  it('a filter that is too long is refused', async () => {
    await using inventory = await start();
    for (const filter of [
      { ids: Array.from({ length: 101 }, id) },
      { skus: Array.from({ length: 101 }, id) },
      { search: 'x'.repeat(101) },
    ]) {
      await expect(inventory.products({ filter }, request())).rejects.toMatchObject(badUserInput);
    }
    await expect(inventory.products({ first: 0 }, request())).rejects.toMatchObject(badUserInput);
    await expect(inventory.products({ after: 'nonsense' }, request())).rejects.toMatchObject(badUserInput);
  });

  it('a cursor of one sort is refused by another', async () => {
    await using inventory = await start();
    await inventory.add();
    const { pageInfo } = await inventory.products({ sort: { field: 'NAME', direction: 'ASC' } }, request());
    const after = pageInfo.endCursor;
    for (const sort of [{ field: 'PRICE' } as const, { field: 'NAME', direction: 'DESC' } as const]) {
      await expect(inventory.products({ after, sort }, request())).rejects.toMatchObject(badUserInput);
    }
  });

  it('newest come first if no sort is given, and the total is counted only if it is selected', async () => {
    await using inventory = await start();
    const [first, second] = [await inventory.add({ stock: 1 }), await inventory.add()];
    let page: Awaited<ReturnType<typeof inventory.products>> | undefined;
    const read = async () => {
      page = await inventory.products({ first: 1, filter: {} }, request());
    };
    expect(await inventory.commands(read)).toEqual(['find']);
    expect(page?.nodes.map((product) => product.id)).toEqual([second.id]);
    expect(await inventory.commands(async () => page?.totalCount())).toEqual(['aggregate']);
    expect(await page?.totalCount()).toBe(2);
    const next = await inventory.products({ first: 1, after: page?.pageInfo.endCursor }, request());
    expect(next.nodes.map((product) => product.id)).toEqual([first.id]);
  });
});
