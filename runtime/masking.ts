/**
 * Decides which errors a client may read: those with a code, and those of graphql-js about a document. All others are
 * bugs: they are logged in full and answered with one masked sentence.
 */
import { GraphQLError, type GraphQLFormattedError, isValueNode } from 'graphql';
import { bounded } from './bounds.ts';
import { errorBody } from './errors.ts';
import { isObject } from './json.ts';
import type { Logger } from './log.ts';

const MASKED = 'Internal server error';

/** The body of a response to a request that failed because of a bug. */
export const maskedBody = (): ReturnType<typeof errorBody> => errorBody('INTERNAL_SERVER_ERROR', MASKED);

/** Apollo Server's `formatError`. */
export type FormatError = (formatted: GraphQLFormattedError, error: unknown) => GraphQLFormattedError;

/**
 * Masks and logs errors that are not meant for clients. Never throws. Keeps message, path, locations and
 * `extensions.code`.
 */
export function errorFormatter(log: Logger): FormatError {
  return (formatted, error) => {
    const { message, ...where } = bounded(formatted);
    const original = originalOf(error);
    const code = codeOf(original, formatted.extensions);
    if (code !== 'INTERNAL_SERVER_ERROR') return { ...where, message, extensions: { code } };
    log.error({ err: original, path: where.path }, 'a bug: masked from the client');
    return { ...where, message: MASKED, extensions: { code } };
  };
}

/** The error that was thrown, before graphql-js wrapped it. */
export const originalOf = (error: unknown): unknown =>
  error instanceof GraphQLError ? (error.originalError ?? error) : error;

/** The code of a thrown error. One without a code is a bug. */
export function codeOf(error: unknown, extensions: unknown = extensionsOf(error)): string {
  const code = isObject(extensions) ? extensions['code'] : undefined;
  if (typeof code === 'string' && code !== 'INTERNAL_SERVER_ERROR') return code;
  return isArgumentError(error) ? 'BAD_USER_INPUT' : 'INTERNAL_SERVER_ERROR';
}

const extensionsOf = (error: unknown): unknown =>
  error instanceof Error && 'extensions' in error ? error.extensions : undefined;

/** Whether graphql-js could not coerce an argument. Only such errors have a location in the document that is a value. */
const isArgumentError = (error: unknown): boolean =>
  error instanceof GraphQLError &&
  error.extensions['code'] === undefined &&
  error.nodes !== undefined &&
  error.nodes.length > 0 &&
  error.nodes.every(isValueNode);
