/**
 * The two kinds of top-level error: those that a caller may read (RequestError, and what GraphQL itself finds wrong with a
 * document), and all others, which are bugs or outages: logged whole, answered with one masked sentence.
 */
import { isNativeError } from 'node:util/types';
import { GraphQLError, type GraphQLFormattedError } from 'graphql';
import { bounded } from './bounds.ts';
import type { Logger } from './log.ts';

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

/**
 * For a caller who may not do something: UNAUTHENTICATED if nobody is logged in, so that a client asks for a login;
 * FORBIDDEN if a login would not help.
 */
export const denied = ({ role }: { role: string }): RequestError =>
  role === 'anonymous'
    ? new RequestError('UNAUTHENTICATED', 'Log in to do this.')
    : new RequestError('FORBIDDEN', 'You may not do this.');

/** The body of an answer that never reached GraphQL. */
export const errorBody = (code: string, message: string): { errors: GraphQLFormattedError[] } => ({
  errors: [{ message, extensions: { code } }],
});

/** The names of the driver's and Mongoose's errors when the database can't be reached or doesn't answer in time. */
const DATABASE_AWAY =
  /^(Mongo(ose)?(ServerSelection|Network|NetworkTimeout|Topology|NotConnected|PoolCleared|WaitQueue|OperationTimeout)\w*|MongoNotConnectedError)$/;

/** Whether the database couldn't be reached. Node's own errors of sockets count: the driver doesn't wrap all of them. */
export const isDatabaseAway = (error: unknown): boolean =>
  isNativeError(error) &&
  (DATABASE_AWAY.test(error.name) ||
    ('code' in error && /^(ECONN|EPIPE|ETIMEDOUT|EHOST|ENET)/.test(String(error.code))) ||
    (error.name === 'MongooseError' && error.message.includes('initial connection')));

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
    if (isDatabaseAway(original)) {
      log.error({ err: original, path }, 'the database is away');
      return { ...where, message: 'The database is away. Try again.', extensions: { code: 'SERVICE_UNAVAILABLE' } };
    }
    const code = formatted.extensions?.['code'];
    if (typeof code === 'string' && code !== 'INTERNAL_SERVER_ERROR')
      return { ...where, message, extensions: { code } };
    log.error({ err: original, path }, 'a bug: masked from the client');
    return { ...where, message: 'Internal server error', extensions: { code: 'INTERNAL_SERVER_ERROR' } };
  };
}
