/**
 * BSON values as this server holds them in memory: decoding, encoding, and MongoDB's order over all types.
 *
 * Decoding keeps the types: an int32 stays `Int32`, a double `Double`, a regular expression `BSONRegExp`. The server
 * itself may also put plain JavaScript numbers into documents (see numbers.ts). Documents are plain objects, so decoding
 * and encoding one moves keys that look like array indices ("0", "17") to the front, as JavaScript orders them. Bytes that
 * are stored and returned without decoding keep their order.
 */
import type { Binary, BSONRegExp, Decimal128, Double, Int32, Long, MaxKey, MinKey, ObjectId, Timestamp } from 'bson';
import { BSONError, BSONSymbol, bsonType, Code, DBRef, deserialize, serialize } from 'bson';
import { commandError } from '../errors.ts';
import { compareNumbers, isNumeric } from './numbers.ts';
import { asBuffer } from './raw.ts';

/** A BSON document: keys in order. */
export interface Doc {
  [key: string]: Value;
}
/** Any BSON value. */
export type Value =
  | null
  | boolean
  | number
  | string
  | Date
  | Binary
  | BSONRegExp
  | BSONSymbol
  | Code
  | Decimal128
  | Double
  | Int32
  | Long
  | MaxKey
  | MinKey
  | ObjectId
  | Timestamp
  | Doc
  | Value[];

const DBREF_KEY = Buffer.from('$ref\0');

/**
 * Reads one BSON document. Binary values are views into `bytes`, so these must not be reused afterwards.
 * @throws CommandError 22 (InvalidBSON) on malformed bytes
 */
export function decode(bytes: Uint8Array): Doc {
  let doc: Doc;
  try {
    doc = deserialize(bytes, { promoteValues: false, bsonRegExp: true });
  } catch (error) {
    if (error instanceof BSONError) throw commandError('InvalidBSON', error.message);
    throw error;
  }
  // bson turns every document with a $ref into a DBRef object. To a database it is a document like any other.
  const view = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return view.includes(DBREF_KEY) ? (withoutDBRefs(doc) as Doc) : doc;
}

function withoutDBRefs(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutDBRefs);
  const fields = value instanceof DBRef ? dbRefFields(value) : value;
  if (!isDoc(fields)) return fields;
  for (const key of Object.keys(fields)) setField(fields, key, withoutDBRefs(fields[key]) as Value);
  return fields;
}

function dbRefFields(ref: DBRef): Record<string, unknown> {
  return {
    $ref: ref.collection,
    $id: ref.oid,
    ...(ref.db === undefined ? {} : { $db: ref.db }),
    ...(ref.fields as Record<string, unknown>),
  };
}

/** Writes one BSON document; fields whose value is undefined are left out. */
export function encode(doc: Doc): Buffer {
  return asBuffer(serialize(doc));
}

/** Assigns a field as an own property, even one named `__proto__`. */
export function setField(doc: Doc, key: string, value: Value): void {
  if (key === '__proto__') {
    Object.defineProperty(doc, key, { value, writable: true, enumerable: true, configurable: true });
  } else {
    doc[key] = value;
  }
}

/** Removes a field. */
export function removeField(doc: Doc, key: string): void {
  Reflect.deleteProperty(doc, key);
}

/** The value of an own field, or undefined. */
export function getField(doc: Doc, key: string): Value | undefined {
  return Object.hasOwn(doc, key) ? doc[key] : undefined;
}

/** Whether the value is a document: not an array, a date or another BSON type. */
export function isDoc(value: unknown): value is Doc {
  return typeof value === 'object' && value !== null && typeOrder(value as Value) === ORDER.object;
}

/** Where each type comes in MongoDB's comparison order. Types with the same number compare with each other by value. */
export const ORDER = {
  minKey: -1,
  missing: 0,
  null: 5,
  number: 10,
  string: 15,
  object: 20,
  array: 25,
  binData: 30,
  objectId: 35,
  bool: 40,
  date: 45,
  timestamp: 47,
  regex: 50,
  code: 60,
  codeWithScope: 65,
  maxKey: 127,
} as const;

const ORDER_BY_TAG: Readonly<Record<string, number>> = {
  Int32: ORDER.number,
  Double: ORDER.number,
  Long: ORDER.number,
  Decimal128: ORDER.number,
  ObjectId: ORDER.objectId,
  Binary: ORDER.binData,
  Timestamp: ORDER.timestamp,
  BSONRegExp: ORDER.regex,
  BSONSymbol: ORDER.string,
  MinKey: ORDER.minKey,
  MaxKey: ORDER.maxKey,
};

