/**
 * GraphQL over HTTP for the client: one POST with a deadline, repeated where that is safe. Uses what browsers and Node.js
 * share, and nothing else.
 */
import type { TypedDocumentString } from './operations.generated.ts';

/** A GraphQL error as it came. */
export interface ResponseError {
  message: string;
  path?: (string | number)[];
  extensions?: { code?: string; [more: string]: unknown };
}

/**
 * There is no result: an outage, a refused token, a bug. What the API refuses (too little stock, an unknown customer) is not
 * among these: that is a result. Nor is what your own `token` or `onPartial` throws: it comes out as it is.
 */
export class ClientError extends Error {
  /**
   * `NETWORK` (no answer), `TIMEOUT`, `ABORTED`, `HTTP` (an answer that is not GraphQL's), `INVALID_URL`, or the API's own:
   * such as `UPSTREAM_UNAVAILABLE`, `UNAUTHENTICATED` (there is no valid token: log in), `FORBIDDEN` (this user may not),
   * `BAD_USER_INPUT`, `RATE_LIMITED`, `INTERNAL_SERVER_ERROR`.
   */
  readonly code: string;
  /** The HTTP status; undefined where there was no answer. */
  readonly status: number | undefined;
  /** The request's id, to be found in the servers' logs. */
  readonly requestId: string | undefined;
  /** All errors of the answer. */
  readonly errors: readonly ResponseError[];

  constructor(
    code: string,
    message: string,
    more: { status?: number; requestId?: string | undefined; errors?: readonly ResponseError[]; cause?: unknown } = {},
  ) {
    super(message, { cause: more.cause });
    this.name = 'ClientError';
    this.code = code;
    this.status = more.status;
    this.requestId = more.requestId;
    this.errors = more.errors ?? [];
  }
}

export interface TransportOptions {
  /** The gateway's GraphQL, such as `https://shop.example/graphql`. In browsers also a path of the page's own origin. */
  url: string;
  /** The user's token, or what gives it: asked before every request, so that it can be renewed. None: anonymous. */
  token?: string | (() => string | Promise<string>);
  /** Another `fetch`. */
  fetch?: typeof globalThis.fetch;
  /** How many times a request is repeated that got no answer, or one that says to try again: 4 by default. */
  retries?: number;
  /**
   * How long one attempt may take, in milliseconds: 30,000 by default. The server is told, so that it answers what it has
   * before that. It gives up sooner by itself: queries after 5 s, unless it is set otherwise.
   */
  timeoutMs?: number;
  /**
   * What of this client's own documents is sent: `text` with its hash (the default), so that any server can answer; or the
   * `hash` alone, which is shorter, and the text only where a server doesn't know it.
   */
  documents?: 'text' | 'hash';
  /** Told of errors beside a result: parts of it are null because a service behind the API is away. */
  onPartial?: (errors: readonly ResponseError[]) => void;
}

export interface CallOptions {
  /** Gives up, attempts under way included. */
  signal?: AbortSignal;
}

/**
 * `always`: the same request twice does what once does. `unprocessed`: it is repeated only where the server says that it
 * has not begun with it.
 */
export type Repeat = 'always' | 'unprocessed';

/** Sends a document. Throws a ClientError where a root field has no result. */
export type Send = <Result, Variables>(
  document: TypedDocumentString<Result, Variables>,
  variables: Variables,
  options?: CallOptions & { repeat?: Repeat },
) => Promise<Result>;

const FIRST_PAUSE_MS = 200;
const LONGEST_PAUSE_MS = 10_000;
/** Codes of an answer that another attempt can turn into a better one. */
const PASSING = new Set(['UPSTREAM_UNAVAILABLE', 'SERVICE_UNAVAILABLE', 'DEADLINE_EXCEEDED']);
const PASSING_STATUS = new Set([429, 502, 503, 504]);
/** Those with which a server turns a request away before it does anything. */
const TURNED_AWAY = new Set([429, 503]);

/** An attempt that brought no result. */
interface Failure {
  error: ClientError;
  /** Whether another attempt may help. */
  passing: boolean;
  /** Whether the server may have begun with it. */
  begun: boolean;
  /** Milliseconds that the server asks to wait. */
  pause: number | undefined;
}

