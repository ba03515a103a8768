/** What goes along with a request from process to process, and the headers that carry it. */
import { randomUUID } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import type { FastifyBaseLogger } from 'fastify';
import type { Caller } from './caller.ts';

/** How long a request without a deadline of its own may take. */
const DEFAULT_TIMEOUT_MS = 30_000;

export interface RequestContext {
  /** Made where the request enters; the same in every process and every log line. */
  requestId: string;
  /** W3C Trace Context, passed on as it came. */
  traceparent: string | undefined;
  /** Epoch milliseconds after which nobody waits for the answer any more. */
  deadline: number;
  caller: Caller;
  /** Every line carries the request's id. */
  log: FastifyBaseLogger;
}

const header = (headers: IncomingHttpHeaders, name: string): string | undefined => {
  const value = headers[name];
  return Array.isArray(value) ? value[0] : value;
};

/** The request's id: the caller's where it is sane, a new one otherwise. It is written to logs and to headers. */
export const requestIdOf = (headers: IncomingHttpHeaders): string => {
  const given = header(headers, 'x-request-id');
  return given !== undefined && /^[\w.-]{1,100}$/.test(given) ? given : randomUUID();
};

export const traceparentOf = (headers: IncomingHttpHeaders): string | undefined => {
  const given = header(headers, 'traceparent');
  return given !== undefined && /^[0-9a-f]{2}(-[0-9a-f]+){3}$/.test(given) ? given : undefined;
};

/** A duration and not a moment goes over the wire, because clocks differ between machines. */
export const deadlineOf = (headers: IncomingHttpHeaders): number => {
  const given = Number(header(headers, 'x-timeout-ms'));
  return Date.now() + (given > 0 && given < DEFAULT_TIMEOUT_MS ? given : DEFAULT_TIMEOUT_MS);
};

/** The headers of a call to another service on behalf of `request`. */
export const outgoingHeaders = (
  request: Pick<RequestContext, 'requestId' | 'traceparent' | 'deadline'>,
  token: string | null,
): Record<string, string> => ({
  'x-request-id': request.requestId,
  'x-timeout-ms': String(Math.max(1, request.deadline - Date.now())),
  ...(request.traceparent !== undefined && { traceparent: request.traceparent }),
  ...(token !== null && { authorization: `Bearer ${token}` }),
});
