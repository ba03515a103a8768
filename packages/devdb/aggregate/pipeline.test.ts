import { describe, expect, it } from '@jest/globals';
import { Decimal128, Double, EJSON, Long, ObjectId } from 'bson';
import { decode, encode, type Doc, type Value } from '../bson/values.ts';
import { compileFilter } from '../query/matcher.ts';
import { leadingQuery } from './leading-query.ts';
import { compilePipeline } from './pipeline.ts';

const received = <T extends Value>(value: T): T => decode(encode({ value }))['value'] as T;
const canonical = (value: Value) => EJSON.stringify(value, { relaxed: false });
const decimal = (text: string) => Decimal128.fromString(text);
const ids = ['0123456789abcdef01234567', '0123456789abcdef01234568'].map((hex) => new ObjectId(hex)) as [
  ObjectId,
  ObjectId,
];
const same = (id: ObjectId) => new ObjectId(id.toHexString());

const collections: Readonly<Record<string, readonly Doc[]>> = {
  products: [
    { _id: ids[0], sku: 'a', tags: ['x'] },
    { _id: ids[1], sku: 'b' },
  ],
};

function run(pipeline: Value[], docs: readonly Doc[] = [], variables: Doc = {}): Value[] {
  const collection = (name: string, filter: Doc, bound?: Doc) => {
    const matcher = compileFilter(filter, bound);
    return (collections[name] ?? []).map(received).filter((doc) => matcher.matches(doc));
  };
  return [...compilePipeline(received(pipeline), { collection, variables }).run(docs.map(received))];
}

type Row = readonly [name: string, pipeline: Value[], docs: readonly Doc[], expected: Value[]];

const moving: readonly Row[] = [
  [
    '$match, $sort, $skip and $limit anywhere',
    [{ $limit: 4 }, { $match: { a: { $gt: 1 } } }, { $sort: { a: -1 } }, { $skip: 1 }],
    [{ a: 2 }, { a: 3 }, { a: 1 }, { a: 4 }, { a: 9 }],
    [{ a: 3 }, { a: 2 }],
  ],
  [
    '$project',
    [{ $project: { _id: 0, b: 1, c: { $concat: ['$b', '!'] } } }],
    [{ _id: 1, a: 1, b: 'x' }],
    [{ b: 'x', c: 'x!' }],
  ],
  [
    '$addFields replaces in place, goes below, and takes literals',
    [{ $addFields: { b: '$a', 'n.m': 1, d: { e: 2 } } }],
    [{ a: 1, b: 0, n: { o: 1 } }],
    [{ a: 1, b: 1, n: { o: 1, m: 1 }, d: { e: 2 } }],
  ],
  [
    '$addFields goes through arrays',
    [{ $set: { 'a.b': 1 } }],
    [{ a: [{ c: 1 }, 2] }],
    [{ a: [{ c: 1, b: 1 }, { b: 1 }] }],
  ],
  ['$unset', [{ $unset: ['a', 'b.c'] }], [{ a: 1, b: { c: 1, d: 1 } }], [{ b: { d: 1 } }]],
  [
    '$replaceRoot',
    [{ $replaceRoot: { newRoot: { $mergeObjects: [{ x: 0 }, '$a'] } } }],
    [{ a: { x: 1, y: 2 } }],
    [{ x: 1, y: 2 }],
  ],
  ['$count', [{ $count: 'n' }], [{}, {}], [{ n: 2 }]],
  ['$count of nothing is nothing', [{ $count: 'n' }], [], []],
  [
    '$unwind drops what is empty',
    [{ $unwind: '$a' }],
    [{ _id: 1, a: [1, 2] }, { _id: 2, a: [] }, { _id: 3 }, { _id: 4, a: 5 }],
    [
      { _id: 1, a: 1 },
      { _id: 1, a: 2 },
      { _id: 4, a: 5 },
    ],
  ],
  [
    '$unwind keeps and numbers on demand',
    [{ $unwind: { path: '$a.b', includeArrayIndex: 'i', preserveNullAndEmptyArrays: true } }],
    [{ a: { b: ['x'] } }, { a: { b: [] } }, { _id: 3 }],
    [
      { a: { b: 'x' }, i: Long.fromNumber(0) },
      { a: {}, i: null },
      { _id: 3, i: null },
    ],
  ],
  [
    '$facet',
    [{ $facet: { n: [{ $count: 'n' }], first: [{ $limit: 1 }] } }],
    [{ a: 1 }, { a: 2 }],
    [{ n: [{ n: 2 }], first: [{ a: 1 }] }],
  ],
  ['$documents', [{ $documents: [{ a: 1 }, { a: { $add: [1, 1] } }] }, { $match: { a: 2 } }], [], [{ a: 2 }]],
  [
    'what is left alone keeps its types',
    [{ $match: {} }, { $addFields: { x: 1 } }],
    [{ a: new Double(1), l: Long.fromNumber(2), d: decimal('1.10') }],
    [{ a: new Double(1), l: Long.fromNumber(2), d: decimal('1.10'), x: 1 }],
  ],
];

