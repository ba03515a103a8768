import { describe, expect, it } from '@jest/globals';
import { Binary, BSONRegExp, Decimal128, Double, Int32, Long, MaxKey, MinKey, ObjectId, Timestamp } from 'bson';
import { decode, encode, type Doc } from '../bson/values.ts';
import { compileFilter } from './matcher.ts';

/** As it would arrive from a client. */
const received = (doc: Doc): Doc => decode(encode(doc));
const matches = (filter: Doc, doc: Doc) => compileFilter(received(filter)).matches(received(doc));
const id = new ObjectId();
const regex = (pattern: string, options = '') => new BSONRegExp(pattern, options);

/** What matches, and what doesn't: filter, documents that match, documents that don't. */
type Row = readonly [name: string, filter: Doc, hits: readonly Doc[], misses: readonly Doc[]];

const equality: readonly Row[] = [
  [
    'a value equals a field',
    { a: 1 },
    [{ a: 1 }, { a: new Double(1) }, { a: Long.fromNumber(1) }],
    [{ a: 2 }, {}, { a: '1' }],
  ],
  ['a value equals an element of an array', { a: 1 }, [{ a: [2, 1] }], [{ a: [[1]] }, { a: [] }]],
  [
    'an array equals the whole array, or an element',
    { a: [1, 2] },
    [{ a: [1, 2] }, { a: [[1, 2]] }],
    [{ a: [2, 1] }, { a: [1, 2, 3] }],
  ],
  [
    'a document equals in order and whole',
    { a: { x: 1, y: 2 } },
    [{ a: { x: 1, y: 2 } }],
    [{ a: { y: 2, x: 1 } }, { a: { x: 1 } }],
  ],
  ['an empty document is a value', { a: {} }, [{ a: {} }], [{ a: { x: 1 } }, {}]],
  ['null equals null and missing', { a: null }, [{ a: null }, {}, { a: [null] }], [{ a: 0 }, { a: [] }, { a: '' }]],
  [
    'an ObjectId equals by value',
    { _id: id },
    [{ _id: new ObjectId(id.toHexString()) }],
    [{ _id: new ObjectId() }, { _id: id.toHexString() }],
  ],
  ['a reference is a value and no operator', { a: { $ref: 'c', $id: 1 } }, [{ a: { $ref: 'c', $id: 1 } }], [{ a: 1 }]],
  [
    'a regular expression matches strings and itself',
    { a: regex('^b', 'i') },
    [{ a: 'Bc' }, { a: ['x', 'b'] }, { a: regex('^b', 'i') }],
    [{ a: 'ab' }, { a: regex('^b') }],
  ],
  ['$eq takes a regular expression literally', { a: { $eq: regex('b') } }, [{ a: regex('b') }], [{ a: 'b' }]],
  ['an empty filter matches all', {}, [{}, { a: 1 }], []],
  [
    'binary data equals by subtype and bytes',
    { a: new Binary(Buffer.from('x'), 5) },
    [{ a: new Binary(Buffer.from('x'), 5) }],
    [{ a: new Binary(Buffer.from('x')) }],
  ],
  ['names of Object.prototype are no fields', { constructor: { $exists: true } }, [], [{}]],
];

