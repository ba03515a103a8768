/** Introspection: every field that the introspection schema has is answered, by graphql-js alone, beside other fields. */
import { composeServices } from '@apollo/composition';
import { describe, expect, it } from '@jest/globals';
import {
  getIntrospectionQuery,
  getNamedType,
  graphqlSync,
  introspectionTypes,
  isLeafType,
  isObjectType,
  parse,
} from 'graphql';
import { loadSupergraph } from './apollo.ts';
import { Executor } from './executor.ts';

const { supergraphSdl = '' } = composeServices([
  {
    name: 'orders',
    url: 'http://orders/graphql',
    typeDefs: parse(`
      extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key"])
      type Query { order(filter: Filter): Order }
      type Order { id: ID! note(short: Boolean = true): String @deprecated(reason: "old") state: State }
      input Filter { note: String = "a" state: State = OPEN @deprecated }
      enum State { OPEN CLOSED @deprecated }
    `),
  },
]);
const supergraph = loadSupergraph(supergraphSdl);

async function ask(query: string, order?: object, variables: Record<string, unknown> = {}): Promise<unknown> {
  const executor = new Executor<null>({
    supergraph,
    fetch: () =>
      order === undefined ? Promise.reject(new Error('asked')) : Promise.resolve({ data: { order } as never }),
  });
  return JSON.parse(await executor.executeToString({ document: parse(query), variables, context: null }));
}

describe('introspection', () => {
  it('answers every field that it lists, without the planner and without a subgraph', async () => {
    const query = getIntrospectionQuery({
      oneOf: true,
      specifiedByUrl: true,
      directiveIsRepeatable: true,
      schemaDescription: true,
      inputValueDeprecation: true,
    });
    const planless = {
      ...supergraph,
      plan: () => {
        throw new Error('planned');
      },
    };
    const executor = new Executor<null>({ supergraph: planless, fetch: () => Promise.reject(new Error('asked')) });
    const answer = await executor.execute({ document: parse(query), context: null });
    expect(answer).toEqual(JSON.parse(JSON.stringify(graphqlSync({ schema: supergraph.apiSchema, source: query }))));
  });

  it('answers every field of every introspection type', async () => {
    const everything = everyField('__Schema', 0);
    const query = `{ __schema ${everything} }`;
    expect(await ask(query)).toEqual(
      JSON.parse(JSON.stringify(graphqlSync({ schema: supergraph.apiSchema, source: query }))),
    );
  });

  it.each([
    ['{ order { id } ...F } fragment F on Query { __type(name: "State") { ...T } } fragment T on __Type { isOneOf }'],
    ['{ order { id } ... on Query { ... { __type(name: "State") { isOneOf } } } }'],
    ['{ ... @include(if: true) { __type(name: "State") { isOneOf } } order { id } }'],
  ])('may be mixed with data, in fragments as well: %s', async (query) => {
    expect(await ask(query, { id: '1' })).toEqual({
      data: { order: { id: '1' }, __type: { isOneOf: null } },
    });
  });

  it('has an error at a field that fails, and the rest is answered', async () => {
    const query = 'query ($n: String = "State") { order { id } t: __type(name: $n) { name } }';
    expect(await ask(query, { id: '1' }, { n: null })).toEqual({
      data: { order: { id: '1' }, t: null },
      errors: [
        {
          message: expect.stringContaining('must not be null') as never,
          path: ['t'],
          locations: [{ line: 1, column: 61 }],
          extensions: { code: 'BAD_USER_INPUT' },
        },
      ],
    });
    expect(await ask(query, { id: '1' })).toEqual({ data: { order: { id: '1' }, t: { name: 'State' } } });
  });

  /** A selection of all fields, deprecated ones included, deep enough to reach each type. */
  function everyField(name: string, depth: number): string {
    const type = introspectionTypes.find((each) => each.name === name);
    if (!isObjectType(type)) throw new Error(`${name} is no object type.`);
    const fields = Object.values(type.getFields()).flatMap((field) => {
      const call = field.args.length > 0 ? `${field.name}(includeDeprecated: true)` : field.name;
      const below = getNamedType(field.type);
      if (isLeafType(below)) return [call];
      return depth < 3 ? [`${call} ${everyField(below.name, depth + 1)}`] : [];
    });
    return `{ ${fields.join(' ')} }`;
  }
});
