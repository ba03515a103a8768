/**
 * A subgraph as an HTTP server: SDL, resolvers and a context factory in, a Fastify app out. The gateway and the orders
 * subgraph are its only callers; each proves its identity by a service token.
 */
import { ApolloServer } from '@apollo/server';
import {
  ApolloServerPluginCacheControlDisabled,
  ApolloServerPluginInlineTraceDisabled,
  ApolloServerPluginLandingPageDisabled,
} from '@apollo/server/plugin/disabled';
import { buildSubgraphSchema } from '@apollo/subgraph';
import { fastifyApolloHandler } from '@as-integrations/fastify';
import type { FastifyRequest } from 'fastify';
import { type DocumentNode, execute } from 'graphql';
import {
  MAX_VALIDATION_ERRORS,
  MAX_VARIABLE_ERRORS,
  boundAnswers,
  firstErrors,
  tooLarge,
} from '../../runtime/bounds.ts';
import { type Caller, OPEN } from '../../runtime/caller.ts';
import { refuse } from '../../runtime/errors.ts';
import type { Logger } from '../../runtime/log.ts';
import { createOperationCache, executionErrorFormatter } from '../../runtime/operation-cache.ts';
import { parametersOf } from '../../runtime/parameters.ts';
import { type RequestContext, deadlineOf, traceparentOf } from '../../runtime/request.ts';
import { SCALARS } from '../../runtime/scalars.ts';
import { type App, createApp } from '../../runtime/server.ts';
import type { Verifier } from '../../runtime/token.ts';
import { enforceAccess } from './access.ts';
import { refuseBadText } from './arguments.ts';
import { auditMutations } from './audit.ts';
import { checkRepresentations } from './entities.ts';
import { subgraphErrorFormatter } from './errors.ts';

export interface SubgraphOptions<Context extends RequestContext> {
  typeDefs: DocumentNode[];
  /** The resolver map, typed by the subgraph's resolvers.generated.ts. Scalars are added here. */
  resolvers: object;
  /** Called for every request: makes the resolvers' context from the request's (loaders are made here). */
  context: (request: RequestContext) => Context;
  /** Verifies callers; null: every caller is accepted (development only). */
  verifier: Verifier | null;
  maxInFlight: number;
  ready: () => Promise<boolean> | boolean;
  log: Logger;
}

/**
 * Far above the gateway's own limits: the documents of a plan have no named fragments, and one call may be for
 * thousands of entities.
 */
const LIMITS = { tokens: 20_000, variableValues: 50_000 };
/** The name under which a request keeps its caller. */
const CALLER = 'caller';
const EXECUTION = { maxCoercionErrors: MAX_VARIABLE_ERRORS };

/** Builds the schema and its server. POST /graphql answers 401 to callers without a valid service token. */
export async function createSubgraph<Context extends RequestContext>(options: SubgraphOptions<Context>): Promise<App> {
  const { typeDefs, resolvers, context, verifier, maxInFlight, ready, log } = options;
  if (verifier === null) log.warn('SUBGRAPH_TOKEN is not set: this subgraph is open to every caller');

  const schema = checkRepresentations(buildSubgraphSchema({ typeDefs, resolvers: { ...resolvers, ...SCALARS } }));
  const formatError = subgraphErrorFormatter(log, LIMITS.tokens);
  const format = executionErrorFormatter(formatError);
  const contextOf = (request: FastifyRequest): Context =>
    context({
      requestId: request.id,
      traceparent: traceparentOf(request.headers),
      deadline: deadlineOf(request.headers),
      caller: request.getDecorator<Caller>(CALLER),
      log: request.log,
    });
  const cache = createOperationCache<Context>(async ({ schema, document, operationName, variables }, request) => {
    const contextValue = contextOf(request);
    const { data, errors } = await execute({
      schema,
      document,
      operationName,
      variableValues: variables,
      contextValue,
      options: EXECUTION,
    });
    // Not executed, because of its variables.
    if (data === undefined) return undefined;
    return JSON.stringify({ errors: errors && firstErrors(errors).map(format), data });
  });
  const server = new ApolloServer<Context>({
    schema: auditMutations(enforceAccess(refuseBadText(schema)), log),
    plugins: [
      cache.plugin,
      boundAnswers,
      ApolloServerPluginCacheControlDisabled(),
      ApolloServerPluginInlineTraceDisabled(),
      ApolloServerPluginLandingPageDisabled(),
    ],
    parseOptions: { maxLexicalTokens: LIMITS.tokens },
    validationOptions: { maxErrors: MAX_VALIDATION_ERRORS },
    executionOptions: EXECUTION,
    formatError,
    stringifyResult: (result) => JSON.stringify(result),
    includeStacktraceInErrorResponses: false,
    persistedQueries: false,
    introspection: true,
    stopOnTerminationSignals: false,
    logger: log,
  });
  await server.start();

  const app = await createApp({ log, maxInFlight, ready });
  const { fastify } = app;
  fastify.decorateRequest(CALLER);
  fastify.addHook('onRequest', async (request, reply) => {
    if (request.url.startsWith('/health/')) return;
    const caller = verifier === null ? OPEN : await verifier(request.headers.authorization);
    if (caller === null) {
      await refuse(reply, 'UNAUTHENTICATED', 'This service answers only to the services of the supergraph.');
      return;
    }
    request.setDecorator(CALLER, caller);
  });
  const fullPath = fastifyApolloHandler(server, { context: async (request) => contextOf(request) });
  fastify.post(
    '/graphql',
    {
      async preHandler(request, reply) {
        const refusal = tooLarge(parametersOf(request), LIMITS);
        if (refusal !== undefined) await refuse(reply, 'LIMIT_EXCEEDED', refusal.message);
      },
    },
    async (request, reply): Promise<unknown> =>
      (await cache.answer(request, reply)) ?? fullPath.call(fastify, request, reply),
  );
  fastify.addHook('onClose', () => server.stop());
  return app;
}
