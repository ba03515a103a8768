import { once } from 'node:events';
import { type Socket, connect } from 'node:net';
import { describe, expect, it } from '@jest/globals';
import { createLogger } from './log.ts';
import { type App, createApp } from './server.ts';

const log = createLogger({ name: 'test', level: 'silent', production: true });

async function listening(options: Partial<Parameters<typeof createApp>[0]> = {}) {
  const app: App = await createApp({ log, maxInFlight: 10, ready: () => true, ...options });
  app.fastify.post('/echo', (request) => request.body);
  app.fastify.get('/files/:name', (_request, reply) => {
    reply.callNotFound();
  });
  const address = new URL(await app.fastify.listen({ host: '127.0.0.1', port: 0 }));
  return { address, port: Number(address.port), [Symbol.asyncDispose]: () => app.fastify.close() };
}

/** Everything that a server sends to a client that sends `text` and then waits until the server hangs up. */
async function untilHungUp(port: number, text: string): Promise<string> {
  const socket: Socket = connect(port, '127.0.0.1');
  let answer = '';
  socket.setEncoding('utf8').on('data', (chunk) => (answer += String(chunk)));
  socket.write(text);
  await once(socket, 'close');
  return answer;
}

describe('a server', () => {
  const timeouts = { headers: 200, request: 400 };

  it('hangs up on a client that does not finish its headers', async () => {
    await using server = await listening({ timeouts });
    const answer = await untilHungUp(server.port, 'POST /echo HTTP/1.1\r\nhost: here\r\nx-slow: ');
    expect(answer).toMatch(/^HTTP\/1\.1 408 /);
  });

  it('hangs up on a client that does not finish its body', async () => {
    await using server = await listening({ timeouts });
    const head = 'POST /echo HTTP/1.1\r\nhost: here\r\ncontent-type: application/json\r\ncontent-length: 100\r\n\r\n';
    expect(await untilHungUp(server.port, `${head}{"slow": `)).toMatch(/^HTTP\/1\.1 408 /);
  });

  it('hangs up on a client that does not speak HTTP, and serves the next', async () => {
    await using server = await listening();
    expect(await untilHungUp(server.port, 'GARBAGE\r\n\r\n')).toMatch(/^HTTP\/1\.1 400 /);
    expect((await fetch(new URL('/health/live', server.address))).status).toBe(200);
  });

  it('refuses headers that are too large', async () => {
    await using server = await listening();
    const answer = await untilHungUp(
      server.port,
      `GET / HTTP/1.1\r\nhost: here\r\nx-large: ${'x'.repeat(20_000)}\r\n\r\n`,
    );
    expect(answer).toMatch(/^HTTP\/1\.1 431 /);
  });

  it.each([
    ['no host', 'POST /echo HTTP/1.0\r\ncontent-length: 0\r\n\r\n'],
    ['an empty host', 'POST /echo HTTP/1.1\r\nhost:\r\nconnection: close\r\ncontent-length: 0\r\n\r\n'],
    ['an invalid host', 'POST /echo HTTP/1.1\r\nhost: a b\r\nconnection: close\r\ncontent-length: 0\r\n\r\n'],
  ])('refuses a request that names %s', async (_, text) => {
    await using server = await listening();
    expect(await untilHungUp(server.port, text)).toMatch(/^HTTP\/1\.1 400 /);
  });

  it('accepts a body of exactly its limit, and answers 413 to one byte more', async () => {
    await using server = await listening({ bodyLimit: 100 });
    const post = (bytes: number): Promise<Response> =>
      fetch(new URL('/echo', server.address), {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify('x'.repeat(bytes - 2)),
      });
    expect((await post(100)).status).toBe(200);
    const over = await post(101);
    expect(over.status).toBe(413);
    expect(await over.json()).toEqual({
      errors: [{ message: 'The body is larger than 100 bytes.', extensions: { code: 'PAYLOAD_TOO_LARGE' } }],
    });
  });

  it("refuses a path with a broken escape in GraphQL's form", async () => {
    await using server = await listening();
    const response = await fetch(new URL('/x/a%', server.address));
    expect([response.status, await response.json()]).toEqual([
      400,
      { errors: [{ message: expect.any(String), extensions: { code: 'BAD_REQUEST' } }] },
    ]);
  });

  describe('to a method that the path does not have', () => {
    const put = (path: string, headers = '', body = '') =>
      `PUT ${path} HTTP/1.1\r\nhost: here\r\nconnection: close\r\n${headers}content-length: ${String(body.length)}\r\n\r\n${body}`;
    const json = 'content-type: application/json\r\n';

    it.each([
      ['without a body', '', ''],
      ['with a body that is not JSON', json, '{"x":'],
      ['with an empty body of JSON', json, ''],
      ['with a body that is too large', json, '1'.repeat(101)],
      ['with a body of another type', 'content-type: text/x\r\n', 'x'],
    ])('answers 405, whatever the body: %s', async (_, headers, body) => {
      await using server = await listening({ bodyLimit: 100 });
      for (const [path, allow] of [
        ['/echo', 'POST'],
        ['/health/live', 'GET, HEAD'],
      ] as const) {
        const answer = await untilHungUp(server.port, put(path, headers, body));
        expect(answer).toMatch(/^HTTP\/1\.1 405 /);
        expect(answer).toContain(`allow: ${allow}\r\n`);
      }
    });

    it.each(['/%65cho', '/echo#there', '/echo?a=b', 'http://here/echo'])(
      'answers 405, however the path is written: %s',
      async (path) => {
        await using server = await listening();
        expect(await untilHungUp(server.port, put(path))).toMatch(/^HTTP\/1\.1 405 /);
      },
    );

    it('answers 404 to a body that is not JSON if there is no such path', async () => {
      await using server = await listening();
      expect(await untilHungUp(server.port, put('/nowhere', json, '{'))).toMatch(/^HTTP\/1\.1 404 /);
    });

    it('answers 404 if a route has the method but finds nothing', async () => {
      await using server = await listening();
      expect((await fetch(new URL('/files/lost', server.address))).status).toBe(404);
    });
  });
});
