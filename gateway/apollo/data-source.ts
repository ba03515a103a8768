/** A subgraph as @apollo/gateway wants it (`GATEWAY_EXECUTOR=apollo`), over the gateway's own connections. */
import type { GraphQLDataSource, GraphQLDataSourceProcessOptions } from '@apollo/gateway';
import { Kind, parse } from 'graphql';
import {
  type SubgraphCall,
  type SubgraphFetch,
  SubgraphUnavailable,
  type UnavailableReason,
  unavailable,
} from '../../runtime/transport.ts';
import { type GatewayContext, timeoutsOf } from '../context.ts';
import { logUnavailable } from '../subgraphs.ts';

type Answer = ReturnType<GraphQLDataSource['process']>;

export class SubgraphDataSource implements GraphQLDataSource<GatewayContext> {
  readonly #name: string;
  readonly #url: string;
  readonly #fetch: SubgraphFetch<GatewayContext>;

  constructor(name: string, url: string, fetch: SubgraphFetch<GatewayContext>) {
    this.#name = name;
    this.#url = url;
    this.#fetch = fetch;
  }

  async process(options: GraphQLDataSourceProcessOptions<GatewayContext>): Answer {
    const { query = '', variables } = options.request;
    // The type also allows health checks, which have no context. ApolloGateway makes none unless it is configured to.
    const context = options.context as GatewayContext;
    const { timeoutMs, signal } = timeoutsOf(context);
    const operation = query.startsWith('mutation') ? 'mutation' : 'query';
    const call: SubgraphCall<GatewayContext> = {
      subgraph: this.#name,
      url: this.#url,
      body: JSON.stringify({ query, variables }),
      operation,
      context,
      timeoutMs,
      signal: operation === 'query' ? signal : undefined,
    };
    try {
      // Both types describe a GraphQL answer.
      return (await this.#fetch(call)) as Awaited<Answer>;
    } catch (error) {
      if (!(error instanceof SubgraphUnavailable)) throw error;
      logUnavailable({ subgraph: this.#name, error, context });
      return { data: null, errors: this.#missing(query, error.reason) };
    }
  }

  /** One error for each field of Query or Mutation that is missing; one for all entities of a call. */
  #missing(query: string, reason: UnavailableReason) {
    const error = unavailable(this.#name, reason);
    return missingPaths(query).map((path) => ({ ...error, path }));
  }
}

/** The paths of a call's fields in its own answer. @apollo/gateway turns them into paths of the whole answer. */
function missingPaths(query: string): (string | number)[][] {
  const [operation] = parse(query, { noLocation: true }).definitions;
  if (operation?.kind !== Kind.OPERATION_DEFINITION) return [[]];
  const keys = operation.selectionSet.selections.flatMap((selection) =>
    selection.kind === Kind.FIELD ? [selection.alias?.value ?? selection.name.value] : [],
  );
  return keys.map((key) => (key === '_entities' ? [key, 0] : [key]));
}
