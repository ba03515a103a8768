/**
 * No single request harms others: whatever it contains, the answer is small, the event loop keeps running, and nothing
 * is reported as a bug.
 */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import * as operations from '../../packages/client/operations.generated.ts';
import { createSigner } from '../../runtime/token.ts';
import { until } from '../harness.ts';
import { SUBGRAPH_TOKEN } from '../harness.ts';
import type { Process } from '../process.ts';
import { type EventLoopMeter, eventLoopMeter } from './event-loop.ts';
import { type Flood, byHash, documentFloods, variableFloods } from './floods.ts';
import { PRODUCTION, type Shop, openShop } from './shop.ts';

/** The most that an answer to a flood may have. */
const MAX_ERRORS = 50;
const MAX_BYTES = 20_000;
const MAX_MESSAGE = 300;
/** The most characters of user text in a message. The floods repeat one letter. */
const ECHO = /([xXf9[])\1{110}/;
/** How much longer than at rest a loop may be held while other suites run. The former bugs held it for seconds. */
const SLACK_MS = 1000;

interface Metered {
  process: Process;
  meter: EventLoopMeter;
  atRest: number;
}

let shop: Shop;
const processes = new Map<string, Metered>();
const holds: [number, string][] = [];

const GATEWAYS = ['own', 'apollo'] as const;
const SUBGRAPHS = ['customers', 'inventory', 'orders'] as const;

beforeAll(async () => {
  const meters = Object.fromEntries(SUBGRAPHS.map((name) => [name, eventLoopMeter()]));
  shop = await openShop({ envOf: Object.fromEntries(SUBGRAPHS.map((name) => [name, meters[name]?.env ?? {}])) });
  const add = async (name: string, process: Process, meter: EventLoopMeter): Promise<void> => {
    await meter.longestHold();
    for (let n = 0; n < 50; n += 1) await (await fetch(`${process.address}/health/live`)).arrayBuffer();
    processes.set(name, { process, meter, atRest: await meter.longestHold() });
  };
  for (const name of SUBGRAPHS) await add(name, shop.system[name], meters[name] ?? eventLoopMeter());
  for (const executor of GATEWAYS)
    for (const [setting, env] of [
      ['development', {}],
      ['production', { ...PRODUCTION, TRUSTED_DOCUMENTS: 'only' }],
    ] as const) {
      const meter = eventLoopMeter();
      const env2 = { ...env, GATEWAY_EXECUTOR: executor, ...meter.env };
      await add(`${executor} ${setting}`, await shop.system.another('gateway', env2), meter);
    }
}, 180_000);
afterAll(async () => {
  const longest = holds.toSorted(([a], [b]) => b - a).slice(0, 8);
  console.info(`Longest holds: ${longest.map(([ms, what]) => `${ms.toFixed(0)} ms by ${what}`).join('; ')}.`);
  await shop[Symbol.asyncDispose]();
});

function metered(name: string): Metered {
  const found = processes.get(name);
  if (found === undefined) throw new Error(`There is no ${name}.`);
  return found;
}

interface Body {
  data?: unknown;
  errors?: { message: string; locations?: unknown[]; extensions: { code: string } }[];
}

/** Sends a body twice, because the second time the operation may take the cached path. */
async function survive(
  name: string,
  body: string,
  headers: Record<string, string> = shop.as('staff'),
): Promise<Body[]> {
  const { process, meter, atRest } = metered(name);
  const answers: Body[] = [];
  for (const time of ['first', 'second']) {
    await meter.longestHold();
    const response = await fetch(`${process.address}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body,
    });
    const text = await response.text();
    const hold = await meter.longestHold();
    holds.push([hold, `${expect.getState().currentTestName ?? ''} (${time})`]);
    expect({ text: text.slice(0, 500), status: response.status < 500 }).toMatchObject({ status: true });
    expect(text).not.toMatch(ECHO);
    const answer = JSON.parse(text) as Body;
    // The answer has a null for each representation.
    const { _entities, ...told } = (answer.data ?? {}) as { _entities?: unknown };
    expect(JSON.stringify({ ...answer, data: told }).length).toBeLessThanOrEqual(MAX_BYTES);
    for (const { message, extensions } of answer.errors ?? []) {
      expect(message.length).toBeLessThanOrEqual(MAX_MESSAGE);
      expect(extensions.code).not.toBe('INTERNAL_SERVER_ERROR');
    }
    expect(answer.errors?.length ?? 0).toBeLessThanOrEqual(MAX_ERRORS);
    expect(hold).toBeLessThan(atRest + SLACK_MS);
    answers.push(answer);
  }
  return answers;
}

const codes = (answer: Body): (string | null)[] => [
  ...new Set(answer.errors?.map(({ extensions: { code } }) => code) ?? [null]),
];

function expectCodes(answer: Body, expected: Flood['code']): void {
  const unexpected = codes(answer).filter((code) => ![expected].flat().includes(code));
  expect({ unexpected, answer }).toMatchObject({ unexpected: [] });
}

describe.each(GATEWAYS)('the gateway with the %s executor answers briefly and at once', (executor) => {
  const cases = (floods: Record<string, Flood>): [string, Flood][] => Object.entries(floods);

  it.each(cases(documentFloods()))('%s', async (_, { body, code }) => {
    for (const answer of await survive(`${executor} development`, body)) expectCodes(answer, code);
  });

  // The shop's ids are known only inside the tests; the names of the floods are needed before.
  const nameless = { owner: '', product: '' } as Shop;
  it.each(Object.keys(variableFloods(nameless)))('%s', async (name) => {
    const { body, code } = variableFloods(shop)[name] ?? { body: '', code: null };
    for (const answer of await survive(`${executor} development`, body)) expectCodes(answer, code);
  });

  it('9,000 values that no enum has, for a trusted document in production', async () => {
    const body = (length: number): string =>
      byHash(operations.OrdersDocument, { filter: { status: Array(length).fill('X') } });
    for (const answer of await survive(`${executor} production`, body(9000), {}))
      expect(codes(answer)).toEqual(['BAD_USER_INPUT']);
    for (const answer of await survive(`${executor} production`, body(90_000), {}))
      expect(codes(answer)).toEqual(['LIMIT_EXCEEDED']);
  });

  it('a page of fields that the caller may not read', async () => {
    const { process } = metered(`${executor} development`);
    const page = 'products { nodes { stock { onHand reserved lowStock } movements { totalCount } } }';
    const response = await fetch(`${process.address}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ query: `{ a: ${page} b: ${page} c: ${page} d: ${page} e: ${page} }` }),
    });
    const { errors } = (await response.json()) as Body;
    expect(new Set(errors?.map(({ extensions }) => extensions.code))).toEqual(new Set(['UNAUTHENTICATED']));
    expect(errors).toHaveLength(MAX_ERRORS);
  });

  it('health checks meanwhile', async () => {
    const { process } = metered(`${executor} development`);
    const { body } = variableFloods(shop)['90,000 values that no enum has'] ?? { body: '' };
    let flooding = true;
    const floods = Promise.all(
      Array.from({ length: 5 }, async () => {
        const response = await fetch(`${process.address}/graphql`, {
          method: 'POST',
          headers: { 'content-type': 'application/json', ...shop.as('staff') },
          body,
        });
        return (await response.text()).length;
      }),
    ).finally(() => (flooding = false));
    const waits: number[] = [];
    await until('the flood is over', async () => {
      const start = performance.now();
      expect((await fetch(`${process.address}/health/live`)).status).toBe(200);
      waits.push(performance.now() - start);
      return !flooding;
    });
    expect(Math.max(...(await floods))).toBeLessThan(MAX_BYTES);
    expect(Math.max(...waits)).toBeLessThan(SLACK_MS);
  });
});

