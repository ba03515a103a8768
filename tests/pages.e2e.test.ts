/** The gateway's pages in a browser: with links in development, none in production. */
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { type System, startSystem } from './harness.ts';
import type { Process } from './process.ts';
import { PRODUCTION } from './security/shop.ts';

let system: System;
let production: Process;
beforeAll(async () => {
  system = await startSystem({ start: ['database', 'customers', 'inventory', 'orders', 'gateway'] });
  production = await system.another('gateway', PRODUCTION);
}, 120_000);
afterAll(() => system[Symbol.asyncDispose]());

const visit = ({ address }: Process, path: string, method = 'GET'): Promise<Response> =>
  fetch(new URL(path, address), { method, headers: { accept: 'text/html' } });

it('the front page links to pages that exist, and runs no scripts', async () => {
  const page = await visit(system.gateway, '/');
  expect([page.status, page.headers.get('content-type')]).toEqual([200, 'text/html; charset=utf-8']);
  expect(page.headers.get('content-security-policy')).toMatch(/^default-src 'none';(?!.*script-src)/);
  const html = await page.text();
  expect(html).not.toContain('<script');
  const links = [...html.matchAll(/<a href="([^"]+)"/g)].map(([, link = '']) => link);
  const own = links.filter((link) => !link.startsWith('https:'));
  expect(own).toEqual(['graphiql', 'graphql', 'health/ready']);
  for (const link of own) expect([link, (await visit(system.gateway, link)).status]).toEqual([link, 200]);
  expect((await visit(system.gateway, '/', 'HEAD')).status).toBe(200);
  expect((await visit(system.gateway, '/', 'POST')).status).toBe(405);
});

it('the page of Apollo Sandbox links to GraphiQL, for use offline', async () => {
  expect(await (await visit(system.gateway, '/graphql')).text()).toContain(
    'you might be offline. <a href="graphiql">GraphiQL</a> works offline.',
  );
});

it('in production there are no pages', async () => {
  for (const path of ['/', '/graphiql']) {
    const answer = await visit(production, path);
    expect([path, answer.status]).toEqual([path, 404]);
    expect(answer.headers.get('content-type')).toMatch(/json/);
  }
  expect(await (await visit(production, '/graphql')).text()).not.toContain('<html');
});
