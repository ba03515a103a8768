/**
 * Bounds on the work and the answer that one request can cause, however large its body is: the number of errors in an
 * answer, the length of user text in a message, the size of variables and documents. They are the same in the gateway
 * and the subgraphs; docs/security.md lists them.
 */
import type { ApolloServerPlugin } from '@apollo/server';
import { GraphQLError, type GraphQLFormattedError } from 'graphql';
import type { ErrorCode } from './error-codes.ts';

/** The most errors in an answer. Those beyond it are left out. */
export const MAX_ERRORS = 50;
/**
 * How many errors are looked for in a request's variables; one more may say "too many". The number is small because
 * each error quotes its value, which may be nearly the whole request.
 */
export const MAX_VARIABLE_ERRORS = 4;
/** How many errors are looked for in a document; one more may say "too many". */
export const MAX_VALIDATION_ERRORS = MAX_ERRORS - 1;
/** The most characters of one piece of user text in a message. */
const MAX_QUOTE = 100;
/** The most characters of a message. */
const MAX_MESSAGE = 300;
/** The most locations in the document that one error has. */
const MAX_LOCATIONS = 10;
/** How deep lists and objects may be nested in variables. */
const MAX_VARIABLE_DEPTH = 50;
/** How many characters a document may have for each allowed token: more than long names and usual indentation need. */
const CHARACTERS_PER_TOKEN = 50;

/** The errors that an answer contains. */
export const firstErrors = <T>(errors: readonly T[]): readonly T[] =>
  errors.length > MAX_ERRORS ? errors.slice(0, MAX_ERRORS) : errors;

/** User text as a message may quote it: all of it, or its beginning. */
export const excerpt = (text: string): string => (text.length > MAX_QUOTE ? `${text.slice(0, MAX_QUOTE)}…` : text);

/** The parts of a message that may be user text: quoted strings, as in JSON, and words. */
const PARTS = /"[^"\\]*(?:\\.[^"\\]*)*"?|[^\s"]+/g;

/** A message as it is sent: long parts, which can only be user text, are shortened, and then the whole. */
function shortened(message: string): string {
  if (message.length <= MAX_QUOTE) return message;
  const text = message.replace(PARTS, (part) =>
    part.length > MAX_QUOTE && part.endsWith('"') ? `${excerpt(part.slice(0, -1))}"` : excerpt(part),
  );
  return text.length > MAX_MESSAGE ? `${text.slice(0, MAX_MESSAGE - 1)}…` : text;
}

/** An error as it is sent, without extensions. Its size does not grow with the request. */
export const bounded = ({ message, path, locations }: GraphQLFormattedError): GraphQLFormattedError => ({
  message: shortened(message),
  ...(path && { path }),
  ...(locations && { locations: locations.slice(0, MAX_LOCATIONS) }),
});

const LIMIT = 'LIMIT_EXCEEDED' satisfies ErrorCode;

/** The refusal of an operation that is over a limit. */
export const limitExceeded = (limit: string, max: number, asked: number | string = 'more'): GraphQLError =>
  new GraphQLError(`The ${limit} limit is ${String(max)}; this operation has ${String(asked)}.`, {
    extensions: { code: LIMIT, http: { status: 400 } },
  });

/**
 * Gives an error about a limit its own code. Apollo Server reports it as a syntax error, a validation error or a bug.
 * @param tokens the limit of tokens, which is not in the message of graphql-js
 */
export function limitError(given: GraphQLFormattedError, error: unknown, tokens: number): GraphQLFormattedError {
  const original = error instanceof GraphQLError ? error.originalError : undefined;
  if (original instanceof GraphQLError && original.extensions['code'] === LIMIT)
    return { ...given, extensions: { code: LIMIT } };
  if (given.message.startsWith('Syntax Error: Document contains more that'))
    return { message: limitExceeded('token', tokens).message, extensions: { code: LIMIT } };
  if (given.message.startsWith('Too many errors processing variables'))
    return { ...given, extensions: { code: 'BAD_USER_INPUT' satisfies ErrorCode } };
  return given;
}

export interface RequestLimits {
  /** The most lexical tokens of a document. It may have as many lines, and 50 times as many characters. */
  tokens: number;
  /** The most lists, objects and values in all variables together. */
  variableValues: number;
}

/**
 * The refusal of a request that is too large, before anything is parsed, coerced or executed. Takes no longer than
 * reading the request took.
 * @param request as Apollo Server reads it: the body, or the URL's parameters, in which variables are JSON text
 */
export function tooLarge(request: unknown, { tokens, variableValues }: RequestLimits): GraphQLError | undefined {
  if (typeof request !== 'object' || request === null) return undefined;
  const { query, variables } = request as { query?: unknown; variables?: unknown };
  if (typeof query === 'string') {
    const max = tokens * CHARACTERS_PER_TOKEN;
    if (query.length > max) return limitExceeded('document length', max, query.length);
    // graphql-js counts lines from the beginning of the document for each error.
    if (hasMoreLines(query, tokens)) return limitExceeded('document line', tokens);
  }
  return typeof variables === 'object' && variables !== null ? variablesTooLarge(variables, variableValues) : undefined;
}

function hasMoreLines(text: string, max: number): boolean {
  let lines = 1;
  const breaks = /\r\n|[\n\r]/g;
  while (lines <= max && breaks.test(text)) lines += 1;
  return lines > max;
}

/** Without recursion, because the nesting itself is not trusted. */
function variablesTooLarge(variables: object, max: number): GraphQLError | undefined {
  let values = 0;
  let level: object[] = [variables];
  for (let depth = 0; level.length > 0; depth += 1) {
    if (depth > MAX_VARIABLE_DEPTH) return limitExceeded('variable depth', MAX_VARIABLE_DEPTH);
    const below: object[] = [];
    for (const holder of level) {
      const held: unknown[] = Array.isArray(holder) ? holder : Object.values(holder);
      values += held.length;
      if (values > max) return limitExceeded('variable value', max);
      for (const value of held) if (typeof value === 'object' && value !== null) below.push(value);
    }
    level = below;
  }
  return undefined;
}

/** A plugin that keeps Apollo Server's answers within the bounds. */
export const boundAnswers: ApolloServerPlugin = {
  requestDidStart: async () => ({
    async willSendResponse({ response: { body } }) {
      if (body.kind === 'single' && body.singleResult.errors !== undefined)
        body.singleResult.errors = firstErrors(body.singleResult.errors);
    },
  }),
  /** graphql-js validates recursively, and fragments that spread each other in circles exhaust the stack. */
  async unexpectedErrorProcessingRequest({ error }) {
    if (error instanceof RangeError && error.message === 'Maximum call stack size exceeded')
      throw new GraphQLError('The operation is nested too deeply.', {
        extensions: { code: LIMIT, http: { status: 400 } },
      });
  },
};
