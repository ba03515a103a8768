/** The errors that the client throws. */

/** A GraphQL error as the server sent it. */
export interface ResponseError {
  message: string;
  path?: (string | number)[];
  extensions?: { code?: string; [more: string]: unknown };
}

/**
 * There is no result: an outage, a refused token, a bug. Refusals of the API (too little stock, an unknown customer)
 * are results and are returned. Errors that your own `token` or `onPartial` throws are passed on unchanged.
 */
export class ClientError extends Error {
  /**
   * `NETWORK` (no answer), `TIMEOUT`, `ABORTED`, `HTTP` (an answer that is not GraphQL), `INVALID_URL`; or the API's own code, such
   * as `UPSTREAM_UNAVAILABLE`, `UNAUTHENTICATED` (there is no valid token: log in), `FORBIDDEN` (this user may not),
   * `BAD_USER_INPUT`, `RATE_LIMITED`, `INTERNAL_SERVER_ERROR`.
   */
  readonly code: string;
  /** The HTTP status; undefined if there was no answer. */
  readonly status: number | undefined;
  /** The request's id, by which it is found in the servers' logs. */
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
