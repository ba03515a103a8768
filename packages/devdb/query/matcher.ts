/**
 * Query filters, compiled once into predicates over documents. Type bracketing, null against missing fields, and arrays
 * follow MongoDB's matcher; `$expr` alone is evaluated by mingo (see expression.ts).
 */
import { BSONRegExp } from 'bson';
import { compileExpression, isTruthy } from '../aggregate/expression.ts';
import { isNumeric, toInteger } from '../bson/numbers.ts';
import { parsePath, someValue, type Path, type Trace, type ValueTest } from '../bson/path.ts';
import { show } from '../bson/show.ts';
import { getField, isDoc, type Doc, type Value } from '../bson/values.ts';
import { badValue, notSupported } from '../errors.ts';
import { bitTest } from './bits.ts';
import { regexTest } from './regex.ts';
import { equality, isOperatorDoc, membership, modulo, ordering, regexOf, typeTest } from './value-tests.ts';

/** A compiled filter. */
export interface Matcher {
  matches(doc: Doc): boolean;
  /**
   * Which element of an array matched, for the positional operator `$`: undefined where no condition looked into an
   * array. To be asked of a document that matches.
   */
  position(doc: Doc): number | undefined;
}

/** A condition on the values of one field, not yet tied to a path. */
type Condition =
  | {
      kind: 'test';
      test: ValueTest;
      /** Whether an array's elements are tested beside the array itself. */
      expandLeaf: boolean;
      /** Of $elemMatch: the element that matched. */
      index?: (value: Value | undefined) => number | undefined;
    }
  | { kind: 'not'; of: Condition }
  | { kind: 'and'; of: readonly Condition[] };

/**
 * Compiles a filter.
 * @param variables what `$$name` stands for in `$expr`: the command's `let`
 * @throws CommandError 2 on a malformed filter, 238 on an operator that this server doesn't have
 */
export function compileFilter(filter: Doc, variables?: Doc): Matcher {
  const matchers = Object.entries(filter).flatMap(([key, value]) =>
    key.startsWith('$') ? topLevel(key, value, variables) : [onPath(fieldCondition(value), parsePath(key))],
  );
  return allOf(matchers);
}

function topLevel(operator: string, argument: Value, variables?: Doc): Matcher[] {
  switch (operator) {
    case '$and':
      return filterList(operator, argument, variables);
    case '$or': {
      const branches = filterList(operator, argument, variables);
      return [{ matches: (doc) => branches.some((branch) => branch.matches(doc)), position: nowhere }];
    }
    case '$nor': {
      const branches = filterList(operator, argument, variables);
      return [{ matches: (doc) => !branches.some((branch) => branch.matches(doc)), position: nowhere }];
    }
    case '$expr': {
      const evaluate = compileExpression(argument, variables);
      return [{ matches: (doc) => isTruthy(evaluate(doc)), position: nowhere }];
    }
    case '$comment':
      return [];
    case '$where':
    case '$text':
    case '$jsonSchema':
      throw notSupported(operator);
    default:
      throw badValue(
        `unknown top level operator: ${operator}. If you have a field name that starts with a '$' symbol, consider using $getField or $setField.`,
      );
  }
}

function filterList(operator: string, argument: Value, variables?: Doc): Matcher[] {
  if (!Array.isArray(argument)) throw badValue(`${operator} must be an array`);
  if (argument.length === 0) throw badValue('$and/$or/$nor must be a nonempty array');
  return argument.map((filter) => {
    if (!isDoc(filter)) throw badValue('$or/$and/$nor entries need to be full objects');
    return compileFilter(filter, variables);
  });
}

function nowhere(): undefined {
  return undefined;
}

function allOf(matchers: readonly Matcher[]): Matcher {
  const [only] = matchers;
  if (only !== undefined && matchers.length === 1) return only;
  return {
    matches(doc) {
      for (const matcher of matchers) if (!matcher.matches(doc)) return false;
      return true;
    },
    position: (doc) => matchers.reduce<number | undefined>((found, m) => m.position(doc) ?? found, undefined),
  };
}

function onPath(condition: Condition, path: Path): Matcher {
  if (condition.kind === 'and') return allOf(condition.of.map((part) => onPath(part, path)));
  if (condition.kind === 'not') {
    const inner = onPath(condition.of, path);
    return { matches: (doc) => !inner.matches(doc), position: nowhere };
  }
  const { test, expandLeaf, index } = condition;
  const [key] = path as [string];
  return {
    matches:
      path.length > 1
        ? (doc) => someValue(doc, path, expandLeaf, test)
        : (doc) => {
            const value = getField(doc, key);
            return (expandLeaf && Array.isArray(value) && value.some(test)) || test(value);
          },
    position(doc) {
      const trace: Trace = { index: undefined };
      let inner: number | undefined;
      const traced: ValueTest = index === undefined ? test : (value) => (inner = index(value)) !== undefined;
      someValue(doc, path, expandLeaf, traced, trace);
      return trace.index ?? inner;
    },
  };
}

/** The condition as a test of one value by itself, whose elements don't count: how $elemMatch asks. */
function onValue(condition: Condition): ValueTest {
  if (condition.kind === 'test') return condition.test;
  if (condition.kind === 'not') {
    const inner = onValue(condition.of);
    return (value) => !inner(value);
  }
  const tests = condition.of.map(onValue);
  return (value) => tests.every((test) => test(value));
}

