/** Generated pipelines, such as applications write. */
import { type Document, Double, Long } from 'bson';
import type { Random } from '../../faults/random.ts';
import { type Script, insert, int, many } from './script.ts';
import { number, plain } from './values.ts';

function expression(random: Random, depth = 2): unknown {
  const leaf = (): unknown =>
    random.pick<() => unknown>([
      () => random.pick(['$n', '$q', '$s', '$g', '$at', '$list', '$nothing', '$list.v', '$$ROOT.n']),
      () => ({ $literal: number(random) }),
      () => number(random),
    ])();
  if (depth === 0) return leaf();
  const inner = (): unknown => expression(random, depth - 1);
  const num = (): unknown => random.pick<unknown>(['$n', '$q', number(random)]);
  return random.pick<() => unknown>([
    () => ({ $add: [num(), num()] }),
    () => ({ $subtract: [num(), num()] }),
    () => ({ $multiply: [num(), num()] }),
    () => ({ $divide: [num(), random.pick([int(2), new Double(4), Long.fromNumber(5)])] }),
    () => ({ $mod: [num(), int(3)] }),
    () => ({ $abs: num() }),
    () => ({ $floor: num() }),
    () => ({ $ceil: num() }),
    () => ({ $round: [num(), int(0)] }),
    () => ({ $cond: [{ $gt: [inner(), inner()] }, inner(), inner()] }),
    () => ({ $ifNull: [inner(), inner()] }),
    () => ({ [random.pick(['$eq', '$ne', '$lt', '$gte', '$cmp'])]: [inner(), inner()] }),
    () => ({ [random.pick(['$and', '$or'])]: [inner(), inner()] }),
    () => ({ $not: [inner()] }),
    () => ({ $type: inner() }),
    () => ({ $concat: [random.pick(['$s', '$g']), '-', '$g'] }),
    () => ({ [random.pick(['$toUpper', '$toLower'])]: random.pick(['$s', '$g', '$nothing']) }),
    () => ({ $strLenCP: '$g' }),
    () => ({ $substrCP: ['$g', int(0), int(1)] }),
    () => ({ [random.pick(['$year', '$month', '$dayOfMonth', '$dayOfWeek', '$hour'])]: '$at' }),
    () => ({ $dateToString: { date: '$at', format: '%Y-%m-%d' } }),
    () => ({ $dateTrunc: { date: '$at', unit: random.pick(['day', 'week', 'month', 'year']) } }),
    () => ({ $size: '$list' }),
    () => ({ $arrayElemAt: ['$list', int(random.integer(-1, 2))] }),
    () => ({ $in: [random.pick(['p', 'q']), '$list.k'] }),
    () => ({ $map: { input: '$list', as: 'e', in: random.pick<unknown>(['$$e.v', { $add: ['$$e.v', int(1)] }]) } }),
    () => ({ $filter: { input: '$list', as: 'e', cond: { $gt: ['$$e.v', int(1)] } } }),
    () => ({ [random.pick(['$sum', '$avg', '$min', '$max'])]: random.pick(['$list.v', '$n']) }),
    () => ({ $reduce: { input: '$list.v', initialValue: int(0), in: { $add: ['$$value', '$$this'] } } }),
    () => ({ $toString: random.pick(['$n', '$g', '$at']) }),
    () => ({ $mergeObjects: [{ a: int(1) }, random.pick<unknown>(['$nothing', { b: '$n' }])] }),
    () => ({ $let: { vars: { v: num() }, in: { $add: ['$$v', int(1)] } } }),
    () => ({ $switch: { branches: [{ case: { $eq: ['$g', 'x'] }, then: inner() }], default: inner() } }),
    () => ({ $slice: ['$list', int(random.integer(1, 2))] }),
    () => ({ $concatArrays: ['$list.k', ['z']] }),
    () => ({
      $dateDiff: {
        startDate: new Date(1_600_000_000_000),
        endDate: '$at',
        unit: random.pick(['day', 'month', 'week']),
      },
    }),
  ])();
}

