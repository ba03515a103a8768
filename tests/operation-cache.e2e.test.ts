/** The cached path of gateway and subgraphs (runtime/operation-cache.ts) gives the same answers as the full path. */
import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createSigner } from '../runtime/token.ts';
import { SUBGRAPH_TOKEN, type System, startSystem } from './harness.ts';

let system: System;

/** Without inventory, so that there are errors, too. */
beforeAll(async () => {
  system = await startSystem({ start: ['database', 'customers', 'orders', 'gateway'], env: { MAX_COST: '500' } });
});
afterAll(() => system[Symbol.asyncDispose]());

/** The only parts that differ between two answers to the same request. */
const CHANGES = ['date', 'x-request-id'];
/** An `accept` header that means `application/json` but makes the request take the full path. */
const FULL_PATH = 'application/json;q=0.9';

async function ask(body: object, headers: Record<string, string> = {}, address = system.gateway.address) {
  const response = await fetch(`${address}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', accept: 'application/json', ...headers },
    body: JSON.stringify(body),
  });
  const kept = [...response.headers].filter(([name]) => !CHANGES.includes(name));
  return { status: response.status, headers: Object.fromEntries(kept), body: await response.text() };
}

const hash = (query: string) => createHash('sha256').update(query).digest('hex');
const persisted = (query: string) => ({ extensions: { persistedQuery: { version: 1, sha256Hash: hash(query) } } });

const CUSTOMER = 'query Customer($id: ID!) { customer(id: $id) { name orders(first: 1) { totalCount } } }';
const PAGE = 'query ($first: Int) { customers(first: $first) { nodes { id orders { nodes { id } } } } }';
const TWO = 'query A { customers { totalCount } } query B { a: __typename }';

const REQUESTS: Record<string, object> = {
  'a query': { query: '{ customers { nodes { id name } totalCount } }' },
  'a query with variables': { query: CUSTOMER, variables: { id: '0123456789abcdef01234567' } },
  'one of two operations by its name': { query: TWO, operationName: 'A' },
  'two operations without a name': { query: TWO },
  'two operations with an empty name': { query: TWO, operationName: '' },
  'a name that no operation has': { query: TWO, operationName: 'C' },
  'a name that is not text': { query: TWO, operationName: 1 },
  introspection: { query: '{ __schema { queryType { name } } }' },
  'a query of an unavailable subgraph': { query: '{ products { nodes { id } } customers { totalCount } }' },
  'a page that a subgraph refuses': { query: PAGE, variables: { first: 0 } },
  'a variable of the wrong type': { query: CUSTOMER, variables: { id: {} } },
  'a missing required variable': { query: CUSTOMER },
  'variables that are not an object': { query: CUSTOMER, variables: [] },
  'a query that costs too much': { query: PAGE, variables: { first: 100 } },
  'a mutation that is refused': {
    query: 'mutation { createCustomer(input: { name: "", email: "" }) { __typename ... on UserError { message } } }',
  },
  'a document that is not valid': { query: '{ nothing }' },
  'a document that is not text': { query: '{' },
  'a text and its hash': { query: CUSTOMER, variables: { id: 'x' }, ...persisted(CUSTOMER) },
  'a hash whose document is known': { variables: { id: 'x' }, ...persisted(CUSTOMER) },
  'a hash whose document was never sent': persisted('{ customers { nodes { id name } totalCount } }'),
  'a text with the hash of another': { query: CUSTOMER, variables: { id: 'x' }, ...persisted(TWO) },
  'an unknown extension': { query: CUSTOMER, variables: { id: 'x' }, extensions: { other: 1 } },
};

describe('the same answer is given to', () => {
  for (const [name, body] of Object.entries(REQUESTS)) {
    it(name, async () => {
      const first = await ask(body);
      const second = await ask(body);
      const fullPath = await ask(body, { accept: FULL_PATH });
      expect(second).toEqual(first);
      expect(fullPath).toEqual(first);
    });
  }
});

it('an answer has the content type that its client prefers', async () => {
  const body = { query: CUSTOMER, variables: { id: 'x' } };
  await ask(body);
  for (const [accept, type] of [
    ['application/json', 'application/json; charset=utf-8'],
    ['*/*', 'application/json; charset=utf-8'],
    ['application/graphql-response+json', 'application/graphql-response+json; charset=utf-8'],
    ['application/graphql-response+json, application/json', 'application/graphql-response+json; charset=utf-8'],
    ['application/graphql-response+json,application/json;q=0.9', 'application/graphql-response+json; charset=utf-8'],
    ['application/json, text/plain, */*', 'application/json; charset=utf-8'],
    ['text/plain, application/json', 'application/json; charset=utf-8'],
  ] as const) {
    const { headers } = await ask(body, { accept });
    // A weight does not change the preference, but makes the request take the full path.
    const { headers: fullPath } = await ask(body, { accept: `${accept}, text/css;q=0.1` });
    expect({ accept, type: headers['content-type'] }).toEqual({ accept, type });
    expect(fullPath['content-type']).toBe(type);
  }
  expect((await ask(body, { accept: 'text/css' })).status).toBe(406);
});

it('a cached operation is not answered for a request that another site could send', async () => {
  const query = '{ customers { nodes { id name } totalCount } }';
  await ask({ query });
  const response = await fetch(`${system.gateway.address}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'text/plain' },
    body: JSON.stringify({ query }),
  });
  expect(response.status).toBe(400);
});

const CUSTOMERS = 'query ($of: [_Any!]!) { _entities(representations: $of) { ... on Customer { name } } }';
const OF_SUBGRAPH: Record<string, object> = {
  'a query': { query: '{ customers { nodes { id name } totalCount } }' },
  'entities that do not exist': {
    query: CUSTOMERS,
    variables: { of: [{ __typename: 'Customer', id: '0123456789abcdef01234567' }] },
  },
  'a representation of a type that it does not have': {
    query: CUSTOMERS,
    variables: { of: [{ __typename: 'Order' }] },
  },
  'no variable where one is required': { query: CUSTOMERS },
  'a page that it refuses': {
    query: 'query ($first: Int) { customers(first: $first) { totalCount } }',
    variables: { first: 0 },
  },
};

describe('a subgraph also gives the same answer to', () => {
  for (const [name, body] of Object.entries(OF_SUBGRAPH)) {
    it(name, async () => {
      const token = await createSigner({ service: 'gateway', secret: SUBGRAPH_TOKEN })({ role: 'staff', id: null });
      const { address } = system.customers;
      const authorization = `Bearer ${token}`;
      const first = await ask(body, { authorization }, address);
      const second = await ask(body, { authorization }, address);
      const fullPath = await ask(body, { authorization, accept: FULL_PATH }, address);
      expect(second).toEqual(first);
      expect(fullPath).toEqual(first);
    });
  }
});
