/**
 * The embedded database: a server on loopback that speaks MongoDB's wire protocol and keeps its data in one directory.
 * README.md shows how a command goes from the socket to the disk.
 */
import net from 'node:net';
import type { ServerState } from './commands/context.ts';
import { Cursors } from './commands/cursors.ts';
import { Failpoints } from './commands/failpoints.ts';
import { ClientConnection } from './connection.ts';
import { Store, type Report } from './storage/store.ts';
import { Sessions } from './transactions/sessions.ts';
import { TRANSACTION_LIFETIME_MS, Transactions } from './transactions/transactions.ts';
import { expireDocuments } from './transactions/ttl.ts';
import { Turn } from './transactions/turn.ts';

export interface DevdbOptions {
  /** The directory of the data files, created if missing. Only one server at a time can use it. */
  dataDir: string;
  /** 0, the default, takes any free port. */
  port?: number;
  /** A loopback address: 127.0.0.1 by default. */
  host?: string;
  /** Whether a reply waits until the write is on the disk, not only with the operating system: true by default. */
  fsync?: boolean;
  /** Whether clients may use `configureFailPoint`: false by default. */
  testMode?: boolean;
  /** The log is compacted when it is longer than this and than all documents together, in bytes: 64 MiB by default. */
  compactBytes?: number;
  /** How long a transaction may stay open, in milliseconds: 60,000 by default. */
  transactionLifetimeMs?: number;
  /** How often TTL indexes remove documents, in milliseconds: 60,000 by default. */
  ttlIntervalMs?: number;
  log?: Report;
}

/** A running server. */
export interface Devdb extends AsyncDisposable {
  port: number;
  uri: string;
  /** Stops accepting connections, finishes the requests at hand, aborts open transactions and closes the files. */
  close(): Promise<void>;
}

const LOOPBACK = new Set(['127.0.0.1', '::1', 'localhost']);
const HOUSEKEEPING_MS = 60_000;
const COMPACT_BYTES = 64 * 1024 * 1024;

/**
 * Opens the data directory and listens.
 * @throws DataDirectoryError when another process has the directory or its files are damaged
 * @throws Error when `host` isn't a loopback address, or the port is taken
 */
export async function createDevdb(options: DevdbOptions): Promise<Devdb> {
  const { port = 0, host = '127.0.0.1' } = options;
  if (!LOOPBACK.has(host)) throw new Error(`devdb has no authentication and listens on loopback only, not on ${host}`);
  const server = new Server(options);
  await server.listen(port, host);
  return server;
}

class Server implements Devdb {
  #port = 0;
  /** `host:port`. */
  #address = '';
  readonly #state: ServerState;
  readonly #server: net.Server;
  readonly #connections = new Set<ClientConnection>();
  readonly #timers: readonly NodeJS.Timeout[];
  #closing: Promise<void> | undefined;

  /** Opens the data directory. */
  constructor(options: DevdbOptions) {
    const { dataDir, fsync = true, compactBytes = COMPACT_BYTES, log = () => undefined } = options;
    const sessions = new Sessions();
    const store = new Store({ dataDir, fsync, compactBytes, log, sessions });
    this.#state = {
      store,
      transactions: new Transactions(store, options.transactionLifetimeMs ?? TRANSACTION_LIFETIME_MS),
      turn: new Turn(),
      sessions,
      cursors: new Cursors(),
      failpoints: options.testMode === true ? new Failpoints() : undefined,
      address: () => this.#address,
      startedAt: Date.now(),
      log,
      dataDir,
      fsync,
      counters: { connections: 0, connectionsCreated: 0, commands: {} },
    };
    this.#server = net.createServer({ noDelay: true }, (socket) => {
      this.#accept(socket);
    });
    this.#timers = [
      setInterval(() => {
        this.#expireIdle();
      }, HOUSEKEEPING_MS),
      setInterval(() => {
        expireDocuments(store, this.#state.transactions.locks);
      }, options.ttlIntervalMs ?? HOUSEKEEPING_MS),
    ];
    for (const timer of this.#timers) timer.unref();
  }

  /** Closes the data directory again when the port is taken. */
  async listen(port: number, host: string): Promise<void> {
    try {
      await new Promise<void>((resolve, reject) => {
        this.#server.once('error', reject);
        this.#server.listen(port, host, resolve);
      });
    } catch (error) {
      this.#stopTimers();
      await this.#state.store.close();
      throw error;
    }
    const bound = this.#server.address();
    this.#port = typeof bound === 'object' && bound !== null ? bound.port : port;
    this.#address = `${host.includes(':') ? `[${host}]` : host}:${String(this.#port)}`;
  }

  get port(): number {
    return this.#port;
  }

  get uri(): string {
    return `mongodb://${this.#address}/?replicaSet=devdb`;
  }

  #accept(socket: net.Socket): void {
    const connection = new ClientConnection(this.#state, socket);
    this.#connections.add(connection);
    socket.once('close', () => this.#connections.delete(connection));
  }

  #expireIdle(): void {
    this.#state.sessions.expire();
    this.#state.cursors.expire();
  }

  #stopTimers(): void {
    for (const timer of this.#timers) clearInterval(timer);
  }

  close(): Promise<void> {
    return (this.#closing ??= this.#close());
  }

  async #close(): Promise<void> {
    this.#stopTimers();
    const closed = new Promise((resolve) => this.#server.close(resolve));
    this.#state.transactions.abortAll();
    await Promise.all([...this.#connections].map((connection) => connection.close()));
    await closed;
    await this.#state.store.close();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }
}
