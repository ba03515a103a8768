/**
 * Order-preserving index keys. A key is a string of bytes (latin1). Comparing two keys with `<` compares their values in
 * MongoDB's order: by type, then by value, over all fields of a compound index, each in its direction.
 *
 * Every value is written as a tag for its type and a payload. A NUL inside a string is written as 00 ff, and a single 00
 * ends the string, so a string sorts before every longer string that begins with it: the next byte is always below 0xff.
 * A descending field has all its bytes inverted. Tags, inverted or not, and the first byte after the last field lie
 * between 0x02 and 0xfe, so all keys that start with the value `k` lie in `[k + '\x01', k + '\xff')`.
 */
import { Decimal128 } from 'bson';
import { commandError } from '../errors.ts';
import { RAW, eachElement, type RawValue } from './raw.ts';

const TAG = {
  minKey: 0x0a,
  undefined: 0x0f,
  null: 0x14,
  number: 0x1e,
  string: 0x3c,
  object: 0x46,
  array: 0x50,
  binData: 0x5a,
  objectId: 0x64,
  bool: 0x6e,
  date: 0x78,
  timestamp: 0x82,
  regex: 0x8c,
  dbPointer: 0x96,
  code: 0xa0,
  codeWithScope: 0xaa,
  maxKey: 0xf0,
} as const;

const TAG_BY_TYPE: Readonly<Record<number, number>> = {
  1: TAG.number, 2: TAG.string, 3: TAG.object, 4: TAG.array, 5: TAG.binData, 6: TAG.undefined, 7: TAG.objectId,
  8: TAG.bool, 9: TAG.date, 10: TAG.null, 11: TAG.regex, 12: TAG.dbPointer, 13: TAG.code, 14: TAG.string,
  15: TAG.codeWithScope, 16: TAG.number, 17: TAG.timestamp, 18: TAG.number, 19: TAG.number, 127: TAG.maxKey,
  255: TAG.minKey,
}; // prettier-ignore

/** Keys are written here. It grows as needed, and can be shared because encoding is synchronous. */
let out = Buffer.allocUnsafe(4096);
let at = 0;

function reserve(bytes: number): void {
  if (at + bytes <= out.length) return;
  const larger = Buffer.allocUnsafe(Math.max(out.length * 2, at + bytes));
  out.copy(larger, 0, 0, at);
  out = larger;
}

/** Bytes in which NUL becomes 00 ff, ended by a NUL: sorts as the bytes do. */
function putEscaped(bytes: Buffer, start: number, end: number): void {
  reserve(2 * (end - start) + 1);
  for (let i = start; i < end; i++) {
    const byte = bytes[i] as number;
    out[at++] = byte;
    if (byte === 0) out[at++] = 0xff;
  }
  out[at++] = 0;
}

function putDouble(value: number): void {
  if (Number.isNaN(value)) {
    out.fill(0, at, at + 8); // below -Infinity, which is where MongoDB sorts it
  } else {
    out.writeDoubleBE(value === 0 ? 0 : value, at);
    if ((out[at] as number) < 0x80) out[at] = (out[at] as number) | 0x80;
    else for (let i = at; i < at + 8; i++) out[i] = ~(out[i] as number);
  }
  at += 8;
}

/** A number as the largest double not above it, followed by the remainder, if any, in units of 2^-64 ulp. */
function putExact(numerator: bigint, denominator: bigint): void {
  let double = Number(numerator) / Number(denominator);
  if (!Number.isFinite(double)) double = Number(numerator / denominator);
  if (double === Infinity) double = Number.MAX_VALUE;
  const isAbove = (candidate: number): boolean => {
    const [n, d] = fraction(candidate);
    return n * denominator > numerator * d;
  };
  while (isAbove(double)) double = neighbour(double, -1);
  for (let next = neighbour(double, 1); next !== Infinity && !isAbove(next); next = neighbour(double, 1)) double = next;
  putDouble(double);
  const [n, d] = fraction(double);
  const rest = numerator * d - n * denominator;
  if (rest === 0n) {
    out[at++] = 0;
    return;
  }
  const next = neighbour(double, 1);
  const [un, ud] = fraction((next === Infinity ? double - neighbour(double, -1) : next - double) || Number.MIN_VALUE);
  out[at++] = 1;
  const scaled = ((rest << 64n) * ud) / (denominator * d * un);
  at = out.writeBigUInt64BE(scaled > 0xffffffffffffffffn ? 0xffffffffffffffffn : scaled, at);
}

const double = new DataView(new ArrayBuffer(8));

function neighbour(value: number, direction: 1 | -1): number {
  if (value === 0) return direction * Number.MIN_VALUE;
  double.setFloat64(0, value);
  double.setBigInt64(0, double.getBigInt64(0) + BigInt(value > 0 ? direction : -direction));
  return double.getFloat64(0);
}

/** A finite double as an exact fraction. */
function fraction(value: number): [bigint, bigint] {
  if (Number.isInteger(value)) return [BigInt(value), 1n];
  double.setFloat64(0, value);
  const bits = double.getBigUint64(0);
  const exponent = Number((bits >> 52n) & 0x7ffn);
  const mantissa = (bits & 0xfffffffffffffn) | (exponent === 0 ? 0n : 1n << 52n);
  return [bits >> 63n ? -mantissa : mantissa, 1n << BigInt(1075 - Math.max(exponent, 1))];
}

