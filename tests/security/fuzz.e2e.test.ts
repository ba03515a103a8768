/** Whatever is sent to the gateway, it answers with GraphQL or a 4xx, reveals no internals, and serves the next request. */
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { Agent, request as httpRequest } from 'node:http';
import { connect } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { buildSchema } from 'graphql';
import { documentOf } from './generate.ts';
import { hostileBody, malformedRequest } from './hostile.ts';
import { type Shop, openShop } from './shop.ts';

/** For other documents: FUZZ_SEED=7 FUZZ_SCALE=20 npm run test:security. */
const SEED = Number(process.env['FUZZ_SEED'] ?? 20_260_131);
const SCALE = Number(process.env['FUZZ_SCALE'] ?? 1);
const DOCUMENTS = 5000 * SCALE;
const BODIES = 1200 * SCALE;
const MALFORMED = 1200 * SCALE;
const AT_ONCE = 12;

const root = new URL('../../', import.meta.url);
const schema = buildSchema(readFileSync(new URL('schema/api.graphql', root), 'utf8'));
const operations = Object.values(
  JSON.parse(readFileSync(new URL('packages/client/manifest.json', root), 'utf8')) as Record<string, string>,
);

let shop: Shop;
const agent = new Agent({ keepAlive: true, maxSockets: AT_ONCE });
const counts: Record<string, number> = {};
beforeAll(async () => {
  shop = await openShop({ env: { LOG_LEVEL: 'warn' } });
}, 120_000);
afterAll(async () => {
  const told = Object.entries(counts).map(([what, count]) => `${what} ${String(count)}`);
  console.info(`Fuzz, seed ${String(SEED)}: ${told.join(', ')}.`);
  agent.destroy();
  await shop[Symbol.asyncDispose]();
});
const count = (what: string): void => {
  counts[what] = (counts[what] ?? 0) + 1;
};

interface Answer {
  status: number;
  text: string;
}

function post(body: string): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const headers = { 'content-type': 'application/json', ...shop.as('staff') };
    const request = httpRequest(
      `${shop.system.gateway.address}/graphql`,
      { method: 'POST', agent, headers },
      (response) => {
        let text = '';
        response.setEncoding('utf8').on('data', (chunk) => (text += String(chunk)));
        response.on('end', () => {
          resolve({ status: response.statusCode ?? 0, text });
        });
      },
    );
    request.on('error', reject).end(body);
  });
}

