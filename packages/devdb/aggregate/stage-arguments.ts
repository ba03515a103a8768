/** The arguments of pipeline stages, checked; each throws the error that MongoDB has for it. */
import { isNumeric, toInteger } from '../bson/numbers.ts';
import { show } from '../bson/show.ts';
import { typeAlias } from '../bson/types.ts';
import { isDoc, type Doc, type Value } from '../bson/values.ts';
import { failedToParse, locationError, typeMismatch } from '../errors.ts';

export function docOf(name: string, value: Value): Doc {
  if (isDoc(value)) return value;
  throw locationError(15959, `the ${name} specification must be an object`);
}

export function sortSpec(value: Value): Doc {
  const spec = docOf('$sort', value);
  if (Object.keys(spec).length === 0) throw locationError(15976, '$sort stage must have at least one sort key');
  return spec;
}

export function countOf(name: string, value: Value, least: number): number {
  const n = isNumeric(value) ? toInteger(value) : undefined;
  if (n !== undefined && n >= least) return Number(n);
  throw locationError(name === '$limit' ? 15958 : 15956, `invalid argument to ${name} stage: ${show(value)}`);
}

export function nonEmpty(spec: Doc): Doc {
  if (Object.keys(spec).length > 0) return spec;
  throw locationError(51272, 'Invalid $project :: caused by :: projection specification must have at least one field');
}

export function listOf(name: string, value: Value): readonly Value[] {
  if (Array.isArray(value)) return value;
  throw typeMismatch(`the pipeline of ${name} must be an array, found ${typeAlias(value)}`);
}

export function textOf(name: string, field: string, value: Value): string {
  if (typeof value === 'string' && value !== '') return value;
  throw failedToParse(`${name} argument '${field}' must be a non-empty string, found ${show(value)}`);
}
