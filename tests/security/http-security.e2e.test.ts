/** HTTP security of the gateway: every limit just under and just over, and its headers for pages of other sites. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type System, startSystem } from '../harness.ts';
import { PRODUCTION, userToken } from './shop.ts';

/** A gateway without subgraphs answers a request that it accepts with an outage, and any other with a refusal. */
const SERVED = 'UPSTREAM_UNAVAILABLE';
const LIMITS = {
  MAX_DEPTH: '6',
  MAX_ALIASES: '5',
  MAX_ROOT_FIELDS: '4',
  MAX_TOKENS: '100',
  MAX_COST: '300',
  MAX_BODY_BYTES: '5000',
};

let system: System;
let production: System;
beforeAll(async () => {
  system = await startSystem({
    start: ['gateway'],
    env: { ...LIMITS, RATE_LIMIT_PER_MINUTE: '1000', CORS_ORIGINS: 'https://shop.example, https://admin.example' },
  });
  production = await startSystem({ start: ['gateway'], env: { ...PRODUCTION, RATE_LIMIT_PER_MINUTE: '5' } });
});
afterAll(async () => {
  await system[Symbol.asyncDispose]();
  await production[Symbol.asyncDispose]();
});

interface Body {
  data?: unknown;
  errors?: { message: string; extensions: { code: string } }[];
}

