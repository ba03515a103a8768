/**
 * What every HTTP process does alike: health checks, a bounded number of requests in flight, an orderly end, and a main
 * that ends with a sentence when it can't start.
 */
import { isUtf8 } from 'node:buffer';
import cluster from 'node:cluster';
import { readFileSync } from 'node:fs';
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
import { ConfigError, isRunByNpm } from './env.ts';
import { errorBody, refuse } from './errors.ts';
import type { Logger } from './log.ts';
import { maskedBody } from './masking.ts';
import { contentTypeFor } from './media-type.ts';
import { requestIdOf } from './request.ts';

/** How long requests in flight may take to finish after SIGTERM. The whole end stays under 10 s. */
const DRAIN_MS = 8000;

export interface AppOptions {
  log: Logger;
  maxInFlight: number;
  bodyLimit?: number;
  /** How long a client may take to send its headers, and all of its request: milliseconds. */
  patience?: { headers: number; request: number };
  /** Whether requests can be served now; GET /health/ready answers 503 otherwise. */
  ready: () => Promise<boolean> | boolean;
  /** Adds hooks that run before all others: what they put into an answer is in refusals, too. */
  first?: (fastify: FastifyInstance) => Promise<void>;
}

/** An app that serves its health checks, and whose other routes are refused with 503 when it is full or ending. */
export interface App {
  fastify: FastifyInstance;
  /** Refuses new requests, waits for those in flight, closes. */
  drain: () => Promise<void>;
}

const PATIENCE = { headers: 10_000, request: 30_000 };

export async function createApp(options: AppOptions): Promise<App> {
  const { log, maxInFlight, bodyLimit, patience = PATIENCE, ready } = options;
  const loggerInstance: FastifyBaseLogger = log;
  const app = fastify({
    loggerInstance,
    logController: new LogController({ disableRequestLogging: true }),
    genReqId: (request) => requestIdOf(request.headers),
    requestTimeout: patience.request,
    // A path with a broken escape, which no route is looked for.
    frameworkErrors: (_error, _request, reply) => {
      void refuse(reply, 'BAD_REQUEST', "The request can't be read.");
    },
    // Node looks for clients that are too slow every 30 s, which would be as late again.
    http: { connectionsCheckingInterval: Math.min(1000, patience.headers) },
    connectionTimeout: 0,
    keepAliveTimeout: 72_000,
    forceCloseConnections: 'idle',
    // The hook below refuses in GraphQL's form, with Retry-After.
    return503OnClosing: false,
    ...(bodyLimit !== undefined && { bodyLimit }),
  });
  app.server.headersTimeout = patience.headers;

  const methodsOf = collectMethods(app);
  // JSON is UTF-8 (RFC 8259, section 8.1). Other bytes would be read as U+FFFD, and different texts would become equal.
  const parseJson = app.getDefaultJsonParser('error', 'error');
  app.addContentTypeParser<Buffer>('application/json', { parseAs: 'buffer' }, (request, body, done) => {
    if (isUtf8(body)) void parseJson(request, body.toString(), done);
    else done(Object.assign(new Error('The body is not UTF-8.'), { statusCode: 400 }));
  });

  let inFlight = 0;
  let draining = false;
  const isHealth = (path: string): boolean => path.startsWith('/health/');

  // Whoever refuses (this app, a plugin, Apollo Server), the answer is of the media type that the client asks for.
  app.addHook('onSend', async (request, reply, payload) => {
    const isRefusal = reply.statusCode >= 400 && !isHealth(request.url);
    if (isRefusal && String(reply.getHeader('content-type')).startsWith('application/json'))
      reply.header('content-type', contentTypeFor(request.headers.accept));
    return payload;
  });
  await options.first?.(app);

  app.addHook('onRequest', async (request, reply) => {
    reply.header('x-request-id', request.id);
    if (isHealth(request.url)) return;
    // What comes later makes URLs of it.
    if (!URL.canParse(`http://${request.hostname}/`)) {
      await refuse(reply, 'BAD_REQUEST', "The request can't be read: it names no host.");
      return;
    }
    if (draining) reply.header('connection', 'close');
    if (draining || inFlight >= maxInFlight) {
      await (draining
        ? refuse(reply, 'SHUTTING_DOWN', 'This server is about to end. Try again.')
        : refuse(reply, 'OVERLOADED', 'Too many requests at once. Try again.'));
      return;
    }
    inFlight += 1;
    whenAnswered(request, reply, () => {
      inFlight -= 1;
    });
  });

  const refusePath = (request: FastifyRequest, reply: FastifyReply): FastifyReply => {
    const allowed = methodsOf(request.url);
    // A route that has the method can still find nothing.
    if (allowed.length === 0 || allowed.includes(request.method))
      return refuse(reply, 'NOT_FOUND', 'There is nothing here.');
    const methods = allowed.join(', ');
    return refuse(reply.header('allow', methods), 'METHOD_NOT_ALLOWED', `Here only ${methods} can be asked for.`);
  };
  // Before the body is read: where no route takes the request, it doesn't matter what is wrong with its body.
  app.addHook('preParsing', (request, reply, payload, done) => {
    if (request.is404) refusePath(request, reply);
    else done(null, payload);
  });

  app.get('/health/live', () => ({ status: 'live' }));
  app.get('/health/ready', async (_request, reply) => {
    const isReady = !draining && (await ready());
    return reply.code(isReady ? 200 : 503).send({ status: isReady ? 'ready' : 'not ready' });
  });
  app.setNotFoundHandler(refusePath);
  app.setErrorHandler((error: unknown, request, reply) => {
    const status = statusOf(error);
    if (status >= 500) {
      request.log.error({ err: error }, 'a request failed');
      return reply.code(status).send(maskedBody());
    }
    if (status === 413)
      return refuse(
        reply,
        'PAYLOAD_TOO_LARGE',
        `The body is larger than ${String(app.initialConfig.bodyLimit)} bytes.`,
      );
    if (status === 429 && error instanceof Error) return refuse(reply, 'RATE_LIMITED', error.message);
    // Such as 415.
    return reply.code(status).send(errorBody('BAD_REQUEST', "The request can't be read."));
  });

  return {
    fastify: app,
    async drain() {
      draining = true;
      const end = Date.now() + DRAIN_MS;
      while (inFlight > 0 && Date.now() < end) await sleep(20);
      await app.close();
    },
  };
}

