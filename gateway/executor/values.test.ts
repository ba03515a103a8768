/** Values that the schema doesn't allow, and entities that don't exist. */
import { composeServices } from '@apollo/composition';
import { describe, expect, it } from '@jest/globals';
import { buildSchema, graphqlSync, parse } from 'graphql';
import type { SubgraphResponse } from '../../runtime/transport.ts';
import { loadSupergraph } from './apollo.ts';
import { Executor } from './executor.ts';

const link =
  'extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key", "@external", "@requires"])';

const { supergraphSdl = '' } = composeServices([
  {
    name: 'orders',
    url: 'http://orders/graphql',
    typeDefs: parse(`${link}
      type Query { orders: [Order!] order: Order orderList: [Order] grid: [[Int!]] count: Int! }
      type Order {
        id: ID! reference: ID units: Int weight: Float paid: Boolean note: String state: State total: Int!
        customer: Customer buyer: Customer! customers: [Customer] members: [Customer!] owners: [Customer!]!
      }
      type Customer @key(fields: "id") { id: ID! }
      enum State { OPEN CLOSED }
    `),
  },
  {
    name: 'customers',
    url: 'http://customers/graphql',
    typeDefs: parse(`${link}
      type Customer @key(fields: "id") { id: ID! name: String! nick: String address: Address }
      type Address { city: String! }
    `),
  },
  {
    name: 'loyalty',
    url: 'http://loyalty/graphql',
    typeDefs: parse(`${link}
      type Customer @key(fields: "id") {
        id: ID! points: Int! level: String nick: String @external greeting: String! @requires(fields: "nick")
      }
    `),
  },
]);
const supergraph = loadSupergraph(supergraphSdl);

type Answers = Record<string, SubgraphResponse>;

async function ask(query: string, answers: Answers, variables: object = {}, valueCompletion = false) {
  const executor = new Executor<null>({
    supergraph,
    valueCompletion,
    fetch: ({ subgraph }) => {
      const answer = answers[subgraph];
      return answer === undefined
        ? Promise.reject(new Error(`${subgraph} was asked`))
        : Promise.resolve(structuredClone(answer));
    },
  });
  const text = await executor.executeToString({ document: parse(query), variables: { ...variables }, context: null });
  return JSON.parse(text) as { data?: unknown; errors?: unknown[]; extensions?: unknown };
}

const order = (fields: object): Answers => ({ orders: { data: { order: { ...fields } } } });
const customer = (id = '1') => ({ __typename: 'Customer', id });
const invalid = (message: string, ...path: (string | number)[]) => ({
  message,
  path,
  extensions: { code: 'INVALID_GRAPHQL' },
});

