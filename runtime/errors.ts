/**
 * The two kinds of top-level error: those that a caller may read (RequestError, and what GraphQL itself finds wrong with a
 * document), and all others, which are bugs or outages: logged whole, answered with one masked sentence.
 */
import { GraphQLError, type GraphQLFormattedError, isValueNode } from 'graphql';
import { bounded } from './bounds.ts';
import { isObject } from './json.ts';
import type { Logger } from './log.ts';
import { isDatabaseAway } from './outages.ts';

export { isDatabaseAway };

export type RequestErrorCode =
  | 'BAD_USER_INPUT'
  | 'FORBIDDEN'
  | 'UNAUTHENTICATED'
  | 'UPSTREAM_UNAVAILABLE'
  | 'SERVICE_UNAVAILABLE'
  | 'DEADLINE_EXCEEDED';

/** A top-level error whose message and code the client sees. Services throw it; GraphQL takes over `extensions`. */
export class RequestError extends Error {
  readonly extensions: { code: RequestErrorCode };
  constructor(code: RequestErrorCode, message: string) {
    super(message);
    this.name = 'RequestError';
    this.extensions = { code };
  }
}

export const badUserInput = (message: string): RequestError => new RequestError('BAD_USER_INPUT', message);

/** Why a caller may not have something, as it is told: it showed no token, or one that doesn't suffice. */
export const DENIALS = { UNAUTHENTICATED: 'Log in to do this.', FORBIDDEN: 'You may not do this.' } as const;
export type Denial = keyof typeof DENIALS;

/**
 * For a caller who may not do something: UNAUTHENTICATED if nobody is logged in, so that a client asks for a login;
 * FORBIDDEN if a login would not help.
 */
export const denied = ({ role }: { role: string }): RequestError =>
  refusal(role === 'anonymous' ? 'UNAUTHENTICATED' : 'FORBIDDEN');

const refusal = (code: Denial): RequestError => new RequestError(code, DENIALS[code]);

/** The body of an answer that never reached GraphQL. */
export const errorBody = (code: string, message: string): { errors: GraphQLFormattedError[] } => ({
  errors: [{ message, extensions: { code } }],
});

/**
 * The code that a client gets for what was thrown: an outage of the database is told as one whatever it is wrapped in, and
 * what carries no code is a bug.
 */
export function codeOf(error: unknown, extensions: unknown = extensionsOf(error)): string {
  if (isDatabaseAway(error)) return 'SERVICE_UNAVAILABLE';
  const code = isObject(extensions) ? extensions['code'] : undefined;
  if (typeof code === 'string' && code !== 'INTERNAL_SERVER_ERROR') return code;
  return isArgumentError(error) ? 'BAD_USER_INPUT' : 'INTERNAL_SERVER_ERROR';
}

/** Whether graphql-js could not make an argument of the values given: it then points to one in the document, which nobody else does. */
const isArgumentError = (error: unknown): boolean =>
  error instanceof GraphQLError &&
  error.extensions['code'] === undefined &&
  error.nodes !== undefined &&
  error.nodes.length > 0 &&
  error.nodes.every(isValueNode);

const extensionsOf = (error: unknown): unknown =>
  error instanceof Error && 'extensions' in error ? error.extensions : undefined;

/**
 * Apollo Server's formatError: hides what isn't meant for clients and logs it. Never throws.
 * @returns message, path, locations and `extensions.code` alone
 */
export function errorFormatter(
  log: Logger,
): (formatted: GraphQLFormattedError, error: unknown) => GraphQLFormattedError {
  return (formatted, error) => {
    const { message, ...where } = bounded(formatted);
    const { path } = where;
    const original = error instanceof GraphQLError ? (error.originalError ?? error) : error;
    const code = codeOf(original, formatted.extensions);
    if (isDatabaseAway(original)) {
      log.error({ err: original, path }, 'the database is away');
      return { ...where, message: 'The database is away. Try again.', extensions: { code } };
    }
    if (code !== 'INTERNAL_SERVER_ERROR') return { ...where, message, extensions: { code } };
    log.error({ err: original, path }, 'a bug: masked from the client');
    return { ...where, message: 'Internal server error', extensions: { code } };
  };
}
