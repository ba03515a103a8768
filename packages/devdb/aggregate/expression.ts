/**
 * Aggregation expressions. What only picks, compares or adds values is computed here, over values with their BSON types; the
 * rest by mingo. mingo computes with plain JavaScript values, so documents are promoted before (int32, double and int64
 * become numbers) and types restored after: a number that comes out where it went in keeps its type; a computed one is an
 * int32, an int64 or a double by its value. What mingo gets wrong over BSON values is replaced (operators.ts); what isn't
 * replaced fails on decimal128 by an error.
 */
import { BSONRegExp, Decimal128, Double, Int32, Long } from 'bson';
import { Aggregator } from 'mingo/aggregator';
import { Context, evalExpr, ProcessingMode } from 'mingo/core';
import * as accumulators from 'mingo/operators/accumulator';
import * as expressions from 'mingo/operators/expression';
import * as stages from 'mingo/operators/pipeline';
import type { AccumulatorOperator, ExpressionOperator, Options, PipelineOperator } from 'mingo/types';
import { isNumeric, toNumber } from '../bson/numbers.ts';
import { parsePath, type Path } from '../bson/path.ts';
import { getField, isDoc, setField, type Doc, type Value } from '../bson/values.ts';
import { badValue, CommandError, commandError, locationError } from '../errors.ts';
import { compileRegex } from '../query/regex.ts';
import { promoteNumber, valueOperators, type ComputeOptions } from './arithmetic.ts';
import { accumulatorOperators, expressionOperators } from './operators.ts';

/** Where promoted documents and arrays came from, so that untouched numbers get their types back. */
const origins = new WeakMap<object, Value>();

/** A value as mingo computes with it. Idempotent. */
export function promote(value: Value): unknown {
  if (isNumeric(value)) return promoteNumber(value);
  if (value instanceof BSONRegExp) return compileRegex(value.pattern, value.options);
  if (Array.isArray(value)) return remember(value.map(promote), value);
  if (!isDoc(value) || origins.has(value)) return value;
  const promoted: Doc = {};
  // Promoted values are no BSON values, but travel through the same containers.
  for (const key of Object.keys(value)) setField(promoted, key, promote(value[key] as Value) as Value);
  return remember(promoted, value);
}

function remember<T extends object>(promoted: T, origin: Value): T {
  origins.set(promoted, origin);
  return promoted;
}

/** A computed value as BSON. `origin` is what stood in its place before, if anything did. */
export function restore(value: unknown, origin?: Value): Value {
  if (typeof value === 'number') return restoreNumber(value, origin);
  if (value === undefined) return null;
  if (value instanceof RegExp) {
    return origin instanceof BSONRegExp ? origin : new BSONRegExp(value.source, value.flags.replace('u', ''));
  }
  if (Array.isArray(value)) {
    const from = origins.get(value) ?? origin;
    return value.map((element, i) => restore(element, Array.isArray(from) ? from[i] : undefined));
  }
  if (!isDoc(value)) return value as Value;
  const from = origins.get(value) ?? origin;
  const restored: Doc = {};
  for (const key of Object.keys(value)) {
    const field = value[key];
    if (field !== undefined) setField(restored, key, restore(field, isDoc(from) ? from[key] : undefined));
  }
  return restored;
}

function restoreNumber(value: number, origin: Value | undefined): Value {
  if (isNumeric(origin) && !(origin instanceof Decimal128) && Object.is(toNumber(origin), value)) return origin;
  if ((value | 0) === value && !Object.is(value, -0)) return new Int32(value);
  return Number.isSafeInteger(value) ? Long.fromNumber(value) : new Double(value);
}

/** Whether an expression's result counts as true: all but false, null, missing and zero. */
export function isTruthy(value: Value | undefined): boolean {
  if (isNumeric(value)) return toNumber(value) !== 0;
  return value !== undefined && value !== null && value !== false;
}

/**
 * Compiles an expression into a function of a document, whose result is undefined where the expression has none (a
 * missing field). Its second argument, if any, is what the result replaces: equal numbers in it lend their types.
 * @param variables what `$$name` stands for
 * @throws CommandError 168 on an unknown operator; when evaluated, on an undefined variable (17276) or arguments of a
 *   wrong type
 */
export function compileExpression(expr: Value, variables?: Doc): Evaluate {
  checkOperators(expr);
  return compile(expr, variables);
}

/** An expression's value for a document; undefined for none. */
type Evaluate = (doc: Doc, replaced?: Value) => Value | undefined;

/** Over the values as they are stored, as far as mingo isn't needed. */
function compile(expr: Value, variables: Doc | undefined): Evaluate {
  if (typeof expr === 'string' && expr.startsWith('$')) return variableOrField(expr, variables);
  if (Array.isArray(expr)) {
    const elements = expr.map((element) => compile(element, variables));
    return (doc) => elements.map((element) => element(doc) ?? null);
  }
  if (!isDoc(expr)) return () => expr;
  const [name] = Object.keys(expr);
  if (name?.startsWith('$') === true) {
    return compileOperator(name, expr[name] as Value, variables) ?? byMingo(expr, variables);
  }
  const fields = Object.entries(expr).map(([key, field]) => [key, compile(field, variables)] as const);
  return (doc) => {
    const result: Doc = {};
    for (const [key, field] of fields) {
      const value = field(doc);
      if (value !== undefined) setField(result, key, value);
    }
    return result;
  };
}