describe('a value that the schema does not allow', () => {
  it('is null, with an error at its path', async () => {
    expect(await ask('{ order { id total } }', order({ id: '1', total: null }))).toEqual({
      data: { order: null },
      errors: [invalid('Cannot return null for non-nullable field Order.total.', 'order', 'total')],
    });
    expect(await ask('{ order { t: total } }', order({}))).toEqual({
      data: { order: null },
      errors: [invalid('Cannot return null for non-nullable field Order.t.', 'order', 't')],
    });
    expect(await ask('{ count }', { orders: { data: { count: null } } })).toEqual({
      data: null,
      errors: [invalid('Cannot return null for non-nullable field Query.count.', 'count')],
    });
  });

  it('is one error for one null, however many values are wrong', async () => {
    const orders = [{ units: 'many', total: null }, null, { total: null }];
    expect(await ask('{ orders { units total } }', { orders: { data: { orders } } })).toEqual({
      data: { orders: null },
      errors: [invalid('Cannot return null for non-nullable field Order.total.', 'orders', 0, 'total')],
    });
    const { errors } = await ask('{ orderList { units total } }', { orders: { data: { orderList: orders } } });
    expect(errors).toMatchObject([{ path: ['orderList', 0, 'total'] }, { path: ['orderList', 2, 'total'] }]);
    expect(await ask('{ grid }', { orders: { data: { grid: [[1], [null, null], [2.5], 3] } } })).toMatchObject({
      data: { grid: [[1], null, null, null] },
      errors: [{ path: ['grid', 1, 0] }, { path: ['grid', 2, 0] }, { path: ['grid', 3] }],
    });
  });

  it('is no further error if the subgraph has reported one', async () => {
    const failed = (...path: (string | number)[]) => ({ message: 'no', path, extensions: { code: 'GONE' } });
    const told = [
      ['{ order { id total } }', { order: { id: '1', total: null } }, failed('order', 'total')],
      ['{ order { id buyer { name } } }', { order: { id: '1', buyer: null } }, failed('order', 'buyer', 'name')],
      ['{ order { id total } }', { order: { id: '1', total: null } }, { message: 'no' }],
    ] as const;
    for (const [query, data, error] of told) {
      const { errors, data: shown } = await ask(query, { orders: { data, errors: [error] } });
      expect(shown).toEqual({ order: null });
      expect(errors).toMatchObject([{ message: 'no' }]);
    }
    const orders = [
      { id: '1', total: null },
      { id: '2', total: null },
    ];
    const answer = { data: { orderList: orders }, errors: [failed('orderList', 1, 'total')] };
    expect(await ask('{ orderList { id total } }', { orders: answer })).toMatchObject({
      data: { orderList: [null, null] },
      errors: [{ path: ['orderList', 1, 'total'] }, invalid(expect.any(String) as never, 'orderList', 0, 'total')],
    });
  });

  it('is reported once if a subgraph is unavailable as well', async () => {
    const answers = order({ id: '1', total: 5, units: {}, customer: customer() });
    expect(await ask('{ order { total units customer { name } } }', answers)).toMatchObject({
      data: { order: { total: 5, units: null, customer: null } },
      errors: [{ path: ['order', 'customer'] }, { path: ['order', 'units'] }],
    });
  });

  it("is reported in Apollo's way if that is configured", async () => {
    const total = invalid('Cannot return null for non-nullable field Order.total.', 'order', 'total');
    const answers = order({ total: null });
    expect(await ask('{ order { total } }', answers, {}, true)).toEqual({
      data: { order: null },
      extensions: { valueCompletion: [total] },
    });
    const errors = [{ message: 'another', path: ['order', 'note'] }];
    const both = { orders: { ...answers['orders'], errors } } as Answers;
    expect(await ask('{ order { total note } }', both, {}, true)).toEqual({
      data: { order: null },
      errors: [expect.objectContaining({ message: 'another' })],
    });
  });
});

describe('a leaf value', () => {
  it.each<[string, unknown, unknown]>([
    ['id', 5, '5'],
    ['id', 'a', 'a'],
    ['units', '5', 5],
    ['units', true, 1],
    ['units', -2147483648, -2147483648],
    ['weight', '1.5', 1.5],
    ['weight', 1e21, 1e21],
    ['weight', false, 0],
    ['paid', 1, true],
    ['paid', 0, false],
    ['note', 5, '5'],
    ['note', true, 'true'],
    ['note', '\ud83d"', '\ud83d"'],
    ['state', 'OPEN', 'OPEN'],
  ])('of %s that is %j is written as %j, as in graphql-js', async (field, value, expected) => {
    const reference = graphqlSync({ schema: referenceSchema, source: `{ ${field} }`, rootValue: { [field]: value } });
    expect(reference).toEqual({ data: { [field]: expected } });
    expect(await ask(`{ order { ${field} } }`, order({ [field]: value }))).toEqual({
      data: { order: { [field]: expected } },
    });
  });

  it.each<[string, unknown]>([
    ['reference', 5.5],
    ['reference', true],
    ['reference', {}],
    ['units', 3_000_000_000],
    ['units', -2_147_483_649],
    ['units', 1.5],
    ['units', 'five'],
    ['units', ''],
    ['units', [5]],
    ['units', '3000000000'],
    ['weight', 'heavy'],
    ['weight', Infinity],
    ['weight', {}],
    ['paid', 'true'],
    ['note', {}],
    ['note', ['a']],
    ['state', 'LOST'],
    ['state', 0],
    ['state', 'toString'],
  ])('of %s that is %j is null, with an error, as in graphql-js', async (field, value) => {
    const reference = graphqlSync({ schema: referenceSchema, source: `{ ${field} }`, rootValue: { [field]: value } });
    expect(reference).toMatchObject({ data: { [field]: null }, errors: [{ path: [field] }] });
    expect(await ask(`{ order { ${field} } }`, order({ [field]: value }))).toEqual({
      data: { order: { [field]: null } },
      errors: [invalid(`Invalid value found for field Order.${field}.`, 'order', field)],
    });
  });

  const referenceSchema = buildSchema(`
    type Query { id: ID! reference: ID units: Int weight: Float paid: Boolean note: String state: State }
    enum State { OPEN CLOSED }
  `);
});

