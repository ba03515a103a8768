/** Trusted documents: which of the client's operations, and which others, the gateway serves in each mode. */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ClientError, createClient } from '../../packages/client/client.ts';
import * as operations from '../../packages/client/operations.generated.ts';
import { type System, startSystem } from '../harness.ts';

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');
const documents = Object.entries(operations).flatMap(([name, document]) =>
  document instanceof operations.TypedDocumentString && !name.endsWith('FragmentDoc')
    ? [[name, document] as const]
    : [],
);
const FOREIGN = '{ products(first: 1) { nodes { id } } }';

const MODES = ['off', 'prefer', 'only'] as const;
const systems = new Map<string, System>();
beforeAll(async () => {
  for (const mode of MODES)
    systems.set(mode, await startSystem({ start: ['gateway'], env: { TRUSTED_DOCUMENTS: mode } }));
});
afterAll(async () => {
  for (const system of systems.values()) await system[Symbol.asyncDispose]();
});
function gatewayOf(mode: string): System {
  const system = systems.get(mode);
  if (system === undefined) throw new Error(`There is no gateway of the mode ${mode}.`);
  return system;
}

/** A gateway without subgraphs answers a request that it accepts with an outage, and any other with a refusal. */
const SERVED = 'UPSTREAM_UNAVAILABLE';

async function codeOf(system: System, body: object): Promise<unknown> {
  const response = await fetch(`${system.gateway.address}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  const { errors } = (await response.json()) as { errors?: { extensions: { code: string } }[] };
  return errors?.[0]?.extensions.code;
}

const persisted = (sha256Hash: unknown, version: unknown = 1) => ({
  extensions: { persistedQuery: { version, sha256Hash } },
});
const [, own] = documents.find(([name]) => name === 'ProductsDocument') ?? [];
const ownText = String(own);

describe('the manifest', () => {
  const manifest = JSON.parse(
    readFileSync(new URL('../../packages/client/manifest.json', import.meta.url), 'utf8'),
  ) as Record<string, string>;

  it.each(documents)('has %s, by the hash of the exact text that the client sends', (_, document) => {
    expect(document.__meta__).toEqual({ hash: sha256(document.toString()) });
    expect(manifest[sha256(document.toString())]).toBe(document.toString());
  });

  it('has no other documents', () => {
    expect(Object.keys(manifest)).toHaveLength(documents.length);
  });
});

describe('a gateway that serves trusted documents', () => {
  it('only: serves them by text, by hash and by both, and refuses all others before parsing them', async () => {
    const system = gatewayOf('only');
    const hash = sha256(ownText);
    expect(await codeOf(system, { query: ownText })).toBe(SERVED);
    expect(await codeOf(system, persisted(hash))).toBe(SERVED);
    expect(await codeOf(system, { query: ownText, ...persisted(hash) })).toBe(SERVED);

    const refused = 'UNTRUSTED_DOCUMENT';
    expect(await codeOf(system, { query: FOREIGN })).toBe(refused);
    expect(await codeOf(system, { query: FOREIGN, ...persisted(sha256(FOREIGN)) })).toBe(refused);
    expect(await codeOf(system, persisted(sha256(FOREIGN)))).toBe(refused);
    expect(await codeOf(system, { query: '{ no GraphQL' })).toBe(refused);
    expect(await codeOf(system, { query: `${ownText} ` })).toBe(refused);
    expect(await codeOf(system, { query: '{ __schema { types { name } } }' })).toBe(refused);
    expect(await codeOf(system, { query: FOREIGN, ...persisted(hash) })).toBe(refused);
    expect(await codeOf(system, { query: ownText, ...persisted(sha256(FOREIGN)) })).toBe('BAD_REQUEST');
    expect(await codeOf(system, { query: 5 })).toBe('BAD_REQUEST');
    const get = new URLSearchParams({ query: FOREIGN, extensions: JSON.stringify(persisted(hash).extensions) });
    const response = await fetch(`${system.gateway.address}/graphql?${get.toString()}`, {
      headers: { 'apollo-require-preflight': '1' },
    });
    expect(await response.json()).toMatchObject({ errors: [{ extensions: { code: refused } }] });
    expect(await codeOf(system, persisted('__proto__'))).toBe(refused);
  });

  it('prefer: serves them by hash from the first request on, and others as usual', async () => {
    const system = gatewayOf('prefer');
    expect(await codeOf(system, persisted(sha256(ownText)))).toBe(SERVED);
    expect(await codeOf(system, { query: FOREIGN })).toBe(SERVED);
  });

  it.each(['off', 'prefer'])('%s: has automatic persisted queries', async (mode) => {
    const system = gatewayOf(mode);
    const query = `{ ${mode}: __typename products(first: 1) { nodes { id } } }`;
    const hash = sha256(query);
    expect(await codeOf(system, persisted(hash))).toBe('PERSISTED_QUERY_NOT_FOUND');
    expect(await codeOf(system, { query, ...persisted(hash) })).toBe(SERVED);
    expect(await codeOf(system, persisted(hash))).toBe(SERVED);
    expect(await codeOf(system, { query: `${query} `, ...persisted(hash) })).toBe('BAD_REQUEST');
    expect(await codeOf(system, persisted(hash, 2))).toBe('BAD_REQUEST');
    expect(await codeOf(system, persisted({ $ne: '' }))).toBe('PERSISTED_QUERY_NOT_FOUND');
  });

  it.each([
    ['only', 'text'],
    ['only', 'hash'],
    ['prefer', 'hash'],
    ['off', 'text'],
    ['off', 'hash'],
  ] as const)('%s: answers the client that sends the %s', async (mode, sent) => {
    const system = gatewayOf(mode);
    const client = createClient({ url: `${system.gateway.address}/graphql`, documents: sent, retries: 0 });
    for (const _time of ['first', 'second']) {
      const error: unknown = await client.products().catch((thrown: unknown) => thrown);
      expect(error).toBeInstanceOf(ClientError);
      expect(error).toMatchObject({ code: SERVED });
    }
  });
});
