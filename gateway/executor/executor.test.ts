/** The executor on a supergraph of two subgraphs whose answers each test writes by hand. */
import { composeServices } from '@apollo/composition';
import { describe, expect, it } from '@jest/globals';
import { parse } from 'graphql';
import { SubgraphUnavailable, type SubgraphCall, type SubgraphResponse } from '../../runtime/transport.ts';
import { loadSupergraph } from './apollo.ts';
import { Executor } from './executor.ts';
import { JsonText, stringifyResult } from './server.ts';

const link = 'extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key"])';

const { supergraphSdl = '' } = composeServices([
  {
    name: 'orders',
    url: 'http://orders/graphql',
    typeDefs: parse(`${link}
      type Query { orders: [Order!] node(id: ID): Node count: Int! }
      type Mutation { place(id: ID): Order ship(id: ID): Order }
      interface Node { id: ID! }
      type Order implements Node @key(fields: "id") { id: ID! customer: Customer note: String weight: Float state: State }
      type Customer @key(fields: "id", resolvable: false) { id: ID! }
      enum State { OPEN CLOSED }
      type Subscription { placed: Order }
    `),
  },
  {
    name: 'customers',
    url: 'http://customers/graphql',
    typeDefs: parse(`${link}
      type Mutation { rename(id: ID): Customer }
      type Customer @key(fields: "id") { id: ID! name: String! address: Address tags: [String!] }
      type Address { city: String! zip: String }
    `),
  },
]);
const supergraph = loadSupergraph(supergraphSdl);

interface Representation {
  __typename: string;
  id: string;
}
interface Body {
  query: string;
  variables: { representations?: Representation[] } & Record<string, unknown>;
}
type Respond = (body: Body, call: SubgraphCall<string>) => SubgraphResponse | Promise<SubgraphResponse>;

/** An executor over subgraphs that answer as `responds` says, and the calls that it made. */
function setUp(responds: Record<string, Respond>, cacheSize = 10) {
  const calls: { subgraph: string; body: Body; call: SubgraphCall<string> }[] = [];
  const unavailable: unknown[] = [];
  const executor = new Executor<string>({
    supergraph,
    cacheSize,
    onUnavailable: ({ subgraph, error, context }) => unavailable.push([subgraph, error.reason, context]),
    fetch: async (call) => {
      const body = JSON.parse(call.body) as Body;
      calls.push({ subgraph: call.subgraph, body, call });
      const respond = responds[call.subgraph];
      if (respond === undefined) throw new SubgraphUnavailable('unreachable', 'connect ECONNREFUSED 127.0.0.1:4001');
      return respond(body, call);
    },
  });
  const execute = async (
    query: string,
    variables?: Record<string, unknown>,
    options: { timeoutMs?: number; signal?: AbortSignal } = {},
  ) => {
    const text = await executor.executeToString({
      document: parse(query),
      variables,
      context: 'request-1',
      ...options,
    });
    return JSON.parse(text) as Record<string, unknown>;
  };
  return { executor, execute, calls, unavailable };
}

const orders: Respond = () => ({
  data: {
    orders: [
      { __typename: 'Order', customer: { __typename: 'Customer', id: '1' } },
      { __typename: 'Order', customer: null },
      { __typename: 'Order', customer: { __typename: 'Customer', id: '2' } },
      { __typename: 'Order', customer: { __typename: 'Customer', id: '1' } },
    ],
  },
});
const customers = ({ variables }: Body): SubgraphResponse => ({
  data: {
    _entities: (variables.representations ?? []).map(({ id }) => ({
      name: `name ${id}`,
      address: { city: 'Ulm', zip: null },
    })),
  },
});

