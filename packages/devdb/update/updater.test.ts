import { describe, expect, it } from '@jest/globals';
import { BSONRegExp, Decimal128, Double, EJSON, Int32, Long } from 'bson';
import { decode, encode, type Doc, type Value } from '../bson/values.ts';
import { compileFilter } from '../query/matcher.ts';
import { compileUpdate, type UpdateOptions } from './updater.ts';

/** As it would arrive from a client. */
const received = <T extends Value>(value: T): T => decode(encode({ value }))['value'] as T;
/** Types and the order of the fields count. */
const canonical = (doc: Value) => EJSON.stringify(doc, { relaxed: false });

interface Given {
  filter?: Doc;
  arrayFilters?: Doc[];
}

function apply(update: Value, doc: Doc, { filter, arrayFilters }: Given = {}) {
  const options: UpdateOptions = arrayFilters === undefined ? {} : { arrayFilters: received(arrayFilters) };
  const target = received(doc);
  const before = canonical(target);
  const result = compileUpdate(received(update), options).apply(
    target,
    filter === undefined ? undefined : compileFilter(received(filter)).position(target),
  );
  expect(canonical(target)).toBe(before);
  expect(result.changed).toBe(result.doc !== target);
  return result;
}

type Row = readonly [name: string, doc: Doc, update: Value, expected: Doc | 'unchanged', given?: Given];
const long = (n: number) => Long.fromNumber(n);

const fields: readonly Row[] = [
  [
    '$set replaces in place and appends in the order of names',
    { _id: 1, b: 1 },
    { $set: { z: 1, b: 2, c: 3 } },
    { _id: 1, b: 2, c: 3, z: 1 },
  ],
  [
    'numbers among names go in their own order',
    { _id: 1, a: {} },
    { $set: { 'a.x10': 1, 'a.x9': 1 } },
    { _id: 1, a: { x10: 1, x9: 1 } },
  ],
  ['$set makes documents on the way', { _id: 1 }, { $set: { 'a.b.0': 1 } }, { _id: 1, a: { b: { 0: 1 } } }],
  ['$set of the same value changes nothing', { a: 1 }, { $set: { a: 1 } }, 'unchanged'],
  ['$set of an equal value of another type changes', { a: 1 }, { $set: { a: new Double(1) } }, { a: new Double(1) }],
  ['$set at a position fills up with null', { a: [1] }, { $set: { 'a.3': 4 } }, { a: [1, null, null, 4] }],
  ['$set below a position', { a: [{ b: 1 }] }, { $set: { 'a.0.b': 2 } }, { a: [{ b: 2 }] }],
  [
    '$set may write fields that begin with $ in a value',
    { _id: 1 },
    { $set: { a: { $b: 1 } } },
    { _id: 1, a: { $b: 1 } },
  ],
  ['$unset removes', { a: 1, b: 2 }, { $unset: { a: '' } }, { b: 2 }],
  ['$unset of nothing changes nothing', { a: 1 }, { $unset: { b: '', 'a.x': '', 'c.d': '' } }, 'unchanged'],
  ['$unset of an element leaves null', { a: [1, 2] }, { $unset: { 'a.0': '' } }, { a: [null, 2] }],
  ['$rename moves', { a: 1, b: 2 }, { $rename: { a: 'c.d' } }, { b: 2, c: { d: 1 } }],
  ['$rename replaces what is there', { a: 1, b: 2 }, { $rename: { a: 'b' } }, { b: 1 }],
  ['$rename of a missing field changes nothing', { b: 2 }, { $rename: { a: 'b' } }, 'unchanged'],
  [
    '$setOnInsert does nothing to a document that is there',
    { a: 1 },
    { $setOnInsert: { b: 1, 'c.d': 1 } },
    'unchanged',
  ],
  ['an operator without fields changes nothing', { a: 1 }, { $set: {}, $inc: {} }, 'unchanged'],
  [
    '$min and $max compare in the order of types',
    { a: 5, b: 5, c: 5 },
    { $min: { a: 3, b: 'x' }, $max: { c: 'x' } },
    { a: 3, b: 5, c: 'x' },
  ],
  ['$min sets a missing field', { _id: 1 }, { $min: { a: 3 } }, { _id: 1, a: 3 }],
];

