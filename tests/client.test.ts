/** The client SDK: which requests it repeats, what it throws and what it returns. */
import { once } from 'node:events';
import { type IncomingMessage, type ServerResponse, createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from '@jest/globals';
import { build } from 'esbuild';
import { ClientError, createClient } from '../packages/client/client.ts';
import { REPEATABLE_CODES } from '../packages/client/response.ts';
import { ERROR_CODES } from '../runtime/error-codes.ts';

interface Received {
  timeoutMs: number;
  authorization: string | undefined;
  variables: { input?: { idempotencyKey?: string } };
}

interface Server extends AsyncDisposable {
  url: string;
  /** The requests so far. */
  received: Received[];
}

type Reply = (response: ServerResponse, request: IncomingMessage) => void;

/** A server that gives one answer after another, and repeats the last. */
async function startServer(...replies: Reply[]): Promise<Server> {
  const received: Received[] = [];
  const server = createServer((request, response) => {
    void text(request).then((body) => {
      const { variables } = JSON.parse(body) as Received;
      const reply = replies[Math.min(received.length, replies.length - 1)];
      received.push({
        authorization: request.headers.authorization,
        timeoutMs: Number(request.headers['x-timeout-ms']),
        variables,
      });
      reply?.(response, request);
    });
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${String((server.address() as AddressInfo).port)}/graphql`,
    received,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

const json =
  (status: number, body: unknown, headers: Record<string, string> = {}): Reply =>
  (response) => {
    response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(body));
  };
const refused = (code: string) => ({ errors: [{ message: `It is ${code}.`, extensions: { code } }] });
const overloaded = json(503, refused('OVERLOADED'), { 'retry-after': '0' });
const noAnswer: Reply = (response) => response.destroy();
const never: Reply = () => undefined;
const product = json(200, { data: { product: { id: '1', name: 'Mug' } } });
const order = json(200, { data: { createOrder: { __typename: 'CreateOrderSuccess', order: {}, replayed: false } } });
const customer = json(200, { data: { createCustomer: { __typename: 'CreateCustomerSuccess', customer: {} } } });
const away = {
  data: { product: null },
  errors: [{ message: 'Away.', path: ['product'], extensions: { code: 'UPSTREAM_UNAVAILABLE' } }],
};

const ORDER = { customerId: '1', items: [{ productId: '2', quantity: 1 }] };
const CUSTOMER = { name: 'Ada', email: 'ada@example.com' };

describe('a request is repeated', () => {
  it.each([
    ['is turned away with 503', overloaded],
    ['is turned away with 429', json(429, refused('RATE_LIMITED'), { 'retry-after': '0' })],
    ['meets a proxy without a server behind it', (response: ServerResponse) => response.writeHead(502).end('<html>')],
    ['gets no answer', noAnswer],
    ['gets half an answer', (response: ServerResponse) => response.write('{"data":', () => response.destroy())],
    ['gets the error that a subgraph is unavailable', json(200, away)],
  ])('if it %s', async (_what, first) => {
    await using server = await startServer(first, product);
    expect(await createClient({ url: server.url }).product('1')).toMatchObject({ name: 'Mug' });
    expect(server.received).toHaveLength(2);
  });

  it('for all codes that the servers call retryable, and no others', () => {
    const retryable = Object.entries(ERROR_CODES).flatMap(([code, kind]) => (kind.retryable ? [code] : []));
    expect([...REPEATABLE_CODES].sort()).toEqual(retryable.sort());
  });

  it('at most `retries` times, and then the last error is thrown', async () => {
    await using server = await startServer(overloaded);
    const shop = createClient({ url: server.url, retries: 2 });
    await expect(shop.product('1')).rejects.toMatchObject({ name: 'ClientError', code: 'OVERLOADED', status: 503 });
    expect(server.received).toHaveLength(3);
  });

  it('not if the server asks for too long a wait', async () => {
    await using server = await startServer(json(503, refused('OVERLOADED'), { 'retry-after': '3600' }), product);
    await expect(createClient({ url: server.url }).product('1')).rejects.toMatchObject({ code: 'OVERLOADED' });
  });

  it.each([
    [400, 'BAD_USER_INPUT'],
    [401, 'UNAUTHENTICATED'],
    [200, 'FORBIDDEN'],
    [500, 'INTERNAL_SERVER_ERROR'],
  ])('not if the answer is final: %i %s', async (status, code) => {
    await using server = await startServer(json(status, { data: null, ...refused(code) }), product);
    await expect(createClient({ url: server.url }).product('1')).rejects.toMatchObject({
      code,
      message: `It is ${code}.`,
    });
    expect(server.received).toHaveLength(1);
  });

  it('with the same idempotency key, which is generated if the caller gave none', async () => {
    await using server = await startServer(noAnswer, overloaded, order);
    await createClient({ url: server.url }).createOrder(ORDER);
    const keys = server.received.map(({ variables }) => variables.input?.idempotencyKey);
    expect(keys).toHaveLength(3);
    expect(new Set(keys)).toEqual(new Set([expect.stringMatching(/^[0-9a-f-]{36}$/)]));
  });

  it("with the caller's own idempotency key if there is one", async () => {
    await using server = await startServer(order);
    await createClient({ url: server.url }).createOrder({ ...ORDER, idempotencyKey: 'mine' });
    expect(server.received).toMatchObject([{ variables: { input: { idempotencyKey: 'mine' } } }]);
  });

  it('that creates a customer if it was refused unprocessed, but not if its answer was lost', async () => {
    await using turnedAway = await startServer(overloaded, customer);
    expect(await createClient({ url: turnedAway.url }).createCustomer(CUSTOMER)).toMatchObject({ customer: {} });
    await using lost = await startServer(noAnswer, customer);
    await expect(createClient({ url: lost.url }).createCustomer(CUSTOMER)).rejects.toMatchObject({ code: 'NETWORK' });
    expect(lost.received).toHaveLength(1);
  });
});

describe('there is no result', () => {
  it('if nothing listens: NETWORK', async () => {
    const { url } = await startServer(never).then(async (server) => {
      await server[Symbol.asyncDispose]();
      return server;
    });
    const failure = createClient({ url, retries: 0 }).product('1');
    await expect(failure).rejects.toBeInstanceOf(ClientError);
    await expect(failure).rejects.toMatchObject({ code: 'NETWORK', status: undefined, errors: [] });
  });

  it('if the answer takes too long: TIMEOUT', async () => {
    await using server = await startServer(never);
    const shop = createClient({ url: server.url, retries: 0, timeoutMs: 50 });
    await expect(shop.product('1')).rejects.toMatchObject({ code: 'TIMEOUT' });
  });

  it('if the caller aborts: ABORTED, and it is not repeated', async () => {
    const controller = new AbortController();
    await using server = await startServer(() => {
      controller.abort();
    });
    const shop = createClient({ url: server.url });
    await expect(shop.product('1', { signal: controller.signal })).rejects.toMatchObject({ code: 'ABORTED' });
    expect(server.received).toHaveLength(1);
  });

  it.each(['deadline', 'caller'])(
    'if the %s ends it in a browser without AbortSignal.any and AbortSignal.timeout',
    async (who) => {
      const before = Object.getOwnPropertyDescriptors(AbortSignal);
      Object.assign(AbortSignal, { any: undefined, timeout: undefined });
      try {
        const controller = new AbortController();
        await using server = await startServer((response) => {
          // Headers and half a body: the signal applies until the whole body has arrived.
          response.writeHead(200, { 'content-type': 'application/json' }).write('{"data":');
          if (who === 'caller') controller.abort();
        });
        const shop = createClient({ url: server.url, retries: 0, timeoutMs: who === 'caller' ? 30_000 : 50 });
        const failure = shop.product('1', { signal: controller.signal });
        await expect(failure).rejects.toMatchObject({ code: who === 'caller' ? 'ABORTED' : 'TIMEOUT' });
      } finally {
        Object.defineProperties(AbortSignal, before);
      }
    },
  );

  it.each(['deadline', 'caller'])(
    'if the %s ends it while it waits for the token, and nothing is sent',
    async (who) => {
      const controller = new AbortController();
      await using server = await startServer(product);
      const token = (): Promise<string> => {
        if (who === 'caller') controller.abort();
        return new Promise(() => undefined);
      };
      const shop = createClient({ url: server.url, token, retries: 0, timeoutMs: who === 'caller' ? 30_000 : 50 });
      const failure = shop.product('1', { signal: controller.signal });
      await expect(failure).rejects.toMatchObject({ code: who === 'caller' ? 'ABORTED' : 'TIMEOUT' });
      expect(server.received).toEqual([]);
    },
  );

  it.each([{ data: {} }, { data: 'x' }, { data: [] }, { data: 5 }, { data: { products: null }, errors: [null] }, {}])(
    'if the answer has none: HTTP (%j)',
    async (body) => {
      await using server = await startServer(json(200, body));
      await expect(createClient({ url: server.url }).products()).rejects.toMatchObject({ code: 'HTTP' });
    },
  );

  it('and no retry if `retries` is NaN', async () => {
    await using server = await startServer(overloaded, product);
    await expect(createClient({ url: server.url, retries: NaN }).product('1')).rejects.toBeInstanceOf(ClientError);
    expect(server.received).toHaveLength(1);
  });

  it('if the caller had aborted before: ABORTED, and nothing is sent', async () => {
    await using server = await startServer(product);
    const failure = createClient({ url: server.url }).product('1', { signal: AbortSignal.abort() });
    await expect(failure).rejects.toMatchObject({ code: 'ABORTED' });
    expect(server.received).toEqual([]);
  });

  it.each(['/graphql', 'graphql', '', 'shop.example/graphql', 'ftp://shop.example/', 'https://ada:pass@shop.example/'])(
    'if nothing can be sent to the URL (%j): INVALID_URL, at once',
    async (url) => {
      await expect(createClient({ url }).product('1')).rejects.toMatchObject({
        code: 'INVALID_URL',
        status: undefined,
      });
    },
  );

  it('if the answer is not GraphQL: HTTP, with the status', async () => {
    await using server = await startServer((response) => response.writeHead(404).end('<html>'));
    await expect(createClient({ url: server.url }).product('1')).rejects.toMatchObject({ code: 'HTTP', status: 404 });
  });

  it("and the error has the request's id from the server", async () => {
    await using server = await startServer(json(200, { ...refused('FORBIDDEN') }, { 'x-request-id': 'abc' }));
    await expect(createClient({ url: server.url }).product('1')).rejects.toMatchObject({ requestId: 'abc' });
  });
});

describe('a result', () => {
  it('with missing parts is a result, and onPartial gets the errors', async () => {
    const errors = [{ message: 'Away.', path: ['order', 'customer'], extensions: { code: 'UPSTREAM_UNAVAILABLE' } }];
    await using server = await startServer(json(200, { data: { order: { number: 'N', customer: null } }, errors }));
    const told: unknown[] = [];
    const shop = createClient({ url: server.url, onPartial: (partial) => told.push(partial) });
    expect(await shop.order('1')).toMatchObject({ number: 'N', customer: null });
    expect(told).toEqual([errors]);
  });

  it('is null for an unknown id', async () => {
    await using server = await startServer(json(200, { data: { product: null } }));
    expect(await createClient({ url: server.url }).product('1')).toBeNull();
  });
});

describe("an error of the caller's own code is passed on unchanged, at once:", () => {
  const mine = new Error('Mine.');

  it.each([
    ['token', () => Promise.reject(mine)],
    [
      'token, without a promise',
      () => {
        throw mine;
      },
    ],
  ])('%s', async (_what, token: () => Promise<string>) => {
    await using server = await startServer(product);
    let calls = 0;
    const counted = (): Promise<string> => {
      calls += 1;
      return token();
    };
    await expect(createClient({ url: server.url, token: counted }).product('1')).rejects.toBe(mine);
    expect([calls, server.received]).toEqual([1, []]);
  });

  it('a token that is not valid in a header', async () => {
    await using server = await startServer(product);
    await expect(createClient({ url: server.url, token: 'two\nlines' }).product('1')).rejects.toMatchObject({
      name: 'TypeError',
    });
    expect(server.received).toEqual([]);
  });

  it('onPartial', async () => {
    const errors = [{ message: 'Away.', path: ['order', 'customer'], extensions: { code: 'UPSTREAM_UNAVAILABLE' } }];
    await using server = await startServer(json(200, { data: { order: { number: 'N', customer: null } }, errors }));
    const shop = createClient({
      url: server.url,
      onPartial: () => {
        throw mine;
      },
    });
    await expect(shop.order('1')).rejects.toBe(mine);
    expect(server.received).toHaveLength(1);
  });
});

it.each([
  [undefined, 29_500],
  [1000, 900],
  [1, 1],
])('the server is asked to answer within a little less than timeoutMs (%s)', async (timeoutMs, told) => {
  await using server = await startServer(product);
  await createClient({ url: server.url, retries: 0, ...(timeoutMs !== undefined && { timeoutMs }) })
    .product('1')
    .catch(() => undefined);
  // With a millisecond, the request may not even be sent.
  for (const { timeoutMs: received } of server.received) expect(received).toBe(told);
});

it('timeoutMs may exceed the longest timer', async () => {
  await using server = await startServer(product);
  expect(await createClient({ url: server.url, timeoutMs: Infinity }).product('1')).toMatchObject({ name: 'Mug' });
});

describe('the token', () => {
  it('is requested before every attempt', async () => {
    await using server = await startServer(overloaded, product);
    let count = 0;
    await createClient({ url: server.url, token: async () => `token-${String((count += 1))}` }).product('1');
    expect(server.received.map(({ authorization }) => authorization)).toEqual(['Bearer token-1', 'Bearer token-2']);
  });

  it('may be a string, or none', async () => {
    await using server = await startServer(product);
    await createClient({ url: server.url, token: 'fixed' }).product('1');
    await createClient({ url: server.url }).product('1');
    expect(server.received.map(({ authorization }) => authorization)).toEqual(['Bearer fixed', undefined]);
  });
});

it('browsers can use it: it imports neither Node.js modules nor a GraphQL library', async () => {
  const { metafile } = await build({
    entryPoints: [fileURLToPath(new URL('../packages/client/client.ts', import.meta.url))],
    bundle: true,
    write: false,
    metafile: true,
    platform: 'browser',
    format: 'esm',
  });
  const inputs = Object.keys(metafile.inputs).map((file) => file.slice(file.lastIndexOf('client/')));
  expect(inputs.sort()).toEqual([
    'client/client.ts',
    'client/errors.ts',
    'client/operations.generated.ts',
    'client/response.ts',
    'client/time.ts',
    'client/transport.ts',
  ]);
});
