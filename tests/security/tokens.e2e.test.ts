/** Users' tokens: only those that the issuer signed for this API, and that are valid now, are accepted. */
import { type KeyObject, createHmac, generateKeyPairSync } from 'node:crypto';
import { type Server, createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { CompactSign, SignJWT, exportJWK, exportSPKI } from 'jose';
import { createAuthenticator } from '../../gateway/auth.ts';
import { createSigner } from '../../runtime/token.ts';
import { SUBGRAPH_TOKEN, type System, startSystem } from '../harness.ts';
import { AUTH, userToken } from './shop.ts';

const now = (): number => Math.floor(Date.now() / 1000);
const base64url = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');
const claims = (): object => ({
  sub: 'sue',
  role: 'staff',
  iss: AUTH.AUTH_ISSUER,
  aud: AUTH.AUTH_AUDIENCE,
  exp: now() + 3600,
});
/** A token with any header, signed by HMAC with any secret, or not signed. */
const handmade = (header: object, secret?: string): string => {
  const content = `${base64url(header)}.${base64url(claims())}`;
  return `${content}.${secret === undefined ? '' : createHmac('sha256', secret).update(content).digest('base64url')}`;
};

/** Any claims, signed as by the issuer. */
const signed = (payload: unknown): Promise<string> =>
  new CompactSign(new TextEncoder().encode(JSON.stringify(payload)))
    .setProtectedHeader({ alg: 'HS256' })
    .sign(new TextEncoder().encode(AUTH.AUTH_SECRET));
const signedClaims = (changes: object): Promise<string> => signed({ ...claims(), ...changes });

const staff = { sub: 'sue', role: 'staff' };
const flipped = async (): Promise<string> => {
  const [header = '', payload = '', signature = ''] = (await userToken(staff)).split('.');
  const more = { ...(JSON.parse(Buffer.from(payload, 'base64url').toString()) as object), role: 'staff', sub: 'root' };
  return [header, base64url(more), signature].join('.');
};

/** Each token is valid except for one thing. */
const BAD: [string, () => Promise<string> | string][] = [
  ['is signed with another secret', () => userToken(staff, 'another-secret-of-just-the-same-length')],
  ['is signed with the key that services have', () => userToken(staff, SUBGRAPH_TOKEN)],
  [
    "is a service's own token",
    () => createSigner({ service: 'gateway', secret: SUBGRAPH_TOKEN })({ role: 'staff', id: 'sue' }),
  ],
  ['is signed with no secret', () => handmade({ alg: 'HS256' }, '')],
  ['was changed after it was signed', flipped],
  ['says alg: none', () => handmade({ alg: 'none' })],
  ['says alg: None, with a signature', () => handmade({ alg: 'None' }, AUTH.AUTH_SECRET)],
  [
    'is signed by another algorithm with the right secret',
    async () =>
      new SignJWT({ ...claims() })
        .setProtectedHeader({ alg: 'HS512' })
        .sign(new TextEncoder().encode(AUTH.AUTH_SECRET.repeat(2))),
  ],
  ['says RS256 over an HMAC', () => handmade({ alg: 'RS256' }, AUTH.AUTH_SECRET)],
  [
    'brings its own key',
    () => handmade({ alg: 'HS256', jwk: { kty: 'oct', k: Buffer.from('mine').toString('base64url') } }, 'mine'),
  ],
  ['names a key by a path', () => handmade({ alg: 'HS256', kid: '../../../dev/null' }, '')],
  [
    'names a header that must be understood and is not',
    () => handmade({ alg: 'HS256', crit: ['exp2'], exp2: 1 }, AUTH.AUTH_SECRET),
  ],
  ['has expired', () => userToken({ ...staff, exp: now() - 60 })],
  ['never expires', () => userToken({ ...staff, exp: undefined })],
  ['is not valid yet', () => userToken({ ...staff, nbf: now() + 600 })],
  ['is for another audience', () => userToken({ ...staff, aud: 'https://elsewhere.example' })],
  ['is for no audience', () => userToken({ ...staff, aud: undefined })],
  ['is of another issuer', () => userToken({ ...staff, iss: 'https://accounts.example.evil' })],
  ['is of no issuer', () => userToken({ ...staff, iss: undefined })],
  ['names nobody', () => userToken({ role: 'staff' })],
  ['names nobody but an empty subject', () => userToken({ ...staff, sub: '' })],
  ...[5, 0, ['sue'], { name: 'sue' }, true, null].map((sub): [string, () => Promise<string>] => [
    `has ${JSON.stringify(sub)} for a subject`,
    () => signedClaims({ sub }),
  ]),
  ...[5, [], {}, null, true].map((role): [string, () => Promise<string>] => [
    `has ${JSON.stringify(role)} for a role`,
    () => signedClaims({ role }),
  ]),
  ...['1', [now() + 600], {}, null, true].flatMap((date) =>
    (['exp', 'nbf', 'iat'] as const).map((claim): [string, () => Promise<string>] => [
      `has ${JSON.stringify(date)} for ${claim}`,
      () => signedClaims({ [claim]: date }),
    ]),
  ),
  ...[5, ['https://accounts.example'], null].map((iss): [string, () => Promise<string>] => [
    `has ${JSON.stringify(iss)} for an issuer`,
    () => signedClaims({ iss }),
  ]),
  ...[5, { 0: AUTH.AUTH_AUDIENCE }, [5], null].map((aud): [string, () => Promise<string>] => [
    `has ${JSON.stringify(aud)} for an audience`,
    () => signedClaims({ aud }),
  ]),
  ['has a list of claims', () => signed([claims()])],
  ['has text for claims', () => signed('sue')],
  ['has no role', () => userToken({ sub: 'sue' })],
  ['has a role that is not known', () => userToken({ sub: 'sue', role: 'root' })],
  ['has the role of services', () => userToken({ sub: 'sue', role: 'service' })],
  ['has a list for a role', () => userToken({ sub: 'sue', role: ['staff'] })],
  ['is no JWT', () => 'x'],
  ['is empty dots', () => '..'],
  ['is very long', () => 'x.'.repeat(4000)],
];

let system: System;
let refused = 0;
beforeAll(async () => {
  system = await startSystem({ start: ['gateway'], env: AUTH });
});
afterAll(async () => {
  console.info(`Tokens: ${refused} bad ones refused by the gateway.`);
  await system[Symbol.asyncDispose]();
});

describe('the gateway', () => {
  /** A gateway without subgraphs answers accepted callers with an outage. */
  const ask = (authorization: string) => system.graphql('{ products { totalCount } }', {}, { authorization });

  it.each(BAD)('refuses a token that %s', async (_, make) => {
    const { status, headers, data, errors } = await ask(`Bearer ${await make()}`);
    expect(status).toBe(401);
    expect(headers.get('www-authenticate')).toBe('Bearer error="invalid_token"');
    expect(data).toBeUndefined();
    expect(errors).toEqual([{ message: expect.any(String), extensions: { code: 'UNAUTHENTICATED' } }]);
    refused += 1;
  });

  it.each([
    ['another scheme', async () => `Basic ${Buffer.from('sue:secret').toString('base64')}`],
    ['no scheme', () => userToken(staff)],
    ['two tokens', async () => `Bearer ${await userToken(staff)} ${await userToken(staff)}`],
    ['a list of schemes', async () => `Bearer ${await userToken(staff)}, Basic eDp5`],
  ])('refuses %s instead of a token', async (_, header) => {
    expect((await ask(await header())).status).toBe(401);
  });

  it.each([
    ['staff', staff],
    ['a customer', { sub: 'a'.repeat(24), role: 'customer' }],
    ['a clock that is three seconds behind', { ...staff, exp: now() + 3600, nbf: now() + 3 }],
  ])('accepts %s', async (_, given) => {
    const { status, errors } = await ask(`Bearer ${await userToken(given)}`);
    expect(status).toBe(200);
    expect(errors?.[0]?.extensions?.['code']).toBe('UPSTREAM_UNAVAILABLE');
  });
});

describe('an authenticator by JWKS', () => {
  const pair = () => generateKeyPairSync('rsa', { modulusLength: 2048 });
  const [first, second, foreign] = [pair(), pair(), pair()];
  const options = (url: string) => ({ key: { jwksUrl: url }, issuer: AUTH.AUTH_ISSUER, audience: AUTH.AUTH_AUDIENCE });
  const signed = (key: KeyObject, kid: string, alg = 'RS256'): Promise<string> =>
    new SignJWT({ ...claims() }).setProtectedHeader({ alg, kid }).sign(key);

  /** Serves the keys that are in `published` at the moment. */
  async function publish(published: [KeyObject, string][]) {
    let asked = 0;
    const server: Server = createServer((_request, response) => {
      asked += 1;
      void Promise.all(published.map(async ([key, kid]) => ({ ...(await exportJWK(key)), kid, use: 'sig' }))).then(
        (keys) => response.setHeader('content-type', 'application/json').end(JSON.stringify({ keys })),
      );
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return {
      url: `http://127.0.0.1:${String((server.address() as AddressInfo).port)}/jwks.json`,
      asked: () => asked,
      async [Symbol.asyncDispose]() {
        await new Promise((resolve) => server.close(resolve));
      },
    };
  }

  it('accepts tokens that a published key has signed, and fetches the keys once', async () => {
    await using issuer = await publish([[first.publicKey, 'one']]);
    const authenticate = createAuthenticator(options(issuer.url));
    for (let n = 0; n < 3; n += 1) {
      const authentication = await authenticate(`Bearer ${await signed(first.privateKey, 'one')}`);
      expect(authentication).toEqual({ ok: true, user: { role: 'staff', id: 'sue' } });
    }
    expect(issuer.asked()).toBe(1);
  });

  it('finds a key that was published later, and no longer accepts one that was revoked', async () => {
    const published: [KeyObject, string][] = [[first.publicKey, 'one']];
    await using issuer = await publish(published);
    const authenticate = createAuthenticator(options(issuer.url));
    const tokens = [await signed(first.privateKey, 'one'), await signed(second.privateKey, 'two')];
    const letIn = async (): Promise<boolean[]> =>
      Promise.all(tokens.map(async (token) => (await authenticate(`Bearer ${token}`)).ok));
    expect(await letIn()).toEqual([true, false]);
    published.splice(0, 1, [second.publicKey, 'two']);
    // An unknown key makes it fetch the keys again, at most twice a minute.
    jest.spyOn(Date, 'now').mockReturnValue(Date.now() + 31_000);
    await authenticate(`Bearer ${tokens[1] ?? ''}`);
    expect(await letIn()).toEqual([false, true]);
    jest.restoreAllMocks();
  });

  it.each([
    ['a key that is not published', () => signed(foreign.privateKey, 'three')],
    ["a foreign key under a published one's name", () => signed(foreign.privateKey, 'one')],
    ['no signature', () => handmade({ alg: 'none', kid: 'one' })],
    [
      'an HMAC of which the secret is the public key',
      async () => handmade({ alg: 'HS256', kid: 'one' }, await exportSPKI(first.publicKey)),
    ],
  ])('refuses %s', async (_, make) => {
    await using issuer = await publish([[first.publicKey, 'one']]);
    const authenticate = createAuthenticator(options(issuer.url));
    expect(await authenticate(`Bearer ${await make()}`)).toMatchObject({ ok: false, reason: 'invalid' });
  });

  it('reports an outage while the keys cannot be fetched', async () => {
    const issuer = await publish([]);
    await issuer[Symbol.asyncDispose]();
    const authenticate = createAuthenticator(options(issuer.url));
    expect(await authenticate(`Bearer ${await signed(first.privateKey, 'one')}`)).toMatchObject({
      reason: 'unavailable',
    });
    expect(await authenticate(undefined)).toEqual({ ok: true, user: { role: 'anonymous', id: null } });
  });
});
