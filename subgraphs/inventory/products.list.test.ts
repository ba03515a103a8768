import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { type System, startSystem } from '../../tests/harness.ts';
import { type Inventory, type SentCommand, id, request, startInventory } from '../../tests/subgraphs/inventory.ts';
import type { ProductSort, QueryProductsArgs } from './schema.generated.ts';
import type { Product } from './service.ts';

let system: System;
let inventory: Inventory;
let all: Product[];

/** Enough products for several pages, with many ties in every sort field. */
beforeAll(async () => {
  system = await startSystem({ start: ['database'] });
  inventory = await startInventory(system.mongodbUri);
  const names = ['apple', 'Apple', 'pear', 'Quince', 'quince'];
  for (let n = 0; n < 40; n += 1) {
    const { id: added } = await inventory.add({
      sku: `SKU-${n}`,
      name: names[n % names.length] ?? '',
      amount: (n % 4) * 100,
      stock: n % 3 === 0 ? 0 : n % 7,
      low: n % 5,
    });
    await inventory.models.products.updateOne({ _id: added }, { createdAt: new Date(1_700_000_000_000 + (n % 6)) });
  }
  all = (await inventory.products({ first: 100 }, request())).nodes;
});
afterAll(async () => {
  await inventory[Symbol.asyncDispose]();
  await system[Symbol.asyncDispose]();
});

const FIELDS = ['NAME', 'PRICE', 'AVAILABLE', 'CREATED_AT'] as const;
const SORTS = FIELDS.flatMap((field) => (['ASC', 'DESC'] as const).map((direction) => ({ field, direction })));

const valueOf = (product: Product, field: ProductSort['field']): string | number =>
  ({
    NAME: product.name.toLowerCase(),
    PRICE: product.price.amount,
    AVAILABLE: product.stock.available,
    CREATED_AT: product.createdAt.getTime(),
  })[field];

/** The ids of these products, sorted by the test instead of the database. */
const sortedIds = (products: Product[], { field, direction }: ProductSort): string[] => {
  const rank = (product: Product) => [valueOf(product, field), product.id] as const;
  const ascending = products.toSorted((one, other) => {
    const [[a, aId], [b, bId]] = [rank(one), rank(other)];
    return a < b || (a === b && aId < bId) ? -1 : 1;
  });
  return (direction === 'DESC' ? ascending.toReversed() : ascending).map((product) => product.id);
};

/** All pages, read in one direction. Fails if the page info contradicts the next page. */
async function walk(args: QueryProductsArgs, backwards: boolean): Promise<string[]> {
  const ids: string[] = [];
  let page: Awaited<ReturnType<Inventory['products']>> | undefined;
  do {
    const cursor = backwards ? page?.pageInfo.startCursor : page?.pageInfo.endCursor;
    page = await inventory.products(
      { ...args, ...(backwards ? { last: 7, before: cursor } : { first: 7, after: cursor }) },
      request(),
    );
    const read = page.nodes.map((product) => product.id);
    if (backwards) ids.unshift(...read);
    else ids.push(...read);
  } while (backwards ? page.pageInfo.hasPreviousPage : page.pageInfo.hasNextPage);
  return ids;
}

it.each(SORTS)('all pages by $field $direction, read either way, are the whole list in order', async (sort) => {
  const expected = sortedIds(all, sort);
  expect(await walk({ sort }, false)).toEqual(expected);
  expect(await walk({ sort }, true)).toEqual(expected);
});

it.each(SORTS)('all pages by $field $direction of a filtered list are that list in order', async (sort) => {
  const filter = { inStock: true, lowStock: true };
  const expected = sortedIds(
    all.filter(({ stock }) => stock.available > 0 && stock.lowStock),
    sort,
  );
  expect(expected.length).toBeGreaterThan(7);
  expect(await walk({ sort, filter }, false)).toEqual(expected);
  expect(await walk({ sort, filter }, true)).toEqual(expected);
});

it('a product that is added while a list is read does not make it skip or repeat another', async () => {
  await using other = await startInventory(system.mongodbUri);
  for (const name of ['b', 'd', 'f', 'h']) await other.add({ name });
  const sort = { field: 'NAME', direction: 'ASC' } as const;
  const first = await other.products({ sort, first: 2 }, request());
  for (const name of ['a', 'c', 'g']) await other.add({ name });
  const second = await other.products({ sort, first: 10, after: first.pageInfo.endCursor }, request());
  expect([...first.nodes, ...second.nodes].map(({ name }) => name)).toEqual(['b', 'd', 'f', 'g', 'h']);
});

