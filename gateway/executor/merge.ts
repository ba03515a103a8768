/**
 * Works on the data that subgraphs have sent so far: finds the objects at a plan's path, finds their paths in the
 * response, and merges new data into them.
 */
import { isObject, own, setOwn, type JsonObject, type JsonValue } from '../../runtime/json.ts';
import { clientName } from './names.ts';

/** A plan's path: field names, and `@` for "each element of this list". */
export type FlattenPath = readonly string[];
/** A path in the response, as in GraphQL errors. */
export type ResponsePath = readonly (string | number)[];

/** The objects at `path`, in the order of the response, without nulls. */
export function objectsAt(root: JsonObject, path: FlattenPath): JsonObject[] {
  if (path.length === 0) return [root];
  const found: JsonObject[] = [];
  collect(root, path, 0, found);
  return found;
}

function collect(value: JsonValue, path: FlattenPath, depth: number, found: JsonObject[]): void {
  if (value === null || value === undefined) return;
  if (Array.isArray(value)) {
    const next = path[depth] === '@' ? depth + 1 : depth;
    for (const element of value) collect(element, path, next, found);
    return;
  }
  const key = path[depth];
  if (typeof value !== 'object') return;
  if (key === undefined) found.push(value);
  else collect(own(value, key), path, depth + 1, found);
}

/**
 * The paths of `objects` in the response. They are needed only to report an error, so this searches for them instead of
 * having every fetch keep paths. An object that another fetch has replaced meanwhile is left out.
 */
export function placesOf(
  root: JsonObject,
  path: FlattenPath,
  objects: ReadonlySet<JsonObject>,
): Map<JsonObject, ResponsePath> {
  const places = new Map<JsonObject, ResponsePath>();
  const visit = (value: JsonValue, depth: number, at: ResponsePath): void => {
    if (Array.isArray(value)) {
      const next = path[depth] === '@' ? depth + 1 : depth;
      value.forEach((element, index) => {
        visit(element, next, [...at, index]);
      });
    } else if (isObject(value)) {
      const key = path[depth];
      if (key !== undefined) visit(own(value, key), depth + 1, [...at, clientName(key)]);
      else if (objects.has(value)) places.set(value, at);
    }
  };
  visit(root, 0, []);
  return places;
}

/**
 * Merges `source` into `target`, deeply. Lists of the same length are merged element by element: they are the same list
 * from two subgraphs. `source` must not be used afterwards; for several targets, use `mergeCopy` for the others.
 */
export function merge(target: JsonObject, source: JsonObject): void {
  for (const key in source) {
    const incoming = source[key];
    if (incoming !== undefined) setOwn(target, key, merged(own(target, key), incoming));
  }
}

/** As `merge`, but `source` stays unchanged and unshared: data merged into one place later must not appear in another. */
export function mergeCopy(target: JsonObject, source: JsonObject): void {
  for (const key in source) {
    const incoming = source[key];
    if (incoming !== undefined) setOwn(target, key, merged(own(target, key), copy(incoming)));
  }
}

function merged(existing: JsonValue, incoming: JsonValue): JsonValue {
  if (typeof existing !== 'object' || existing === null) return incoming;
  if (Array.isArray(existing)) {
    if (!Array.isArray(incoming) || incoming.length !== existing.length) return incoming;
    for (let index = 0; index < existing.length; index++) {
      const element = existing[index];
      const other = incoming[index];
      // For lists within lists, the later subgraph's data is taken, as in Apollo's executor.
      if (isObject(element) && isObject(other)) merge(element, other);
      else existing[index] = other;
    }
    return existing;
  }
  if (!isObject(incoming)) return incoming;
  merge(existing, incoming);
  return existing;
}

function copy(value: JsonValue): JsonValue {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map(copy);
  const result: JsonObject = {};
  for (const key in value) setOwn(result, key, copy(value[key]));
  return result;
}