/** The number of the value's type in ORDER. */
export function typeOrder(value: Value | undefined): number {
  if (typeof value === 'string') return ORDER.string;
  if (value === null) return ORDER.null;
  if (typeof value === 'object') return objectOrder(value);
  if (typeof value === 'number') return ORDER.number;
  return value === undefined ? ORDER.missing : ORDER.bool;
}

function objectOrder(value: object): number {
  const tag = (value as { [bsonType]?: string })[bsonType];
  if (tag !== undefined) {
    if (value instanceof Code) return value.scope === null ? ORDER.code : ORDER.codeWithScope;
    return ORDER_BY_TAG[tag] ?? ORDER.object;
  }
  if (Array.isArray(value)) return ORDER.array;
  return value instanceof Date ? ORDER.date : ORDER.object;
}

/**
 * MongoDB's total order over all values: by type first, numbers by exact value across their types, documents by type, name
 * and value of each field in turn. Undefined (a missing field) comes before null; sort and indexes, for which it counts
 * as null, pass null.
 * @returns negative, 0 or positive
 */
export function compareValues(a: Value | undefined, b: Value | undefined): number {
  if (a === b) return 0;
  if (typeof a === 'string' && typeof b === 'string') return compareStrings(a, b);
  const order = typeOrder(a);
  const difference = order - typeOrder(b);
  if (difference !== 0) return difference;
  return compareWithin(order, a as Value, b as Value);
}

/** Whether MongoDB considers the two equal: 1 and 1.0 are equal, {a, b} and {b, a} are not. */
export function equalValues(a: Value | undefined, b: Value | undefined): boolean {
  return compareValues(a, b) === 0;
}

// Values with the same type order are of one or few classes, which the casts below name.
function compareWithin(order: number, a: Value, b: Value): number {
  switch (order) {
    case ORDER.number:
      return isNumeric(a) && isNumeric(b) ? compareNumbers(a, b) : 0;
    case ORDER.string:
      return compareStrings(textOf(a), textOf(b));
    case ORDER.object:
      return compareDocs(a as Doc, b as Doc);
    case ORDER.array:
      return compareArrays(a as Value[], b as Value[]);
    case ORDER.binData:
      return compareBinaries(a as Binary, b as Binary);
    case ORDER.objectId:
      return Buffer.compare((a as ObjectId).id, (b as ObjectId).id);
    case ORDER.bool:
    case ORDER.date:
      return Number(a) - Number(b);
    case ORDER.timestamp:
      return (a as Timestamp).compare(b as Timestamp);
    case ORDER.regex: {
      const [x, y] = [a as BSONRegExp, b as BSONRegExp];
      return compareStrings(x.pattern, y.pattern) || compareStrings(x.options, y.options);
    }
    case ORDER.code:
    case ORDER.codeWithScope: {
      const [x, y] = [a as Code, b as Code];
      return compareStrings(x.code, y.code) || compareDocs(x.scope ?? {}, y.scope ?? {});
    }
    default:
      // null, MinKey, MaxKey: one value each.
      return 0;
  }
}

/** The text of a string or a symbol. Symbols, a deprecated BSON type, compare as strings. */
function textOf(value: Value): string {
  return value instanceof BSONSymbol ? value.value : (value as string);
}

/** By code point, the order of the UTF-8 bytes. It differs from UTF-16 order: surrogate pairs come after U+FFFF. */
function compareStrings(a: string, b: string): number {
  const length = Math.min(a.length, b.length);
  for (let i = 0; i < length; i++) {
    const x = a.charCodeAt(i);
    const y = b.charCodeAt(i);
    if (x !== y) return codePointRank(x) - codePointRank(y);
  }
  return a.length - b.length;
}

function codePointRank(unit: number): number {
  return unit >= 0xd800 && unit < 0xe000 ? unit + 0x10000 : unit;
}

function compareDocs(a: Doc, b: Doc): number {
  const left = Object.keys(a);
  const right = Object.keys(b);
  const length = Math.min(left.length, right.length);
  for (let i = 0; i < length; i++) {
    const k = left[i] as string;
    const l = right[i] as string;
    const x = a[k];
    const y = b[l];
    const result = typeOrder(x) - typeOrder(y) || compareStrings(k, l) || compareValues(x, y);
    if (result !== 0) return result;
  }
  return left.length - right.length;
}

function compareArrays(a: readonly Value[], b: readonly Value[]): number {
  const length = Math.min(a.length, b.length);
  for (let i = 0; i < length; i++) {
    const result = compareValues(a[i], b[i]);
    if (result !== 0) return result;
  }
  return a.length - b.length;
}

function compareBinaries(a: Binary, b: Binary): number {
  return a.length() - b.length() || a.sub_type - b.sub_type || Buffer.compare(a.value(), b.value());
}