const grouping: readonly Row[] = [
  [
    'collects null, but nothing for a missing field',
    [{ $group: { _id: null, all: { $push: '$a' }, each: { $addToSet: '$a' }, least: { $min: '$a' } } }],
    [{ a: 2 }, {}, { a: null }],
    [{ _id: null, all: [2, null], each: [2, null], least: 2 }],
  ],
  [
    'averages of decimals',
    [{ $group: { _id: null, a: { $avg: '$d' } } }],
    [{ d: decimal('1') }, { d: decimal('1') }, { d: decimal('0') }],
    [{ _id: null, a: decimal('0.6666666666666666666666666666666667') }],
  ],
  [
    'groups by ObjectId',
    [{ $group: { _id: '$k', n: { $sum: 1 } } }, { $sort: { n: -1 } }],
    [{ k: ids[0] }, { k: same(ids[0]) }, { k: ids[1] }],
    [
      { _id: ids[0], n: 2 },
      { _id: ids[1], n: 1 },
    ],
  ],
  [
    'groups by several fields, and missing as null',
    [{ $group: { _id: { a: '$a', b: '$b' }, n: { $sum: '$n' } } }, { $sort: { n: 1 } }],
    [
      { a: 1, b: 1, n: 1 },
      { a: 1, b: 2, n: 10 },
      { a: 1, b: 1, n: 2 },
    ],
    [
      { _id: { a: 1, b: 1 }, n: 3 },
      { _id: { a: 1, b: 2 }, n: 10 },
    ],
  ],
  [
    'sums ints to an int, and beyond that to a long',
    [{ $group: { _id: null, a: { $sum: '$a' }, b: { $sum: '$b' } } }],
    [{ a: 1, b: 2147483647 }, { a: 2, b: 1 }, { a: 'x' }],
    [{ _id: null, a: 3, b: Long.fromNumber(2147483648) }],
  ],
  [
    'sums decimals exactly',
    [{ $group: { _id: null, t: { $sum: '$v' } } }],
    [{ v: decimal('0.10') }, { v: decimal('0.20') }, { v: 1 }],
    [{ _id: null, t: decimal('1.30') }],
  ],
  [
    '$min and $max follow the order of types',
    [{ $group: { _id: null, min: { $min: '$v' }, max: { $max: '$v' } } }],
    [{ v: decimal('2.5') }, { v: 10 }, { v: 'x' }, { v: null }, {}],
    [{ _id: null, min: decimal('2.5'), max: 'x' }],
  ],
  [
    '$avg, $first, $last, $push and $addToSet',
    [
      {
        $group: {
          _id: null,
          avg: { $avg: '$v' },
          first: { $first: '$v' },
          last: { $last: '$v' },
          all: { $push: '$v' },
          set: { $addToSet: '$w' },
        },
      },
    ],
    [
      { v: 1, w: 'x' },
      { v: 2, w: 'x' },
    ],
    [{ _id: null, avg: new Double(1.5), first: 1, last: 2, all: [1, 2], set: ['x'] }],
  ],
  [
    '$bucket',
    [{ $bucket: { groupBy: '$x', boundaries: [0, 2, 4], default: 'rest', output: { n: { $sum: 1 } } } }],
    [{ x: 1 }, { x: 2 }, { x: 3 }, { x: 9 }],
    [
      { _id: 0, n: 1 },
      { _id: 2, n: 2 },
      { _id: 'rest', n: 1 },
    ],
  ],
  [
    '$sortByCount',
    [{ $sortByCount: '$x' }],
    [{ x: 'b' }, { x: 'a' }, { x: 'a' }],
    [
      { _id: 'a', count: 2 },
      { _id: 'b', count: 1 },
    ],
  ],
];

