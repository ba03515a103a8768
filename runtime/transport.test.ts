import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, it } from '@jest/globals';
import { createPoolTransport, readResponse, SubgraphUnavailable, type SubgraphCall } from './transport.ts';

interface TestServer extends AsyncDisposable {
  url: string;
  requests: { headers: Record<string, unknown>; body: string }[];
  /** Resolves once a client connection has been closed. */
  closed: Promise<void>;
}

async function serve(listener: RequestListener): Promise<TestServer> {
  const requests: TestServer['requests'] = [];
  let close = (): void => undefined;
  const closed = new Promise<void>((resolve) => (close = resolve));
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      requests.push({ headers: request.headers, body: Buffer.concat(chunks).toString() });
      listener(request, response);
    });
    request.socket.once('close', close);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/graphql`,
    requests,
    closed,
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function call(url: string, rest: Partial<SubgraphCall<string>> = {}): SubgraphCall<string> {
  return {
    subgraph: 's',
    url,
    body: '{"query":"{ a }"}',
    operation: 'query',
    context: 'id-1',
    timeoutMs: undefined,
    signal: undefined,
    ...rest,
  };
}

const answer: RequestListener = (_request, response) => response.end('{"data":{"a":1}}');

describe('the pool transport', () => {
  it("posts the body with the caller's headers, over kept-alive connections", async () => {
    const sockets = new Set<unknown>();
    await using server = await serve((request, response) => {
      sockets.add(request.socket);
      answer(request, response);
    });
    await using transport = createPoolTransport<string>({ headers: ({ context }) => ({ 'x-request-id': context }) });

    for (let round = 0; round < 8; round++) {
      expect(await transport.fetch(call(server.url))).toEqual({ data: { a: 1 } });
    }

    // The second connection is for a call that begins just when another one ends.
    expect(sockets.size).toBeLessThanOrEqual(2);
    expect(server.requests[0]).toMatchObject({
      body: '{"query":"{ a }"}',
      headers: { 'x-request-id': 'id-1', 'content-type': 'application/json' },
    });
  });

  it('gives up a call at its deadline and closes its connection', async () => {
    await using server = await serve(() => undefined);
    await using transport = createPoolTransport<string>();
    const pending = transport.fetch(call(server.url, { timeoutMs: 400 }));
    await expect(pending).rejects.toMatchObject({ name: 'SubgraphUnavailable', reason: 'timeout' });
    // On a busy machine the request may not have been sent yet; then there is nothing to close.
    if (server.requests.length > 0) await server.closed;
  });

  it('cancels a call when the client disconnects', async () => {
    const client = new AbortController();
    await using server = await serve(() => {
      client.abort();
    });
    await using transport = createPoolTransport<string>();
    await expect(transport.fetch(call(server.url, { signal: client.signal }))).rejects.toMatchObject({
      reason: 'cancelled',
    });
    await server.closed;
  });

  it('sends nothing for a client that has already disconnected', async () => {
    await using server = await serve(answer);
    await using transport = createPoolTransport<string>();
    const pending = transport.fetch(call(server.url, { signal: AbortSignal.abort() }));
    await expect(pending).rejects.toMatchObject({ reason: 'cancelled' });
    expect(server.requests).toHaveLength(0);
  });

  it('does not send a call that was given up while it waited for a connection', async () => {
    let release = (): void => undefined;
    await using server = await serve((_request, response) => {
      release = () => response.end('{"data":{"a":1}}');
    });
    await using transport = createPoolTransport<string>({ connections: 1 });
    const first = transport.fetch(call(server.url));
    await until(() => server.requests.length === 1);
    await expect(transport.fetch(call(server.url, { timeoutMs: 50 }))).rejects.toMatchObject({ reason: 'timeout' });
    release();
    await first;
    const last = transport.fetch(call(server.url, { body: '{"query":"{ last }"}' }));
    await until(() => server.requests.length === 2);
    release();
    await last;
    expect(server.requests.map(({ body }) => body)).toEqual(['{"query":"{ a }"}', '{"query":"{ last }"}']);
  });

  it('repeats a query whose connection broke before the answer, but not a mutation', async () => {
    let broken = 0;
    await using server = await serve((request, response) => {
      if (broken++ % 2 === 0) request.socket.destroy();
      else answer(request, response);
    });
    await using transport = createPoolTransport<string>();
    expect(await transport.fetch(call(server.url))).toEqual({ data: { a: 1 } });
    await expect(transport.fetch(call(server.url, { operation: 'mutation' }))).rejects.toMatchObject({
      reason: 'unreachable',
    });
    expect(server.requests).toHaveLength(3);
  });

  it('reports an unreachable address if nothing listens there', async () => {
    const server = await serve(answer);
    await server[Symbol.asyncDispose]();
    await using transport = createPoolTransport<string>();
    await expect(transport.fetch(call(server.url))).rejects.toBeInstanceOf(SubgraphUnavailable);
  });
});

describe('an HTTP answer', () => {
  it.each([
    ['data', 200, '{"data":{"a":null}}', { data: { a: null } }],
    [
      'errors and data',
      200,
      '{"data":{"a":null},"errors":[{"message":"no"}]}',
      { data: { a: null }, errors: [{ message: 'no' }] },
    ],
    ['errors of a refused request', 400, '{"errors":[{"message":"no"}]}', { data: null, errors: [{ message: 'no' }] }],
  ])('is read as GraphQL if it has %s', (_what, status, text, response) => {
    expect(readResponse(status, text)).toEqual(response);
  });

  it.each([
    [401, 'UNAUTHENTICATED'],
    [403, 'FORBIDDEN'],
  ])('of status %d without a GraphQL response has the code %s', (status, code) => {
    expect(readResponse(status, 'no')).toMatchObject({ data: null, errors: [{ extensions: { code } }] });
  });

  it.each([
    [200, '<html>'],
    [200, '{}'],
    [200, '[]'],
    [200, '{"data":null}'],
    [200, '{"data":null,"errors":[]}'],
    [404, '{"data":{}}'],
    [500, '{"errors":[{"message":"no"}]}'],
    [503, ''],
  ])('of status %d with the body %s is not a GraphQL answer', (status, text) => {
    expect(() => readResponse(status, text)).toThrow(SubgraphUnavailable);
  });
});

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setTimeout(resolve, 5));
}
