/**
 * What the executor takes from Apollo's federation packages.
 *
 * Only exported API is used here: `Supergraph` and `operationFromDocument` of @apollo/federation-internals and `QueryPlanner` of
 * @apollo/query-planner, the parts that @apollo/gateway is assembled from. Neither package promises semantic versioning to
 * others than Apollo, so their versions are pinned exactly, and the differential test runs against @apollo/gateway of the same
 * version. plan.ts, fetch.ts and rewrites.ts know the shape of a plan from here.
 *
 * Four things that the planner gets wrong are put right around it: names that hide others (names.ts), keys that can't be
 * resolved (keys.ts), required fields with arguments (required-arguments.ts; its private parts: planner-internals.ts), and fields
 * that it leaves out (root-fields.ts).
 */
import { operationFromDocument, Supergraph } from '@apollo/federation-internals';
import { QueryPlanner, type QueryPlan, type QueryPlannerConfig } from '@apollo/query-planner';
import { parse, type DocumentNode, type GraphQLSchema } from 'graphql';
import { withResolvableKeys } from './keys.ts';
import { createAskedNames, type AskedNames } from './names.ts';
import { nameRequiredFields } from './required-arguments.ts';

export type {
  FetchDataRewrite,
  FetchNode,
  PlanNode,
  QueryPlan,
  QueryPlannerConfig,
  QueryPlanSelectionNode,
} from '@apollo/query-planner';

/** A supergraph ready to be planned against. */
export interface LoadedSupergraph {
  /** What clients see. */
  apiSchema: GraphQLSchema;
  /** With everything that the API hides; type conditions of plans are resolved against it. */
  supergraphSchema: GraphQLSchema;
  /** Name of a subgraph to the address that the supergraph carries for it (may be empty). */
  subgraphs: ReadonlyMap<string, string>;
  /** The names under which plans fetch what clients ask for. */
  names: AskedNames;
  /** Plans one operation of a valid document. Throws `PlanningError` where the planner can't, valid or not. */
  plan(document: DocumentNode, operationName: string | undefined): QueryPlan;
}

/** Reads a supergraph's SDL, as composition wrote it. Throws if it isn't one, or if the planner isn't the one that we know. */
export function loadSupergraph(supergraphSdl: string, config?: QueryPlannerConfig): LoadedSupergraph {
  const document = parse(supergraphSdl, { noLocation: true });
  const supergraph = Supergraph.build(withResolvableKeys(document), { validateSupergraph: false });
  const planner = new QueryPlanner(supergraph, config);
  const complete = nameRequiredFields(planner);
  const names = createAskedNames(document);
  const apiSchema = supergraph.apiSchema();
  return {
    apiSchema: apiSchema.toGraphQLJSSchema(),
    supergraphSchema: supergraph.schema.toGraphQLJSSchema(),
    subgraphs: new Map(supergraph.subgraphsMetadata().map(({ name, url }) => [name, url])),
    names,
    plan: (asked, operationName) => {
      try {
        const operation = operationFromDocument(apiSchema, names.rename(asked), operationName ? { operationName } : {});
        return complete(planner.buildQueryPlan(operation));
      } catch (cause) {
        throw new PlanningError(cause instanceof Error ? cause.message : String(cause), { cause });
      }
    },
  };
}

/** The planner gave up: over its limits, or a shortcoming of it. Not the client's fault as far as the schema tells. */
class PlanningError extends Error {
  override readonly name = 'PlanningError';
}
