import { describe, expect, it } from '@jest/globals';
import {
  Binary,
  BSONRegExp,
  BSONSymbol,
  Code,
  Decimal128,
  Double,
  Int32,
  Long,
  MaxKey,
  MinKey,
  ObjectId,
  serialize,
  Timestamp,
} from 'bson';
import fc from 'fast-check';
import { add, multiply, type Numeric } from './numbers.ts';
import { identical, typeAlias } from './types.ts';
import { compareValues, decode, encode, equalValues, type Value } from './values.ts';

const decimal = (text: string) => Decimal128.fromString(text);

/** One ladder of values, each below the next. */
const ascending: readonly Value[] = [
  new MinKey(),
  null,
  new Double(NaN),
  new Double(-Infinity),
  Long.MIN_VALUE,
  new Int32(-1),
  new Double(0),
  decimal('0.1'),
  new Double(0.1),
  new Int32(1),
  new Double(9007199254740992),
  Long.fromString('9007199254740993'),
  decimal('9007199254740993.5'),
  Long.MAX_VALUE,
  decimal('1E+400'),
  new Double(Infinity),
  '',
  'A',
  'a',
  'a\u0000',
  'aa',
  '\uffff',
  '\u{1f600}',
  {},
  { b: new Int32(1) },
  { a: 'x' },
  { a: 'x', b: new Int32(1) },
  { a: { b: new Int32(1) } },
  [],
  [new Int32(1)],
  [new Int32(1), new Int32(2)],
  [new Int32(2)],
  ['a'],
  new Binary(Buffer.from([9])),
  new Binary(Buffer.from([1, 2])),
  new Binary(Buffer.from([1, 3])),
  new Binary(Buffer.from([0, 0]), 5),
  new ObjectId('000000000000000000000001'),
  new ObjectId('ff0000000000000000000000'),
  false,
  true,
  new Date(-1),
  new Date(1),
  new Timestamp({ t: 1, i: 2 }),
  new Timestamp({ t: 4000000000, i: 0 }),
  new BSONRegExp('a'),
  new BSONRegExp('a', 'i'),
  new BSONRegExp('b'),
  new Code('a'),
  new Code('a', {}),
  new MaxKey(),
];

const arbitraryValue = fc.letrec<{ value: Value }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 2 },
    fc.constantFrom(...ascending),
    fc.integer().map((n) => new Int32(n)),
    fc.double().map((n) => new Double(n)),
    fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }).map((n) => Long.fromBigInt(n)),
    fc.tuple(fc.integer(), fc.integer({ min: -20, max: 20 })).map(([n, e]) => decimal(`${String(n)}E${String(e)}`)),
    fc.string({ unit: 'binary', maxLength: 3 }),
    fc.array(tie('value'), { maxLength: 3 }),
    fc.dictionary(fc.constantFrom('a', 'b', 'c'), tie('value'), { noNullPrototype: true }),
  ),
})).value;

describe('the order of values', () => {
  it('follows types first and exact values within a type', () => {
    for (const [i, a] of ascending.entries()) {
      for (const [j, b] of ascending.entries()) {
        expect([typeAlias(a), a, typeAlias(b), b, Math.sign(compareValues(a, b))]).toEqual([
          typeAlias(a),
          a,
          typeAlias(b),
          b,
          Math.sign(i - j),
        ]);
      }
    }
  });

  it('is total: antisymmetric, transitive, and reflexive', () => {
    const sign = (a: Value, b: Value) => Math.sign(compareValues(a, b));
    fc.assert(
      fc.property(arbitraryValue, arbitraryValue, arbitraryValue, (a, b, c) => {
        expect(sign(a, a)).toBe(0);
        expect(sign(a, b) + sign(b, a)).toBe(0);
        if (sign(a, b) <= 0 && sign(b, c) <= 0) expect(sign(a, c)).toBeLessThanOrEqual(0);
        if (sign(a, b) === 0) expect(sign(a, c)).toBe(sign(b, c));
      }),
      { numRuns: 2000 },
    );
  });

  it('survives encoding', () => {
    fc.assert(
      fc.property(arbitraryValue, (value) => {
        const [copy] = Object.values(decode(encode({ value })));
        expect(compareValues(copy, value)).toBe(0);
        expect(typeAlias(copy)).toBe(typeAlias(value));
      }),
    );
  });

  it.each<[string, Value, Value]>([
    ['an int, a double, a long and a decimal of one value', new Int32(1), decimal('1.00')],
    ['a long and a double', Long.fromNumber(5), new Double(5)],
    ['a bare number and an int', 5, new Int32(5)],
    ['0 and -0', new Double(-0), new Int32(0)],
    ['NaN of any type', new Double(NaN), decimal('NaN')],
    ['a symbol and a string', new BSONSymbol('a'), 'a'],
  ])('holds equal %s', (_what, a, b) => {
    expect(equalValues(a, b)).toBe(true);
    expect(compareValues(a, b)).toBe(0);
  });

  it('tells documents of different field order apart', () => {
    expect(equalValues({ a: 1, b: 2 }, { b: 2, a: 1 })).toBe(false);
  });

  it('puts a missing field before null', () => {
    expect(compareValues(undefined, null)).toBeLessThan(0);
  });
});

