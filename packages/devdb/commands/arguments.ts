/** The readers of commands' arguments: each refuses what has the wrong type, by the name of its field. */
import { compileExpression } from '../aggregate/expression.ts';
import { isNumeric, toNumber } from '../bson/numbers.ts';
import { isDoc, type Doc, type Value } from '../bson/values.ts';
import { badValue, type CommandError, notSupported, typeMismatch } from '../errors.ts';
import type { QueryOptions } from '../query/query.ts';

export function wrongType(field: string, expected: string): CommandError {
  return typeMismatch(`BSON field '${field}' is missing or the wrong type, expected type '${expected}'`);
}

/** A numeric argument; `fallback` where it is missing or null. */
export function numberArgument(name: string, value: Value | undefined, fallback: number): number {
  if (value === undefined || value === null) return fallback;
  if (!isNumeric(value)) throw wrongType(name, 'number');
  return toNumber(value);
}

/** A count: a number that isn't negative. */
export function countArgument(name: string, value: Value | undefined, fallback: number): number {
  const count = numberArgument(name, value, fallback);
  if (count < 0) throw badValue(`BSON field '${name}' value must be >= 0, actual value '${String(count)}'`);
  return Math.trunc(count);
}

/** A flag: booleans, and numbers as MongoDB takes them. */
export function flagArgument(value: Value | undefined): boolean {
  return isNumeric(value) ? toNumber(value) !== 0 : value === true;
}

/** A document; empty where it is missing or null. */
export function docArgument(name: string, value: Value | undefined): Doc {
  if (value === undefined || value === null) return {};
  if (!isDoc(value)) throw wrongType(name, 'object');
  return value;
}

/** A list of documents. */
export function docsArgument(name: string, value: Value | undefined): Doc[] {
  if (!Array.isArray(value) || !value.every(isDoc)) throw wrongType(name, 'array of objects');
  return value;
}

/** What a command's `let` stands for: its values are expressions without a document. */
export function letArgument(command: Doc): Doc {
  const given = Object.entries(docArgument('let', command['let']));
  return Object.fromEntries(given.map(([name, value]) => [name, compileExpression(value)({}) ?? null]));
}

/**
 * What a command, or one of its statements, looks for.
 * @param filter the name of the field that holds the filter
 * @param command what holds the `let`, where that isn't the statement itself
 */
export function queryArguments(given: Doc, filter: string, command = given): QueryOptions {
  const sort = docArgument('sort', given['sort']);
  return {
    filter: docArgument(filter, given[filter]),
    sort: Object.keys(sort).length === 0 ? undefined : sort,
    hint: given['hint'],
    variables: letArgument(command),
  };
}

/** `skip` and `limit`, which may be negative to mean a single batch. */
export function pageArguments({ skip, limit }: Doc): { skip: number; limit: number } {
  return { skip: countArgument('skip', skip, 0), limit: Math.abs(Math.trunc(numberArgument('limit', limit, 0))) };
}

/** @throws CommandError 238 when a collation other than the simple one is asked for */
export function refuseCollation({ collation }: Doc): void {
  if (collation === undefined || collation === null) return;
  if (isDoc(collation) && (collation['locale'] === 'simple' || Object.keys(collation).length === 0)) return;
  throw notSupported('collation');
}
