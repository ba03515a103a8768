/** `npm start` on a fresh clone. */
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from '@jest/globals';
import { type Client, createClient } from '../packages/client/client.ts';
import { until } from './harness.ts';

const root = fileURLToPath(new URL('..', import.meta.url));
const NAMES = ['devdb', 'customers', 'inventory', 'orders', 'gateway'] as const;
const ANY_PORT = Object.fromEntries(NAMES.map((name) => [`${name.toUpperCase()}_PORT`, '0']));

/** A directory for one test's data. */
async function dataDir(): Promise<AsyncDisposable & { path: string }> {
  const directory = await mkdtemp(path.join(tmpdir(), 'order-supergraph-start-'));
  return { path: directory, [Symbol.asyncDispose]: () => rm(directory, { recursive: true, force: true }) };
}

/** A terminal with a running command. Closing it ends all its processes. */
class Terminal implements AsyncDisposable {
  output = '';
  readonly #child: ChildProcess;
  readonly exited: Promise<number | null>;

  /** In a process group of its own, as a shell would start it. */
  constructor(command: string[], env: Record<string, string>) {
    const [file = '', ...args] = command;
    // Without the variables that jest sets.
    const { NODE_ENV: _, ...inherited } = process.env;
    this.#child = spawn(file, args, { cwd: root, env: { ...inherited, ...ANY_PORT, ...env }, detached: true });
    this.exited = once(this.#child, 'close').then(([code]) => code as number | null);
    for (const stream of [this.#child.stdout, this.#child.stderr]) {
      stream?.setEncoding('utf8').on('data', (text: string) => (this.output += text));
    }
  }

  get pid(): number {
    return this.#child.pid ?? 0;
  }

  /** Waits for a piece of output. Throws with all output if the command ends without it, or after 90 s. */
  async says(pattern: RegExp): Promise<void> {
    let end: string | undefined;
    void this.exited.then((code) => (end = `exit code ${String(code)}`));
    try {
      await until(`it says ${String(pattern)}`, async () => end !== undefined || pattern.test(this.output), 90_000);
    } catch {
      end = '90 s of waiting';
    }
    if (!pattern.test(this.output)) throw new Error(`It ended with ${String(end)}, having written:\n${this.output}`);
  }

  /** What Ctrl-C does: the terminal signals the whole group. */
  ctrlC(): Promise<number | null> {
    process.kill(-this.pid, 'SIGINT');
    return this.exited;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#child.exitCode === null && this.#child.signalCode === null) process.kill(-this.pid, 'SIGKILL');
    await this.exited;
  }
}

const LAUNCHER = ['node', '--import', 'tsx', 'start/main.ts'];

/** The processes that a launcher started, by what they run. */
function childrenOf(pid: number): { pid: number; command: string }[] {
  return execFileSync('ps', ['-A', '-o', 'pid=,ppid=,args='], { encoding: 'utf8' })
    .split('\n')
    .map((line) => /^ *(\d+) +(\d+) +(.*)$/.exec(line) ?? [])
    .filter(([, , parent]) => Number(parent) === pid)
    .map(([, child, , command = '']) => ({ pid: Number(child), command }))
    .filter(({ command }) => /devdb\.ts|main\.ts/.test(command));
}

const isAlive = (pid: number): boolean => {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
};

const allEnded = (children: { pid: number }[]): Promise<boolean> =>
  until('every child has ended', async () => children.every(({ pid }) => !isAlive(pid)));

/** The API of a running `npm start`, from its output. */
const apiOf = ({ output }: Terminal): string => /http:\/\/localhost:\d+\/graphql/.exec(output)?.[0] ?? '';

async function ask(terminal: Terminal, query: string | undefined, headers: object = {}): Promise<unknown> {
  const response = await fetch(apiOf(terminal), {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify({ query }),
  });
  return response.json();
}

/** Each operation of README.md with the answer below it. */
const readmeExamples = (): { query: string; answer: unknown }[] =>
  [...readFileSync(path.join(root, 'README.md'), 'utf8').matchAll(/```graphql\n(.*?)```.*?```json\n(.*?)```/gs)].map(
    ([, query = '', answer = '']) => ({ query, answer: JSON.parse(answer) as unknown }),
  );

/** Runs README.md's code as a file beside it. Returns its output. */
function runReadmeCode(terminal: Terminal): string {
  const [, code = ''] = /```ts\n(.*?)```/s.exec(readFileSync(path.join(root, 'README.md'), 'utf8')) ?? [];
  const ours = code.replace('http://localhost:4000/graphql', apiOf(terminal));
  const flags = ['--import', 'tsx', '--input-type=module', '--eval', ours];
  return execFileSync(process.execPath, flags, { cwd: root, encoding: 'utf8' });
}

async function firstProduct(shop: Client): Promise<string> {
  const { nodes } = await shop.products({ first: 1, filter: { inStock: true } });
  return nodes[0]?.id ?? '';
}

it("the printed query and README's examples work, Ctrl-C ends it all, and the data is there the next time", async () => {
  await using data = await dataDir();
  const seen = { order: '', products: [] as string[] };
  {
    await using terminal = new Terminal(LAUNCHER, { DATA_DIR: data.path });
    await terminal.says(/Ctrl-C ends everything/);
    // The sample's audit lines are not printed.
    expect(terminal.output).not.toContain('createProduct');
    const query = /A query to paste:\s+(\{.*?\n\})/s.exec(terminal.output)?.[1];
    expect(await ask(terminal, query)).toEqual({
      data: {
        product: { name: 'Enamel mug, blue', price: { amount: 1290, currency: 'EUR' }, stock: { available: 120 } },
        customer: { name: 'Ada Lovelace', email: 'ada@example.com', orders: { nodes: [] } },
      },
    });

    const printed = /createOrder\(input: \{ customerId: "(\w+)", items: \[\{ productId: "(\w+)"/.exec(terminal.output);
    const [, customerId = '', productId = ''] = printed ?? [];
    const [example, placing] = readmeExamples();
    expect(await ask(terminal, example?.query)).toEqual(example?.answer);
    const mutation = placing?.query.replace('CUSTOMER_ID', customerId).replace('PRODUCT_ID', productId);
    expect(await ask(terminal, mutation)).toEqual(placing?.answer);
    // The printed mutation has the same key as README's, so it places no further order.
    expect(await ask(terminal, /^mutation \{.*?^\}/ms.exec(terminal.output)?.[0])).toMatchObject({
      data: { createOrder: { replayed: true, order: { status: 'CONFIRMED', customer: { name: 'Ada Lovelace' } } } },
    });

    expect(runReadmeCode(terminal)).toMatch(/^[0-9A-Z]{10} CONFIRMED$/m);

    const shop = createClient({ url: apiOf(terminal) });
    const products = await shop.products();
    expect(products.nodes).toHaveLength(12);
    seen.products = products.nodes.map(({ id }) => id);
    const { nodes: customers } = await shop.customers();
    const order = await shop.createOrder({
      customerId: customers[0]?.id ?? '',
      items: [{ productId: await firstProduct(shop), quantity: 1 }],
    });
    if (order.__typename !== 'CreateOrderSuccess') throw new Error(order.message);
    seen.order = order.order.id;
    const children = childrenOf(terminal.pid);
    expect(await terminal.ctrlC()).toBe(0);
    await allEnded(children);
  }

  await using terminal = new Terminal(['npm', 'start'], { DATA_DIR: data.path });
  await terminal.says(/Ctrl-C ends everything/);
  const shop = createClient({ url: apiOf(terminal) });
  expect(await shop.order(seen.order)).toMatchObject({ status: 'CONFIRMED', customer: {} });
  expect((await shop.products()).nodes.map(({ id }) => id)).toEqual(seen.products);
  // npm itself ends by the signal, as usual.
  await terminal.ctrlC();
  await expect(fetch(apiOf(terminal))).rejects.toThrow();
}, 240_000);

it('with AUTH_SECRET, it prints how to make a token, a query that needs none, and a mutation that works with one; SIGTERM to npm ends it all', async () => {
  await using data = await dataDir();
  const AUTH_SECRET = 'a-secret-for-trying-it-out-at-home';
  await using terminal = new Terminal(['npm', 'run', 'start'], { DATA_DIR: data.path, AUTH_SECRET });
  await terminal.says(/Ctrl-C ends everything/);
  const query = /which needs no token:\s+(\{.*\})$/m.exec(terminal.output)?.[1];
  const listed = (await ask(terminal, query)) as { data: { products: { nodes: unknown[] } } };
  expect(listed.data.products.nodes).toHaveLength(5);

  const [npm = '', ...args] = /AUTH_SECRET: (npm run .*)$/m.exec(terminal.output)?.[1]?.split(' ') ?? [];
  const token = execFileSync(npm, args, { cwd: root, encoding: 'utf8', env: { ...process.env, AUTH_SECRET } });
  const mutation = /^mutation \{.*?^\}/ms.exec(terminal.output)?.[0];
  expect(await ask(terminal, mutation)).toMatchObject({ errors: [{ extensions: { code: 'UNAUTHENTICATED' } }] });
  expect(await ask(terminal, mutation, { authorization: `Bearer ${token.trim()}` })).toMatchObject({
    data: { createOrder: { replayed: false, order: { status: 'CONFIRMED' } } },
  });

  // No process of it outlives npm.
  const all = descendantsOf(terminal.pid).map((pid) => ({ pid }));
  expect(all.length).toBeGreaterThan(NAMES.length);
  process.kill(terminal.pid, 'SIGTERM');
  await allEnded(all);
}, 120_000);

it('no process outlives a launcher that was ended with SIGKILL', async () => {
  await using data = await dataDir();
  await using terminal = new Terminal(LAUNCHER, { DATA_DIR: data.path });
  await terminal.says(/Ctrl-C ends everything/);
  const children = childrenOf(terminal.pid);
  expect(children).toHaveLength(NAMES.length);
  process.kill(terminal.pid, 'SIGKILL');
  await allEnded(children);
}, 120_000);

/** All descendants of a process. */
function descendantsOf(pid: number): number[] {
  const parents = execFileSync('ps', ['-A', '-o', 'pid=,ppid='], { encoding: 'utf8' })
    .split('\n')
    .map((line) => line.trim().split(/ +/).map(Number));
  const below = (parent: number): number[] =>
    parents.flatMap(([child = 0, its]) => (its === parent ? [child, ...below(child)] : []));
  return below(pid);
}

it.each([
  ['start:gateway', 'SIGTERM', /gateway listens on/, {}],
  ['start:gateway', 'SIGTERM', /gateway listens on/, { WORKERS: '2' }],
  ['start:customers', 'SIGTERM', /waiting for it/, { MONGODB_URI: 'mongodb://127.0.0.1:9/' }],
  ['start:devdb', 'SIGTERM', /devdb listens on/, {}],
  // Its shell stays.
  ['start:devdb', 'SIGKILL', /devdb listens on/, {}],
] as const)(
  'nothing of `npm run %s` outlives npm when that gets %s (%s, %j)',
  async (script, signal, ready, env) => {
    await using data = await dataDir();
    await using terminal = new Terminal(['npm', 'run', script], { DATA_DIR: data.path, ...env });
    await terminal.says(ready);
    const all = descendantsOf(terminal.pid).map((pid) => ({ pid }));
    expect(all.length).toBeGreaterThanOrEqual(2);
    process.kill(terminal.pid, signal);
    await allEnded(all);
  },
  120_000,
);

it('a process that dies is named, and all others are ended', async () => {
  await using data = await dataDir();
  await using terminal = new Terminal(LAUNCHER, { DATA_DIR: data.path });
  await terminal.says(/Ctrl-C ends everything/);
  const children = childrenOf(terminal.pid);
  const [orders] = children.filter(({ command }) => command.includes('orders'));
  if (orders === undefined) throw new Error('orders was not started');
  process.kill(orders.pid, 'SIGKILL');
  expect(await terminal.exited).toBe(1);
  expect(terminal.output).toMatch(/^npm start: orders was ended by SIGKILL, so everything else was ended too\.$/m);
  await allEnded(children);
}, 120_000);

it('a port that is taken is named, and nothing is left running', async () => {
  await using data = await dataDir();
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const port = String((server.address() as AddressInfo).port);
  await using terminal = new Terminal(LAUNCHER, { DATA_DIR: data.path, INVENTORY_PORT: port });
  await terminal.says(/npm start: /);
  const children = childrenOf(terminal.pid);
  expect(await terminal.exited).toBe(1);
  expect(terminal.output).toContain(
    `inventory: Port ${port} is in use: end the process that listens there, or set INVENTORY_PORT to another port (0: any free one).`,
  );
  await allEnded(children);
  server.close();
}, 120_000);
