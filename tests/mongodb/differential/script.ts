/** A script of the differential test, and what scripts are made of. */
import { type Document, Int32 } from 'bson';

export interface Script {
  kind: string;
  /** Sent first, and not compared. */
  setup: Document[];
  commands: Document[];
}

export const int = (value_: number): Int32 => new Int32(value_);
export const many = <T>(count: number, make: (n: number) => T): T[] => Array.from({ length: count }, (_, n) => make(n));
export const insert = (coll: string, documents: Document[]): Document => ({ insert: coll, documents });
export const find = (coll: string, filter: Document = {}, more: Document = {}): Document => ({
  find: coll,
  filter,
  sort: { _id: int(1) },
  ...more,
});
const INDEXES: Document[] = [
  { key: { a: int(1) }, name: 'a' },
  { key: { 'a.x': int(1), b: int(-1) }, name: 'ax_b' },
  { key: { c: int(1) }, name: 'c', sparse: true },
];
export const indexed = (coll: string): Document => ({ createIndexes: coll, indexes: INDEXES });
