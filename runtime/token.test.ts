import { describe, expect, it } from '@jest/globals';
import { CompactSign, SignJWT } from 'jose';
import { createSigner, createVerifier } from './token.ts';

const GATEWAY = 'g'.repeat(32);
const ORDERS = 'o'.repeat(32);
const verify = createVerifier({ gateway: GATEWAY, orders: ORDERS });
const bearer = async (token: Promise<string>): Promise<string> => `Bearer ${await token}`;

const forge = (secret: string, change: (jwt: SignJWT) => SignJWT): Promise<string> =>
  change(
    new SignJWT({ role: 'staff' })
      .setProtectedHeader({ alg: 'HS256' })
      .setIssuer('gateway')
      .setAudience('subgraph')
      .setSubject('someone')
      .setExpirationTime('60s'),
  ).sign(new TextEncoder().encode(secret));

describe('a service token', () => {
  it('proves the service and the person on whose behalf it calls', async () => {
    const sign = createSigner({ service: 'gateway', secret: GATEWAY });
    const token = await bearer(sign({ role: 'customer', id: 'ada' }));
    expect(await verify(token)).toEqual({ service: 'gateway', role: 'customer', id: 'ada' });
    expect(await verify(token)).toEqual({ service: 'gateway', role: 'customer', id: 'ada' });
  });

  it('is different for different persons', async () => {
    const sign = createSigner({ service: 'gateway', secret: GATEWAY });
    const [ada, bob, nobody] = await Promise.all([
      sign({ role: 'customer', id: 'ada' }),
      sign({ role: 'customer', id: 'bob' }),
      sign({ role: 'anonymous', id: null }),
    ]);
    expect(new Set([ada, bob, nobody]).size).toBe(3);
    expect(await verify(`Bearer ${nobody}`)).toEqual({ service: 'gateway', role: 'anonymous', id: null });
  });

  it("signed with the gateway's key can't claim to come from orders", async () => {
    const posing = createSigner({ service: 'orders', secret: GATEWAY });
    expect(await verify(await bearer(posing({ role: 'service', id: null })))).toBeNull();
  });

  it.each([
    ['no header', undefined],
    ['another scheme', 'Basic abc'],
    ['no token', 'Bearer '],
    ['no JWT', 'Bearer abc'],
    ['a JWT of nothing', 'Bearer ..'],
  ])('is missing if there is %s', async (_, header) => {
    expect(await verify(header)).toBeNull();
  });

  it.each<[string, (jwt: SignJWT) => SignJWT]>([
    ['it has expired', (jwt) => jwt.setExpirationTime('-1s')],
    [
      'it never expires',
      () =>
        new SignJWT({ role: 'staff' })
          .setProtectedHeader({ alg: 'HS256' })
          .setIssuer('gateway')
          .setAudience('subgraph'),
    ],
    ['it is for another audience', (jwt) => jwt.setAudience('elsewhere')],
    ['its issuer is unknown', (jwt) => jwt.setIssuer('billing')],
    ['its issuer has another key', (jwt) => jwt.setIssuer('orders')],
    [
      'it names no role',
      () =>
        new SignJWT({})
          .setProtectedHeader({ alg: 'HS256' })
          .setIssuer('gateway')
          .setAudience('subgraph')
          .setExpirationTime('60s'),
    ],
    [
      'its role is unknown',
      () =>
        new SignJWT({ role: 'root' })
          .setProtectedHeader({ alg: 'HS256' })
          .setIssuer('gateway')
          .setAudience('subgraph')
          .setExpirationTime('60s'),
    ],
    [
      'it is signed by another algorithm',
      () =>
        new SignJWT({ role: 'staff' })
          .setProtectedHeader({ alg: 'HS512' })
          .setIssuer('gateway')
          .setAudience('subgraph')
          .setExpirationTime('60s'),
    ],
  ])('proves nothing if %s', async (_, change) => {
    expect(await verify(await bearer(forge(GATEWAY.repeat(2).slice(0, 32), change)))).toBeNull();
  });

  it.each([
    ['a number', { sub: 5 }],
    ['a list', { sub: ['ada'] }],
    ['an object', { sub: { id: 'ada' } }],
    ['null', { sub: null }],
    ['a boolean', { sub: true }],
    ['a role in a list', { role: ['staff'] }],
    ['an issuer in a list', { iss: ['gateway'] }],
    ['an expiry that is text', { exp: '4102444800' }],
  ])('proves nothing if a claim has another type: %s', async (_, claims) => {
    const payload = {
      iss: 'gateway',
      aud: 'subgraph',
      role: 'staff',
      exp: Math.ceil(Date.now() / 1000) + 60,
      ...claims,
    };
    const token = new CompactSign(new TextEncoder().encode(JSON.stringify(payload)))
      .setProtectedHeader({ alg: 'HS256' })
      .sign(new TextEncoder().encode(GATEWAY));
    expect(await verify(await bearer(token))).toBeNull();
  });

  it('proves nothing without a signature', async () => {
    const part = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');
    const claims = { iss: 'gateway', aud: 'subgraph', role: 'staff', exp: Math.ceil(Date.now() / 1000) + 60 };
    expect(await verify(`Bearer ${part({ alg: 'none' })}.${part(claims)}.`)).toBeNull();
  });
});