const comparison: readonly Row[] = [
  [
    '$gt holds within a type',
    { a: { $gt: 1 } },
    [{ a: 2 }, { a: new Double(1.5) }, { a: Decimal128.fromString('1.1') }, { a: [0, 2] }],
    [{ a: 1 }, { a: '2' }, { a: true }, {}, { a: null }],
  ],
  ['$gte on a string', { a: { $gte: 'b' } }, [{ a: 'b' }, { a: 'c' }], [{ a: 'a' }, { a: 3 }]],
  [
    '$lt and $lte of a date',
    { a: { $lt: new Date(5), $lte: new Date(4) } },
    [{ a: new Date(4) }],
    [{ a: new Date(5) }, { a: 3 }],
  ],
  ['a range over an array may be met by two elements', { a: { $gt: 4, $lt: 2 } }, [{ a: [1, 5] }], [{ a: 3 }]],
  ['$gte and $lte null are equality with null', { a: { $gte: null } }, [{ a: null }, {}], [{ a: 0 }]],
  ['$gt null matches nothing', { a: { $gt: null } }, [], [{ a: null }, {}, { a: 1 }]],
  [
    'NaN compares with NaN only',
    { a: { $gte: new Double(NaN) } },
    [{ a: new Double(NaN) }],
    [{ a: 1 }, { a: new Double(-Infinity) }],
  ],
  ['NaN is not below a number', { a: { $lt: 1 } }, [{ a: 0 }], [{ a: new Double(NaN) }]],
  [
    'MinKey and MaxKey compare with all types',
    { a: { $gt: new MinKey(), $lt: new MaxKey() } },
    [{ a: 1 }, { a: 'x' }, {}],
    [{ a: new MinKey() }, { a: new MaxKey() }],
  ],
  [
    'arrays compare whole with an array',
    { a: { $gt: [1, 2] } },
    [{ a: [1, 3] }, { a: [2] }],
    [{ a: [1, 2] }, { a: 5 }],
  ],
  [
    '$ne is the opposite of equality',
    { a: { $ne: 1 } },
    [{ a: 2 }, {}, { a: '1' }, { a: [2, 3] }],
    [{ a: 1 }, { a: [1, 2] }],
  ],
  ['$ne null', { a: { $ne: null } }, [{ a: 1 }, { a: [] }], [{}, { a: null }, { a: [1, null] }]],
  [
    '$in takes values, null and regular expressions',
    { a: { $in: [1, null, regex('^x')] } },
    [{ a: 1 }, {}, { a: 'xy' }, { a: [5, 1] }],
    [{ a: 2 }, { a: 'yx' }],
  ],
  ['$in finds whole arrays', { a: { $in: [[1, 2]] } }, [{ a: [1, 2] }], [{ a: 1 }]],
  ['$in of nothing matches nothing', { a: { $in: [] } }, [], [{}, { a: 1 }]],
  ['$nin', { a: { $nin: [1, 2] } }, [{ a: 3 }, {}, { a: [3] }], [{ a: 2 }, { a: [3, 1] }]],
  [
    'long integers compare exactly',
    { a: { $gt: Long.fromString('9007199254740992') } },
    [{ a: Long.fromString('9007199254740993') }],
    [{ a: new Double(9007199254740992) }],
  ],
];

const logic: readonly Row[] = [
  ['$and', { $and: [{ a: 1 }, { b: 2 }] }, [{ a: 1, b: 2 }], [{ a: 1 }]],
  ['$or beside a field', { c: 1, $or: [{ a: 1 }, { b: 2 }] }, [{ b: 2, c: 1 }], [{ b: 2 }, { c: 1 }]],
  ['$nor', { $nor: [{ a: 1 }, { b: 2 }] }, [{}, { a: 2 }], [{ a: 1 }, { b: 2 }]],
  [
    '$not over all of its operators at once',
    { a: { $not: { $gt: 1, $lt: 5 } } },
    [{ a: 1 }, { a: 9 }, {}],
    [{ a: 3 }, { a: [0, 9] }],
  ],
  ['$not of a regular expression', { a: { $not: regex('x') } }, [{ a: 'y' }, {}], [{ a: 'x' }]],
  ['$comment changes nothing', { a: 1, $comment: 'why' }, [{ a: 1 }], [{ a: 2 }]],
];

