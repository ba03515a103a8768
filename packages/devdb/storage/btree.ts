/**
 * sorted-btree's class under its own name. The package is CommonJS with a `default` property, which Node's ESM loader and
 * a CommonJS transpiler import differently.
 */
import * as sortedBtree from 'sorted-btree';
import { bulkLoad } from 'sorted-btree/extended/bulkLoad.js';

type Module = typeof sortedBtree.default;
const loaded: Module | Module['default'] = sortedBtree.default;

/** A sorted map with an O(1) `clone()`: both copies can be changed, and share the nodes that neither has changed. */
export const BTree: Module['default'] = 'default' in loaded ? loaded.default : loaded;
export type BTree<K, V> = InstanceType<typeof BTree<K, V>>;

/** For string keys: the package's default order without its checks for other types. */
export function stringOrder(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** For number keys. */
export function numberOrder(a: number, b: number): number {
  return a - b;
}

/** The package's default node size, which `bulkLoad` has to be given. */
const NODE_SIZE = 32;

/** A tree of entries with strictly ascending keys. Several times faster than adding them one by one. */
export function sortedTree<K, V>(keys: K[], values: V[], compare: (a: K, b: K) => number): BTree<K, V> {
  return bulkLoad(keys, values, NODE_SIZE, compare);
}
