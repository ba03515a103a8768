/**
 * Mistakes of Apollo's planner that our executor corrects, on small supergraphs over real subgraphs. The values of each
 * subgraph contain what it was sent, so that a wrong key or argument is visible.
 */
import { describe, expect, it } from '@jest/globals';
import { noFaults } from './supergraphs/fake-subgraph.ts';
import { apolloIsWrong, ask, entity, id, requests, sent, start, type Resolve } from './supergraphs/planner/ask.ts';

describe('a key that its subgraph does not resolve', () => {
  const found: Resolve = (reference) => {
    const given = reference as unknown as { id?: string };
    if (given.id === undefined) throw new Error('There is no such key.');
    return { __typename: 'Product', seed: given.id, given };
  };
  start('resolvable-keys', {
    shop: {
      Product: { weight: ({ seed }) => Number(seed) * 10 },
      Letter: { weight: () => 3, postage: () => 'by shop' },
    },
    freight: {
      Query: {
        parcels: () => ['1', '2'].map((seed) => ({ __typename: 'Product', seed })),
        letter: entity('Letter', '5'),
      },
      Product: { __resolveReference: found, postage: sent('weight') },
      Letter: {
        __resolveReference: () => {
          throw new Error('No key leads here.');
        },
      },
    },
  });

  it('is not used to return to it with required fields', async () => {
    expect(await ask('{ parcels { id postage } }')).toEqual({
      data: {
        parcels: [
          { id: '1', postage: '10' },
          { id: '2', postage: '20' },
        ],
      },
    });
  });

  it('is not used if another subgraph resolves the field', async () => {
    expect(await ask('{ letter { id postage } }')).toEqual({ data: { letter: { id: '5', postage: 'by shop' } } });
  });

  apolloIsWrong('{ parcels { id postage } }');
});

describe('a root field that no subgraph can resolve', () => {
  start('unresolvable-root', {});

  it.each([
    ['alone', '{ thing { colour } }'],
    ['beside others', '{ count thing { colour } }'],
    ['under a condition', 'query ($if: Boolean = false) { paints thing @include(if: $if) { colour } }'],
    [
      'in fragments',
      '{ ...A } fragment A on Query { paints ... @skip(if: false) { it: thing { ...B } } } fragment B on Thing { colour }',
    ],
  ])('is an error before any subgraph is asked: %s', async (_, query) => {
    const before = requests();
    const { data, errors } = await ask(query);
    expect(data).toBeUndefined();
    expect(errors).toMatchObject([
      {
        message: expect.stringMatching(/^No subgraph can resolve what this operation asks of "(thing|it)"\.$/),
        extensions: { code: 'UNSUPPORTED_OPERATION' },
      },
    ]);
    expect(requests()).toEqual(before);
  });

  it('does not let the other fields of a mutation run', async () => {
    const before = requests();
    const answer = ask('mutation { mix make { colour } }').catch((error: unknown) => error);
    expect(await answer).toMatchObject({ name: 'PlanningError' });
    expect(requests()).toEqual(before);
  });

  it('is not an error if the operation does not select it', async () => {
    expect(
      await ask('{ thing @skip(if: true) { colour } ... @include(if: false) { thing { colour } } __typename }'),
    ).toEqual({
      data: { __typename: 'Query' },
    });
  });

  apolloIsWrong('{ count thing { colour } }');
});

const price: Resolve = (_, { currency }: { currency: string }) => `10 ${currency}`;
const width: Resolve = (_, { unit }: { unit: string }) => `1 ${unit}`;

