/**
 * The aggregation operators that this server has instead of mingo's: those where BSON's types decide the result
 * (comparison, sums, types, conversions). Values arrive promoted (see expression.ts).
 */
import { Decimal128, Long, ObjectId, Timestamp } from 'bson';
import { evalExpr } from 'mingo/core';
import * as accumulators from 'mingo/operators/accumulator';
import * as expressions from 'mingo/operators/expression';
import type { AnyObject, Options } from 'mingo/types';
import { add, isLong, isNumeric, multiply, toNumber, type Numeric } from '../bson/numbers.ts';
import { show } from '../bson/show.ts';
import { typeAlias } from '../bson/types.ts';
import { compareValues, equalValues, isDoc, type Value } from '../bson/values.ts';
import { badValue, commandError, failedToParse, locationError, notSupported, typeMismatch } from '../errors.ts';

type Operator = (obj: AnyObject, expr: unknown, options: Options) => unknown;
type Accumulator = (group: AnyObject[], expr: unknown, options: Options) => unknown;
type Argument = Value | undefined;

/** A long that a number holds exactly goes on as one. */
function plain(value: Numeric): Numeric {
  if (!(value instanceof Long)) return value instanceof Decimal128 ? value : toNumber(value);
  const number = value.toNumber();
  return Number.isSafeInteger(number) ? number : value;
}

function plus(a: Numeric, b: Numeric): Numeric {
  if (typeof a === 'number' && typeof b === 'number') return a + b;
  return plain(add(a, b) ?? toNumber(a) + toNumber(b));
}

function times(a: Numeric, b: Numeric): Numeric {
  if (typeof a === 'number' && typeof b === 'number') return a * b;
  return plain(multiply(a, b) ?? toNumber(a) * toNumber(b));
}

function argumentsOf(obj: unknown, expr: unknown, options: Options): Argument[] {
  // mingo's values are BSON values but for promoted numbers and regular expressions, which values.ts takes as well.
  const value = evalExpr(obj, expr, options) as Argument;
  return Array.isArray(value) ? value : [value];
}

function pair(name: string, obj: unknown, expr: unknown, options: Options): [Argument, Argument] {
  const values = argumentsOf(obj, expr, options);
  if (values.length !== 2) {
    throw locationError(
      16020,
      `Expression ${name} takes exactly 2 arguments. ${String(values.length)} were passed in.`,
    );
  }
  return [values[0], values[1]];
}

function isNil(value: Argument): value is null | undefined {
  return value === null || value === undefined;
}

function comparison(name: string, result: (sign: number) => unknown): Operator {
  return (obj, expr, options) => result(compareValues(...pair(name, obj, expr, options)));
}

const $add: Operator = (obj, expr, options) => {
  let total: Numeric = 0;
  let dates = 0;
  for (const term of argumentsOf(obj, expr, options)) {
    if (isNil(term)) return null;
    if (term instanceof Date) dates += 1;
    const number: Value = term instanceof Date ? term.getTime() : term;
    if (!isNumeric(number)) throw typeMismatch(`$add only supports numeric or date types, not ${typeAlias(term)}`);
    total = plus(total, number);
  }
  if (dates > 1) throw locationError(16612, 'only one date allowed in an $add expression');
  return dates === 1 ? new Date(toNumber(total)) : total;
};

const $subtract: Operator = (obj, expr, options) => {
  const [a, b] = pair('$subtract', obj, expr, options);
  if (isNil(a) || isNil(b)) return null;
  if (a instanceof Date && b instanceof Date) return a.getTime() - b.getTime();
  if (a instanceof Date && isNumeric(b)) return new Date(a.getTime() - Math.round(toNumber(b)));
  if (isNumeric(a) && isNumeric(b)) return plus(a, times(b, -1));
  throw typeMismatch(`can't $subtract ${typeAlias(b)} from ${typeAlias(a)}`);
};

const $multiply: Operator = (obj, expr, options) => {
  let product: Numeric = 1;
  for (const factor of argumentsOf(obj, expr, options)) {
    if (isNil(factor)) return null;
    if (!isNumeric(factor)) throw typeMismatch(`$multiply only supports numeric types, not ${typeAlias(factor)}`);
    product = times(product, factor);
  }
  return product;
};

/** The group's values, as `$push` collects them. */
function collect(group: AnyObject[], expr: unknown, options: Options): Argument[] {
  return accumulators.$push(group, expr, options) as Argument[];
}

const $sum: Accumulator = (group, expr, options) => {
  if (typeof expr === 'number') return group.length * expr;
  return collect(group, expr, options).reduce<Numeric>((sum, n) => (isNumeric(n) ? plus(sum, n) : sum), 0);
};

function extreme(wanted: 1 | -1): Accumulator {
  return (group, expr, options) => {
    let found: Argument = null;
    for (const value of collect(group, expr, options)) {
      if (!isNil(value) && (found === null || compareValues(value, found) * wanted > 0)) found = value;
    }
    return found;
  };
}

