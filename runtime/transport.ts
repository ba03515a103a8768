/**
 * Calls to subgraphs, by the gateway and by other subgraphs: one undici Pool for each address, with kept-alive
 * connections, and a deadline and cancellation for each call. The caller provides headers, tokens and tracing.
 */
import { Pool, type Dispatcher } from 'undici';
import type { ErrorCode } from './error-codes.ts';
import { isObject, type JsonObject } from './json.ts';

/** One GraphQL request to one subgraph. */
export interface SubgraphCall<TContext> {
  subgraph: string;
  url: string;
  /** The request's body: JSON text with `query`, `variables` and perhaps `operationName`. */
  body: string;
  operation: 'query' | 'mutation';
  /** The context from which the caller's headers are made: identity, request id, trace. */
  context: TContext;
  /** Milliseconds left for the answer, above 0; by default the transport's own limit. */
  timeoutMs: number | undefined;
  signal: AbortSignal | undefined;
}

export interface SubgraphResponse {
  data?: JsonObject | null;
  errors?: readonly unknown[];
}

/** Sends a call. Rejects with `SubgraphUnavailable` if there is no GraphQL response. */
export type SubgraphFetch<TContext> = (call: SubgraphCall<TContext>) => Promise<SubgraphResponse>;

export type UnavailableReason =
  /** No connection, or one that broke. */
  | 'unreachable'
  /** No answer before the deadline. */
  | 'timeout'
  /** The client disconnected. */
  | 'cancelled'
  /** An answer that is no GraphQL response, or a status of 500 and above. */
  | 'invalid';

const REASONS: Record<UnavailableReason, string> = {
  unreachable: 'is unavailable',
  timeout: 'did not answer in time',
  cancelled: 'was not waited for: the request was cancelled',
  invalid: 'gave no valid answer',
};

/** The message to a client about data that is missing because of a subgraph. */
export const unavailable = (serviceName: string, reason: UnavailableReason) => ({
  message: `Subgraph "${serviceName}" ${REASONS[reason]}.`,
  extensions: { code: 'UPSTREAM_UNAVAILABLE' satisfies ErrorCode, serviceName },
});

/** Clients are told the reason. Message and cause may contain addresses, and are only for the log. */
export class SubgraphUnavailable extends Error {
  readonly reason: UnavailableReason;

  constructor(reason: UnavailableReason, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'SubgraphUnavailable';
    this.reason = reason;
  }
}

/**
 * Reads an HTTP answer as GraphQL over HTTP has it: a body with `errors` counts below 500 whatever the status, one with
 * `data` alone only if that is not null; 401 and
 * 403 without one become UNAUTHENTICATED and FORBIDDEN. All else throws `SubgraphUnavailable`.
 */
export function readResponse(status: number, text: string): SubgraphResponse {
  if (status >= 500) throw new SubgraphUnavailable('invalid', `status ${String(status)}`);
  let body: unknown;
  try {
    body = JSON.parse(text);
  } catch (cause) {
    if (status < 400) throw new SubgraphUnavailable('invalid', 'the answer is no JSON', { cause });
  }
  if (isObject(body)) {
    const { data, errors } = body;
    if (Array.isArray(errors) && errors.length > 0) return isObject(data) ? { data, errors } : { data: null, errors };
    if (status < 400 && isObject(data)) return { data };
  }
  const code = status === 401 ? 'UNAUTHENTICATED' : status === 403 ? 'FORBIDDEN' : undefined;
  if (code !== undefined)
    return { data: null, errors: [{ message: `The subgraph answered ${String(status)}.`, extensions: { code } }] };
  throw new SubgraphUnavailable('invalid', `status ${String(status)}, and no GraphQL response`);
}

export interface PoolTransportOptions<TContext> {
  /** Headers of one call, in addition to content type and accept. Names in lower case. */
  headers?: (call: SubgraphCall<TContext>) => Readonly<Record<string, string>>;
  /** The longest time for any call, in milliseconds; 30,000 by default. */
  timeoutMs?: number;
  /** The most connections to one address; 128 by default. */
  connections?: number;
  /** Other settings of the pools. */
  pool?: Pool.Options;
}

export interface PoolTransport<TContext> extends AsyncDisposable {
  fetch: SubgraphFetch<TContext>;
  /** Waits for calls in flight, then closes all connections. */
  close(): Promise<void>;
}

const jsonHeaders = {
  'content-type': 'application/json',
  accept: 'application/graphql-response+json, application/json',
};