const numbers: readonly Row[] = [
  [
    '$inc keeps the type',
    { a: 1, b: new Double(1.5), c: long(1) },
    { $inc: { a: 2, b: 1, c: 1 } },
    { a: 3, b: new Double(2.5), c: long(2) },
  ],
  ['$inc of a missing field sets it', { _id: 1 }, { $inc: { a: long(2) } }, { _id: 1, a: long(2) }],
  ['$inc grows an int into a long', { a: 2147483647 }, { $inc: { a: 1 } }, { a: long(2147483648) }],
  ['$inc by a double makes a double', { a: 1 }, { $inc: { a: new Double(1) } }, { a: new Double(2) }],
  ['$inc by 0 changes nothing', { a: 1 }, { $inc: { a: 0 } }, 'unchanged'],
  [
    '$inc of a decimal is exact',
    { a: Decimal128.fromString('0.10') },
    { $inc: { a: Decimal128.fromString('0.20') } },
    { a: Decimal128.fromString('0.30') },
  ],
  ['$mul', { a: 3 }, { $mul: { a: new Double(1.5) } }, { a: new Double(4.5) }],
  ['$mul of a missing field sets 0 of its type', { _id: 1 }, { $mul: { a: long(2) } }, { _id: 1, a: long(0) }],
  ['$bit', { a: 13, b: 5 }, { $bit: { a: { and: 10 }, b: { xor: long(1) } } }, { a: 8, b: long(4) }],
];

const arrays: readonly Row[] = [
  ['$push appends, and makes the array', { a: [1] }, { $push: { a: [2], b: 1 } }, { a: [1, [2]], b: [1] }],
  ['$push $each at a $position', { a: [1, 2] }, { $push: { a: { $each: [8, 9], $position: 1 } } }, { a: [1, 8, 9, 2] }],
  ['$push at a negative $position', { a: [1, 2] }, { $push: { a: { $each: [9], $position: -1 } } }, { a: [1, 9, 2] }],
  [
    '$push $sort then $slice',
    { a: [{ n: 3 }, { n: 1 }] },
    { $push: { a: { $each: [{ n: 2 }], $sort: { n: -1 }, $slice: 2 } } },
    { a: [{ n: 3 }, { n: 2 }] },
  ],
  ['the first $push slices too', { _id: 1 }, { $push: { a: { $each: [1, 2, 3], $slice: -2 } } }, { _id: 1, a: [2, 3] }],
  ['$push $slice 0 empties', { a: [1] }, { $push: { a: { $each: [], $slice: 0 } } }, { a: [] }],
  ['$push $sort of values', { a: [3, 'x', 1] }, { $push: { a: { $each: [], $sort: 1 } } }, { a: [1, 3, 'x'] }],
  [
    '$addToSet adds what is new by value',
    { a: [1] },
    { $addToSet: { a: { $each: [new Double(1), 2, 2] } } },
    { a: [1, 2] },
  ],
  [
    '$addToSet of a document looks at its order',
    { a: [{ x: 1, y: 2 }] },
    { $addToSet: { a: { y: 2, x: 1 } } },
    {
      a: [
        { x: 1, y: 2 },
        { y: 2, x: 1 },
      ],
    },
  ],
  ['$addToSet of what is there changes nothing', { a: [1] }, { $addToSet: { a: 1 } }, 'unchanged'],
  ['$pull by value', { a: [1, 2, 1] }, { $pull: { a: 1 } }, { a: [2] }],
  ['$pull by operators', { a: [1, 5, 9] }, { $pull: { a: { $gt: 1, $lt: 9 } } }, { a: [1, 9] }],
  [
    '$pull by a filter over documents',
    { a: [{ x: 1, y: 1 }, { x: 2 }, 3] },
    { $pull: { a: { x: 1 } } },
    { a: [{ x: 2 }, 3] },
  ],
  ['$pull by a regular expression', { a: ['ab', 'b'] }, { $pull: { a: new BSONRegExp('^a') } }, { a: ['b'] }],
  ['$pull of an array takes the whole array', { a: [[1, 2], 1] }, { $pull: { a: [1, 2] } }, { a: [1] }],
  ['$pull from nothing changes nothing', { b: 1 }, { $pull: { a: 1 } }, 'unchanged'],
  ['$pullAll', { a: [1, 2, { x: 1 }] }, { $pullAll: { a: [1, { x: 1 }] } }, { a: [2] }],
  ['$pop from the end and the beginning', { a: [1, 2], b: [1, 2] }, { $pop: { a: 1, b: -1 } }, { a: [1], b: [2] }],
  ['$pop of an empty array changes nothing', { a: [] }, { $pop: { a: 1, b: 1 } }, 'unchanged'],
];

