/**
 * The aggregation operators that this server has instead of mingo's: those where BSON's types decide the result. Values
 * arrive promoted (see expression.ts).
 */
import { Decimal128 } from 'bson';
import { evalExpr } from 'mingo/core';
import * as accumulators from 'mingo/operators/accumulator';
import * as expressions from 'mingo/operators/expression';
import type { AnyObject } from 'mingo/types';
import { divideDecimals, isLong, isNumeric, toNumber, type Numeric } from '../bson/numbers.ts';
import { typeAlias } from '../bson/types.ts';
import { compareValues, isDoc, type Doc } from '../bson/values.ts';
import { notSupported } from '../errors.ts';
import {
  argumentsOf,
  isNil,
  plus,
  promoteNumber,
  valueOperators,
  type Argument,
  type ComputeOptions,
  type Operator,
  type ValueOperator,
} from './arithmetic.ts';
import { conversionOperators } from './conversions.ts';

type Accumulator = (group: AnyObject[], expr: unknown, options: ComputeOptions) => unknown;

/** The value for each document of a group; undefined where it has none, which mingo doesn't tell from null. */
function collect(group: AnyObject[], expr: unknown, options: ComputeOptions): Argument[] {
  return group.map((root) => evalExpr(root, expr, options.update({ root })) as Argument);
}

const $push: Accumulator = (group, expr, options) =>
  collect(group, expr, options).filter((value) => value !== undefined);

const $addToSet: Accumulator = (group, expr, options) => {
  const values = collect(group, expr, options);
  return accumulators.$addToSet(
    group.filter((_, i) => values[i] !== undefined),
    expr,
    options,
  );
};

function average(values: readonly Argument[]): Argument {
  const numbers = values.filter(isNumeric);
  if (numbers.length === 0) return null;
  const sum = total(numbers);
  return sum instanceof Decimal128 ? divideDecimals(sum, numbers.length) : toNumber(sum) / numbers.length;
}

/** Promoted, and fast where both are JavaScript's numbers. */
const added = (a: Numeric, b: Numeric): Numeric =>
  typeof a === 'number' && typeof b === 'number' ? a + b : promoteNumber(plus(a, b));

const total = (values: readonly Argument[]): Numeric =>
  values.reduce<Numeric>((sum, n) => (isNumeric(n) ? added(sum, n) : sum), 0);

/** Over the documents of a group; in other expressions over the arguments, or the elements of a single one that is an array. */
const summarizing =
  (summary: (values: readonly Argument[]) => Argument): Operator =>
  (obj, expr, options) => {
    // mingo hands a group's documents to the expression of this name.
    if (Array.isArray(obj)) return summary(collect(obj as AnyObject[], expr, options));
    const values = argumentsOf(obj, expr, options);
    return summary(values.length === 1 && Array.isArray(values[0]) ? values[0] : values);
  };

const summaries: Readonly<Record<`$${string}`, Operator>> = {
  $sum: summarizing(total),
  $avg: summarizing(average),
  $min: summarizing((values) => extreme(-1, values)),
  $max: summarizing((values) => extreme(1, values)),
};

const overPromoted = ([name, operator]: [string, ValueOperator]): [string, Operator] => [
  name,
  (obj, expr, options) => {
    const result = operator(argumentsOf(obj, expr, options));
    return isNumeric(result) ? promoteNumber(result) : result;
  },
];

/** mingo takes only JavaScript's numbers. */
const overNumbers = (name: (typeof NUMERIC)[number]): [string, Operator] => [
  name,
  (obj, expr, options) => {
    const operator = expressions[name] as Operator;
    const values = argumentsOf(obj, expr, options);
    if (values.some(isNil)) return null;
    const wide = values.find((value) => value instanceof Decimal128 || isLong(value));
    if (wide !== undefined) throw notSupported(`${name} over ${typeAlias(wide)}`);
    return operator(obj, expr, options);
  },
];

