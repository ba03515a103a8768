/**
 * Multi-document transactions: a snapshot to read, versions of its own for what it writes, locks on what it has written,
 * and a commit that is one frame of the log. The first writer of a document wins; the second gets WriteConflict when it
 * is a transaction, and waits when it isn't one.
 */
import type { Doc } from '../bson/values.ts';
import { commandError } from '../errors.ts';
import { Collection, type Change } from '../storage/collection.ts';
import type { IndexSpec } from '../storage/index-spec.ts';
import { documentEntry, type LogEntry } from '../storage/log-entries.ts';
import type { Store } from '../storage/store.ts';
import { Blocked, lockNames, namespaceLock, type LockHolder, type Locks } from './locks.ts';
import type { Work } from './work.ts';

/** How long a transaction may stay open, in milliseconds, as MongoDB's transactionLifetimeLimitSeconds. */
export const TRANSACTION_LIFETIME_MS = 60_000;

/** The label that tells a driver to run the whole transaction again. */
export const TRANSIENT = 'TransientTransactionError';

/** An open transaction. */
export class Transaction implements Work, LockHolder {
  readonly inTransaction = true;
  readonly startedAt = Date.now();
  readonly ended: Promise<void>;
  readonly #registry: Transactions;
  readonly #snapshot: ReadonlyMap<string, Collection>;
  /** Versions of the collections that this transaction writes. */
  readonly #versions = new Map<string, Collection>();
  /** The creations first, then the last state of each record, by lock name. */
  readonly #created: LogEntry[] = [];
  readonly #written = new Map<string, LogEntry>();
  readonly #held: string[] = [];
  readonly #expiry: NodeJS.Timeout;
  #state: 'open' | 'committed' | 'aborted' = 'open';
  #end: () => void = () => undefined;

  constructor(registry: Transactions) {
    this.#registry = registry;
    this.#snapshot = registry.store.snapshot();
    this.ended = new Promise((resolve) => (this.#end = resolve));
    this.#expiry = setTimeout(() => {
      this.abort();
    }, registry.lifetimeMs);
    this.#expiry.unref();
  }

  get state(): 'open' | 'committed' | 'aborted' {
    return this.#state;
  }

  /** Whether the collection has uncommitted writes of this transaction. */
  writes(ns: string): boolean {
    return this.#versions.has(ns);
  }

  collection(ns: string): Collection | undefined {
    return this.#versions.get(ns) ?? this.#snapshot.get(ns);
  }

  create(ns: string, options: Doc): Collection {
    this.#assertOpen();
    const { store } = this.#registry;
    if (store.get(ns) !== undefined) throw this.#conflict();
    this.#lock(namespaceLock(ns));
    const entry = { kind: 'create', collection: store.newCollectionId(), ns, options } as const;
    this.#created.push(entry);
    const version = new Collection(entry.collection, ns, options);
    this.#versions.set(ns, version);
    return version;
  }

  createIndex(collection: Collection, spec: IndexSpec): void {
    if (!this.#created.some((entry) => entry.kind === 'create' && entry.collection === collection.id)) {
      throw commandError(
        'OperationNotSupportedInTransaction',
        'Cannot create new indexes on existing collection in a multi-document transaction.',
      );
    }
    collection.addIndex(spec);
    this.#created.push({ kind: 'createIndex', collection: collection.id, spec });
  }

  write(
    collection: Collection,
    record: number | undefined,
    before: Buffer | undefined,
    after: Buffer | undefined,
  ): void {
    this.#assertOpen();
    const version = this.#versionOf(collection);
    const change = version.prepare(record ?? this.#registry.store.newRecord(), before, after);
    const names = lockNames(version, change);
    this.#assertUnchanged(version, change);
    version.checkUnique(change);
    for (const name of names) this.#lock(name);
    version.apply(change);
    this.#written.set(names[0] as string, documentEntry(version.id, change.record, after));
  }

  /** It may have expired in the middle of a command. */
  #assertOpen(): void {
    if (this.#state !== 'open')
      throw commandError('NoSuchTransaction', 'The transaction has been aborted.', {}, [TRANSIENT]);
  }

  #versionOf({ ns }: Collection): Collection {
    const existing = this.#versions.get(ns);
    if (existing !== undefined) return existing;
    const base = this.#snapshot.get(ns);
    const live = this.#registry.store.get(ns);
    // Dropped, or given other indexes, since the snapshot: from the first write on that has to wait for this transaction.
    if (base === undefined || live?.id !== base.id || specs(live) !== specs(base)) throw this.#conflict();
    const version = base.fork();
    this.#versions.set(ns, version);
    return version;
  }

  /** The first writer wins: neither the record nor a key that is to be added may have changed since the snapshot. */
  #assertUnchanged(version: Collection, change: Change): void {
    const live = this.#registry.store.byId(version.id);
    if (live === undefined) return; // created by this transaction
    const { record } = change;
    const mine = this.#written.has(`${String(version.id)}:${String(record)}`);
    const base = this.#snapshot.get(version.ns)?.records.get(record);
    if (!mine && live.records.get(record) !== base) throw this.#conflict();
    for (const { index, added } of change.entries) {
      if (!index.unique && index.spec.name !== '_id_') continue;
      for (const key of added) {
        const holder = live.index(index.spec.name)?.holder(key, record);
        if (holder === undefined) continue;
        if (live.records.get(holder) !== this.#snapshot.get(version.ns)?.records.get(holder)) throw this.#conflict();
      }
    }
  }

  #lock(name: string): void {
    const holder = this.#registry.locks.get(name);
    if (holder === this) return;
    if (holder !== undefined) throw this.#conflict();
    this.#registry.locks.set(name, this);
    this.#held.push(name);
  }

  #conflict(): Error {
    return commandError(
      'WriteConflict',
      'Caused by :: Write conflict during plan execution and yielding is disabled. :: Please retry your entry or multi-document transaction.',
      {},
      [TRANSIENT],
    );
  }

  /** Makes the writes visible and durable, with `note` in the same frame. */
  commit(note: LogEntry): void {
    const entries = [...this.#created, ...this.#written.values()];
    for (const entry of entries) this.#registry.store.apply(entry);
    this.#finish('committed');
    this.#registry.store.commit(entries.length === 0 ? [] : [...entries, note]);
  }

  abort(): void {
    if (this.#state === 'open') this.#finish('aborted');
  }

  #finish(state: 'committed' | 'aborted'): void {
    this.#state = state;
    clearTimeout(this.#expiry);
    for (const name of this.#held) this.#registry.locks.delete(name);
    this.#registry.open.delete(this);
    this.#end();
  }
}

function specs(collection: Collection): string {
  return collection.indexes.map(({ spec }) => spec.name).join('\n');
}

/** The open transactions of a server. */
export class Transactions {
  readonly store: Store;
  readonly locks: Locks = new Map();
  readonly open = new Set<Transaction>();
  readonly lifetimeMs: number;

  constructor(store: Store, lifetimeMs = TRANSACTION_LIFETIME_MS) {
    this.store = store;
    this.lifetimeMs = lifetimeMs;
  }

  begin(): Transaction {
    const transaction = new Transaction(this);
    this.open.add(transaction);
    return transaction;
  }

  /**
   * For what changes a collection as a whole: it waits for transactions that have written in it.
   * @throws Blocked
   */
  assertNoWriters(ns: string): void {
    for (const transaction of this.open) if (transaction.writes(ns)) throw new Blocked(transaction);
  }

  abortAll(): void {
    for (const transaction of [...this.open]) transaction.abort();
  }
}
