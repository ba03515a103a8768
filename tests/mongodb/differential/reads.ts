/** Generated filters, sorts, projections, counts and distinct values. */
import { type Document } from 'bson';
import type { Random } from '../../faults/random.ts';
import { type Script, find, indexed, insert, int, many } from './script.ts';
import { FIELDS, PATHS, scalar, stored, value } from './values.ts';

const TYPES = [
  'double',
  'string',
  'object',
  'array',
  'null',
  'int',
  'long',
  'decimal',
  'number',
  'date',
  'bool',
  'objectId',
  int(2),
  int(16),
];

export function condition(random: Random, depth = 1): Document {
  const make: Record<string, () => unknown> = {
    $eq: () => value(random, 1),
    $ne: () => value(random, 1),
    $gt: () => value(random, 1),
    $gte: () => value(random, 1),
    $lt: () => value(random, 1),
    $lte: () => value(random, 1),
    $in: () => many(random.integer(0, 3), () => value(random, 1)),
    $nin: () => many(random.integer(1, 3), () => value(random, 1)),
    $exists: () => random.pick([true, false, int(0), int(1)]),
    $type: () => random.pick([...TYPES, [random.pick(TYPES), random.pick(TYPES)]]),
    $size: () => int(random.integer(0, 3)),
    $mod: () => [int(random.integer(1, 3)), int(random.integer(0, 2))],
    $all: () => many(random.integer(0, 2), () => value(random, 1)),
    $regex: () => random.pick(['^a', 'b', '^$', '(?i)A', '\\p{L}', '.']),
    $bitsAllSet: () => random.pick([int(1), int(2), [int(0)]]),
    ...(depth > 0 && {
      $not: () => condition(random, depth - 1),
      $elemMatch: () => (random.chance(0.5) ? condition(random, depth - 1) : filterOf(random, 0, ['x', 'y'])),
    }),
  };
  const operators = many(random.weighted({ one: 4, two: 1 }) === 'one' ? 1 : 2, () => random.pick(Object.keys(make)));
  return Object.fromEntries([...new Set(operators)].map((operator) => [operator, make[operator]?.()]));
}

export function filterOf(random: Random, depth = 1, paths: readonly string[] = PATHS): Document {
  const shape = depth === 0 ? 'one' : random.weighted({ one: 6, two: 2, $and: 1, $or: 2, $nor: 1, $expr: 1 });
  const one = (): Document => ({ [random.pick(paths)]: random.chance(0.4) ? value(random, 1) : condition(random) });
  if (shape === 'one') return one();
  if (shape === 'two') return { ...one(), ...one() };
  if (shape === '$expr') {
    const operator = random.pick(['$eq', '$ne', '$gt', '$gte', '$lt', '$lte']);
    return { $expr: { [operator]: [`$${random.pick(FIELDS)}`, { $literal: scalar(random) }] } };
  }
  return { [shape]: many(random.integer(1, 3), () => filterOf(random, depth - 1, paths)) };
}

export const filters = (random: Random, coll: string): Script => {
  const documents = many(40, (n) => stored(random, n));
  const setup = [insert(coll, documents), ...(random.chance(0.5) ? [indexed(coll)] : [])];
  return { kind: 'filters', setup, commands: many(25, () => find(coll, filterOf(random))) };
};

function projection(random: Random): Document {
  const including = random.chance(0.6);
  const paths = many(random.integer(1, 2), () => random.pick(PATHS));
  const flags = Object.fromEntries(paths.map((path) => [path, including ? int(1) : int(0)]));
  const id = random.chance(0.3) ? { _id: int(including ? 0 : 1) } : {};
  const special = random.weighted({ none: 6, slice: 1, elemMatch: 1, computed: 1 });
  // Paths that collide with a $slice have an error of their own, for which nobody waits.
  if (special === 'slice')
    return { a: int(including ? 1 : 0), c: { $slice: random.pick([int(1), int(-1), [int(1), int(1)]]) } };
  if (special === 'elemMatch') return { ...flags, c: { $elemMatch: filterOf(random, 0, ['x', 'y']) } };
  if (special === 'computed' && including)
    return { ...flags, d: random.pick(['$a', { $literal: int(1) }, { $type: '$b' }]) };
  return { ...flags, ...id };
}

export const reads = (random: Random, coll: string): Script => {
  const documents = many(30, (n) => stored(random, n));
  const hasIndexes = random.chance(0.5);
  const setup = [insert(coll, documents), ...(hasIndexes ? [indexed(coll)] : [])];
  const read = (): Document => {
    // By an index, MongoDB shows an empty array among the distinct values as null, and by none it doesn't.
    const kind = random.weighted({ sort: 4, projection: 4, page: 2, count: 1, distinct: hasIndexes ? 0 : 2 });
    const path = random.pick(PATHS);
    const filter = random.chance(0.5) ? {} : filterOf(random, 0);
    if (kind === 'sort') return { ...find(coll, filter), sort: { [path]: int(random.pick([1, -1])), _id: int(1) } };
    if (kind === 'projection') return find(coll, filter, { projection: projection(random) });
    if (kind === 'page')
      return find(coll, filter, {
        skip: int(random.integer(0, 5)),
        limit: int(random.integer(0, 5)),
        batchSize: int(100),
        singleBatch: random.chance(0.3),
      });
    if (kind === 'count')
      return { count: coll, query: filter, skip: int(random.integer(0, 2)), limit: int(random.integer(0, 9)) };
    return { distinct: coll, key: path, query: filter };
  };
  return { kind: 'sorts, projections, counts', setup, commands: many(20, read) };
};
