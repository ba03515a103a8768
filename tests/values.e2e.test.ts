/** How the gateway checks values and answers introspection before anything runs, with our executor and with Apollo's. */
import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { buildSchema, getIntrospectionQuery, introspectionFromSchema } from 'graphql';
import { type Answer, type System, startSystem } from './harness.ts';

const API = new URL('../schema/api.graphql', import.meta.url);

let system: System;
const urls: Record<string, string> = {};

beforeAll(async () => {
  system = await startSystem();
  urls['own'] = system.gateway.address;
  urls['apollo'] = (await system.another('gateway', { GATEWAY_EXECUTOR: 'apollo' })).address;
});
afterAll(() => system[Symbol.asyncDispose]());

interface Body {
  data?: Record<string, unknown> | null;
  errors?: Answer<unknown>['errors'];
}

describe.each(['own', 'apollo'])('with the %s executor', (executor) => {
  async function ask(query: string, variables?: object): Promise<{ status: number; body: Body }> {
    const response = await fetch(`${urls[executor] ?? ''}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ query, variables }),
    });
    return { status: response.status, body: (await response.json()) as Body };
  }
  const codes = ({ body }: { body: Body }) => [body.data, body.errors?.map(({ extensions }) => extensions?.['code'])];
  const customers = async (): Promise<unknown> =>
    (await ask('{ customers(first: 1) { totalCount } }')).body.data?.['customers'];

  /** A valid mutation, followed by one with `price` in its input. */
  const two = (price: string, variables = '') => `mutation ${variables} {
    a: createCustomer(input: { name: "Ada", email: "${executor}-${String(Math.random())}@example.com" }) { __typename }
    b: createProduct(input: { sku: "X", name: "X", price: ${price} }) { __typename }
  }`;

  it.each<[string, string, string, object]>([
    ['a variable', '$price', '($price: MoneyInput!)', { price: { amount: '12,50', currency: 'EUR' } }],
    ['a fraction in a variable', '{ amount: $n, currency: "EUR" }', '($n: SafeInt!)', { n: 1.5 }],
    ['a number beyond the safe integers', '{ amount: $n, currency: "EUR" }', '($n: SafeInt!)', { n: 2 ** 53 }],
    ['text that is a number', '{ amount: $n, currency: "EUR" }', '($n: SafeInt!)', { n: '5' }],
    ['a list in a variable', '{ amount: $n, currency: "EUR" }', '($n: SafeInt!)', { n: [5] }],
    ['an object in a variable', '{ amount: $n, currency: "EUR" }', '($n: SafeInt!)', { n: { valueOf: 1 } }],
  ])(
    'refuses %s that the scalar does not accept before any mutation runs',
    async (_, price, definitions, variables) => {
      const before = await customers();
      const answer = await ask(two(price, definitions), variables);
      expect(codes(answer)).toEqual([undefined, ['BAD_USER_INPUT']]);
      const builtIn = await ask('query ($n: Int) { customers(first: $n) { totalCount } }', { n: '5' });
      expect([answer.status, codes(answer)]).toEqual([builtIn.status, codes(builtIn)]);
      expect(await customers()).toEqual(before);
    },
  );

  it.each<[string, string, string, object]>([
    [
      'a field of an input with a default',
      '{ amount: 1, currency: "EUR" }, initialStock: $n',
      '($n: Int)',
      { n: null },
    ],
    [
      'one whose variable has a default',
      '{ amount: 1, currency: "EUR" }, initialStock: $n',
      '($n: Int = 1)',
      { n: null },
    ],
  ])('refuses null for %s before any mutation runs', async (_, price, definitions, variables) => {
    const before = await customers();
    expect(codes(await ask(two(price, definitions), variables))).toEqual([undefined, ['BAD_USER_INPUT']]);
    expect(await customers()).toEqual(before);
  });

  it.each([
    [
      'query ($d: SortDirection) { products(first: 1, sort: { field: NAME, direction: $d }) { nodes { sku } } }',
      { d: null },
    ],
    ['query ($f: Boolean = true) { products(first: 1) @include(if: $f) { nodes { sku } } }', { f: null }],
    [
      'query ($f: Boolean = true) { products(first: 1) { ...P } } fragment P on ProductConnection { totalCount @skip(if: $f) }',
      { f: null },
    ],
  ])('refuses null where it is not allowed: %s', async (query, variables) => {
    expect(codes(await ask(query, variables))).toEqual([undefined, ['BAD_USER_INPUT']]);
    expect((await ask(query, {})).body.errors).toBeUndefined();
  });

  it('refuses a subscription', async () => {
    const { status, body } = await ask('subscription { orderChanged { id } }');
    expect(status).toBeLessThan(500);
    expect(body.errors).toHaveLength(1);
  });

  it.each(['1.5', '"5"', '9007199254740993', 'true', '[1]', '{ a: 1 }', 'EUR'])(
    'refuses the literal %s that the scalar does not accept before any mutation runs',
    async (literal) => {
      const before = await customers();
      const answer = await ask(two(`{ amount: ${literal}, currency: "EUR" }`));
      expect(codes(answer)).toEqual([undefined, ['GRAPHQL_VALIDATION_FAILED']]);
      const builtIn = await ask('{ customers(first: "5") { totalCount } }');
      expect([answer.status, codes(answer)]).toEqual([builtIn.status, codes(builtIn)]);
      expect(await customers()).toEqual(before);
    },
  );

  it('refuses invalid dates in variables, in their defaults, and at skipped fields', async () => {
    const orders = 'orders(first: 1, filter: { createdFrom: $at }) { totalCount }';
    expect(codes(await ask(`query ($at: DateTime = "yesterday") { ${orders} }`))).toEqual([
      undefined,
      ['GRAPHQL_VALIDATION_FAILED'],
    ]);
    expect(codes(await ask(`query ($at: DateTime) { ${orders} }`, { at: '2026-02-31T00:00:00Z' }))).toEqual([
      undefined,
      ['BAD_USER_INPUT'],
    ]);
    const skipped = 'orders(first: 1, filter: { createdFrom: "2026-01-31" }) @skip(if: true) { totalCount }';
    expect(codes(await ask(`{ __typename ${skipped} }`))).toEqual([undefined, ['GRAPHQL_VALIDATION_FAILED']]);
    const unused = `query ($at: DateTime) { __typename ${orders.replace('{ totalCount }', '@skip(if: true) $&')} }`;
    expect(codes(await ask(unused, { at: 5 }))).toEqual([undefined, ['BAD_USER_INPUT']]);
  });

  it('passes valid values on unchanged', async () => {
    const query = `query ($at: DateTime, $to: DateTime = "2126-01-31T09:30:00+02:00") {
      orders(first: 1, filter: { createdFrom: $at, createdTo: $to }) { totalCount }
      none: orders(first: 1, filter: { createdFrom: "2126-01-31T09:30:00.5Z" }) { totalCount }
    }`;
    const none = { totalCount: 0 };
    for (const at of ['2026-01-31T09:30:00Z', '2026-01-31T09:30:00.000+01:00', null])
      expect((await ask(query, { at })).body).toEqual({ data: { orders: none, none } });
    const created = await ask(
      two('{ amount: $n, currency: "EUR" }', '($n: SafeInt!)').replace('"X"', `"${executor}"`),
      {
        n: 2 ** 31,
      },
    );
    expect(created.body.data).toMatchObject({ b: { __typename: 'CreateProductSuccess' } });
  });

  it('answers all of introspection', async () => {
    const schema = buildSchema(await readFile(API, 'utf8'));
    const options = { oneOf: true, specifiedByUrl: true, directiveIsRepeatable: true, inputValueDeprecation: true };
    const { status, body } = await ask(getIntrospectionQuery(options));
    expect([status, body.errors]).toEqual([200, undefined]);
    const sorted = (types: readonly { name: string }[]) => types.map(({ name }) => name).toSorted();
    const { types } = body.data?.['__schema'] as { types: { name: string }[] };
    expect(sorted(types)).toEqual(sorted(introspectionFromSchema(schema).__schema.types));

    const some = '{ __type(name: "OrderFilter") { isOneOf } ...S orders(first: 1) { totalCount } } ';
    const directives =
      '__schema { directives(includeDeprecated: true) { isDeprecated deprecationReason isRepeatable } }';
    expect((await ask(`${some} fragment S on Query { ${directives} }`)).body).toMatchObject({
      data: { __type: { isOneOf: false }, orders: { totalCount: 0 }, __schema: { directives: expect.any(Array) } },
    });
  });

  it('reports an error in introspection at its field, and answers the rest', async () => {
    const query = `query ($n: String = "Order") {
      t: __type(name: $n) { name } orders(first: 1) { totalCount } customers(first: 1) @skip(if: true) { totalCount }
    }`;
    const answer = await ask(query, { n: null });
    expect(answer).toMatchObject({
      status: 200,
      body: {
        data: { t: null, orders: { totalCount: 0 } },
        errors: [{ path: ['t'], extensions: { code: 'BAD_USER_INPUT' } }],
      },
    });
    expect(Object.keys(answer.body.data ?? {}).toSorted()).toEqual(['orders', 't']);
    expect((await ask(query)).body).toEqual({ data: { t: { name: 'Order' }, orders: { totalCount: 0 } } });
  });
});

it('answers null for a customer and a product that do not exist, without an error', async () => {
  const id = '0123456789abcdef01234567';
  const created = await system.graphql(
    `mutation ($id: ID!) {
      createOrder(input: { customerId: $id, items: [{ productId: $id, quantity: 1 }], idempotencyKey: "absent-${id}" }) {
        __typename
      }
    }`,
    { id },
  );
  expect(created.data).toMatchObject({ createOrder: { __typename: expect.stringMatching(/NotFoundError$/) } });
  const response = await fetch(`${system.gateway.address}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({
      query:
        '{ orders(filter: { status: [REJECTED] }) { nodes { customer { id name } items { product { id name } } } } }',
    }),
  });
  expect(await response.json()).toEqual({
    data: { orders: { nodes: [{ customer: null, items: [{ product: null }] }] } },
  });
});