describe('entity fetches', () => {
  it('send each representation once and merge its answer wherever it belongs', async () => {
    const { execute, calls } = setUp({ orders, customers });
    const { data } = await execute('{ orders { customer { name address { city } } } }');
    const first = { name: 'name 1', address: { city: 'Ulm' } };
    expect(data).toEqual({
      orders: [
        { customer: first },
        { customer: null },
        { customer: { ...first, name: 'name 2' } },
        { customer: first },
      ],
    });
    expect(calls).toHaveLength(2);
    expect(calls[1]?.body.variables.representations).toEqual([
      { __typename: 'Customer', id: '1' },
      { __typename: 'Customer', id: '2' },
    ]);
  });

  it('report an error at every place of the entity that it is about', async () => {
    const { execute } = setUp({
      orders,
      customers: (body) => ({
        ...customers(body),
        errors: [
          { message: 'no city', path: ['_entities', 0, 'address', 'city'], extensions: { code: 'GONE' } },
          { message: 'no name', path: ['_entities', 1, 'name'] },
        ],
      }),
    });
    const { errors } = await execute('{ orders { customer { name address { city } } } }');
    expect(errors).toEqual([
      error('no city', ['orders', 0, 'customer', 'address', 'city'], 'GONE'),
      error('no city', ['orders', 3, 'customer', 'address', 'city'], 'GONE'),
      error('no name', ['orders', 2, 'customer', 'name'], 'DOWNSTREAM_SERVICE_ERROR'),
    ]);
  });

  it('are not sent if there is nothing to ask', async () => {
    const { execute, calls } = setUp({ orders: () => ({ data: { orders: [] } }), customers });
    expect(await execute('{ orders { customer { name } } }')).toEqual({ data: { orders: [] } });
    expect(calls).toHaveLength(1);
  });

  function error(message: string, path: (string | number)[], code: string) {
    return { message, path, extensions: { code, serviceName: 'customers' } };
  }
});

describe('an unavailable subgraph', () => {
  it('leaves null for its part and one error for each missing part, at the path of the null', async () => {
    const { execute, unavailable } = setUp({ orders });
    const { data, errors } = await execute('{ orders { customer { id name address { city zip } } } }');
    expect(data).toEqual({ orders: [{ customer: null }, { customer: null }, { customer: null }, { customer: null }] });
    expect(errors).toEqual(
      [0, 2, 3].map((index) => ({
        message: 'Subgraph "customers" is unavailable.',
        path: ['orders', index, 'customer'],
        extensions: { code: 'UPSTREAM_UNAVAILABLE', serviceName: 'customers' },
      })),
    );
    expect(unavailable).toEqual([['customers', 'unreachable', 'request-1']]);
  });

  it('is reported at the fields if those may be null', async () => {
    const { execute } = setUp({ orders });
    const { errors } = await execute('{ orders { customer { id address { city } } } }');
    expect((errors as { path: unknown }[])[0]?.path).toEqual(['orders', 0, 'customer', 'address']);
  });

  it('is reported even if no data is left', async () => {
    const { execute } = setUp({});
    expect(await execute('{ count }')).toMatchObject({ data: null, errors: [{ path: ['count'] }] });
  });

  it('is not waited for after the deadline, nor asked after it', async () => {
    const { execute, calls } = setUp({
      orders: async (body, call) => {
        // This takes all the time that there is.
        await new Promise((resolve) => setTimeout(resolve, (call.timeoutMs ?? 0) + 5));
        return orders(body, call);
      },
      customers,
    });
    const { data, errors } = await execute('{ orders { customer { id address { zip } } } }', {}, { timeoutMs: 20 });
    expect(data).toMatchObject({ orders: [{ customer: { address: null } }, { customer: null }, {}, {}] });
    expect(errors).toMatchObject([{ message: 'Subgraph "customers" did not answer in time.' }, {}, {}]);
    expect(calls).toHaveLength(1);
  });

  it('has given no valid answer if it answers for another number of entities', async () => {
    const { execute } = setUp({ orders, customers: () => ({ data: { _entities: [] } }) });
    expect(await execute('{ orders { customer { address { zip } } } }')).toMatchObject({
      errors: [{ message: 'Subgraph "customers" gave no valid answer.' }, {}, {}],
    });
  });
});

