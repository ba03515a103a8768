/**
 * sorted-btree's class under its own name: the package is CommonJS with a `default` property, which Node's ESM loader and
 * a CommonJS transpiler hand over differently.
 */
import * as sortedBtree from 'sorted-btree';
import { bulkLoad } from 'sorted-btree/extended/bulkLoad.js';

type Module = typeof sortedBtree.default;
const loaded: Module | Module['default'] = sortedBtree.default;

/** A sorted map with an O(1) `clone()`: both copies can be changed, and share what neither has. */
export const BTree: Module['default'] = 'default' in loaded ? loaded.default : loaded;
export type BTree<K, V> = InstanceType<typeof BTree<K, V>>;

/** For string keys: the same order as the package's default, without its tests for other types. */
export function compareStrings(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** For number keys. */
export function compareNumbers(a: number, b: number): number {
  return a - b;
}

/** The package's node size, which `bulkLoad` wants to be told. */
const NODE_SIZE = 32;

/** A tree of entries whose keys are in strictly ascending order: several times faster than adding them one by one. */
export function sortedTree<K, V>(keys: K[], values: V[], compare: (a: K, b: K) => number): BTree<K, V> {
  return bulkLoad(keys, values, NODE_SIZE, compare);
}
