/** Reads the answer to a request: its data, or the failure and whether another attempt may help. */
import { ClientError, type ResponseError } from './errors.ts';

/** An attempt without a result. */
export interface Failure {
  error: ClientError;
  /** Whether another attempt may help. */
  passing: boolean;
  /** Whether the server may have processed it. */
  begun: boolean;
  /** Milliseconds that the server asks to wait. */
  pause: number | undefined;
}

/** Codes of the API for which another attempt may succeed. A test compares them with the servers' table. */
export const REPEATABLE_CODES: ReadonlySet<string> = new Set([
  'RATE_LIMITED',
  'OVERLOADED',
  'SHUTTING_DOWN',
  'DEADLINE_EXCEEDED',
  'SERVICE_UNAVAILABLE',
  'UPSTREAM_UNAVAILABLE',
]);
/** The same for answers without a code, such as those of a proxy. */
const REPEATABLE_STATUSES = new Set([429, 502, 503, 504]);
/** Codes with which a server refuses a request before it does anything. */
const TURNED_AWAY = new Set([429, 503]);

export const isFailure = (outcome: unknown): outcome is Failure =>
  typeof outcome === 'object' && outcome !== null && 'error' in outcome && outcome.error instanceof ClientError;

/**
 * @param onPartial gets the errors that come with data
 * @returns the data; or the failure, if a root field has no result
 */
export function readResponse(
  response: Response,
  text: string,
  onPartial: ((errors: readonly ResponseError[]) => void) | undefined,
): object | Failure {
  const { status } = response;
  const body = parse(text);
  const errors = Array.isArray(body?.errors) ? body.errors.filter(isResponseError) : [];
  const data = isObject(body?.data) ? body.data : undefined;

  const decisive = data === undefined ? errors[0] : errors.find((error) => isMissing(data, error));
  if (data !== undefined && decisive === undefined) {
    if (errors.length > 0) onPartial?.(errors);
    return data;
  }
  const code = decisive?.extensions?.code ?? 'HTTP';
  const message = decisive?.message ?? `The server answered ${String(status)}.`;
  const requestId = response.headers.get('x-request-id') ?? undefined;
  return {
    error: new ClientError(code, message, { status, requestId, errors }),
    passing: REPEATABLE_STATUSES.has(status) || REPEATABLE_CODES.has(code),
    begun: !TURNED_AWAY.has(status),
    pause: retryAfter(response),
  };
}

interface Body {
  data?: unknown;
  errors?: unknown;
}

/** The answer of a proxy may have any form. */
function parse(text: string): Body | null | undefined {
  try {
    return JSON.parse(text) as Body | null;
  } catch {
    return undefined;
  }
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const isResponseError = (value: unknown): value is ResponseError =>
  isObject(value) && typeof value['message'] === 'string';

/**
 * Whether an error is the reason why a root field has no result. With an error at a deeper field, the rest of the
 * result is usable.
 */
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