/** Calls subgraphs through undici; close it when the gateway stops. */
export function createPoolTransport<TContext>(options: PoolTransportOptions<TContext> = {}): PoolTransport<TContext> {
  const { headers, timeoutMs: defaultTimeoutMs = 30_000, connections = 128 } = options;
  const targets = new Map<string, { pool: Pool; path: string }>();

  function targetOf(url: string): { pool: Pool; path: string } {
    let target = targets.get(url);
    if (target === undefined) {
      const { origin, pathname, search } = new URL(url);
      // This file enforces the deadline, so undici's timers are not needed.
      const pool = new Pool(origin, { connections, headersTimeout: 0, bodyTimeout: 0, ...options.pool });
      targets.set(url, (target = { pool, path: pathname + search }));
    }
    return target;
  }

  const send = (call: SubgraphCall<TContext>, timeoutMs: number): Promise<SubgraphResponse> => {
    const { pool, path } = targetOf(call.url);
    return new Promise((resolve, reject) => {
      const exchange = new Exchange(resolve, reject, timeoutMs, call.signal);
      if (exchange.settled) return;
      try {
        const request = headers === undefined ? jsonHeaders : { ...jsonHeaders, ...headers(call) };
        pool.dispatch({ path, method: 'POST', headers: request, body: call.body }, exchange);
      } catch (cause) {
        exchange.fail('unreachable', 'the request could not be sent', cause);
      }
    });
  };

  const fetch: SubgraphFetch<TContext> = (call) => {
    const timeoutMs = Math.min(call.timeoutMs ?? defaultTimeoutMs, defaultTimeoutMs);
    if (call.operation === 'mutation') return send(call, timeoutMs);
    const start = performance.now();
    return send(call, timeoutMs).catch((error: unknown) => {
      // The server may close an idle connection at the moment of its use. A query can be sent again.
      const left = timeoutMs - (performance.now() - start);
      if (left > 0 && error instanceof BrokenConnection) return send(call, left);
      throw error;
    });
  };

  const close = async (): Promise<void> => {
    await Promise.all([...targets.values()].map(({ pool }) => pool.close()));
  };
  return { fetch, close, [Symbol.asyncDispose]: close };
}

/** The connection was closed before the first byte of the answer. */
class BrokenConnection extends SubgraphUnavailable {}

/** One request and its answer. undici calls its methods; the deadline and the client's signal can end it early. */
class Exchange implements Dispatcher.DispatchHandler {
  settled = false;
  readonly #resolve: (response: SubgraphResponse) => void;
  readonly #reject: (error: SubgraphUnavailable) => void;
  readonly #timer: NodeJS.Timeout;
  readonly #signal: AbortSignal | undefined;
  #controller: Dispatcher.DispatchController | undefined;
  #status = 0;
  readonly #chunks: Buffer[] = [];

  constructor(
    resolve: (response: SubgraphResponse) => void,
    reject: (error: SubgraphUnavailable) => void,
    timeoutMs: number,
    signal: AbortSignal | undefined,
  ) {
    this.#resolve = resolve;
    this.#reject = reject;
    this.#timer = setTimeout(() => {
      this.#cut('timeout', `no answer within ${String(Math.round(timeoutMs))} ms`);
    }, timeoutMs);
    this.#signal = signal;
    if (signal?.aborted) this.#cancel();
    else signal?.addEventListener('abort', this.#cancel);
  }

  readonly #cancel = (): void => {
    this.#cut('cancelled', 'the client disconnected');
  };

  onRequestStart(controller: Dispatcher.DispatchController): void {
    this.#controller = controller;
    // It was ended while it waited for a free connection.
    if (this.settled) controller.abort(new Error('no longer wanted'));
  }

  onResponseStart(_controller: Dispatcher.DispatchController, status: number): void {
    this.#status = status;
  }

  onResponseData(_controller: Dispatcher.DispatchController, chunk: Buffer): void {
    this.#chunks.push(chunk);
  }

  onResponseEnd(): void {
    if (!this.#settle()) return;
    try {
      const [only] = this.#chunks;
      const body = only !== undefined && this.#chunks.length === 1 ? only : Buffer.concat(this.#chunks);
      this.#resolve(readResponse(this.#status, body.toString('utf8')));
    } catch (error) {
      this.#reject(error instanceof SubgraphUnavailable ? error : new SubgraphUnavailable('invalid', String(error)));
    }
  }

  onResponseError(_controller: Dispatcher.DispatchController, error: Error & { code?: string }): void {
    if (!this.#settle()) return;
    const broken =
      this.#status === 0 && (error.code === 'UND_ERR_SOCKET' || error.code === 'ECONNRESET' || error.code === 'EPIPE');
    const options = { cause: error };
    this.#reject(
      broken
        ? new BrokenConnection('unreachable', error.message, options)
        : new SubgraphUnavailable('unreachable', error.message, options),
    );
  }

  fail(reason: UnavailableReason, message: string, cause?: unknown): void {
    if (this.#settle()) this.#reject(new SubgraphUnavailable(reason, message, { cause }));
  }

  #cut(reason: UnavailableReason, message: string): void {
    this.fail(reason, message);
    this.#controller?.abort(new Error(message));
  }

  #settle(): boolean {
    if (this.settled) return false;
    this.settled = true;
    clearTimeout(this.#timer);
    this.#signal?.removeEventListener('abort', this.#cancel);
    return true;
  }
}
