/** The tests that query operators stand for, each of one value: equality, order, membership, type, remainder. */
import { BSONRegExp, BSONSymbol, MaxKey, MinKey, ObjectId } from 'bson';
import { compareNumbers, isNumeric, toInteger, toNumber, type Numeric } from '../bson/numbers.ts';
import type { ValueTest } from '../bson/path.ts';
import { show } from '../bson/show.ts';
import { TYPE_NUMBERS, typeAlias } from '../bson/types.ts';
import { compareValues, equalValues, isDoc, typeOrder, type Doc, type Value } from '../bson/values.ts';
import { badValue, typeMismatch } from '../errors.ts';
import { regexTest, type Regex } from './regex.ts';

/** Whether the value is an operator document such as `{$gt: 1}`, and not a literal (a DBRef is one). */
export function isOperatorDoc(value: Value | undefined): value is Doc {
  if (!isDoc(value)) return false;
  const [first] = Object.keys(value);
  return first !== undefined && first.startsWith('$') && !['$ref', '$id', '$db'].includes(first);
}

/** Null equals missing fields too; numbers equal by value whatever their type. */
export function equality(expected: Value): ValueTest {
  if (expected === null) return (value) => value === null || value === undefined;
  if (typeof expected === 'string') {
    return (value) => value === expected || (value instanceof BSONSymbol && value.value === expected);
  }
  if (expected instanceof ObjectId) return (value) => value instanceof ObjectId && value.equals(expected);
  return (value) => equalValues(value, expected);
}

/** A comparison that holds between values of one type only; MinKey and MaxKey compare with all. */
export function ordering(bound: Value, orEqual: boolean, accepts: (sign: number) => boolean): ValueTest {
  if (bound instanceof BSONRegExp) throw badValue("Can't have RegEx as arg to predicate over field.");
  if (bound === null) return orEqual ? equality(null) : () => false;
  if (bound instanceof MinKey || bound instanceof MaxKey) return (value) => accepts(compareValues(value, bound));
  if (isNumeric(bound)) {
    const nan = isNaNValue(bound);
    return (value) => isNumeric(value) && isNaNValue(value) === nan && accepts(compareNumbers(value, bound));
  }
  const order = typeOrder(bound);
  return (value) => typeOrder(value) === order && accepts(compareValues(value, bound));
}

function isNaNValue(value: Numeric): boolean {
  return Number.isNaN(toNumber(value));
}

/** $in: any of the values, which are kept sorted, or of the regular expressions. */
export function membership(operator: string, argument: Value): ValueTest {
  if (!Array.isArray(argument)) throw badValue(`${operator} needs an array`);
  if (argument.some(isOperatorDoc)) throw badValue(`cannot nest $ under ${operator}`);
  const regexes = argument.filter((value) => value instanceof BSONRegExp).map(regexTest);
  const values = argument.filter((value) => !(value instanceof BSONRegExp)).sort(compareValues);
  const includesNull = values.includes(null);
  const has = (value: Value | undefined) => {
    for (let low = 0, high = values.length - 1; low <= high;) {
      const middle = (low + high) >> 1;
      const sign = compareValues(value, values[middle]);
      if (sign === 0) return true;
      if (sign < 0) high = middle - 1;
      else low = middle + 1;
    }
    return false;
  };
  return (value) =>
    (value === undefined ? includesNull : has(value)) || (regexes.length > 0 && regexes.some((test) => test(value)));
}

export function typeTest(argument: Value): ValueTest {
  const wanted = new Set<string>();
  for (const type of Array.isArray(argument) ? argument : [argument]) {
    if (type === 'number') {
      for (const alias of ['int', 'long', 'double', 'decimal']) wanted.add(alias);
      continue;
    }
    if (typeof type !== 'string' && !isNumeric(type)) {
      throw typeMismatch('type must be represented as a number or a string');
    }
    const alias = isNumeric(type)
      ? Object.keys(TYPE_NUMBERS).find((name) => TYPE_NUMBERS[name] === toNumber(type))
      : type;
    if (alias === undefined) throw badValue(`Invalid numerical type code: ${show(type)}`);
    if (!Object.hasOwn(TYPE_NUMBERS, alias)) throw badValue(`Unknown type name alias: ${alias}`);
    wanted.add(alias);
  }
  return (value) => wanted.has(typeAlias(value));
}

export function modulo(argument: Value): ValueTest {
  if (!Array.isArray(argument)) throw badValue('malformed mod, needs to be an array');
  if (argument.length < 2) throw badValue('malformed mod, not enough elements');
  if (argument.length > 2) throw badValue('malformed mod, too many elements');
  const [divisor, remainder] = argument.map(truncated);
  if (divisor === undefined) throw badValue('malformed mod, divisor not a number');
  if (remainder === undefined) throw badValue('malformed mod, remainder not a number');
  if (divisor === 0n) throw badValue('divisor cannot be 0');
  return (value) => {
    const integer = truncated(value);
    return integer !== undefined && integer % divisor === remainder;
  };
}

function truncated(value: Value | undefined): bigint | undefined {
  if (!isNumeric(value)) return undefined;
  const integer = toInteger(value);
  if (integer !== undefined) return integer;
  const number = Math.trunc(toNumber(value));
  return Number.isFinite(number) ? BigInt(number) : undefined;
}

export function regexOf(pattern: Value, options: Value | undefined): Regex {
  if (options !== undefined && typeof options !== 'string') throw badValue('$options has to be a string');
  if (typeof pattern === 'string') return { pattern, options: options ?? '' };
  if (!(pattern instanceof BSONRegExp)) throw badValue('$regex has to be a string');
  return options === undefined ? pattern : { pattern: pattern.pattern, options };
}