function variableOrField(expr: string, variables: Doc | undefined): Evaluate {
  if (expr === '$$ROOT' || expr === '$$CURRENT') return (doc) => doc;
  if (expr.startsWith('$$')) return byMingo(expr, variables);
  const path = parsePath(expr.slice(1));
  // Only if it is needed, because mingo copies all of its operators.
  let throughArrays: Evaluate | undefined;
  return (doc, replaced) => {
    const direct = fieldValue(doc, path);
    if (direct !== NOT_DIRECT) return direct;
    throughArrays ??= byMingo(expr, variables);
    return throughArrays(doc, replaced);
  };
}

/** Undefined for what mingo computes. */
function compileOperator(name: string, argument: Value, variables: Doc | undefined): Evaluate | undefined {
  if (name === '$literal') return () => argument;
  const list = Array.isArray(argument) ? argument : [argument];
  const values = (): Evaluate[] => list.map((each) => compile(each, variables));
  const operator = Object.hasOwn(valueOperators, name) ? valueOperators[name] : undefined;
  if (operator !== undefined) {
    const given = values();
    return (doc) => operator(given.map((each) => each(doc)));
  }
  switch (name) {
    case '$and': {
      const given = values();
      return (doc) => given.every((each) => isTruthy(each(doc)));
    }
    case '$or': {
      const given = values();
      return (doc) => given.some((each) => isTruthy(each(doc)));
    }
    case '$not': {
      const [given] = values();
      return (doc) => !isTruthy(given?.(doc));
    }
    case '$ifNull': {
      const given = values();
      return (doc) => {
        let value: Value | undefined;
        for (const each of given) if ((value = each(doc)) !== undefined && value !== null) break;
        return value;
      };
    }
    case '$cond': {
      const three = isDoc(argument) ? [argument['if'], argument['then'], argument['else']] : list;
      if (three.length !== 3 || three.includes(undefined)) return undefined;
      const [condition, then, otherwise] = three.map((each) => compile(each ?? null, variables));
      return (doc) => (isTruthy(condition?.(doc)) ? then?.(doc) : otherwise?.(doc));
    }
    default:
      return undefined;
  }
}

function byMingo(expr: Value, variables: Doc | undefined): Evaluate {
  const aggregator = new Aggregator([{ $evaluate: promote(expr) }], mingoOptions(variables));
  return (doc, replaced) => {
    const [result] = translated(() => aggregator.run<Evaluated>([promote(doc)]));
    return result?.value === undefined ? undefined : restore(result.value, replaced);
  };
}

function checkOperators(expr: Value): void {
  if (Array.isArray(expr)) expr.forEach(checkOperators);
  if (!isDoc(expr)) return;
  for (const [key, value] of Object.entries(expr)) {
    if (key.startsWith('$') && !operatorNames.has(key)) {
      throw commandError('InvalidPipelineOperator', `Unrecognized expression '${key}'`);
    }
    if (key !== '$literal') checkOperators(value);
  }
}

const NOT_DIRECT = Symbol('an array on the way');

/** What a field path leads to, untouched, as long as there are only documents on the way. */
function fieldValue(doc: Doc, path: Path): Value | undefined | typeof NOT_DIRECT {
  let value: Value | undefined = doc;
  for (const part of path) {
    if (Array.isArray(value)) return NOT_DIRECT;
    value = isDoc(value) ? getField(value, part) : undefined;
  }
  return value;
}

/** Runs something of mingo's and gives its errors MongoDB's codes. */
export function translated<T>(run: () => T): T {
  try {
    return run();
  } catch (error) {
    if (error instanceof CommandError || !(error instanceof Error)) throw error;
    if (error.message.startsWith('Use of undefined variable')) throw locationError(17276, error.message);
    throw badValue(error.message);
  }
}

interface Evaluated extends Record<string, unknown> {
  value: unknown;
}

interface Documents {
  map(compute: (doc: Doc) => Evaluated): Documents;
}

/**
 * A pipeline stage of this server: gives the expression's value for each document. An aggregator makes its options
 * once, so this is how one set of options serves every evaluation. Clients can't name it: compileStage knows only
 * MongoDB's stages.
 */
function $evaluate(docs: Documents, expr: unknown, options: ComputeOptions): Documents {
  return docs.map((root) => ({ value: evalExpr(root, expr, options.update({ root })) }));
}

const operatorNames: ReadonlySet<string> = new Set(
  [expressions, accumulators, expressionOperators, accumulatorOperators].flatMap((operators) => Object.keys(operators)),
);

const context = Context.init({
  // The casts: mingo's types are the intersections of its own operators' signatures, which no operator of ours can have.
  expression: { ...expressions, ...expressionOperators } as unknown as Record<string, ExpressionOperator>,
  accumulator: { ...accumulators, ...accumulatorOperators } as unknown as Record<string, AccumulatorOperator>,
  pipeline: { ...stages, $evaluate } as unknown as Record<string, PipelineOperator>,
});

/** mingo's options with the operators as this server has them. */
export function mingoOptions(variables?: Doc): Options {
  return {
    idKey: '_id',
    scriptEnabled: false,
    useStrictMode: true,
    failOnError: true,
    processingMode: ProcessingMode.CLONE_OFF,
    variables: variables === undefined ? {} : (promote(variables) as Record<string, unknown>),
    context,
  };
}