describe('a response', () => {
  it('has its fields in the order and under the names of the operation', async () => {
    const { executor } = setUp({
      orders: () => ({ data: { orders: [{ note: 'a "b" \u2028 ü', w: 1e21, s: 'OPEN' }] } }),
    });
    const document = parse(
      'query ($no: Boolean!) { orders { note @skip(if: $no) w: weight note s: state t: __typename } }',
    );
    expect(await executor.executeToString({ document, variables: { no: true }, context: '' })).toBe(
      '{"data":{"orders":[{"w":1e+21,"note":"a \\"b\\" \u2028 ü","s":"OPEN","t":"Order"}]}}',
    );
  });

  it('moves a null up to the nearest nullable field, with an error unless a subgraph reported one', async () => {
    const { execute } = setUp({ orders: () => ({ data: { list: [{ id: '1' }, null] } }) });
    expect(await execute('{ list: orders { id } }')).toEqual({
      data: { list: null },
      errors: [
        {
          message: 'Cannot return null for non-nullable array element of type Order at index 1.',
          path: ['list', 1],
          extensions: { code: 'INVALID_GRAPHQL' },
        },
      ],
    });
  });

  it.each(['"1"', '[]'])('has null for an object if a subgraph sends %s', async (value) => {
    const { execute } = setUp({ orders: () => JSON.parse(`{"data":{"orders":[{"x":${value}}]}}`) as SubgraphResponse });
    expect(await execute('{ orders { x: customer { id } } }')).toMatchObject({
      data: { orders: [{ x: null }] },
      errors: [{ path: ['orders', 0, 'x'] }],
    });
  });

  it("reports an invalid value at the client's alias, also if that is the name of a key", async () => {
    const { executor } = setUp({ orders, customers: () => ({ data: { _entities: [{}, { name: 'b' }] } }) });
    const document = parse('{ orders { customer { id: name } } }');
    const { errors = [], extensions } = await executor.execute({ document, context: '' });
    const completion = (extensions?.['valueCompletion'] ?? []) as { path: unknown }[];
    expect([...errors, ...completion].map(({ path }) => path)).toContainEqual(['orders', 0, 'customer', 'id']);
  });

  it('treats names that every object inherits as ordinary fields', async () => {
    const { execute } = setUp({
      orders: () =>
        JSON.parse('{"data":{"orders":[{"__proto__":"a","toString":"b"},{"toString":null}]}}') as SubgraphResponse,
    });
    const { data } = await execute('{ orders { __proto__: note toString: note constructor: note } }');
    expect(JSON.stringify(data)).toBe(
      '{"orders":[{"__proto__":"a","toString":"b","constructor":null},{"__proto__":null,"toString":null,"constructor":null}]}',
    );
  });

  it('does not let data of subgraphs change the prototypes of objects', async () => {
    const evil = JSON.parse('{"_entities":[{"__proto__":{"polluted":1},"name":"a"},{"name":"b"}]}') as never;
    const { execute } = setUp({ orders, customers: () => ({ data: evil }) });
    await execute('{ orders { customer { name } } }');
    expect({}).not.toHaveProperty('polluted');
  });

  it('answers introspection without asking a subgraph', async () => {
    const { execute, calls } = setUp({});
    const { data } = await execute(
      'query ($n: String!) { __type(name: $n) { ...T } __schema { mutationType { name } } } fragment T on __Type { name kind }',
      {
        n: 'Order',
      },
    );
    expect(data).toEqual({
      __type: { name: 'Order', kind: 'OBJECT' },
      __schema: { mutationType: { name: 'Mutation' } },
    });
    expect(calls).toHaveLength(0);
  });
});

