/**
 * The embedded database: a server on loopback that speaks MongoDB's wire protocol and keeps its data in one directory.
 *
 * A message goes through wire.ts, dispatch.ts and a command in commands/, which reads and writes through a unit of work
 * (work.ts, transactions.ts) the collections of a store (store.ts, collection.ts, indexes.ts), whose changes are in the
 * log (log.ts) before the reply leaves.
 */
import net from 'node:net';
import type { Connection, ServerState } from './commands/context.ts';
import { expireDocuments } from './transactions/ttl.ts';
import { Cursors } from './commands/cursors.ts';
import { execute, unreadable } from './commands/dispatch.ts';
import { CommandError } from './errors.ts';
import { Failpoints } from './commands/failpoints.ts';
import { Sessions } from './transactions/sessions.ts';
import { Store, type Report } from './storage/store.ts';
import { TRANSACTION_LIFETIME_MS, Transactions } from './transactions/transactions.ts';
import { Turn } from './transactions/turn.ts';
import { encodeReply, MessageReader, parseRequest, type Request } from './wire/messages.ts';

export interface DevdbOptions {
  /** The directory of its files, made if there is none. One server at a time. */
  readonly dataDir: string;
  /** 0, the default: any free port. */
  readonly port?: number;
  /** A loopback address: 127.0.0.1 by default. */
  readonly host?: string;
  /** Whether a reply waits until the disk has the write, and not only the operating system: true by default. */
  readonly fsync?: boolean;
  /** Whether `configureFailPoint` is there: false by default. */
  readonly testMode?: boolean;
  /** Compact when the log is longer than this, and than all documents together: 64 MiB by default. */
  readonly compactBytes?: number;
  /** How long a transaction may stay open: 60,000 ms by default. */
  readonly transactionLifetimeMs?: number;
  /** How often documents are removed by TTL indexes: every 60,000 ms by default. */
  readonly ttlIntervalMs?: number;
  readonly log?: Report;
}

/** A running server. */
export interface Devdb extends AsyncDisposable {
  readonly port: number;
  readonly uri: string;
  /** Stops accepting, finishes what is in flight, aborts open transactions, closes the files. */
  close(): Promise<void>;
}

const LOOPBACK = new Set(['127.0.0.1', '::1', 'localhost']);
const HOUSEKEEPING_MS = 60_000;

/**
 * Opens the data directory and listens.
 * @throws DataDirectoryError when another process has the directory or its files are damaged
 * @throws Error when `host` isn't a loopback address, or the port is taken
 */
export async function createDevdb(options: DevdbOptions): Promise<Devdb> {
  const { dataDir, port = 0, host = '127.0.0.1', fsync = true, log = () => undefined } = options;
  if (!LOOPBACK.has(host)) throw new Error(`devdb has no authentication and listens on loopback only, not on ${host}`);
  const sessions = new Sessions();
  const store = new Store({ dataDir, fsync, compactBytes: options.compactBytes ?? 64 * 1024 * 1024, log, sessions });
  const transactions = new Transactions(store, options.transactionLifetimeMs ?? TRANSACTION_LIFETIME_MS);
  const cursors = new Cursors();
  let address = '';
  const state: ServerState = {
    store,
    transactions,
    turn: new Turn(),
    sessions,
    cursors,
    failpoints: options.testMode === true ? new Failpoints() : undefined,
    address: () => address,
    startedAt: Date.now(),
    log,
    dataDir,
    fsync,
    counters: { connections: 0, connectionsCreated: 0, commands: {} },
  };
  const open = new Set<ClientConnection>();
  const server = net.createServer({ noDelay: true }, (socket) => {
    const connection = new ClientConnection(state, socket);
    open.add(connection);
    socket.once('close', () => open.delete(connection));
  });
  try {
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen(port, host, resolve);
    });
  } catch (error) {
    await store.close();
    throw error;
  }
  const bound = server.address();
  const boundPort = typeof bound === 'object' && bound !== null ? bound.port : port;
  address = `${host.includes(':') ? `[${host}]` : host}:${String(boundPort)}`;

  const timers = [
    setInterval(() => {
      sessions.expire();
      cursors.expire();
    }, HOUSEKEEPING_MS),
    setInterval(() => {
      expireDocuments(store, transactions.locks);
    }, options.ttlIntervalMs ?? HOUSEKEEPING_MS),
  ];
  for (const timer of timers) timer.unref();

  let closing: Promise<void> | undefined;
  const close = async (): Promise<void> => {
    for (const timer of timers) clearInterval(timer);
    const closed = new Promise((resolve) => server.close(resolve));
    transactions.abortAll();
    await Promise.all([...open].map((connection) => connection.close()));
    await closed;
    await store.close();
  };
  const closeOnce = (): Promise<void> => (closing ??= close());
  return {
    port: boundPort,
    uri: `mongodb://${address}/?replicaSet=devdb`,
    close: closeOnce,
    [Symbol.asyncDispose]: closeOnce,
  };
}

/** One client's connection: its requests are answered one after the other. */
class ClientConnection implements Connection {
  readonly id: number;
  appName = '';
  readonly #state: ServerState;
  readonly #socket: net.Socket;
  readonly #reader = new MessageReader();
  readonly #queue: Buffer[] = [];
  #working: Promise<void> | undefined;

  constructor(state: ServerState, socket: net.Socket) {
    this.#state = state;
    this.#socket = socket;
    this.id = ++state.counters.connectionsCreated;
    state.counters.connections++;
    socket.once('close', () => state.counters.connections--);
    // Clients go away in the middle of things; 'close' follows.
    socket.on('error', () => undefined);
    socket.on('data', (chunk: Buffer) => {
      try {
        this.#queue.push(...this.#reader.read(chunk));
      } catch (error) {
        this.#refuse(error);
        return;
      }
      this.#working ??= this.#work().finally(() => (this.#working = undefined));
    });
  }

  /** Answers what has arrived and ends the connection. */
  async close(): Promise<void> {
    await this.#working;
    this.#socket.destroySoon();
  }

  async #work(): Promise<void> {
    for (let message = this.#queue.shift(); message !== undefined; message = this.#queue.shift()) {
      await this.#answer(message);
    }
  }

  async #answer(message: Buffer): Promise<void> {
    let request: Request;
    try {
      request = parseRequest(message);
    } catch (error) {
      if (!(error instanceof CommandError)) this.#refuse(error);
      else this.#socket.write(encodeReply({ requestId: message.readInt32LE(4), legacy: false }, unreadable(error)));
      return;
    }
    const reply = await execute(this.#state, request, this);
    if (reply === 'close') this.#socket.destroy();
    else if (!request.moreToCome) this.#socket.write(encodeReply(request, reply));
  }

  #refuse(error: unknown): void {
    this.#state.log('warn', 'closed a connection that does not speak the protocol', { err: error });
    this.#queue.length = 0;
    this.#socket.destroy();
  }
}
