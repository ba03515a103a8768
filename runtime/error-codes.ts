/**
 * Every code that a top-level error of the API can have (`extensions.code`). The statuses of responses and what the client
 * repeats follow from this table; docs/errors.md shows it. Refusals of mutations are data and have codes of their own: the
 * schema's enum `ErrorCode`.
 */

interface Kind {
  /** The HTTP status of a request that is not executed because of this error. A request that is executed has 200. */
  status: number;
  /**
   * The status for clients that accept only `application/json`. GraphQL over HTTP (section 6.4) wants 200 if only the operation
   * was refused, because older clients read errors from the body only then.
   */
  statusForJson?: 200;
  /** Whether the same request may succeed a moment later. */
  retryable: boolean;
  /** For the API's users: one or two sentences. */
  meaning: string;
}

/** The document or its variables are refused. */
const operation = (meaning: string) => ({ status: 400, statusForJson: 200, retryable: false, meaning }) as const;
/** The process turns the request away before it does anything. */
const turnedAway = (status: 429 | 503, meaning: string) => ({ status, retryable: true, meaning }) as const;
const final = (status: number, meaning: string) => ({ status, retryable: false, meaning }) as const;

export const ERROR_CODES = {
  BAD_REQUEST: final(400, 'The HTTP request is not a GraphQL request that can be read.'),
  UNTRUSTED_DOCUMENT: final(400, 'The gateway serves trusted documents only, and this is not one of them.'),
  NOT_FOUND: final(404, 'There is nothing at this path.'),
  METHOD_NOT_ALLOWED: final(405, 'The path has other methods: see the header `allow`.'),
  PAYLOAD_TOO_LARGE: final(413, 'The body is larger than `MAX_BODY_BYTES`.'),
  RATE_LIMITED: turnedAway(429, 'The caller sent too many requests. Wait as long as `retry-after` says.'),
  OVERLOADED: turnedAway(503, 'The process serves as many requests as it can.'),
  SHUTTING_DOWN: turnedAway(503, 'The process is ending. Another one, or its successor, takes the request.'),

  GRAPHQL_PARSE_FAILED: operation('The document is not GraphQL.'),
  GRAPHQL_VALIDATION_FAILED: operation('The document does not fit the schema.'),
  OPERATION_RESOLUTION_FAILURE: operation('`operationName` does not name one operation of the document.'),
  BAD_USER_INPUT: operation('An argument or a variable has a value that is not allowed. The message says which.'),
  LIMIT_EXCEEDED: operation('The operation is over a limit of the gateway. The message names the limit.'),
  PERSISTED_QUERY_NOT_FOUND: final(200, 'The hash is not known. Send the text of the document with it.'),
  UNSUPPORTED_OPERATION: final(200, 'The gateway does not execute this kind of operation.'),

  UNAUTHENTICATED: final(401, 'There is no token, or not a valid one. Log in.'),
  FORBIDDEN: final(200, 'The user is logged in and may not do this.'),
  DEADLINE_EXCEEDED: {
    status: 200,
    retryable: true,
    meaning: 'The time was not enough. An order may have been placed: repeat it with the same idempotency key.',
  },
  SERVICE_UNAVAILABLE: {
    status: 503,
    retryable: true,
    meaning: "A database, or the keys that users' tokens are checked with, can't be reached.",
  },
  UPSTREAM_UNAVAILABLE: {
    status: 200,
    retryable: true,
    meaning: 'A subgraph gave no answer, so this part of the data is missing. `serviceName` names the subgraph.',
  },
  INVALID_GRAPHQL: final(200, 'A subgraph sent a value that breaks the schema: a bug. The value is null.'),
  INTERNAL_SERVER_ERROR: final(500, 'A bug. The log has the details, under the `x-request-id` of the response.'),
} as const satisfies Record<string, Kind>;

export type ErrorCode = keyof typeof ERROR_CODES;

const REFUSED_OPERATION: ReadonlySet<unknown> = new Set(
  Object.entries<Kind>(ERROR_CODES).flatMap(([code, { statusForJson }]) => (statusForJson === 200 ? [code] : [])),
);

/** Whether a code says that the HTTP request was fine and only the operation was refused. */
export const isRefusedOperation = (code: unknown): boolean => REFUSED_OPERATION.has(code);
