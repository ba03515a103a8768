/** Generated indexes, sound and faulty, their conflicts, and writes that they refuse. */
import { type Document } from 'bson';
import type { Random } from '../../faults/random.ts';
import { type Script, insert, int, many } from './script.ts';

const indexSpec = (random: Random): Document => ({
  key: random.pick<Document>([
    { a: int(1) },
    { a: int(-1) },
    { a: int(1), b: int(1) },
    { 'a.x': int(1) },
    { b: int(1) },
  ]),
  name: random.pick(['one', 'two', 'a_1']),
  ...(random.chance(0.3) && { unique: random.pick([true, false, int(1)]) }),
  ...(random.chance(0.2) && { sparse: true }),
});

/** One fault: which of several is reported is nothing to rely on. */
const faultySpec = (random: Random): Document => ({
  ...indexSpec(random),
  ...random.pick<Document>([
    { key: {} },
    { key: { a: int(0) } },
    { key: { a: 'up' } },
    { key: { '': int(1) } },
    { key: { _id: int(-1) }, unique: undefined, sparse: undefined },
    { key: { _id: int(1) }, unique: true },
    { key: { $a: int(1) } },
    { unique: 'x' },
    { name: '' },
    { partialFilterExpression: { a: { $ne: int(1) } }, sparse: undefined },
    { partialFilterExpression: 'x' },
    { expireAfterSeconds: 'x' },
    { expireAfterSeconds: int(-1), key: { a: int(1) } },
    { unknown: true },
  ]),
});

export const indexes = (random: Random, coll: string): Script => ({
  kind: 'indexes',
  setup: [
    insert(
      coll,
      many(4, (n) => ({ _id: int(n), a: int(n % 3), b: [int(n), int(9)], c: int(n) })),
    ),
  ],
  commands: many(12, () => {
    const kind = random.weighted({ create: 5, insert: 3, drop: 1, list: 1, update: 1 });
    if (kind === 'create')
      return [
        {
          createIndexes: coll,
          indexes: random.chance(0.3)
            ? [faultySpec(random)]
            : random.chance(0.7)
              ? [indexSpec(random)]
              : ['one', 'two'].map((name) => ({ ...indexSpec(random), name })),
        },
        { listIndexes: coll, cursor: {} },
      ];
    if (kind === 'insert')
      return [
        insert(coll, [
          {
            _id: int(random.integer(0, 40)),
            a: random.pick<unknown>([int(1), [int(1), int(2)], int(77), null]),
            b: random.pick<unknown>([int(1), [int(5)], int(99)]),
          },
        ]),
      ];
    if (kind === 'update')
      return [
        {
          update: coll,
          updates: [{ q: { _id: int(random.integer(0, 3)) }, u: { $set: { a: int(random.integer(0, 3)) } } }],
        },
      ];
    if (kind === 'drop')
      return [{ dropIndexes: coll, index: random.pick<unknown>(['one', 'two', 'nope', '_id_', { a: int(1) }]) }];
    return [{ listIndexes: coll, cursor: {} }];
  }).flat(),
});
