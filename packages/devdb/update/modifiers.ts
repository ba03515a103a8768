/**
 * What the update operators do to the one value that a path leads to: `$inc`, `$push` and the others, each parsed once.
 * Where the value is and how it gets there is updater.ts's.
 */
import { BSONRegExp, Timestamp } from 'bson';
import { add, isNumeric, multiply, toInteger, toNumber, type Numeric } from '../bson/numbers.ts';
import { show } from '../bson/show.ts';
import { identical, typeAlias } from '../bson/types.ts';
import { compareValues, equalValues, isDoc, type Doc, type Value } from '../bson/values.ts';
import { badValue, failedToParse, typeMismatch } from '../errors.ts';
import { compileFilter } from '../query/matcher.ts';
import { compileSort } from '../query/sort.ts';
import { isOperatorDoc } from '../query/value-tests.ts';
import { bitModifier } from './bit.ts';
import type { Modifier } from './modifier.ts';

type Parser = (path: string, argument: Value) => Modifier;

/**
 * The parser of the operator's `{path: argument}`; it throws CommandError 2, 9 or 14 on an argument that the operator
 * doesn't take.
 * @throws CommandError 9 on an unknown operator
 */
export function modifierParser(operator: string): Parser {
  const parser = Object.hasOwn(parsers, operator) ? parsers[operator] : undefined;
  if (parser !== undefined) return parser;
  throw failedToParse(
    `Unknown modifier: ${operator}. Expected a valid update modifier or pipeline-style update specified as an array`,
  );
}

const parsers: Readonly<Record<string, Parser>> = {
  $set: (_path, value) => setTo(value),
  $setOnInsert: (_path, value) => (current, target) => (target.insert ? setTo(value)(current, target) : current),
  $unset: () => () => undefined,
  $inc: (path, amount) => arithmetic('$inc', 'increment', path, amount, (current, n) => add(current ?? 0, n)),
  $mul: (path, factor) => arithmetic('$mul', 'multiply', path, factor, (current, n) => multiply(current ?? 0, n)),
  $min: (_path, bound) => (current) => (current === undefined || compareValues(bound, current) < 0 ? bound : current),
  $max: (_path, bound) => (current) => (current === undefined || compareValues(bound, current) > 0 ? bound : current),
  $currentDate: (_path, argument) => currentDate(argument),
  $push,
  $addToSet,
  $pull,
  $pullAll,
  $pop,
  $bit: bitModifier,
};

/** Sets a value, and nothing where the same value of the same type stands already. */
function setTo(value: Value): Modifier {
  return (current) => (current !== undefined && identical(current, value) ? current : value);
}

function arithmetic(
  name: string,
  verb: string,
  path: string,
  operand: Value,
  compute: (current: Numeric | undefined, operand: Numeric) => Numeric | undefined,
): Modifier {
  if (!isNumeric(operand)) throw typeMismatch(`Cannot ${verb} with non-numeric argument: {${path}: ${show(operand)}}`);
  // A missing field starts as 0 of the operand's own type, which adding or multiplying by an int32 keeps.
  return (current, { doc }) => {
    if (current !== undefined && !isNumeric(current)) {
      const field = path.slice(path.lastIndexOf('.') + 1);
      throw typeMismatch(
        `Cannot apply ${name} to a value of non-numeric type. {_id: ${show(doc['_id'])}} has the field '${field}' of non-numeric type ${typeAlias(current)}`,
      );
    }
    const result = current === undefined && name === '$inc' ? operand : compute(current, operand);
    if (result === undefined) {
      throw badValue(
        `Failed to apply ${name} operations to current value (${show(current)}) for document {_id: ${show(doc['_id'])}}`,
      );
    }
    return current !== undefined && identical(current, result) ? current : result;
  };
}

let lastSecond = 0;
let ordinal = 0;

/** A timestamp that this process hands out once. */
function nextTimestamp(): Timestamp {
  const second = Math.floor(Date.now() / 1000);
  ordinal = second === lastSecond ? ordinal + 1 : 1;
  lastSecond = second;
  return new Timestamp({ t: second, i: ordinal });
}

function currentDate(argument: Value): Modifier {
  const type = isDoc(argument) ? argument['$type'] : argument;
  if (type === 'timestamp' && isDoc(argument)) return nextTimestamp;
  if (typeof argument === 'boolean' || (type === 'date' && isDoc(argument))) return () => new Date();
  if (isDoc(argument)) {
    throw badValue(
      "The '$type' string field is required to be 'date' or 'timestamp': {$currentDate: {field : {$type: 'date'}}}",
    );
  }
  throw badValue(
    `${typeAlias(argument)} is not valid type for $currentDate. Please use a boolean ('true') or a $type expression ({$type: 'timestamp/date'}).`,
  );
}

