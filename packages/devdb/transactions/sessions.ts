/**
 * Sessions, as clients number them: the one transaction that each may have open, and what its retryable writes did, so
 * that a repeated one is answered and not done again. What a retry needs lies in the log, in the frame of the write.
 */
import { Binary, Long } from 'bson';
import { getField, isDoc, type Doc } from '../bson/values.ts';
import { commandError } from '../errors.ts';
import type { LogEntry, SessionState } from '../storage/log-entries.ts';
import { TRANSIENT, type Transaction, type Transactions } from './transactions.ts';
import { Turn } from './turn.ts';

/** How long an idle session lives, in minutes: what `hello` tells the drivers. */
export const SESSION_TIMEOUT_MINUTES = 30;

/** What statements of a retryable command answered, by their position: `{n, nModified?, upserted?}` or a whole reply, as bytes. */
type Results = Map<number, Buffer>;

class Session {
  readonly key: string;
  /** A repeated command waits for the first: it may still be at work when its client gives up. */
  readonly turn = new Turn();
  lastUsed = Date.now();
  /** What the client called itself that used it last. */
  appName = '';
  /** The number of the newest transaction or retryable write; older ones are refused. */
  number = -1;
  /** The transaction with that number, if it is one. */
  transaction: Transaction | undefined;
  /** Whether the transaction with that number was committed: true also after a restart, when the transaction is gone. */
  committed = false;
  results: Results = new Map();

  constructor(key: string) {
    this.key = key;
  }

  /** Takes a higher number; an open transaction under a lower one is over. */
  advance(number: number): void {
    this.transaction?.abort();
    this.transaction = undefined;
    this.committed = false;
    this.results = new Map();
    this.number = number;
  }

  /** What the log keeps of a committed transaction. */
  commitNote(): LogEntry {
    return { kind: 'session', session: { id: this.key, number: this.number, committed: true, runs: [] } };
  }

  /** Remembers what statements did, and gives what the log keeps of it. */
  remember(results: readonly (readonly [statement: number, result: Buffer])[]): LogEntry {
    for (const [statement, result] of results) this.results.set(statement, result);
    return { kind: 'session', session: { id: this.key, number: this.number, committed: false, runs: runsOf(results) } };
  }

  state(): SessionState {
    return { id: this.key, number: this.number, committed: this.committed, runs: runsOf(this.results) };
  }
}

function runsOf(results: Iterable<readonly [statement: number, result: Buffer]>): SessionState['runs'] {
  const runs: { first: number; count: number; result: Buffer }[] = [];
  for (const [statement, result] of results) {
    const last = runs.at(-1);
    if (last?.result.equals(result) === true && last.first + last.count === statement) last.count++;
    else runs.push({ first: statement, count: 1, result });
  }
  return runs;
}

export class Sessions {
  readonly #sessions = new Map<string, Session>();

  /** The session that a command of a client names, made if it is new. */
  touch(lsid: unknown, appName: string): Session | undefined {
    const key = sessionKey(lsid);
    if (key === undefined) return undefined;
    let session = this.#sessions.get(key);
    if (session === undefined) this.#sessions.set(key, (session = new Session(key)));
    session.lastUsed = Date.now();
    session.appName = appName;
    return session;
  }

  /** Ends a session: its transaction is aborted. What it retried is still known until the session expires. */
  end(lsid: unknown): void {
    const key = sessionKey(lsid);
    if (key !== undefined) this.#sessions.get(key)?.transaction?.abort();
  }