describe('an entity that a subgraph does not have', () => {
  const none: Answers = {
    customers: { data: { _entities: [null] } },
    loyalty: { data: { _entities: [null] } },
  };
  const known = { _entities: [{ points: 3, level: 'gold' }] };

  it('is null without an error if it may be null', async () => {
    const one = { ...none, ...order({ id: '1', customer: customer() }) };
    expect(await ask('{ order { id customer { id name } } }', one)).toEqual({
      data: { order: { id: '1', customer: null } },
    });
    expect(await ask('{ order { id customer { id name points } } }', one)).toEqual({
      data: { order: { id: '1', customer: null } },
    });
    expect(
      await ask('{ order { customers { id name } } }', { ...none, ...order({ customers: [customer()] }) }),
    ).toEqual({
      data: { order: { customers: [null] } },
    });
  });

  it('keeps the data of other subgraphs if the missing fields are nullable', async () => {
    const one = { ...none, ...order({ customer: customer() }), loyalty: { data: known } };
    expect(await ask('{ order { customer { id nick address { city } points } } }', one)).toEqual({
      data: { order: { customer: { id: '1', nick: null, address: null, points: 3 } } },
    });
  });

  it('is not sent to another subgraph that would need its fields', async () => {
    const one = { ...none, ...order({ id: '1', customer: customer() }) };
    const { loyalty: _, ...unasked } = one;
    expect(await ask('{ order { id customer { greeting } } }', one)).toEqual({
      data: { order: { id: '1', customer: null } },
    });
    expect(await ask('{ order { id customer { nick } } }', unasked)).toEqual({
      data: { order: { id: '1', customer: { nick: null } } },
    });
  });

  it.each([
    ['{ order { id buyer { id name } } }', { buyer: customer() }, { order: null }, ['order', 'buyer', 'name']],
    [
      '{ order { members { name } } }',
      { members: [customer()] },
      { order: { members: null } },
      ['order', 'members', 0, 'name'],
    ],
    ['{ order { owners { name } } }', { owners: [customer()] }, { order: null }, ['order', 'owners', 0, 'name']],
  ])('is an error if its null makes other data null: %s', async (query, fields, data, path) => {
    expect(await ask(query, { ...none, ...order({ id: '1', ...fields }) })).toEqual({
      data,
      errors: [invalid('Cannot return null for non-nullable field Customer.name.', ...path)],
    });
  });

  it('is one error if the subgraph reports one', async () => {
    const errors = [{ message: 'gone', path: ['_entities', 0], extensions: { code: 'GONE' } }];
    const answers = { ...order({ customer: customer() }), customers: { data: { _entities: [null] }, errors } };
    expect(await ask('{ order { customer { id name } } }', answers)).toMatchObject({
      data: { order: { customer: null } },
      errors: [{ message: 'gone', path: ['order', 'customer'] }],
    });
  });

  it('does not hide a null that another subgraph sends', async () => {
    const answers = {
      ...none,
      ...order({ customer: customer() }),
      loyalty: { data: { _entities: [{ points: null }] } },
    };
    expect(await ask('{ order { customer { nick points } } }', answers)).toMatchObject({
      data: { order: { customer: null } },
      errors: [{ path: ['order', 'customer', 'points'] }],
    });
  });
});
