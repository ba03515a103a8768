/** The context that travels with a request from process to process, and its headers. */
import { randomUUID } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import type { FastifyBaseLogger } from 'fastify';
import type { Caller } from './caller.ts';

/** How long a request without its own deadline may take. */
const DEFAULT_TIMEOUT_MS = 30_000;

export interface RequestContext {
  /** Made by the first process; the same in every process and log line. */
  requestId: string;
  /** W3C Trace Context, passed on unchanged. */
  traceparent: string | undefined;
  /** Epoch milliseconds. The caller stops waiting for the answer then. */
  deadline: number;
  caller: Caller;
  /** Every line carries the request's id. */
  log: FastifyBaseLogger;
}

const header = (headers: IncomingHttpHeaders, name: string): string | undefined => {
  const value = headers[name];
  return Array.isArray(value) ? value[0] : value;
};

/** The request's id: the caller's if it has a safe form, otherwise a new one. It is written to logs and headers. */
export const requestIdOf = (headers: IncomingHttpHeaders): string => {
  const given = header(headers, 'x-request-id');
  return given !== undefined && /^[\w.-]{1,100}$/.test(given) ? given : randomUUID();
};

export const traceparentOf = (headers: IncomingHttpHeaders): string | undefined => {
  const given = header(headers, 'traceparent');
  return given !== undefined && /^[0-9a-f]{2}(-[0-9a-f]+){3}$/.test(given) ? given : undefined;
};

/** The header has a duration, not a time, because clocks differ between machines. */
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
