/**
 * The real system for tests: a database, the three subgraphs and the gateway as processes of their own, on free ports,
 * with a temporary data directory. The database is devdb, or a real MongoDB if TEST_DATABASE is `mongodb`; no test knows.
 *
 *     await using system = await startSystem();
 *     const { data } = await system.graphql('{ products { nodes { id } } }');
 *     await system.orders.kill();
 *     await system.orders.start({ CRASH_POINT: 'after-reserve' });
 *
 * All start in parallel; `startSystem` returns once all are ready. A process keeps its port over restarts. The error of
 * a process that doesn't become ready has its output; `system.output()` has that of all processes. The system ends at
 * the end of the block.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Role } from '../runtime/caller.ts';
import { createSigner } from '../runtime/token.ts';
import { type Child, type ProcessName, spawnChild } from '../start/process.ts';
import { compileProcesses } from './compile.ts';
import { type PartName, Process } from './process.ts';

/** The services' secret in every test system: for the gateway and, as in development, for orders. */
export const SUBGRAPH_TOKEN = 'a-secret-of-the-test-system-alone';

const ALL: readonly PartName[] = ['database', 'customers', 'inventory', 'orders', 'gateway'];

/** The server that a test system uses. */
export type Database = 'devdb' | 'mongodb';

export interface SystemOptions {
  /** By default TEST_DATABASE, or devdb without it. */
  database?: Database;
  /** The URI of a database that is there already. Then the system has none of its own. */
  mongodbUri?: string;
  /** Which processes to start at once; all by default. The others can be started later. */
  start?: readonly PartName[];
  /** Environment variables for every process. */
  env?: Record<string, string>;
  /** Environment variables for one process. An address (`{ orders: { INVENTORY_URL } }`) may be that of a proxy. */
  envOf?: Partial<Record<PartName, Record<string, string>>>;
}

/** An answer of GraphQL over HTTP. The test states the type of `data`. */
export interface Answer<Data> {
  status: number;
  headers: Headers;
  data: Data | null | undefined;
  errors: { message: string; path?: (string | number)[]; extensions?: Record<string, unknown> }[] | undefined;
  extensions: Record<string, unknown> | undefined;
}

/** The caller that a call to a subgraph claims. */
export interface As {
  service?: 'gateway' | 'orders';
  role?: Role;
  id?: string | null;
}

export interface System extends AsyncDisposable {
  /** Which server `database` is: for what depends on it, such as counts of bytes. */
  server: Database;
  database: Process;
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
  /** A POST to a subgraph, with a service token: by default the gateway's, on behalf of staff. */
  subgraph: <Data = Record<string, unknown>>(
    name: Exclude<Service, 'gateway'>,
    query: string,
    variables?: object,
    as?: As,
  ) => Promise<Answer<Data>>;
  /** Starts a second instance of a subgraph, on its own port, and waits until it is ready. It ends with the system. */
  another: (name: Service, env?: Record<string, string>) => Promise<Process>;
  /** The output of all processes so far. */
  output: () => string;
  [Symbol.asyncDispose]: () => Promise<void>;
}

type Service = Exclude<PartName, 'database'>;

const SERVERS: readonly string[] = ['devdb', 'mongodb'] satisfies Database[];

/** Throws for a name that no server has. */
export function serverOf(name = process.env['TEST_DATABASE'] ?? 'devdb'): Database {
  if (!SERVERS.includes(name)) throw new Error(`The database is ${name}, not one of: ${SERVERS.join(', ')}.`);
  return name as Database;
}

let compiled: ReturnType<typeof compileProcesses> | undefined;

