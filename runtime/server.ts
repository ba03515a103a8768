/**
 * The HTTP app of every process that serves: health checks, a bounded number of requests in flight, and refusals in GraphQL's form.
 */
import { isUtf8 } from 'node:buffer';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  type FastifyBaseLogger,
  type FastifyInstance,
  type FastifyReply,
  type FastifyRequest,
  LogController,
  fastify,
} from 'fastify';
import { whenAnswered } from './answer.ts';
import { errorBody, refuse } from './errors.ts';
import type { Logger } from './log.ts';
import { maskedBody } from './masking.ts';
import { contentTypeFor } from './media-type.ts';
import { requestIdOf } from './request.ts';

/** How long requests in flight may take to finish after SIGTERM. The process as a whole ends within 10 s. */
const DRAIN_MS = 8000;
/** How long a client may take to send its headers, and its whole request: milliseconds. */
const TIMEOUTS = { headers: 10_000, request: 30_000 };

export interface AppOptions {
  log: Logger;
  maxInFlight: number;
  /** Bytes; 1 MiB by default. */
  bodyLimit?: number;
  /** How long a client may take to send its headers, and its whole request: milliseconds; 10,000 and 30,000 by default. */
  timeouts?: { headers: number; request: number };
  /** Whether requests can be served; if not, GET /health/ready answers 503. */
  ready: () => Promise<boolean> | boolean;
  /** Adds hooks that run before all others, so that the headers that they set are in refusals, too. */
  first?: (fastify: FastifyInstance) => Promise<void>;
}

/** An app that serves its health checks. Its other routes answer 503 when it is full or ending. */
export interface App {
  fastify: FastifyInstance;
  /** Refuses new requests, waits for those in flight, closes. */
  drain: () => Promise<void>;
}

export async function createApp(options: AppOptions): Promise<App> {
  const { log, timeouts = TIMEOUTS, bodyLimit } = options;
  const loggerInstance: FastifyBaseLogger = log;
  const app = fastify({
    loggerInstance,
    logController: new LogController({ disableRequestLogging: true }),
    genReqId: (request) => requestIdOf(request.headers),
    requestTimeout: timeouts.request,
    // For example, a path with a broken escape: no route is looked up for it.
    frameworkErrors: (_error, _request, reply) => {
      void refuse(reply, 'BAD_REQUEST', "The request can't be read.");
    },
    // By default, Node checks for slow clients only every 30 s.
    http: { connectionsCheckingInterval: Math.min(1000, timeouts.headers) },
    connectionTimeout: 0,
    keepAliveTimeout: 72_000,
    forceCloseConnections: 'idle',
    // Our own hook refuses, in GraphQL's form and with Retry-After.
    return503OnClosing: false,
    ...(bodyLimit !== undefined && { bodyLimit }),
  });
  app.server.headersTimeout = timeouts.headers;

  const methodsOf = collectMethods(app);
  const traffic = new Traffic(options.maxInFlight);
  parseUtf8Json(app);
  app.addHook('onSend', setMediaType);
  await options.first?.(app);
  app.addHook('onRequest', async (request, reply) => {
    reply.header('x-request-id', request.id);
    if (isHealth(request.url)) return;
    // Later code builds URLs from the host.
    const refusal = URL.canParse(`http://${request.hostname}/`)
      ? traffic.admit(request, reply)
      : refuse(reply, 'BAD_REQUEST', "The request can't be read: it has no valid host.");
    if (refusal !== undefined) await refusal;
  });
  const notFound = (request: FastifyRequest, reply: FastifyReply): FastifyReply =>
    refusePath(methodsOf(request.url), request, reply);
  // Before the body is read: if no route takes the request, problems of its body don't matter.
  app.addHook('preParsing', (request, reply, payload, done) => {
    if (request.is404) notFound(request, reply);
    else done(null, payload);
  });
  app.get('/health/live', () => ({ status: 'live' }));
  app.get('/health/ready', async (_request, reply) => {
    const isReady = !traffic.draining && (await options.ready());
    return reply.code(isReady ? 200 : 503).send({ status: isReady ? 'ready' : 'not ready' });
  });
  app.setNotFoundHandler(notFound);
  app.setErrorHandler(answerError);

  return {
    fastify: app,
    async drain() {
      await traffic.drain();
      await app.close();
    },
  };
}

const isHealth = (path: string): boolean => path.startsWith('/health/');