function pipeline(random: Random, coll: string): Document[] {
  const group = (): Document => ({
    $group: {
      _id: random.pick<unknown>(['$g', null, { g: '$g', q: '$q' }, '$s', '$missing', { $year: '$at' }]),
      count: { $sum: int(1) },
      [random.pick(['one', 'two'])]: {
        [random.pick(['$sum', '$avg', '$min', '$max', '$first', '$last'])]: random.pick<unknown>([
          '$n',
          '$q',
          '$s',
          { $multiply: ['$n', int(2)] },
        ]),
      },
      all: { $push: random.pick(['$q', '$n', '$s']) },
    },
  });
  const shape = random.weighted({
    compute: 6,
    group: 4,
    unwind: 2,
    lookup: 2,
    facet: 1,
    replace: 1,
    bucket: 1,
    more: 2,
  });
  const start = random.chance(0.4) ? [{ $match: { g: random.pick(['x', 'y']) } }] : [];
  const sorted = { $sort: { _id: int(1) } };
  switch (shape) {
    case 'compute':
      return [
        ...start,
        {
          [random.pick(['$project', '$addFields', '$set'])]: {
            r: expression(random),
            t: { $type: expression(random, 1) },
          },
        },
        sorted,
      ];
    case 'group':
      return [...start, sorted, group(), sorted];
    case 'unwind':
      return [
        ...start,
        sorted,
        {
          $unwind: random.pick<unknown>([
            '$list',
            { path: '$list', preserveNullAndEmptyArrays: true, includeArrayIndex: 'i' },
          ]),
        },
        ...(random.chance(0.5) ? [{ $group: { _id: '$list.k', v: { $sum: '$list.v' } } }, sorted] : []),
      ];
    case 'lookup':
      return [
        ...start,
        random.chance(0.5)
          ? { $lookup: { from: coll, localField: 'g', foreignField: random.pick(['g', 's', 'list.k']), as: 'found' } }
          : {
              $lookup: {
                from: coll,
                let: { g: '$g' },
                pipeline: [
                  { $match: { $expr: { $eq: ['$g', '$$g'] } } },
                  { $project: { n: int(1) } },
                  sorted,
                  { $limit: int(2) },
                ],
                as: 'found',
              },
            },
        { $project: { 'found._id': int(1) } },
        sorted,
      ];
    case 'facet':
      return [
        ...start,
        { $facet: { all: [{ $count: 'n' }], some: [sorted, { $limit: int(2) }, { $project: { g: int(1) } }] } },
      ];
    case 'replace':
      return [...start, { $replaceRoot: { newRoot: { $mergeObjects: [{ _id: '$_id' }, { n: '$n' }] } } }, sorted];
    case 'bucket':
      return [
        { $match: { n: { $gte: int(0), $lt: int(6) } } },
        { $bucket: { groupBy: '$n', boundaries: [int(0), int(2), int(6)], output: { count: { $sum: int(1) } } } },
      ];
    case 'more':
      return random.pick<Document[]>([
        [...start, { $count: 'n' }],
        [...start, { $sortByCount: '$g' }, { $sort: { count: int(-1), _id: int(1) } }],
        [
          sorted,
          { $skip: int(random.integer(0, 3)) },
          { $limit: int(random.integer(1, 3)) },
          { $unset: ['list', 'at'] },
        ],
        [sorted, { $project: { list: { $slice: ['$list', int(1)] }, g: int(1) } }],
        [sorted, { $project: { list: int(0) } }],
        [
          sorted,
          { $unionWith: { coll, pipeline: [{ $match: { g: 'x' } }] } },
          { $group: { _id: '$g', c: { $sum: int(1) } } },
          sorted,
        ],
      ]);
  }
}

export const aggregates = (random: Random, coll: string): Script => ({
  kind: 'aggregates',
  setup: [
    insert(
      coll,
      many(15, (n) => plain(random, n)),
    ),
  ],
  commands: many(25, () => ({ aggregate: coll, pipeline: pipeline(random, coll), cursor: {} })),
});
