/**
 * An empty `operationName` counts as none for all code that reads it, so that the checked operation is the executed
 * one.
 */
import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import * as operations from '../../packages/client/operations.generated.ts';
import { createSigner } from '../../runtime/token.ts';
import { SUBGRAPH_TOKEN, type System, startSystem } from '../harness.ts';
import type { Process } from '../process.ts';

let system: System;
const gateways = new Map<string, Process>();
const KINDS = ['own, any document', 'own, by hash', 'apollo, any document', 'apollo, by hash'] as const;

beforeAll(async () => {
  // Without AUTH_SECRET every caller is staff.
  system = await startSystem({ start: ['database', 'inventory', 'gateway'], env: { MAX_COST: '50' } });
  for (const kind of KINDS) {
    const [executor = '', documents] = kind.split(', ');
    const TRUSTED_DOCUMENTS = documents === 'by hash' ? 'only' : 'off';
    gateways.set(kind, await system.another('gateway', { GATEWAY_EXECUTOR: executor, TRUSTED_DOCUMENTS }));
  }
}, 120_000);
afterAll(() => system[Symbol.asyncDispose]());

interface Answer {
  status: number;
  data?: Record<string, unknown> | null;
  errors?: { message: string; extensions: { code: string } }[];
}

async function read(response: Response): Promise<Answer> {
  return { status: response.status, ...((await response.json()) as Omit<Answer, 'status'>) };
}

const addressOf = (kind: string): string => `${gateways.get(kind)?.address ?? ''}/graphql`;

const post = async (kind: string, body: object): Promise<Answer> =>
  read(
    await fetch(addressOf(kind), {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    }),
  );

const get = async (kind: string, parameters: [string, string][]): Promise<Answer> =>
  read(
    await fetch(`${addressOf(kind)}?${new URLSearchParams(parameters).toString()}`, {
      headers: { 'apollo-require-preflight': '1' },
    }),
  );

/** The document in the form that this kind of gateway accepts. */
const documentFor = (kind: string, document: { toString: () => string }): Record<string, unknown> => {
  const text = document.toString();
  const sha256Hash = createHash('sha256').update(text).digest('hex');
  return kind.endsWith('hash') ? { extensions: { persistedQuery: { version: 1, sha256Hash } } } : { query: text };
};

const input = (sku: string) => ({
  input: { sku, name: sku, price: { amount: 1, currency: 'EUR' }, initialStock: 1, lowStockThreshold: 0 },
});
const isThere = async (sku: string): Promise<boolean> => {
  const { data } = await system.graphql<{ products: { totalCount: number } }>(
    `{ products(filter: { skus: ["${sku}"] }) { totalCount } }`,
  );
  return data?.products.totalCount === 1;
};

