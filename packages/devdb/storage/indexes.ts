/** One index: the keys that a document has in it, and the tree that holds them. index-spec.ts checks what may be an index. */
import { encodeKey, RAW_NULL, RAW_UNDEFINED, recordOf, recordSuffix, SUFFIX_LENGTH } from '../bson/keys.ts';
import { rootsOf } from '../bson/path.ts';
import { arrayItems, buildDocument, buildElement, findField, RAW, type RawValue } from '../bson/raw.ts';
import { show } from '../bson/show.ts';
import { decode, setField, type Doc, type Value } from '../bson/values.ts';
import { type CommandError, commandError } from '../errors.ts';
import { compileFilter, type Matcher } from '../query/matcher.ts';
import { BTree, stringOrder, sortedTree } from './btree.ts';
import type { IndexSpec } from './index-spec.ts';

interface Field {
  path: string;
  parts: readonly Buffer[];
  descending: boolean;
}

/** One index of one version of a collection. */
export class Index {
  readonly spec: IndexSpec;
  readonly fields: readonly Field[];
  /** Key and record suffix -> record number. */
  tree: BTree<string, number>;
  /** For each field, whether any document has ever had an array on its path. */
  readonly multikey: boolean[];
  readonly #descending: readonly boolean[];
  readonly #partial: Matcher | undefined;
  readonly #partialRoots: readonly string[];
  /** The top-level fields that a document's keys depend on. */
  readonly #roots: readonly Buffer[];

  constructor(spec: IndexSpec, from?: Index) {
    this.spec = spec;
    this.fields =
      from?.fields ??
      Object.entries(spec.key).map(([path, direction]) => ({
        path,
        parts: path.split('.').map((part) => Buffer.from(part)),
        descending: direction === -1,
      }));
    this.tree = from === undefined ? new BTree<string, number>(undefined, stringOrder) : from.tree.clone();
    this.multikey = from === undefined ? this.fields.map(() => false) : [...from.multikey];
    this.#descending = from === undefined ? this.fields.map((field) => field.descending) : from.#descending;
    const filter = spec.partialFilterExpression;
    this.#partial = from === undefined ? filter && compileFilter(filter) : from.#partial;
    this.#partialRoots = from === undefined ? [...rootsOf(filter ?? {})] : from.#partialRoots;
    this.#roots = from === undefined ? this.#allRoots() : from.#roots;
  }

  /** An independent copy, in constant time. */
  clone(): Index {
    return new Index(this.spec, this);
  }

  get unique(): boolean {
    return this.spec.unique === true;
  }

  /**
   * The keys of a document in this index, without record suffix. None if a sparse or partial index leaves it out.
   * @throws CommandError 171 when two fields of the index are different arrays
   */
  keysOf(bytes: Buffer): string[] {
    const keys = this.#valuesOf(bytes).map((values) => encodeKey(values, this.#descending));
    return keys.length > 1 ? [...new Set(keys)] : keys;
  }

  /** The values of each of the document's keys. */
  #valuesOf(bytes: Buffer): RawValue[][] {
    if (this.#partial !== undefined && !this.#partial.matches(this.#partialView(bytes))) return [];
    const values: RawValue[] = [];
    for (const { parts } of this.fields) {
      const value = single(bytes, parts);
      if (value === undefined) return this.#valuesOfArrays(bytes);
      values.push(value);
    }
    return this.spec.sparse === true && values.every((value) => value === RAW_NULL) ? [] : [values];
  }

