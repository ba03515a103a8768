/** MAX_IN_FLIGHT: whatever a client does with its connection, its requests stop counting when they end. */
import { once } from 'node:events';
import { type Socket, connect } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createSigner } from '../runtime/token.ts';
import { SUBGRAPH_TOKEN, type System, startSystem, until } from './harness.ts';
import type { Process } from './process.ts';

const PLACES = 40;

let system: System;
let authorization = '';
beforeAll(async () => {
  system = await startSystem({ env: { MAX_IN_FLIGHT: String(PLACES) } });
  const token = await createSigner({ service: 'gateway', secret: SUBGRAPH_TOKEN })({ role: 'staff', id: null });
  authorization = `Bearer ${token}`;
}, 120_000);
afterAll(() => system[Symbol.asyncDispose]());

const READ = JSON.stringify({ query: '{ customers(first: 1) { totalCount } }' });
const WRITE = JSON.stringify({
  query: 'mutation { updateCustomer(input: { id: "ffffffffffffffffffffffff", name: "Ada" }) { __typename } }',
});

/** A POST as bytes. */
const request = (body: string, { headers = '', version = '1.1', length = body.length } = {}): string =>
  [
    `POST /graphql HTTP/${version}`,
    'host: here',
    `authorization: ${authorization}`,
    'content-type: application/json',
    `content-length: ${String(length)}`,
    ...(headers === '' ? [] : [headers]),
    '',
    body,
  ].join('\r\n');

/** A connection that has sent `text`. `answers()` has everything that it received. */
async function send(port: number, text: string): Promise<{ socket: Socket; answers: () => string }> {
  const socket = connect(port, '127.0.0.1').on('error', () => undefined);
  let answers = '';
  socket.setEncoding('utf8').on('data', (chunk) => (answers += String(chunk)));
  await once(socket, 'connect');
  socket.write(text);
  return { socket, answers: () => answers };
}

/** Whether a process refuses the next request because it is full. */
async function isFull({ address }: Process): Promise<boolean> {
  const response = await fetch(`${address}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization },
    body: JSON.stringify({ query: '{ __typename }' }),
  });
  await response.arrayBuffer();
  return response.status === 503;
}

/**
 * Fills all places with requests that have sent half of their bodies, waits until there is none left, and sends the
 * other halves. Returns how many were served.
 */
async function servedAtOnce(process: Process): Promise<number> {
  const whole = request(READ);
  const halves = await Promise.all(Array.from({ length: PLACES }, () => send(process.port, whole.slice(0, -5))));
  const isAnswered = ({ answers }: { answers: () => string }): boolean => answers().startsWith('HTTP/1.1 ');
  // A refused request is answered before its body has arrived.
  await until('all places are taken', async () => halves.some(isAnswered) || (await isFull(process)));
  for (const { socket } of halves) socket.write(whole.slice(-5));
  await until('all are answered', async () => halves.every(isAnswered));
  for (const { socket } of halves) socket.destroy();
  await until('the places are free', async () => !(await isFull(process)));
  return halves.filter(({ answers }) => answers().startsWith('HTTP/1.1 200 ')).length;
}

/** What clients do to a process whose answers are delayed. */
const CLIENTS: [string, () => string[]][] = [
  ['a hundred queries on each of twelve connections', () => Array<string>(12).fill(request(READ).repeat(100))],
  ['a hundred mutations on each of twelve connections', () => Array<string>(12).fill(request(WRITE).repeat(100))],
  ['one query on each connection', () => Array<string>(PLACES * 2).fill(request(READ))],
  ['queries in HTTP/1.0', () => Array<string>(PLACES).fill(request(READ, { version: '1.0' }))],
  [
    'queries with Expect: 100-continue',
    () => Array<string>(PLACES).fill(request(READ, { headers: 'expect: 100-continue' }).repeat(3)),
  ],
  [
    'queries, followed by one with half a body',
    () => Array<string>(PLACES).fill(request(READ) + request(READ, { length: 1000 })),
  ],
  [
    'queries, followed by a refused request',
    () =>
      Array<string>(PLACES).fill(
        request(READ) + request('{"query":') + request(READ, { length: 5_000_000 }) + request(READ),
      ),
  ],
];

describe.each([
  ['the gateway', (): Process => system.gateway, (): Process => system.customers],
  ['a subgraph', (): Process => system.customers, (): Process => system.database],
] as const)('%s', (_, subject, dependency) => {
  it.each(CLIENTS)('serves MAX_IN_FLIGHT requests at the same time after %s, then a reset', async (_what, texts) => {
    process.kill(dependency().pid, 'SIGSTOP');
    const connections = await Promise.all(texts().map((text) => send(subject().port, text)));
    await until('all places are taken', () => isFull(subject()));
    for (const { socket } of connections) socket.resetAndDestroy();
    process.kill(dependency().pid, 'SIGCONT');
    // Mutations that had begun are completed, and keep their places until then.
    await until('MAX_IN_FLIGHT requests are served at once', async () => (await servedAtOnce(subject())) === PLACES);
  });

  it('and ends without waiting for clients that have disconnected', async () => {
    const start = performance.now();
    expect(await subject().stop()).toEqual({ code: 0, signal: null });
    // It would wait 8 s for a request that it counts as in flight.
    expect(performance.now() - start).toBeLessThan(6000);
  });
});
