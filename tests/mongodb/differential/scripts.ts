/**
 * Generated commands. A script is a list of commands on a collection of its own, which both servers get in the same order; the
 * same seed makes the same scripts.
 */
import { type Document, Double, Int32, Long, UUID } from 'bson';
import { Random } from '../../faults/random.ts';
import { FIELDS, PATHS, number, plain, scalar, stored, value } from './values.ts';

export interface Script {
  kind: string;
  /** Sent first, and not compared. */
  setup: Document[];
  commands: Document[];
}

const int = (value_: number): Int32 => new Int32(value_);
const many = <T>(count: number, make: (n: number) => T): T[] => Array.from({ length: count }, (_, n) => make(n));
const insert = (coll: string, documents: Document[]): Document => ({ insert: coll, documents });
const find = (coll: string, filter: Document = {}, more: Document = {}): Document => ({
  find: coll,
  filter,
  sort: { _id: int(1) },
  ...more,
});
const INDEXES: Document[] = [
  { key: { a: int(1) }, name: 'a' },
  { key: { 'a.x': int(1), b: int(-1) }, name: 'ax_b' },
  { key: { c: int(1) }, name: 'c', sparse: true },
];
const indexed = (coll: string): Document => ({ createIndexes: coll, indexes: INDEXES });

// ---- filters

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

function condition(random: Random, depth = 1): Document {
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

function filterOf(random: Random, depth = 1, paths: readonly string[] = PATHS): Document {
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

const filters = (random: Random, coll: string): Script => {
  const documents = many(40, (n) => stored(random, n));
  const setup = [insert(coll, documents), ...(random.chance(0.5) ? [indexed(coll)] : [])];
  return { kind: 'filters', setup, commands: many(25, () => find(coll, filterOf(random))) };
};

// ---- sorts and projections

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

const reads = (random: Random, coll: string): Script => {
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

// ---- updates

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

const updates = (random: Random, coll: string): Script => {
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

// ---- aggregates

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

const aggregates = (random: Random, coll: string): Script => ({
  kind: 'aggregates',
  setup: [
    insert(
      coll,
      many(15, (n) => plain(random, n)),
    ),
  ],
  commands: many(25, () => ({ aggregate: coll, pipeline: pipeline(random, coll), cursor: {} })),
});

// ---- indexes

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

const indexes = (random: Random, coll: string): Script => ({
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

// ---- transactions

/** Two sessions whose transactions take turns. One that must wait for the other would wait for ever, so outside of them only reads happen. */
const transactions = (random: Random, coll: string): Script => {
  const sessions = many(2, () => ({ lsid: { id: new UUID() }, number: 0, isOpen: false, isNew: false }));
  const setup = [
    insert(
      coll,
      many(4, (n) => ({ _id: int(n), v: int(0) })),
    ),
    { createIndexes: coll, indexes: [{ key: { u: int(1) }, name: 'u', unique: true, sparse: true }] },
  ];
  const commands = many(30, (): Document => {
    const session = random.pick(sessions);
    if (random.chance(0.1)) return find(coll);
    if (!session.isOpen && !random.chance(0.1)) {
      session.isOpen = true;
      session.isNew = true;
      session.number += 1;
    }
    const tags = {
      lsid: session.lsid,
      txnNumber: Long.fromNumber(session.number),
      autocommit: false,
      ...(session.isNew && { startTransaction: true }),
    };
    const end = random.chance(0.2) && !session.isNew;
    session.isNew = false;
    if (end) {
      session.isOpen = false;
      return {
        [random.pick(['commitTransaction', 'commitTransaction', 'abortTransaction'])]: int(1),
        $db: 'admin',
        ...tags,
      };
    }
    const id = { _id: int(random.integer(0, 5)) };
    return {
      ...random.pick<() => Document>([
        () => find(coll, random.chance(0.5) ? id : {}),
        () => ({ update: coll, updates: [{ q: id, u: { $inc: { v: int(1) } } }] }),
        () => insert(coll, [{ ...id, v: int(9), ...(random.chance(0.5) && { u: int(random.integer(0, 1)) }) }]),
        () => ({ delete: coll, deletes: [{ q: id, limit: int(1) }] }),
        () => ({ findAndModify: coll, query: id, update: { $inc: { v: int(10) } }, new: true }),
        () => ({ aggregate: coll, pipeline: [{ $group: { _id: null, v: { $sum: '$v' } } }], cursor: {} }),
        () => ({ count: coll }),
        () => ({ distinct: coll, key: 'v' }),
      ])(),
      ...tags,
    };
  });
  const ends = sessions
    .filter(({ isOpen }) => isOpen)
    .map(({ lsid, number: txn }) => ({
      abortTransaction: int(1),
      $db: 'admin',
      lsid,
      txnNumber: Long.fromNumber(txn),
      autocommit: false,
    }));
  return { kind: 'transactions', setup, commands: [...commands, ...ends, find(coll)] };
};

const MAKERS: { make: (random: Random, coll: string) => Script; scripts: number }[] = [
  { make: filters, scripts: 24 },
  { make: reads, scripts: 15 },
  { make: updates, scripts: 30 },
  { make: aggregates, scripts: 20 },
  { make: indexes, scripts: 10 },
  { make: transactions, scripts: 10 },
];

export function scriptsOf(seed: number): Script[] {
  const random = new Random(seed);
  return MAKERS.flatMap(({ make, scripts }, kind) =>
    many(scripts, (n) => make(random, `c${String(kind)}_${String(n)}`)),
  );
}
