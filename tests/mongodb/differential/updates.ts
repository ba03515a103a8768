/** Generated updates, upserts, removals and findAndModify. */
import { type Document } from 'bson';
import type { Random } from '../../faults/random.ts';
import { condition, filterOf } from './reads.ts';
import { type Script, find, indexed, insert, int, many } from './script.ts';
import { FIELDS, PATHS, number, scalar, stored, value } from './values.ts';

function modifiers(random: Random): Document | Document[] {
  const path = (): string => random.pick([...PATHS, 'd', 'a.$[]', 'c.$[]', 'a.$[].x', 'b.3']);
  const make: Record<string, () => unknown> = {
    $set: () => value(random, 1),
    $unset: () => '',
    $inc: () => number(random),
    $mul: () => number(random),
    $min: () => scalar(random),
    $max: () => scalar(random),
    $push: () =>
      random.chance(0.5)
        ? value(random, 1)
        : {
            $each: many(random.integer(0, 3), () => value(random, 1)),
            ...(random.chance(0.4) && { $slice: int(random.integer(-2, 2)) }),
            ...(random.chance(0.4) && { $sort: random.pick([int(1), int(-1), { x: int(1) }]) }),
            ...(random.chance(0.4) && { $position: int(random.integer(-1, 2)) }),
          },
    $addToSet: () => (random.chance(0.6) ? value(random, 1) : { $each: many(2, () => scalar(random)) }),
    $pull: () => (random.chance(0.5) ? value(random, 1) : condition(random, 0)),
    $pullAll: () => many(random.integer(0, 2), () => scalar(random)),
    $pop: () => random.pick([int(1), int(-1)]),
    $rename: () => random.pick(['d', 'b', 'a.z', 'e.f']),
    $bit: () => ({ [random.pick(['and', 'or', 'xor'])]: int(random.integer(0, 7)) }),
    $setOnInsert: () => value(random, 1),
  };
  if (random.chance(0.1)) {
    return random.pick<Document[]>([
      [{ $set: { d: `$${random.pick(FIELDS)}`, e: { $literal: value(random, 1) } } }],
      [{ $unset: random.pick(FIELDS) }],
      [{ $replaceWith: { d: '$a', e: int(1) } }],
      [{ $set: { d: { $cond: [{ $gt: ['$a', '$b'] }, '$a', '$b'] } } }, { $unset: ['c'] }],
    ]);
  }
  if (random.chance(0.08)) return value(random, 1) as Document;
  // Alone, because which of two operators that fail is reported is nothing to rely on.
  if (random.chance(0.1)) return { $rename: { [path()]: make['$rename']?.() } };
  const update: Record<string, Document> = {};
  for (let left = random.integer(1, 2); left > 0; left -= 1) {
    const operator = random.pick(Object.keys(make).filter((name) => name !== '$rename'));
    update[operator] = { ...update[operator], [path()]: make[operator]?.() };
  }
  return update;
}

const isUpdate = (given: unknown): given is Document | Document[] =>
  typeof given === 'object' && given !== null && !('_bsontype' in given) && !(given instanceof Date);

function update(random: Random): Document | Document[] {
  for (;;) {
    const given = modifiers(random);
    // A list of anything but stages is no update that an application could send.
    if (isUpdate(given) && !(Array.isArray(given) && given.some((stage) => !isUpdate(stage) || Array.isArray(stage))))
      return given;
  }
}

export const updates = (random: Random, coll: string): Script => {
  const documents = many(8, (n) => stored(random, n));
  const setup = [insert(coll, documents), ...(random.chance(0.3) ? [indexed(coll)] : [])];
  const write = (): Document[] => {
    const kind = random.weighted({ update: 6, upsert: 2, many: 1, modify: 3, remove: 1 });
    const id = { _id: int(random.integer(0, 9)) };
    const u = update(random);
    const filtered = random.chance(0.1) && !Array.isArray(u) ? { arrayFilters: [{ 'i.x': scalar(random) }] } : {};
    if (kind === 'update') return [{ update: coll, updates: [{ q: id, u, ...filtered }] }, find(coll, id)];
    if (kind === 'upsert') {
      const q = random.chance(0.6)
        ? { _id: int(random.integer(10, 30)), b: scalar(random) }
        : { ...id, c: { $gt: scalar(random) } };
      return [{ update: coll, updates: [{ q, u, upsert: true }] }, find(coll)];
    }
    if (kind === 'many')
      return [
        {
          update: coll,
          updates: [{ q: filterOf(random, 0), u: { $set: { [random.pick(FIELDS)]: scalar(random) } }, multi: true }],
        },
        find(coll),
      ];
    if (kind === 'remove')
      return [{ delete: coll, deletes: [{ q: filterOf(random, 0), limit: int(random.integer(0, 1)) }] }, find(coll)];
    return [
      {
        findAndModify: coll,
        query: id,
        sort: { _id: int(1) },
        ...(random.chance(0.15)
          ? { remove: true }
          : { update: u, new: random.chance(0.5), upsert: random.chance(0.3) }),
        ...(random.chance(0.3) && { fields: { [random.pick(FIELDS)]: int(1) } }),
      },
      find(coll, id),
    ];
  };
  return { kind: 'updates', setup, commands: many(10, write).flat() };
};
