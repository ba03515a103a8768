/**
 * The gateway's calls to subgraphs: kept-alive connections, a deadline, the headers that go along, and one clear error where
 * a subgraph is away. Both executors use the same connections; `SubgraphDataSource` is the face that @apollo/gateway wants.
 */
import type { GraphQLDataSource, GraphQLDataSourceProcessOptions } from '@apollo/gateway';
import { Kind, parse } from 'graphql';
import type { FastifyBaseLogger } from 'fastify';
import { outgoingHeaders } from '../runtime/request.ts';
import {
  type SubgraphCall,
  type SubgraphFetch,
  SubgraphUnavailable,
  type UnavailableReason,
  createPoolTransport,
  unavailable,
} from '../runtime/transport.ts';
import type { User } from './auth.ts';

/** What the gateway knows of a request, for as long as it lasts. */
export interface GatewayContext {
  requestId: string;
  traceparent: string | undefined;
  /** Epoch milliseconds after which nobody waits for the answer any more. */
  deadline: number;
  /** Aborted when the client goes away: what only reads is then cancelled. */
  readonly signal: AbortSignal;
  user: User;
  /** The gateway's own token with the user inside; null where subgraphs are open (development). */
  serviceToken: string | null;
  log: FastifyBaseLogger;
}

/** The time that is left for subgraph calls, and the signal that cancels them. */
export const timeoutsOf = ({ deadline, signal }: GatewayContext): { timeoutMs: number; signal: AbortSignal } => ({
  timeoutMs: Math.max(1, deadline - Date.now()),
  signal,
});

export interface Subgraphs {
  fetch: SubgraphFetch<GatewayContext>;
  close: () => Promise<void>;
}

/** One undici pool for each address. */
export function createSubgraphs(): Subgraphs {
  const transport = createPoolTransport<GatewayContext>({
    headers: ({ context }) => outgoingHeaders(context, context.serviceToken),
  });
  return {
    close: () => transport.close(),
    async fetch(call) {
      const response = await transport.fetch(call);
      // Not the user's token was refused, but the gateway's own: for the user, the subgraph is away.
      if (response.errors?.some(isRefusedService) === true) {
        throw new SubgraphUnavailable('invalid', 'it does not accept the service token: compare SUBGRAPH_TOKEN');
      }
      return response;
    },
  };
}

interface SubgraphError {
  path?: (string | number)[];
  extensions?: { code?: string };
}

/** A refusal before any field was looked at has no path. */
const isRefusedService = (error: unknown): boolean => {
  const { path, extensions } = error as SubgraphError;
  return extensions?.code === 'UNAUTHENTICATED' && path === undefined;
};

/** Logs why a subgraph gave no answer: what the client must not see, addresses included, stands here. */
export function logUnavailable({ subgraph, error, context }: Unavailable): void {
  // It is the client that is away.
  if (error.reason === 'cancelled') return;
  context.log.warn({ subgraph, reason: error.reason, why: error.message }, 'a subgraph is away');
}

interface Unavailable {
  subgraph: string;
  error: SubgraphUnavailable;
  context: GatewayContext;
}

/** A subgraph for @apollo/gateway. */
export class SubgraphDataSource implements GraphQLDataSource<GatewayContext> {
  readonly #name: string;
  readonly #url: string;
  readonly #fetch: SubgraphFetch<GatewayContext>;

  constructor(name: string, url: string, fetch: SubgraphFetch<GatewayContext>) {
    this.#name = name;
    this.#url = url;
    this.#fetch = fetch;
  }

  async process(options: GraphQLDataSourceProcessOptions<GatewayContext>): ReturnType<GraphQLDataSource['process']> {
    const { query = '', variables } = options.request;
    // The one other kind of call, a health check, is never asked for.
    const context = options.context as GatewayContext;
    const timeouts = timeoutsOf(context);
    const operation = query.startsWith('mutation') ? 'mutation' : 'query';
    const call: SubgraphCall<GatewayContext> = {
      subgraph: this.#name,
      url: this.#url,
      body: JSON.stringify({ query, variables }),
      operation,
      context,
      timeoutMs: timeouts.timeoutMs,
      signal: operation === 'query' ? timeouts.signal : undefined,
    };
    try {
      // The shapes are GraphQL's on both sides.
      return (await this.#fetch(call)) as Awaited<ReturnType<GraphQLDataSource['process']>>;
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

/** Where a call's fields stand in its own answer; @apollo/gateway turns these paths into those of the whole. */
function missingPaths(query: string): (string | number)[][] {
  const [operation] = parse(query, { noLocation: true }).definitions;
  if (operation?.kind !== Kind.OPERATION_DEFINITION) return [[]];
  const keys = operation.selectionSet.selections.flatMap((selection) =>
    selection.kind === Kind.FIELD ? [selection.alias?.value ?? selection.name.value] : [],
  );
  return keys.map((key) => (key === '_entities' ? [key, 0] : [key]));
}
