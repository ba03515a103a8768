/**
 * One version of a collection: its documents by record number, and its indexes. The live version, the frozen copies that
 * cursors read and a transaction's own version are all of this class. A copy costs O(1).
 */
import { decode, equalValues, isDoc, type Doc, type Value } from '../bson/values.ts';
import { commandError } from '../errors.ts';
import { compileFilter, type Matcher } from '../query/matcher.ts';
import { BTree, numberOrder, sortedTree } from './btree.ts';
import { ID_INDEX, type IndexSpec } from './index-spec.ts';
import { Index } from './indexes.ts';

/** The effect of one write on a collection: computed by `prepare`, carried out by `apply`. */
export interface Change {
  record: number;
  before: Buffer | undefined;
  after: Buffer | undefined;
  /** For each index that it affects, the keys to remove and to add. */
  entries: readonly {
    index: Index;
    removed: readonly string[];
    added: readonly string[];
  }[];
}

const NO_KEYS: readonly string[] = [];

export class Collection {
  /** Unique: a new collection gets a new id even if it has the name of a dropped one. */
  readonly id: number;
  readonly ns: string;
  readonly options: Doc;
  readonly #validator: Matcher | undefined;
  records: BTree<number, Buffer>;
  readonly indexes: Index[];
  /** The size of all documents in bytes. */
  dataSize: number;
  /** The documents by record number while the log is replayed. */
  #loading: Map<number, Buffer> | undefined;
  #frozen: Collection | undefined;

  constructor(id: number, ns: string, options: Doc, from?: Collection) {
    this.id = id;
    this.ns = ns;
    this.options = options;
    this.records = from === undefined ? new BTree<number, Buffer>(undefined, numberOrder) : from.records.clone();
    this.indexes = from === undefined ? [new Index(ID_INDEX)] : from.indexes.map((index) => index.clone());
    this.dataSize = from?.dataSize ?? 0;
    const { validator, validationAction } = options;
    this.#validator = isDoc(validator) && validationAction !== 'warn' ? compileFilter(validator) : undefined;
  }

  /** @throws CommandError 121 when the collection's validator doesn't accept the document */
  validate(bytes: Buffer): void {
    if (this.#validator === undefined) return;
    const doc = decode(bytes);
    if (this.#validator.matches(doc)) return;
    const errInfo = { failingDocumentId: doc['_id'] ?? null };
    throw commandError('DocumentValidationFailure', 'Document failed validation', { errInfo });
  }

  get idIndex(): Index {
    return this.indexes[0] as Index;
  }

  /** The index of that name, or with that key pattern. */
  index(wanted: Value | undefined): Index | undefined {
    return this.indexes.find(({ spec }) => spec.name === wanted || equalValues(spec.key, wanted));
  }

  /** A copy of the current state, which must not be changed. It is made once and reused until the next change. */
  freeze(): Collection {
    return (this.#frozen ??= this.fork());
  }

  /** A copy that can be changed without changing this one. */
  fork(): Collection {
    return new Collection(this.id, this.ns, this.options, this);
  }

  /** Computes a write: an insert if there is no `before`, a removal if there is no `after`. */
  prepare(record: number, before: Buffer | undefined, after: Buffer | undefined): Change {
    const entries: Change['entries'][number][] = [];
    for (const index of this.indexes) {
      if (before !== undefined && after !== undefined && index.sameKeys(before, after)) continue;
      const old = before === undefined ? NO_KEYS : index.keysOf(before);
      const now = after === undefined ? NO_KEYS : index.keysOf(after);
      entries.push({
        index,
        removed: now.length === 0 ? old : old.filter((key) => !now.includes(key)),
        added: old.length === 0 ? now : now.filter((key) => !old.includes(key)),
      });
    }
    return { record, before, after, entries };
  }

  /** @throws CommandError 11000 when the change would give two records one key in a unique index */
  checkUnique(change: Change): void {
    for (const { index, added } of change.entries) {
      if (!index.unique && index !== this.idIndex) continue;
      for (const key of added) {
        if (index.holder(key, change.record) !== undefined)
          throw index.duplicateKey(this.ns, change.after as Buffer, key);
      }
    }
  }

  apply(change: Change): void {
    this.#frozen = undefined;
    const { record, before, after, entries } = change;
    for (const { index, removed, added } of entries) {
      for (const key of removed) index.remove(key, record);
      for (const key of added) index.add(key, record);
    }
    if (after === undefined) this.records.delete(record);
    else this.records.set(record, after);
    this.dataSize += (after?.length ?? 0) - (before?.length ?? 0);
  }

  /**
   * Builds and adds an index.
   * @throws CommandError 11000 when the index is unique and two existing documents have the same key
   */
  addIndex(spec: IndexSpec): void {
    const index = new Index(spec);
    if (this.#loading === undefined) index.build(this.ns, this.records);
    this.#frozen = undefined;
    this.indexes.push(index);
  }

  dropIndex(name: string): void {
    this.#frozen = undefined;
    this.indexes.splice(0, this.indexes.length, ...this.indexes.filter((index) => index.spec.name !== name));
  }

  /** From now on until `endLoading`, documents come through `load` and no index is maintained. */
  beginLoading(): void {
    this.#loading = new Map();
  }

  /** Sets a document while the log is replayed; without bytes, removes it. */
  load(record: number, bytes: Buffer | undefined): void {
    if (bytes === undefined) this.#loading?.delete(record);
    else this.#loading?.set(record, bytes);
  }

  /** Builds the tree of documents and all indexes at once, which is much faster than updating them for each entry. */
  endLoading(): void {
    const loaded = this.#loading ?? new Map<number, Buffer>();
    this.#loading = undefined;
    const records = [...Float64Array.from(loaded.keys()).sort()];
    const documents = records.map((record) => loaded.get(record) as Buffer);
    this.records = sortedTree(records, documents, numberOrder);
    this.dataSize = documents.reduce((sum, { length }) => sum + length, 0);
    for (const index of this.indexes) index.build(this.ns, this.records);
  }
}
