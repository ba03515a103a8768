/**
 * What the executor takes from Apollo's federation packages.
 *
 * Only exported API is used here: `Supergraph` and `operationFromDocument` of @apollo/federation-internals and `QueryPlanner` of
 * `@apollo/query-planner`, which @apollo/gateway also uses. Neither package promises semantic versioning, so their versions are
 * pinned exactly, and the differential test runs against @apollo/gateway of the same version. plan.ts, fetch.ts and rewrites.ts
 * depend on the shape of a plan.
 *
 * Four mistakes of the planner are corrected around it: aliases that hide other fields (names.ts), keys that can't be
 * resolved (keys.ts), required fields with arguments (required-arguments.ts, planner-internals.ts), and fields that it
 * leaves out (root-fields.ts).
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
  /** The schema that clients see. */
  apiSchema: GraphQLSchema;
  /** The schema with everything that the API hides. Type conditions of plans are resolved against it. */
  supergraphSchema: GraphQLSchema;
  /** From a subgraph's name to its address in the supergraph (may be empty). */
  subgraphs: ReadonlyMap<string, string>;
  /** The names under which plans fetch the fields that clients select. */
  names: AskedNames;
  /** Plans one operation of a valid document. Throws `PlanningError` if the planner fails. */
  plan(document: DocumentNode, operationName: string | undefined): QueryPlan;
}

/**
 * Reads the SDL of a composed supergraph. Throws if it isn't one, or if the installed planner is not the version that
 * planner-internals.ts was written for.
 */
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

/** The planner failed, by its limits or by a bug. The operation is valid, so this is not the client's error. */
class PlanningError extends Error {
  override readonly name = 'PlanningError';
}
