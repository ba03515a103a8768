/**
 * GET and POST /graphql. A request is authenticated, then refused if it is too large or not a trusted document, then
 * answered by the operation cache, or by the full path through Apollo Server if the cache can't answer.
 */
import type { ApolloServer } from '@apollo/server';
import { fastifyApolloHandler } from '@as-integrations/fastify';
import type { FastifyInstance } from 'fastify';
import { type RequestLimits, tooLarge } from '../runtime/bounds.ts';
import { refuse } from '../runtime/errors.ts';
import type { OperationCache } from '../runtime/operation-cache.ts';
import { parametersOf } from '../runtime/parameters.ts';
import { type Authenticator, authenticate, authenticationOf } from './auth.ts';
import type { ContextFactory, GatewayContext } from './context.ts';
import { type Documents, UNTRUSTED } from './documents.ts';

export interface GraphqlRouteOptions {
  server: ApolloServer<GatewayContext>;
  cache: OperationCache<GatewayContext> | undefined;
  contextOf: ContextFactory;
  authenticator: Authenticator;
  documents: Documents;
  limits: RequestLimits;
}

/** Adds /graphql to an app that `registerAuthentication` has prepared. */
export function registerGraphql(fastify: FastifyInstance, options: GraphqlRouteOptions): void {
  const { server, cache, contextOf, authenticator, documents, limits } = options;
  const fullPath = fastifyApolloHandler(server, { context: contextOf });
  fastify.route({
    method: ['GET', 'POST'],
    url: '/graphql',
    exposeHeadRoute: false,
    onRequest: (request) => authenticate(request, authenticator),
    // After the rate limit, which also counts requests with bad tokens.
    preParsing(request, reply, payload, done) {
      const authentication = authenticationOf(request);
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
}
