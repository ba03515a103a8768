/**
 * BSON's four number types: comparison by exact value across them, and addition and multiplication with MongoDB's
 * promotion (int32 -> int64 -> double -> decimal128). A plain JavaScript number counts as the type that bson encodes it
 * as: an int32 if it is one, else a double.
 */
import { Decimal128, Double, Int32, Long, Timestamp } from 'bson';

/** A BSON number. */
export type Numeric = number | Int32 | Double | Long | Decimal128;
type NumberKind = 'int' | 'long' | 'double' | 'decimal';

/** An int64. The bson package derives Timestamp from Long, but a timestamp is not a number. */
export function isLong(value: unknown): value is Long {
  return value instanceof Long && !(value instanceof Timestamp);
}

export function isNumeric(value: unknown): value is Numeric {
  return (
    typeof value === 'number' ||
    value instanceof Int32 ||
    value instanceof Double ||
    isLong(value) ||
    value instanceof Decimal128
  );
}

export function numberKind(n: Numeric): NumberKind {
  if (typeof n === 'number') return (n | 0) === n && !Object.is(n, -0) ? 'int' : 'double';
  if (n instanceof Int32) return 'int';
  if (n instanceof Double) return 'double';
  return n instanceof Long ? 'long' : 'decimal';
}

/** The nearest double: exact for int32, double and int64 up to 2^53. */
export function toNumber(n: Numeric): number {
  if (typeof n === 'number') return n;
  if (n instanceof Int32 || n instanceof Double) return n.value;
  return n instanceof Long ? n.toNumber() : Number(n.toString());
}

/** The number as an integer, or undefined if it has a fraction or isn't finite. */
export function toInteger(n: Numeric): bigint | undefined {
  if (n instanceof Long) return n.toBigInt();
  if (n instanceof Decimal128) {
    const d = parseDecimal(n);
    if (typeof d === 'number') return undefined;
    if (d.exponent >= 0) return d.coefficient * 10n ** BigInt(d.exponent);
    const scale = 10n ** BigInt(-d.exponent);
    return d.coefficient % scale === 0n ? d.coefficient / scale : undefined;
  }
  const x = toNumber(n);
  return Number.isInteger(x) ? BigInt(x) : undefined;
}

/** Orders two numbers by their exact values. NaN equals NaN and comes before all others; -0 equals 0. */
export function compareNumbers(a: Numeric, b: Numeric): number {
  const x = exactNumber(a);
  const y = exactNumber(b);
  if (x !== undefined && y !== undefined) {
    if (x < y) return -1;
    if (x > y) return 1;
    if (x === y) return 0;
    return Number(Number.isNaN(y)) - Number(Number.isNaN(x));
  }
  const left = exactParts(a);
  const right = exactParts(b);
  if (typeof left === 'number' || typeof right === 'number') {
    // At least one is NaN or infinite; next to it any finite number compares like 0.
    return compareNumbers(typeof left === 'number' ? left : 0, typeof right === 'number' ? right : 0);
  }
  const twos = Math.min(left.twos, right.twos);
  const tens = Math.min(left.tens, right.tens);
  const l = (left.coefficient << BigInt(left.twos - twos)) * 10n ** BigInt(left.tens - tens);
  const r = (right.coefficient << BigInt(right.twos - twos)) * 10n ** BigInt(right.tens - tens);
  return l < r ? -1 : l > r ? 1 : 0;
}

/** a + b in the wider type of the two; int32 overflow gives an int64, int64 overflow gives undefined. */
export function add(a: Numeric, b: Numeric): Numeric | undefined {
  return combine(a, b, plus);
}

/** a * b in the wider type of the two; int32 overflow gives an int64, int64 overflow gives undefined. */
export function multiply(a: Numeric, b: Numeric): Numeric | undefined {
  return combine(a, b, times);
}

/** a / b, with the 34 digits of a decimal128; b is a whole number above 0. */
export function divideDecimals(a: Decimal128, b: number): Decimal128 {
  const d = parseDecimal(a);
  if (typeof d === 'number') return a;
  const divisor = BigInt(b);
  // One digit more than fits tells how to round, and another one whether anything follows.
  const digits = MAX_DIGITS + 2 + b.toString().length;
  const scaled = d.coefficient * 10n ** BigInt(digits);
  const quotient = scaled / divisor;
  if (scaled % divisor !== 0n)
    return formatDecimal({
      coefficient: quotient * 10n + (d.coefficient < 0n ? -1n : 1n),
      exponent: d.exponent - digits - 1,
    });
  let [coefficient, exponent] = [quotient, d.exponent - digits];
  for (; exponent < d.exponent && coefficient % 10n === 0n; exponent += 1) coefficient /= 10n;
  return formatDecimal({ coefficient, exponent });
}

interface Decimal {
  coefficient: bigint;
  exponent: number;
}
interface Arithmetic {
  number(x: number, y: number): number;
  integer(x: bigint, y: bigint): bigint;
  decimal(x: Decimal, y: Decimal): Decimal;
}

