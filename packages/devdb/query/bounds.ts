/**
 * Turns a filter's conditions on single fields into ranges of an index's keys. Everything here is about one index; the
 * planner (planner.ts) chooses between indexes.
 */
import { BSONRegExp, MaxKey, MinKey } from 'bson';
import { encodeValue, typeBracket } from '../bson/keys.ts';
import { isNumeric, toNumber } from '../bson/numbers.ts';
import { rawValue } from '../bson/raw.ts';
import { compareValues, isDoc, typeOrder, type Doc, type Value } from '../bson/values.ts';
import type { Index } from '../storage/indexes.ts';
import { compileFilter } from './matcher.ts';
import { isOperatorDoc } from './value-tests.ts';

type Comparison = '$eq' | '$gt' | '$gte' | '$lt' | '$lte';

/** A condition on one field that an index can help with. */
type Predicate =
  | { path: string; operator: Comparison; value: Value }
  | { path: string; operator: '$in'; value: readonly Value[] }
  | { path: string; operator: '$exists'; value: true };

/** A filter as a conjunction. */
export interface Conjunction {
  predicates: readonly Predicate[];
  /** The alternatives of each `$or` among the conditions. */
  alternatives: readonly (readonly Doc[])[];
  /** Whether there are other conditions, which the predicates and alternatives don't express. */
  more: boolean;
}

const COMPARISONS = new Set(['$eq', '$gt', '$gte', '$lt', '$lte']);

/** Splits a filter, which `compileFilter` must accept, into its conditions. */
export function analyse(filter: Doc): Conjunction {
  const predicates: Predicate[] = [];
  const alternatives: (readonly Doc[])[] = [];
  let more = false;
  const visit = (doc: Doc): void => {
    for (const [key, value] of Object.entries(doc)) {
      if (key === '$and' && Array.isArray(value)) value.filter(isDoc).forEach(visit);
      else if (key === '$or' && Array.isArray(value)) alternatives.push(value.filter(isDoc));
      else if (key === '$comment') continue;
      else if (key.startsWith('$')) more = true;
      else if (!isOperatorDoc(value)) compare(key, '$eq', value);
      else for (const [operator, operand] of Object.entries(value)) condition(key, operator, operand);
    }
  };
  const compare = (path: string, operator: Comparison, value: Value): void => {
    if (isIndexable(value)) predicates.push({ path, operator, value });
    else more = true;
  };
  const condition = (path: string, operator: string, operand: Value): void => {
    if (COMPARISONS.has(operator)) compare(path, operator as Comparison, operand);
    else if (operator === '$in' && Array.isArray(operand) && operand.every(isIndexable)) {
      predicates.push({ path, operator, value: operand });
    } else if (operator === '$exists' && operand === true) {
      predicates.push({ path, operator, value: true });
    } else {
      more = true;
      if (operator !== '$elemMatch' || !isDoc(operand)) return;
      // If one element meets all conditions, each condition is met by some element. That is enough to find candidates.
      if (isOperatorDoc(operand)) visit({ [path]: operand });
      else
        for (const inner of analyse(operand).predicates) predicates.push({ ...inner, path: `${path}.${inner.path}` });
    }
  };
  visit(filter);
  return { predicates, alternatives, more };
}

/** Whether the order of an index's keys decides equality with and comparison to this value. */
function isIndexable(value: Value): boolean {
  if (Array.isArray(value) || value instanceof BSONRegExp || value instanceof MinKey || value instanceof MaxKey)
    return false;
  return !(isNumeric(value) && Number.isNaN(toNumber(value)));
}

/** Keys from `low` (included) to `high` (excluded). */
export interface KeyRange {
  low: string;
  high: string;
}

interface FieldRange extends KeyRange {
  /** The key of the value, if the range holds a single one. */
  point: string | undefined;
}

/** The ranges that one field's predicates allow in its part of the key. */
interface FieldBounds {
  ranges: readonly FieldRange[];
  /** Whether the ranges hold exactly the values that meet the predicates. */
  exact: boolean;
}

