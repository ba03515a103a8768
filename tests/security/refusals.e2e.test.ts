/**
 * Refusals before GraphQL: each has the media type that the client asked for, and can be read by the pages of
 * CORS_ORIGINS.
 */
import { once } from 'node:events';
import { type Socket, connect } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type System, startSystem, until } from '../harness.ts';
import type { Process } from '../process.ts';
import { AUTH, userToken } from './shop.ts';

const ORIGIN = 'https://shop.example';
const PER_MINUTE = 10;
const ENV = {
  ...AUTH,
  CORS_ORIGINS: ORIGIN,
  CORS_HEADERS: 'x-shop-version,  X-Experiment',
  MAX_BODY_BYTES: '2000',
  RATE_LIMIT_PER_MINUTE: String(PER_MINUTE),
  TRUSTED_DOCUMENTS: 'only',
};

let system: System;
let full: Process;
let ending: Promise<Process> | undefined;
const held: Socket[] = [];
/** A process with one place, which a request keeps: its body never arrives. A process that is ending waits for it. */
async function startFull(): Promise<Process> {
  const gateway = await system.another('gateway', { MAX_IN_FLIGHT: '1' });
  const socket = connect(gateway.port, '127.0.0.1').on('error', () => undefined);
  held.push(socket);
  socket.write('POST /graphql HTTP/1.1\r\nhost: here\r\ncontent-type: application/json\r\ncontent-length: 9\r\n');
  socket.write('expect: 100-continue\r\n\r\n');
  // 100 Continue: the process has read the headers. A request that is sent now can't take the place before it.
  await once(socket, 'data');
  await until('it refuses with OVERLOADED', async () => (await codeBy(gateway)) === 'OVERLOADED');
  return gateway;
}
/** Started by the tests that ask it, because it waits for its request for 8 s and then exits. */
async function startEnding(): Promise<Process> {
  const gateway = await startFull();
  process.kill(gateway.pid, 'SIGTERM');
  await until('it refuses with SHUTTING_DOWN', async () => (await codeBy(gateway)) === 'SHUTTING_DOWN');
  return gateway;
}
beforeAll(async () => {
  system = await startSystem({ start: ['gateway'], env: ENV });
  full = await startFull();
}, 120_000);
afterAll(async () => {
  for (const socket of held) socket.destroy();
  await system[Symbol.asyncDispose]();
});

interface Asked {
  method?: string;
  path?: string;
  headers?: Record<string, string>;
  body?: string;
}
const ask = ({ address }: Process, { method = 'POST', path = '/graphql', headers, body }: Asked): Promise<Response> =>
  fetch(address + path, {
    method,
    headers: { ...(body !== undefined && { 'content-type': 'application/json' }), ...headers },
    ...(body !== undefined && { body }),
  });
const codeBy = async (process: Process): Promise<string | undefined> => {
  const response = await ask(process, { body: '{}' });
  const { errors } = (await response.json()) as { errors: { extensions: { code: string } }[] };
  return errors[0]?.extensions.code;
};

const UNTRUSTED = '{"query":"{ __typename }"}';
let callers = 0;
/** A user whom no rate limit has counted yet. */
const somebody = async (): Promise<Record<string, string>> => ({
  authorization: `Bearer ${await userToken({ sub: `caller-${String((callers += 1))}`, role: 'staff' })}`,
});

type Refusal = [what: string, status: number, code: string, refused: (headers: object) => Promise<Response>];
const byGateway =
  (asked: Asked) =>
  async (headers: object): Promise<Response> =>
    ask(system.gateway, { ...asked, headers: { ...(await somebody()), ...asked.headers, ...headers } });

const REFUSALS: Refusal[] = [
  ['an untrusted document', 400, 'UNTRUSTED_DOCUMENT', byGateway({ body: UNTRUSTED })],
  ['malformed JSON', 400, 'BAD_REQUEST', byGateway({ body: '{"query":' })],
  ['an empty body', 400, 'BAD_REQUEST', byGateway({ body: '' })],
  ['a body of another type', 415, 'BAD_REQUEST', byGateway({ body: 'x', headers: { 'content-type': 'text/x' } })],
  ['a bad token', 401, 'UNAUTHENTICATED', byGateway({ body: UNTRUSTED, headers: { authorization: 'Bearer x' } })],
  ['a body that is too large', 413, 'PAYLOAD_TOO_LARGE', byGateway({ body: JSON.stringify('x'.repeat(2000)) })],
  [
    'too many requests in a minute',
    429,
    'RATE_LIMITED',
    async (headers) => {
      const caller = await somebody();
      for (let n = 0; n < PER_MINUTE; n += 1) await ask(system.gateway, { body: UNTRUSTED, headers: caller });
      return ask(system.gateway, { body: UNTRUSTED, headers: { ...caller, ...headers } });
    },
  ],
  ['another method', 405, 'METHOD_NOT_ALLOWED', byGateway({ method: 'PUT', body: UNTRUSTED })],
  ['another path', 404, 'NOT_FOUND', byGateway({ path: '/graph', body: UNTRUSTED })],
  [
    'too many requests at once',
    503,
    'OVERLOADED',
    (headers) => ask(full, { body: UNTRUSTED, headers: { ...headers } }),
  ],
  [
    'a server that is ending',
    503,
    'SHUTTING_DOWN',
    async (headers) => ask(await (ending ??= startEnding()), { body: UNTRUSTED, headers: { ...headers } }),
  ],
];

