/**
 * The root fields of a mutation run one after the other, each to its end, including the fields of other subgraphs
 * (GraphQL specification, section 6.2.2). Here, orders reduce the stock that another subgraph reports.
 */
import { beforeEach, expect, it } from '@jest/globals';
import { noFaults } from './supergraphs/fake-subgraph.ts';
import { apolloIsWrong, ask, requests, start, type Resolve } from './supergraphs/planner/ask.ts';

let available = 10;
beforeEach(() => {
  available = 10;
});

const change =
  (sign: 1 | -1): Resolve =>
  (_, { units }: { units: number }) => {
    if (available + sign * units < 0) throw new Error('There is not enough.');
    available += sign * units;
    return { __typename: 'Order', seed: String(units) };
  };
start('mutations', {
  orders: {
    Mutation: { place: change(-1), cancel: change(1) },
    Order: { units: ({ seed }) => Number(seed), product: () => ({ __typename: 'Product', seed: '1' }) },
  },
  stock: {
    Mutation: {
      receive: (...args) => {
        change(1)(...args);
        return { __typename: 'Product', seed: '1' };
      },
    },
    Product: { available: () => available },
  },
});

const left = (count: number): object => ({ product: { available: count } });

apolloIsWrong('mutation { a: place(units: 1) { product { available } } b: place(units: 2) { product { available } } }');

it('each reports the state after itself', async () => {
  const query =
    'mutation { a: place(units: 1) { product { available } } b: place(units: 2) { product { available } } c: cancel(units: 3) { units } }';
  expect(await ask(query)).toEqual({ data: { a: left(9), b: left(7), c: { units: 3 } } });
});

it('each reports the state after itself across subgraphs, in fragments, and if it is selected in several places', async () => {
  const query = `mutation ($a: Int!, $b: Int!) { ...F b: place(units: $b) { product { available } } ... { r: receive(units: 5) { available } } ...F }
    fragment F on Mutation { __typename a: place(units: $a) { product { ...P } } ... on Mutation { b: place(units: $b) { units } } }
    fragment P on Product { available }`;
  expect(await ask(query, { a: 1, b: 2 })).toEqual({
    data: { __typename: 'Mutation', a: left(9), b: { units: 2, ...left(7) }, r: { available: 12 } },
  });
  expect(available).toBe(12);
});

it('the selected ones run, in the order of the response', async () => {
  const query = `mutation ($first: Boolean!, $b: Boolean = true) {
    a: place(units: 1) @include(if: $first) { product { available } }
    ... @skip(if: $first) { c: cancel(units: 4) { product { available } } }
    b: place(units: 2) @include(if: $b) { product { available } }
    a: place(units: 1) { units }
    never: place(units: 10) @skip(if: true) { units }
  }`;
  expect(JSON.stringify(await ask(query, { first: true }))).toBe(
    JSON.stringify({ data: { a: { ...left(9), units: 1 }, b: left(7) } }),
  );
  available = 10;
  expect(JSON.stringify(await ask(query, { first: false }))).toBe(
    JSON.stringify({ data: { c: left(14), b: left(12), a: { units: 1 } } }),
  );
  expect(available).toBe(11);
  available = 10;
  expect(await ask(query, { first: false, b: false })).toEqual({ data: { c: left(14), a: { units: 1 } } });
});

it('the failure of one does not stop the next', async () => {
  const query = `mutation { a: place(units: 11) { product { available } } r: receive(units: 1) { available } b: place(units: 11) { product { available } } }`;
  const { data, errors } = await ask(query);
  expect(data).toEqual({ a: null, r: { available: 11 }, b: left(0) });
  expect(errors).toMatchObject([{ message: 'There is not enough.', path: ['a'] }]);
});

it('one whose subgraph is unavailable is missing, and the others have run', async () => {
  const query = `mutation { a: place(units: 1) { units } r: receive(units: 1) { available } b: place(units: 2) { units } }`;
  const { data, errors } = await ask(query, {}, { ...noFaults, outages: { stock: 'reset' } });
  expect(data).toEqual({ a: { units: 1 }, r: null, b: { units: 2 } });
  expect(errors).toMatchObject([{ path: ['r'], extensions: { code: 'UPSTREAM_UNAVAILABLE' } }]);
  expect(available).toBe(7);
});

it('a single one needs no additional call, however often it is selected', async () => {
  const query = `mutation { __typename place(units: 1) { units } ...F } fragment F on Mutation { place(units: 1) { product { available } } }`;
  const before = requests();
  expect(await ask(query)).toEqual({ data: { __typename: 'Mutation', place: { units: 1, ...left(9) } } });
  const after = requests();
  expect(Object.entries(after).map(([name, count]) => [name, count - (before[name] ?? 0)])).toEqual([
    ['orders', 1],
    ['stock', 1],
  ]);
});
