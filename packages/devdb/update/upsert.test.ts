import { describe, expect, it } from '@jest/globals';
import { BSONRegExp, EJSON, ObjectId } from 'bson';
import { decode, encode, type Doc, type Value } from '../bson/values.ts';
import { compileUpdate } from './updater.ts';

/** As it would arrive from a client. */
const received = <T extends Value>(value: T): T => decode(encode({ value }))['value'] as T;
/** Types and the order of the fields count. */
const canonical = (doc: Value) => EJSON.stringify(doc, { relaxed: false });

describe('an upsert inserts', () => {
  it.each<[string, Doc, Value, Doc]>([
    [
      'what the filter fixes, and the update',
      { _id: 1, a: 'x', b: { $gt: 1 } },
      { $set: { c: 1 }, $setOnInsert: { d: 1 } },
      { _id: 1, a: 'x', c: 1, d: 1 },
    ],
    ['_id first', { a: 1, _id: 2 }, { $set: { b: 1 } }, { _id: 2, a: 1, b: 1 }],
    [
      'fields of $and, $eq, and lists of one',
      { $and: [{ _id: 1 }, { a: { $eq: 2 } }], b: { $in: [3] }, c: { $in: [1, 2] }, $or: [{ d: 4 }] },
      { $set: { e: 5 } },
      { _id: 1, a: 2, b: 3, d: 4, e: 5 },
    ],
    [
      'dotted paths as documents',
      { _id: 1, 'a.b': 1, 'a.c': 2 },
      { $inc: { 'a.b': 1 } },
      { _id: 1, a: { b: 2, c: 2 } },
    ],
    [
      'neither regular expressions nor $or',
      { _id: 1, a: new BSONRegExp('x'), $or: [{ b: 1 }, { b: 2 }] },
      { $set: { c: 1 } },
      { _id: 1, c: 1 },
    ],
    ['a replacement with the _id of the filter', { _id: 1, a: 1 }, { b: 2 }, { _id: 1, b: 2 }],
    ['a replacement with its own _id', { a: 1 }, { b: 2, _id: 5 }, { _id: 5, b: 2 }],
    [
      'what a pipeline makes of the filter',
      { _id: 1, a: 2 },
      [{ $set: { b: { $add: ['$a', 1] } } }],
      { _id: 1, a: 2, b: 3 },
    ],
  ])('%s', (_name, filter, update, expected) => {
    expect(canonical(compileUpdate(received(update)).insert(received(filter)))).toBe(canonical(received(expected)));
  });

  it('an _id of its own where neither names one', () => {
    const doc = compileUpdate({ $set: { a: 1 } }).insert({ b: 2 });
    expect(Object.keys(doc)).toEqual(['_id', 'b', 'a']);
    expect(doc['_id']).toBeInstanceOf(ObjectId);
  });

  it.each<[string, Doc, Value, number]>([
    ['another _id than the filter asks for', { _id: 1 }, { $set: { _id: 2 } }, 66],
    ['a replacement with another _id', { _id: 1 }, { _id: 2 }, 66],
    ['a path that is fixed twice', { a: 1, $and: [{ a: 2 }] }, { $set: { b: 1 } }, 54],
    ['a path that is fixed as a whole and in part', { a: {}, 'a.b': 2 }, { $set: { c: 1 } }, 54],
    ['an _id that is an array', {}, { _id: [1] }, 53],
    ['a field below a fixed scalar', { a: 1 }, { $set: { 'a.b': 1 } }, 28],
  ])('and refuses %s', (_name, filter, update, code) => {
    expect(() => compileUpdate(received(update)).insert(received(filter))).toThrow(expect.objectContaining({ code }));
  });
});