const positional: readonly Row[] = [
  ['$ is the element that matched', { a: [1, 2, 2] }, { $set: { 'a.$': 9 } }, { a: [1, 9, 2] }, { filter: { a: 2 } }],
  [
    '$ leads on, for several operators',
    { a: [{ x: 1 }, { x: 2, n: 1 }] },
    { $set: { 'a.$.x': 9 }, $inc: { 'a.$.n': 1 } },
    { a: [{ x: 1 }, { x: 9, n: 2 }] },
    { filter: { 'a.x': 2 } },
  ],
  [
    '$ beside a position of the same array',
    { a: [{ x: 1 }, { x: 2 }] },
    { $set: { 'a.$.x': 9, 'a.1.y': 1 } },
    { a: [{ x: 1 }, { x: 9, y: 1 }] },
    { filter: { 'a.x': 2 } },
  ],
  ['$[] is every element', { a: [1, 2] }, { $inc: { 'a.$[]': 1 } }, { a: [2, 3] }],
  [
    '$[] nested',
    { a: [{ b: [1] }, { b: [2, 3] }] },
    { $mul: { 'a.$[].b.$[]': 2 } },
    { a: [{ b: [2] }, { b: [4, 6] }] },
  ],
  [
    '$[id] is those that its filter matches',
    { a: [1, 5, 9] },
    { $set: { 'a.$[big]': 5 } },
    { a: [1, 5, 5] },
    { arrayFilters: [{ big: { $gte: 5 } }] },
  ],
  [
    'two filters over one array',
    { a: [{ x: 1 }, { x: 2 }] },
    { $set: { 'a.$[p].y': 1, 'a.$[q].z': 1 } },
    {
      a: [
        { x: 1, y: 1, z: 1 },
        { x: 2, z: 1 },
      ],
    },
    { arrayFilters: [{ 'p.x': 1 }, { $or: [{ 'q.x': 1 }, { 'q.x': 2 }] }] },
  ],
  [
    'a filter that matches none changes nothing',
    { a: [1] },
    { $set: { 'a.$[x]': 5 } },
    'unchanged',
    { arrayFilters: [{ x: 7 }] },
  ],
];

const whole: readonly Row[] = [
  ['a replacement keeps _id, and first', { _id: 1, a: 1 }, { b: 2, _id: 1 }, { _id: 1, b: 2 }],
  ['a replacement by the same changes nothing', { _id: 1, a: 1 }, { a: 1 }, 'unchanged'],
  ['an empty replacement empties', { _id: 1, a: 1 }, {}, { _id: 1 }],
  [
    'a pipeline sees the document',
    { _id: 1, a: 1, b: 2 },
    [{ $set: { c: { $add: ['$a', '$b'] } } }, { $unset: 'b' }],
    { _id: 1, a: 1, c: 3 },
  ],
  [
    'a pipeline keeps the types of what it leaves alone',
    { _id: long(1), a: new Double(2), l: long(3), n: { d: new Double(1) } },
    [{ $set: { b: 1 } }],
    { _id: long(1), a: new Double(2), l: long(3), n: { d: new Double(1) }, b: 1 },
  ],
  ['a pipeline cannot lose _id', { _id: 1, a: { b: 1 } }, [{ $replaceWith: '$a' }], { _id: 1, b: 1 }],
  [
    'a pipeline may set fields that begin with $',
    { _id: 1, foo: {} },
    [{ $replaceWith: { $setField: { field: { $literal: '$a' }, value: 1, input: '$$ROOT' } } }],
    { _id: 1, foo: {}, $a: 1 },
  ],
  ['a pipeline that changes nothing', { _id: 1, a: new Double(1) }, [{ $set: { a: '$a' } }], 'unchanged'],
];

describe.each([
  ['fields', fields],
  ['numbers', numbers],
  ['arrays', arrays],
  ['positional paths', positional],
  ['whole documents', whole],
] as const)('%s', (_area, rows) => {
  it.each(rows)('%s', (_name, doc, update, expected, given = {}) => {
    const result = apply(update, doc, given);
    expect(canonical(result.doc)).toBe(canonical(received(expected === 'unchanged' ? doc : expected)));
    expect(result.changed).toBe(expected !== 'unchanged');
  });
});

it('$currentDate gives the time as a date or a timestamp', () => {
  const before = Date.now();
  const { doc } = apply({ $currentDate: { a: true, 'b.c': { $type: 'timestamp' } } }, { _id: 1 });
  // What the update has to make of it; that it has, is asserted below.
  const { a, b } = doc as unknown as { a: Date; b: { c: { t: number } } };
  expect(a.getTime()).toBeGreaterThanOrEqual(before);
  expect(b.c.t).toBeGreaterThanOrEqual(Math.floor(before / 1000));
});

it('what an update leaves alone is shared, not copied', () => {
  const doc = received({ _id: 1, a: { b: 1 }, c: 1 });
  expect(compileUpdate({ $set: { c: 2 } }).apply(doc).doc['a']).toBe(doc['a']);
});

