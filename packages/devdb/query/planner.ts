/**
 * Chooses how a query finds its documents: by which index, in which order, and what is left to check. A plan is data, so
 * that `explain` can show it; scan.ts runs it.
 */
import { encodeValue } from '../bson/keys.ts';
import { rawValue } from '../bson/raw.ts';
import { isDoc, type Doc, type Value } from '../bson/values.ts';
import { badValue } from '../errors.ts';
import type { Collection } from '../storage/collection.ts';
import type { Index } from '../storage/indexes.ts';
import { access, analyse, type Access, type Conjunction, type KeyRange, type ScanRange } from './bounds.ts';

/** A sort by fields: path and direction, in order of weight. */
export type SortPattern = readonly (readonly [path: string, direction: 1 | -1])[];

/** One index, read in its order or against it. */
export interface IndexScan {
  kind: 'index';
  index: Index;
  backward: boolean;
  /**
   * Runs of keys. A run is in order and overlaps no other; several are merged by what follows `prefix` characters of
   * the key, or read one after the other when no order is asked for.
   */
  runs: readonly { prefix: number; ranges: readonly KeyRange[] }[];
  merged: boolean;
  /** Whether one document may come up more than once. */
  repeats: boolean;
}

export type Source =
  | { kind: 'none' }
  | { kind: 'collection'; backward: boolean }
  /** The one document with this key in the index on `_id`. */
  | { kind: 'id'; key: string }
  | IndexScan
  /** The alternatives of an `$or`, each by the index that suits it. */
  | { kind: 'union'; scans: readonly IndexScan[] };

export interface Plan {
  source: Source;
  /** Whether documents come in the order that was asked for. */
  sorted: boolean;
  /** Whether all that come match: nothing is left to check. */
  exact: boolean;
}

interface PlanOptions {
  filter: Doc;
  sort?: SortPattern | undefined;
  /** Documents that are wanted, those to skip included; undefined: all. */
  wanted?: number | undefined;
  hint?: Value | undefined;
}

/** What a full `$or` may expand to; beyond it, the alternatives are left to the filter. */
const MAX_BRANCHES = 64;
/** More ranges than this are not merged into one order: what they hold is sorted instead. */
const MAX_MERGED = 200;
/** How many keys are looked at to compare candidates. */
const PROBE_KEYS = 200;

/** The index that a hint names, or 'natural' for none. */
function hinted(collection: Collection, hint: Value): Index | 'natural' {
  if (isDoc(hint) && '$natural' in hint) return 'natural';
  const index = collection.index(hint);
  if (index === undefined) {
    throw badValue(
      'error processing query: planner returned error :: caused by :: hint provided does not correspond to an existing index',
    );
  }
  return index;
}

export function plan(collection: Collection | undefined, query: PlanOptions): Plan {
  if (collection === undefined) return { source: { kind: 'none' }, sorted: true, exact: true };
  const { filter, sort, hint } = query;
  const hasHint = hint !== undefined && !(isDoc(hint) && Object.keys(hint).length === 0);
  const wanted = hasHint ? hinted(collection, hint) : undefined;
  const whole = analyse(filter);
  if (wanted === 'natural') {
    const backward = isDoc(hint) && Number(hint['$natural']) < 0;
    return { source: { kind: 'collection', backward }, sorted: false, exact: isAlways(whole) };
  }
  const id =
    wanted === undefined
      ? whole.predicates.find(({ path, operator }) => path === '_id' && operator === '$eq')
      : undefined;
  if (id !== undefined) {
    const exact = whole.predicates.length === 1 && !whole.more && whole.alternatives.length === 0;
    // One document at most is in any order.
    return { source: { kind: 'id', key: encodeValue(rawValue(id.value), false) }, sorted: true, exact };
  }
  const candidates = candidatePlans(wanted === undefined ? collection.indexes : [wanted], whole, sort);
  const best = candidates.length > 1 ? cheapest(candidates, query) : candidates[0];
  if (best !== undefined) return best;
  if (wanted !== undefined) return fullIndexScan(wanted, sort) ?? collectionScan(whole, sort);
  return collectionScan(whole, sort);
}