function putDecimal(bytes: Buffer, start: number): void {
  const text = new Decimal128(Uint8Array.from(bytes.subarray(start, start + 16))).toString();
  const parts = /^(-?)(\d+)(?:\.(\d*))?(?:E([+-]?\d+))?$/.exec(text);
  if (parts === null) {
    putDouble(Number(text)); // NaN, Infinity, -Infinity
    out[at++] = 0;
    return;
  }
  const [, sign = '', whole = '', decimals = '', power = '0'] = parts;
  const digits = BigInt(`${sign}${whole}${decimals}`);
  const exponent = Number(power) - decimals.length;
  if (digits === 0n) putExact(0n, 1n);
  else if (exponent >= 0) putExact(digits * 10n ** BigInt(exponent), 1n);
  else putExact(digits, 10n ** BigInt(-exponent));
}

function putNumber(value: RawValue): void {
  reserve(17);
  const { bytes, start } = value;
  switch (value.type) {
    case RAW.int:
      putDouble(bytes.readInt32LE(start));
      out[at++] = 0;
      return;
    case RAW.double:
      putDouble(bytes.readDoubleLE(start));
      out[at++] = 0;
      return;
    case 18: {
      const long = bytes.readBigInt64LE(start);
      if (long >= -9007199254740992n && long <= 9007199254740992n) {
        putDouble(Number(long));
        out[at++] = 0;
      } else {
        putExact(long, 1n);
      }
      return;
    }
    default:
      putDecimal(bytes, start);
  }
}

function putValue(value: RawValue): void {
  const { bytes, type, start, end } = value;
  const tag = TAG_BY_TYPE[type];
  if (tag === undefined) throw commandError('InvalidBSON', `unknown BSON type ${String(type)}`);
  reserve(16 + end - start);
  out[at++] = tag;
  switch (tag) {
    case TAG.number:
      putNumber(value);
      return;
    case TAG.string:
    case TAG.code:
      putEscaped(bytes, start + 4, end - 1);
      return;
    case TAG.object:
      putDocument(bytes, start, true);
      return;
    case TAG.array:
      putDocument(bytes, start, false);
      return;
    case TAG.binData: {
      at = out.writeUInt32BE(bytes.readUInt32LE(start), at);
      at += bytes.copy(out, at, start + 4, end);
      return;
    }
    case TAG.date:
      // The sign bit flipped, so that dates before 1970 come first.
      at = out.writeInt32BE(bytes.readInt32LE(start + 4) ^ -0x80000000, at);
      at = out.writeUInt32BE(bytes.readUInt32LE(start), at);
      return;
    case TAG.timestamp:
      at = out.writeBigUInt64BE(bytes.readBigUInt64LE(start), at);
      return;
    case TAG.codeWithScope: {
      const scope = start + 8 + bytes.readInt32LE(start + 4);
      putEscaped(bytes, start + 8, scope - 1);
      putDocument(bytes, scope, true);
      return;
    }
    default:
      // ObjectId, bool, regex (two C strings), DBPointer, and the types without a value.
      at += bytes.copy(out, at, start, end);
  }
}

function putDocument(bytes: Buffer, start: number, names: boolean): void {
  eachElement(bytes, start, (type, nameStart, nameEnd, from, to) => {
    if (names) {
      reserve(nameEnd - nameStart + 2);
      out[at++] = TAG_BY_TYPE[type] ?? 0;
      at += bytes.copy(out, at, nameStart, nameEnd + 1);
    }
    putValue({ bytes, type, start: from, end: to });
    return undefined;
  });
  reserve(1);
  out[at++] = 0;
}

function invert(from: number): void {
  for (let i = from; i < at; i++) out[i] = ~(out[i] as number);
}

const EMPTY = Buffer.alloc(0);
/** How an index stores a missing field. */
export const RAW_NULL: RawValue = { bytes: EMPTY, type: RAW.null, start: 0, end: 0 };
/** How an index stores an empty array. */
export const RAW_UNDEFINED: RawValue = { bytes: EMPTY, type: RAW.undefined, start: 0, end: 0 };

/** The key of these values, each ascending or `descending`. */
export function encodeKey(values: readonly RawValue[], descending: readonly boolean[]): string {
  at = 0;
  for (let i = 0; i < values.length; i++) {
    const from = at;
    putValue(values[i] as RawValue);
    if (descending[i] === true) invert(from);
  }
  return out.toString('latin1', 0, at);
}

/** The part of a key that stands for one value. */
export function encodeValue(value: RawValue, descending: boolean): string {
  return encodeKey([value], [descending]);
}

/** The length of a record suffix in characters. */
export const SUFFIX_LENGTH = 7;

/** The end of an index entry. It tells entries with equal keys apart, and sorts by record number. */
export function recordSuffix(record: number): string {
  reserve(at + 8);
  out[at] = 2;
  out.writeUIntBE(record, at + 1, 6);
  return out.toString('latin1', at, at + SUFFIX_LENGTH);
}

/** The record number in an index entry's suffix. */
export function recordOf(entry: string): number {
  let record = 0;
  for (let i = entry.length - 6; i < entry.length; i++) record = record * 256 + entry.charCodeAt(i);
  return record;
}

/** The range of the keys of all values of the same type as `value`: MongoDB's type bracketing. */
export function typeBracket(value: RawValue, descending: boolean): readonly [string, string] {
  const tag = TAG_BY_TYPE[value.type] ?? 0;
  const first = descending ? 0xff - tag : tag;
  return [String.fromCharCode(first), String.fromCharCode(first + 1)];
}
