/**
 * What every request to the gateway meets before GraphQL does: security headers, CORS, a rate limit for each caller; and
 * after it: the statuses of GraphQL over HTTP, and nothing of a bug's inside.
 */
import cors from '@fastify/cors';
import helmet from '@fastify/helmet';
import rateLimit, { normalizeIP } from '@fastify/rate-limit';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { isRefusedOperation } from '../runtime/error-codes.ts';
import { maskedBody } from '../runtime/masking.ts';

export interface HttpSecurityOptions {
  /** Whether pages (Apollo Sandbox, GraphiQL) are served; otherwise no page may run anything. */
  explorable: boolean;
  /** Origins of the pages that may call; `*` for all. Where there are none, browsers let no other origin's pages call. */
  corsOrigins: readonly string[];
  /** Request headers that those pages may send beside the usual ones. */
  corsHeaders: readonly string[];
}

export interface RateLimitOptions {
  /** For each person, and for each address where there is no person; 0: no limit. Counted by this process alone. */
  requestsPerMinute: number;
  /** The person who asks, as the token's subject says; null where nobody is known. */
  personOf: (request: FastifyRequest) => string | null;
}

/** Request headers that our client, the usual GraphQL clients and tracing send from browsers. */
const CORS_HEADERS = [
  'authorization',
  'content-type',
  'x-request-id',
  'x-timeout-ms',
  'traceparent',
  'tracestate',
  'baggage',
  'sentry-trace',
  'apollo-require-preflight',
  'apollographql-client-name',
  'apollographql-client-version',
  'x-apollo-operation-name',
];

/** Hooks for all answers. They must come before whatever refuses, so that a browser's page can read why. */
export async function registerHttpSecurity(fastify: FastifyInstance, options: HttpSecurityOptions): Promise<void> {
  await fastify.register(helmet, {
    contentSecurityPolicy: { useDefaults: false, directives: csp(options.explorable) },
  });
  const { corsOrigins, corsHeaders } = options;
  if (corsOrigins.length > 0) {
    // OPTIONS that is no preflight is a method like any other, which no route has.
    fastify.addHook('onRequest', async ({ method, headers }, reply): Promise<unknown> => {
      const isPreflight = headers.origin !== undefined && headers['access-control-request-method'] !== undefined;
      if (method !== 'OPTIONS' || isPreflight) return undefined;
      reply.callNotFound();
      return reply;
    });
    await fastify.register(cors, {
      origin: corsOrigins.includes('*') ? '*' : [...corsOrigins],
      methods: ['GET', 'POST'],
      allowedHeaders: [...CORS_HEADERS, ...corsHeaders],
      exposedHeaders: ['x-request-id', 'retry-after'],
      maxAge: 600,
    });
  }
  fastify.addHook('onSend', async (_request, reply, payload) => {
    if (reply.statusCode === 500) return JSON.stringify(maskedBody());
    if (reply.statusCode === 400 && refusesJsonOperation(reply.getHeader('content-type'), payload)) reply.code(200);
    return payload;
  });
}

/** To be awaited before routes are added: those that come later are counted. */
export async function registerRateLimit(fastify: FastifyInstance, options: RateLimitOptions): Promise<void> {
  const { requestsPerMinute, personOf } = options;
  if (requestsPerMinute > 0) {
    await fastify.register(rateLimit, {
      max: requestsPerMinute,
      timeWindow: '1 minute',
      keyGenerator(request) {
        const person = personOf(request);
        // Whoever has one address of IPv6 has a network of them, and counts as one.
        return person === null ? `address ${normalizeIP(request.ip)}` : `person ${person}`;
      },
      errorResponseBuilder: (_request, { max }) =>
        Object.assign(new Error(`More than ${String(max)} requests in a minute. Try again later.`), {
          statusCode: 429,
        }),
    });
  }
}

/** Whether a client of `application/json` is told that its operation was refused. Apollo Server answers 400 to all clients. */
function refusesJsonOperation(contentType: unknown, payload: unknown): boolean {
  if (typeof payload !== 'string' || typeof contentType !== 'string' || !contentType.startsWith('application/json'))
    return false;
  const { errors } = JSON.parse(payload) as { errors?: { extensions?: { code?: unknown } }[] };
  return errors?.every(({ extensions }) => isRefusedOperation(extensions?.code)) ?? false;
}

/** Nothing at all may run in an answer, unless pages are served: then their own scripts, and what Sandbox loads. */
function csp(explorable: boolean): Record<string, string[]> {
  if (!explorable) return { 'default-src': ["'none'"], 'frame-ancestors': ["'none'"] };
  const apollo = 'https://*.cdn.apollographql.com';
  return {
    'default-src': ["'self'"],
    // Sandbox has inline scripts, and a policy with their nonces inside its page. GraphiQL's editor runs in workers.
    'script-src': ["'self'", "'unsafe-inline'", apollo],
    'style-src': ["'self'", "'unsafe-inline'", apollo, 'https://fonts.googleapis.com'],
    'font-src': ["'self'", 'data:', 'https://fonts.gstatic.com'],
    'img-src': ["'self'", 'data:', apollo],
    'worker-src': ["'self'", 'blob:'],
    'manifest-src': ["'self'", apollo],
    'connect-src': ['*'],
    'frame-src': ['https://sandbox.embed.apollographql.com', 'https://explorer.embed.apollographql.com'],
    'frame-ancestors': ["'none'"],
    'base-uri': ["'self'"],
    'object-src': ["'none'"],
  };
}
