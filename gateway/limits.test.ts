import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { Kind, buildSchema, getIntrospectionQuery, parse, validate } from 'graphql';
import { costOf } from './cost.ts';
import { limitRules, reservedNames } from './limits.ts';

const schema = buildSchema(readFileSync(new URL('../schema/api.graphql', import.meta.url), 'utf8'));
const loose = { depth: 1e6, aliases: 1e6, rootFields: 1e6, tokens: 1e6, cost: 1e6 };

const refusals = (query: string, limits: Partial<typeof loose>): string[] =>
  validate(schema, parse(query), limitRules({ ...loose, ...limits })).map(({ message }) => message);

const cost = (query: string, variables: Record<string, unknown> = {}, operationName?: string): number => {
  const document = parse(query);
  const operation = document.definitions.find(
    (definition) =>
      definition.kind === Kind.OPERATION_DEFINITION &&
      (operationName === undefined || definition.name?.value === operationName),
  );
  if (operation?.kind !== Kind.OPERATION_DEFINITION) throw new Error('There is no such operation.');
  return costOf(schema, document, operation, variables).cost;
};

describe('the limits of an operation', () => {
  it.each([
    ['depth', { depth: 3 }, '{ products { nodes { id } } }', '{ products { nodes { stock { available } } } }'],
    ['alias', { aliases: 1 }, '{ a: __typename }', '{ a: __typename b: __typename }'],
    [
      'root field',
      { rootFields: 2 },
      '{ __typename product(id: "1") { id } }',
      '{ __typename a: __typename b: __typename }',
    ],
  ])('name the %s limit and what was asked, just over it and not just under', (name, limits, under, over) => {
    const [max] = Object.values(limits);
    expect(refusals(under, limits)).toEqual([]);
    expect(refusals(over, limits)).toEqual([
      `The ${name} limit is ${String(max)}; this operation has ${String(Number(max) + 1)}.`,
    ]);
  });

  it.each([
    [
      'depth',
      { depth: 3 },
      'query { ...A } fragment A on Query { products { ...B } } fragment B on ProductConnection { nodes { stock { available } } }',
    ],
    ['alias', { aliases: 3 }, 'query { ...A ...A } fragment A on Query { a: __typename b: __typename }'],
    [
      'root field',
      { rootFields: 3 },
      'query { ...A ... { ...A } } fragment A on Query { a: __typename b: __typename }',
    ],
  ])('count the contents of fragments towards the %s limit', (name, limits, query) => {
    expect(refusals(query, limits)).toEqual([expect.stringContaining(`The ${name} limit is 3; this operation has 4`)]);
  });

  it.each(['depth', 'aliases', 'rootFields'])(
    'terminate for fragments that spread themselves, whatever the %s limit',
    (limit) => {
      const cyclic = 'query { ...A } fragment A on Query { a: __typename ...B } fragment B on Query { ...A }';
      expect(Array.isArray(refusals(cyclic, { [limit]: 1 }))).toBe(true);
    },
  );

  it('apply to every operation of a document, whichever is executed', () => {
    const both = 'query A { __typename } query B { a: __typename b: __typename }';
    expect(refusals(both, { rootFields: 1 })).toHaveLength(1);
  });

  it('apply to introspection, and allow the introspection of common tools', () => {
    expect(refusals(getIntrospectionQuery(), { depth: 15, aliases: 30, rootFields: 20 })).toEqual([]);
    expect(refusals(getIntrospectionQuery(), { depth: 14 })).toEqual(['The depth limit is 14; this operation has 15.']);
  });

  it('are computed in linear time for fragments that double at each of 60 levels', () => {
    const level = (n: number): string =>
      `fragment F${String(n)} on Product { ...F${String(n + 1)} ... { ...F${String(n + 1)} } }`;
    const levels = Array.from({ length: 60 }, (_, n) => level(n)).join(' ');
    const query = `query { ...Q product(id: "1") { ...F0 } } ${levels} fragment F60 on Product { a: id stock { available } } fragment Q on Query { __typename }`;
    expect(refusals(query, { aliases: 1000 })).toEqual([
      'The alias limit is 1000; this operation has 1152921504606847000.',
    ]);
    expect(cost(query)).toBeGreaterThanOrEqual(2 ** 60);
  });
});

describe('an alias', () => {
  it('may have 100 characters', () => {
    const query = (length: number): string => `{ products { nodes { ${'x'.repeat(length)}: id } } }`;
    expect(refusals(query(100), {})).toEqual([]);
    expect(refusals(query(101), {})).toEqual(['The alias length limit is 100; this operation has 101.']);
  });

  const errors = (query: string): string[] =>
    validate(schema, parse(query), [reservedNames]).map(({ message }) => message);

  it('may not begin with two underscores, nor in fragments', () => {
    const refused = (alias: string) => `The alias "${alias}" begins with "__", which is reserved by GraphQL.`;
    expect(errors('{ product(id: "1") { __typename: name } }')).toEqual([refused('__typename')]);
    expect(errors('{ ...F } fragment F on Query { __proto__: __typename }')).toEqual([refused('__proto__')]);
  });

  it("may be the field's own name, and may contain underscores elsewhere", () => {
    expect(errors('{ __typename: __typename _a: __typename a__b: __typename }')).toEqual([]);
  });
});