export async function startSystem(options: SystemOptions = {}): Promise<System> {
  const server = serverOf(options.database);
  const mongod = server === 'mongodb' ? await import('./mongod.ts') : undefined;
  const files = await (compiled ??= compileProcesses());
  const dataDir = await mkdtemp(path.join(tmpdir(), 'order-supergraph-'));
  const ports = Object.fromEntries(await Promise.all(ALL.map(async (name) => [name, await freePort()] as const)));
  const shared: Record<string, string> = {
    NODE_ENV: 'test',
    LOG_LEVEL: 'info',
    DATA_DIR: dataDir,
    // Only a power cut would lose data without fsync; a killed process doesn't.
    DEVDB_FSYNC: 'false',
    SUBGRAPH_TOKEN,
    MONGODB_URI: options.mongodbUri ?? `mongodb://127.0.0.1:${String(ports['database'])}/`,
    DEVDB_PORT: String(ports['database']),
    CUSTOMERS_PORT: String(ports['customers']),
    INVENTORY_PORT: String(ports['inventory']),
    ORDERS_PORT: String(ports['orders']),
    GATEWAY_PORT: String(ports['gateway']),
    ...options.env,
  };
  const others: Process[] = [];
  const node =
    (name: ProcessName, own: Record<string, string> | undefined) =>
    (env: Record<string, string>, print: (text: string) => void): Child =>
      spawnChild(name, { ...process.env, ...shared, ...own, ...env }, print, [files[name]]);
  const create = (name: Service): Process => new Process(name, ports[name] ?? 0, node(name, options.envOf?.[name]));
  const port = ports['database'] ?? 0;
  const processes = {
    database: new Process(
      'database',
      port,
      mongod === undefined
        ? node('devdb', options.envOf?.database)
        : (_, print) => mongod.spawnMongod(port, path.join(dataDir, 'mongod'), print),
    ),
    customers: create('customers'),
    inventory: create('inventory'),
    orders: create('orders'),
    gateway: create('gateway'),
  };
  const inOrder = (): Process[] => [...others, ...ALL.toReversed().map((name) => processes[name])];

  const system: System = {
    ...processes,
    server,
    mongodbUri: options.mongodbUri ?? `mongodb://127.0.0.1:${String(port)}/?directConnection=true`,
    graphql: (query, variables, headers) => post(processes.gateway.address, query, variables, headers),
    async subgraph(name, query, variables, { service = 'gateway', role = 'staff', id = null } = {}) {
      const token = await createSigner({ service, secret: SUBGRAPH_TOKEN })({ role, id });
      return post(processes[name].address, query, variables, { authorization: `Bearer ${token}` });
    },
    async another(name, env = {}) {
      const own = await freePort();
      const other = new Process(name, own, node(name, { [`${name.toUpperCase()}_PORT`]: String(own), ...env }));
      others.push(other);
      await other.start();
      return other;
    },
    output: () =>
      inOrder()
        .map(({ name, output }) => `--- ${name}\n${output}`)
        .join('\n'),
    async [Symbol.asyncDispose]() {
      // No data is kept, so there is no need to end in order.
      await Promise.all(inOrder().map((each) => each.kill()));
      await rm(dataDir, { recursive: true, force: true });
    },
  };
  try {
    const own = ALL.filter((name) => name !== 'database' || options.mongodbUri === undefined);
    const started = (options.start ?? own).map((name) => processes[name]);
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
  const { data, errors, extensions } = (await response.json()) as Answer<Data>;
  return { status: response.status, headers: response.headers, data, errors, extensions };
}

/**
 * A port below the range of outgoing connections, so that none takes it while its process restarts; and above 10080,
 * the last port that `fetch` refuses.
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

/** Waits until `condition` returns a value other than false, null or undefined, and returns it; throws after `ms`. */
export async function until<T>(
  what: string,
  condition: () => Promise<T | false | null | undefined>,
  ms = 30_000,
): Promise<T> {
  const end = Date.now() + ms;
  for (;;) {
    const value = await condition();
    if (value !== false && value !== null && value !== undefined) return value;
    if (Date.now() > end) throw new Error(`Still not true after ${String(ms)} ms: ${what}.`);
    await sleep(20);
  }
}