describe('operations', () => {
  it('are compiled once, and the least recently used is forgotten first', () => {
    const { executor } = setUp({}, 2);
    const [a, b, c] = ['{ count }', '{ orders { id } }', '{ orders { note } }'].map((source) => {
      const document = parse(source);
      return () => executor.prepare(document, undefined, source);
    });
    const [first, second] = [a?.(), b?.()];
    expect(a?.()).toBe(first);
    c?.();
    expect(a?.()).toBe(first);
    expect(b?.()).not.toBe(second);
  });

  it('of one document are distinguished by name', async () => {
    const { executor } = setUp({
      orders: ({ query }) => ({ data: query.includes('count') ? { count: 1 } : { orders: [] } }),
    });
    const request = { document: parse('query A { count } query B { orders { id } }'), cacheKey: 'same', context: '' };
    expect(await executor.execute({ ...request, operationName: 'A' })).toEqual({ data: { count: 1 } });
    expect(await executor.execute({ ...request, operationName: 'B' })).toEqual({ data: { orders: [] } });
    expect((await executor.execute(request)).errors?.[0]?.message).toMatch(/operation name/);
    expect((await executor.execute({ ...request, operationName: 'C' })).errors?.[0]?.message).toBe(
      'Unknown operation named "C".',
    );
  });

  it('with wrong variables are not executed', async () => {
    const { execute, calls } = setUp({ orders });
    const { errors, ...rest } = await execute('query ($id: ID!) { node(id: $id) { id } }');
    expect(rest).not.toHaveProperty('data');
    expect(errors).toMatchObject([{ message: 'Variable "$id" of required type "ID!" was not provided.' }]);
    expect(await execute('query ($if: Boolean = true) { count @skip(if: $if) }', { if: null })).toMatchObject({
      errors: [{ extensions: { code: 'BAD_USER_INPUT' } }],
    });
    expect(calls).toHaveLength(0);
  });

  it.each(['subscription { placed { id } }'])('of an unsupported kind are refused clearly: %s', async (source) => {
    const { execute } = setUp({});
    expect(await execute(source)).toEqual({
      errors: [
        {
          message: 'Subscriptions are not supported by this gateway.',
          extensions: { code: 'UNSUPPORTED_OPERATION' },
        },
      ],
    });
  });

  it('that are mutations run one after the other, to their end even if the client disconnects', async () => {
    const client = new AbortController();
    const placed = { __typename: 'Order', customer: { __typename: 'Customer', id: '1' } };
    const { execute, calls } = setUp({
      orders: ({ query }) => {
        client.abort();
        return { data: query.includes('place') ? { place: placed } : { ship: { id: '1' } } };
      },
      customers: (body) => (body.query.includes('rename') ? { data: { rename: { id: '2' } } } : customers(body)),
    });
    const query = 'mutation { place(id: 1) { customer { name } } rename(id: 2) { id } ship(id: 1) { id } }';
    expect(await execute(query, {}, { signal: client.signal })).toEqual({
      data: { place: { customer: { name: 'name 1' } }, rename: { id: '2' }, ship: { id: '1' } },
    });
    expect(calls.map(({ subgraph, call }) => [subgraph, call.operation, call.signal])).toEqual([
      ['orders', 'mutation', undefined],
      ['customers', 'query', undefined],
      ['customers', 'mutation', undefined],
      ['orders', 'mutation', undefined],
    ]);
  });

  it('that are mutations send each variable to the field that uses it, and complete each field before the next', async () => {
    const placed = { __typename: 'Order', customer: { __typename: 'Customer', id: '1' } };
    const { execute, calls } = setUp({
      orders: ({ query }) => ({ data: query.includes('place') ? { place: placed } : { ship: placed } }),
      customers,
    });
    const query =
      'mutation ($a: ID, $b: ID, $if: Boolean!) { place(id: $a) { customer { name } } ship(id: $b) { customer { name @skip(if: $if) tags } } }';
    await execute(query, { a: '1', b: '2', if: false });
    expect(calls.map(({ subgraph, body }) => [subgraph, Object.keys(body.variables)])).toEqual([
      ['orders', ['a']],
      ['customers', ['representations']],
      ['orders', ['b']],
      ['customers', ['if', 'representations']],
    ]);
  });

  it('execute a field even if all its selections are skipped', async () => {
    const { execute, calls } = setUp({ orders: () => ({ data: { place: { __typename: 'Order' } } }) });
    const conditional =
      'mutation ($if: Boolean!) { place(id: "1") { customer @include(if: $if) { id } ... @include(if: $if) { id } } }';
    const literal = 'mutation { place(id: "1") { id @skip(if: true) } }';
    expect(await execute(conditional, { if: false })).toEqual({ data: { place: {} } });
    expect(await execute(literal)).toEqual({ data: { place: {} } });
    expect(calls).toHaveLength(2);
  });

  it("that are queries pass the client's abort signal to the transport", async () => {
    const { signal } = new AbortController();
    const { execute, calls } = setUp({ orders: () => ({ data: { count: 1 } }) });
    await execute('{ count }', {}, { signal });
    expect(calls[0]?.call.signal).toBe(signal);
  });
});

