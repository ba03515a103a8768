import { describe, expect, it } from '@jest/globals';
import type { Int32 } from 'bson';
import { Decimal128, Double, EJSON, ObjectId } from 'bson';
import { decode, encode, type Doc, type Value } from '../bson/values.ts';
import { compileFilter } from './matcher.ts';
import { compileProjection } from './projection.ts';
import { compileSort } from './sort.ts';

const received = (doc: Doc): Doc => decode(encode(doc));
const canonical = (doc: Value) => EJSON.stringify(doc, { relaxed: false });
const id = new ObjectId('0123456789abcdef01234567');

function project(spec: Doc, doc: Doc, filter: Doc = {}): Doc {
  return compileProjection(received(spec), { matcher: compileFilter(received(filter)) })(received(doc));
}

describe('a projection', () => {
  it.each<[string, Doc, Doc, Doc, Doc?]>([
    [
      'includes fields and _id, in the order of the document',
      { b: 1, a: true },
      { _id: 1, a: 1, b: 2, c: 3 },
      { _id: 1, a: 1, b: 2 },
    ],
    ['may leave _id out of an inclusion', { a: 1, _id: 0 }, { _id: 1, a: 1, b: 2 }, { a: 1 }],
    ['of _id alone', { _id: 1 }, { _id: 1, a: 1 }, { _id: 1 }],
    ['of all but _id', { _id: 0 }, { _id: 1, a: 1 }, { a: 1 }],
    ['excludes fields', { a: 0, 'b.c': 0 }, { _id: 1, a: 1, b: { c: 1, d: 2 } }, { _id: 1, b: { d: 2 } }],
    [
      'includes below documents and arrays, where only documents stay',
      { 'a.b': 1 },
      { _id: 1, a: [{ b: 1, c: 1 }, 3, {}, [{ b: 2, c: 2 }]] },
      { _id: 1, a: [{ b: 1 }, {}, [{ b: 2 }]] },
    ],
    ['includes nothing below a scalar', { 'a.b': 1 }, { _id: 1, a: 5 }, { _id: 1 }],
    [
      'excludes below arrays, where all else stays',
      { 'a.b': 0 },
      { _id: 1, a: [{ b: 1, c: 1 }, 3] },
      { _id: 1, a: [{ c: 1 }, 3] },
    ],
    ['takes embedded specifications', { a: { b: 1 } }, { _id: 1, a: { b: 1, c: 2 } }, { _id: 1, a: { b: 1 } }],
    ['slices from the front', { a: { $slice: 2 } }, { _id: 1, a: [1, 2, 3], b: 1 }, { _id: 1, a: [1, 2], b: 1 }],
    ['slices from the end', { a: { $slice: -2 } }, { _id: 1, a: [1, 2, 3] }, { _id: 1, a: [2, 3] }],
    ['slices a window', { a: { $slice: [-2, 1] } }, { _id: 1, a: [1, 2, 3] }, { _id: 1, a: [2] }],
    [
      'slices within an inclusion',
      { b: 1, a: { $slice: 1 } },
      { _id: 1, a: [1, 2], b: 1, c: 1 },
      { _id: 1, a: [1], b: 1 },
    ],
    [
      'picks the first element that matches',
      { a: { $elemMatch: { x: { $gt: 1 } } } },
      { _id: 1, a: [{ x: 1 }, { x: 2 }, { x: 3 }], b: 1 },
      { _id: 1, a: [{ x: 2 }] },
    ],
    ['leaves out an array without a match', { a: { $elemMatch: { x: 9 } } }, { _id: 1, a: [{ x: 1 }] }, { _id: 1 }],
    [
      'picks the element that the query matched',
      { 'a.$': 1 },
      { _id: 1, a: [1, 2, 3], b: 1 },
      { _id: 1, a: [2] },
      { a: { $gte: 2 } },
    ],
    [
      'computes, and appends in its own order',
      { b: 1, y: '$a', x: { $add: ['$a', 1] } },
      { _id: 1, a: 1, b: 2 },
      { _id: 1, b: 2, y: 1, x: 2 },
    ],
    ['is the document itself where it says nothing', {}, { _id: 1, a: 1 }, { _id: 1, a: 1 }],
    [
      'keeps types',
      { a: 1, c: '$b' },
      { _id: id, a: new Double(2), b: new Double(3) },
      { _id: id, a: new Double(2), c: new Double(3) },
    ],
  ])('%s', (_name, spec, doc, expected, filter = {}) => {
    expect(canonical(project(spec, doc, filter))).toBe(canonical(received(expected)));
  });

  it.each<[Doc, number]>([
    [{ a: 1, b: 0 }, 31254],
    [{ a: 0, b: 1 }, 31253],
    [{ a: 0, b: '$c' }, 31252],
    [{ a: 1, 'a.b': 1 }, 31249],
    [{ 'a.b': 1, a: 1 }, 31250],
    [{ a: {} }, 51270],
    [{ 'a.b': { $elemMatch: { c: 1 } } }, 31275],
    [{ a: { $meta: 'textScore' } }, 238],
  ])('%j is refused with %i', (spec, code) => {
    expect(() => compileProjection(received(spec))).toThrow(expect.objectContaining({ code }));
  });

  it('by a position that the query does not give is refused', () => {
    expect(() => project({ 'a.$': 1 }, { a: [1] })).toThrow(expect.objectContaining({ code: 51246 }));
  });
});

describe('a sort', () => {
  const sorted = (spec: Doc, docs: readonly Doc[]) =>
    compileSort(received(spec))
      .sort(docs.map(received), (doc) => doc)
      .map(({ _id }) => (_id as Int32).value);
  const docs: readonly Doc[] = [
    { _id: 0, a: 'x' },
    { _id: 1, a: 5 },
    { _id: 2 },
    { _id: 3, a: [] },
    { _id: 4, a: [1, 9] },
    { _id: 5, a: Decimal128.fromString('5.5') },
    { _id: 6, a: null },
    { _id: 7, a: { b: 1 } },
  ];
  it.each<[string, Doc, readonly Doc[], number[]]>([
    ['orders by type, the smallest element counting', { a: 1 }, docs, [3, 2, 6, 4, 1, 5, 0, 7]],
    ['descends, the largest element counting', { a: -1 }, docs, [7, 0, 4, 5, 1, 2, 6, 3]],
    [
      'goes by the second key among equals',
      { a: 1, b: -1 },
      [
        { _id: 0, a: 1, b: 1 },
        { _id: 1, a: 1, b: 2 },
        { _id: 2, a: 0 },
      ],
      [2, 1, 0],
    ],
    [
      'goes into documents and arrays',
      { 'a.b': 1 },
      [
        { _id: 0, a: { b: 3 } },
        { _id: 1, a: [{ b: 9 }, { b: 2 }] },
        { _id: 2, a: 1 },
      ],
      [2, 1, 0],
    ],
    [
      'keeps the order of equals',
      { a: 1 },
      [
        { _id: 2, a: 1 },
        { _id: 1, a: new Double(1) },
      ],
      [2, 1],
    ],
  ])('%s', (_name, spec, given, order) => {
    expect(sorted(spec, given)).toEqual(order);
  });

  it('by another direction than 1 and -1 is refused', () => {
    expect(() => compileSort({ a: 2 })).toThrow(expect.objectContaining({ code: 15975 }));
    expect(() => compileSort({ a: 'up' })).toThrow(expect.objectContaining({ code: 15975 }));
  });
});
