/** In production no process starts with an incomplete configuration: each names all missing settings and ends. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { type ProcessName, howItEnded, spawnChild } from '../../start/process.ts';
import { compileProcesses } from '../compile.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));

let files: Record<ProcessName, string>;
beforeAll(async () => {
  files = await compileProcesses();
});

/** Runs a process with only NODE_ENV=production and `env`, and waits for its end. */
async function run(name: ProcessName, env: Record<string, string> = {}) {
  let output = '';
  const child = spawnChild(name, { NODE_ENV: 'production', ...env }, (text) => (output += text), [files[name]]);
  const exit = await child.exited;
  return { exit: howItEnded(exit), lines: output.trim().split('\n') };
}

/** The variables in lines such as `orders: MONGODB_URI is missing: …`, in the order of the lines. */
const named = (name: string, lines: string[]): string[] =>
  lines.map((line) => new RegExp(`^${name}: ([A-Z_]+) (is|equals) .*\\.$`).exec(line)?.[1] ?? line);

const SUBGRAPH = ['MONGODB_URI', 'SUBGRAPH_TOKEN', 'ORDERS_TOKEN'];
const GATEWAY = ['SUBGRAPH_TOKEN', 'AUTH_SECRET', 'AUTH_ISSUER', 'AUTH_AUDIENCE'];

describe('in production', () => {
  it.each<[ProcessName, string[]]>([
    ['customers', SUBGRAPH],
    ['inventory', SUBGRAPH],
    ['orders', SUBGRAPH],
    ['gateway', GATEWAY],
    ['devdb', ['DATA_DIR']],
  ])('%s names every missing setting, in a sentence each, and exits with 1', async (name, missing) => {
    const { exit, lines } = await run(name);
    expect(exit).toBe('ended with exit code 1');
    expect(named(name, lines)).toEqual(missing);
  });

  it('npm start names every missing setting of all processes once', async () => {
    const cwd = await mkdtemp(path.join(tmpdir(), 'order-supergraph-'));
    const child = spawn(process.execPath, ['--import', 'tsx', 'start/main.ts'], {
      cwd: root,
      env: { NODE_ENV: 'production', DATA_DIR: cwd },
    });
    let output = '';
    child.stderr.setEncoding('utf8').on('data', (text) => (output += String(text)));
    const [code] = (await once(child, 'close')) as [number];
    await rm(cwd, { recursive: true });
    expect(code).toBe(1);
    expect(named('npm start', output.trim().split('\n'))).toEqual([...SUBGRAPH, ...GATEWAY.slice(1)]);
  });

  it.each<[ProcessName, Record<string, string>, string[]]>([
    [
      'gateway',
      { SUBGRAPH_TOKEN: 's'.repeat(31), AUTH_SECRET: 'hush-hush', AUTH_ISSUER: 'x', AUTH_AUDIENCE: 'y' },
      ['SUBGRAPH_TOKEN', 'AUTH_SECRET'],
    ],
    [
      'gateway',
      { SUBGRAPH_TOKEN: 's'.repeat(32), AUTH_SECRET: 's'.repeat(32), AUTH_ISSUER: 'x', AUTH_AUDIENCE: 'y' },
      ['AUTH_SECRET'],
    ],
    [
      'inventory',
      { MONGODB_URI: 'mongodb://127.0.0.1:1/', SUBGRAPH_TOKEN: 's'.repeat(32), ORDERS_TOKEN: 's'.repeat(32) },
      ['ORDERS_TOKEN'],
    ],
  ])('%s does not start with a short or shared secret', async (name, env, faulty) => {
    const { exit, lines } = await run(name, env);
    expect(exit).toBe('ended with exit code 1');
    expect(named(name, lines)).toEqual(faulty);
    for (const secret of Object.values(env)) if (secret.length > 3) expect(lines.join()).not.toContain(secret);
  });
});