describe('a subgraph answers briefly and at once', () => {
  const token = async () => ({
    authorization: `Bearer ${await createSigner({ service: 'gateway', secret: SUBGRAPH_TOKEN })({ role: 'staff', id: null })}`,
  });
  const ENTITIES = 'query ($of: [_Any!]!) { _entities(representations: $of) { __typename } }';
  const representations = (length: number, of: unknown): string =>
    JSON.stringify({ query: ENTITIES, variables: { of: Array(length).fill(of) } });
  const id = 'f'.repeat(24);

  it.each([
    ['50,000 representations of nothing', 'LIMIT_EXCEEDED', representations(50_000, {})],
    [
      '20,000 representations of a type that it does not have',
      'BAD_USER_INPUT',
      representations(20_000, { __typename: 'X' }),
    ],
    ['40,000 representations that are none', 'BAD_USER_INPUT', representations(40_000, 5)],
    [
      'a representation of a type with a long name',
      'BAD_USER_INPUT',
      representations(1, { __typename: 'x'.repeat(900_000) }),
    ],
    ['a long key', null, representations(1, { __typename: 'Customer', id: 'x'.repeat(900_000) })],
  ])('%s', async (_, code, body) => {
    for (const name of SUBGRAPHS.filter((each) => code !== null || each === 'customers'))
      for (const answer of await survive(name, body, await token())) expectCodes(answer, code);
  });

  it.each([
    [
      '45,000 values that no enum has',
      'BAD_USER_INPUT',
      JSON.stringify({
        query: 'query ($filter: OrderFilter) { orders(filter: $filter) { totalCount } }',
        variables: { filter: { status: Array(45_000).fill('X') } },
      }),
    ],
    [
      '90,000 values that no enum has',
      'LIMIT_EXCEEDED',
      JSON.stringify({
        query: 'query ($filter: OrderFilter) { orders(filter: $filter) { totalCount } }',
        variables: { filter: { status: Array(90_000).fill('X') } },
      }),
    ],
    [
      'a list in lists, 100,000 deep',
      'LIMIT_EXCEEDED',
      `{"query":"query ($filter: OrderFilter) { orders(filter: $filter) { totalCount } }","variables":{"filter":${'['.repeat(100_000)}${']'.repeat(100_000)}}}`,
    ],
    [
      'a long name of an operation',
      'OPERATION_RESOLUTION_FAILURE',
      JSON.stringify({ query: '{ __typename }', operationName: 'x'.repeat(900_000) }),
    ],
    [
      '500 fields that no type has',
      'GRAPHQL_VALIDATION_FAILED',
      JSON.stringify({ query: `{ ${Array.from({ length: 500 }, (_, n) => `bad${String(n)}`).join(' ')} }` }),
    ],
    ['100,000 fields', 'LIMIT_EXCEEDED', JSON.stringify({ query: `{ ${'__typename '.repeat(90_000)} }` })],
  ])('%s', async (_, code, body) => {
    for (const answer of await survive('orders', body, await token())) expectCodes(answer, code);
  });

  it('many rows with fields that the caller may not read', async () => {
    const authorization = `Bearer ${await createSigner({ service: 'gateway', secret: SUBGRAPH_TOKEN })({ role: 'anonymous', id: null })}`;
    const body = JSON.stringify({
      query:
        'query ($of: [_Any!]!) { _entities(representations: $of) { ... on Product { stock { onHand reserved lowStock } } } }',
      variables: { of: Array(10_000).fill({ __typename: 'Product', id: shop.product }) },
    });
    const { process, meter } = metered('inventory');
    await meter.longestHold();
    const response = await fetch(`${process.address}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization },
      body,
    });
    const { errors } = (await response.json()) as Body;
    holds.push([await meter.longestHold(), 'forbidden rows']);
    expect(errors).toHaveLength(MAX_ERRORS);
    expect(codes({ errors: errors ?? [] })).toEqual(['UNAUTHENTICATED']);
  });

  it(`an unknown key with ${id}`, async () => {
    const body = representations(1, { __typename: 'Customer', id });
    for (const answer of await survive('customers', body, await token())) expect(codes(answer)).toEqual([null]);
  });
});

it('after all floods, every process is still the one that was started, without a bug in its log', () => {
  for (const { process } of processes.values()) {
    expect(process.isRunning).toBe(true);
    expect(process.output).not.toMatch(/a bug|uncaught|unhandled|a request failed|unexpected error/i);
  }
});
