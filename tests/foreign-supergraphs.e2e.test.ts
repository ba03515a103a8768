/** The gateway as a process, with other supergraphs: it needs only their file. */
import { expect, it } from '@jest/globals';
import { parse } from 'graphql';
import { subgraphsOf, supergraphNames } from './supergraphs/compose.ts';
import { noFaults } from './supergraphs/fake-subgraph.ts';
import { startGatewayProcess } from './supergraphs/gateway-process.ts';
import { startGateways } from './supergraphs/gateways.ts';

const operations: Record<string, string> = {
  // @requires, @provides, @override, @shareable, a union and an interface over subgraphs
  shop: `query Shop($id: ID = 3) {
    product(id: $id) { __typename id name reviews { rating author { username email badge } product { kind } } }
    products { ... on Book { shipping stars owners { address { city { name } } } price { amount } } ... on Movie { toShip: shipping minutes } }
    search { ... on Publisher { name books { isbn } } ... on Product { dimensions { size weight } } }
  }`,
  // @interfaceObject, @requires, @provides, a union over subgraphs
  media: `{
    topRated { __typename id title stars licence(region: EU) { days part { label } } ... on Album { tracks } }
    media(id: 2) { parts { number } owner { ... on Label { name } ... on Artist { name royalties works { title perMinute } } } }
    rated { media { title length } ... on Prize { jury { nick plan } } }
  }`,
  // composite keys, interfaces and unions over subgraphs, @requires, @provides, @override, @shareable
  community: `{
    feed { __typename ... on Authored { text author { handle greeting bio home { name } } } ... on Event { forecast { rain } } }
    actors { handle groups { title org { name seat { name } } pinned { text matrix { id } } } }
    node(id: 4) { id ... on Person { contact { ... on Mail { address } ... on Phone { number } } posts { replies { text } } } }
    stats { posts groups }
  }`,
};

it.each(supergraphNames)(
  'serves the supergraph %s from its file',
  async (name) => {
    await using gateways = await startGateways(subgraphsOf(name), 30_000);
    await using gateway = await startGatewayProcess(gateways.supergraphSdl);
    const query = operations[name] ?? '';

    const response = await fetch(`${gateway.url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ query }),
    });

    const operation = { source: query, document: parse(query), operationName: undefined, variables: {} };
    const expected = await gateways.apollo(operation, noFaults);
    expect(expected.errors).toBeUndefined();
    expect([response.status, await response.json()]).toEqual([200, JSON.parse(JSON.stringify(expected))]);
  },
  120_000,
);

it.each([
  ['is empty', '', 'Syntax Error: Unexpected <EOF>.'],
  ['breaks off', 'type Query { shop: Shop', 'Syntax Error: Expected Name, found <EOF>.'],
  ['is a schema without Federation', 'type Query { shop: String }', 'Invalid supergraph: must be a core schema'],
])('names the file that %s', async (_, sdl, why) => {
  const starting = startGatewayProcess(sdl);
  await expect(starting).rejects.toThrow(/^gateway: \S+\/supergraph\.graphql can't be served: /m);
  await expect(starting).rejects.toThrow(why);
});
