/**
 * All collections of one data directory: in memory, every change in the log before its reply leaves. Knows how changes
 * are written and read back; who may change what when is the business of work.ts and transactions.ts.
 */
import { setImmediate as nextTurn } from 'node:timers/promises';
import { Collection } from './collection.ts';
import { Log } from './log.ts';
import { decodeOperations, encodeOperation, type Operation } from './log-entries.ts';
import type { SessionEntry } from '../transactions/sessions.ts';

/** Where a server says what happens, one event a call. */
export type Report = (level: 'info' | 'warn' | 'error', message: string, details?: Record<string, unknown>) => void;

export interface StoreOptions {
  readonly dataDir: string;
  readonly fsync: boolean;
  /** Compact when the log since the last snapshot is longer than this and than all documents together. */
  readonly compactBytes: number;
  readonly log: Report;
  /** Takes the sessions' entries of the log, oldest first; and gives back those that a snapshot must keep. */
  readonly sessions: { restore(entry: SessionEntry): void; entries(): Iterable<SessionEntry> };
}

export class Store {
  readonly #options: StoreOptions;
  readonly #log: Log;
  readonly #byName = new Map<string, Collection>();
  readonly #byId = new Map<number, Collection>();
  #nextCollection = 1;
  #nextRecord = 1;
  #failure: Error | undefined;

  constructor(options: StoreOptions) {
    this.#options = options;
    const started = performance.now();
    this.#log = Log.open({
      dataDir: options.dataDir,
      fsync: options.fsync,
      replay: (payload) => {
        for (const operation of decodeOperations(payload)) this.#replay(operation);
      },
      warn: (message, details) => {
        options.log('warn', message, details);
      },
    });
    for (const collection of this.#byName.values()) collection.endLoading();
    options.log('info', 'opened the data directory', {
      dataDir: options.dataDir,
      collections: this.#byName.size,
      ms: Math.round(performance.now() - started),
    });
  }

  /** The live version of a collection. */
  get(ns: string): Collection | undefined {
    return this.#byName.get(ns);
  }

  byId(id: number): Collection | undefined {
    return this.#byId.get(id);
  }

  /** The collections of a database, or of all, by name. */
  collections(db?: string): Collection[] {
    const all = [...this.#byName.values()];
    return db === undefined ? all : all.filter(({ ns }) => ns.startsWith(`${db}.`));
  }

  /** Every collection as it is now, for a transaction to read. */
  snapshot(): Map<string, Collection> {
    return new Map([...this.#byName].map(([ns, collection]) => [ns, collection.freeze()]));
  }

  newCollectionId(): number {
    return this.#nextCollection++;
  }

  newRecord(): number {
    return this.#nextRecord++;
  }

  /** Changes the live collections; the caller hands the same operations to `commit` before it waits for anything. */
  apply(operation: Operation): void {
    if (operation.kind === 'session') return;
    if (operation.kind === 'create') {
      const collection = new Collection(operation.collection, operation.ns, operation.options);
      this.#byName.set(operation.ns, collection);
      this.#byId.set(operation.collection, collection);
      this.#nextCollection = Math.max(this.#nextCollection, operation.collection + 1);
      return;
    }
    const collection = this.#byId.get(operation.collection);
    if (collection === undefined) return;
    switch (operation.kind) {
      case 'put':
        collection.apply(
          collection.prepare(operation.record, collection.records.get(operation.record), operation.bytes),
        );
        break;
      case 'remove':
        collection.apply(collection.prepare(operation.record, collection.records.get(operation.record), undefined));
        break;
      case 'drop':
        this.#byName.delete(collection.ns);
        this.#byId.delete(collection.id);
        break;
      case 'createIndex':
        collection.addIndex(operation.spec);
        break;
      case 'dropIndex':
        collection.dropIndex(operation.name);
        break;
    }
  }

  #replay(operation: Operation): void {
    if (operation.kind === 'session') {
      this.#options.sessions.restore(operation.entry);
      return;
    }
    if (operation.kind === 'put' || operation.kind === 'remove') {
      this.#nextRecord = Math.max(this.#nextRecord, operation.record + 1);
      this.#byId
        .get(operation.collection)
        ?.load(operation.record, operation.kind === 'put' ? operation.bytes : undefined);
      return;
    }
    this.apply(operation);
    if (operation.kind === 'create') this.#byId.get(operation.collection)?.beginLoading();
  }

  /**
   * Writes operations as one frame: after a crash all of them are there or none.
   * @throws Error, now and from then on, when the file can't be written: memory is ahead of it and must not be served
   */
  commit(operations: readonly Operation[]): void {
    this.assertHealthy();
    if (operations.length === 0) return;
    try {
      this.#log.append(operations.flatMap(encodeOperation));
    } catch (error) {
      this.#failure = error instanceof Error ? error : new Error(String(error));
      this.#options.log('error', 'the log cannot be written: refusing every further command', { err: this.#failure });
      throw this.#failure;
    }
    const { size, compacting } = this.#log;
    if (size > this.#options.compactBytes && !compacting && size > this.#dataSize()) void this.compact();
  }

  assertHealthy(): void {
    if (this.#failure !== undefined) throw this.#failure;
  }

  durable(): Promise<void> | undefined {
    return this.#log.durable();
  }

  #dataSize(): number {
    let size = 0;
    for (const collection of this.#byName.values()) size += collection.dataSize;
    return size;
  }

  /** Writes a snapshot and drops the log before it, while commands go on. */
  async compact(): Promise<void> {
    const started = performance.now();
    try {
      await this.#log.compact(this.#payloads([...this.snapshot().values()], [...this.#options.sessions.entries()]));
      this.#options.log('info', 'compacted the log', { ms: Math.round(performance.now() - started) });
    } catch (error) {
      this.#options.log('error', 'compaction failed; the log before it is kept', { err: error });
    }
  }

  *#payloads(collections: readonly Collection[], sessions: readonly SessionEntry[]): Generator<Uint8Array[]> {
    let payload: Uint8Array[] = [];
    let length = 0;
    for (const operation of snapshotOperations(collections, sessions)) {
      for (const part of encodeOperation(operation)) {
        payload.push(part);
        length += part.length;
      }
      if (length < 1_000_000) continue;
      yield payload;
      [payload, length] = [[], 0];
    }
    if (payload.length > 0) yield payload;
  }

  /** Ends once everything is in the file. */
  async close(): Promise<void> {
    await nextTurn();
    await this.#log.close();
  }
}

function* snapshotOperations(
  collections: readonly Collection[],
  sessions: readonly SessionEntry[],
): Generator<Operation> {
  for (const { id, ns, options, indexes, records } of collections) {
    yield { kind: 'create', collection: id, ns, options };
    for (const { spec } of indexes.slice(1)) yield { kind: 'createIndex', collection: id, spec };
    for (const [record, bytes] of records.entries()) yield { kind: 'put', collection: id, record, bytes };
  }
  for (const entry of sessions) yield { kind: 'session', entry };
}