it('data that is JSON text is sent as it is, and can be read as an object', () => {
  // To Apollo Server this is data like any other.
  const data = new JsonText('{"a":1}') as unknown as Record<string, unknown>;
  expect(stringifyResult({ data })).toBe('{"data":{"a":1}}');
  expect(stringifyResult({ errors: [{ message: 'no' }], data })).toBe('{"errors":[{"message":"no"}],"data":{"a":1}}');
  expect(JSON.parse(JSON.stringify({ data }))).toEqual({ data: { a: 1 } });
});

describe('an answer has at most 50 errors', () => {
  const rows = 400;
  const many: Respond = () => ({
    data: {
      orders: Array.from({ length: rows }, (_, index) => ({
        __typename: 'Order',
        id: index,
        customer: { __typename: 'Customer', id: String(index % 300) },
      })),
    },
  });
  const count = (list: unknown): unknown => (Array.isArray(list) ? list.length : list);

  it('if each row lacks the data of an unavailable subgraph', async () => {
    const { execute } = setUp({ orders: many });
    const { data, errors } = await execute('{ orders { customer { name address { city } } } }');
    expect(count((data as { orders: unknown[] }).orders)).toBe(rows);
    expect(count(errors)).toBe(50);
  });

  it('if a subgraph reports one for each row', async () => {
    const { execute } = setUp({
      orders: many,
      customers: ({ variables }) => ({
        data: { _entities: variables.representations?.map(() => null) ?? [] },
        errors: variables.representations?.map((_, index) => ({ message: 'No.', path: ['_entities', index] })) ?? [],
      }),
    });
    expect(count((await execute('{ orders { customer { name } } }'))['errors'])).toBe(50);
  });

  it('if one reported error belongs to every row', async () => {
    const { execute } = setUp({
      orders: () => ({
        data: { orders: Array.from({ length: rows }, () => ({ customer: { __typename: 'Customer', id: '1' } })) },
      }),
      customers: () => ({ data: { _entities: [null] }, errors: [{ message: 'No.', path: ['_entities', 0] }] }),
    });
    expect(count((await execute('{ orders { customer { name } } }'))['errors'])).toBe(50);
  });

  it('if each row has a value that the schema does not allow', async () => {
    const { execute } = setUp({
      orders: () => ({ data: { orders: Array.from({ length: rows }, () => ({ id: '1', state: 'LOST' })) } }),
    });
    const { errors, extensions } = await execute('{ orders { state } }');
    const { valueCompletion } = (extensions ?? {}) as { valueCompletion?: unknown };
    expect([errors, valueCompletion].map(count).filter((length) => length !== undefined)).toEqual([50]);
  });
});
