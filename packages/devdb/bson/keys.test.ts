import { describe, expect, it } from '@jest/globals';
import { Binary, BSONRegExp, Decimal128, Double, Int32, Long, MaxKey, MinKey, ObjectId, Timestamp } from 'bson';
import fc from 'fast-check';
import { encodeKey, recordOf, recordSuffix, typeBracket } from './keys.ts';
import { rawValue } from './raw.ts';
import { compareValues, typeOrder, type Value } from './values.ts';

/** Values close to each other, where an order is easily wrong, of all types that compare. */
const scalar: fc.Arbitrary<Value> = fc.oneof(
  fc.constantFrom<Value>(null, true, false, '', 'a', 'a\0', 'a\0b', 'b', '\uffff', '\u{10000}', 'é'),
  fc.constantFrom<Value>(new MinKey(), new MaxKey(), new Double(NaN), new Double(-0), new Double(Infinity)),
  fc.integer({ min: -3, max: 3 }).map((value) => new Int32(value)),
  fc.double().map((value) => new Double(value)),
  fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }).map((value) => Long.fromBigInt(value)),
  fc.integer({ min: -3, max: 3 }).map((n) => Long.fromBigInt(2n ** 53n + BigInt(n))),
  fc
    .constantFrom('0.1', '0.3', '1E2', '-0', '9007199254740993', '1E-200', '-1.5', 'NaN', '-Infinity')
    .map((text) => Decimal128.fromString(text)),
  fc.constantFrom(0.1, 0.3, 9007199254740992, 1e-200, 100).map((value) => new Double(value)),
  fc.string({ maxLength: 4 }),
  fc.date({ noInvalidDate: true }),
  fc.uint8Array({ minLength: 12, maxLength: 12 }).map((bytes) => new ObjectId(bytes)),
  fc.uint8Array({ maxLength: 3 }).map((bytes) => new Binary(bytes)),
  fc.nat(5).map((i) => new Timestamp({ t: 1, i })),
  fc.constantFrom('a', 'b').map((pattern) => new BSONRegExp(pattern, 'i')),
);
const { value } = fc.letrec<{ value: Value }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 2, withCrossShrink: true },
    scalar,
    fc.array(tie('value'), { maxLength: 3 }),
    fc.dictionary(fc.constantFrom('a', 'b', 'ab'), tie('value'), { maxKeys: 2, noNullPrototype: true }),
  ),
}));

/** As an index has them: nowhere is a key compared without a record after it. */
const entry = (key: string): string => key + recordSuffix(0);

describe('index keys', () => {
  it('compare as the values do, ascending and descending', () => {
    fc.assert(
      fc.property(value, value, (a, b) => {
        const expected = Math.sign(compareValues(a, b));
        for (const descending of [false, true]) {
          const [x, y] = [a, b].map((each) => entry(encodeKey([rawValue(each)], [descending]))) as [string, string];
          expect(x < y ? -1 : Number(x > y)).toBe(expected === 0 ? 0 : descending ? -expected : expected);
        }
      }),
      { numRuns: 5000, examples: [['a\0b', 'a']] },
    );
  });

  it('compare field by field where there are several', () => {
    fc.assert(
      fc.property(fc.tuple(scalar, scalar), fc.tuple(scalar, scalar), (a, b) => {
        const expected = Math.sign(compareValues(a[0], b[0]) || -compareValues(a[1], b[1]));
        const [x, y] = [a, b].map((each) => entry(encodeKey(each.map(rawValue), [false, true]))) as [string, string];
        expect(x < y ? -1 : Number(x > y)).toBe(expected + 0);
      }),
      { numRuns: 3000 },
    );
  });

  it('lie within the bracket of their type and in the range of their value alone', () => {
    fc.assert(
      fc.property(scalar, scalar, fc.boolean(), fc.nat(), (a, b, descending, record) => {
        const [x, y] = [a, b].map((each) => encodeKey([rawValue(each)], [descending])) as [string, string];
        const stored = y + recordSuffix(record);
        expect(recordOf(stored)).toBe(record);
        const [first, last] = typeBracket(rawValue(a), descending);
        expect(stored >= first && stored < last).toBe(typeOrder(a) === typeOrder(b));
        expect(stored >= `${x}\x01` && stored < `${x}\xff`).toBe(compareValues(a, b) === 0);
      }),
      { numRuns: 3000 },
    );
  });
});