async function post(
  { gateway }: System,
  body: string | Uint8Array,
  headers: Record<string, string> = {},
): Promise<{ status: number; headers: Headers; body: Body }> {
  const response = await fetch(`${gateway.address}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body,
  });
  return { status: response.status, headers: response.headers, body: (await response.json()) as Body };
}
const ask = async (query: string, variables?: object) => {
  const { body } = await post(system, JSON.stringify({ query, variables }));
  return body.errors?.[0] ?? { message: 'none', extensions: { code: 'none' } };
};

const page = (first: number, below = 'id'): string => `products(first: ${String(first)}) { nodes { ${below} } }`;
const fields = (count: number, name = '__typename'): string =>
  Array.from({ length: count }, (_, n) => `a${String(n)}: ${name}`).join(' ');

describe('a limit accepts a request just under it, and names itself and the value just over it', () => {
  // [what, just under, just over, what was asked]
  it.each([
    [
      'depth',
      '{ customers(first: 1) { nodes { orders(first: 1) { nodes { items { sku } } } } } }',
      '{ customers(first: 1) { nodes { orders(first: 1) { nodes { items { unitPrice { amount } } } } } } }',
      'The depth limit is 6; this operation has 7.',
    ],
    [
      'depth, through fragments',
      `{ ${page(1)} ...F } fragment F on Query { ...G } fragment G on Query { ${page(1)} }`,
      '{ ...F } fragment F on Query { customers { nodes { ...G } } } fragment G on Customer { orders { nodes { items { unitPrice { amount } } } } }',
      'The depth limit is 6; this operation has 7.',
    ],
    [
      'depth, of introspection',
      '{ ...P __schema { types { ofType { ofType { ofType { name } } } } } } fragment P on Query { products { totalCount } }',
      '{ __schema { types { ofType { ofType { ofType { ofType { name } } } } } } }',
      'The depth limit is 6; this operation has 7.',
    ],
    [
      'alias',
      `{ products { nodes { ${fields(5, 'id')} } } }`,
      `{ products { nodes { ${fields(6, 'id')} } } }`,
      'The alias limit is 5; this operation has 6.',
    ],
    [
      'alias, of __typename',
      `{ products { nodes { ${fields(5)} } } }`,
      `{ products { nodes { ${fields(6)} } } }`,
      'The alias limit is 5; this operation has 6.',
    ],
    [
      'alias, through fragments',
      '{ products { nodes { ...F } } } fragment F on Product { a: id b: id ...G } fragment G on Product { c: id d: id e: id }',
      '{ products { nodes { ...F ...G } } } fragment F on Product { a: id b: id ...G } fragment G on Product { c: id d: id }',
      'The alias limit is 5; this operation has 6.',
    ],
    [
      'root field',
      `{ ${page(1)} ${fields(3)} }`,
      `{ ${page(1)} ${fields(4)} }`,
      'The root field limit is 4; this operation has 5.',
    ],
    [
      'root field, of mutations',
      `mutation { ${fields(4, 'updateProduct(input: { id: "x" }) { __typename }')} }`,
      `mutation { ${fields(5, 'updateProduct(input: { id: "x" }) { __typename }')} }`,
      'The root field limit is 4; this operation has 5.',
    ],
    [
      'cost',
      `{ ${page(100, 'price { amount }')} }`,
      `{ ${page(100, 'price { amount } stock { available }')} }`,
      'The cost limit is 300; this operation has a cost of 301.',
    ],
    [
      'cost, of pages in pages',
      '{ customers(first: 10) { nodes { orders(last: 27) { nodes { id } } } } }',
      '{ customers(first: 10) { nodes { orders(last: 28) { nodes { id } } } } }',
      'The cost limit is 300; this operation has a cost of 301.',
    ],
  ])('%s', async (_, under, over, refusal) => {
    expect((await ask(under)).extensions.code).toBe(SERVED);
    expect(await ask(over)).toMatchObject({ message: refusal, extensions: { code: 'LIMIT_EXCEEDED' } });
    // Also the second time, by the cached path.
    expect((await ask(under)).extensions.code).toBe(SERVED);
    expect((await ask(over)).extensions.code).toBe('LIMIT_EXCEEDED');
  });

  it('cost, of page sizes in variables', async () => {
    const query =
      'query ($n: Int, $m: Int = 10) { customers(first: $n) { nodes { orders(first: $m) { nodes { id } } } } }';
    const asked = async (variables: object) => (await ask(query, variables)).extensions.code;
    expect(await asked({ n: 24 })).toBe(SERVED);
    expect(await asked({ n: 25 })).toBe('LIMIT_EXCEEDED');
    expect(await asked({ n: 10, m: 27 })).toBe(SERVED);
    expect(await asked({ n: 10, m: 28 })).toBe('LIMIT_EXCEEDED');
    expect(await asked({ n: 2_147_483_647 })).toBe('LIMIT_EXCEEDED');
  });

  it('token', async () => {
    // Braces, and three tokens for each field.
    const document = (tokens: number): string => `{ ${page(1, 'id '.repeat(tokens - 13))} }`;
    expect((await ask(document(100))).extensions.code).toBe(SERVED);
    expect(await ask(document(101))).toEqual({
      message: 'The token limit is 100; this operation has more.',
      extensions: { code: 'LIMIT_EXCEEDED' },
    });
  });

  it('body', async () => {
    const body = (bytes: number): string => {
      const query = `{ ${page(1)} }`;
      return JSON.stringify({
        query,
        variables: { x: 'x'.repeat(bytes - JSON.stringify({ query, variables: { x: '' } }).length) },
      });
    };
    expect((await post(system, body(5000))).body.errors?.[0]?.extensions.code).toBe(SERVED);
    const over = await post(system, body(5001));
    expect(over.status).toBe(413);
    expect(over.body.errors).toEqual([
      { message: 'The body is larger than 5000 bytes.', extensions: { code: 'PAYLOAD_TOO_LARGE' } },
    ]);
  });

  it('and terminates for fragments that spread themselves', async () => {
    const cyclic = '{ ...A } fragment A on Query { ...B } fragment B on Query { a: __typename ...A }';
    expect((await ask(cyclic)).extensions.code).toBe('GRAPHQL_VALIDATION_FAILED');
  });
});

describe('HTTP security', () => {
  it('accepts one operation for each request', async () => {
    const { status, body } = await post(
      system,
      JSON.stringify([{ query: '{ __typename }' }, { query: '{ __typename }' }]),
    );
    expect(status).toBe(400);
    expect(body.errors).toHaveLength(1);
  });

  it.each([
    ['a form', 'POST', { 'content-type': 'application/x-www-form-urlencoded' }, 'query={__typename}'],
    ['a form with a file', 'POST', { 'content-type': 'multipart/form-data; boundary=x' }, '--x--'],
    ['plain text', 'POST', { 'content-type': 'text/plain' }, '{"query":"{__typename}"}'],
    ['an image or a link', 'GET', {}, undefined],
  ])('refuses a request that a page of another site could send as %s', async (_, method, headers, body) => {
    const url = `${system.gateway.address}/graphql${method === 'GET' ? '?query={__typename}' : ''}`;
    const response = await fetch(url, { method, headers, ...(body !== undefined && { body }) });
    expect([400, 415]).toContain(response.status);
    expect(await response.text()).not.toContain('"data"');
  });

  it('lets the pages of CORS_ORIGINS read its answers, and no others', async () => {
    const preflight = (origin: string): Promise<Response> =>
      fetch(`${system.gateway.address}/graphql`, {
        method: 'OPTIONS',
        headers: {
          origin,
          'access-control-request-method': 'POST',
          'access-control-request-headers': 'authorization,content-type',
        },
      });
    for (const origin of ['https://shop.example', 'https://admin.example']) {
      const { headers } = await preflight(origin);
      expect(headers.get('access-control-allow-origin')).toBe(origin);
      expect(headers.get('access-control-allow-headers')).toContain('authorization');
      expect(headers.get('access-control-allow-credentials')).toBeNull();
      const answer = await post(system, '{"query":"{__typename}"}', { origin });
      expect(answer.headers.get('access-control-allow-origin')).toBe(origin);
    }
    for (const origin of ['https://shop.example.evil', 'http://shop.example', 'null']) {
      expect((await preflight(origin)).headers.get('access-control-allow-origin')).toBeNull();
      const answer = await post(system, '{"query":"{__typename}"}', { origin });
      expect(answer.headers.get('access-control-allow-origin')).toBeNull();
    }
    expect(
      (
        await fetch(`${production.gateway.address}/health/live`, { headers: { origin: 'https://shop.example' } })
      ).headers.get('access-control-allow-origin'),
    ).toBeNull();
  });

  it("sends security headers: no scripts may run in production, and in development only those of the gateway's pages", async () => {
    const headersOf = async ({ gateway }: System) =>
      (await fetch(`${gateway.address}/graphql`, { headers: { accept: 'text/html' } })).headers;
    const [strict, loose] = [await headersOf(production), await headersOf(system)];
    for (const headers of [strict, loose]) {
      expect(headers.get('x-content-type-options')).toBe('nosniff');
      expect(headers.get('x-powered-by')).toBeNull();
      expect(headers.get('content-security-policy')).toContain("frame-ancestors 'none'");
    }
    expect(strict.get('content-security-policy')).toContain("default-src 'none'");
    expect(strict.get('content-security-policy')).not.toContain('unsafe');
    expect(loose.get('content-security-policy')).toContain('https://*.cdn.apollographql.com');
  });

  it('shows Sandbox, GraphiQL and the schema only in development', async () => {
    const page = async ({ gateway }: System, path: string) =>
      (await fetch(gateway.address + path, { headers: { accept: 'text/html' } })).status;
    expect(await page(system, '/graphql')).toBe(200);
    expect(await page(system, '/graphiql')).toBe(200);
    expect(await page(production, '/graphql')).toBe(400);
    expect(await page(production, '/graphiql')).toBe(404);
    const schema = JSON.stringify({ query: '{ __schema { queryType { name } } }' });
    expect((await post(system, schema)).body).toEqual({ data: { __schema: { queryType: { name: 'Query' } } } });
    const authorization = `Bearer ${await userToken({ sub: 'explorer', role: 'staff' })}`;
    expect((await post(production, schema, { authorization })).body.errors?.[0]?.extensions.code).toBe(
      'GRAPHQL_VALIDATION_FAILED',
    );
  });

  it('does not help to guess the schema if it is not shown', async () => {
    const authorization = `Bearer ${await userToken({ sub: 'guesser', role: 'staff' })}`;
    const guesses = [
      { query: '{ product(id: "1") { nam } }' },
      {
        query: 'query ($filter: ProductFilter) { products(filter: $filter) { totalCount } }',
        variables: { filter: { sku: ['TEA'] } },
      },
    ];
    for (const guess of guesses) {
      const told = async (shop: System) =>
        (await post(shop, JSON.stringify(guess), { authorization })).body.errors?.[0]?.message;
      expect(await told(system)).toMatch(/ Did you mean ".+"\?$/);
      expect(await told(production)).toMatch(/^(Cannot query field "nam" on|.+is not defined by) type "\w+"\.$/);
    }
  });

  it('limits the requests of each caller a minute, and says when to try again', async () => {
    const as = async (sub: string) => ({ authorization: `Bearer ${await userToken({ sub, role: 'staff' })}` });
    const query = '{"query":"{ products { totalCount } }"}';
    const [sue, tim] = [await as('sue'), await as('tim')];
    for (let n = 0; n < 5; n += 1) expect((await post(production, query, sue)).status).toBe(200);
    const refused = await post(production, query, sue);
    expect(refused.status).toBe(429);
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0);
    expect(refused.body).toEqual({
      errors: [{ message: 'More than 5 requests a minute. Try again later.', extensions: { code: 'RATE_LIMITED' } }],
    });
    // Another token of the same user is the same caller; another user and an anonymous one are not.
    expect((await post(production, query, await as('sue'))).status).toBe(429);
    expect((await post(production, query, tim)).status).toBe(200);
    expect((await post(production, query)).status).toBe(200);
    expect((await fetch(`${production.gateway.address}/health/live`)).status).toBe(200);
  });

  it('counts requests with bad tokens by their address', async () => {
    const guess = async (n: number) =>
      (await post(production, '{"query":"{ __typename }"}', { authorization: `Bearer ${String(n)}` })).status;
    const statuses = [];
    for (let n = 0; n < 6; n += 1) statuses.push(await guess(n));
    expect(statuses.at(-1)).toBe(429);
    expect(statuses.filter((status) => status !== 401 && status !== 429)).toEqual([]);
  });
});
