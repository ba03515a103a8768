/** One execution of a plan: what its steps share. */
import type { GraphQLError } from 'graphql';
import type { JsonObject } from '../../runtime/json.ts';
import type { SubgraphResponse, SubgraphUnavailable } from '../../runtime/transport.ts';
import type { FailedFetch } from './errors.ts';

/** The state of one execution. */
export interface Run {
  /** The variables as the client sent them. */
  variables: JsonObject;
  /** The value of a Boolean variable, defaults applied. */
  condition: (variable: string) => boolean;
  data: JsonObject;
  errors: GraphQLError[];
  failures: FailedFetch[];
  /** The entities for which a subgraph answered null: it doesn't have them, or has reported an error. */
  absent: Set<JsonObject>;
  send: (subgraph: string, body: string, operation: 'query' | 'mutation') => Promise<SubgraphResponse>;
  onUnavailable: ((subgraph: string, error: SubgraphUnavailable) => void) | undefined;
}

/** One step of a plan; undefined if there was nothing to wait for. Never rejects. */
export type Step = (run: Run) => Promise<void> | undefined;