const others: readonly Row[] = [
  [
    '$redact drops what it prunes',
    [{ $redact: { $cond: [{ $eq: ['$a', 1] }, '$$KEEP', '$$PRUNE'] } }],
    [{ a: 1 }, { a: 2 }],
    [{ a: 1 }],
  ],
  [
    '$setWindowFields adds up',
    [
      {
        $setWindowFields: {
          sortBy: { t: 1 },
          output: { run: { $sum: '$v', window: { documents: ['unbounded', 'current'] } } },
        },
      },
    ],
    [
      { t: 2, v: 5 },
      { t: 1, v: 3 },
    ],
    [
      { t: 1, v: 3, run: 3 },
      { t: 2, v: 5, run: 8 },
    ],
  ],
  [
    '$graphLookup follows ids',
    [
      {
        $graphLookup: {
          from: 'products',
          startWith: '$p',
          connectFromField: 'sku',
          connectToField: '_id',
          as: 'found',
        },
      },
      { $project: { _id: 0, found: '$found.sku' } },
    ],
    [{ p: ids[0] }],
    [{ found: ['a'] }],
  ],
];

const joining: readonly Row[] = [
  [
    '$lookup by equality',
    [
      { $lookup: { from: 'products', localField: 'p', foreignField: '_id', as: 'found' } },
      { $project: { found: '$found.sku' } },
    ],
    [
      { _id: 1, p: ids[1] },
      { _id: 2, p: [ids[0], ids[1]] },
      { _id: 3, p: 'x' },
    ],
    [
      { _id: 1, found: ['b'] },
      { _id: 2, found: ['a', 'b'] },
      { _id: 3, found: [] },
    ],
  ],
  [
    '$lookup of a missing field finds null and missing',
    [
      { $lookup: { from: 'products', localField: 'p', foreignField: 'tags', as: 'found' } },
      { $project: { found: '$found.sku' } },
    ],
    [{ _id: 1 }],
    [{ _id: 1, found: ['b'] }],
  ],
  [
    '$lookup by a pipeline with variables',
    [
      {
        $lookup: {
          from: 'products',
          let: { wanted: '$p' },
          pipeline: [{ $match: { $expr: { $eq: ['$_id', '$$wanted'] } } }, { $project: { _id: 0, sku: 1 } }],
          as: 'found',
        },
      },
    ],
    [{ _id: 1, p: ids[0] }],
    [{ _id: 1, p: ids[0], found: [{ sku: 'a' }] }],
  ],
  [
    '$lookup by both, sorted and limited',
    [
      {
        $lookup: {
          from: 'products',
          localField: 'p',
          foreignField: '_id',
          pipeline: [{ $sort: { sku: -1 } }, { $limit: 1 }, { $unset: ['_id', 'tags'] }],
          as: 'found',
        },
      },
    ],
    [{ _id: 1, p: [...ids] }],
    [{ _id: 1, p: [...ids], found: [{ sku: 'b' }] }],
  ],
  [
    '$unionWith',
    [{ $unionWith: { coll: 'products', pipeline: [{ $match: { sku: 'a' } }, { $project: { _id: 0, sku: 1 } }] } }],
    [{ sku: 'z' }],
    [{ sku: 'z' }, { sku: 'a' }],
  ],
];