/** The methods that a path can be asked by, from the routes that are added from now on; none for a path without a route. */
function collectMethods(app: FastifyInstance): (url: string) => string[] {
  const routes: { path: RegExp; methods: string[] }[] = [];
  app.addHook('onRoute', ({ url, method }) => {
    // The one for all paths is that of CORS, for preflights.
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

const statusOf = (error: unknown): number => {
  const status = error instanceof Error && 'statusCode' in error ? Number(error.statusCode) : 500;
  return status >= 400 && status < 600 ? status : 500;
};

/**
 * Listens, says where at every log level, and ends the process with code 0 on SIGTERM or SIGINT: no new work, what is in
 * flight finished, `onClose` last.
 * @returns the port
 */
export async function serve(
  app: App,
  options: { name: string; host: string; port: number; log: Logger; onClose?: () => Promise<void> },
): Promise<number> {
  const { name, host, port, log, onClose } = options;
  const address = new URL(await listen(app, name, host, port));
  // Of many that serve one port, the one that started them says so, once all do.
  if (cluster.isWorker) process.send?.(address.origin);
  else console.info(`${name} listens on ${address.origin}`);
  onEnd(async () => {
    log.info('ending');
    await app.drain();
    await onClose?.();
  });
  return Number(address.port);
}

async function listen(app: App, name: string, host: string, port: number): Promise<string> {
  try {
    return await app.fastify.listen({ host, port });
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EADDRINUSE') throw portInUse(name, port);
    throw error;
  }
}

export const portInUse = (name: string, port: number): Error =>
  new Error(
    `Port ${String(port)} is in use: end what listens there, or set ${name.toUpperCase()}_PORT to another one (0: any free one).`,
  );

/** Runs `end` once, on SIGTERM, SIGINT or the launcher's end, and exits. A second signal exits at once. */
export function onEnd(end: () => Promise<void>): void {
  let ending = false;
  const stop = (): void => {
    if (ending) process.exit(1);
    ending = true;
    // Whatever keeps the event loop alive, the process is gone within 10 s.
    setTimeout(() => process.exit(1), 9500).unref();
    end().then(
      () => process.exit(0),
      () => process.exit(1),
    );
  };
  process.on('SIGTERM', stop);
  // A terminal's Ctrl-C reaches all processes of a group: workers wait for the one that started them.
  process.on('SIGINT', cluster.isWorker ? () => undefined : stop);
  whenLauncherIsGone = () => {
    if (!ending) stop();
  };
}

/** What a process does that has lost its launcher: until it knows how to end in order, it just ends. */
let whenLauncherIsGone = (): void => process.exit(1);

const LAUNCHER_CHECK_MS = 200;

/**
 * Notices when the launcher is gone, by whatever means: `npm start` by the channel that it gives to its children, and npm by
 * the pids of those above us. npm passes SIGTERM on to its shell alone, which dies of it and leaves us to another parent; and
 * where npm itself is killed, its shell goes to another parent and we stay with the shell.
 */
function watchLauncher(): void {
  if (process.send !== undefined) {
    if (!process.connected) process.exit(1);
    process.once('disconnect', () => {
      whenLauncherIsGone();
    });
  } else if (isRunByNpm()) {
    const launcher = process.ppid;
    const parentOfShell = isShell(launcher) ? parentOf(launcher) : undefined;
    const timer = setInterval(() => {
      if (process.ppid === launcher && (parentOfShell === undefined || parentOf(launcher) === parentOfShell)) return;
      clearInterval(timer);
      whenLauncherIsGone();
    }, LAUNCHER_CHECK_MS).unref();
  }
}

/** A file of Linux about a process; empty for a process that is gone, and on other systems, where npm's shell is no process of its own. */
function procFile(pid: number, file: 'stat' | 'cmdline'): string {
  try {
    return readFileSync(`/proc/${String(pid)}/${file}`, 'utf8');
  } catch {
    return '';
  }
}

/** Whether a process is a shell that runs one command, as npm's does. */
const isShell = (pid: number): boolean => procFile(pid, 'cmdline').split('\0')[1] === '-c';

/** The pid of a process's parent (proc(5), field 4 of `stat`: after the name, which may have spaces); undefined where it isn't told. */
const parentOf = (pid: number): string | undefined => /.*\) \S (\d+) /s.exec(procFile(pid, 'stat'))?.[1];

/** Runs a process's main; where it can't start, prints a sentence for each problem and exits with code 1. */
export function main(name: string, start: () => Promise<unknown>): void {
  watchLauncher();
  start().catch((error: unknown) => {
    const sentences =
      error instanceof ConfigError ? error.problems : [error instanceof Error ? error.message : String(error)];
    for (const sentence of sentences) console.error(`${name}: ${sentence}`);
    process.exit(1);
  });
}
