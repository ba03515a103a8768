/**
 * BSON without decoding: finds elements in the bytes of a document and builds documents from pieces. Storage, indexes and
 * replies use it, so that a document is decoded only if a command has to look inside.
 */
import { ObjectId, serialize } from 'bson';
import { commandError, type CommandError } from '../errors.ts';

/** A value inside a document's bytes: its BSON type, and its range in bytes. */
export interface RawValue {
  bytes: Buffer;
  type: number;
  start: number;
  end: number;
}

/** The largest document that MongoDB stores, in bytes. */
export const MAX_DOCUMENT_BYTES = 16 * 1024 * 1024;

export const RAW = {
  double: 1,
  string: 2,
  object: 3,
  array: 4,
  undefined: 6,
  objectId: 7,
  null: 10,
  regex: 11,
  int: 16,
} as const;

/** The sizes of the types that have a fixed one; values of the other types carry their length. */
const FIXED_SIZES: Readonly<Record<number, number>> = {
  1: 8, 6: 0, 7: 12, 8: 1, 9: 8, 10: 0, 16: 4, 17: 8, 18: 8, 19: 16, 127: 0, 255: 0,
}; // prettier-ignore

function malformed(): CommandError {
  return commandError('InvalidBSON', 'malformed BSON');
}

function afterCString(bytes: Buffer, start: number): number {
  const end = bytes.indexOf(0, start);
  if (end < 0) throw malformed();
  return end + 1;
}

function valueEnd(bytes: Buffer, type: number, start: number): number {
  const fixed = FIXED_SIZES[type];
  if (fixed !== undefined) return start + fixed;
  switch (type) {
    case 2: // string
    case 13: // code
    case 14: // symbol
      return start + 4 + bytes.readInt32LE(start);
    case 3: // object
    case 4: // array
    case 15: // code with scope
      return start + bytes.readInt32LE(start);
    case 5: // binary
      return start + 5 + bytes.readInt32LE(start);
    case 11: // regular expression
      return afterCString(bytes, afterCString(bytes, start));
    case 12: // DBPointer
      return start + 16 + bytes.readInt32LE(start);
    default:
      throw malformed();
  }
}

/**
 * Calls `visit` with every element of the document that starts at `at`: type, where its name starts and ends (without
 * the NUL) and where its value starts and ends. Stops early when `visit` returns true.
 */
export function eachElement(
  bytes: Buffer,
  at: number,
  visit: (type: number, nameStart: number, nameEnd: number, start: number, end: number) => boolean | undefined,
): void {
  const last = at + bytes.readInt32LE(at) - 1;
  let position = at + 4;
  while (position < last) {
    const type = bytes.readUInt8(position);
    const nameStart = position + 1;
    const start = afterCString(bytes, nameStart);
    const end = valueEnd(bytes, type, start);
    if (end <= position || end > last) throw malformed();
    if (visit(type, nameStart, start - 1, start, end) === true) return;
    position = end;
  }
}

/** The value of the field `name` (its UTF-8 bytes) of the document that starts at `at`. */
export function findField(bytes: Buffer, at: number, name: Buffer): RawValue | undefined {
  const last = at + bytes.readInt32LE(at) - 1;
  const length = name.length;
  let position = at + 4;
  // Written out instead of using `eachElement`, for speed: at start-up every index calls it for every document.
  while (position < last) {
    const type = bytes[position] as number;
    position++;
    let i = 0;
    while (i < length && bytes[position + i] === name[i]) i++;
    const found = i === length && bytes[position + i] === 0;
    let start = position + i;
    while (bytes[start] !== 0) start++;
    start++;
    const end = valueEnd(bytes, type, start);
    if (found) return { bytes, type, start, end };
    position = end;
  }
  return undefined;
}

/** The values of an array that starts at `at`, in order. */
export function arrayItems(bytes: Buffer, at: number): RawValue[] {
  const items: RawValue[] = [];
  eachElement(bytes, at, (type, _nameStart, _nameEnd, start, end) => {
    items.push({ bytes, type, start, end });
    return undefined;
  });
  return items;
}

/** A decoded value as raw bytes. */
export function rawValue(value: unknown): RawValue {
  // A fast path for the two most common types.
  if (value instanceof ObjectId) return { bytes: asBuffer(value.id), type: RAW.objectId, start: 0, end: 12 };
  if (typeof value === 'string') {
    const bytes = Buffer.from(`\0\0\0\0${value}\0`);
    bytes.writeInt32LE(bytes.length - 4);
    return { bytes, type: RAW.string, start: 0, end: bytes.length };
  }
  const bytes = asBuffer(serialize({ v: value }, { ignoreUndefined: false }));
  return { bytes, type: bytes.readUInt8(4), start: 7, end: bytes.length - 1 };
}

/** The same bytes as a Buffer, not copied. */
export function asBuffer(bytes: Uint8Array): Buffer {
  return Buffer.isBuffer(bytes) ? bytes : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

/** The bytes of a document's elements, without its length and terminator, to be put into another document. */
export function elementsOf(doc: object): Buffer {
  const bytes = asBuffer(serialize(doc));
  return bytes.subarray(4, bytes.length - 1);
}

/** The bytes of one element. */
export function buildElement(type: number, name: string, value: Uint8Array): Buffer {
  const head = Buffer.from(`\0${name}\0`);
  head[0] = type;
  return Buffer.concat([head, value]);
}

/** The document with these elements, in bytes. */
export function buildDocument(parts: readonly Uint8Array[]): Buffer {
  let length = 5;
  for (const part of parts) length += part.length;
  const bytes = Buffer.allocUnsafe(length);
  bytes.writeInt32LE(length, 0);
  let at = 4;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  bytes[at] = 0;
  return bytes;
}

/** The bytes of an array of documents. */
export function buildArray(docs: readonly Uint8Array[]): Buffer {
  let length = 5;
  for (let i = 0; i < docs.length; i++) length += String(i).length + 2 + (docs[i] as Uint8Array).length;
  const bytes = Buffer.allocUnsafe(length);
  bytes.writeInt32LE(length, 0);
  let at = 4;
  for (let i = 0; i < docs.length; i++) {
    const doc = docs[i] as Uint8Array;
    bytes[at] = RAW.object;
    at += 1 + bytes.write(`${String(i)}\0`, at + 1, 'latin1');
    bytes.set(doc, at);
    at += doc.length;
  }
  bytes[at] = 0;
  return bytes;
}

const ID = Buffer.from('_id');

/** The document's `_id`, or undefined. */
export function idOf(bytes: Buffer): RawValue | undefined {
  return findField(bytes, 0, ID);
}

/** A copy of the document with `_id` as its first element. If it has none, `makeId` gives the element to add. */
export function withIdFirst(bytes: Buffer, makeId: () => Buffer): Buffer {
  // `_id` is the first element already.
  if (bytes.length > 9 && bytes.toString('latin1', 5, 9) === '_id\0') return Buffer.from(bytes);
  const parts: Uint8Array[] = [];
  let id: Uint8Array | undefined;
  eachElement(bytes, 0, (_type, nameStart, nameEnd, _start, end) => {
    const part = bytes.subarray(nameStart - 1, end);
    if (id === undefined && bytes.toString('latin1', nameStart, nameEnd) === '_id') id = part;
    else parts.push(part);
    return undefined;
  });
  return buildDocument([id ?? makeId(), ...parts]);
}
