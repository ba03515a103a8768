import { Writable } from 'node:stream';
import { describe, expect, it } from '@jest/globals';
import { parse } from 'graphql';
import { badUserInput } from '../../runtime/errors.ts';
import { createLogger } from '../../runtime/log.ts';
import type { RequestContext } from '../../runtime/request.ts';
import { createSigner, createVerifier } from '../../runtime/token.ts';
import { createSubgraph } from './subgraph.ts';

const GATEWAY = 'g'.repeat(32);
const ORDERS = 'o'.repeat(32);
const SECRET_NOTE = 'nobody-may-read-this-in-a-log';

const typeDefs = parse(`
  extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key", "@authenticated", "@requiresScopes"])
  scalar DateTime
  type Query { open: String mine: String @authenticated on(day: DateTime): String }
  type Mutation {
    give(input: GiveInput!): GiveResult @authenticated
    fail(orderId: ID!): String
    crash: String
    settle(orderId: ID!): String @requiresScopes(scopes: [["service:orders"]])
  }
  input GiveInput { thingId: ID! note: String }
  union GiveResult = GiveSuccess
  type GiveSuccess { thing: Thing }
  type Thing @key(fields: "id") { id: ID! secret: String @requiresScopes(scopes: [["staff"], ["service:orders"]]) }
`);
const resolvers = {
  Query: { open: () => 'open', mine: () => 'mine' },
  Mutation: {
    give: (_: unknown, { input }: { input: { thingId: string } }) => ({
      __typename: 'GiveSuccess',
      thing: { id: `${input.thingId}-made`, secret: 'gold' },
    }),
    fail: () => {
      throw badUserInput('No.');
    },
    crash: () => {
      throw new Error(`at mongodb://user:${SECRET_NOTE}@db/`);
    },
    settle: () => 'settled',
  },
  Thing: { __resolveReference: async ({ id }: { id: string }) => ({ id, secret: 'gold' }) },
};

interface Line {
  audit?: { mutation: string; by: object; on: object; outcome: string };
  reqId?: string;
}

