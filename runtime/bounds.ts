/**
 * What one request may make a process do and say, however large its body is: the number of errors in an answer, the length of
 * what a message repeats, the size of variables and documents. The gateway and the subgraphs have these bounds alike;
 * docs/security.md lists them.
 */
import type { ApolloServerPlugin } from '@apollo/server';
import { GraphQLError, type GraphQLFormattedError } from 'graphql';
import type { ErrorCode } from './error-codes.ts';

/** The most errors in an answer. Those beyond it are left out. */
export const MAX_ERRORS = 50;
/**
 * How many errors are looked for in a request's variables; "too many" may follow as one more. Few, for each quotes the value
 * that it is about, which may be nearly all of the request.
 */
export const MAX_VARIABLE_ERRORS = 4;
/** How many errors are looked for in a document; "too many" may follow as one more. */
export const MAX_VALIDATION_ERRORS = MAX_ERRORS - 1;
/** Characters of what a client sent that are repeated in one piece. */
const MAX_QUOTE = 100;
/** Characters of a message. */
const MAX_MESSAGE = 300;
/** Places in the document that one error names. */
const MAX_LOCATIONS = 10;
/** Lists and objects in each other, in variables. */
const MAX_VARIABLE_DEPTH = 50;
/** Characters of a document for each token that it may have: more than the longest names and usual indentation take. */
const CHARACTERS_PER_TOKEN = 50;

/** The errors of an answer. */
export const firstErrors = <T>(errors: readonly T[]): readonly T[] =>
  errors.length > MAX_ERRORS ? errors.slice(0, MAX_ERRORS) : errors;

/** A text of the client's, as it may be repeated: the whole of it, or its beginning. */
export const excerpt = (text: string): string => (text.length > MAX_QUOTE ? `${text.slice(0, MAX_QUOTE)}…` : text);

/** The parts of a message that may be the client's: quoted texts, as JSON has them, and words. */
const PARTS = /"[^"\\]*(?:\\.[^"\\]*)*"?|[^\s"]+/g;

/** A message as it is sent: its long parts shortened, for they were the client's, and not too long as a whole. */
function shortened(message: string): string {
  if (message.length <= MAX_QUOTE) return message;
  const text = message.replace(PARTS, (part) =>
    part.length > MAX_QUOTE && part.endsWith('"') ? `${excerpt(part.slice(0, -1))}"` : excerpt(part),
  );
  return text.length > MAX_MESSAGE ? `${text.slice(0, MAX_MESSAGE - 1)}…` : text;
}

/** An error as it is sent, without extensions: nothing in it grows with the request. */
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
 * An error under its own code, where it is about a limit: Apollo Server takes it for a syntax or validation error, or for a bug.
 * @param tokens the limit of tokens, which graphql-js doesn't name as one
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
  /** Lexical tokens of the document. It may have as many lines, and 50 times as many characters. */
  tokens: number;
  /** Lists, objects and what is in them, in all variables together. */
  variableValues: number;
}

/**
 * The refusal of a request that is too large to be looked at any closer: nothing is parsed, coerced or executed before. Takes
 * no longer than reading the request took.
 * @param request as Apollo Server reads it: the body, or the URL's parameters, where variables are JSON text
 */
export function tooLarge(request: unknown, { tokens, variableValues }: RequestLimits): GraphQLError | undefined {
  if (typeof request !== 'object' || request === null) return undefined;
  const { query, variables } = request as { query?: unknown; variables?: unknown };
  if (typeof query === 'string') {
    const max = tokens * CHARACTERS_PER_TOKEN;
    if (query.length > max) return limitExceeded('document length', max, query.length);
    // The place of an error is found by counting lines from the beginning, for each error anew.
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

/** Without recursion: what is nested is exactly what is not trusted here. */
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

/** What Apollo Server answers, kept within the bounds. */
export const boundAnswers: ApolloServerPlugin = {
  requestDidStart: async () => ({
    async willSendResponse({ response: { body } }) {
      if (body.kind === 'single' && body.singleResult.errors !== undefined)
        body.singleResult.errors = firstErrors(body.singleResult.errors);
    },
  }),
  /** graphql-js validates by recursion, which fragments that spread each other in circles exhaust. */
  async unexpectedErrorProcessingRequest({ error }) {
    if (error instanceof RangeError && error.message === 'Maximum call stack size exceeded')
      throw new GraphQLError('The operation is nested too deeply.', {
        extensions: { code: LIMIT, http: { status: 400 } },
      });
  },
};