/** mingo drops what isn't a JavaScript number: an average that leaves decimals out is worse than none. */
function withoutDecimals(name: string, accumulator: Accumulator): Accumulator {
  return (group, expr, options) => {
    if (collect(group, expr, options).some((value) => value instanceof Decimal128 || isLong(value))) {
      throw notSupported(`${name} over decimal128 or large int64`);
    }
    return accumulator(group, expr, options);
  };
}

const $toString: Operator = (obj, expr, options) => {
  const value = evalExpr(obj, expr, options);
  if (value instanceof ObjectId) return value.toHexString();
  return isNumeric(value) ? value.toString() : expressions.$toString(obj, expr, options);
};

const $toObjectId: Operator = (obj, expr, options) => {
  const value = evalExpr(obj, expr, options) as Argument;
  if (isNil(value)) return null;
  if (value instanceof ObjectId) return value;
  if (typeof value === 'string' && /^[0-9a-f]{24}$/i.test(value)) return ObjectId.createFromHexString(value);
  throw commandError('ConversionFailure', `Failed to parse objectId ${show(value)} in $convert with no onError value`);
};

const $toDate: Operator = (obj, expr, options) => {
  const value = evalExpr(obj, expr, options);
  if (value instanceof ObjectId) return value.getTimestamp();
  return value instanceof Timestamp ? new Date(value.t * 1000) : expressions.$toDate(obj, expr, options);
};

const $toDecimal: Operator = (obj, expr, options) => {
  const value = evalExpr(obj, expr, options) as Argument;
  if (isNil(value)) return null;
  if (value instanceof Date) return Decimal128.fromString(String(value.getTime()));
  if (typeof value === 'boolean') return Decimal128.fromString(value ? '1' : '0');
  if (isNumeric(value)) return times(Decimal128.fromString('1'), value);
  if (typeof value === 'string') return Decimal128.fromStringWithRounding(value);
  throw commandError('ConversionFailure', `Unsupported conversion from ${typeAlias(value)} to decimal`);
};

const conversions: Readonly<Record<string, Operator>> = {
  double: expressions.$toDouble,
  string: $toString,
  objectId: $toObjectId,
  bool: expressions.$toBool,
  date: $toDate,
  int: expressions.$toInt,
  long: expressions.$toLong,
  decimal: $toDecimal,
};

const CONVERSION_BY_NUMBER = new Map([
  [1, 'double'],
  [2, 'string'],
  [7, 'objectId'],
  [8, 'bool'],
  [9, 'date'],
  [16, 'int'],
  [18, 'long'],
  [19, 'decimal'],
]);

const $convert: Operator = (obj, expr, options) => {
  if (!isDoc(expr)) throw failedToParse('$convert expects an object of named arguments');
  const input = evalExpr(obj, expr['input'], options) as Argument;
  if (isNil(input)) return evalExpr(obj, expr['onNull'] ?? null, options);
  const to = evalExpr(obj, expr['to'], options);
  const convert = conversions[typeof to === 'number' ? (CONVERSION_BY_NUMBER.get(to) ?? '') : String(to)];
  if (convert === undefined) throw badValue(`Unknown type name: ${String(to)}`);
  try {
    return convert(obj, { $literal: input }, options);
  } catch (error) {
    if (!('onError' in expr)) throw error;
    return evalExpr(obj, expr['onError'], options);
  }
};

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
  $add,
  $subtract,
  $multiply,
  $round,
  $eq: comparison('$eq', (sign) => sign === 0),
  $ne: comparison('$ne', (sign) => sign !== 0),
  $gt: comparison('$gt', (sign) => sign > 0),
  $gte: comparison('$gte', (sign) => sign >= 0),
  $lt: comparison('$lt', (sign) => sign < 0),
  $lte: comparison('$lte', (sign) => sign <= 0),
  $cmp: comparison('$cmp', Math.sign),
  $in: (obj, expr, options) => {
    const [item, list] = pair('$in', obj, expr, options);
    if (!Array.isArray(list)) {
      throw locationError(40081, `$in requires an array as a second argument, found: ${typeAlias(list)}`);
    }
    return list.some((value) => equalValues(value, item));
  },
  $type: (obj, expr, options) => {
    const value = evalExpr(obj, expr, options);
    return value instanceof RegExp ? 'regex' : typeAlias(value as Argument);
  },
  $isNumber: (obj, expr, options) => isNumeric(evalExpr(obj, expr, options)),
  $toString,
  $toObjectId,
  $toDate,
  $toDecimal,
  $convert,
};

/** Accumulators that replace mingo's. */
export const accumulatorOperators: Readonly<Record<`$${string}`, Accumulator>> = {
  $sum,
  $min: extreme(-1),
  $max: extreme(1),
  $avg: withoutDecimals('$avg', accumulators.$avg),
  $stdDevPop: withoutDecimals('$stdDevPop', accumulators.$stdDevPop),
  $stdDevSamp: withoutDecimals('$stdDevSamp', accumulators.$stdDevSamp),
};