const computing: readonly Row[] = [
  [
    '$round half to even, of the exact value',
    [
      {
        $project: {
          _id: 0,
          a: { $round: [2.345, 2] },
          b: { $round: 2.5 },
          c: { $round: [0.125, 2] },
          d: { $round: [1250, -2] },
        },
      },
    ],
    [{}],
    [{ a: new Double(2.35), b: 2, c: new Double(0.12), d: 1200 }],
  ],
  [
    'comparisons across types',
    [
      {
        $project: { _id: 0, lt: { $lt: ['$n', '$s'] }, missing: { $eq: ['$nope', null] }, cmp: { $cmp: ['$d', '$n'] } },
      },
    ],
    [{ n: 5, s: 'a', d: decimal('5.0') }],
    [{ lt: true, missing: false, cmp: 0 }],
  ],
  [
    'arithmetic on decimals and dates',
    [
      {
        $project: {
          _id: 0,
          a: { $add: ['$d', 1] },
          s: { $subtract: ['$d', '$d'] },
          m: { $multiply: ['$d', 2] },
          t: { $add: ['$t', 1000] },
          between: { $subtract: ['$t', '$t'] },
        },
      },
    ],
    [{ d: decimal('1.10'), t: new Date(0) }],
    [{ a: decimal('2.10'), s: decimal('0.00'), m: decimal('2.20'), t: new Date(1000), between: Long.fromNumber(0) }],
  ],
  [
    'numbers keep their types, also in what is only picked or compared',
    [{ $project: { _id: 0, d: { $cond: [{ $gt: ['$d', 1] }, '$d', 0] }, s: { $add: ['$l', 1] }, t: { $type: '$d' } } }],
    [{ d: new Double(3), l: Long.fromNumber(4) }],
    [{ d: new Double(3), s: Long.fromNumber(5), t: 'double' }],
  ],
  [
    'dates and texts of what is missing',
    [
      {
        $project: {
          _id: 0,
          y: { $year: '$no' },
          d: { $dateTrunc: { date: '$no', unit: 'day' } },
          u: { $toUpper: '$no' },
        },
      },
    ],
    [{}],
    [{ y: null, d: null, u: '' }],
  ],
  [
    'the case of the letters from A to Z',
    [{ $project: { _id: 0, u: { $toUpper: '$s' }, l: { $toLower: '$s' } } }],
    [{ s: 'aÉé' }],
    [{ u: 'AÉé', l: 'aÉé' }],
  ],
  ['sums of one number', [{ $project: { _id: 0, s: { $sum: '$n' } } }], [{ n: 5 }], [{ s: 5 }]],
  [
    'long integers exactly',
    [{ $project: { _id: 0, a: { $add: ['$l', 1] } } }],
    [{ l: Long.fromString('9007199254740993') }],
    [{ a: Long.fromString('9007199254740994') }],
  ],
  [
    'conversions',
    [
      {
        $project: {
          _id: 0,
          s: { $toString: '$id' },
          o: { $toObjectId: '$h' },
          d: { $toDecimal: '1.10' },
          c: { $convert: { input: 'x', to: 'int', onError: -1 } },
          n: { $convert: { input: null, to: 'int', onNull: 0 } },
        },
      },
    ],
    [{ id: ids[0], h: ids[1].toHexString() }],
    [{ s: ids[0].toHexString(), o: ids[1], d: decimal('1.10'), c: -1, n: 0 }],
  ],
  [
    '$type names every type',
    [{ $project: { _id: 0, t: { $map: { input: ['$id', '$d', '$i', '$nope'], in: { $type: '$$this' } } } } }],
    [{ id: ids[0], d: decimal('1'), i: 1 }],
    [{ t: ['objectId', 'decimal', 'int', 'missing'] }],
  ],
  [
    '$in by value',
    [{ $match: { $expr: { $in: ['$id', [ids[0]]] } } }],
    [{ id: same(ids[0]) }, { id: ids[1] }],
    [{ id: ids[0] }],
  ],
];