describe.each(KINDS)('an empty operation name, at a gateway (%s),', (kind) => {
  const mutation = documentFor(kind, operations.CreateProductDocument);
  const query = documentFor(kind, operations.ProductsDocument);
  const inUrl = (document: Record<string, unknown>, variables: object): [string, string][] => [
    ['variables', JSON.stringify(variables)],
    ...Object.entries(document).map(([name, value]): [string, string] => [
      name,
      typeof value === 'string' ? value : JSON.stringify(value),
    ]),
  ];
  const SKU = KINDS.indexOf(kind);

  it.each([[''], [null]])('is that of the only operation: %j', async (operationName) => {
    for (const time of ['first', 'second']) {
      const sku = `P${String(SKU)}-${String(operationName === null)}-${time}`;
      const answer = await post(kind, { ...mutation, variables: input(sku), operationName });
      expect(answer).toMatchObject({ status: 200, data: { createProduct: { __typename: 'CreateProductSuccess' } } });
      expect(await isThere(sku)).toBe(true);
    }
  });

  it('does not let a GET execute a mutation', async () => {
    const sku = `G${String(SKU)}`;
    const parameters = inUrl(mutation, input(sku));
    for (const named of [[['operationName', '']], []] as [string, string][][]) {
      const { status, data, errors } = await get(kind, [...named, ...parameters]);
      expect({ status, data }).toEqual({ status: 405, data: undefined });
      expect(errors?.[0]?.message).toBe('GET requests only support query operations, not mutation operations');
    }
    expect(await isThere(sku)).toBe(false);
  });

  it('lets a GET execute a query', async () => {
    const { status, data } = await get(kind, [['operationName', ''], ...inUrl(query, { first: 1 })]);
    expect({ status, data }).toMatchObject({ status: 200, data: { products: { nodes: [{}] } } });
  });

  it('is refused in a URL with another name', async () => {
    const names: [string, string][] = [
      ['operationName', ''],
      ['operationName', 'Products'],
    ];
    expect(await get(kind, [...names, ...inUrl(query, { first: 1 })])).toMatchObject({
      status: 400,
      errors: [{ extensions: { code: 'BAD_REQUEST' } }],
    });
  });

  it("does not change the operation's cost", async () => {
    const codeOf = ({ errors }: Answer) => errors?.[0]?.extensions.code;
    const variables = { first: 100 };
    for (const _time of ['first', 'second']) {
      expect(codeOf(await post(kind, { ...query, variables, operationName: '' }))).toBe('LIMIT_EXCEEDED');
      expect(codeOf(await get(kind, [['operationName', ''], ...inUrl(query, variables)]))).toBe('LIMIT_EXCEEDED');
      expect(await post(kind, { ...query, variables: { first: 1 }, operationName: '' })).toMatchObject({ status: 200 });
    }
  });

  it.each([
    ['a name that no operation has', 'Other', 'OPERATION_RESOLUTION_FAILURE'],
    ['white space', ' ', 'OPERATION_RESOLUTION_FAILURE'],
    ['a number', 0, 'BAD_REQUEST'],
    ['false', false, 'BAD_REQUEST'],
    ['a list', [''], 'BAD_REQUEST'],
  ])('is not the same as %s, with which nothing is executed', async (_, operationName, code) => {
    const sku = `N${String(SKU)}-${JSON.stringify(operationName).replaceAll(/\W/g, '')}`;
    const answer = await post(kind, { ...mutation, variables: input(sku), operationName });
    expect(answer.data).toBeUndefined();
    expect(answer.errors).toMatchObject([{ extensions: { code } }]);
    expect(await isThere(sku)).toBe(false);
  });
});

describe.each(['own, any document', 'apollo, any document'])('of two operations, at a gateway (%s),', (kind) => {
  const two =
    'query A { products { totalCount } } mutation B($input: CreateProductInput!) { createProduct(input: $input) { __typename } }';

  it('an empty name is the same as none', async () => {
    const variables = input(`T-${kind.slice(0, 3)}`);
    const absent = await post(kind, { query: two, variables });
    expect(absent.errors?.[0]?.extensions.code).toBe('OPERATION_RESOLUTION_FAILURE');
    expect(await post(kind, { query: two, variables, operationName: '' })).toEqual(absent);
    expect(await post(kind, { query: two, variables, operationName: 'B' })).toMatchObject({
      data: { createProduct: { __typename: 'CreateProductSuccess' } },
    });
  });
});

it('at a subgraph, an empty operation name is none, on the full path and on the cached path', async () => {
  const query = 'mutation ($input: CreateProductInput!) { createProduct(input: $input) { __typename } }';
  const token = await createSigner({ service: 'gateway', secret: SUBGRAPH_TOKEN })({ role: 'staff', id: null });
  for (const time of ['first', 'second']) {
    const response = await fetch(`${system.inventory.address}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
      body: JSON.stringify({ query, variables: input(`S-${time}`), operationName: '' }),
    });
    expect(await read(response)).toEqual({
      status: 200,
      data: { createProduct: { __typename: 'CreateProductSuccess' } },
    });
  }
});
