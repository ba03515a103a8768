/**
 * All collections of one data directory. They are kept in memory; every change is in the log before its reply is sent.
 * The store applies, logs and replays changes. work.ts and transactions.ts decide who may make them.
 */
import { setImmediate as nextTurn } from 'node:timers/promises';
import { Collection } from './collection.ts';
import { decodeEntries, encodeEntry, type LogEntry, type SessionState } from './log-entries.ts';
import { Log } from './log.ts';

/** Receives one event of the server's log per call. */
export type Report = (level: 'info' | 'warn' | 'error', message: string, details?: Record<string, unknown>) => void;

interface StoreOptions {
  dataDir: string;
  fsync: boolean;
  /** The log is compacted when it is longer than this and than all documents together, in bytes. */
  compactBytes: number;
  log: Report;
  /** `restore` gets the sessions' states from the log, oldest first; `states` gives those that a snapshot must keep. */
  sessions: { restore(session: SessionState): void; states(): Iterable<SessionState> };
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
        for (const entry of decodeEntries(payload)) this.#replay(entry);
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

  /** Changes the live collections. The caller must pass the same entries to `commit` before it awaits anything. */
  apply(entry: LogEntry): void {
    if (entry.kind === 'session') return;
    if (entry.kind === 'create') {
      const collection = new Collection(entry.collection, entry.ns, entry.options);
      this.#byName.set(entry.ns, collection);
      this.#byId.set(entry.collection, collection);
      this.#nextCollection = Math.max(this.#nextCollection, entry.collection + 1);
      return;
    }
    const collection = this.#byId.get(entry.collection);
    if (collection === undefined) return;
    switch (entry.kind) {
      case 'put':
        collection.apply(collection.prepare(entry.record, collection.records.get(entry.record), entry.bytes));
        break;
      case 'remove':
        collection.apply(collection.prepare(entry.record, collection.records.get(entry.record), undefined));
        break;
      case 'drop':
        this.#byName.delete(collection.ns);
        this.#byId.delete(collection.id);
        break;
      case 'createIndex':
        collection.addIndex(entry.spec);
        break;
      case 'dropIndex':
        collection.dropIndex(entry.name);
        break;
    }
  }

  #replay(entry: LogEntry): void {
    if (entry.kind === 'session') {
      this.#options.sessions.restore(entry.session);
      return;
    }
    if (entry.kind === 'put' || entry.kind === 'remove') {
      this.#nextRecord = Math.max(this.#nextRecord, entry.record + 1);
      this.#byId.get(entry.collection)?.load(entry.record, entry.kind === 'put' ? entry.bytes : undefined);
      return;
    }
    this.apply(entry);
    if (entry.kind === 'create') this.#byId.get(entry.collection)?.beginLoading();
  }

  /**
   * Writes entries as one frame: after a crash either all or none of them are there.
   * @throws Error if the file can't be written. From then on every call fails, because memory is ahead of the file
   */
  commit(entries: readonly LogEntry[]): void {
    this.assertHealthy();
    if (entries.length === 0) return;
    try {
      this.#log.append(entries.flatMap(encodeEntry));
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

  /** Writes a snapshot and drops the log before it. Commands run meanwhile. */
  async compact(): Promise<void> {
    const started = performance.now();
    try {
      await this.#log.compact(this.#payloads([...this.snapshot().values()], [...this.#options.sessions.states()]));
      this.#options.log('info', 'compacted the log', { ms: Math.round(performance.now() - started) });
    } catch (error) {
      this.#options.log('error', 'compaction failed; the log before it is kept', { err: error });
    }
  }

  *#payloads(collections: readonly Collection[], sessions: readonly SessionState[]): Generator<Uint8Array[]> {
    let payload: Uint8Array[] = [];
    let length = 0;
    for (const entry of snapshotEntries(collections, sessions)) {
      for (const part of encodeEntry(entry)) {
        payload.push(part);
        length += part.length;
      }
      if (length < 1_000_000) continue;
      yield payload;
      [payload, length] = [[], 0];
    }
    if (payload.length > 0) yield payload;
  }

  /** Resolves once everything is in the file. */
  async close(): Promise<void> {
    await nextTurn();
    await this.#log.close();
  }
}

function* snapshotEntries(collections: readonly Collection[], sessions: readonly SessionState[]): Generator<LogEntry> {
  for (const { id, ns, options, indexes, records } of collections) {
    yield { kind: 'create', collection: id, ns, options };
    for (const { spec } of indexes.slice(1)) yield { kind: 'createIndex', collection: id, spec };
    for (const [record, bytes] of records.entries()) yield { kind: 'put', collection: id, record, bytes };
  }
  for (const session of sessions) yield { kind: 'session', session };
}