describe.each([
  ['stages that move documents and fields', moving],
  ['stages that group', grouping],
  ['stages of mingo', others],
  ['stages that read other collections', joining],
  ['expressions', computing],
] as const)('%s', (_area, rows) => {
  it.each(rows)('%s', (_name, pipeline, docs, expected) => {
    expect(run(pipeline, docs).map(canonical)).toEqual(expected.map((doc) => canonical(received(doc))));
  });
});

it('a variable of the command stands in every stage', () => {
  const docs = run([{ $match: { $expr: { $eq: ['$a', '$$v'] } } }, { $project: { b: '$$v' } }], [{ a: 1 }, { a: 2 }], {
    v: 2,
  });
  expect(docs.map(canonical)).toEqual([canonical(received({ b: 2 }))]);
});

it('the front of a pipeline is a query, as far as a find can do it', () => {
  const { query, rest } = leadingQuery([
    { $match: { a: 1 } },
    { $match: { b: 2 } },
    { $sort: { a: 1 } },
    { $skip: 2 },
    { $limit: 3 },
    { $skip: 1 },
  ]);
  expect(query).toEqual({ filter: { $and: [{ a: 1 }, { b: 2 }] }, sort: { a: 1 }, skip: 2, limit: 3 });
  expect(rest).toEqual([{ $skip: 1 }]);
});

it('a pipeline that ends in $out or $merge says where its results go', () => {
  const output = (stage: Doc) => compilePipeline([{ $match: {} }, stage]).output;
  expect(output({ $out: 'c' })).toMatchObject({ stage: '$out', db: undefined, collection: 'c' });
  expect(output({ $out: { db: 'd', coll: 'c' } })).toMatchObject({ stage: '$out', db: 'd', collection: 'c' });
  expect(output({ $merge: 'c' })).toMatchObject({
    stage: '$merge',
    collection: 'c',
    on: ['_id'],
    whenMatched: 'merge',
    whenNotMatched: 'insert',
  });
  expect(
    output({
      $merge: { into: { db: 'd', coll: 'c' }, on: ['a', 'b'], whenMatched: 'fail', whenNotMatched: 'discard' },
    }),
  ).toMatchObject({ db: 'd', collection: 'c', on: ['a', 'b'], whenMatched: 'fail', whenNotMatched: 'discard' });
});

describe('a pipeline is refused', () => {
  it.each<[string, Value[], number]>([
    ['an unknown stage', [{ $foo: 1 }], 40324],
    ['a stage of two', [{ $match: {}, $limit: 1 }], 40323],
    ['a stage that is no document', [1], 14],
    ['$out before the end', [{ $out: 'c' }, { $match: {} }], 40601],
    ['$limit 0', [{ $limit: 0 }], 15958],
    ['$skip below 0', [{ $skip: -1 }], 15956],
    ['$sort without a key', [{ $sort: {} }], 15976],
    ['an empty $project', [{ $project: {} }], 51272],
    ['$unwind without a $', [{ $unwind: 'a' }], 28818],
    ['a change stream', [{ $changeStream: {} }], 40573],
    ['$search', [{ $search: {} }], 238],
    ['$geoNear', [{ $geoNear: {} }], 238],
    ['$documents after the beginning', [{ $match: {} }, { $documents: [] }], 40602],
    ['an unknown expression', [{ $project: { a: { $nope: 1 } } }], 168],
    ['a deviation of decimals', [{ $group: { _id: null, a: { $stdDevPop: '$d' } } }], 238],
    ['a new root that is no document', [{ $replaceWith: '$a' }], 40228],
    ['an undefined variable', [{ $project: { a: '$$nope' } }], 17276],
    ['server-side JavaScript', [{ $project: { a: { $function: { body: 'x', args: [], lang: 'js' } } } }], 2],
  ])('%s', (_name, pipeline, code) => {
    expect(() => run(pipeline, [{ a: 1, d: decimal('1') }])).toThrow(expect.objectContaining({ code }));
  });
});