const elements: readonly Row[] = [
  ['$exists', { a: { $exists: true } }, [{ a: null }, { a: [] }], [{}]],
  ['$exists false, by any value that is false', { a: { $exists: 0 } }, [{}], [{ a: null }]],
  [
    '$type by alias',
    { a: { $type: 'int' } },
    [{ a: 1 }, { a: ['x', 1] }],
    [{ a: new Double(1) }, { a: Long.fromNumber(1) }],
  ],
  ['$type by number', { a: { $type: 2 } }, [{ a: 'x' }], [{ a: 1 }]],
  [
    '$type number covers all four',
    { a: { $type: 'number' } },
    [{ a: 1 }, { a: new Double(1.5) }, { a: Decimal128.fromString('1') }],
    [{ a: '1' }],
  ],
  [
    '$type array means the field itself, or an array in it',
    { a: { $type: 'array' } },
    [{ a: [] }, { a: [[1]] }],
    [{ a: 1 }],
  ],
  ['$type of several', { a: { $type: ['string', 'null'] } }, [{ a: 'x' }, { a: null }], [{}, { a: 1 }]],
  ['$type timestamp', { a: { $type: 'timestamp' } }, [{ a: new Timestamp({ t: 1, i: 1 }) }], [{ a: new Date() }]],
];

const arrays: readonly Row[] = [
  ['$all wants each value', { a: { $all: [1, 2] } }, [{ a: [2, 3, 1] }], [{ a: [1] }, {}]],
  ['$all of one value matches a scalar', { a: { $all: [1] } }, [{ a: 1 }, { a: [1] }], [{ a: 2 }]],
  ['$all of a nested array', { a: { $all: [[1, 2]] } }, [{ a: [1, 2] }, { a: [[1, 2], 3] }], [{ a: [2, 1] }]],
  ['$all of nothing matches nothing', { a: { $all: [] } }, [], [{ a: [] }, {}]],
  [
    '$all of $elemMatch',
    { a: { $all: [{ $elemMatch: { x: 1 } }, { $elemMatch: { x: 2 } }] } },
    [{ a: [{ x: 1 }, { x: 2 }] }],
    [{ a: [{ x: 1 }] }],
  ],
  ['$size', { a: { $size: 2 } }, [{ a: [1, 2] }], [{ a: [1] }, { a: [[1, 2]] }, {}]],
  [
    '$elemMatch on documents wants one that meets all',
    { a: { $elemMatch: { x: 1, y: 2 } } },
    [{ a: [{ x: 1, y: 2 }] }],
    [{ a: [{ x: 1 }, { y: 2 }] }, { a: { x: 1, y: 2 } }],
  ],
  [
    '$elemMatch on documents takes an array as one with its positions as fields',
    { a: { $elemMatch: { 0: 1 } } },
    [{ a: [[1, 2]] }],
    [{ a: [1, 2] }, { a: [[2, 1]] }],
  ],
  [
    '$elemMatch on values',
    { a: { $elemMatch: { $gt: 1, $lt: 4 } } },
    [{ a: [0, 3] }],
    [{ a: [0, 5] }, { a: 3 }, { a: [[3]] }],
  ],
  [
    '$elemMatch with $or',
    { a: { $elemMatch: { $or: [{ x: 1 }, { y: 1 }] } } },
    [{ a: [{ y: 1 }] }],
    [{ a: [{ z: 1 }] }],
  ],
  [
    '$elemMatch under a path through an array',
    { 'a.b': { $elemMatch: { $eq: 1 } } },
    [{ a: [{ b: [1] }] }],
    [{ a: [{ b: 1 }] }],
  ],
  ['$elemMatch with $ne', { a: { $elemMatch: { $ne: 1 } } }, [{ a: [1, 2] }], [{ a: [1] }, { a: [] }]],
];

