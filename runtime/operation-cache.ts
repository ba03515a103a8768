/**
 * The operation cache. An operation takes the full path the first time: Apollo Server parses it, validates it, checks
 * its limits and answers it. After that it takes the cached path: the server's own `execute` answers it, without Apollo
 * Server's pipeline. Requests that are not a plain POST of a cached operation, or that can't be executed, take the full
 * path. Both paths give the same answers, statuses and headers: tests/operation-cache.e2e.test.ts compares them.
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

/** A cached operation, and the request for it. */
interface CachedRequest extends CachedOperation {
  operationName: string | undefined;
  variables: Record<string, unknown> | undefined;
}

/** @returns the body of the answer; undefined if the request was not executed and must take the full path, which reports why */
export type ExecuteCached = (
  operation: CachedRequest,
  request: FastifyRequest,
  reply: FastifyReply,
) => Promise<string | undefined>;

export interface OperationCache<Context extends BaseContext> {
  /** The plugin that adds the operations that Apollo Server has accepted. */
  plugin: ApolloServerPlugin<Context>;
  /**
   * Sets the content type and returns the body of the answer. Returns undefined and does nothing if the cache can't
   * answer.
   */
  answer: (request: FastifyRequest, reply: FastifyReply) => Promise<Buffer | undefined>;
}

interface CachedOperation {
  schema: GraphQLSchema;
  document: DocumentNode;
  operation: OperationDefinitionNode;
  hash: string;
}

/** The most characters of all cached documents. A parsed document takes 125 bytes per character. */
const MAX_CHARACTERS = 500_000;

const JSON_TYPE = 'application/json; charset=utf-8';
const GRAPHQL_TYPE = 'application/graphql-response+json; charset=utf-8';
/**
 * The `accept` headers of common clients, and the content type that Apollo Server sends for them. Others take the full
 * path.
 */
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

export function createOperationCache<Context extends BaseContext>(execute: ExecuteCached): OperationCache<Context> {
  const cache = {
    text: new LruMap<string, CachedOperation>(MAX_CHARACTERS),
    hash: new LruMap<string, CachedOperation>(MAX_CHARACTERS),
  };

  const plugin: ApolloServerPlugin<Context> = {
    requestDidStart: async () => ({
      didResolveOperation: async ({ schema, document, operation, queryHash, source, request }) => {
        if (operation === undefined) return;
        const entry: CachedOperation = { schema, document, operation, hash: queryHash };
        const name = request.operationName;
        const weight = document.loc?.end;
        cache.text.set(keyOf(source, name), entry, weight);
        // A document is found by its hash only if a client has sent the hash with the text before.
        if (request.extensions?.['persistedQuery'] !== undefined) cache.hash.set(keyOf(queryHash, name), entry, weight);
      },
    }),
  };

  return {
    plugin,
    async answer(request, reply) {
      const contentType = CONTENT_TYPES.get(request.headers.accept);
      const asked = request.method === 'POST' && contentType !== undefined ? read(request.body) : undefined;
      const found = asked && cache[asked.by].get(asked.key);
      if (asked === undefined || found === undefined) return undefined;
      const { operationName, variables } = asked;
      const text = await execute({ ...found, operationName, variables }, request, reply);
      if (text === undefined) return undefined;
      reply.header('content-type', contentType);
      // V8 holds the text as a rope of many strings. Sent as a string, it would be traversed twice: for its length, and
      // to write it.
      return Buffer.from(text);
    },
  };
}

/** Calls `formatError` for an execution error as Apollo Server does. */
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

/** Reads a body that names its operation by text or by hash; undefined for any other body. */
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

/** The key is unambiguous, because a name has no space. */
const keyOf = (given: string, operationName: string | undefined): string => `${operationName ?? ''} ${given}`;

/** The hash of a persisted query, if there are no other extensions. */
function hashOf(extensions: unknown): unknown {
  if (!isObject(extensions) || Object.keys(extensions).length !== 1) return undefined;
  const { persistedQuery } = extensions;
  return isObject(persistedQuery) && persistedQuery['version'] === 1 ? persistedQuery['sha256Hash'] : undefined;
}
