/** What a command gets to work with. */
import { setTimeout as sleep } from 'node:timers/promises';
import { Double, Timestamp } from 'bson';
import { elementsOf } from '../bson/raw.ts';
import { decode, encode, type Doc } from '../bson/values.ts';
import { commandError } from '../errors.ts';
import type { Report, Store } from '../storage/store.ts';
import { Blocked } from '../transactions/locks.ts';
import type { Sessions, SessionUse } from '../transactions/sessions.ts';
import type { Transactions } from '../transactions/transactions.ts';
import type { Turn } from '../transactions/turn.ts';
import { DirectWork, type Work } from '../transactions/work.ts';
import type { CommandRequest } from '../wire/messages.ts';
import { numberArgument } from './arguments.ts';
import type { Cursors } from './cursors.ts';
import type { Failpoints } from './failpoints.ts';
import { checkNamespace } from './namespace.ts';

/**
 * What ends a reply that isn't an error. The operation time, by which a driver makes a session's reads see its writes,
 * need not move: every read here sees all writes before it.
 */
export const OK = { ok: new Double(1), operationTime: new Timestamp({ t: Math.floor(Date.now() / 1000), i: 1 }) };

export const OK_ELEMENTS = elementsOf(OK);

/** What all commands of a server share. */
export interface ServerState {
  store: Store;
  transactions: Transactions;
  /** Of the writes outside transactions. */
  turn: Turn;
  sessions: Sessions;
  cursors: Cursors;
  /** Only in test mode. */
  failpoints: Failpoints | undefined;
  /** `host:port`, by which the server names itself to clients. */
  address: () => string;
  startedAt: number;
  log: Report;
  dataDir: string;
  fsync: boolean;
  counters: { connections: number; connectionsCreated: number; commands: Record<string, number> };
}

/** What is known of the client's connection. */
export interface ClientInfo {
  id: number;
  appName: string;
}

/** A reply without its `ok`: a document, or the bytes of its elements. */
export type Reply = Doc | Buffer;

export interface Command {
  run(context: CommandContext): Reply | Promise<Reply>;
  /** Whether it may be part of a transaction. */
  inTransaction?: true;
  /** Whether it writes: refused on an unhealthy store, waits for the disk, may be retried. */
  writes?: true;
}

/** One command in the making. */
export class CommandContext {
  readonly server: ServerState;
  readonly request: CommandRequest;
  readonly connection: ClientInfo;
  readonly use: SessionUse;
  readonly work: Work;
  readonly #direct: DirectWork | undefined;
  #results: [statement: number, result: Buffer][] = [];
  /** What the statement at hand is about, in a command whose first argument names no collection: bulkWrite. */
  target: string | undefined;
  /** Whether a fail point wants the connection closed instead of a reply. */
  disconnects = false;

  constructor(server: ServerState, request: CommandRequest, connection: ClientInfo, use: SessionUse) {
    this.server = server;
    this.request = request;
    this.connection = connection;
    this.use = use;
    if (use.kind === 'transaction') this.work = use.transaction;
    else this.work = this.#direct = new DirectWork(server.store, server.transactions.locks);
  }

  get body(): Doc {
    return this.request.body;
  }

  /** `<db>.<collection>` of the command's first argument, or what `target` says. */
  get ns(): string {
    return this.target ?? checkNamespace(this.request.db, this.body[this.request.name]);
  }

  /** For what changes more than documents: only outside transactions. */
  get direct(): DirectWork {
    if (this.#direct === undefined) {
      throw commandError(
        'OperationNotSupportedInTransaction',
        `Cannot run '${this.request.name}' in a multi-document transaction.`,
      );
    }
    return this.#direct;
  }

  /** Does `step`, again and again while a transaction is in its way. A step that is in the way must have changed nothing. */
  async attempt<T>(step: () => T): Promise<T> {
    for (;;) {
      try {
        return step();
      } catch (error) {
        if (!(error instanceof Blocked)) throw error;
        this.flush();
        this.server.turn.pass();
        try {
          await this.#inTime(error.holder.ended);
        } finally {
          await this.server.turn.take();
        }
      }
    }
  }

  /** @throws CommandError 50 when that takes longer than the command's maxTimeMS */
  async #inTime(ended: Promise<void>): Promise<void> {
    const limit = numberArgument('maxTimeMS', this.body['maxTimeMS'], 0);
    if (limit <= 0) return ended;
    const timeout = new AbortController();
    const late = sleep(limit, undefined, { signal: timeout.signal }).then(() => {
      throw commandError('MaxTimeMSExpired', 'operation exceeded time limit');
    });
    try {
      await Promise.race([ended, late]);
    } finally {
      timeout.abort();
      await late.catch(() => undefined);
    }
  }

  /** What the statement at this position did when the command came before; undefined: it is new. */
  replay(statement: number): Doc | undefined {
    if (this.use.kind !== 'retryable') return undefined;
    const result = this.use.session.results.get(statement);
    if (result === undefined && this.server.failpoints?.retryableWrite() === true) this.disconnects = true;
    return result && decode(result);
  }

  /** Keeps what a statement did, for a retry; in the log, in the frame of its writes. */
  remember(statement: number, result: Doc | Buffer): void {
    if (this.use.kind !== 'retryable') return;
    this.#results.push([statement, Buffer.isBuffer(result) ? result : encode(result)]);
  }

  /** Hands all changes so far to the log. Must come before anything is waited for. */
  flush(): void {
    if (this.#direct === undefined) return;
    if (this.#results.length > 0 && this.use.kind === 'retryable') {
      const note = this.use.session.remember(this.#results);
      if (this.#direct.pending) this.#direct.note(note);
      this.#results = [];
    }
    this.#direct.flush();
  }
}