function isAlways({ predicates, alternatives, more }: Conjunction): boolean {
  return predicates.length === 0 && alternatives.length === 0 && !more;
}

function collectionScan(whole: Conjunction, sort: SortPattern | undefined): Plan {
  const natural = sort?.length === 1 && sort[0]?.[0] === '$natural';
  const backward = natural && sort[0]?.[1] === -1;
  return {
    source: { kind: 'collection', backward },
    sorted: sort === undefined || natural,
    exact: isAlways(whole),
  };
}

/** All of an index, for a hint on one that the filter says nothing about. */
function fullIndexScan(index: Index, sort: SortPattern | undefined): Plan | undefined {
  return indexPlan(
    index,
    [{ ranges: [{ low: '', high: '\xff', ends: [0] }], points: 0, ranged: false, exact: false }],
    sort,
  );
}

function candidatePlans(indexes: readonly Index[], whole: Conjunction, sort: SortPattern | undefined): Plan[] {
  const plans: Plan[] = [];
  const branches = expand(whole);
  for (const index of indexes) {
    const direct = access(index, whole);
    if (direct !== undefined) {
      const candidate = indexPlan(index, [direct], sort);
      // An index that the filter doesn't touch is good for its order alone.
      if (candidate !== undefined && (direct.points > 0 || direct.ranged || (sort !== undefined && candidate.sorted))) {
        plans.push(candidate);
      }
    }
    if (branches === undefined) continue;
    const each = branches.map((branch) => access(index, branch));
    if (each.every((found) => found !== undefined && (found.points > 0 || found.ranged))) {
      const candidate = indexPlan(
        index,
        each.filter((found) => found !== undefined),
        sort,
      );
      if (candidate !== undefined) plans.push(candidate);
    }
  }
  if (branches !== undefined && plans.length === 0) {
    const scans = branches.map((branch) => candidatePlans(indexes, { ...branch, alternatives: [] }, undefined));
    const sources = scans.map((each) => bestByPoints(each)?.source);
    if (sources.every((source) => source?.kind === 'index')) {
      plans.push({ source: { kind: 'union', scans: sources }, sorted: sort === undefined, exact: false });
    }
  }
  return plans;
}

function bestByPoints(plans: readonly Plan[]): Plan | undefined {
  return plans.length === 0 ? undefined : cheapest(plans, { filter: {} });
}

/** The filter as a disjunction of conjunctions without alternatives of their own, or undefined when it has none. */
function expand(whole: Conjunction): Conjunction[] | undefined {
  if (whole.alternatives.length === 0) return undefined;
  let branches: Conjunction[] = [{ ...whole, alternatives: [] }];
  for (const alternatives of whole.alternatives) {
    const parts = alternatives.flatMap((filter) => {
      const part = analyse(filter);
      return expand(part) ?? [part];
    });
    if (branches.length * parts.length > MAX_BRANCHES) return undefined;
    branches = branches.flatMap((branch) =>
      parts.map((part) => ({
        predicates: [...branch.predicates, ...part.predicates],
        alternatives: [],
        more: branch.more || part.more,
      })),
    );
  }
  return branches;
}

