/**
 * The real system for tests: devdb, the three subgraphs and the gateway as processes of their own, on free ports, with a
 * data directory that is thrown away.
 *
 *     await using system = await startSystem();
 *     const { data } = await system.graphql('{ products { nodes { id } } }');
 *     await system.orders.kill();
 *     await system.orders.start({ CRASH_POINT: 'after-reserve' });
 *
 * All start side by side; `startSystem` returns once all are ready. A process keeps its port over restarts. Where a
 * process doesn't become ready, and in `system.output()`, is all that the processes wrote. The system ends at the end of
 * the block, whatever happened in it.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Role } from '../runtime/caller.ts';
import { createSigner } from '../runtime/token.ts';
import { type Child, type Exit, type ProcessName, howItEnded, spawnChild } from '../start/process.ts';
import { compileProcesses } from './compile.ts';

export type { Exit, ProcessName };

/** The services' secret in every test system: that of the gateway and, as in development, of orders. */
export const SUBGRAPH_TOKEN = 'a-secret-of-the-test-system-alone';

const ALL: readonly ProcessName[] = ['devdb', 'customers', 'inventory', 'orders', 'gateway'];
const READY_MS = 60_000;

export interface SystemOptions {
  /** Which processes to start at once; all by default. The others can be started later. */
  start?: readonly ProcessName[];
  /** Environment variables for every process. */
  env?: Record<string, string>;
  /** And for one of them; an address given here (`{ orders: { INVENTORY_URL } }`) can lead through a proxy. */
  envOf?: Partial<Record<ProcessName, Record<string, string>>>;
}

/** What GraphQL over HTTP answered. `data` is what the test says that it is: it asked. */
export interface Answer<Data> {
  status: number;
  headers: Headers;
  data: Data | null | undefined;
  errors: { message: string; path?: (string | number)[]; extensions?: Record<string, unknown> }[] | undefined;
}

/** Who a call to a subgraph claims to be. */
export interface As {
  service?: 'gateway' | 'orders';
  role?: Role;
  id?: string | null;
}

export interface System extends AsyncDisposable {
  devdb: Process;
  customers: Process;
  inventory: Process;
  orders: Process;
  gateway: Process;
  /** The database server, without a database's name. */
  mongodbUri: string;
  /** A POST to the gateway. */
  graphql: <Data = Record<string, unknown>>(
    query: string,
    variables?: object,
    headers?: Record<string, string>,
  ) => Promise<Answer<Data>>;
  /** A POST to a subgraph itself, with a service token: the gateway's, on behalf of staff, unless `as` says otherwise. */
  subgraph: <Data = Record<string, unknown>>(
    name: 'customers' | 'inventory' | 'orders',
    query: string,
    variables?: object,
    as?: As,
  ) => Promise<Answer<Data>>;
  /** One process more: a second instance of a subgraph, on a port of its own, ready. It ends with the system. */
  another: (name: ProcessName, env?: Record<string, string>) => Promise<Process>;
  /** All that all processes wrote so far. */
  output: () => string;
  [Symbol.asyncDispose]: () => Promise<void>;
}

/** A process of the system, which can be ended and started again, with the same port. */
export class Process {
  readonly name: ProcessName;
  readonly port: number;
  readonly #file: string;
  readonly #env: Record<string, string>;
  #child: Child | undefined;
  #isRunning = false;
  #output = '';

  /** @param file its compiled code */
  constructor(name: ProcessName, file: string, port: number, env: Record<string, string>) {
    this.name = name;
    this.port = port;
    this.#file = file;
    this.#env = env;
  }

  /** Its origin. */
  get address(): string {
    return `${this.name === 'devdb' ? 'mongodb' : 'http'}://127.0.0.1:${String(this.port)}`;
  }

  get isRunning(): boolean {
    return this.#isRunning;
  }

