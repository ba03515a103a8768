/** The gateway follows the GraphQL over HTTP specification: each of its audits is a test. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { serverAudits } from 'graphql-http';
import { type System, startSystem } from '../harness.ts';

let system: System;
let url = '';
let passed = 0;
beforeAll(async () => {
  system = await startSystem({ start: ['gateway'] });
  url = `${system.gateway.address}/graphql`;
});
afterAll(async () => {
  console.info(`GraphQL over HTTP: ${passed} of ${audits.length} audits passed.`);
  await system[Symbol.asyncDispose]();
});

/** A GET that a form or an image of another site could send is refused. With this header, it can't be one. */
const fetchFn: typeof fetch = (input, init) => {
  const headers = new Headers(init?.headers);
  if (init?.method !== 'POST') headers.set('apollo-require-preflight', '1');
  return fetch(input, { ...init, headers });
};

const audits = serverAudits({ url: () => url, fetchFn });

describe('by GraphQL over HTTP, the gateway', () => {
  it.each(audits.map((audit) => [audit.name, audit] as const))('%s', async (_, audit) => {
    const result = await audit.fn();
    expect(result.status === 'ok' ? '' : `${result.status}: ${result.reason}`).toBe('');
    passed += 1;
  });
});