describe.each(REFUSALS)('%s', (_what, status, code, refused) => {
  it.each([
    ['application/graphql-response+json', 'application/graphql-response+json; charset=utf-8'],
    ['application/graphql-response+json, application/json;q=0.9', 'application/graphql-response+json; charset=utf-8'],
    ['application/json', 'application/json; charset=utf-8'],
    ['*/*', 'application/json; charset=utf-8'],
  ])('is refused, for a client that accepts %s, as %s', async (accept, contentType) => {
    const response = await refused({ accept, origin: ORIGIN });
    expect(response.status).toBe(status);
    expect(response.headers.get('content-type')).toBe(contentType);
    expect(await response.json()).toEqual({ errors: [{ message: expect.any(String), extensions: { code } }] });
    expect(response.headers.get('access-control-allow-origin')).toBe(ORIGIN);
    expect(response.headers.get('access-control-expose-headers')).toBe('x-request-id, retry-after');
    expect(response.headers.get('x-content-type-options')).toBe('nosniff');
  });
});

it('a refusal by Apollo Server also has the media type that the client asked for', async () => {
  const response = await byGateway({ method: 'GET', path: '/graphql' })({
    accept: 'application/graphql-response+json',
  });
  expect(response.status).toBe(400);
  expect(response.headers.get('content-type')).toBe('application/graphql-response+json; charset=utf-8');
});

describe('the methods', () => {
  it.each([
    ['/graphql', ['PUT', 'DELETE', 'PATCH', 'OPTIONS', 'HEAD', 'PROPFIND'], 'GET, POST'],
    ['/graphql?query={__typename}', ['PUT', 'DELETE'], 'GET, POST'],
    ['/graphiql', ['POST', 'PUT', 'DELETE', 'OPTIONS'], 'GET, HEAD'],
    ['/graphiql/page.js', ['POST'], 'GET, HEAD'],
    ['/health/live', ['POST', 'DELETE', 'OPTIONS'], 'GET, HEAD'],
    ['/health/ready', ['PUT', 'PATCH'], 'GET, HEAD'],
  ])('that %s does not have (%j) are answered with 405 and the allowed ones', async (path, methods, allow) => {
    for (const method of methods) {
      const response = await ask(system.gateway, { method, path });
      expect([method, response.status, response.headers.get('allow')]).toEqual([method, 405, allow]);
    }
  });

  it.each(['/graphq', '/graphql/', '/graphql/x', '/health', '/health/dead', '/graphiql/a/b'])(
    'of a path that does not exist (%s) are answered with 404',
    async (path) => {
      for (const method of ['GET', 'POST', 'PUT', 'OPTIONS'])
        expect([method, (await ask(system.gateway, { method, path })).status]).toEqual([method, 404]);
    },
  );

  it('HEAD is allowed only for health checks', async () => {
    expect((await ask(system.gateway, { method: 'HEAD', path: '/health/live' })).status).toBe(200);
  });
});

describe('a preflight', () => {
  const preflight = (process: Process, header: string): Promise<Response> =>
    ask(process, {
      method: 'OPTIONS',
      headers: {
        origin: ORIGIN,
        'access-control-request-method': 'POST',
        'access-control-request-headers': header,
      },
    });
  const allowed = async (header: string): Promise<boolean> =>
    (await preflight(system.gateway, header)).headers
      .get('access-control-allow-headers')
      ?.toLowerCase()
      .split(', ')
      .includes(header.toLowerCase()) ?? false;

  it.each([
    'apollographql-client-name',
    'apollographql-client-version',
    'baggage',
    'sentry-trace',
    'traceparent',
    'tracestate',
    'x-timeout-ms',
    'x-request-id',
    'x-shop-version',
    'X-Experiment',
  ])('allows the header %s', async (header) => {
    expect(await allowed(header)).toBe(true);
  });

  it.each(['x-other', '*', 'cookie'])('does not allow the header %s', async (header) => {
    expect(await allowed(header)).toBe(false);
  });

  it('is answered even if the process is full', async () => {
    const { status, headers } = await preflight(full, 'authorization');
    expect([status, headers.get('access-control-allow-origin')]).toEqual([204, ORIGIN]);
  });
});
