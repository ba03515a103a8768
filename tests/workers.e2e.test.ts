/** Several processes behind one port (runtime/workers.ts). */
import { readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { type System, startSystem, until } from './harness.ts';
import type { Process } from './process.ts';

let system: System;
let customers: Process;

beforeAll(async () => {
  system = await startSystem({
    start: ['database'],
    env: { WORKERS: '2' },
    // Its log has a line of JSON for each mutation, with the id of the process that carried it out.
    envOf: { customers: { NODE_ENV: 'production', ORDERS_TOKEN: 'another-secret-of-the-test-system' } },
  });
  ({ customers } = system);
  await customers.start();
  await system.gateway.start();
}, 180_000);
afterAll(() => system[Symbol.asyncDispose]());

/** The processes that a process has started. */
const childrenOf = (parent: number): number[] =>
  readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((pid) => {
      try {
        return new RegExp(`^PPid:\\s+${String(parent)}$`, 'm').test(
          readFileSync(`/proc/${String(pid)}/status`, 'utf8'),
        );
      } catch {
        return false;
      }
    });

/** Shows that a GET does not come from a page of another site. */
const PREFLIGHTED = { 'apollo-require-preflight': 'yes' };

async function temporaryDirectory(): Promise<AsyncDisposable & { path: string }> {
  const directory = await mkdtemp(path.join(tmpdir(), 'order-supergraph-workers-'));
  return { path: directory, [Symbol.asyncDispose]: () => rm(directory, { recursive: true, force: true }) };
}

let written = 0;

const create = async (): Promise<void> => {
  const n = (written += 1);
  const { data } = await system.subgraph<{ createCustomer: { __typename: string } }>(
    'customers',
    'mutation ($input: CreateCustomerInput!) { createCustomer(input: $input) { __typename } }',
    { input: { name: `Customer ${String(n)}`, email: `c${String(n)}@example.com` } },
  );
  expect(data?.createCustomer.__typename).toBe('CreateCustomerSuccess');
};

/** The workers that have served a request, by their audit lines. */
const served = (): Set<string> =>
  new Set([...customers.output.matchAll(/^\{.*"pid":(\d+).*"audit".*$/gm)].map(([, pid]) => pid ?? ''));

it('two workers share a port, and both serve', async () => {
  expect(customers.output.match(/customers listens on/g)).toHaveLength(1);
  const workers = childrenOf(customers.pid);
  expect(workers).toHaveLength(2);
  await until('both have served', async () => {
    // At the same time, so that there are many connections.
    await Promise.all(Array.from({ length: 8 }, create));
    return served().size === 2;
  });
  expect([...served()].map(Number).sort()).toEqual(workers.sort());
  const { data } = await system.graphql('{ customers { totalCount } }');
  expect(data).toEqual({ customers: { totalCount: written } });
});

it('a worker that is killed is replaced, and requests go on', async () => {
  const [victim = 0, other = 0] = childrenOf(customers.pid);
  process.kill(victim, 'SIGKILL');
  await until('there are two again', async () => {
    const now = childrenOf(customers.pid);
    return now.length === 2 && now.includes(other) && !now.includes(victim);
  });
  const { data } = await system.graphql('{ customers { totalCount } }');
  expect(data).toEqual({ customers: { totalCount: written } });
});

it('a replacement that fails is tried again, and meanwhile the other workers serve', async () => {
  await using directory = await temporaryDirectory();
  const supergraph = path.join(directory.path, 'supergraph.graphql');
  const sdl = readFileSync(new URL('../schema/supergraph.graphql', import.meta.url), 'utf8');
  writeFileSync(supergraph, sdl);
  const gateway = await system.another('gateway', {
    SUPERGRAPH_PATH: supergraph,
    CUSTOMERS_URL: `${customers.address}/graphql`,
  });
  const serves = async (): Promise<boolean> =>
    (await fetch(`${gateway.address}/graphql?query={customers{totalCount}}`, { headers: PREFLIGHTED })).ok;

  const [victim = 0, other = 0] = childrenOf(gateway.pid);
  writeFileSync(supergraph, 'type Query {');
  process.kill(victim, 'SIGKILL');
  await until('two replacements have failed', async () => /is replaced in \d.*\n/.test(gateway.output));
  expect(gateway.isRunning).toBe(true);
  expect(childrenOf(gateway.pid)).toContain(other);
  expect(await serves()).toBe(true);

  writeFileSync(supergraph, sdl);
  process.kill(other, 'SIGKILL');
  await until('there are two workers that listen', async () => {
    const now = childrenOf(gateway.pid);
    return now.length === 2 && !now.includes(other) && (await serves().catch(() => false));
  });
  writeFileSync(supergraph, 'type Query {');
  const [last = 0] = childrenOf(gateway.pid);
  process.kill(last, 'SIGKILL');
  await until('a replacement has failed again', async () => childrenOf(gateway.pid).length === 1);
  expect(await gateway.stop()).toEqual({ code: 0, signal: null });
}, 120_000);

it('SIGTERM ends all workers in order, and the process with code 0', async () => {
  for (const name of ['gateway', 'customers'] as const) {
    const workers = childrenOf(system[name].pid);
    expect(workers).toHaveLength(2);
    expect(await system[name].stop()).toEqual({ code: 0, signal: null });
    for (const pid of workers) expect(() => process.kill(pid, 0)).toThrow('ESRCH');
  }
});

it('a wrong configuration is reported once, and the process ends with code 1', async () => {
  const before = customers.output.length;
  customers.spawn({ MAX_IN_FLIGHT: 'many' });
  expect(await customers.exited).toEqual({ code: 1, signal: null });
  expect(customers.output.slice(before).match(/MAX_IN_FLIGHT can't be used/g)).toHaveLength(1);
});

it('when the process that started the workers is killed, they end too', async () => {
  await customers.start();
  const workers = childrenOf(customers.pid);
  await customers.kill();
  await until('they are gone', async () => workers.every((pid) => childrenOf(pid).length === 0 && !isAlive(pid)));
});

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