describe('a field that another one requires with arguments', () => {
  const weight: Resolve = (_, { unit = 'no unit' }: { unit?: string }) => `7 ${unit}`;
  start('required-arguments', {
    shop: {
      Query: { product: entity('Product', '1'), parcel: entity('Box', '4') },
      Product: {
        id,
        price,
        comments: (_, { limit }: { limit: number }) =>
          Array.from({ length: limit }, (__, index) => ({ __typename: 'Comment', seed: String(index) })),
      },
      Size: { width },
      Comment: { author: ({ seed }) => `author ${seed}` },
      Box: { weight },
    },
    freight: {
      Product: {
        fee: sent('price'),
        box: sent('size'),
        notes: (product, args: { last?: number }, context, info) =>
          `${String(sent('comments')(product, args, context, info))} ${String(args.last ?? 'all')}`,
      },
      Parcel: { postage: sent('weight') },
    },
  });
  const notes = '[{"author":"author 0"},{"author":"author 1"},{"author":"author 2"}]';

  it('is sent as required, and the client gets it with the arguments that it gave', async () => {
    expect(await ask('{ product { fee price(currency: "JPY") size { width(unit: "km") } box } }')).toEqual({
      data: { product: { fee: '"10 EUR"', price: '10 JPY', size: { width: '1 km' }, box: '{"width":"1 inch"}' } },
    });
  });

  it('is distinguished from a field that the client selects with a variable, or its default', async () => {
    const query =
      'query ($limit: Int = 1, $currency: String!) { product { notes comments(limit: $limit) { id } fee price(currency: $currency) } }';
    const product = { notes: `${notes} all`, comments: [{ id: '0' }], fee: '"10 EUR"', price: '10 JPY' };
    expect(await ask(query, { currency: 'JPY' })).toEqual({ data: { product } });
    expect(await ask(query, { currency: 'EUR', limit: 2 })).toEqual({
      data: { product: { ...product, price: '10 EUR', comments: [{ id: '0' }, { id: '1' }] } },
    });
  });

  it('is distinguished from a field that the client selects in fragments', async () => {
    const query = `query ($limit: Int = 1) { product { notes ...A ...B } }
      fragment A on Product { comments(limit: $limit) { id } fee }
      fragment B on Product { comments(limit: $limit) { id author } fee notes }`;
    expect(await ask(query)).toEqual({
      data: { product: { notes: `${notes} all`, comments: [{ id: '0', author: 'author 0' }], fee: '"10 EUR"' } },
    });
  });

  it('is also sent for an @interfaceObject', async () => {
    expect(await ask('{ parcel { postage weight(unit: "g") ... on Box { b: postage } } }')).toEqual({
      data: { parcel: { postage: '"7 kg"', weight: '7 g', b: '"7 kg"' } },
    });
  });

  it('has its own name in errors', async () => {
    const { data, errors } = await ask(
      '{ product { price(currency: "JPY") fee } }',
      {},
      { ...noFaults, outages: { freight: 'reset' } },
    );
    expect(data).toEqual({ product: { price: '10 JPY', fee: null } });
    expect(errors?.map(({ path }) => path)).toEqual([['product', 'fee']]);
  });

  apolloIsWrong('{ product { fee price(currency: "JPY") } }');
});

describe('fields that require the same field with other arguments', () => {
  const times =
    (field: string): Resolve =>
    (product, { times: n = 1 }: { times?: number }) =>
      `${String(n)} x ${String(product.given?.[field])}`;
  start('disagreeing-requirements', {
    shop: {
      Query: { products: () => ['1', '2'].map((seed) => ({ __typename: 'Product', seed })) },
      Product: { id, price, weight: () => 5 },
      Size: { width },
    },
    freight: {
      Product: {
        euros: times('price'),
        dollars: times('price'),
        box: sent('size'),
        bag: sent('size'),
        label: () => 'label',
      },
    },
  });

  it('each get their required arguments', async () => {
    const query = `query ($times: Int, $more: Int) {
      products { id euros(times: $times) dollars(times: $more) more: euros(times: $more) box bag label price(currency: "JPY") }
    }`;
    const expected = {
      euros: '2 x 10 EUR',
      dollars: '3 x 10 USD',
      more: '3 x 10 EUR',
      box: '{"width":"1 inch"}',
      bag: '{"width":"1 cm"}',
      label: 'label',
      price: '10 JPY',
    };
    expect(await ask(query, { times: 2, more: 3 })).toEqual({
      data: { products: ['1', '2'].map((number) => ({ id: number, ...expected })) },
    });
  });

  it('each get their required arguments through fragments and conditions', async () => {
    const query = `query ($if: Boolean!) { products { ...A ...B } all: products { ...A dollars } }
      fragment A on Product { euros ... @include(if: $if) { dollars } } fragment B on Product { bag ...A }`;
    const [euros, dollars, bag] = ['1 x 10 EUR', '1 x 10 USD', '{"width":"1 cm"}'];
    const two = <T>(value: T): T[] => [value, value];
    expect(await ask(query, { if: true })).toEqual({
      data: { products: two({ euros, dollars, bag }), all: two({ euros, dollars }) },
    });
    expect(await ask(query, { if: false })).toEqual({
      data: { products: two({ euros, bag }), all: two({ euros, dollars }) },
    });
  });

  apolloIsWrong('{ products { euros dollars } }');
});
