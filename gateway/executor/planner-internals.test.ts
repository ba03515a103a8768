/** Another version of Apollo's planner is detected when a supergraph is loaded, or when the first plan differs. */
import { composeServices } from '@apollo/composition';
import { operationFromDocument, Supergraph } from '@apollo/federation-internals';
import { QueryPlanner, type QueryPlan } from '@apollo/query-planner';
import { expect, it } from '@jest/globals';
import { parse } from 'graphql';
import { loadSupergraph } from './apollo.ts';
import { nameRequiredFields } from './required-arguments.ts';

const link =
  'extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key", "@external", "@requires"])';
const subgraphs = [
  `${link} type Query { product: Product } type Product @key(fields: "id") { id: ID! price(currency: String): Int }`,
  `${link} type Product @key(fields: "id") {
    id: ID! price(currency: String): Int @external fee: Int @requires(fields: "price(currency: \\"EUR\\")")
  }`,
];
const { supergraphSdl = '' } = composeServices(
  subgraphs.map((sdl, index) => ({ name: `s${String(index)}`, url: '', typeDefs: parse(sdl) })),
);
const supergraph = Supergraph.build(supergraphSdl);

const differs = (difference: string): RegExp =>
  new RegExp(
    `^@apollo/query-planner \\d+\\.\\d+\\.\\d+ differs from 2\\.14\\.4, for which gateway/executor was written: ${difference}\\.$`,
  );

interface Edge {
  head: { source: unknown };
  transition: { kind: unknown };
  _conditions?: unknown;
}
interface Graph {
  allEdges: unknown;
}

/** A planner as it may be in another version. */
function planner(change: (graph: Graph, edges: Edge[], planner: object) => void): QueryPlanner {
  const changed = new QueryPlanner(supergraph);
  const graph = Reflect.get(changed, 'federatedQueryGraph') as Graph & { allEdges: () => Iterable<Edge> };
  change(graph, [...graph.allEdges()], changed);
  return changed;
}

it.each<[string, Parameters<typeof planner>[0]]>([
  ['a QueryPlanner has no federatedQueryGraph', (_, __, of) => Reflect.deleteProperty(of, 'federatedQueryGraph')],
  ['a query graph has no allEdges\\(\\)', (graph) => (graph.allEdges = undefined)],
  ['a query graph has no edges', (graph) => (graph.allEdges = () => [])],
  ['an edge has no _conditions', (_, [edge]) => Reflect.deleteProperty(edge ?? {}, '_conditions')],
  [
    "an edge's _conditions are no SelectionSet",
    (_, edges) => {
      for (const edge of edges) edge._conditions &&= { fields: 'price' };
    },
  ],
  [
    "an edge's conditions are not its _conditions",
    (_, edges) => {
      for (const edge of edges) Object.defineProperty(edge, 'conditions', { value: undefined });
    },
  ],
  [
    "an edge's transition has no kind",
    (_, edges) => {
      for (const edge of edges) Object.defineProperty(edge, 'transition', { value: {} });
    },
  ],
  [
    "an edge doesn't tell its subgraph, its type and its field",
    (_, edges) => {
      for (const edge of edges) Object.defineProperty(edge, 'head', { value: {} });
    },
  ],
])('a planner is refused, by name and version, if %s', (difference, change) => {
  expect(() => nameRequiredFields(planner(change))).toThrow(differs(difference));
});

it('a plan is refused, by name and version, if it does not send what a field requires', () => {
  const unchanged = planner(() => undefined);
  const complete = nameRequiredFields(unchanged);
  const operation = operationFromDocument(supergraph.apiSchema(), parse('{ product { fee } }'));
  const plan = unchanged.buildQueryPlan(operation);
  expect(JSON.stringify(complete(plan))).toContain('"alias":"_required0_price"');
  const other = JSON.parse(JSON.stringify(plan).replace('"name":"price"', '"name":"cost"')) as QueryPlan;
  expect(() => complete(other)).toThrow(differs('a plan doesn\'t send the required field "price"'));
});

it('a supergraph with a reserved field name is refused', () => {
  for (const name of ['_asked_id_', '_required0_price'])
    expect(() => loadSupergraph(supergraphSdl.replaceAll(/\bfee\b/g, name))).toThrow(
      `The supergraph has a field "${name}"; this gateway reserves such names for itself.`,
    );
});
