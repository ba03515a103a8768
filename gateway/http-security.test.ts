import { describe, expect, it } from '@jest/globals';
import { fastify } from 'fastify';
import { registerRateLimit } from './http-security.ts';

/** A server that allows each caller one request a minute, has no users, and trusts `x-forwarded-for`. */
async function start() {
  const app = fastify({ trustProxy: true });
  await registerRateLimit(app, { requestsPerMinute: 1, personOf: () => null });
  app.get('/', () => 'here');
  const url = await app.listen({ host: '127.0.0.1', port: 0 });
  return {
    askFrom: async (address: string) => (await fetch(url, { headers: { 'x-forwarded-for': address } })).status,
    [Symbol.asyncDispose]: () => app.close(),
  };
}

describe('the rate limit of anonymous callers', () => {
  it.each([
    ['the same address', '192.0.2.1', '192.0.2.1', 429],
    ['another address', '192.0.2.1', '192.0.2.2', 200],
    ['another address of the same IPv6 network', '2001:db8::1', '2001:db8::ffff:2', 429],
    ['another IPv6 network', '2001:db8::1', '2001:db8:0:1::1', 200],
    ['an IPv4 address written as IPv6', '192.0.2.1', '::ffff:192.0.2.1', 429],
  ])('after one request answers %s (%s, %s) with %d', async (_, first, second, status) => {
    await using server = await start();
    expect([await server.askFrom(first), await server.askFrom(second)]).toEqual([200, status]);
  });
});