function pointRange(value: Value, descending: boolean): FieldRange {
  const point = encodeValue(rawValue(value), descending);
  return { low: `${point}\x01`, high: `${point}\xff`, point };
}

const AFTER_NAN = pointRange(NaN, false).high;
const BEFORE_NAN_DESCENDING = pointRange(NaN, true).low;

function predicateRanges(predicate: Predicate, descending: boolean): FieldBounds | undefined {
  if (predicate.operator === '$exists') return undefined;
  if (predicate.operator === '$in') {
    const points = new Map(
      predicate.value.map((value) => pointRange(value, descending)).map((range) => [range.low, range]),
    );
    const ranges = [...points.values()].sort((a, b) => (a.low < b.low ? -1 : 1));
    return { ranges, exact: !predicate.value.includes(null) };
  }
  const { operator, value } = predicate;
  const at = pointRange(value, descending);
  if (operator === '$eq') return { ranges: [at], exact: value !== null };
  // Nothing is less or greater than null. A key of null may also mean a missing field, which the filter checks.
  if (value === null) return { ranges: operator === '$gte' || operator === '$lte' ? [at] : [], exact: false };
  let [first, last] = typeBracket(rawValue(value), descending);
  if (isNumeric(value)) {
    // NaN sorts before all numbers but isn't less than any of them.
    if (descending) last = BEFORE_NAN_DESCENDING;
    else first = AFTER_NAN;
  }
  const above = operator === '$gt' || operator === '$gte';
  const included = operator === '$gte' || operator === '$lte';
  // Keys grow with the values in an ascending field, and shrink in a descending one.
  const range =
    above === descending
      ? { low: first, high: included ? at.high : at.low, point: undefined }
      : { low: included ? at.low : at.high, high: last, point: undefined };
  return { ranges: [range], exact: true };
}

function intersect(a: readonly FieldRange[], b: readonly FieldRange[]): FieldRange[] {
  const result: FieldRange[] = [];
  for (const x of a) {
    for (const y of b) {
      const low = x.low > y.low ? x.low : y.low;
      const high = x.high < y.high ? x.high : y.high;
      if (low < high) result.push({ low, high, point: x.point ?? y.point });
    }
  }
  return result;
}

function fieldBounds(
  predicates: readonly Predicate[],
  descending: boolean,
  multikey: boolean,
): FieldBounds | undefined {
  const all = predicates
    .map((predicate) => predicateRanges(predicate, descending))
    .filter((bounds) => bounds !== undefined);
  if (all.length === 0) return undefined;
  const exact = !multikey && all.length === predicates.length && all.every((bounds) => bounds.exact);
  if (multikey) {
    // Different elements of the array may meet different predicates, so only one predicate can bound the keys.
    const best = all.find((bounds) => bounds.ranges.every((range) => range.point !== undefined)) ?? all[0];
    return best && { ranges: best.ranges, exact: false };
  }
  let ranges = (all[0] as FieldBounds).ranges;
  for (const bounds of all.slice(1)) ranges = intersect(ranges, bounds.ranges);
  return { ranges, exact };
}

/** A range of an index's keys, and where in its keys each field ends. */
export interface ScanRange extends KeyRange {
  /** ends[i] is the length of the first i fields in the key, as long as they are bound to single values. */
  ends: readonly number[];
}

/** How a conjunction can use an index. */
export interface Access {
  ranges: readonly ScanRange[];
  /** How many leading fields are bound to single values. */
  points: number;
  /** Whether the field after these is bound to a range. */
  ranged: boolean;
  /** Whether every document in the ranges matches the predicates. */
  exact: boolean;
}

/** Beyond this many ranges, the next field is left to the filter. */
const MAX_RANGES = 1000;

