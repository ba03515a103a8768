/** Generated values: every BSON type that an application stores, nested and in arrays. */
import {
  Binary,
  BSONRegExp,
  Code,
  Decimal128,
  type Document,
  Double,
  Int32,
  Long,
  MaxKey,
  MinKey,
  ObjectId,
  Timestamp,
} from 'bson';
import type { Random } from '../../faults/random.ts';

const int = (value: number): Int32 => new Int32(value);

/** Few of each type, so that values often meet their equals. */
const SCALARS: readonly unknown[] = [
  null,
  ...[-3, 0, 1, 2, 3, 7].map(int),
  ...[-1.5, 0, 1, 2.5, 1e18, NaN, Infinity, -Infinity].map((value) => new Double(value)),
  ...['1', '2', '9007199254740993', '-4'].map((text) => Long.fromString(text)),
  ...['1', '2.50', '0', '-1E+3', 'NaN', 'Infinity'].map((text) => Decimal128.fromString(text)),
  ...['', 'a', 'A', 'ab', 'é', 'b\u0000c', '1'],
  true,
  false,
  ...[0, 1_600_000_000_000, -5].map((time) => new Date(time)),
  ...['1', 'f'].map((digit) => new ObjectId(digit.repeat(24))),
  new Binary(Buffer.from([1, 2]), 0),
  new Binary(Buffer.from([1, 2]), 5),
  new BSONRegExp('^a', 'i'),
  new Timestamp({ t: 5, i: 1 }),
  new MinKey(),
  new MaxKey(),
  new Code('f()'),
];

export const FIELDS = ['a', 'b', 'c'] as const;
export const PATHS = ['a', 'b', 'c', 'a.x', 'a.y', 'b.x', 'b.0', 'a.x.y', 'a.0.x', 'c.1'] as const;

export const scalar = (random: Random): unknown => random.pick(SCALARS);
export const number = (random: Random): unknown =>
  random.pick([
    int(0),
    int(1),
    int(-2),
    int(5),
    new Double(2.5),
    new Double(3),
    Long.fromNumber(4),
    Decimal128.fromString('1.5'),
  ]);

export function value(random: Random, depth = 2): unknown {
  const shape = depth === 0 ? 'scalar' : random.weighted({ scalar: 6, array: 2, object: 2 });
  if (shape === 'scalar') return scalar(random);
  if (shape === 'array') return Array.from({ length: random.integer(0, 3) }, () => value(random, depth - 1));
  return object(random, depth - 1);
}

function object(random: Random, depth: number): Document {
  const names = ['x', 'y'].filter(() => random.chance(0.7));
  return Object.fromEntries(names.map((name) => [name, value(random, depth)]));
}

/** A document with an `_id` by its number. */
export function stored(random: Random, n: number): Document {
  const fields = FIELDS.filter(() => random.chance(0.8));
  return { _id: int(n), ...Object.fromEntries(fields.map((field) => [field, value(random)])) };
}

/** A document whose fields have numbers, texts and lists of them: what applications compute with. */
export function plain(random: Random, n: number): Document {
  return {
    _id: int(n),
    g: random.pick(['x', 'y', 'z']),
    n: number(random),
    ...(random.chance(0.8) && { q: number(random) }),
    ...(random.chance(0.7) && { s: random.pick(['ab', 'Ab', '', 'tea pot', 'é']) }),
    ...(random.chance(0.8) && { at: new Date(1_600_000_000_000 + random.integer(0, 400) * 86_400_000) }),
    list: Array.from({ length: random.integer(0, 3) }, () => ({ k: random.pick(['p', 'q']), v: number(random) })),
    ...(random.chance(0.3) && { nothing: null }),
  };
}