function $push(path: string, argument: Value): Modifier {
  const clauses: Doc = isDoc(argument) && '$each' in argument ? argument : { $each: [argument] };
  for (const clause of Object.keys(clauses)) {
    if (!['$each', '$slice', '$sort', '$position'].includes(clause)) {
      throw badValue(`Unrecognized clause in $push: ${clause}`);
    }
  }
  const items = clauses['$each'];
  if (!Array.isArray(items)) {
    throw badValue(`The argument to $each in $push must be an array but it was of type: ${typeAlias(items)}`);
  }
  const position = integerClause(clauses, '$position');
  const slice = integerClause(clauses, '$slice');
  const order = '$sort' in clauses ? pushOrder(clauses['$sort']) : undefined;
  return (current, { doc }) => {
    if (current !== undefined && !Array.isArray(current)) {
      throw badValue(
        `The field '${path}' must be an array but is of type ${typeAlias(current)} in document {_id: ${show(doc['_id'])}}`,
      );
    }
    const old = current ?? [];
    const at = position ?? old.length;
    const pushed = [...old.slice(0, at), ...items, ...old.slice(at)];
    if (order !== undefined) pushed.sort(order);
    const result = slice === undefined ? pushed : slice < 0 ? pushed.slice(slice) : pushed.slice(0, slice);
    // What was pushed counts as a change, even where a slice has taken it away again.
    return items.length === 0 && current !== undefined && identical(current, result) ? current : result;
  };
}

function integerClause(clauses: Doc, name: string): number | undefined {
  const value = clauses[name];
  if (value === undefined) return undefined;
  const integer = isNumeric(value) ? toInteger(value) : undefined;
  if (integer === undefined) {
    throw badValue(`The value for ${name} must be an integer value but was given type: ${typeAlias(value)}`);
  }
  return Number(integer);
}

function pushOrder(spec: Value): (a: Value, b: Value) => number {
  if (isDoc(spec) && Object.keys(spec).length > 0) {
    const { compare } = compileSort(spec);
    return (a, b) => compare(isDoc(a) ? a : {}, isDoc(b) ? b : {});
  }
  const direction = isNumeric(spec) ? toNumber(spec) : 0;
  if (direction !== 1 && direction !== -1) {
    throw badValue('The $sort is invalid: use 1/-1 to sort the whole element, or {field:1/-1} to sort embedded fields');
  }
  return (a, b) => compareValues(a, b) * direction;
}

function $addToSet(path: string, argument: Value): Modifier {
  const [first, second] = isDoc(argument) ? Object.keys(argument) : [];
  let items: Value[] = [argument];
  if (isDoc(argument) && first === '$each') {
    const each = argument['$each'];
    if (!Array.isArray(each)) {
      throw typeMismatch(`The argument to $each in $addToSet must be an array but it was of type ${typeAlias(each)}`);
    }
    if (second !== undefined) throw badValue(`Found unexpected fields after $each in $addToSet: ${show(argument)}`);
    items = each;
  }
  return (current) => {
    if (current !== undefined && !Array.isArray(current)) {
      throw badValue(
        `Cannot apply $addToSet to non-array field. Field named '${path}' has non-array type ${typeAlias(current)}`,
      );
    }
    const result = current === undefined ? [] : [...current];
    for (const item of items) if (!result.some((element) => equalValues(element, item))) result.push(item);
    return current !== undefined && result.length === current.length ? current : result;
  };
}

function $pull(_path: string, condition: Value): Modifier {
  return without('Cannot apply $pull to a non-array value', pullTest(condition));
}

/** A document is a filter over elements that are documents, unless it holds operators for the element itself. */
function pullTest(condition: Value): (element: Value) => boolean {
  if (isOperatorDoc(condition) || condition instanceof BSONRegExp) {
    const onElement = compileFilter({ element: condition });
    return (element) => onElement.matches({ element });
  }
  if (!isDoc(condition)) return (element) => equalValues(element, condition);
  const matcher = compileFilter(condition);
  return (element) => isDoc(element) && matcher.matches(element);
}

function $pullAll(_path: string, argument: Value): Modifier {
  if (!Array.isArray(argument)) {
    throw badValue(`$pullAll requires an array argument but was given a ${typeAlias(argument)}`);
  }
  return without('Cannot apply $pull to a non-array value', (element) =>
    argument.some((unwanted) => equalValues(unwanted, element)),
  );
}

function without(message: string, unwanted: (element: Value) => boolean): Modifier {
  return (current) => {
    if (current === undefined) return undefined;
    if (!Array.isArray(current)) throw badValue(message);
    const kept = current.filter((element) => !unwanted(element));
    return kept.length === current.length ? current : kept;
  };
}

function $pop(path: string, argument: Value): Modifier {
  if (!isNumeric(argument)) throw failedToParse(`Expected a number in: ${path}: ${show(argument)}`);
  const end = toNumber(argument);
  if (end !== 1 && end !== -1) throw failedToParse(`$pop expects 1 or -1, found: ${show(argument)}`);
  return (current) => {
    if (current === undefined) return undefined;
    if (!Array.isArray(current)) {
      throw typeMismatch(`Path '${path}' contains an element of non-array type '${typeAlias(current)}'`);
    }
    if (current.length === 0) return current;
    return end === 1 ? current.slice(0, -1) : current.slice(1);
  };
}
