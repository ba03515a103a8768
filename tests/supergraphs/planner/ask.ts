/** Asks the executor on one of the supergraphs beside this file, for which Apollo's gateway gives wrong answers. */
import { operationFromDocument, Supergraph } from '@apollo/federation-internals';
import { QueryPlanner } from '@apollo/query-planner';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { parse, type GraphQLFieldResolver } from 'graphql';
import { subgraphsOf } from '../compose.ts';
import { noFaults, type FakeObject, type FakeResolvers, type Faults } from '../fake-subgraph.ts';
import { startGateways, type Answer, type Execute, type Gateways } from '../gateways.ts';

export type Resolve = GraphQLFieldResolver<FakeObject, Faults>;

let gateways: Gateways;

/** Starts the supergraph before the tests of a block. */
export function start(name: string, resolvers: Record<string, FakeResolvers>): void {
  beforeAll(async () => {
    const subgraphs = subgraphsOf(`planner/${name}`).map((subgraph) => ({
      ...subgraph,
      resolvers: resolvers[subgraph.name] ?? {},
    }));
    gateways = await startGateways(subgraphs, 10_000);
  });
  afterAll(async () => {
    await gateways[Symbol.asyncDispose]();
  });
}

/** Fails once Apollo's gateway gives our answer: then our correction can be removed. */
export function apolloIsWrong(source: string): void {
  it("is still answered wrong by Apollo's own gateway", async () => {
    const supergraph = Supergraph.build(gateways.supergraphSdl);
    const planner = new QueryPlanner(supergraph);
    const plan = planner.buildQueryPlan(operationFromDocument(supergraph.apiSchema(), parse(source)));
    const theirs = await answerOf((operation, faults) => gateways.apollo(operation, faults, plan), source);
    expect(theirs).not.toEqual(await ask(source));
  });
}

export async function ask(source: string, variables: Record<string, unknown> = {}, faults = noFaults): Promise<Answer> {
  return answerOf(gateways.own, source, variables, faults);
}

async function answerOf(
  execute: Execute,
  source: string,
  variables: Record<string, unknown> = {},
  faults = noFaults,
): Promise<Answer> {
  const operation = { source, document: parse(source), operationName: undefined, variables };
  return JSON.parse(JSON.stringify(await execute(operation, faults))) as Answer;
}

export const requests = (): Record<string, number> =>
  Object.fromEntries(gateways.subgraphs.map(({ name, requests: count }) => [name, count()]));

export const entity =
  (type: string, seed: string): Resolve =>
  () => ({ __typename: type, seed });
export const id: Resolve = ({ seed }) => seed;
/** The value in the representation. */
export const sent =
  (field: string): Resolve =>
  ({ given }) =>
    JSON.stringify(given?.[field]);
