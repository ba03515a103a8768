/** Errors that a caller may read: those of services, and bodies of refusals before GraphQL. */
import type { FastifyReply } from 'fastify';
import type { GraphQLFormattedError } from 'graphql';
import { ERROR_CODES, type ErrorCode } from './error-codes.ts';

/** A top-level error whose message and code the client sees. Services throw it; graphql-js copies `extensions`. */
export class RequestError extends Error {
  readonly extensions: { code: ErrorCode };
  constructor(code: ErrorCode, message: string) {
    super(message);
    this.name = 'RequestError';
    this.extensions = { code };
  }
}

export const badUserInput = (message: string): RequestError => new RequestError('BAD_USER_INPUT', message);

/** The messages for denied access: without a token, and with one that is not sufficient. */
export const DENIALS = { UNAUTHENTICATED: 'Log in to do this.', FORBIDDEN: 'You may not do this.' } as const;
export type Denial = keyof typeof DENIALS;

/** UNAUTHENTICATED for an anonymous caller, so that a client asks for a login; FORBIDDEN if a login would not help. */
export function denied({ role }: { role: string }): RequestError {
  const code = role === 'anonymous' ? 'UNAUTHENTICATED' : 'FORBIDDEN';
  return new RequestError(code, DENIALS[code]);
}

/** The body of a response to a request that was refused before GraphQL. */
export const errorBody = (code: ErrorCode, message: string): { errors: GraphQLFormattedError[] } => ({
  errors: [{ message, extensions: { code } }],
});

const RETRY_AFTER_S = 1;

/** Answers a request with an error in GraphQL's form, and the code's status. */
export function refuse(reply: FastifyReply, code: ErrorCode, message: string): FastifyReply {
  const { status } = ERROR_CODES[code];
  if (status === 503) reply.header('retry-after', String(RETRY_AFTER_S));
  return reply.code(status).send(errorBody(code, message));
}