export function createTransport(options: TransportOptions): Send {
  const { url, token, retries = 4, timeoutMs = 30_000, documents = 'text', onPartial } = options;
  // Called as a method of something else, the browser's fetch throws.
  const fetch: typeof globalThis.fetch = options.fetch ?? ((input, init) => globalThis.fetch(input, init));

  /** Sends once. Throws only what the caller's own code throws. */
  const attempt = async (body: string, signal: AbortSignal | undefined): Promise<object | Failure> => {
    const limit = limitTime(timeoutMs, signal);
    const noAnswer = (begun: boolean, cause?: unknown): Failure => {
      if (signal?.aborted === true) return final(new ClientError('ABORTED', 'The request was given up.', { cause }));
      const error = limit.signal.aborted
        ? new ClientError('TIMEOUT', `There was no answer within ${String(timeoutMs)} ms.`, { cause })
        : new ClientError('NETWORK', 'There was no answer.', { cause });
      return { error, passing: true, begun, pause: undefined };
    };
    let answer: Answer;
    try {
      const bearer = typeof token === 'function' ? await unlessAborted(token(), limit.signal) : token;
      if (bearer === GIVEN_UP) return noAnswer(false);
      // Made here, because a token that no header can hold is no fault of the network.
      const headers = new Headers({
        'content-type': 'application/json',
        accept: 'application/graphql-response+json, application/json',
        // A little less than we wait ourselves, for the way back.
        'x-timeout-ms': String(Math.max(1, Math.floor(timeoutMs - Math.min(500, timeoutMs / 10)))),
        ...(bearer !== undefined && { authorization: `Bearer ${bearer}` }),
      });
      if (options.fetch === undefined) checkUrl(url);
      try {
        const response = await fetch(url, { method: 'POST', headers, body, signal: limit.signal });
        answer = { response, text: await response.text() };
      } catch (cause) {
        return noAnswer(true, cause);
      }
    } finally {
      limit.end();
    }
    return read(answer, onPartial);
  };

  return async (document, variables, { signal, repeat = 'always' } = {}) => {
    // Made once: what is repeated is the same to the last byte, idempotency key included.
    const whole = { query: document.toString(), variables, ...persisted(document) };
    const { query: _text, ...hashed } = whole;
    let body = JSON.stringify(documents === 'hash' && 'extensions' in whole ? hashed : whole);
    for (let failures = 0; ; failures += 1) {
      let outcome = await attempt(body, signal);
      if (isFailure(outcome) && outcome.error.code === 'PERSISTED_QUERY_NOT_FOUND') {
        body = JSON.stringify(whole);
        outcome = await attempt(body, signal);
      }
      // The document says what comes back, and the server holds to its schema.
      if (!isFailure(outcome)) return outcome as ResultOf<typeof document>;
      const { error, passing, begun, pause = FIRST_PAUSE_MS * 2 ** failures * (0.5 + Math.random()) } = outcome;
      const mayRetry = passing && (repeat === 'always' || !begun);
      // NaN is no number of times.
      if (!mayRetry || !(failures < retries) || pause > LONGEST_PAUSE_MS) throw error;
      await sleep(pause, signal);
    }
  };
}

/** Throws for an address that nothing can be sent to: a relative one outside of a page, one of another protocol. */
function checkUrl(url: string): void {
  const invalid = (cause?: unknown): ClientError =>
    new ClientError(
      'INVALID_URL',
      `Nothing can be sent to ${JSON.stringify(url)}: give a whole address, such as https://shop.example/graphql.`,
      { cause },
    );
  let request: Request;
  try {
    // As `fetch` reads it: in a page, relative to the page.
    request = new Request(url);
  } catch (cause) {
    throw invalid(cause);
  }
  if (!/^https?:/.test(request.url)) throw invalid();
}

/** The longest that a timer can wait. */
const MAX_TIMER_MS = 2 ** 31 - 1;