const paths: readonly Row[] = [
  ['a path leads into documents', { 'a.b': 1 }, [{ a: { b: 1 } }], [{ a: { b: 2 } }, { a: 1 }, {}]],
  [
    'a path looks into arrays of documents',
    { 'a.b': 1 },
    [{ a: [{ b: 2 }, { b: 1 }] }, { a: [{ b: [1] }] }],
    [{ a: [[{ b: 1 }]] }],
  ],
  [
    'a number in a path is a position',
    { 'a.1': 5 },
    [{ a: [0, 5] }, { a: { 1: 5 } }],
    [{ a: [5, 0] }, { a: [[0, 5]] }],
  ],
  ['a position leads on', { 'a.0.b': 1 }, [{ a: [{ b: 1 }, { b: 2 }] }], [{ a: [{ b: 2 }, { b: 1 }] }]],
  ['an array at a position is compared whole', { 'a.0': 1 }, [{ a: [1] }], [{ a: [[1, 2]] }]],
  [
    'null below a path: missing in a document',
    { 'a.b': null },
    [{}, { a: 1 }, { a: {} }, { a: [{ b: 1 }, {}] }],
    [{ a: { b: 1 } }, { a: [] }, { a: [1] }],
  ],
  [
    '$exists false below an array without documents',
    { 'a.b': { $exists: false } },
    [{ a: [] }, { a: [1] }, {}],
    [{ a: [{}, { b: 1 }] }],
  ],
  ['$ne below an array', { 'a.b': { $ne: 1 } }, [{ a: [{ b: 2 }] }, { a: [] }], [{ a: [{ b: 2 }, { b: 1 }] }]],
];

const evaluation: readonly Row[] = [
  [
    '$mod truncates and ignores what is no number',
    { a: { $mod: [4, 1] } },
    [{ a: 5 }, { a: new Double(5.9) }, { a: Long.fromNumber(9) }],
    [{ a: 4 }, { a: 'x' }, {}],
  ],
  ['$mod of negatives keeps the sign', { a: { $mod: [4, -1] } }, [{ a: -5 }], [{ a: 3 }]],
  ['$regex with $options', { a: { $regex: '^b', $options: 'im' } }, [{ a: 'a\nB' }], [{ a: 'ab' }]],
  [
    '$regex with option x ignores layout',
    { a: { $regex: 'a b # comment', $options: 'x' } },
    [{ a: 'ab' }],
    [{ a: 'a b' }],
  ],
  ['$regex with inline options', { a: { $regex: '(?i)ab' } }, [{ a: 'AB' }], [{ a: 'b' }]],
  ['$regex and $ne beside each other', { a: { $regex: 'x', $ne: 'xx' } }, [{ a: 'x' }], [{ a: 'xx' }]],
  [
    '$expr compares fields',
    { $expr: { $gt: ['$a', '$b'] } },
    [
      { a: 2, b: 1 },
      { a: 'x', b: 1 },
    ],
    [{ a: 1, b: 1 }, { b: 1 }],
  ],
  [
    '$expr compares ObjectIds and decimals by value',
    { $expr: { $eq: ['$a', '$b'] } },
    [
      { a: id, b: new ObjectId(id.toHexString()) },
      { a: Decimal128.fromString('1.0'), b: 1 },
    ],
    [{ a: id, b: new ObjectId() }, { a: null }],
  ],
  [
    'bits set',
    { a: { $bitsAllSet: [0, 2] } },
    [{ a: 5 }, { a: 7 }, { a: -1 }],
    [{ a: 1 }, { a: 'x' }, { a: new Double(5.5) }],
  ],
  ['any bit clear of a mask', { a: { $bitsAnyClear: 6 } }, [{ a: 2 }], [{ a: 6 }]],
  [
    'bits of binary data',
    { a: { $bitsAllSet: new Binary(Buffer.from([0, 1])) } },
    [{ a: new Binary(Buffer.from([0, 3])) }, { a: 256 }],
    [{ a: 1 }],
  ],
];

describe.each([
  ['equality', equality],
  ['comparison', comparison],
  ['logic', logic],
  ['elements', elements],
  ['arrays', arrays],
  ['paths', paths],
  ['evaluation', evaluation],
] as const)('%s', (_area, rows) => {
  it.each(rows)('%s', (_name, filter, hits, misses) => {
    expect(hits.filter((doc) => !matches(filter, doc))).toEqual([]);
    expect(misses.filter((doc) => matches(filter, doc))).toEqual([]);
  });
});

