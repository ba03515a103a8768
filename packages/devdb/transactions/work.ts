/**
 * Who may read and write what: the unit of work of one command. Outside a transaction (here) a command reads and changes
 * the live collections; inside one (transactions.ts) it has versions of its own.
 *
 * Everything is changed synchronously. A command that has to wait hands what it has done to the log first, so that the
 * log has all changes in the order in which memory saw them.
 */
import type { Doc } from '../bson/values.ts';
import type { Collection } from '../storage/collection.ts';
import type { IndexSpec } from '../storage/index-spec.ts';
import { documentEntry, type LogEntry } from '../storage/log-entries.ts';
import type { Store } from '../storage/store.ts';
import { Blocked, lockNames, namespaceLock, type Locks } from './locks.ts';

/** What a command reads and writes through. Writes throw Blocked or CommandError 112 when a transaction is in the way. */
export interface Work {
  inTransaction: boolean;
  /** The version of the collection to read. */
  collection(ns: string): Collection | undefined;
  create(ns: string, options: Doc): Collection;
  createIndex(collection: Collection, spec: IndexSpec): void;
  /** Inserts without `before`, removes without `after`, replaces with both. */
  write(
    collection: Collection,
    record: number | undefined,
    before: Buffer | undefined,
    after: Buffer | undefined,
  ): void;
}

/** Work outside a transaction. */
export class DirectWork implements Work {
  readonly inTransaction = false;
  readonly #store: Store;
  readonly #locks: Locks;
  #entries: LogEntry[] = [];

  constructor(store: Store, locks: Locks) {
    this.#store = store;
    this.#locks = locks;
  }

  collection(ns: string): Collection | undefined {
    return this.#store.get(ns);
  }

  create(ns: string, options: Doc): Collection {
    const holder = this.#locks.get(namespaceLock(ns));
    if (holder !== undefined) throw new Blocked(holder);
    this.change({ kind: 'create', collection: this.#store.newCollectionId(), ns, options });
    return this.#store.get(ns) as Collection;
  }

  createIndex(collection: Collection, spec: IndexSpec): void {
    this.change({ kind: 'createIndex', collection: collection.id, spec });
  }

  write(
    collection: Collection,
    record: number | undefined,
    before: Buffer | undefined,
    after: Buffer | undefined,
  ): void {
    const change = collection.prepare(record ?? this.#store.newRecord(), before, after);
    if (this.#locks.size > 0) {
      for (const name of lockNames(collection, change)) {
        const holder = this.#locks.get(name);
        if (holder !== undefined) throw new Blocked(holder);
      }
    }
    collection.checkUnique(change);
    collection.apply(change);
    this.#entries.push(documentEntry(collection.id, change.record, after));
  }

  /** Changes the store in another way than by writing a document. */
  change(entry: LogEntry): void {
    this.#store.apply(entry);
    this.#entries.push(entry);
  }

  /** Adds what only the log needs to know. */
  note(entry: LogEntry): void {
    this.#entries.push(entry);
  }

  get pending(): boolean {
    return this.#entries.length > 0;
  }

  /** Hands what was done so far to the log, as one frame. */
  flush(): void {
    if (this.#entries.length === 0) return;
    const entries = this.#entries;
    this.#entries = [];
    this.#store.commit(entries);
  }
}
