/** The operators that convert a value into another type. Values arrive promoted (see expression.ts). */
import { Decimal128, ObjectId, Timestamp } from 'bson';
import { evalExpr } from 'mingo/core';
import * as expressions from 'mingo/operators/expression';
import { isNumeric } from '../bson/numbers.ts';
import { show } from '../bson/show.ts';
import { typeAlias } from '../bson/types.ts';
import { isDoc } from '../bson/values.ts';
import { badValue, commandError, failedToParse } from '../errors.ts';
import { isNil, times, type Argument, type Operator } from './arithmetic.ts';

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

export const conversionOperators: Readonly<Record<`$${string}`, Operator>> = {
  $toString,
  $toObjectId,
  $toDate,
  $toDecimal,
  $convert,
};