async function start(level = 'info') {
  let text = '';
  const destination = new Writable({
    write(chunk: Buffer, _encoding, done) {
      text += chunk.toString();
      done();
    },
  });
  const app = await createSubgraph({
    typeDefs: [typeDefs],
    resolvers,
    context: (request: RequestContext) => request,
    verifier: createVerifier({ gateway: GATEWAY, orders: ORDERS }),
    maxInFlight: 10,
    ready: () => true,
    log: createLogger({ name: 'test', level, production: true, destination }),
  });
  const address = await app.fastify.listen({ host: '127.0.0.1', port: 0 });
  const ask = async (query: string, token: string | null, headers: Record<string, string> = {}) => {
    const response = await fetch(`${address}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...(token && { authorization: `Bearer ${token}` }), ...headers },
      body: JSON.stringify({ query }),
    });
    return { status: response.status, body: await response.json() };
  };
  const audits = (): Line[] =>
    text
      .split('\n')
      .filter(Boolean)
      .map((line) => JSON.parse(line) as Line)
      .filter(({ audit }) => audit !== undefined);
  return { address, ask, audits, log: () => text, [Symbol.asyncDispose]: () => app.fastify.close() };
}

const signed = createSigner({ service: 'gateway', secret: GATEWAY });
const staff = signed({ role: 'staff', id: 'sue' });
const customer = signed({ role: 'customer', id: 'ada' });
const anonymous = signed({ role: 'anonymous', id: null });
const orders = createSigner({ service: 'orders', secret: ORDERS })({ role: 'service', id: null });

describe('a subgraph', () => {
  it.each([
    ['a query', 'POST', '/graphql', '{ open }'],
    ['introspection', 'POST', '/graphql', '{ __schema { queryType { name } } }'],
    ['its SDL', 'POST', '/graphql', '{ _service { sdl } }'],
    ['an unknown path', 'POST', '/elsewhere', '{ open }'],
    ['a GET', 'GET', '/graphql?query={open}', undefined],
  ])('answers 401 with a GraphQL error to %s without a token', async (_, method, path, query) => {
    await using subgraph = await start();
    const response = await fetch(subgraph.address + path, {
      method,
      headers: { 'content-type': 'application/json' },
      ...(query !== undefined && { body: JSON.stringify({ query }) }),
    });
    expect(response.status).toBe(401);
    expect(await response.json()).toEqual({
      errors: [
        {
          message: 'This service answers only to the services of the supergraph.',
          extensions: { code: 'UNAUTHENTICATED' },
        },
      ],
    });
  });

  it("refuses in GraphQL's own media type if that is requested, and another method with 405", async () => {
    await using subgraph = await start();
    const ask = (method: string, authorization: string) =>
      fetch(`${subgraph.address}/graphql`, {
        method,
        headers: { accept: 'application/graphql-response+json', authorization },
      });
    const unknown = await ask('POST', 'Bearer x');
    expect([unknown.status, unknown.headers.get('content-type')]).toEqual([
      401,
      'application/graphql-response+json; charset=utf-8',
    ]);
    for (const method of ['GET', 'PUT', 'DELETE', 'PATCH', 'OPTIONS', 'HEAD']) {
      const { status, headers } = await ask(method, `Bearer ${await staff}`);
      expect([method, status, headers.get('allow')]).toEqual([method, 405, 'POST']);
      expect(headers.get('content-type')).toBe('application/graphql-response+json; charset=utf-8');
    }
  });

  it('answers its health checks to every caller', async () => {
    await using subgraph = await start();
    for (const check of ['live', 'ready'])
      expect((await fetch(`${subgraph.address}/health/${check}`)).status).toBe(200);
  });

  it('enforces access on fields, even if they are reached by _entities', async () => {
    await using subgraph = await start();
    const entity = '{ _entities(representations: [{ __typename: "Thing", id: "1" }]) { ... on Thing { id secret } } }';
    const refused = (code: string, path: (string | number)[]) => [
      expect.objectContaining({ path, extensions: { code } }),
    ];
    expect((await subgraph.ask(entity, await staff)).body).toEqual({
      data: { _entities: [{ id: '1', secret: 'gold' }] },
    });
    expect((await subgraph.ask(entity, await orders)).body).toEqual({
      data: { _entities: [{ id: '1', secret: 'gold' }] },
    });
    expect((await subgraph.ask(entity, await customer)).body).toEqual({
      data: { _entities: [{ id: '1', secret: null }] },
      errors: refused('FORBIDDEN', ['_entities', 0, 'secret']),
    });
    expect((await subgraph.ask('{ open mine }', await anonymous)).body).toEqual({
      data: { open: 'open', mine: null },
      errors: refused('UNAUTHENTICATED', ['mine']),
    });
  });

  it("reports a representation that it can't resolve as bad input, at its place, and resolves the others", async () => {
    await using subgraph = await start();
    const known = '{ __typename: "Thing", id: "1" }';
    const bad = [
      '{ __typename: "Nothing", id: "1" }',
      '{ __typename: "GiveSuccess", id: "1" }',
      '{ __typename: "Query" }',
      '{ __typename: "__proto__" }',
      '{ __typename: 5, id: "1" }',
      '{ id: "1" }',
      '{ __typename: "Thing" }',
      '{ __typename: "Thing", id: null }',
      '{ __typename: "Thing", id: { ne: 1 } }',
      '{ __typename: "Thing", id: ["1"] }',
      '"Thing"',
      '5',
      '[]',
    ];
    for (const representation of bad) {
      const list = `[${known}, ${representation}, ${known}]`;
      const query = `{ _entities(representations: ${list}) { ... on Thing { id } } }`;
      expect((await subgraph.ask(query, await staff)).body).toEqual({
        data: { _entities: [{ id: '1' }, null, { id: '1' }] },
        errors: [
          expect.objectContaining({
            message: expect.stringMatching(/representation|is not an entity/),
            path: ['_entities', 1],
            extensions: { code: 'BAD_USER_INPUT' },
          }),
        ],
      });
    }
    expect(subgraph.log()).not.toContain('a bug');
  });

  it("allows orders' fields only to orders, not to the gateway on behalf of any user", async () => {
    await using subgraph = await start();
    const settle = 'mutation { settle(orderId: "1") }';
    const posing = signed({ role: 'service', id: null });
    for (const token of [await staff, await customer, await anonymous, await posing])
      expect((await subgraph.ask(settle, token)).body).toMatchObject({ data: { settle: null } });
    expect((await subgraph.ask(settle, await orders)).body).toEqual({ data: { settle: 'settled' } });
  });
});

describe('the audit of mutations', () => {
  it('has one line for each mutation: who did what on which id, with what outcome', async () => {
    await using subgraph = await start();
    const give = `mutation { give(input: { thingId: "7", note: "${SECRET_NOTE}" }) { ... on GiveSuccess { thing { id } } } }`;
    await subgraph.ask(give, await customer, { 'x-request-id': 'one' });
    await subgraph.ask('mutation { fail(orderId: "8") }', await staff, { 'x-request-id': 'two' });
    await subgraph.ask(give, await anonymous, { 'x-request-id': 'three' });
    await subgraph.ask('mutation { crash a: settle(orderId: "9") }', await orders, { 'x-request-id': 'four' });
    const by = { service: 'gateway', role: 'customer', id: 'ada' };
    const byOrders = { service: 'orders', role: 'service', id: null };
    expect(subgraph.audits().map(({ reqId, audit }) => ({ reqId, ...audit }))).toEqual([
      { reqId: 'one', mutation: 'give', by, on: { thingId: '7' }, outcome: 'GiveSuccess' },
      {
        reqId: 'two',
        mutation: 'fail',
        by: { ...by, role: 'staff', id: 'sue' },
        on: { orderId: '8' },
        outcome: 'BAD_USER_INPUT',
      },
      {
        reqId: 'three',
        mutation: 'give',
        by: { ...by, role: 'anonymous', id: null },
        on: { thingId: '7' },
        outcome: 'UNAUTHENTICATED',
      },
      { reqId: 'four', mutation: 'crash', by: byOrders, on: {}, outcome: 'INTERNAL_SERVER_ERROR' },
      { reqId: 'four', mutation: 'settle', by: byOrders, on: { orderId: '9' }, outcome: 'OK' },
    ]);
  });

  it('is written at any log level, and not for queries', async () => {
    await using subgraph = await start('error');
    await subgraph.ask('{ open }', await staff);
    expect(subgraph.audits()).toEqual([]);
    await subgraph.ask('mutation { settle(orderId: "1") }', await orders);
    expect(subgraph.audits()).toHaveLength(1);
  });

  it('has only the ids of the input, each cut to the length of an id', async () => {
    await using subgraph = await start();
    await subgraph.ask(
      `mutation { give(input: { thingId: "${'x'.repeat(5000)}", note: "${SECRET_NOTE}" }) { __typename } }`,
      await staff,
    );
    expect(JSON.stringify(subgraph.audits())).toContain(`"${'x'.repeat(100)}"`);
    expect(subgraph.log()).not.toContain(SECRET_NOTE);
    expect(subgraph.log()).not.toContain(await staff);
  });
});
