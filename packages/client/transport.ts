/**
 * GraphQL over HTTP for the client: one POST with a time limit, repeated if that is safe. Uses only what browsers and Node.js
 * share.
 */
import { ClientError, type ResponseError } from './errors.ts';
import type { TypedDocumentString } from './operations.generated.ts';
import { type Failure, isFailure, readResponse } from './response.ts';
import { GIVEN_UP, limitTime, sleep, unlessAborted } from './time.ts';

export interface TransportOptions {
  /** The gateway's GraphQL, such as `https://shop.example/graphql`. In browsers also a path of the page's own origin. */
  url: string;
  /** The user's token, or a function that returns it, called before every request so that it can be renewed. None: anonymous. */
  token?: string | (() => string | Promise<string>) | undefined;
  /** Another `fetch`. */
  fetch?: typeof globalThis.fetch | undefined;
  /** How many times a request is repeated that got no answer, or one that says to try again: 4 by default. */
  retries?: number | undefined;
  /**
   * How long one attempt may take, in milliseconds: 30,000 by default. The server is told, so that it answers before that with
   * what it has. By itself it gives up sooner: on queries after 5 s, unless it is configured otherwise.
   */
  timeoutMs?: number | undefined;
  /**
   * How this client's own documents are sent: as `text` with its hash (the default), so that any server can answer; or as a
   * `hash` alone, which is shorter. The text then follows only if the server doesn't know the hash.
   */
  documents?: 'text' | 'hash' | undefined;
  /** Called with the errors beside a result: parts of it are null, because a service behind the API is away. */
  onPartial?: ((errors: readonly ResponseError[]) => void) | undefined;
}

export interface CallOptions {
  /** Gives up, also while an attempt is under way. */
  signal?: AbortSignal | undefined;
}

/**
 * `always`: sending the request twice does the same as sending it once. `unprocessed`: it is repeated only if the server says
 * that it has not begun with it.
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
  const { retries = 4, documents = 'text' } = options;
  return async (document, variables, { signal, repeat = 'always' } = {}) => {
    // Made once: a repeated request is the same to the last byte, idempotency key included.
    const whole = { query: document.toString(), variables, ...persisted(document) };
    const { query: _text, ...hashed } = whole;
    let body = JSON.stringify(documents === 'hash' && 'extensions' in whole ? hashed : whole);
    for (let failures = 0; ; failures += 1) {
      let outcome = await attempt(options, body, signal);
      if (isFailure(outcome) && outcome.error.code === 'PERSISTED_QUERY_NOT_FOUND') {
        body = JSON.stringify(whole);
        outcome = await attempt(options, body, signal);
      }
      // The document's type says what comes back, and the server keeps to its schema.
      if (!isFailure(outcome)) return outcome as ResultOf<typeof document>;
      const { error, passing, begun, pause = FIRST_PAUSE_MS * 2 ** failures * (0.5 + Math.random()) } = outcome;
      const mayRepeat = passing && (repeat === 'always' || !begun);
      // Written so that NaN retries are none.
      if (!mayRepeat || !(failures < retries) || pause > LONGEST_PAUSE_MS) throw error;
      await sleep(pause, signal);
    }
  };
}

type ResultOf<Document> = Document extends TypedDocumentString<infer Result, infer _Variables> ? Result : never;

/** A document's SHA-256, as automatic persisted queries have it. Codegen puts it into this client's own documents. */
function persisted({ __meta__ }: Pick<TypedDocumentString<unknown, unknown>, '__meta__'>): object {
  const hash: unknown = __meta__?.['hash'];
  return typeof hash === 'string' ? { extensions: { persistedQuery: { version: 1, sha256Hash: hash } } } : {};
}

/** Sends once. Throws only what the caller's own code throws, and INVALID_URL. */
async function attempt(
  options: TransportOptions,
  body: string,
  signal: AbortSignal | undefined,
): Promise<object | Failure> {
  const { url, token, timeoutMs = 30_000, onPartial } = options;
  // The browser's fetch throws if it is called as a method of something else.
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
    // Outside of the inner `try`: a token that no header can hold is not a failure of the network.
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
    // A little less than we wait ourselves, for the way back.
    'x-timeout-ms': String(Math.max(1, Math.floor(timeoutMs - Math.min(500, timeoutMs / 10)))),
    ...(bearer !== undefined && { authorization: `Bearer ${bearer}` }),
  });

/** Throws for an address that nothing can be sent to: a relative one outside of a page, or one of another protocol. */
function checkUrl(url: string): void {
  const invalid = (cause?: unknown): ClientError =>
    new ClientError(
      'INVALID_URL',
      `Nothing can be sent to ${JSON.stringify(url)}: give a whole address, such as https://shop.example/graphql.`,
      { cause },
    );
  let request: Request;
  try {
    // Reads it as `fetch` does: in a page, relative to the page.
    request = new Request(url);
  } catch (cause) {
    throw invalid(cause);
  }
  if (!/^https?:/.test(request.url)) throw invalid();
}
