/**
 * The gateway's calls to subgraphs: kept-alive connections, deadlines, headers, and one clear error if a subgraph is
 * unavailable. Both executors use them.
 */
import { outgoingHeaders } from '../runtime/request.ts';
import { type SubgraphFetch, SubgraphUnavailable, createPoolTransport } from '../runtime/transport.ts';
import type { GatewayContext } from './context.ts';

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
      // The gateway's own token was refused, not the user's. To the user the subgraph is unavailable.
      if (response.errors?.some(refusesService) === true) {
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

/** A request that is refused before any field is resolved has an error without a path. */
const refusesService = (error: unknown): boolean => {
  const { path, extensions } = error as SubgraphError;
  return extensions?.code === 'UNAUTHENTICATED' && path === undefined;
};

interface Unavailable {
  subgraph: string;
  error: SubgraphUnavailable;
  context: GatewayContext;
}

/** Logs why a subgraph gave no answer, including what the client must not see, such as its address. */
export function logUnavailable({ subgraph, error, context }: Unavailable): void {
  // The client disconnected.
  if (error.reason === 'cancelled') return;
  context.log.warn({ subgraph, reason: error.reason, why: error.message }, 'a subgraph is unavailable');
}