  endAll(): void {
    for (const session of this.#sessions.values()) session.transaction?.abort();
  }

  /** What `$listLocalSessions` shows. */
  list(): Doc[] {
    return [...this.#sessions.values()].map(({ key, lastUsed }) => ({ _id: lsidOf(key), lastUse: new Date(lastUsed) }));
  }

  /** What `$currentOp` shows of sessions: those with an open transaction. */
  idle(now = Date.now()): Doc[] {
    return [...this.#sessions.values()].flatMap(({ key, appName, number, lastUsed, transaction }) =>
      transaction?.state !== 'open'
        ? []
        : {
            type: 'idleSession',
            desc: 'inactive transaction',
            appName,
            lsid: lsidOf(key),
            transaction: {
              parameters: { txnNumber: Long.fromNumber(number), autocommit: false },
              startWallClockTime: new Date(transaction.startedAt).toISOString(),
              timeOpenMicros: Long.fromNumber((now - transaction.startedAt) * 1000),
              timeInactiveMicros: Long.fromNumber((now - lastUsed) * 1000),
            },
            active: false,
            waitingForLock: false,
          },
    );
  }

  get size(): number {
    return this.#sessions.size;
  }

  /** Forgets sessions that nobody used for the timeout. */
  expire(now = Date.now()): void {
    for (const [key, session] of this.#sessions) {
      if (session.transaction?.state === 'open' || now - session.lastUsed < SESSION_TIMEOUT_MINUTES * 60_000) continue;
      this.#sessions.delete(key);
    }
  }

  /** Takes an entry of the log. */
  restore({ id, number, committed, runs }: SessionState): void {
    let session = this.#sessions.get(id);
    if (session === undefined) this.#sessions.set(id, (session = new Session(id)));
    if (number > session.number) session.advance(number);
    session.committed ||= committed;
    for (const { first, count, result } of runs) {
      for (let i = 0; i < count; i++) session.results.set(first + i, result);
    }
  }

  /** What a snapshot keeps. */
  *states(): Generator<SessionState> {
    for (const session of this.#sessions.values()) {
      if (session.committed || session.results.size > 0) yield session.state();
    }
  }
}

/** With the hash of the user: nobody logs in, so it is always the same. */
const lsidOf = (key: string): Doc => ({
  id: new Binary(Buffer.from(key, 'hex'), Binary.SUBTYPE_UUID),
  uid: new Binary(Buffer.alloc(32)),
});

function sessionKey(lsid: unknown): string | undefined {
  const id = isDoc(lsid) ? getField(lsid, 'id') : undefined;
  return id instanceof Binary ? id.toString('hex') : undefined;
}

/** A command's name and its arguments. */
interface NamedCommand {
  name: string;
  body: Doc;
}

/** How a command uses its session. */
export type SessionUse =
  | { kind: 'plain' }
  | { kind: 'retryable'; session: Session }
  | { kind: 'transaction'; session: Session; transaction: Transaction }
  /** commitTransaction or abortTransaction of what is no longer open. */
  | { kind: 'over'; session: Session };

/**
 * Finds or begins what the command's `txnNumber`, `startTransaction` and `autocommit` say it belongs to.
 * @throws CommandError 72, 225, 251, 256
 */
export function useSession(
  { body, name }: NamedCommand,
  session: Session | undefined,
  transactions: Transactions,
): SessionUse {
  const { txnNumber, autocommit, startTransaction } = body;
  if (txnNumber === undefined) {
    if (autocommit !== undefined || startTransaction !== undefined) {
      throw commandError('InvalidOptions', "'autocommit' and 'startTransaction' need a 'txnNumber'");
    }
    return { kind: 'plain' };
  }
  if (session === undefined)
    throw commandError('InvalidOptions', 'Transaction number requires a session ID to also be specified');
  const number = txnNumber instanceof Long ? txnNumber.toNumber() : Number(txnNumber);
  if (number < session.number) {
    throw commandError(
      'TransactionTooOld',
      `Cannot start transaction ${String(number)} on session because a newer transaction ${String(session.number)} has already started.`,
    );
  }
  if (autocommit !== false) {
    if (number > session.number) session.advance(number);
    return { kind: 'retryable', session };
  }
  if (startTransaction === true) {
    if (number === session.number && (session.committed || session.transaction?.state === 'open')) {
      throw commandError(
        'ConflictingOperationInProgress',
        `Cannot start a transaction at given transaction number ${String(number)}: one with the same number is in progress or committed.`,
      );
    }
    session.advance(number);
    session.transaction = transactions.begin();
    return { kind: 'transaction', session, transaction: session.transaction };
  }
  const { transaction } = session;
  if (number === session.number && transaction?.state === 'open') return { kind: 'transaction', session, transaction };
  const ending = name === 'commitTransaction' || name === 'abortTransaction';
  if (number === session.number && session.committed) {
    if (name === 'commitTransaction') return { kind: 'over', session };
    throw commandError('TransactionCommitted', `Transaction ${String(number)} has been committed.`);
  }
  const message =
    number === session.number && transaction !== undefined
      ? `Transaction with { txnNumber: ${String(number)} } has been aborted.`
      : `Given transaction number ${String(number)} does not match any in-progress transactions. The active transaction number is ${String(session.number)}`;
  throw commandError('NoSuchTransaction', message, {}, ending && name === 'abortTransaction' ? [] : [TRANSIENT]);
}