function testing(test: ValueTest): Condition {
  return { kind: 'test', test, expandLeaf: true };
}

function not(of: Condition): Condition {
  return { kind: 'not', of };
}

/** What a filter says of one field: operators, a regular expression, or a value to equal. */
function fieldCondition(value: Value): Condition {
  if (value instanceof BSONRegExp) return testing(regexTest(value));
  return isOperatorDoc(value) ? operators(value) : testing(equality(value));
}

function operators(doc: Doc): Condition {
  const of = Object.entries(doc).flatMap(([operator, argument]) => {
    if (operator === '$regex') return [testing(regexTest(regexOf(argument, doc['$options'])))];
    if (operator !== '$options') return [operatorCondition(operator, argument)];
    if (!('$regex' in doc)) throw badValue('$options needs a $regex');
    return [];
  });
  const [only] = of;
  return only !== undefined && of.length === 1 ? only : { kind: 'and', of };
}

function operatorCondition(operator: string, argument: Value): Condition {
  switch (operator) {
    case '$eq':
      return testing(equality(argument));
    case '$ne':
      if (argument instanceof BSONRegExp) throw badValue("Can't have regex as arg to $ne.");
      return not(testing(equality(argument)));
    case '$gt':
      return testing(ordering(argument, false, (sign) => sign > 0));
    case '$gte':
      return testing(ordering(argument, true, (sign) => sign >= 0));
    case '$lt':
      return testing(ordering(argument, false, (sign) => sign < 0));
    case '$lte':
      return testing(ordering(argument, true, (sign) => sign <= 0));
    case '$in':
      return testing(membership(operator, argument));
    case '$nin':
      return not(testing(membership(operator, argument)));
    case '$not':
      if (argument instanceof BSONRegExp) return not(testing(regexTest(argument)));
      if (!isDoc(argument)) throw badValue('$not needs a regex or a document');
      if (Object.keys(argument).length === 0) throw badValue('$not cannot be empty');
      return not(operators(argument));
    case '$exists': {
      const present = testing((value) => value !== undefined);
      return isTruthy(argument) ? present : not(present);
    }
    case '$type':
      return testing(typeTest(argument));
    case '$mod':
      return testing(modulo(argument));
    case '$size':
      return sizeCondition(argument);
    case '$all':
      return allCondition(argument);
    case '$elemMatch':
      return elemMatch(argument);
    case '$bitsAllSet':
      return testing(bitTest(operator, argument, (bits, mask) => bits === mask));
    case '$bitsAnySet':
      return testing(bitTest(operator, argument, (bits) => bits !== 0n));
    case '$bitsAllClear':
      return testing(bitTest(operator, argument, (bits) => bits === 0n));
    case '$bitsAnyClear':
      return testing(bitTest(operator, argument, (bits, mask) => bits !== mask));
    case '$near':
    case '$nearSphere':
    case '$geoWithin':
    case '$geoIntersects':
    case '$within':
      throw notSupported(operator);
    default:
      throw badValue(`unknown operator: ${operator}`);
  }
}

function sizeCondition(argument: Value): Condition {
  const size = isNumeric(argument) ? toInteger(argument) : undefined;
  if (size === undefined || size < 0n) {
    const wanted = size === undefined ? 'an integer' : 'a non-negative number';
    throw badValue(`Failed to parse $size. Expected ${wanted} in: $size: ${show(argument)}`);
  }
  const length = Number(size);
  return { kind: 'test', expandLeaf: false, test: (value) => Array.isArray(value) && value.length === length };
}

function allCondition(argument: Value): Condition {
  if (!Array.isArray(argument)) throw badValue('$all needs an array');
  if (argument.length === 0) return testing(() => false);
  const isElemMatch = (value: Value) => isOperatorDoc(value) && Object.keys(value)[0] === '$elemMatch';
  if (argument.some((value) => isOperatorDoc(value) && !(isElemMatch(value) && argument.every(isElemMatch)))) {
    throw badValue('no $ expressions in $all');
  }
  return { kind: 'and', of: argument.map(fieldCondition) };
}

/** One element of the array meets all conditions: operators on the element itself, or a filter over a document. */
function elemMatch(argument: Value): Condition {
  if (!isDoc(argument)) throw badValue('$elemMatch needs an Object');
  const [first] = Object.keys(argument);
  const onElement = isOperatorDoc(argument) && !['$and', '$or', '$nor', '$expr', '$where'].includes(first ?? '');
  const test = onElement ? onValue(operators(argument)) : documentTest(compileFilter(argument));
  const index = (value: Value | undefined) => {
    const found = Array.isArray(value) ? value.findIndex(test) : -1;
    return found === -1 ? undefined : found;
  };
  return { kind: 'test', expandLeaf: false, test: (value) => Array.isArray(value) && value.some(test), index };
}

function documentTest(matcher: Matcher): ValueTest {
  // An array is a document too, whose fields are its positions.
  return (value) =>
    Array.isArray(value)
      ? matcher.matches(Object.fromEntries(value.entries()))
      : isDoc(value) && matcher.matches(value);
}