const plus: Arithmetic = {
  number: (x, y) => x + y,
  integer: (x, y) => x + y,
  decimal(x, y) {
    const exponent = Math.min(x.exponent, y.exponent);
    const scale = (d: Decimal) => d.coefficient * 10n ** BigInt(d.exponent - exponent);
    return { coefficient: scale(x) + scale(y), exponent };
  },
};
const times: Arithmetic = {
  number: (x, y) => x * y,
  integer: (x, y) => x * y,
  decimal: (x, y) => ({ coefficient: x.coefficient * y.coefficient, exponent: x.exponent + y.exponent }),
};

function combine(a: Numeric, b: Numeric, operation: Arithmetic): Numeric | undefined {
  const left = numberKind(a);
  const right = numberKind(b);
  if (left === 'decimal' || right === 'decimal') {
    const x = toDecimal(a);
    const y = toDecimal(b);
    if (typeof x === 'number' || typeof y === 'number') {
      return new Decimal128(String(operation.number(magnitude(x), magnitude(y))));
    }
    return formatDecimal(operation.decimal(x, y));
  }
  if (left === 'double' || right === 'double') return new Double(operation.number(toNumber(a), toNumber(b)));
  const x = exactNumber(a);
  const y = exactNumber(b);
  const sum = x === undefined || y === undefined ? NaN : operation.number(x, y);
  if (Number.isSafeInteger(sum)) {
    return left === 'int' && right === 'int' && (sum | 0) === sum ? new Int32(sum) : Long.fromNumber(sum);
  }
  const exact = operation.integer(BigInt(a.toString()), BigInt(b.toString()));
  return BigInt.asIntN(64, exact) === exact ? Long.fromBigInt(exact) : undefined;
}

/** The number as a double if that is exact and cheap; otherwise undefined, and the caller compares exact parts. */
function exactNumber(n: Numeric): number | undefined {
  if (typeof n === 'number') return n;
  if (n instanceof Int32 || n instanceof Double) return n.value;
  if (n instanceof Decimal128) return undefined;
  const x = n.toNumber();
  return Number.isSafeInteger(x) ? x : undefined;
}

/** coefficient * 2^twos * 10^tens, or the number itself if it is NaN or infinite. */
function exactParts(n: Numeric): { coefficient: bigint; twos: number; tens: number } | number {
  if (n instanceof Long) return { coefficient: n.toBigInt(), twos: 0, tens: 0 };
  if (n instanceof Decimal128) {
    const d = parseDecimal(n);
    return typeof d === 'number' ? d : { coefficient: d.coefficient, twos: 0, tens: d.exponent };
  }
  let x = toNumber(n);
  if (!Number.isFinite(x)) return x;
  let twos = 0;
  for (; !Number.isInteger(x); x *= 2) twos -= 1;
  return { coefficient: BigInt(x), twos, tens: 0 };
}

function parseDecimal(d: Decimal128): Decimal | number {
  const match = /^(-?\d+)(?:\.(\d+))?(?:E([+-]?\d+))?$/.exec(d.toString());
  if (match === null) return Number(d.toString());
  const [, integer = '0', fraction = '', exponent = '0'] = match;
  return { coefficient: BigInt(integer + fraction), exponent: Number(exponent) - fraction.length };
}

/** Converts as MongoDB does for arithmetic: a double keeps 15 significant digits. */
function toDecimal(n: Numeric): Decimal | number {
  if (n instanceof Decimal128) return parseDecimal(n);
  if (n instanceof Long) return { coefficient: n.toBigInt(), exponent: 0 };
  const x = toNumber(n);
  if (!Number.isFinite(x)) return x;
  if (numberKind(n) === 'int') return { coefficient: BigInt(x), exponent: 0 };
  return parseDecimal(Decimal128.fromString(x.toPrecision(15)));
}

/** The sign of a decimal, or 0: with an operand that isn't finite nothing else matters. */
function magnitude(d: Decimal | number): number {
  if (typeof d === 'number') return d;
  return d.coefficient < 0n ? -1 : d.coefficient > 0n ? 1 : 0;
}

const MAX_DIGITS = 34;
const MIN_EXPONENT = -6176;

/** Rounds half to even, to the 34 digits that decimal128 holds. */
function formatDecimal({ coefficient, exponent }: Decimal): Decimal128 {
  const negative = coefficient < 0n;
  let digits = negative ? -coefficient : coefficient;
  // Rounding up 99..9 adds a digit, so check again.
  for (;;) {
    const drop = Math.max(digits.toString().length - MAX_DIGITS, MIN_EXPONENT - exponent);
    if (drop <= 0) break;
    const scale = 10n ** BigInt(drop);
    const twice = (digits % scale) * 2n;
    digits /= scale;
    if (twice > scale || (twice === scale && digits % 2n === 1n)) digits += 1n;
    exponent += drop;
  }
  const sign = negative ? '-' : '';
  if (digits === 0n) return Decimal128.fromString(`${sign}0E${String(Math.min(exponent, 6111))}`);
  const overflows = exponent + digits.toString().length > 6145;
  return Decimal128.fromString(overflows ? `${sign}Infinity` : `${sign}${String(digits)}E${String(exponent)}`);
}