/** A signal that aborts after a time, or when another does. (Not every browser has `AbortSignal.any`: Safari since 17.4.) */
function limitTime(ms: number, other: AbortSignal | undefined): { signal: AbortSignal; end: () => void } {
  const controller = new AbortController();
  const abort = (): void => {
    controller.abort();
  };
  const timer = setTimeout(abort, Math.min(ms, MAX_TIMER_MS));
  if (other?.aborted === true) abort();
  else other?.addEventListener('abort', abort);
  return {
    signal: controller.signal,
    end() {
      clearTimeout(timer);
      other?.removeEventListener('abort', abort);
    },
  };
}

const GIVEN_UP = Symbol('given up');

/** What a promise gives, or GIVEN_UP as soon as the signal aborts. */
const unlessAborted = <T>(promise: T | Promise<T>, signal: AbortSignal): Promise<T | typeof GIVEN_UP> =>
  Promise.race([
    promise,
    new Promise<typeof GIVEN_UP>((resolve) => {
      const giveUp = (): void => {
        resolve(GIVEN_UP);
      };
      if (signal.aborted) giveUp();
      else signal.addEventListener('abort', giveUp);
    }),
  ]);

/** A document's SHA-256, as automatic persisted queries have it. codegen has put it into this client's own documents. */
function persisted({ __meta__ }: Pick<TypedDocumentString<unknown, unknown>, '__meta__'>): object {
  const hash: unknown = __meta__?.['hash'];
  return typeof hash === 'string' ? { extensions: { persistedQuery: { version: 1, sha256Hash: hash } } } : {};
}

type ResultOf<Document> = Document extends TypedDocumentString<infer Result, infer _Variables> ? Result : never;

const isFailure = (outcome: unknown): outcome is Failure =>
  typeof outcome === 'object' && outcome !== null && 'error' in outcome && outcome.error instanceof ClientError;

const final = (error: ClientError): Failure => ({ error, passing: false, begun: true, pause: undefined });

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const isResponseError = (value: unknown): value is ResponseError =>
  isObject(value) && typeof value['message'] === 'string';

/** A proxy's answer may be anything. */
function parse(text: string): Body | null | undefined {
  try {
    return JSON.parse(text) as Body | null;
  } catch {
    return undefined;
  }
}

interface Body {
  data?: unknown;
  errors?: unknown;
}

interface Answer {
  response: Response;
  text: string;
}

/** @returns the data, or why there is none */
function read({ response, text }: Answer, onPartial: TransportOptions['onPartial']): object | Failure {
  const { status } = response;
  const requestId = response.headers.get('x-request-id') ?? undefined;
  const body = parse(text);
  const errors: readonly ResponseError[] = Array.isArray(body?.errors) ? body.errors.filter(isResponseError) : [];
  const data = isObject(body?.data) ? body.data : undefined;

  const decisive = data === undefined ? errors[0] : errors.find((error) => isMissing(data, error));
  if (data !== undefined && decisive === undefined) {
    if (errors.length > 0) onPartial?.(errors);
    return data;
  }
  const code = decisive?.extensions?.code ?? 'HTTP';
  const message = decisive?.message ?? `The server answered ${String(status)}.`;
  const error = new ClientError(code, message, { status, requestId, errors });
  return {
    error,
    passing: PASSING_STATUS.has(status) || PASSING.has(code),
    begun: !TURNED_AWAY.has(status),
    pause: retryAfter(response),
  };
}

/** Whether an error is why a root field has no result: as a part deeper down it leaves the rest of use. */
const isMissing = (data: Record<string, unknown>, { path }: ResponseError): boolean => {
  const [root] = path ?? [];
  return root === undefined || (data[root] ?? null) === null;
};

/** `Retry-After` is a number of seconds or a date. */
function retryAfter(response: Response): number | undefined {
  const value = response.headers.get('retry-after');
  if (value === null || value.trim() === '') return undefined;
  const seconds = Number(value);
  const pause = Number.isNaN(seconds) ? Date.parse(value) - Date.now() : seconds * 1000;
  return Number.isNaN(pause) ? undefined : Math.max(0, pause);
}

/** Waits; cut short, not prolonged, by the signal: the next attempt then gives up at once. */
export const sleep = (ms: number, signal?: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    const timer = setTimeout(done, ms);
    function done(): void {
      clearTimeout(timer);
      signal?.removeEventListener('abort', done);
      resolve();
    }
    if (signal?.aborted === true) done();
    else signal?.addEventListener('abort', done);
  });