describe('identity', () => {
  it.each<[Value, Value, boolean]>([
    [new Int32(1), new Int32(1), true],
    [new Int32(1), new Double(1), false],
    [new Int32(1), 1, true],
    [decimal('1.0'), decimal('1.00'), false],
    [{ a: [new Int32(1)] }, { a: [new Int32(1)] }, true],
    [{ a: [new Int32(1)] }, { a: [new Double(1)] }, false],
    ['a', 'b', false],
    [null, {}, false],
  ])('of %j and %j is %j', (a, b, expected) => {
    expect(identical(a, b)).toBe(expected);
  });
});

describe('the codec', () => {
  it('keeps every type', () => {
    const bytes = serialize({
      i: new Int32(1),
      d: new Double(1),
      l: Long.fromNumber(1),
      m: decimal('1.10'),
      r: new BSONRegExp('a', 'i'),
      t: new Timestamp({ t: 1, i: 2 }),
      b: new Binary(Buffer.from('x')),
    });
    expect(Buffer.from(encode(decode(bytes))).equals(Buffer.from(bytes))).toBe(true);
  });

  it('reads a reference as the document that it is', () => {
    const doc = { ref: { $ref: 'c', $id: 1, $db: 'd', extra: true } };
    expect(decode(serialize(doc))).toEqual({ ref: { $ref: 'c', $id: new Int32(1), $db: 'd', extra: true } });
  });

  it('keeps a field named __proto__ a field', () => {
    const doc = decode(serialize(JSON.parse('{"a": {"__proto__": {"b": 1}}}') as Record<string, unknown>));
    expect(Object.keys(doc['a'] as object)).toEqual(['__proto__']);
  });

  it('refuses malformed bytes with an error of the protocol', () => {
    expect(() => decode(Uint8Array.of(5, 0, 0, 0, 1))).toThrow(expect.objectContaining({ code: 22 }));
  });
});

describe('arithmetic', () => {
  const text = (n: Numeric | undefined) => (n === undefined ? 'overflow' : `${typeAlias(n)} ${n.toString()}`);
  it.each<[Numeric, Numeric, string, string]>([
    [new Int32(2), new Int32(3), 'int 5', 'int 6'],
    [new Int32(2147483647), new Int32(2), 'long 2147483649', 'long 4294967294'],
    [new Int32(2), Long.fromNumber(3), 'long 5', 'long 6'],
    [Long.MAX_VALUE, new Int32(2), 'overflow', 'overflow'],
    [Long.fromString('9007199254740993'), new Int32(2), 'long 9007199254740995', 'long 18014398509481986'],
    [new Int32(2), new Double(0.5), 'double 2.5', 'double 1'],
    [Long.fromNumber(2), new Double(0.5), 'double 2.5', 'double 1'],
    [decimal('1.10'), new Int32(2), 'decimal 3.10', 'decimal 2.20'],
    [decimal('1'), new Double(0.1), 'decimal 1.100000000000000', 'decimal 0.100000000000000'],
    [
      decimal('9999999999999999999999999999999999'),
      new Int32(1),
      'decimal 1.000000000000000000000000000000000E+34',
      'decimal 9999999999999999999999999999999999',
    ],
    [decimal('1E+6111'), decimal('1E+6000'), 'decimal 1.000000000000000000000000000000000E+6111', 'decimal Infinity'],
    [decimal('NaN'), new Int32(1), 'decimal NaN', 'decimal NaN'],
    [decimal('-Infinity'), decimal('2'), 'decimal -Infinity', 'decimal -Infinity'],
  ])('of %s and %s gives the wider type', (a, b, sum, product) => {
    expect([text(add(a, b)), text(multiply(a, b))]).toEqual([sum, product]);
  });
});
