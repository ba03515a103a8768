/**
 * The operators whose result depends on the types of their arguments and on nothing else: arithmetic, comparison, types.
 * They are functions of values. Over values with their BSON types the result has the type that MongoDB gives it; over
 * promoted ones (see expression.ts) it is promoted again.
 */
import { BSONRegExp, Decimal128, Double, Int32, Long } from 'bson';
import { evalExpr } from 'mingo/core';
import type { AnyObject, Options } from 'mingo/types';
import { add, isNumeric, multiply, toNumber, type Numeric } from '../bson/numbers.ts';
import { typeAlias } from '../bson/types.ts';
import { compareValues, equalValues, type Value } from '../bson/values.ts';
import { badValue, locationError, notSupported, typeMismatch } from '../errors.ts';

/**
 * mingo's own form of the options, which it hands to operators and does not export. Making it copies all tables of
 * operators, so an expression must not make it for each document.
 */
export interface ComputeOptions extends Options {
  update(locals: { root: unknown }): ComputeOptions;
}

/** As mingo calls it. */
export type Operator = (obj: AnyObject, expr: unknown, options: ComputeOptions) => unknown;
export type Argument = Value | undefined;
export type ValueOperator = (values: readonly Argument[]) => Value;

export function isNil(value: Argument): value is null | undefined {
  return value === null || value === undefined;
}

/** The arguments' values, promoted: of a list, or of the only one. */
export const argumentsOf = (obj: unknown, expr: unknown, options: Options): Argument[] =>
  (Array.isArray(expr) ? expr : [expr]).map((each) => {
    // mingo's values are BSON values but for promoted numbers and regular expressions.
    const value = evalExpr(obj, each, options) as Argument | RegExp;
    return value instanceof RegExp ? new BSONRegExp(value.source, value.flags) : value;
  });

export const plus = (a: Numeric, b: Numeric): Numeric => add(a, b) ?? new Double(toNumber(a) + toNumber(b));
export const times = (a: Numeric, b: Numeric): Numeric => multiply(a, b) ?? new Double(toNumber(a) * toNumber(b));

/** A number as mingo computes with it: JavaScript's, unless that would change it. */
export function promoteNumber(value: Numeric): Numeric {
  if (value instanceof Int32 || value instanceof Double) return value.value;
  const number = value instanceof Long ? value.toNumber() : NaN;
  return Number.isSafeInteger(number) ? number : value;
}

/** Over numbers; null if one of them is missing or null. */
function fold(name: string, combine: (a: Numeric, b: Numeric) => Numeric, start: Numeric): ValueOperator {
  return (values) => {
    let result = start;
    for (const value of values) {
      if (isNil(value)) return null;
      if (!isNumeric(value)) throw typeMismatch(`${name} only supports numeric types, not ${typeAlias(value)}`);
      result = combine(result, value);
    }
    return result;
  };
}

const sum = fold('$add', plus, new Int32(0));

const $add: ValueOperator = (values) => {
  if (values.some(isNil)) return null;
  const dates = values.filter((value) => value instanceof Date).length;
  if (dates > 1) throw locationError(16612, 'only one date allowed in an $add expression');
  const result = sum(values.map((value) => (value instanceof Date ? Long.fromNumber(value.getTime()) : value)));
  return dates === 1 && isNumeric(result) ? new Date(toNumber(result)) : result;
};

const $subtract: ValueOperator = ([a, b]) => {
  if (isNil(a) || isNil(b)) return null;
  if (a instanceof Date && b instanceof Date) return Long.fromNumber(a.getTime() - b.getTime());
  if (a instanceof Date && isNumeric(b)) return new Date(a.getTime() - Math.round(toNumber(b)));
  if (isNumeric(a) && isNumeric(b)) return plus(a, times(b, new Int32(-1)));
  throw typeMismatch(`can't $subtract ${typeAlias(b)} from ${typeAlias(a)}`);
};

const $divide: ValueOperator = ([a, b]) => {
  if (isNil(a) || isNil(b)) return null;
  if (!isNumeric(a) || !isNumeric(b)) {
    throw typeMismatch(`$divide only supports numeric types, not ${typeAlias(a)} and ${typeAlias(b)}`);
  }
  if (a instanceof Decimal128 || b instanceof Decimal128) throw notSupported('$divide over decimal');
  if (toNumber(b) === 0) throw badValue("can't $divide by zero");
  return new Double(toNumber(a) / toNumber(b));
};

const comparison =
  (result: (sign: number) => boolean): ValueOperator =>
  ([a, b]) =>
    result(compareValues(a, b));

const $in: ValueOperator = ([item, list]) => {
  if (Array.isArray(list)) return list.some((value) => equalValues(value, item));
  throw locationError(40081, `$in requires an array as a second argument, found: ${typeAlias(list)}`);
};

const PAIRS: Readonly<Record<`$${string}`, ValueOperator>> = {
  $subtract,
  $divide,
  $eq: comparison((sign) => sign === 0),
  $ne: comparison((sign) => sign !== 0),
  $gt: comparison((sign) => sign > 0),
  $gte: comparison((sign) => sign >= 0),
  $lt: comparison((sign) => sign < 0),
  $lte: comparison((sign) => sign <= 0),
  $cmp: ([a, b]) => new Int32(Math.sign(compareValues(a, b))),
  $in,
};

function ofTwo([name, operator]: [string, ValueOperator]): [string, ValueOperator] {
  return [
    name,
    (values) => {
      if (values.length === 2) return operator(values);
      const given = String(values.length);
      throw locationError(16020, `Expression ${name} takes exactly 2 arguments. ${given} were passed in.`);
    },
  ];
}

export const valueOperators: Readonly<Record<string, ValueOperator>> = {
  $add,
  $multiply: fold('$multiply', times, new Int32(1)),
  $type: ([value]) => typeAlias(value),
  $isNumber: ([value]) => isNumeric(value),
  ...Object.fromEntries(Object.entries(PAIRS).map(ofTwo)),
};