interface Stage {
  stage: string;
  inputStage?: Stage;
  inputStages?: Stage[];
}

interface Explained {
  queryPlanner: { winningPlan: Stage };
  executionStats: { totalDocsExamined: number };
}

/** The names of the stages of a plan. */
const stagesOf = ({ stage, inputStage, inputStages = [] }: Stage): string[] => [
  stage,
  ...[...(inputStage ? [inputStage] : []), ...inputStages].flatMap(stagesOf),
];

/** The plan of a command that the service has sent. */
async function explain({ command }: SentCommand): Promise<{ stages: string[]; docs: number }> {
  const { lsid: _lsid, $db: _db, $clusterTime: _time, readConcern: _concern, ...explained } = command;
  const answer = await inventory.connection.db?.command({ explain: explained, verbosity: 'executionStats' });
  const { queryPlanner, executionStats } = (answer?.['stages']?.[0]?.$cursor ?? answer) as Explained;
  return { stages: stagesOf(queryPlanner.winningPlan), docs: executionStats.totalDocsExamined };
}

const combine = <T extends object>(parts: T[][]): T[] =>
  parts.reduce((some, options) => some.flatMap((one) => options.map((option) => ({ ...one, ...option }))), [{} as T]);

it('no combination of filter, sort and page scans the collection, nor does its count', async () => {
  const filters = combine<NonNullable<QueryProductsArgs['filter']>>([
    [{}, { ids: [...all.slice(0, 5).map((product) => product.id), id()] }],
    [{}, { skus: ['SKU-1', 'SKU-2', 'SKU-3', 'nothing'] }],
    [{}, { inStock: true }, { inStock: false }],
    [{}, { lowStock: true }, { lowStock: false }],
  ]);
  const lists = await Promise.all(
    SORTS.map(async (sort) => {
      const { edges } = await inventory.products({ sort, first: 40 }, request());
      return { sort, after: edges[10]?.cursor, before: edges[30]?.cursor };
    }),
  );
  let explained = 0;
  const expectIndexed = async (what: object, command: SentCommand, most = Infinity): Promise<void> => {
    const { stages, docs } = await explain(command);
    expect({ ...what, stages, scanned: stages.includes('COLLSCAN'), docs: Math.min(docs, most) }).toEqual({
      ...what,
      stages,
      scanned: false,
      docs,
    });
    explained += 1;
  };
  for (const filter of filters) {
    // If an index serves filter and sort, the query reads the page's documents and one more.
    const most = Object.keys(filter).every((name) => name === 'lowStock') ? 6 : Infinity;
    for (const { sort, after, before } of lists) {
      for (const page of [{ first: 5 }, { first: 5, after }, { last: 5, before }]) {
        const finds = await inventory.sent(() => inventory.products({ sort, filter, ...page }, request()));
        expect(finds.map(({ name }) => name)).toEqual(
          'first' in page && !('after' in page) ? ['find'] : ['find', 'find'],
        );
        for (const find of finds) await expectIndexed({ sort, filter, page }, find, most);
      }
    }
    const { totalCount } = await inventory.products({ filter }, request());
    const [count] = await inventory.sent(totalCount);
    if (count?.name !== 'aggregate') throw new Error('a count is not one aggregate');
    await expectIndexed({ filter, counted: true }, count);
  }
  expect(explained).toBe(36 * (8 * (1 + 2 + 2) + 1));
});

it('movements, and the movement of a repeated key, are found by index', async () => {
  const { id: productId } = await inventory.add({ stock: 5 });
  const input = { productId, quantity: 1, idempotencyKey: 'k' };
  await inventory.reduceStock(input, request());
  const sent = await inventory.sent(async () => {
    const { pageInfo, totalCount } = await inventory.movements(productId, { first: 1 });
    await totalCount();
    await inventory.movements(productId, { first: 1, after: pageInfo.endCursor });
    await inventory.movements(productId, { last: 1, before: pageInfo.endCursor });
    await inventory.reduceStock(input, request());
  });
  const reads = sent.filter(({ name }) => name === 'find' || name === 'aggregate');
  expect(reads).toHaveLength(8);
  for (const read of reads) expect((await explain(read)).stages).not.toContain('COLLSCAN');
});

it('only a search reads every product', async () => {
  const [search] = await inventory.sent(() => inventory.products({ filter: { search: 'app' } }, request()));
  if (search === undefined) throw new Error('nothing was sent');
  expect((await explain(search)).docs).toBeGreaterThanOrEqual(40);
});
