/** The context of one request to /graphql. It is made once, and passed to the executor and to the calls to subgraphs. */
import type { FastifyBaseLogger, FastifyReply, FastifyRequest } from 'fastify';
import { whenAnswered } from '../runtime/answer.ts';
import { deadlineOf, traceparentOf } from '../runtime/request.ts';
import type { Signer } from '../runtime/token.ts';
import { type User, userOf } from './auth.ts';

export interface GatewayContext {
  requestId: string;
  traceparent: string | undefined;
  /** Epoch milliseconds. The client stops waiting for the answer then. */
  deadline: number;
  /** Aborted when the client disconnects: calls that only read are then cancelled. */
  signal: AbortSignal;
  user: User;
  /** The gateway's own token with the user inside; null if subgraphs are open (development). */
  serviceToken: string | null;
  log: FastifyBaseLogger;
}

export type ContextFactory = (request: FastifyRequest, reply: FastifyReply) => Promise<GatewayContext>;

/** @param sign makes the service tokens; null: calls to subgraphs carry none */
export const contextFactory =
  (sign: Signer | null): ContextFactory =>
  async (request, reply) => {
    const user = userOf(request);
    return {
      requestId: request.id,
      traceparent: traceparentOf(request.headers),
      deadline: deadlineOf(request.headers),
      signal: signalOf(request, reply),
      user,
      serviceToken: sign === null ? null : await sign(user),
      log: request.log,
    };
  };

/** The time left for subgraph calls, and the signal that cancels them. */
export const timeoutsOf = ({ deadline, signal }: GatewayContext): { timeoutMs: number; signal: AbortSignal } => ({
  timeoutMs: Math.max(1, deadline - Date.now()),
  signal,
});

/** Aborted when the client disconnects before its answer. (Fastify aborts `request.signal` once the request is read.) */
function signalOf(request: FastifyRequest, reply: FastifyReply): AbortSignal {
  const client = new AbortController();
  whenAnswered(request, reply, (sent) => {
    if (!sent) client.abort();
  });
  return client.signal;
}