it('a variable of the command stands in $expr', () => {
  const matcher = compileFilter({ $expr: { $eq: ['$a', '$$wanted'] } }, { wanted: new Int32(2) });
  expect([matcher.matches({ a: 2 }), matcher.matches({ a: 1 })]).toEqual([true, false]);
});

describe('the position for `$`', () => {
  it.each<[Doc, Doc, number | undefined]>([
    [{ a: 2 }, { a: [1, 2] }, 1],
    [{ 'a.b': 2 }, { a: [{ b: 1 }, { b: [0, 2] }] }, 1],
    [{ a: { $elemMatch: { b: 2 } } }, { a: [{ b: 1 }, { b: 2 }] }, 1],
    [{ 'a.b': { $elemMatch: { $eq: 2 } } }, { a: [{ b: [2] }, {}] }, 0],
    [{ _id: 1, a: { $gt: 1 } }, { _id: 1, a: [1, 2] }, 1],
    [{ a: 1 }, { a: 1 }, undefined],
    [{ $or: [{ a: 2 }] }, { a: [1, 2] }, undefined],
  ])('of %j in %j is %j', (filter, doc, position) => {
    expect(compileFilter(received(filter)).position(received(doc))).toBe(position);
  });
});

describe('a malformed filter is refused', () => {
  it.each<[Doc, number, string]>([
    [{ $foo: 1 }, 2, 'unknown top level operator: $foo'],
    [{ a: { $foo: 1 } }, 2, 'unknown operator: $foo'],
    [{ a: { $gt: 1, b: 1 } }, 2, 'unknown operator: b'],
    [{ $and: {} }, 2, '$and must be an array'],
    [{ $or: [] }, 2, '$and/$or/$nor must be a nonempty array'],
    [{ $or: [1] }, 2, '$or/$and/$nor entries need to be full objects'],
    [{ a: { $in: 1 } }, 2, '$in needs an array'],
    [{ a: { $in: [{ $gt: 1 }] } }, 2, 'cannot nest $ under $in'],
    [{ a: { $ne: regex('x') } }, 2, "Can't have regex as arg to $ne."],
    [{ a: { $not: 1 } }, 2, '$not needs a regex or a document'],
    [{ a: { $options: 'i' } }, 2, '$options needs a $regex'],
    [{ a: { $regex: 1 } }, 2, '$regex has to be a string'],
    [{ a: { $regex: '(' } }, 51091, 'Regular expression is invalid'],
    [{ a: { $regex: 'a', $options: 'q' } }, 51108, 'invalid flag in regex options: q'],
    [{ a: { $regex: '(?>a)' } }, 238, 'the regular expression (?>a) is not supported'],
    [{ a: { $type: 'nope' } }, 2, 'Unknown type name alias: nope'],
    [{ a: { $mod: [0, 1] } }, 2, 'divisor cannot be 0'],
    [{ a: { $size: -1 } }, 2, 'Failed to parse $size. Expected a non-negative number'],
    [{ a: { $elemMatch: 1 } }, 2, '$elemMatch needs an Object'],
    [{ a: { $all: [{ $gt: 1 }] } }, 2, 'no $ expressions in $all'],
    [{ $where: 'true' }, 238, '$where is not supported'],
    [{ $text: { $search: 'x' } }, 238, '$text is not supported'],
    [{ $jsonSchema: {} }, 238, '$jsonSchema is not supported'],
    [{ a: { $near: [0, 0] } }, 238, '$near is not supported'],
  ])('%j: %i', (filter, code, message) => {
    expect(() => compileFilter(received(filter))).toThrow(
      expect.objectContaining({ code, message: expect.stringContaining(message) }),
    );
  });

  it('an unknown expression and an undefined variable are, once evaluated', () => {
    const evaluate = (expression: Doc) => () => compileFilter({ $expr: expression }).matches({ a: 1 });
    expect(evaluate({ $nope: 1 })).toThrow(expect.objectContaining({ code: 168 }));
    expect(evaluate({ $eq: ['$$nope', 1] })).toThrow(expect.objectContaining({ code: 17276 }));
  });
});