  /** As `#valuesOf`, for a document that has an array on the path of at least one of the fields. */
  #valuesOfArrays(bytes: Buffer): RawValue[][] {
    const { fields } = this;
    const columns: RawValue[][] = [];
    refuseParallelArrays(bytes, fields);
    let missing = 0;
    let longest = 1;
    for (let i = 0; i < fields.length; i++) {
      const values: RawValue[] = [];
      const isArray = collect(bytes, 0, (fields[i] as Field).parts, 0, values);
      if (isArray) this.multikey[i] = true;
      if (values.length === 0) values.push(RAW_NULL);
      if (values.every((value) => value === RAW_NULL)) missing++;
      longest = Math.max(longest, values.length);
      columns.push(values);
    }
    if (missing === fields.length && this.spec.sparse === true) return [];
    return Array.from({ length: longest }, (_, row) =>
      columns.map((column) => (column.length === 1 ? column[0] : column[row]) as RawValue),
    );
  }

  #allRoots(): Buffer[] {
    const own = this.fields.map(({ path }) => path.split('.')[0] ?? '');
    return [...new Set([...own, ...this.#partialRoots])].map((root) => Buffer.from(root));
  }

  /** Whether both have the same keys because all fields that the keys depend on have the same bytes. */
  sameKeys(before: Buffer, after: Buffer): boolean {
    return this.#roots.every((root) => {
      const [a, b] = [findField(before, 0, root), findField(after, 0, root)];
      if (a === undefined || b === undefined) return a === b;
      return a.type === b.type && before.compare(after, b.start, b.end, a.start, a.end) === 0;
    });
  }

  /** The top-level fields that the partial filter names, decoded. */
  #partialView(bytes: Buffer): Doc {
    const parts: Buffer[] = [];
    for (const root of this.#partialRoots) {
      const value = findField(bytes, 0, Buffer.from(root));
      if (value !== undefined) parts.push(buildElement(value.type, root, bytes.subarray(value.start, value.end)));
    }
    return decode(buildDocument(parts));
  }

  /**
   * Fills the empty index with all records of a collection.
   * @throws CommandError 11000 when it is unique and two documents have the same key
   */
  build(ns: string, records: BTree<number, Buffer>): void {
    const entries: string[] = [];
    for (const [record, bytes] of records.entries()) {
      const suffix = recordSuffix(record);
      for (const key of this.keysOf(bytes)) entries.push(key + suffix);
    }
    entries.sort();
    if (this.unique) {
      for (let i = 1; i < entries.length; i++) {
        const entry = entries[i] as string;
        if (
          entry.startsWith((entries[i - 1] as string).slice(0, -SUFFIX_LENGTH)) &&
          entry.length === entries[i - 1]?.length
        ) {
          throw this.duplicateKey(ns, records.get(recordOf(entry)) as Buffer, entry.slice(0, -SUFFIX_LENGTH));
        }
      }
    }
    this.tree = sortedTree(entries, entries.map(recordOf), stringOrder);
  }

  add(key: string, record: number): void {
    this.tree.set(key + recordSuffix(record), record);
  }

  remove(key: string, record: number): void {
    this.tree.delete(key + recordSuffix(record));
  }

  /** A record with this key other than `except`, or undefined. */
  holder(key: string, except: number): number | undefined {
    let pair = this.tree.getPairOrNextHigher(`${key}\x01`);
    if (pair !== undefined && pair[1] === except) pair = this.tree.nextHigherPair(pair[0]);
    // No key is a prefix of another, so an entry that starts with `key` is that key and a record suffix.
    return pair !== undefined && pair[0].length === key.length + SUFFIX_LENGTH && pair[0].startsWith(key)
      ? pair[1]
      : undefined;
  }

  /** The error for a second document with a key of the document in `bytes`. */
  duplicateKey(ns: string, bytes: Buffer, key: string): CommandError {
    const values = this.#valuesOf(bytes).find((each) => encodeKey(each, this.#descending) === key) ?? [];
    const keyValue: Doc = {};
    for (const [i, { path }] of this.fields.entries()) setField(keyValue, path, decoded(values[i] ?? RAW_NULL));
    const shown = Object.entries(keyValue).map(([path, value]) => `${path}: ${show(value)}`);
    return commandError(
      'DuplicateKey',
      `E11000 duplicate key error collection: ${ns} index: ${this.spec.name} dup key: { ${shown.join(', ')} }`,
      { keyPattern: this.spec.key, keyValue },
    );
  }
}

/**
 * Several fields may lead through an array only if it is the same one.
 * @throws CommandError 171
 */
function refuseParallelArrays(bytes: Buffer, fields: readonly Field[]): void {
  let first: { path: string; depth: number; parts: readonly Buffer[] } | undefined;
  for (const { path, parts } of fields) {
    const depth = arrayDepth(bytes, parts);
    if (depth === undefined) continue;
    first ??= { path, depth, parts };
    const isSame = depth === first.depth && parts.slice(0, depth).every((part, i) => first?.parts[i]?.equals(part));
    if (!isSame) {
      throw commandError('CannotIndexParallelArrays', `cannot index parallel arrays [${path}] [${first.path}]`);
    }
  }
}

/** How many parts of a path lead to the first array on it; undefined if there is none. */
function arrayDepth(bytes: Buffer, parts: readonly Buffer[]): number | undefined {
  let at = 0;
  for (const [depth, part] of parts.entries()) {
    const value = findField(bytes, at, part);
    if (value?.type === RAW.array) return depth + 1;
    if (value?.type !== RAW.object) return undefined;
    at = value.start;
  }
  return undefined;
}

/** An empty array, which a key has as undefined, is shown as null. */
function decoded({ bytes, type, start, end }: RawValue): Value {
  if (type === RAW.undefined) return null;
  return decode(buildDocument([buildElement(type, 'value', bytes.subarray(start, end))]))['value'] ?? null;
}

/** The value at a path, or undefined when an array lies on it. */
function single(bytes: Buffer, parts: readonly Buffer[]): RawValue | undefined {
  let at = 0;
  for (let depth = 0; ; depth++) {
    const value = findField(bytes, at, parts[depth] as Buffer);
    if (value === undefined) return RAW_NULL;
    if (value.type === RAW.array) return undefined;
    if (depth === parts.length - 1) return value;
    if (value.type !== RAW.object) return RAW_NULL;
    at = value.start;
  }
}

/** Adds the values at a path below the document at `at`. Returns whether there is an array on the path. */
function collect(bytes: Buffer, at: number, parts: readonly Buffer[], depth: number, values: RawValue[]): boolean {
  const value = findField(bytes, at, parts[depth] as Buffer);
  if (value === undefined) {
    values.push(RAW_NULL);
    return false;
  }
  const next = depth + 1;
  if (value.type !== RAW.array) {
    if (next === parts.length) values.push(value);
    else if (value.type === RAW.object) return collect(bytes, value.start, parts, next, values);
    else values.push(RAW_NULL);
    return false;
  }
  const items = arrayItems(bytes, value.start);
  if (next === parts.length) {
    if (items.length === 0) values.push(RAW_UNDEFINED);
    else values.push(...items);
    return true;
  }
  const position = Number(parts[next]?.toString());
  const item = Number.isInteger(position) ? items[position] : undefined;
  if (item !== undefined) {
    const isEmpty = item.type === RAW.array && arrayItems(bytes, item.start).length === 0;
    if (next + 1 === parts.length) values.push(isEmpty ? RAW_UNDEFINED : item);
    else if (item.type === RAW.object) collect(bytes, item.start, parts, next + 1, values);
    return true;
  }
  for (const each of items) {
    if (each.type === RAW.object) collect(bytes, each.start, parts, next, values);
  }
  if (values.length === 0) values.push(RAW_NULL);
  return true;
}