/** The plan that reads these accesses of one index, in the order of `sort` where the index can give it. */
function indexPlan(index: Index, accesses: readonly Access[], sort: SortPattern | undefined): Plan | undefined {
  const ranges = accesses.flatMap((each) => each.ranges);
  const points = Math.min(...accesses.map((each) => each.points));
  const order = sort === undefined || ranges.length > MAX_MERGED ? undefined : orderOf(index, ranges, points, sort);
  const from = order?.from ?? 0;
  const runs = new Map<string, { prefix: number; ranges: ScanRange[] }>();
  for (const range of ranges) {
    const prefix = range.ends[from] ?? 0;
    const run = range.low.slice(0, prefix);
    const existing = runs.get(run);
    if (existing === undefined) runs.set(run, { prefix, ranges: [range] });
    else existing.ranges.push(range);
  }
  const merged = [...runs.values()].map((run) => ({ prefix: run.prefix, ranges: union(run.ranges) }));
  return {
    source: {
      kind: 'index',
      index,
      backward: order?.backward ?? false,
      runs: merged,
      merged: order !== undefined && merged.length > 1,
      repeats: index.multikey.includes(true),
    },
    sorted: sort === undefined || order !== undefined,
    exact: accesses.every((each) => each.exact),
  };
}

/** Sorted ranges without overlap that cover the same keys. */
function union(ranges: readonly KeyRange[]): KeyRange[] {
  const sorted = [...ranges].sort((a, b) => (a.low < b.low ? -1 : a.low > b.low ? 1 : 0));
  const result: KeyRange[] = [];
  for (const range of sorted) {
    const last = result.at(-1);
    if (last === undefined || range.low >= last.high) result.push(range);
    else if (range.high > last.high) result[result.length - 1] = { low: last.low, high: range.high };
  }
  return result;
}

/**
 * From which field of the index on its keys are in the order of `sort`, and in which direction; the fields before it
 * are single values, by which the keys fall into runs.
 */
function orderOf(
  index: Index,
  ranges: readonly ScanRange[],
  points: number,
  sort: SortPattern,
): { from: number; backward: boolean } | undefined {
  const { fields } = index;
  const isConstant = (field: number): boolean => {
    if (field >= points) return false;
    const [first] = ranges;
    const part = (range: ScanRange): string => range.low.slice(range.ends[field], range.ends[field + 1]);
    return first === undefined || ranges.every((range) => part(range) === part(first));
  };
  const constants = fields.filter((_, field) => isConstant(field)).map(({ path }) => path);
  for (let from = 0; from <= points; from++) {
    let backward: boolean | undefined;
    let field = from;
    const fits = sort.every(([path, direction]) => {
      if (constants.includes(path)) return true;
      while (field < fields.length && fields[field]?.path !== path && constants.includes(fields[field]?.path ?? ''))
        field++;
      const at = fields[field];
      if (at?.path !== path || index.multikey[field] === true) return false;
      const opposite = at.descending !== (direction === -1);
      if (backward !== undefined && opposite !== backward) return false;
      backward = opposite;
      field++;
      return true;
    });
    if (fits) return { from, backward: backward ?? false };
  }
  return undefined;
}

/** The candidate that looks at the fewest keys, as far as a glance at each tells. */
function cheapest(candidates: readonly Plan[], { sort, wanted }: PlanOptions): Plan | undefined {
  let best: Plan | undefined;
  let bestCost = Infinity;
  for (const candidate of candidates) {
    const { source } = candidate;
    if (source.kind !== 'index') continue;
    const keys = probe(source);
    // In order and nothing to check: it stops at the last wanted document.
    const read = candidate.sorted && candidate.exact && wanted !== undefined ? Math.min(keys, wanted) : keys;
    const bound = source.runs.reduce((most, { ranges }) => Math.max(most, ...ranges.map(({ low }) => low.length)), 0);
    const cost =
      read * (candidate.sorted ? 1 : sort === undefined ? 1 : 2) -
      (candidate.exact ? 0.5 : 0) -
      Math.min(bound, 1000) / 10_000;
    if (cost < bestCost) [best, bestCost] = [candidate, cost];
  }
  return best ?? candidates[0];
}

function probe({ index, runs }: IndexScan): number {
  let keys = 0;
  for (const { ranges } of runs) {
    for (const { low, high } of ranges) {
      for (const key of index.tree.keys(low)) {
        if (key >= high) break;
        if (++keys >= PROBE_KEYS) return keys;
      }
    }
  }
  return keys;
}