/** Internals: stack traces, modules, addresses, the database, and masked errors. */
const INSIDE =
  /node_modules|\.ts:\d|\.js:\d|at \w+ \(|Mongo|BSON|E11000|ECONN|127\.0\.0\.1|TypeError|RangeError|ReferenceError|Maximum call stack/;
const TOP = new Set(['data', 'errors', 'extensions']);
const ERROR = new Set(['message', 'path', 'locations', 'extensions']);

/** The problem of an answer; undefined if it is correct. */
function faultOf({ status, text }: Answer): string | undefined {
  if (status !== 200 && (status < 400 || status > 499)) return `the status ${String(status)}`;
  let body: unknown;
  try {
    body = JSON.parse(text);
  } catch {
    return 'a body that is no JSON';
  }
  if (typeof body !== 'object' || body === null || Array.isArray(body)) return 'a body that is no object';
  if (!('data' in body) && !('errors' in body)) return 'neither data nor errors';
  if (Object.keys(body).some((key) => !TOP.has(key))) return 'more than GraphQL has';
  if ('extensions' in body) return 'extensions that nobody knows';
  const errors: unknown = 'errors' in body ? body.errors : [];
  if (!Array.isArray(errors) || ('errors' in body && errors.length === 0)) return 'errors that are no list';
  for (const error of errors as Record<string, unknown>[]) {
    const { message, extensions } = error;
    if (Object.keys(error).some((key) => !ERROR.has(key)) || typeof message !== 'string')
      return 'an error that is none';
    const code: unknown = (extensions as { code?: unknown } | undefined)?.code;
    if (typeof code !== 'string') return 'an error without a code';
    if (code === 'INTERNAL_SERVER_ERROR' || code === 'INVALID_GRAPHQL') return 'a bug';
    if (code === 'UPSTREAM_UNAVAILABLE' || code === 'SERVICE_UNAVAILABLE') return 'an outage';
    // Messages may quote the request, but never internals.
    if (INSIDE.test(message)) return `what is inside: ${message}`;
  }
  return undefined;
}

/** Sends all, some at a time. Throws with the first few wrong answers. */
async function send<T>(all: readonly T[], check: (each: T) => Promise<string | undefined>, show: (each: T) => string) {
  const faults: string[] = [];
  const left = all.values();
  const sendMore = async (): Promise<void> => {
    for (const each of left) {
      const fault = await check(each);
      if (fault !== undefined) faults.push(`${fault}, to: ${show(each)}`);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, sendMore));
  if (faults.length > 0)
    throw new Error(`${String(faults.length)} were answered badly:\n${faults.slice(0, 5).join('\n')}`);
}

async function servesTheNext(): Promise<void> {
  const { data, errors } = await shop.system.graphql(
    `{ product(id: "${shop.product}") { sku } }`,
    {},
    shop.as('staff'),
  );
  expect({ data, errors }).toEqual({ data: { product: { sku: 'MUG' } }, errors: undefined });
}

describe('the gateway answers correctly, and serves the next request, after', () => {
  const sample = <T>(arbitrary: fc.Arbitrary<T>, numRuns: number): T[] => fc.sample(arbitrary, { seed: SEED, numRuns });

  it(`${String(DOCUMENTS)} documents made from the schema`, async () => {
    const ids = [
      shop.owner,
      shop.stranger,
      shop.product,
      shop.foreign,
      shop.order,
      shop.cancelled,
      'f'.repeat(24),
      'x',
    ];
    const documents = sample(documentOf(schema, ids), DOCUMENTS);
    await send(
      documents,
      async (query) => {
        const answer = await post(JSON.stringify({ query }));
        count(
          answer.text.startsWith('{"data"')
            ? 'documents answered'
            : answer.text.includes('"data":{')
              ? 'documents answered in part'
              : 'documents refused',
        );
        return faultOf(answer);
      },
      (query) => query,
    );
    await servesTheNext();
  }, 300_000);

  it(`${String(BODIES)} operations with hostile variables and bodies`, async () => {
    await send(
      sample(hostileBody(operations), BODIES),
      async (body) => {
        const answer = await post(body);
        count('hostile bodies');
        return faultOf(answer);
      },
      (body) => body.slice(0, 2000),
    );
    await servesTheNext();
  }, 300_000);

  it(`${String(MALFORMED)} malformed HTTP requests`, async () => {
    await send(
      sample(malformedRequest(), MALFORMED),
      async (bytes) => {
        count('malformed requests');
        return faultOfRaw(await sendRaw(bytes));
      },
      (bytes) => JSON.stringify(bytes.toString('latin1')).slice(0, 2000),
    );
    await servesTheNext();
  }, 300_000);

  it('all of that, and every process is still the one that was started, without a bug in the logs', async () => {
    for (const name of ['gateway', 'customers', 'inventory', 'orders', 'database'] as const) {
      expect(shop.system[name].isRunning).toBe(true);
      expect(shop.system[name].output).not.toMatch(/a bug|uncaught|unhandled|a request failed/i);
    }
  });
});

/** Everything that is received until the connection is closed. */
async function sendRaw(bytes: Buffer): Promise<string> {
  const socket = connect(shop.system.gateway.port, '127.0.0.1');
  let answer = '';
  // A server may hang up in the middle of such a request.
  socket.on('error', () => undefined);
  socket.setEncoding('utf8').on('data', (chunk) => (answer += String(chunk)));
  socket.end(bytes);
  await once(socket, 'close');
  return answer;
}

/** A request may be cut off without an answer. An answer must be a 4xx or GraphQL. */
function faultOfRaw(answer: string): string | undefined {
  if (answer === '') return undefined;
  const [head = '', ...rest] = answer.split('\r\n\r\n');
  const status = Number(/^HTTP\/1\.[01] (\d{3}) /.exec(head)?.[1]);
  if (status === 100) return faultOfRaw(rest.join('\r\n\r\n'));
  if (status >= 400 && status < 500) return INSIDE.test(rest.join('')) ? `what is inside: ${rest.join('')}` : undefined;
  if (status === 204 || status === 304) return undefined;
  if (status !== 200) return `the status ${String(status)}`;
  // Pages are served in development, and several requests may have been read from the bytes.
  return /content-type: (application|text)\//i.test(head) ? undefined : 'an answer without a type';
}
