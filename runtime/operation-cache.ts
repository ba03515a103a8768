/**
 * The short way of operations that were asked before. Apollo Server parses, validates and limits an operation the first time,
 * and answers it; from then on the server's own `execute` answers it, and Apollo Server's pipeline is passed by. Whatever isn't
 * plainly a POST of such an operation, or can't be executed, goes the long way. Both ways give the same answers, statuses and
 * headers: tests/operation-cache.e2e.test.ts compares them.
 */
import type { ApolloServerPlugin, BaseContext } from '@apollo/server';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type {
  DocumentNode,
  GraphQLError,
  GraphQLFormattedError,
  GraphQLSchema,
  OperationDefinitionNode,
} from 'graphql';
import { isObject } from './json.ts';
import { LruMap } from './lru.ts';
import type { FormatError } from './masking.ts';

/** An operation that Apollo Server has let through before, and what it is asked with now. */
export interface AskedOperation extends Known {
  operationName: string | undefined;
  variables: Record<string, unknown> | undefined;
}

/** @returns the body of the answer; undefined, with nothing done, where only Apollo Server can tell what is wrong */
export type ExecuteKnown = (
  operation: AskedOperation,
  request: FastifyRequest,
  reply: FastifyReply,
) => Promise<string | undefined>;

export interface KnownOperations<Context extends BaseContext> {
  /** Takes note of what Apollo Server has let through. */
  plugin: ApolloServerPlugin<Context>;
  /** The body of the answer, and its content type set; undefined, with nothing done, where the short way is not to be had. */
  answer: (request: FastifyRequest, reply: FastifyReply) => Promise<Buffer | undefined>;
}

interface Known {
  schema: GraphQLSchema;
  document: DocumentNode;
  operation: OperationDefinitionNode;
  hash: string;
}

/** The characters of all documents that are known: parsed, each takes 125 bytes. */
const KEPT_TEXTS = 500_000;

const JSON_TYPE = 'application/json; charset=utf-8';
const GRAPHQL_TYPE = 'application/graphql-response+json; charset=utf-8';
/** What the usual clients accept, and the content type that Apollo Server gives them. Others go the long way. */
const CONTENT_TYPES = new Map<string | undefined, string>([
  [undefined, JSON_TYPE],
  ['*/*', JSON_TYPE],
  ['application/json', JSON_TYPE],
  ['application/json, text/plain, */*', JSON_TYPE],
  ['application/graphql-response+json', GRAPHQL_TYPE],
  ['application/graphql-response+json, application/json', GRAPHQL_TYPE],
  ['application/graphql-response+json,application/json;q=0.9', GRAPHQL_TYPE],
  ['application/graphql-response+json, application/json;q=0.9', GRAPHQL_TYPE],
]);

export function createKnownOperations<Context extends BaseContext>(execute: ExecuteKnown): KnownOperations<Context> {
  const known = { text: new LruMap<string, Known>(KEPT_TEXTS), hash: new LruMap<string, Known>(KEPT_TEXTS) };

  const plugin: ApolloServerPlugin<Context> = {
    requestDidStart: async () => ({
      didResolveOperation: async ({ schema, document, operation, queryHash, source, request }) => {
        if (operation === undefined) return;
        const entry: Known = { schema, document, operation, hash: queryHash };
        const name = request.operationName;
        const weight = document.loc?.end;
        known.text.set(keyOf(source, name), entry, weight);
        // Only what was sent with its hash may be asked for by it.
        if (request.extensions?.['persistedQuery'] !== undefined) known.hash.set(keyOf(queryHash, name), entry, weight);
      },
    }),
  };

  return {
    plugin,
    async answer(request, reply) {
      const contentType = CONTENT_TYPES.get(request.headers.accept);
      const asked = request.method === 'POST' && contentType !== undefined ? read(request.body) : undefined;
      const found = asked && known[asked.by].get(asked.key);
      if (asked === undefined || found === undefined) return undefined;
      const { operationName, variables } = asked;
      const text = await execute({ ...found, operationName, variables }, request, reply);
      if (text === undefined) return undefined;
      reply.header('content-type', contentType);
      // In one piece: the text is a rope of many, which would be gone through once for its length and once more to be sent.
      return Buffer.from(text);
    },
  };
}

/** `formatError` as Apollo Server calls it for an error of the execution. */
export const executionErrorFormatter =
  (formatError: FormatError) =>
  (error: GraphQLError): GraphQLFormattedError => {
    const { http: _http, code = 'INTERNAL_SERVER_ERROR', ...extensions } = error.extensions;
    return formatError({ ...error.toJSON(), extensions: { ...extensions, code } }, error);
  };

interface Asked {
  by: 'text' | 'hash';
  key: string;
  operationName: string | undefined;
  variables: Record<string, unknown> | undefined;
}

/** A body that asks for one operation, by its text or by its hash; undefined for all others. */
function read(body: unknown): Asked | undefined {
  if (!isObject(body)) return undefined;
  const { query, operationName, variables, extensions } = body;
  if (operationName != null && typeof operationName !== 'string') return undefined;
  if (variables != null && !isObject(variables)) return undefined;
  const by = extensions == null ? 'text' : 'hash';
  const given = by === 'text' ? query : query == null ? hashOf(extensions) : undefined;
  if (typeof given !== 'string') return undefined;
  const name = operationName ?? undefined;
  return { by, key: keyOf(given, name), operationName: name, variables: variables ?? undefined };
}

/** A name has no space, so that the parts can't be mistaken for others. */
const keyOf = (given: string, operationName: string | undefined): string => `${operationName ?? ''} ${given}`;

/** The hash of a persisted query, where there are no other extensions. */
function hashOf(extensions: unknown): unknown {
  if (!isObject(extensions) || Object.keys(extensions).length !== 1) return undefined;
  const { persistedQuery } = extensions;
  return isObject(persistedQuery) && persistedQuery['version'] === 1 ? persistedQuery['sha256Hash'] : undefined;
}
