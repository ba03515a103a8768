/**
 * The gateway: one GraphQL API over the subgraphs of a supergraph. Checks who is asking, plans and runs operations, answers
 * what it has where a subgraph is away. Talks to subgraphs (datasource.ts) and to nobody else.
 */
import { ApolloGateway } from '@apollo/gateway';
import { ApolloServer, type ApolloServerOptionsWithGateway } from '@apollo/server';
import {
  ApolloServerPluginCacheControlDisabled,
  ApolloServerPluginLandingPageDisabled,
} from '@apollo/server/plugin/disabled';
import { fastifyApolloHandler } from '@as-integrations/fastify';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { whenAnswered } from '../runtime/answer.ts';
import { type RequestLimits, MAX_VALIDATION_ERRORS, boundAnswers, limitError, tooLarge } from '../runtime/bounds.ts';
import { refuse } from '../runtime/errors.ts';
import { type FormatError, errorFormatter } from '../runtime/masking.ts';
import { createOperationCache } from '../runtime/operation-cache.ts';
import type { Logger } from '../runtime/log.ts';
import { parametersOf } from '../runtime/parameters.ts';
import { deadlineOf, traceparentOf } from '../runtime/request.ts';
import { checkScalarInput } from '../runtime/scalars.ts';
import { type App, createApp } from '../runtime/server.ts';
import type { Signer } from '../runtime/token.ts';
import { type AccessOf, accessBy } from './access.ts';
import { noHidingAliases } from './apollo/aliases.ts';
import { type Authentication, type Authenticator, type User, openToAll } from './auth.ts';
import {
  type GatewayContext,
  SubgraphDataSource,
  type Subgraphs,
  createSubgraphs,
  logUnavailable,
  timeoutsOf,
} from './datasource.ts';
import {
  type Manifest,
  type TrustedDocumentsMode,
  UNTRUSTED,
  createDocuments,
  persistedQueryError,
} from './documents.ts';
import { disableApolloTelemetry } from './env.ts';
import {
  type HttpSecurityOptions,
  type RateLimitOptions,
  registerRateLimit,
  registerHttpSecurity,
} from './http-security.ts';
import type { Executor } from './executor/executor.ts';
import { answerIntrospection } from './apollo/introspection.ts';
import { createExecutorGateway, stringifyResult } from './executor/server.ts';
import { separateAccessRules } from './executor/access.ts';
import { isGraphiqlInstalled, registerGraphiql } from './graphiql.ts';
import { registerFrontPage, sandbox } from './pages.ts';
import { executeCached } from './cached-path.ts';
import { type OperationLimits, costCheck, costLimit, limitRules, reservedNames } from './limits.ts';
import { boundVariables } from './apollo/bounds.ts';
import { limitQueries, queryTimeoutPlugin } from './timeouts.ts';

declare module 'fastify' {
  interface FastifyRequest {
    /** Of those who ask for /graphql; pages are for everybody. */
    authentication?: Authentication;
    user: User;
  }
}

export interface GatewayOptions {
  supergraphSdl: string;
  /** The address of a subgraph's GraphQL, from its name and the address in the supergraph (may be empty). */
  urlOf: (name: string, urlInSupergraph: string) => string;
  /** Makes the tokens that subgraphs ask for; null: they are open (development only). */
  sign: Signer | null;
  /** Checks users' tokens; null: everybody is staff (development only). */
  authenticate: Authenticator | null;
  executor: 'own' | 'apollo';
  /** Sandbox, GraphiQL and introspection. */
  explorable: boolean;
  /** What GraphiQL opens on; null: its own greeting. */
  example: string | null;
  maxInFlight: number;
  bodyLimit: number;
  /** The longest that a query is waited for, in milliseconds. */
  queryTimeoutMs: number;
  limits: OperationLimits & RequestLimits;
  /** Origins of pages that may call, and how often each caller may: see http-security.ts. */
  httpSecurity: Omit<HttpSecurityOptions, 'explorable'> & Pick<RateLimitOptions, 'requestsPerMinute'>;
  /** Which documents are served: see documents.ts. */
  documents: { mode: TrustedDocumentsMode; manifest: Manifest };
  log: Logger;
}

