/**
 * Dotted paths ("items.price", "tags.0") over documents, with MongoDB's rules for arrays on the path. There are two
 * traversals: queries look at array elements and positions; index and sort keys expand arrays.
 */
import { getField, isDoc, type Doc, type Value } from './values.ts';

/** A path, split at its dots. */
export type Path = readonly string[];

export function parsePath(path: string): Path {
  return path.split('.');
}

/** Whether a part of a path is an array position: "0" and "17" are, "01" and "-1" are not. */
export function isArrayIndex(part: string): boolean {
  return /^(?:0|[1-9]\d*)$/.test(part);
}

/** The value at a path through documents only; undefined if an array lies on it. */
export function plainValueAt(doc: Doc, path: Path): Value | undefined {
  let value: Value | undefined = doc;
  for (const part of path) value = isDoc(value) ? getField(value, part) : undefined;
  return value;
}

/** The top-level fields that a filter names, also inside $and, $or and $nor. */
export function rootsOf(filter: Doc, found = new Set<string>()): Set<string> {
  for (const [key, value] of Object.entries(filter)) {
    if (!key.startsWith('$')) found.add(key.split('.', 1)[0] ?? key);
    else if (Array.isArray(value)) for (const part of value.filter(isDoc)) rootsOf(part, found);
  }
  return found;
}

/** A test of a value, or of undefined if the document has none at the path. */
export type ValueTest = (value: Value | undefined) => boolean;

/** Receives the index of the matching element in the outermost array that the path went through implicitly. */
export interface Trace {
  index: number | undefined;
}

/**
 * Whether any value that a query on this path looks at passes the test. In an array on the path, each element is
 * tried, and also the element at a position if the next part of the path is a number. For an array at the end, each
 * element and then the whole array is tested (with `expandLeaf` false only the whole, as for $size and $elemMatch).
 * Undefined is tested for a document that lacks the field, but not for an array on the path that has no documents.
 */
export function someValue(doc: Doc, path: Path, expandLeaf: boolean, test: ValueTest, trace?: Trace): boolean {
  return walkDoc(doc, path, 0, expandLeaf, test, trace);
}

function walkDoc(doc: Doc, path: Path, start: number, expandLeaf: boolean, test: ValueTest, trace?: Trace): boolean {
  const last = path.length - 1;
  let current = doc;
  for (let i = start; ; i++) {
    const value = getField(current, path[i] as string);
    if (Array.isArray(value)) {
      if (i < last) return walkArray(value, path, i + 1, expandLeaf, test, trace);
      return (expandLeaf && someElement(value, test, trace)) || test(value);
    }
    if (i === last) return test(value);
    if (!isDoc(value)) return test(undefined);
    current = value;
  }
}

function someElement(array: readonly Value[], test: ValueTest, trace?: Trace): boolean {
  for (let k = 0; k < array.length; k++) {
    if (test(array[k])) {
      if (trace !== undefined) trace.index = k;
      return true;
    }
  }
  return false;
}

function walkArray(
  array: readonly Value[],
  path: Path,
  i: number,
  expandLeaf: boolean,
  test: ValueTest,
  trace?: Trace,
): boolean {
  const part = path[i] as string;
  const position = isArrayIndex(part) ? Number(part) : -1;
  const atEnd = i === path.length - 1;
  for (let k = 0; k < array.length; k++) {
    const element = array[k] as Value;
    const nested = isDoc(element);
    if (nested && walkDoc(element, path, i, expandLeaf, test, trace)) {
      if (trace !== undefined) trace.index = k;
      return true;
    }
    if (k !== position) continue;
    if (atEnd) {
      if (test(element)) return true;
    } else if (nested) {
      if (walkDoc(element, path, i + 1, expandLeaf, test, trace)) return true;
    } else if (Array.isArray(element)) {
      if (walkArray(element, path, i + 1, expandLeaf, test, trace)) return true;
    }
  }
  return false;
}

/** What `valuesAtPath` gives for an array without elements; an empty array within an array is a value like others. */
export const NO_ELEMENTS: Value[] = [];

/**
 * The values that an index on this path holds for the document; at least one. An array is expanded to its elements,
 * unless a number in the path picks one; that one is expanded too, unless `keepsPicked`. A missing field gives `undefined`, an empty array gives `NO_ELEMENTS`. Values
 * may repeat. `keyValue` turns them into the values that are compared.
 */
export function valuesAtPath(doc: Doc, path: Path, keepsPicked = false): (Value | undefined)[] {
  const first = path.length === 1 ? getField(doc, path[0] as string) : undefined;
  if (path.length === 1 && !Array.isArray(first)) return [first];
  const values: (Value | undefined)[] = [];
  collect(doc, path, 0, values, keepsPicked);
  return values;
}

function collect(
  value: Value | undefined,
  path: Path,
  i: number,
  into: (Value | undefined)[],
  keepsPicked: boolean,
): void {
  if (i === path.length) {
    if (!Array.isArray(value)) into.push(value);
    else if (value.length === 0) into.push(NO_ELEMENTS);
    else for (const element of value) into.push(element);
  } else if (Array.isArray(value)) {
    collectFromArray(value, path, i, into, keepsPicked);
  } else {
    collect(isDoc(value) ? getField(value, path[i] as string) : undefined, path, i + 1, into, keepsPicked);
  }
}

function collectFromArray(
  array: readonly Value[],
  path: Path,
  i: number,
  into: (Value | undefined)[],
  keepsPicked: boolean,
): void {
  const part = path[i] as string;
  if (isArrayIndex(part)) {
    const element = array[Number(part)];
    // An empty array within it is none of its elements.
    const isWhole = keepsPicked && i + 1 === path.length && !(Array.isArray(element) && element.length === 0);
    if (isWhole) into.push(element);
    else collect(element, path, i + 1, into, keepsPicked);
  } else if (array.length === 0) {
    into.push(undefined);
  } else {
    for (const element of array) {
      if (isDoc(element)) collect(element, path, i, into, keepsPicked);
      else into.push(undefined);
    }
  }
}

/**
 * How an index or a sort sees a value of `valuesAtPath`: a missing field counts as null, and an empty array as
 * undefined, which comes before null.
 */
export function keyValue(value: Value | undefined): Value | undefined {
  if (value === undefined) return null;
  return value === NO_ELEMENTS ? undefined : value;
}

/** Whether path `a` equals `b` or is a parent of it: "a" of "a.b", but not of "ab". */
export function isPrefix(a: string, b: string): boolean {
  return b.startsWith(a) && (b.length === a.length || b[a.length] === '.');
}