describe('an update is refused', () => {
  it.each<[string, Value, Doc, number, string, Given?]>([
    ['an unknown operator', { $foo: { a: 1 } }, {}, 9, 'Unknown modifier: $foo'],
    ['an unknown operator without fields', { $foo: {} }, {}, 9, 'Unknown modifier: $foo'],
    ['fields among operators', { $set: { a: 1 }, b: 1 }, {}, 9, 'Unknown modifier: b'],
    ['an operator without a document', { $set: 1 }, {}, 9, 'Modifiers operate on fields but we found type int instead'],
    ['operators in a replacement', { a: 1, $set: { b: 1 } }, {}, 52, "The dollar ($) prefixed field '$set'"],
    [
      'two operators on one path',
      { $set: { a: 1 }, $inc: { a: 1 } },
      {},
      40,
      "Updating the path 'a' would create a conflict at 'a'",
    ],
    [
      'a path through another',
      { $set: { a: 1, 'a.b': 1 } },
      {},
      40,
      "Updating the path 'a.b' would create a conflict at 'a'",
    ],
    [
      'a path that another leads through',
      { $set: { 'a.b': 1, a: 1 } },
      {},
      40,
      "Updating the path 'a' would create a conflict at 'a'",
    ],
    ['a $rename onto an updated path', { $rename: { a: 'b' }, $set: { b: 1 } }, {}, 40, "conflict at 'b'"],
    ['all elements and a field of one path', { $set: { 'a.$[]': 1, 'a.b': 1 } }, {}, 40, "conflict at 'a'"],
    [
      'filters that meet in an element',
      { $set: { 'a.$[x]': 1, 'a.$[y]': 2 } },
      { a: [1] },
      40,
      "conflict at 'a.0'",
      { arrayFilters: [{ x: 1 }, { y: 1 }] },
    ],
    ['a new _id', { $set: { _id: 2 } }, { _id: 1 }, 66, "would modify the immutable field '_id'"],
    ['no _id', { $unset: { _id: '' } }, { _id: 1 }, 66, "would modify the immutable field '_id'"],
    [
      'a replacement with another _id',
      { _id: 2 },
      { _id: 1 },
      66,
      "the (immutable) field '_id' was found to have been altered to _id: 2",
    ],
    ['a pipeline with another _id', [{ $set: { _id: 2 } }], { _id: 1 }, 66, 'was found to have been altered'],
    ['a field below a scalar', { $set: { 'a.b': 1 } }, { a: 5 }, 28, "Cannot create field 'b' in element {a: 5}"],
    [
      'a field below null',
      { $inc: { 'a.b.c': 1 } },
      { a: { b: null } },
      28,
      "Cannot create field 'c' in element {b: null}",
    ],
    [
      'a field below an array',
      { $set: { 'a.b': 1 } },
      { a: [1, 'x'] },
      28,
      'Cannot create field \'b\' in element {a: [ 1, "x" ]}',
    ],
    [
      'an increment that is no number',
      { $inc: { a: 'x' } },
      {},
      14,
      'Cannot increment with non-numeric argument: {a: "x"}',
    ],
    [
      'an increment of what is no number',
      { $inc: { 'b.a': 1 } },
      { _id: 7, b: { a: 'x' } },
      14,
      "{_id: 7} has the field 'a' of non-numeric type string",
    ],
    [
      'an increment that overflows',
      { $inc: { a: 1 } },
      { _id: 7, a: Long.MAX_VALUE },
      2,
      'Failed to apply $inc operations to current value',
    ],
    [
      '$push to what is no array',
      { $push: { a: 1 } },
      { _id: 7, a: 5 },
      2,
      "The field 'a' must be an array but is of type int in document {_id: 7}",
    ],
    [
      '$push $each of what is no array',
      { $push: { a: { $each: 1 } } },
      {},
      2,
      'The argument to $each in $push must be an array but it was of type: int',
    ],
    [
      '$push with an unknown clause',
      { $push: { a: { $each: [], $foo: 1 } } },
      {},
      2,
      'Unrecognized clause in $push: $foo',
    ],
    [
      '$push $slice by a fraction',
      { $push: { a: { $each: [], $slice: new Double(1.5) } } },
      {},
      2,
      'The value for $slice must be an integer value',
    ],
    [
      '$addToSet to what is no array',
      { $addToSet: { a: 1 } },
      { a: 5 },
      2,
      "Cannot apply $addToSet to non-array field. Field named 'a' has non-array type int",
    ],
    ['$pull from what is no array', { $pull: { a: 1 } }, { a: 5 }, 2, 'Cannot apply $pull to a non-array value'],
    ['$pop by 2', { $pop: { a: 2 } }, {}, 9, '$pop expects 1 or -1, found: 2'],
    [
      '$pop from what is no array',
      { $pop: { a: 1 } },
      { a: 5 },
      14,
      "Path 'a' contains an element of non-array type 'int'",
    ],
    [
      '$bit of a double',
      { $bit: { a: { and: 1 } } },
      { _id: 7, a: new Double(1.5) },
      2,
      'Cannot apply $bit to a value of non-integral type',
    ],
    ['$rename to itself', { $rename: { a: 'a' } }, {}, 2, 'The source and target field for $rename must differ'],
    ['$rename to what is no name', { $rename: { a: 1 } }, {}, 2, "The 'to' field for $rename must be a string"],
    ['$rename into itself', { $rename: { a: 'a.b' } }, {}, 2, 'must not be on the same path'],
    ['$rename from below a number', { $rename: { 'a.b': 'c' } }, { a: 1 }, 28, 'cannot use the part (a of a.b)'],
    ['$pull below a number', { $pull: { 'a.b': 1 } }, { a: 1 }, 28, 'Cannot use the part (b) of (a.b)'],
    ['$pop below an array', { $pop: { 'a.b': 1 } }, { a: [1] }, 28, 'Cannot use the part (b) of (a.b)'],
    [
      '$rename out of an array',
      { $rename: { 'a.0': 'b' } },
      { _id: 7, a: [1] },
      2,
      "The source field cannot be an array element, 'a.0'",
    ],
    ['$currentDate by a string', { $currentDate: { a: 'x' } }, {}, 2, 'string is not valid type for $currentDate'],
    [
      '$ without a match',
      { $set: { 'a.$': 1 } },
      { a: [1] },
      2,
      'The positional operator did not find the match needed from the query.',
    ],
    ['$ twice', { $set: { 'a.$.b.$': 1 } }, {}, 2, "Too many positional (i.e. '$') elements found in path"],
    ['$ first', { $set: { '$.a': 1 } }, {}, 2, "Cannot have positional (i.e. '$') element in the first position"],
    [
      '$[] where nothing is',
      { $set: { 'a.$[]': 1 } },
      {},
      2,
      "The path 'a' must exist in the document in order to apply array updates.",
    ],
    [
      '$[] on what is no array',
      { $set: { 'a.$[]': 1 } },
      { a: 5 },
      2,
      'Cannot apply array updates to non-array element a: 5',
    ],
    ['$[id] without a filter', { $set: { 'a.$[x]': 1 } }, { a: [] }, 2, "No array filter found for identifier 'x'"],
    [
      'a filter that is not used',
      { $set: { a: 1 } },
      {},
      9,
      "The array filter for identifier 'x' was not used",
      { arrayFilters: [{ x: 1 }] },
    ],
    [
      'two filters of one name',
      { $set: { 'a.$[x]': 1 } },
      {},
      9,
      'Found multiple array filters with the same top-level field name x',
      { arrayFilters: [{ x: 1 }, { 'x.y': 1 }] },
    ],
    [
      'a filter over two names',
      { $set: { 'a.$[x]': 1 } },
      {},
      9,
      "Expected a single top-level field name, found 'x' and 'y'",
      { arrayFilters: [{ x: 1, y: 1 }] },
    ],
    ['an empty path', { $set: { '': 1 } }, {}, 56, 'An empty update path is not valid.'],
    ['an empty name in a path', { $set: { 'a..b': 1 } }, {}, 56, "The update path 'a..b' contains an empty field name"],
    [
      'a path with a name that begins with $',
      { $set: { 'a.$b': 1 } },
      {},
      52,
      "The dollar ($) prefixed field '$b' in 'a.$b' is not valid for storage.",
    ],
    [
      'a stage that reads other documents',
      [{ $match: { a: 1 } }],
      {},
      72,
      '$match is not allowed to be used within an update',
    ],
    ['what is neither a document nor an array', 5, {}, 9, 'Update argument must be either an object or an array'],
  ])('%s', (_name, update, doc, code, message, given = {}) => {
    expect(() => apply(update, doc, given)).toThrow(
      expect.objectContaining({ code, message: expect.stringContaining(message) }),
    );
  });
});

it('an update tells whether it wants the matched position', () => {
  const wants = (update: Doc) => compileUpdate(update).needsPosition;
  expect([wants({ $set: { 'a.$.b': 1 } }), wants({ $set: { 'a.$[].b': new Int32(1) } })]).toEqual([true, false]);
});