/** Counts the requests in flight, and refuses requests when the process is full or ending. */
class Traffic {
  draining = false;
  readonly #max: number;
  #inFlight = 0;

  constructor(max: number) {
    this.#max = max;
  }

  /** Counts the request until it is answered; or refuses it and returns the reply. */
  admit(request: FastifyRequest, reply: FastifyReply): FastifyReply | undefined {
    if (this.draining)
      return refuse(reply.header('connection', 'close'), 'SHUTTING_DOWN', 'This server is shutting down. Try again.');
    if (this.#inFlight >= this.#max) return refuse(reply, 'OVERLOADED', 'Too many requests at once. Try again.');
    this.#inFlight += 1;
    whenAnswered(request, reply, () => {
      this.#inFlight -= 1;
    });
    return undefined;
  }

  /** Refuses new requests and waits for those in flight, but not longer than DRAIN_MS. */
  async drain(): Promise<void> {
    this.draining = true;
    const end = Date.now() + DRAIN_MS;
    while (this.#inFlight > 0 && Date.now() < end) await sleep(20);
  }
}

/** JSON is UTF-8 (RFC 8259, section 8.1). Other bytes would be read as U+FFFD, and different texts would become equal. */
function parseUtf8Json(app: FastifyInstance): void {
  const parse = app.getDefaultJsonParser('error', 'error');
  app.addContentTypeParser<Buffer>('application/json', { parseAs: 'buffer' }, (request, body, done) => {
    if (isUtf8(body)) void parse(request, body.toString(), done);
    else done(Object.assign(new Error('The body is not UTF-8.'), { statusCode: 400 }));
  });
}

/** Gives refusals by this app, a plugin or Apollo Server the media type that the client asks for. */
async function setMediaType(request: FastifyRequest, reply: FastifyReply, payload: unknown): Promise<unknown> {
  const isRefusal = reply.statusCode >= 400 && !isHealth(request.url);
  if (isRefusal && String(reply.getHeader('content-type')).startsWith('application/json'))
    reply.header('content-type', contentTypeFor(request.headers.accept));
  return payload;
}

/** @param allowed the methods of the path */
function refusePath(allowed: string[], { method }: FastifyRequest, reply: FastifyReply): FastifyReply {
  // A route that has the method can still find nothing.
  if (allowed.length === 0 || allowed.includes(method)) return refuse(reply, 'NOT_FOUND', 'There is nothing here.');
  const methods = allowed.join(', ');
  return refuse(reply.header('allow', methods), 'METHOD_NOT_ALLOWED', `This path has only the methods ${methods}.`);
}

function answerError(error: unknown, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const status = statusOf(error);
  if (status >= 500) {
    request.log.error({ err: error }, 'a request failed');
    return reply.code(status).send(maskedBody());
  }
  if (status === 413) {
    const { bodyLimit } = request.server.initialConfig;
    return refuse(reply, 'PAYLOAD_TOO_LARGE', `The body is larger than ${String(bodyLimit)} bytes.`);
  }
  if (status === 429 && error instanceof Error) return refuse(reply, 'RATE_LIMITED', error.message);
  // Such as 415.
  return reply.code(status).send(errorBody('BAD_REQUEST', "The request can't be read."));
}

const statusOf = (error: unknown): number => {
  const status = error instanceof Error && 'statusCode' in error ? Number(error.statusCode) : 500;
  return status >= 400 && status < 600 ? status : 500;
};

/**
 * Returns a function that gives the methods of a path, from routes that are added after this call; none for a path
 * without a route.
 */
function collectMethods(app: FastifyInstance): (url: string) => string[] {
  const routes: { path: RegExp; methods: string[] }[] = [];
  app.addHook('onRoute', ({ url, method }) => {
    // CORS adds this one, for preflights.
    if (url === '*') return;
    routes.push({ path: new RegExp(`^${url.replaceAll(/:\w+/g, '[^/]+')}$`), methods: [method].flat() });
  });
  return (url) => {
    const path = pathOf(url);
    return [...new Set(routes.filter((route) => route.path.test(path)).flatMap(({ methods }) => methods))];
  };
}

/** The path of a request's target, as the router reads it: the target may be absolute (RFC 9112, section 3.2.2) or escaped. */
function pathOf(url: string): string {
  const [path = ''] = url.replace(/^https?:\/\/[^/]*/i, '').split(/[?#]/);
  try {
    return decodeURI(path);
  } catch {
    return path;
  }
}
