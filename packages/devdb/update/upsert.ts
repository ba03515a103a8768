/** What an upsert takes over from its filter into the document that it inserts. */
import { BSONRegExp, ObjectId } from 'bson';
import { isPrefix, parsePath } from '../bson/path.ts';
import { typeAlias } from '../bson/types.ts';
import { getField, isDoc, setField, type Doc, type Value } from '../bson/values.ts';
import { commandError } from '../errors.ts';
import { isOperatorDoc } from '../query/value-tests.ts';

/**
 * The fields that the filter fixes by equality, in the filter's order, dotted paths as embedded documents.
 * @throws CommandError 54 where two conditions fix the same path
 */
export function upsertSeed(filter: Doc): Doc {
  const seed: Doc = {};
  for (const [path, value] of equalities(filter)) plant(seed, path, value);
  return seed;
}

/** Only `_id`, which is all that a replacement takes over. */
export function upsertId(filter: Doc): Value | undefined {
  return equalities(filter).get('_id');
}

/**
 * A document ready for insertion: `_id` first, and made up where there is none.
 * @throws CommandError 53 on an `_id` that is an array or a regular expression
 */
export function withId(doc: Doc): Doc {
  const { _id = new ObjectId(), ...rest } = doc;
  if (Array.isArray(_id) || _id instanceof BSONRegExp) {
    throw commandError('InvalidIdField', `The '_id' value cannot be of type ${typeAlias(_id)}`);
  }
  return { _id, ...rest };
}

function equalities(filter: Doc, found = new Map<string, Value>()): Map<string, Value> {
  for (const [key, condition] of Object.entries(filter)) {
    if (Array.isArray(condition) && (key === '$and' || (key === '$or' && condition.length === 1))) {
      for (const part of condition) if (isDoc(part)) equalities(part, found);
    } else if (!key.startsWith('$')) {
      const value = fixedValue(condition);
      if (value === undefined) continue;
      for (const other of found.keys()) {
        if (other === key) notSingle(`path '${key}' is matched twice`);
        if (isPrefix(other, key) || isPrefix(key, other)) notSingle(`both paths '${other}' and '${key}' are matched`);
      }
      found.set(key, value);
    }
  }
  return found;
}

function notSingle(reason: string): never {
  throw commandError('NotSingleValueField', `cannot infer query fields to set, ${reason}`);
}

function fixedValue(condition: Value): Value | undefined {
  if (condition instanceof BSONRegExp) return undefined;
  if (!isOperatorDoc(condition)) return condition;
  if ('$eq' in condition) return condition['$eq'];
  const list = condition['$in'] ?? condition['$all'];
  const only = Array.isArray(list) && list.length === 1 ? list[0] : undefined;
  return only instanceof BSONRegExp || isOperatorDoc(only) ? undefined : only;
}

function plant(doc: Doc, path: string, value: Value): void {
  const parts = [...parsePath(path)];
  const last = parts.pop() as string;
  let parent = doc;
  for (const part of parts) {
    const child = getField(parent, part);
    const next = isDoc(child) ? child : {};
    if (next !== child) setField(parent, part, next);
    parent = next;
  }
  setField(parent, last, value);
}
