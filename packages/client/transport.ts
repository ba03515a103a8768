/**
 * GraphQL over HTTP for the client: one POST with a time limit, repeated if that is safe. Uses only what browsers and Node.js
 * share.
 */
import { ClientError, type ResponseError } from './errors.ts';
import type { TypedDocumentString } from './operations.generated.ts';
import { type Failure, isFailure, readResponse } from './response.ts';
import { GIVEN_UP, limitTime, sleep, unlessAborted } from './time.ts';

export interface TransportOptions {
  /**
   * The address of the gateway's GraphQL, such as `https://shop.example/graphql`. In browsers it may be a path on the
   * page's origin.
   */
  url: string;
  /** The user's token, or a function that returns it, called before every request so that it can be renewed. None: anonymous. */
  token?: string | (() => string | Promise<string>) | undefined;
  /** Another `fetch`. */
  fetch?: typeof globalThis.fetch | undefined;
  /**
   * How many times a request is repeated if it gets no answer, or an answer that says to try again: 6 by default, so that
   * calls outlast an election of the database's servers (about 12 s).
   */
  retries?: number | undefined;
  /**
   * How long one attempt may take, in milliseconds: 30,000 by default. The server gets this time in a header, so that
   * it answers before with the data that it has. Its own limit may be shorter: for queries 5 s, unless it is configured
   * otherwise.
   */
  timeoutMs?: number | undefined;
  /**
   * How this client's documents are sent: as `text` with its hash (the default), which any server can answer; or only
   * as a `hash`, which is shorter. Then the text is sent only if the server doesn't know the hash.
   */
  documents?: 'text' | 'hash' | undefined;
  /** Called with the errors of a partial result: parts of it are null because a service behind the API is unavailable. */
  onPartial?: ((errors: readonly ResponseError[]) => void) | undefined;
}

export interface CallOptions {
  /** Cancels the call, even during an attempt. */
  signal?: AbortSignal | undefined;
}

/**
 * `always`: sending the request twice has the same effect as sending it once. `unprocessed`: it is repeated only if the
 * server says that it has not processed it.
 */
export type Repeat = 'always' | 'unprocessed';

/** Sends a document. Throws a ClientError if a root field has no result. */
export type Send = <Result, Variables>(
  document: TypedDocumentString<Result, Variables>,
  variables: Variables,
  options?: CallOptions & { repeat?: Repeat | undefined },
) => Promise<Result>;

const FIRST_PAUSE_MS = 200;
const LONGEST_PAUSE_MS = 10_000;

export function createTransport(options: TransportOptions): Send {
  const { retries = 6, documents = 'text' } = options;
  return async (document, variables, { signal, repeat = 'always' } = {}) => {
    // Made once: a repeated request is identical, including its idempotency key.
    const whole = { query: document.toString(), variables, ...persisted(document) };
    const { query: _text, ...hashed } = whole;
    let body = JSON.stringify(documents === 'hash' && 'extensions' in whole ? hashed : whole);
    for (let failures = 0; ; failures += 1) {
      let outcome = await attempt(options, body, signal);
      if (isFailure(outcome) && outcome.error.code === 'PERSISTED_QUERY_NOT_FOUND') {
        body = JSON.stringify(whole);
        outcome = await attempt(options, body, signal);
      }
      // The document has the type of its result, and the server follows its schema.
      if (!isFailure(outcome)) return outcome as ResultOf<typeof document>;
      const { error, passing, begun, pause = FIRST_PAUSE_MS * 2 ** failures * (0.5 + Math.random()) } = outcome;
      const mayRepeat = passing && (repeat === 'always' || !begun);
      // With `!(…)`, NaN retries count as none.
      if (!mayRepeat || !(failures < retries) || pause > LONGEST_PAUSE_MS) throw error;
      await sleep(pause, signal);
    }
  };
}

type ResultOf<Document> = Document extends TypedDocumentString<infer Result, infer _Variables> ? Result : never;

/** A document's SHA-256, as in automatic persisted queries. Codegen adds it to this client's documents. */
function persisted({ __meta__ }: Pick<TypedDocumentString<unknown, unknown>, '__meta__'>): object {
  const hash: unknown = __meta__?.['hash'];
  return typeof hash === 'string' ? { extensions: { persistedQuery: { version: 1, sha256Hash: hash } } } : {};
}

/** Sends once. Throws INVALID_URL, and errors of the caller's own functions. */
async function attempt(
  options: TransportOptions,
  body: string,
  signal: AbortSignal | undefined,
): Promise<object | Failure> {
  const { url, token, timeoutMs = 30_000, onPartial } = options;
  // The browser's fetch throws if it is called as a method of another object.
  const fetch: typeof globalThis.fetch = options.fetch ?? ((input, init) => globalThis.fetch(input, init));
  const limit = limitTime(timeoutMs, signal);
  const noAnswer = (begun: boolean, cause?: unknown): Failure => {
    if (signal?.aborted === true) {
      const error = new ClientError('ABORTED', 'The request was given up.', { cause });
      return { error, passing: false, begun, pause: undefined };
    }
    const error = limit.signal.aborted
      ? new ClientError('TIMEOUT', `There was no answer within ${String(timeoutMs)} ms.`, { cause })
      : new ClientError('NETWORK', 'There was no answer.', { cause });
    return { error, passing: true, begun, pause: undefined };
  };
  let response: Response;
  let text: string;
  try {
    const bearer = typeof token === 'function' ? await unlessAborted(token(), limit.signal) : token;
    if (bearer === GIVEN_UP) return noAnswer(false);
    // Outside the inner `try`: a token that is not valid in a header is not a network failure.
    const headers = headersOf(bearer, timeoutMs);
    if (options.fetch === undefined) checkUrl(url);
    try {
      response = await fetch(url, { method: 'POST', headers, body, signal: limit.signal });
      text = await response.text();
    } catch (cause) {
      return noAnswer(true, cause);
    }
  } finally {
    limit.end();
  }
  return readResponse(response, text, onPartial);
}

const headersOf = (bearer: string | undefined, timeoutMs: number): Headers =>
  new Headers({
    'content-type': 'application/json',
    accept: 'application/graphql-response+json, application/json',
    // A little less than this client waits, to leave time for the way back.
    'x-timeout-ms': String(Math.max(1, Math.floor(timeoutMs - Math.min(500, timeoutMs / 10)))),
    ...(bearer !== undefined && { authorization: `Bearer ${bearer}` }),
  });

/** Throws for an address that nothing can be sent to: a relative one outside a page, or one with another protocol. */
function checkUrl(url: string): void {
  const invalid = (cause?: unknown): ClientError =>
    new ClientError(
      'INVALID_URL',
      `Nothing can be sent to ${JSON.stringify(url)}: use an absolute address, such as https://shop.example/graphql.`,
      { cause },
    );
  let request: Request;
  try {
    // Resolved as in `fetch`: in a page, relative to the page.
    request = new Request(url);
  } catch (cause) {
    throw invalid(cause);
  }
  if (!/^https?:/.test(request.url)) throw invalid();
}