/** The ranges of keys that contain all matching documents, or undefined if the index doesn't hold them all. */
export function access(index: Index, conjunction: Conjunction): Access | undefined {
  const { predicates } = conjunction;
  if (!isComplete(index, predicates)) return undefined;
  const multikey = index.multikey.includes(true);
  let prefixes: { key: string; ends: readonly number[] }[] = [{ key: '', ends: [0] }];
  let ranges: ScanRange[] | undefined;
  let points = 0;
  let exact = !multikey && !conjunction.more && conjunction.alternatives.length === 0;
  const used = new Set<string>();
  for (const [position, { path, descending }] of index.fields.entries()) {
    const own = predicates.filter((predicate) => predicate.path === path);
    // Conditions on two fields of an array's elements may be met by different elements.
    const sharesArray = multikey && [...used].some((other) => other.split('.')[0] === path.split('.')[0]);
    const bounds = sharesArray ? undefined : fieldBounds(own, descending, index.multikey[position] === true);
    if (bounds === undefined || (position > 0 && bounds.ranges.length * prefixes.length > MAX_RANGES)) break;
    used.add(path);
    exact &&= bounds.exact;
    if (!bounds.ranges.every((range) => range.point !== undefined)) {
      ranges = prefixes.flatMap(({ key, ends }) =>
        bounds.ranges.map(({ low, high }) => ({ low: key + low, high: key + high, ends })),
      );
      break;
    }
    prefixes = prefixes.flatMap(({ key, ends }) =>
      bounds.ranges.map(({ point = '' }) => ({ key: key + point, ends: [...ends, key.length + point.length] })),
    );
    points++;
  }
  exact &&= predicates.every(({ path }) => used.has(path));
  const ranged = ranges !== undefined;
  ranges ??= prefixes.map(({ key, ends }) => ({ low: key === '' ? '' : `${key}\x01`, high: `${key}\xff`, ends }));
  return { ranges, points, ranged, exact };
}

/** Whether the index holds every document that can meet the predicates, even if it is partial or sparse. */
function isComplete(index: Index, predicates: readonly Predicate[]): boolean {
  const { sparse, partialFilterExpression, hidden } = index.spec;
  if (hidden === true) return false;
  if (partialFilterExpression !== undefined) return implies(predicates, partialFilterExpression);
  if (sparse !== true) return true;
  return index.fields.some(({ path }) =>
    predicates.some((predicate) => predicate.path === path && excludesMissing(predicate)),
  );
}

function excludesMissing({ operator, value }: Predicate): boolean {
  if (operator === '$in') return !value.includes(null);
  return operator === '$exists' || value !== null;
}

/** Whether every document that meets the predicates meets the filter of a partial index. */
function implies(predicates: readonly Predicate[], filter: Doc): boolean {
  return Object.entries(filter).every(([key, value]) => {
    if (key === '$and' && Array.isArray(value)) return value.filter(isDoc).every((each) => implies(predicates, each));
    if (key === '$or' && Array.isArray(value)) return value.filter(isDoc).some((each) => implies(predicates, each));
    const conditions = isOperatorDoc(value) ? Object.entries(value) : [['$eq', value] as const];
    return conditions.every(([operator, operand]) =>
      predicates.some((predicate) => predicate.path === key && impliesCondition(predicate, operator, operand)),
    );
  });
}

function impliesCondition(predicate: Predicate, operator: string, operand: Value): boolean {
  if (operator === '$exists') return excludesMissing(predicate);
  const { operator: given, value } = predicate;
  if (given === '$exists') return false;
  const meets = (each: Value): boolean => compileFilter({ v: { [operator]: operand } }).matches({ v: each });
  if (given === '$eq') return value !== null && meets(value);
  if (given === '$in') return value.length > 0 && value.every((each) => each !== null && meets(each));
  if (typeOrder(value) !== typeOrder(operand)) return false;
  const order = compareValues(value, operand);
  switch (operator) {
    case '$gt':
      return (given === '$gt' && order >= 0) || (given === '$gte' && order > 0);
    case '$gte':
      return (given === '$gt' || given === '$gte') && order >= 0;
    case '$lt':
      return (given === '$lt' && order <= 0) || (given === '$lte' && order < 0);
    case '$lte':
      return (given === '$lt' || given === '$lte') && order <= 0;
    default:
      return false;
  }
}
