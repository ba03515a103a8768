/**
 * Which errors a client may read: those that have a code, and what graphql-js finds wrong with a document. All others are
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

/** Hides what isn't meant for clients, and logs it. Never throws. Keeps message, path, locations and `extensions.code`. */
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

/** What was thrown, before graphql-js wrapped it. */
export const originalOf = (error: unknown): unknown =>
  error instanceof GraphQLError ? (error.originalError ?? error) : error;

/** The code that a client gets for what was thrown: an error without a code is a bug. */
export function codeOf(error: unknown, extensions: unknown = extensionsOf(error)): string {
  const code = isObject(extensions) ? extensions['code'] : undefined;
  if (typeof code === 'string' && code !== 'INTERNAL_SERVER_ERROR') return code;
  return isArgumentError(error) ? 'BAD_USER_INPUT' : 'INTERNAL_SERVER_ERROR';
}

const extensionsOf = (error: unknown): unknown =>
  error instanceof Error && 'extensions' in error ? error.extensions : undefined;

/** Whether graphql-js could not coerce an argument. It then points to a value in the document, and nothing else does. */
const isArgumentError = (error: unknown): boolean =>
  error instanceof GraphQLError &&
  error.extensions['code'] === undefined &&
  error.nodes !== undefined &&
  error.nodes.length > 0 &&
  error.nodes.every(isValueNode);