/** Of what is missing or null there is no date, and no part of one. */
const overDates = (name: (typeof DATES)[number]): [string, Operator] => [
  name,
  (obj, expr, options) => {
    const operator = expressions[name] as Operator;
    const { date, startDate = date, endDate = startDate, onNull = null } = (isDoc(expr) ? expr : {}) as Partial<Doc>;
    const given =
      startDate === undefined
        ? argumentsOf(obj, expr, options)
        : [startDate, endDate].map((each) => evalExpr(obj, each, options));
    if (given.some((value) => value === null || value === undefined)) return evalExpr(obj, onNull, options);
    return operator(obj, expr, options);
  },
];

const NUMERIC = [
  '$abs',
  '$ceil',
  '$floor',
  '$trunc',
  '$mod',
  '$sqrt',
  '$pow',
  '$exp',
  '$ln',
  '$log',
  '$log10',
] as const;
const DATES = [
  ...(['$year', '$month', '$week', '$hour', '$minute', '$second', '$millisecond'] as const),
  ...(['$dayOfMonth', '$dayOfWeek', '$dayOfYear', '$isoWeek', '$isoWeekYear', '$isoDayOfWeek'] as const),
  ...(['$dateToString', '$dateToParts', '$dateTrunc', '$dateAdd', '$dateSubtract', '$dateDiff'] as const),
];

/** Only of the letters from A to Z; nothing is an empty text. */
const inCase =
  (operator: Operator, change: (letters: string) => string): Operator =>
  (obj, expr, options) => {
    const [value] = argumentsOf(obj, expr, options);
    if (typeof value === 'string') return value.replaceAll(/[A-Za-z]+/g, change);
    return isNil(value) ? '' : operator(obj, expr, options);
  };

function extreme(wanted: 1 | -1, values: readonly Argument[]): Argument {
  let found: Argument = null;
  for (const value of values) {
    if (!isNil(value) && (found === null || compareValues(value, found) * wanted > 0)) found = value;
  }
  return found;
}

/** mingo drops what isn't a JavaScript number: a deviation that leaves decimals out is worse than none. */
function withoutDecimals(name: string, accumulator: Accumulator): Accumulator {
  return (group, expr, options) => {
    if (collect(group, expr, options).some((value) => value instanceof Decimal128 || isLong(value))) {
      throw notSupported(`${name} over decimal128 or large int64`);
    }
    return accumulator(group, expr, options);
  };
}

/** Half to even at the decimal place, of the double's exact value; mingo looks at one digit only. */
const $round: Operator = (obj, expr, options) => {
  const [n, place = 0] = argumentsOf(obj, expr, options);
  if (isNil(n) || isNil(place)) return null;
  if (typeof n !== 'number' || typeof place !== 'number') throw notSupported(`$round over ${typeAlias(n)}`);
  if (!Number.isFinite(n) || (Number.isInteger(n) && place >= 0)) return n;
  const shifted = Number(`${n.toFixed(34)}e${String(place)}`);
  const below = Math.floor(shifted);
  const isTie = shifted - below === 0.5;
  const rounded = isTie ? below + Math.abs(below % 2) : Math.round(shifted);
  return Number(`${String(rounded)}e${String(-place)}`);
};

/** Expression operators that replace mingo's or that mingo lacks. */
export const expressionOperators: Readonly<Record<`$${string}`, Operator>> = {
  ...Object.fromEntries(NUMERIC.map(overNumbers)),
  ...Object.fromEntries(DATES.map(overDates)),
  ...summaries,
  $toLower: inCase(expressions.$toLower, (letters) => letters.toLowerCase()),
  $toUpper: inCase(expressions.$toUpper, (letters) => letters.toUpperCase()),
  ...Object.fromEntries(Object.entries(valueOperators).map(overPromoted)),
  $round,
  ...conversionOperators,
};

/** Accumulators that replace mingo's. */
export const accumulatorOperators: Readonly<Record<`$${string}`, Accumulator>> = {
  $push,
  $addToSet,
  $stdDevPop: withoutDecimals('$stdDevPop', accumulators.$stdDevPop),
  $stdDevSamp: withoutDecimals('$stdDevSamp', accumulators.$stdDevSamp),
};
