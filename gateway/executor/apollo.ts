/**
 * All that the executor takes from Apollo's federation packages, in one place.
 *
 * Only exported API is used: `Supergraph` and `operationFromDocument` of @apollo/federation-internals and `QueryPlanner` of
 * @apollo/query-planner, the parts that @apollo/gateway is assembled from. Neither package promises semantic versioning to
 * others than Apollo, so their versions are pinned exactly, and the differential test runs against @apollo/gateway of the same
 * version. Talks to: nobody; plan.ts, fetch.ts and rewrites.ts know the shape of a plan from here.
 */
import { operationFromDocument, Supergraph } from '@apollo/federation-internals';
import { QueryPlanner, type QueryPlan, type QueryPlannerConfig } from '@apollo/query-planner';
import type { DocumentNode, GraphQLSchema } from 'graphql';

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
  readonly apiSchema: GraphQLSchema;
  /** With everything that the API hides; type conditions of plans are resolved against it. */
  readonly supergraphSchema: GraphQLSchema;
  /** Name of a subgraph to the address that the supergraph carries for it (may be empty). */
  readonly subgraphs: ReadonlyMap<string, string>;
  /** Plans one operation of a valid document. Throws `PlanningError` where the planner can't, valid or not. */
  plan(document: DocumentNode, operationName: string | undefined): QueryPlan;
}

/** Reads a supergraph's SDL, as composition wrote it. Throws if it isn't one. */
export function loadSupergraph(supergraphSdl: string, config?: QueryPlannerConfig): LoadedSupergraph {
  const supergraph = Supergraph.build(supergraphSdl, { validateSupergraph: false });
  const planner = new QueryPlanner(supergraph, config);
  const apiSchema = supergraph.apiSchema();
  return {
    apiSchema: apiSchema.toGraphQLJSSchema(),
    supergraphSchema: supergraph.schema.toGraphQLJSSchema(),
    subgraphs: new Map(supergraph.subgraphsMetadata().map(({ name, url }) => [name, url])),
    plan: (document, operationName) => {
      try {
        return planner.buildQueryPlan(
          operationFromDocument(apiSchema, document, operationName ? { operationName } : {}),
        );
      } catch (cause) {
        throw new PlanningError(cause instanceof Error ? cause.message : String(cause), { cause });
      }
    },
  };
}

/** The planner gave up: over its limits, or a shortcoming of it. Not the client's fault as far as the schema tells. */
export class PlanningError extends Error {
  override readonly name = 'PlanningError';
}
