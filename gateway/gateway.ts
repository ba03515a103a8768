/**
 * The gateway: one GraphQL API over the subgraphs of a supergraph. It authenticates users, plans and runs operations,
 * and returns partial data when a subgraph is unavailable. Talks only to subgraphs (subgraphs.ts).
 */
import { ApolloServer } from '@apollo/server';
import {
  ApolloServerPluginCacheControlDisabled,
  ApolloServerPluginLandingPageDisabled,
} from '@apollo/server/plugin/disabled';
import { type RequestLimits, MAX_VALIDATION_ERRORS, boundAnswers } from '../runtime/bounds.ts';
import { type OperationCache, createOperationCache } from '../runtime/operation-cache.ts';
import { type App, createApp } from '../runtime/server.ts';
import type { Signer } from '../runtime/token.ts';
import { accessBy } from './access.ts';
import { noHidingAliases } from './apollo/aliases.ts';
import { type Authenticator, authenticationOf, openToAll, registerAuthentication } from './auth.ts';
import { executeCached } from './cached-path.ts';
import { type ContextFactory, type GatewayContext, contextFactory } from './context.ts';
import { type Documents, type Manifest, type TrustedDocumentsMode, createDocuments } from './documents.ts';
import { type EngineOptions, createEngine } from './engine.ts';
import { gatewayErrorFormatter } from './errors.ts';
import { separateAccessRules } from './executor/access.ts';
import { stringifyResult } from './executor/server.ts';
import { isGraphiqlInstalled, registerGraphiql } from './graphiql.ts';
import {
  type HttpSecurityOptions,
  type RateLimitOptions,
  registerHttpSecurity,
  registerRateLimit,
} from './http-security.ts';
import { type OperationLimits, costCheck, costLimit, limitRules, reservedNames } from './limits.ts';
import { type Pages, registerFrontPage, sandbox } from './pages.ts';
import { registerGraphql } from './route.ts';
import { createSubgraphs } from './subgraphs.ts';
import { limitQueries, queryTimeoutPlugin } from './timeouts.ts';

export interface GatewayOptions extends EngineOptions {
  /** Makes the service tokens that subgraphs require; null: they are open (development only). */
  sign: Signer | null;
  /** Checks users' tokens; null: every caller is staff (development only). */
  authenticate: Authenticator | null;
  /** Sandbox, GraphiQL and introspection. */
  explorable: boolean;
  /** The operation that GraphiQL opens with; null: GraphiQL's own welcome text. */
  example: string | null;
  /** How many requests are served at the same time; more are refused with 503. */
  maxInFlight: number;
  /** The largest request body, in bytes. */
  bodyLimit: number;
  /** The longest time that a query may take, in milliseconds. */
  queryTimeoutMs: number;
  limits: OperationLimits & RequestLimits;
  /** Origins of pages that may call, and how often each caller may: see http-security.ts. */
  httpSecurity: Omit<HttpSecurityOptions, 'explorable'> & Pick<RateLimitOptions, 'requestsPerMinute'>;
  /** Which documents are served: see documents.ts. */
  documents: { mode: TrustedDocumentsMode; manifest: Manifest };
}

/**
 * Loads the supergraph and builds its server. Subgraphs need not be running yet. Rejects if the SDL is not a
 * supergraph, or can't be served with these options.
 */
export async function createGateway(options: GatewayOptions): Promise<App> {
  const { sign, authenticate, explorable, limits, httpSecurity, log } = options;
  if (authenticate === null) log.warn('neither AUTH_SECRET nor AUTH_JWKS_URL is set: every caller is staff');
  if (sign === null) log.warn('SUBGRAPH_TOKEN is not set: calls to subgraphs carry no proof of who is calling');

  const documents = createDocuments(options.documents.mode, options.documents.manifest, log);
  const contextOf = contextFactory(sign);
  const pages = { graphiql: isGraphiqlInstalled() };
  const { server, cache, close } = await createOperationServer(options, { documents, contextOf, pages });

  const app = await createApp({
    log,
    maxInFlight: options.maxInFlight,
    bodyLimit: options.bodyLimit,
    ready: () => true,
    first: (fastify) => registerHttpSecurity(fastify, { explorable, ...httpSecurity }),
  });
  const { fastify } = app;
  fastify.addHook('onClose', close);
  registerAuthentication(fastify);
  await registerRateLimit(fastify, {
    requestsPerMinute: httpSecurity.requestsPerMinute,
    personOf(request) {
      const authentication = authenticationOf(request);
      return authentication?.ok === true ? authentication.user.id : null;
    },
  });
  registerGraphql(fastify, { server, cache, contextOf, authenticator: authenticate ?? openToAll, documents, limits });
  if (explorable) {
    registerFrontPage(fastify, pages);
    if (pages.graphiql) registerGraphiql(fastify, { endpoint: '/graphql', query: options.example });
  }
  return app;
}

interface OperationServer {
  server: ApolloServer<GatewayContext>;
  /** Only with our executor. */
  cache: OperationCache<GatewayContext> | undefined;
  close: () => Promise<void>;
}

interface Parts {
  documents: Documents;
  contextOf: ContextFactory;
  pages: Pages;
}

/** Apollo Server over the engine, started, and the cached path beside it. Both check the same limits and format errors alike. */
async function createOperationServer(options: GatewayOptions, parts: Parts): Promise<OperationServer> {
  const { explorable, limits, log } = options;
  const { documents, contextOf, pages } = parts;
  const subgraphs = createSubgraphs();
  const { supergraphSdl, rules } = separateAccessRules(options.supergraphSdl);
  const accessOf = accessBy(rules);
  const { gateway, executor } = createEngine({ ...options, supergraphSdl }, subgraphs, accessOf);
  const overCost = costCheck(limits.cost);
  const limitQuery = limitQueries(options.queryTimeoutMs);
  const formatError = gatewayErrorFormatter({ explorable, maxTokens: limits.tokens, log });
  const cache =
    executor &&
    createOperationCache<GatewayContext>(
      executeCached({ executor, accessOf, overCost, limitQuery, formatError, contextOf }),
    );

  const server = new ApolloServer<GatewayContext>({
    gateway,
    ...documents.options,
    parseOptions: { maxLexicalTokens: limits.tokens },
    validationOptions: { maxErrors: MAX_VALIDATION_ERRORS },
    // Our rules expect a valid document. With a limit on recursion, Apollo Server runs them after the rules of
    // graphql-js.
    maxRecursiveSelections: true,
    validationRules: [
      reservedNames,
      ...limitRules(limits),
      ...(options.executor === 'apollo' ? [noHidingAliases(options.supergraphSdl)] : []),
    ],
    allowBatchedHttpRequests: false,
    csrfPrevention: true,
    plugins: [
      documents.plugin,
      costLimit(overCost),
      queryTimeoutPlugin(limitQuery),
      ...(cache ? [cache.plugin] : []),
      boundAnswers,
      ApolloServerPluginCacheControlDisabled(),
      explorable ? sandbox(pages) : ApolloServerPluginLandingPageDisabled(),
    ],
    introspection: explorable,
    formatError,
    stringifyResult,
    includeStacktraceInErrorResponses: false,
    stopOnTerminationSignals: false,
    logger: log,
  });
  await server.start();

  return {
    server,
    cache,
    async close() {
      await server.stop();
      await subgraphs.close();
    },
  };
}