/** Loads the supergraph and builds its server. Subgraphs need not be there yet. Throws where the SDL is no supergraph. */
export async function createGateway(options: GatewayOptions): Promise<App> {
  const { sign, authenticate, explorable, limits, log } = options;
  if (authenticate === null) log.warn('neither AUTH_SECRET nor AUTH_JWKS_URL is set: everybody is let in as staff');
  if (sign === null) log.warn('SUBGRAPH_TOKEN is not set: calls to subgraphs carry no proof of who is calling');

  const subgraphs = createSubgraphs();
  const documents = createDocuments(options.documents.mode, options.documents.manifest, log);
  const { supergraphSdl, rules } = separateAccessRules(options.supergraphSdl);
  const accessOf = accessBy(rules);
  const { gateway, executor } = createEngine({ ...options, supergraphSdl }, subgraphs, accessOf);
  const pages = { graphiql: isGraphiqlInstalled() };
  const overCost = costCheck(limits.cost);
  const limitQuery = limitQueries(options.queryTimeoutMs);
  const formatError = formatter(options);
  const contextOf = async (request: FastifyRequest, reply: FastifyReply): Promise<GatewayContext> => ({
    requestId: request.id,
    traceparent: traceparentOf(request.headers),
    deadline: deadlineOf(request.headers),
    signal: signalOf(request, reply),
    user: request.user,
    serviceToken: sign === null ? null : await sign(request.user),
    log: request.log,
  });
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
    // Our rules look at what is valid only: a limit on recursion makes Apollo Server run them last.
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

  const app = await createApp({
    log,
    maxInFlight: options.maxInFlight,
    bodyLimit: options.bodyLimit,
    ready: () => true,
    first: (fastify) => registerHttpSecurity(fastify, { explorable, ...options.httpSecurity }),
  });
  const { fastify } = app;
  const check = authenticate ?? openToAll;
  fastify.decorateRequest('authentication');
  fastify.decorateRequest('user');
  const personOf = ({ authentication }: FastifyRequest) => (authentication?.ok ? authentication.user.id : null);
  await registerRateLimit(fastify, { requestsPerMinute: options.httpSecurity.requestsPerMinute, personOf });
  fastify.addHook('onClose', async () => {
    await server.stop();
    await subgraphs.close();
  });
  const fullPath = fastifyApolloHandler(server, { context: contextOf });
  fastify.route({
    method: ['GET', 'POST'],
    url: '/graphql',
    exposeHeadRoute: false,
    async onRequest(request) {
      const authentication = await check(request.headers.authorization);
      request.authentication = authentication;
      if (authentication.ok) request.user = authentication.user;
    },
    // After the rate limit, which counts bad tokens as well.
    preParsing({ authentication }, reply, payload, done) {
      if (authentication?.ok !== false) {
        done(null, payload);
        return;
      }
      const { reason, message } = authentication;
      if (reason === 'invalid') reply.header('www-authenticate', 'Bearer error="invalid_token"');
      refuse(reply, reason === 'invalid' ? 'UNAUTHENTICATED' : 'SERVICE_UNAVAILABLE', message);
    },
    async preHandler(request, reply) {
      const parameters = parametersOf(request);
      const refusal = tooLarge(parameters, limits);
      if (refusal !== undefined) await refuse(reply, 'LIMIT_EXCEEDED', refusal.message);
      else if (documents.refuses(parameters)) await refuse(reply, ...UNTRUSTED);
    },
    handler: async (request, reply): Promise<unknown> =>
      (await cache?.answer(request, reply)) ?? fullPath.call(fastify, request, reply),
  });
  if (explorable) {
    registerFrontPage(fastify, pages);
    if (pages.graphiql) registerGraphiql(fastify, { endpoint: '/graphql', query: options.example });
  }
  return app;
}

interface Engine {
  gateway: ApolloServerOptionsWithGateway<GatewayContext>['gateway'];
  /** Ours, as soon as the supergraph is loaded. */
  executor?: () => Executor<GatewayContext>;
}

/** What plans and runs operations: our executor or @apollo/gateway's, on the supergraph that @apollo/gateway loads. */
function createEngine(
  { supergraphSdl, urlOf, executor, log }: GatewayOptions,
  { fetch }: Subgraphs,
  accessOf: AccessOf | undefined,
): Engine {
  disableApolloTelemetry();
  const apollo = new ApolloGateway({
    supergraphSdl,
    logger: log,
    buildService: ({ name, url = '' }) => new SubgraphDataSource(name, urlOf(name, url), fetch),
  });
  apollo.onSchemaLoadOrUpdate(({ apiSchema }) => {
    checkScalarInput(apiSchema);
  });
  if (executor === 'apollo' && accessOf !== undefined)
    throw new Error(
      'it has access rules (@authenticated, @requiresScopes), which GATEWAY_EXECUTOR=apollo does not enforce.',
    );
  if (executor === 'apollo') return { gateway: boundVariables(answerIntrospection(apollo)) };
  const own = createExecutorGateway<GatewayContext>(apollo, {
    fetch,
    urlOf,
    onUnavailable: logUnavailable,
    ...(accessOf && { accessOf }),
    timeouts: timeoutsOf,
    dataAsText: true,
  });
  return { gateway: own, executor: () => own.executor };
}

/** Aborted when the client goes away before its answer. (Fastify's `request.signal` is so as soon as the request is read.) */
function signalOf(request: FastifyRequest, reply: FastifyReply): AbortSignal {
  const client = new AbortController();
  whenAnswered(request, reply, (sent) => {
    if (!sent) client.abort();
  });
  return client.signal;
}

/** Where graphql-js names what the schema has and is spelled alike: as telling as introspection. */
const SUGGESTION = / ?Did you mean .+\?$/;

/** Masks bugs, as every process does; what a subgraph says without a code, or of the gateway's own query, is a bug too. */
function formatter({ explorable, limits, log }: GatewayOptions): FormatError {
  const format = errorFormatter(log);
  return (given, error) => {
    const formatted = persistedQueryError(given) ?? limitError(given, error, limits.tokens);
    const code = formatted.extensions?.['code'];
    const serviceName = formatted.extensions?.['serviceName'];
    if (code === 'UPSTREAM_UNAVAILABLE') {
      return { ...format(formatted, error), extensions: { code, serviceName } };
    }
    const isBug =
      code === 'DOWNSTREAM_SERVICE_ERROR' || (serviceName !== undefined && String(code).startsWith('GRAPHQL_'));
    if (isBug) return format({ ...formatted, extensions: {} }, error);
    if (code === 'INVALID_GRAPHQL')
      log.error({ path: formatted.path, why: formatted.message }, 'a subgraph sent a value that breaks the schema');
    const hides = !explorable && serviceName === undefined;
    return format(hides ? { ...formatted, message: formatted.message.replace(SUGGESTION, '') } : formatted, error);
  };
}
