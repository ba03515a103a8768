/**
 * Who may read and write what: the unit of work of one command. Outside a transaction (here) a command reads and changes
 * the live collections; inside one (transactions.ts) it has versions of its own.
 *
 * Everything is changed synchronously. A command that has to wait hands what it has done to the log first, so that the
 * log has all changes in the order in which memory saw them.
 */
import type { Change, Collection } from '../storage/collection.ts';
import { commandError } from '../errors.ts';
import type { IndexSpec } from '../storage/index-spec.ts';
import { writeOperation, type Operation } from '../storage/log-entries.ts';
import type { Store } from '../storage/store.ts';
import type { Doc } from '../bson/values.ts';

/** What stands in the way of a write: a transaction that has written the same document, key or name. */
export interface LockHolder {
  /** Resolves when it has ended, one way or the other. */
  readonly ended: Promise<void>;
}

/** Thrown by a write outside a transaction that has to wait for `holder` and be tried again; nothing was changed. */
export class Blocked extends Error {
  override readonly name = 'Blocked';
  readonly holder: LockHolder;

  constructor(holder: LockHolder) {
    super('waiting for a transaction');
    this.holder = holder;
  }
}

/**
 * A place for one at a time. Writes outside transactions take turns, and the numbered commands of a session: woken by the
 * same event, they would otherwise mix between a change of memory and its place in the log.
 */
export class Turn {
  #taken = false;
  readonly #waiting: (() => void)[] = [];

  async take(): Promise<void> {
    if (!this.#taken) this.#taken = true;
    else await new Promise<void>((resolve) => this.#waiting.push(resolve));
  }

  /** Gives it to whoever has waited longest. */
  pass(): void {
    const next = this.#waiting.shift();
    if (next === undefined) this.#taken = false;
    else next();
  }
}

/** What transactions have written and not yet committed: documents, unique keys and names, by lock name. */
export type Locks = Map<string, LockHolder>;

/** The names under which a change is locked: its record and the unique keys that it adds or removes. */
export function lockNames({ id }: Collection, { record, entries }: Change): string[] {
  const names = [`${String(id)}:${String(record)}`];
  for (const { index, removed, added } of entries) {
    if (!index.unique && index.spec.name !== '_id_') continue;
    for (const key of removed) names.push(`${String(id)}/${index.spec.name}/${key}`);
    for (const key of added) names.push(`${String(id)}/${index.spec.name}/${key}`);
  }
  return names;
}

/** The name under which a collection that doesn't exist yet is locked. */
export function namespaceLock(ns: string): string {
  return `ns:${ns}`;
}

/** What a command reads and writes through. Writes throw Blocked or CommandError 112 when a transaction is in the way. */
export interface Work {
  readonly inTransaction: boolean;
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
  #operations: Operation[] = [];

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
    this.#operations.push(writeOperation(collection.id, change.record, after));
  }

  /** Changes the store in another way than by writing a document. */
  change(operation: Operation): void {
    this.#store.apply(operation);
    this.#operations.push(operation);
  }

  /** Adds what only the log needs to know. */
  note(operation: Operation): void {
    this.#operations.push(operation);
  }

  get pending(): boolean {
    return this.#operations.length > 0;
  }

  /** Hands what was done so far to the log, as one frame. */
  flush(): void {
    if (this.#operations.length === 0) return;
    const operations = this.#operations;
    this.#operations = [];
    this.#store.commit(operations);
  }
}

/** Refuses what isn't a name of a database and a collection. */
export function checkNamespace(db: string, collection: unknown): string {
  if (typeof collection !== 'string' || collection === '') {
    throw commandError('InvalidNamespace', `Invalid namespace specified '${db}.${String(collection)}'`);
  }
  if (db === '' || /[\s."$/\\\0]/.test(db)) throw commandError('InvalidNamespace', `Invalid database name: '${db}'`);
  if (collection.startsWith('.') || collection.endsWith('.') || /[$\0]/.test(collection)) {
    throw commandError('InvalidNamespace', `Invalid collection name: ${collection}`);
  }
  return `${db}.${collection}`;
}
