/** HTTP security of the gateway: security headers, CORS and a rate limit for each caller. */
import cors from '@fastify/cors';
import helmet from '@fastify/helmet';
import rateLimit, { normalizeIP } from '@fastify/rate-limit';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { isRefusedOperation } from '../runtime/error-codes.ts';
import { maskedBody } from '../runtime/masking.ts';

export interface HttpSecurityOptions {
  /** Whether pages (Apollo Sandbox, GraphiQL) are served; if not, the content security policy allows no scripts at all. */
  explorable: boolean;
  /** Origins whose pages may call the API; `*` for all. With none, browsers block calls from other origins. */
  corsOrigins: readonly string[];
  /** Request headers that those pages may send, in addition to the usual ones. */
  corsHeaders: readonly string[];
}

export interface RateLimitOptions {
  /** For each user, and for each address if there is no user; 0: no limit. Each process counts for itself. */
  requestsPerMinute: number;
  /** The user's id, from the token; null if there is none. */
  personOf: (request: FastifyRequest) => string | null;
}

/** Request headers that our client, common GraphQL clients and tracing send from browsers. */
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

/**
 * Adds headers to all answers. Must be registered before anything that refuses requests, so that a page can read the
 * refusal.
 */
export async function registerHttpSecurity(fastify: FastifyInstance, options: HttpSecurityOptions): Promise<void> {
  await fastify.register(helmet, {
    contentSecurityPolicy: { useDefaults: false, directives: csp(options.explorable) },
  });
  const { corsOrigins, corsHeaders } = options;
  if (corsOrigins.length > 0) {
    // OPTIONS without the headers of a preflight is treated like any other method that no route has.
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

/** Await this before adding routes: it counts only routes that are added later. */
export async function registerRateLimit(fastify: FastifyInstance, options: RateLimitOptions): Promise<void> {
  const { requestsPerMinute, personOf } = options;
  if (requestsPerMinute > 0) {
    await fastify.register(rateLimit, {
      max: requestsPerMinute,
      timeWindow: '1 minute',
      keyGenerator(request) {
        const person = personOf(request);
        // A caller with one IPv6 address usually has a whole /64 network, so the network counts as one caller.
        return person === null ? `address ${normalizeIP(request.ip)}` : `person ${person}`;
      },
      errorResponseBuilder: (_request, { max }) =>
        Object.assign(new Error(`More than ${String(max)} requests a minute. Try again later.`), {
          statusCode: 429,
        }),
    });
  }
}

/** Whether this is a refused operation for a client of `application/json`. Apollo Server answers 400 to all clients. */
function refusesJsonOperation(contentType: unknown, payload: unknown): boolean {
  if (typeof payload !== 'string' || typeof contentType !== 'string' || !contentType.startsWith('application/json'))
    return false;
  const { errors } = JSON.parse(payload) as { errors?: { extensions?: { code?: unknown } }[] };
  return errors?.every(({ extensions }) => isRefusedOperation(extensions?.code)) ?? false;
}

/**
 * The content security policy: nothing may run, unless pages are served. Then their own scripts may, and what Sandbox
 * loads.
 */
function csp(explorable: boolean): Record<string, string[]> {
  if (!explorable) return { 'default-src': ["'none'"], 'frame-ancestors': ["'none'"] };
  const apollo = 'https://*.cdn.apollographql.com';
  return {
    'default-src': ["'self'"],
    // Sandbox has inline scripts, and its page contains a policy with their nonces. GraphiQL's editor runs in workers.
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
