import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { type Filter, type PageArgs, type Sort, decodeCursor, encodeCursor, paginate } from './pagination.ts';

interface Row {
  id: string;
  price: number;
}

const id = (n: number): string => n.toString(16).padStart(24, '0');
const byPrice = (direction: 1 | -1): Sort => ({ name: 'PRICE', path: 'price', direction, type: 'number' });

/** The few operators that keyset conditions use, over rows in memory. */
function matches(row: Row, filter: Filter): boolean {
  return Object.entries(filter).every(([key, condition]) => {
    if (key === '$and') return (condition as Filter[]).every((part) => matches(row, part));
    if (key === '$or') return (condition as Filter[]).some((part) => matches(row, part));
    const value = key === '_id' ? row.id : row.price;
    if (typeof condition !== 'object') return value === condition;
    return Object.entries(condition as Filter).every(([operator, bound]) =>
      compare(operator, value, bound as typeof value),
    );
  });
}

function compare(operator: string, value: string | number, bound: string | number): boolean {
  if (value === bound) return operator.endsWith('e');
  return operator.startsWith('$gt') ? value > bound : value < bound;
}

const order =
  (direction: 1 | -1) =>
  (a: Row, b: Row): number =>
    direction * (a.price - b.price || (a.id < b.id ? -1 : a.id > b.id ? 1 : 0));

const page = (rows: Row[], direction: 1 | -1, args: PageArgs) =>
  paginate<Row>({
    args,
    sort: byPrice(direction),
    filter: {},
    toId: (text) => text,
    find: ({ filter, sort, limit }) =>
      Promise.resolve(
        rows
          .filter((row) => matches(row, filter))
          .sort(order(sort['price'] ?? sort['_id'] ?? 1))
          .slice(0, limit),
      ),
    count: () => Promise.resolve(rows.length),
    key: (row) => ({ value: row.price, id: row.id }),
  });

const rowsArbitrary = fc
  .array(fc.integer({ min: 0, max: 3 }), { maxLength: 25 })
  .map((prices) => prices.map((price, index) => ({ id: id(index), price })));

describe('a connection', () => {
  it('walked forwards or backwards in pages of any size is the sorted list, ties included', async () => {
    await fc.assert(
      fc.asyncProperty(
        rowsArbitrary,
        fc.integer({ min: 1, max: 7 }),
        fc.constantFrom<1 | -1>(1, -1),
        fc.boolean(),
        async (rows, size, direction, backwards) => {
          const seen: Row[] = [];
          let cursor: string | null = null;
          for (;;) {
            const args = backwards ? { last: size, before: cursor } : { first: size, after: cursor };
            const { nodes, pageInfo } = await page(rows, direction, args);
            if (backwards) seen.unshift(...nodes);
            else seen.push(...nodes);
            if (!(backwards ? pageInfo.hasPreviousPage : pageInfo.hasNextPage)) break;
            cursor = backwards ? pageInfo.startCursor : pageInfo.endCursor;
          }
          expect(seen).toEqual([...rows].sort(order(direction)));
        },
      ),
    );
  });

  it('between two cursors has the rows between them', async () => {
    const rows = [1, 1, 2, 2, 3].map((price, index) => ({ id: id(index), price }));
    const { edges } = await page(rows, 1, {});
    const between = await page(rows, 1, { after: edges[0]?.cursor ?? null, before: edges[4]?.cursor ?? null });
    expect(between.nodes).toEqual(rows.slice(1, 4));
    expect(between.pageInfo).toMatchObject({ hasPreviousPage: true, hasNextPage: true });
  });

  it('has 20 rows if no size is given, and none of an empty list', async () => {
    const rows = Array.from({ length: 30 }, (_, index) => ({ id: id(index), price: 1 }));
    expect((await page(rows, 1, {})).nodes).toHaveLength(20);
    expect((await page([], 1, {})).pageInfo).toEqual({
      hasNextPage: false,
      hasPreviousPage: false,
      startCursor: null,
      endCursor: null,
    });
  });

  it.each<[string, PageArgs]>([
    ['first below 1', { first: 0 }],
    ['first over 100', { first: 101 }],
    ['last below 1', { last: -1 }],
    ['last over 100', { last: 101 }],
    ['first together with last', { first: 1, last: 1 }],
    ['a cursor that is not base64', { after: '%%%' }],
    ['an empty cursor', { after: '' }],
    ['a cursor of another sort', { after: encodeCursor({ ...byPrice(1), name: 'NAME' }, { value: 1, id: id(1) }) }],
    ['a cursor of the other direction', { before: encodeCursor(byPrice(-1), { value: 1, id: id(1) }) }],
    [
      'a cursor with an operator as its value',
      { after: Buffer.from(JSON.stringify(['PRICE', 1, { $gt: 0 }, id(1)])).toString('base64url') },
    ],
    ['a cursor with a bad id', { after: Buffer.from(JSON.stringify(['PRICE', 1, 1, 'x'])).toString('base64url') }],
  ])('refuses %s as BAD_USER_INPUT', async (_, args) => {
    await expect(page([], 1, args)).rejects.toMatchObject({ extensions: { code: 'BAD_USER_INPUT' } });
  });
});

describe('a cursor', () => {
  it.each([
    ['date', new Date('2026-01-31T09:30:00.123Z')],
    ['number', 90_000_000_000],
    ['string', 'Ünïcode "quoted"'],
  ] as const)('encodes and decodes a %s', (type, value) => {
    const sort: Sort = { name: 'X', path: 'x', direction: -1, type };
    expect(decodeCursor(sort, encodeCursor(sort, { value, id: id(7) }))).toEqual({ value, id: id(7) });
  });
});