describe('the cost of an operation', () => {
  it.each([
    ['nothing for scalars', '{ __typename }', 0],
    ['one for each object', '{ product(id: "1") { id price { amount } } }', 2],
    ['a page for its rows', '{ products(first: 7) { nodes { id } } }', 1 + 7],
    ['a page that reads backwards', '{ products(last: 9) { nodes { id } } }', 1 + 9],
    ['20 if no page size is given', '{ products { nodes { id } } }', 1 + 20],
    ['20 if the page size is null', '{ products(first: null) { nodes { id } } }', 1 + 20],
    ['edges like nodes', '{ products(first: 3) { edges { node { id } } } }', 1 + 3 * 2],
    [
      'page sizes multiplied through nesting',
      '{ customers(first: 5) { nodes { orders(first: 7) { nodes { id } } } } }',
      1 + 5 * (1 + 1 + 7),
    ],
    [
      '10 rows for a list without pages',
      '{ orders(first: 2) { nodes { items { product { id } } } } }',
      1 + 2 * (1 + 10 * 2),
    ],
    [
      'a row for each line asked',
      `{ checkStock(lines: [${'{ productId: "1", quantity: 1 }'.repeat(40)}]) { productId } }`,
      40,
    ],
    [
      'each alias by itself',
      '{ a: products(first: 7) { nodes { id } } b: products(first: 5) { nodes { id } } }',
      8 + 6,
    ],
    [
      'the contents of fragments',
      '{ products(first: 7) { ...F } } fragment F on ProductConnection { nodes { ...P } } fragment P on Product { price { amount } }',
      1 + 7 * 2,
    ],
    [
      'each element of a filter',
      '{ products(first: 7, filter: { ids: ["1", "2", "3"] }) { nodes { id } } }',
      3 + 1 + 7,
    ],
    [
      'each element of lists in a mutation',
      `mutation { createOrder(input: { customerId: "1", items: [${'{ productId: "1", quantity: 1 }'.repeat(30)}] }) { __typename } }`,
      30 + 1,
    ],
    [
      'the elements once for each use of their field',
      '{ customers(first: 5) { nodes { orders(first: 7, filter: { status: [PENDING, SHIPPED] }) { totalCount } } } }',
      1 + 5 * (1 + 2 + 1),
    ],
    ['one for introspection', '{ __schema { types { fields { name } } } }', 1],
    ['one for a field that is skipped', '{ product(id: "1") @skip(if: true) { id } }', 1],
  ])('is %s', (_, query, expected) => {
    expect(cost(query)).toBe(expected);
  });

  it('follows the given variables, or their defaults', () => {
    const query = 'query ($n: Int = 4) { products(first: $n) { nodes { id } } }';
    expect(cost(query)).toBe(1 + 4);
    expect(cost(query, { n: 90 })).toBe(1 + 90);
    expect(
      cost('query ($l: [StockLineInput!]!) { checkStock(lines: $l) { productId } }', { l: Array(55).fill({}) }),
    ).toBe(55);
  });

  it('counts lists in variables, however deeply they are nested', () => {
    const query =
      'query ($f: ProductFilter, $ids: [ID!] = ["1", "2"]) { products(filter: $f) { totalCount } b: products(filter: { ids: $ids }) { totalCount } }';
    expect(cost(query)).toBe(2 + 2);
    expect(cost(query, { f: { ids: ['1'], skus: ['2', '3'] } })).toBe(2 + 3 + 2);
    expect(cost(query, { f: { ids: Array(500).fill('x') }, ids: [] })).toBe(2 + 500);
    expect(cost(query, { f: null, ids: null })).toBe(2);
  });

  it.each([
    ['text', '90'],
    ['an object', { valueOf: 90 }],
    ['a negative number', -90],
    ['null', null],
  ])('takes %s for a page size that is not given', (_, n) => {
    expect(cost('query ($n: Int) { products(first: $n) { nodes { id } } }', { n })).toBe(1 + 20);
  });

  it('is that of the executed operation', () => {
    const both = 'query A { products(first: 1) { nodes { id } } } query B { products(first: 2) { nodes { id } } }';
    expect([cost(both, {}, 'A'), cost(both, {}, 'B')]).toEqual([2, 3]);
  });

  it('is finite for fragments that spread themselves, which graphql-js refuses', () => {
    expect(cost('{ product(id: "1") { ...F } } fragment F on Product { price { amount } ...F }')).toBe(2);
  });
});