  get pid(): number {
    if (this.#child === undefined) throw new Error(`${this.name} is not running.`);
    return this.#child.pid;
  }

  /** All that it wrote, over all its lives. */
  get output(): string {
    return this.#output;
  }

  /** Resolves when it ends, by whatever cause. */
  get exited(): Promise<Exit> {
    if (this.#child === undefined) throw new Error(`${this.name} is not running.`);
    return this.#child.exited;
  }

  /** Starts it, and waits until it is ready. `env` comes on top, for this life alone. */
  async start(env: Record<string, string> = {}): Promise<void> {
    this.spawn(env);
    await this.ready();
  }

  /** Starts it and doesn't wait: it may be meant not to become ready. */
  spawn(env: Record<string, string> = {}): void {
    const child = spawnChild(this.name, { ...process.env, ...this.#env, ...env }, (text) => (this.#output += text), [
      this.#file,
    ]);
    this.#child = child;
    this.#isRunning = true;
    void child.exited.then(() => {
      if (this.#child === child) this.#isRunning = false;
    });
  }

  /** Waits until it answers `/health/ready` (devdb: until it listens). Throws, with its output, where it ends before or takes a minute. */
  async ready(): Promise<void> {
    const child = this.#child;
    if (child === undefined) throw new Error(`${this.name} is not running.`);
    let end: Exit | undefined;
    void child.exited.then((exit) => (end = exit));
    await child.address.catch(() => undefined);
    const isReady = async (): Promise<boolean> => {
      if (this.name === 'devdb') return true;
      const answer = await fetch(`${this.address}/health/ready`).catch(() => undefined);
      await answer?.arrayBuffer();
      return answer?.ok === true;
    };
    const until = Date.now() + READY_MS;
    while (end !== undefined || !(await isReady())) {
      const reason = end === undefined ? Date.now() > until && 'is not ready after a minute' : howItEnded(end);
      if (reason !== false) throw new Error(`${this.name} ${reason}. It wrote:\n${this.#output}`);
      await sleep(20);
    }
  }

  /** SIGTERM; waits for the end. */
  async stop(): Promise<Exit> {
    return (await this.#child?.end()) ?? { code: null, signal: null };
  }

  /** SIGKILL; waits for the end. */
  async kill(): Promise<Exit> {
    return (await this.#child?.kill()) ?? { code: null, signal: null };
  }
}

let compiled: ReturnType<typeof compileProcesses> | undefined;

export async function startSystem(options: SystemOptions = {}): Promise<System> {
  const files = await (compiled ??= compileProcesses());
  const dataDir = await mkdtemp(path.join(tmpdir(), 'order-supergraph-'));
  const ports = Object.fromEntries(await Promise.all(ALL.map(async (name) => [name, await freePort()] as const)));
  const shared: Record<string, string> = {
    NODE_ENV: 'test',
    LOG_LEVEL: 'info',
    DATA_DIR: dataDir,
    // A killed process loses nothing without it; only a power cut would.
    DEVDB_FSYNC: 'false',
    // A killed inventory leaves transactions behind, which keep products from everybody until they expire.
    DEVDB_TRANSACTION_LIFETIME_MS: '5000',
    SUBGRAPH_TOKEN,
    MONGODB_URI: `mongodb://127.0.0.1:${String(ports['devdb'])}/`,
    ...Object.fromEntries(ALL.map((name) => [`${name.toUpperCase()}_PORT`, String(ports[name])])),
    ...options.env,
  };
  const others: Process[] = [];
  const create = (name: ProcessName): Process =>
    new Process(name, files[name], ports[name] ?? 0, { ...shared, ...options.envOf?.[name] });
  const processes = {
    devdb: create('devdb'),
    customers: create('customers'),
    inventory: create('inventory'),
    orders: create('orders'),
    gateway: create('gateway'),
  };
  const inOrder = (): Process[] => [...others, ...ALL.toReversed().map((name) => processes[name])];

  const system: System = {
    ...processes,
    mongodbUri: `mongodb://127.0.0.1:${String(ports['devdb'])}/?directConnection=true`,
    graphql: (query, variables, headers) => post(processes.gateway.address, query, variables, headers),
    async subgraph(name, query, variables, { service = 'gateway', role = 'staff', id = null } = {}) {
      const token = await createSigner({ service, secret: SUBGRAPH_TOKEN })({ role, id });
      return post(processes[name].address, query, variables, { authorization: `Bearer ${token}` });
    },
    async another(name, env = {}) {
      const port = await freePort();
      const other = new Process(name, files[name], port, {
        ...shared,
        [`${name.toUpperCase()}_PORT`]: String(port),
        ...env,
      });
      others.push(other);
      await other.start();
      return other;
    },
    output: () =>
      inOrder()
        .map(({ name, output }) => `--- ${name}\n${output}`)
        .join('\n'),
    async [Symbol.asyncDispose]() {
      // Nothing is kept: there is no need to end in order.
      await Promise.all(inOrder().map((each) => each.kill()));
      await rm(dataDir, { recursive: true, force: true });
    },
  };
  try {
    const started = (options.start ?? ALL).map((name) => processes[name]);
    for (const each of started) each.spawn();
    await Promise.all(started.map((each) => each.ready()));
    return system;
  } catch (error) {
    await system[Symbol.asyncDispose]();
    throw error;
  }
}

async function post<Data>(
  address: string,
  query: string,
  variables: object | undefined,
  headers: Record<string, string> | undefined,
): Promise<Answer<Data>> {
  const response = await fetch(`${address}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify({ query, variables }),
  });
  const body = (await response.json()) as Pick<Answer<Data>, 'data' | 'errors'>;
  return { status: response.status, headers: response.headers, data: body.data, errors: body.errors };
}

/**
 * A port below the range that the system gives to outgoing connections: nobody takes it while its process is restarted.
 * And above 10080, the last one that `fetch` refuses to call.
 */
export async function freePort(): Promise<number> {
  for (;;) {
    const port = 11_000 + Math.floor(Math.random() * 21_000);
    const server = createServer();
    const isFree = await new Promise<boolean>((resolve) => {
      server.once('error', () => {
        resolve(false);
      });
      server.listen(port, '127.0.0.1', () => {
        resolve(true);
      });
    });
    if (!isFree) continue;
    await new Promise((resolve) => server.close(resolve));
    return port;
  }
}

/** Waits until `condition` gives something else than false, null or undefined, and returns it; throws after `ms`. */
export async function until<T>(
  what: string,
  condition: () => Promise<T | false | null | undefined>,
  ms = 30_000,
): Promise<T> {
  const end = Date.now() + ms;
  for (;;) {
    const value = await condition();
    if (value !== false && value !== null && value !== undefined) return value;
    if (Date.now() > end) throw new Error(`Waited ${String(ms)} ms in vain until ${what}.`);
    await sleep(20);
  }
}
