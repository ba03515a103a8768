/** Sort specifications, compiled into orders over documents. Of an array, the smallest element counts, or the largest. */
import { isNumeric, toNumber } from '../bson/numbers.ts';
import { keyValue, parsePath, valuesAtPath, type Path } from '../bson/path.ts';
import { compareValues, isDoc, type Doc, type Value } from '../bson/values.ts';
import { locationError, notSupported } from '../errors.ts';

interface Sorter {
  compare: (a: Doc, b: Doc) => number;
  /** A sorted copy, stable; each item's keys are extracted once. `docOf` gives the document that an item stands for. */
  sort<T>(items: Iterable<T>, docOf: (item: T) => Doc): T[];
}

interface Part {
  path: Path;
  direction: 1 | -1;
}

/**
 * @param spec `{path: 1 | -1, ...}`, the first key deciding
 * @throws CommandError 15975 on a direction other than 1 and -1, 238 on `$meta`
 */
export function compileSort(spec: Doc): Sorter {
  const parts = Object.entries(spec).map(([path, value]): Part => {
    if (isDoc(value)) throw notSupported('sorting by $meta');
    const direction = isNumeric(value) ? toNumber(value) : 0;
    if (direction !== 1 && direction !== -1) {
      throw locationError(15975, '$sort key ordering must be 1 (for ascending) or -1 (for descending)');
    }
    return { path: parsePath(path), direction };
  });
  const keysOf = (doc: Doc) => parts.map((part) => sortKey(doc, part));
  const compareKeys = (a: readonly (Value | undefined)[], b: readonly (Value | undefined)[]) => {
    for (const [i, { direction }] of parts.entries()) {
      const sign = compareValues(a[i], b[i]) * direction;
      if (sign !== 0) return sign;
    }
    return 0;
  };
  return {
    compare: (a, b) => compareKeys(keysOf(a), keysOf(b)),
    sort: (items, docOf) =>
      Array.from(items, (item) => ({ item, keys: keysOf(docOf(item)) }))
        .sort((a, b) => compareKeys(a.keys, b.keys))
        .map(({ item }) => item),
  };
}

function sortKey(doc: Doc, { path, direction }: Part): Value | undefined {
  const values = valuesAtPath(doc, path, true);
  let best = keyValue(values[0]);
  for (let i = 1; i < values.length; i++) {
    const value = keyValue(values[i]);
    if (compareValues(value, best) * direction < 0) best = value;
  }
  return best;
}
