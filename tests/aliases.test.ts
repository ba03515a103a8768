/** A client's aliases never conflict with the names that a plan needs: keys, required fields, __typename. */
import { describe, expect, it } from '@jest/globals';
import { noFaults, type FakeObject } from './supergraphs/fake-subgraph.ts';
import { apolloIsWrong, ask, id, start } from './supergraphs/planner/ask.ts';

describe('an alias that is the name of a key or of a required field', () => {
  const sku = ({ seed }: FakeObject): object => ({ __typename: 'Sku', seed });
  start('aliases', {
    shop: {
      Query: {
        products: () => ['1', '2'].map((seed) => ({ __typename: 'Product', seed })),
        found: () => [
          { __typename: 'Product', seed: '1' },
          { __typename: 'Shelf', seed: '7' },
        ],
      },
      Product: {
        id,
        name: ({ seed }) => `name ${seed}`,
        nick: ({ seed }) => {
          if (seed === '2') throw new Error('There is no nick.');
          return `nick ${seed}`;
        },
        sku,
        weight: ({ seed }) => Number(seed) * 10,
      },
      Sku: {
        code: ({ seed }) => `code ${seed}`,
        series: ({ seed }) => Number(seed),
        text: ({ seed }) => `text ${seed}`,
      },
      Shelf: { label: ({ seed }) => `label ${seed}` },
    },
    freight: {
      Product: {
        __resolveReference: (reference) => {
          const given = reference as unknown as { sku: { code: string } };
          return { __typename: 'Product', seed: given.sku.code, given };
        },
        postage: ({ given }) => `${JSON.stringify(given?.['sku'])} ${String(given?.['weight'])}`,
        stores: ({ seed }) => ['8', '9'].map((number) => ({ __typename: 'Store', seed: number, given: { of: seed } })),
      },
      Store: { id, city: ({ seed }) => `city ${seed}` },
      Shelf: { room: ({ seed }) => `room ${seed}` },
    },
    stores: { Store: { owner: ({ seed }) => `owner ${seed}`, rent: ({ seed }) => (seed === '9' ? null : 100) } },
  });
  const postage = (number: string): string => `{"code":"code ${number}","series":${number}} ${number}0`;

  it('hides neither keys nor required fields from the plan', async () => {
    expect(await ask('{ products { id: name weight: id sku: nick name: weight postage } }')).toMatchObject({
      data: {
        products: [
          { id: 'name 1', weight: '1', sku: 'nick 1', name: 10, postage: postage('1') },
          { id: 'name 2', weight: '2', sku: null, name: 20, postage: postage('2') },
        ],
      },
    });
  });

  it('hides no field of a nested key, whether or not the key itself is selected', async () => {
    const query = '{ products { sku { code: text series: code id: series } code: sku { series: text } postage } }';
    expect((await ask(query)).data).toEqual({
      products: ['1', '2'].map((number) => ({
        sku: { code: `text ${number}`, series: `code ${number}`, id: Number(number) },
        code: { series: `text ${number}` },
        postage: postage(number),
      })),
    });
  });

  it('hides nothing in lists below an alias, in fragments and across three subgraphs', async () => {
    const query = `query ($if: Boolean!) { id: products { ...P weight: stores { id: city code: id ... @include(if: $if) { city: owner } } } }
      fragment P on Product { ... @include(if: $if) { id: name } series: postage }`;
    const stores = ['8', '9'].map((number) => ({ id: `city ${number}`, code: number, city: `owner ${number}` }));
    expect(await ask(query, { if: true })).toEqual({
      data: {
        id: ['1', '2'].map((number) => ({ id: `name ${number}`, series: postage(number), weight: stores })),
      },
    });
    expect(await ask(query, { if: false })).toEqual({
      data: {
        id: ['1', '2'].map((number) => ({
          series: postage(number),
          weight: stores.map(({ id: city, code }) => ({ id: city, code })),
        })),
      },
    });
  });

  it('may be used for different fields of the types of one list', async () => {
    const query = `{ found {
      ... on Product { id: nick postage sku: name }
      ... on Shelf { id: label code: id sku: room room }
    } }`;
    expect(await ask(query)).toEqual({
      data: {
        found: [
          { id: 'nick 1', postage: postage('1'), sku: 'name 1' },
          { id: 'label 7', code: '7', sku: 'room 7', room: 'room 7' },
        ],
      },
    });
  });

  it('may be a name like those that the gateway or the planner generates', async () => {
    const query = `{ found {
      ... on Product { _asked_id_: name id: nick _required0_weight: id _asked_: weight a: name a__alias_0: nick id__alias_0: id postage }
      ... on Shelf { a: label a__alias_0: room id__alias_0: id }
    } }`;
    const product = {
      _asked_id_: 'name 1',
      id: 'nick 1',
      _required0_weight: '1',
      _asked_: 10,
      a: 'name 1',
      a__alias_0: 'nick 1',
      id__alias_0: '1',
      postage: postage('1'),
    };
    expect(await ask(query)).toEqual({
      data: { found: [product, { a: 'label 7', a__alias_0: 'room 7', id__alias_0: '7' }] },
    });
  });

  it('may be __typename, as far as the executor is concerned', async () => {
    const { data } = await ask('{ products { __typename: name t: __typename postage } }');
    expect(data).toMatchObject({ products: [{ __typename: 'name 1', t: 'Product', postage: postage('1') }, {}] });
  });

  it('is the name of the field in errors of subgraphs', async () => {
    const query = '{ id: products { id: nick code: stores { id: city weight: rent } } }';
    const { data, errors } = await ask(query);
    expect(errors?.map(({ path, message }) => [path, message])).toEqual([
      [['id', 1, 'id'], 'There is no nick.'],
      ...[0, 1].map((index) => [
        ['id', index, 'code', 1, 'weight'],
        'Cannot return null for non-nullable field Store.rent.',
      ]),
    ]);
    expect(data).toBeNull();
  });

  it('is the name of the field in errors about an unavailable subgraph', async () => {
    const query = '{ id: products { id: name code: postage } }';
    for (const [away, paths] of [
      ['freight', [0, 1].map((index) => ['id', index, 'code'])],
      ['shop', [['id']]],
    ] as const) {
      const { errors } = await ask(query, {}, { ...noFaults, outages: { [away]: 'reset' } });
      expect(errors?.map(({ path }) => path)).toEqual(paths);
    }
  });

  apolloIsWrong('{ products { weight: id postage } }');
});
