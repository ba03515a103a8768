/** The types of BSON values by name and number, and whether two values are the same down to their types. */
import { BSONSymbol, serialize } from 'bson';
import { isNumeric, numberKind } from './numbers.ts';
import { compareValues, ORDER, typeOrder, type Value } from './values.ts';

/** The numbers that `$type` takes, by alias. */
export const TYPE_NUMBERS: Readonly<Record<string, number>> = {
  double: 1,
  string: 2,
  object: 3,
  array: 4,
  binData: 5,
  undefined: 6,
  objectId: 7,
  bool: 8,
  date: 9,
  null: 10,
  regex: 11,
  dbPointer: 12,
  javascript: 13,
  symbol: 14,
  javascriptWithScope: 15,
  int: 16,
  timestamp: 17,
  long: 18,
  decimal: 19,
  minKey: -1,
  maxKey: 127,
};

const ALIAS_BY_ORDER: Readonly<Record<number, string>> = {
  [ORDER.minKey]: 'minKey',
  [ORDER.missing]: 'missing',
  [ORDER.null]: 'null',
  [ORDER.object]: 'object',
  [ORDER.array]: 'array',
  [ORDER.binData]: 'binData',
  [ORDER.objectId]: 'objectId',
  [ORDER.bool]: 'bool',
  [ORDER.date]: 'date',
  [ORDER.timestamp]: 'timestamp',
  [ORDER.regex]: 'regex',
  [ORDER.code]: 'javascript',
  [ORDER.codeWithScope]: 'javascriptWithScope',
  [ORDER.maxKey]: 'maxKey',
};

/** The value's type by its alias ("int", "objectId"), "missing" for undefined. */
export function typeAlias(value: Value | undefined): string {
  if (isNumeric(value)) return numberKind(value);
  if (value instanceof BSONSymbol) return 'symbol';
  return ALIAS_BY_ORDER[typeOrder(value)] ?? 'string';
}

/** Whether the two are equal in value and type. An update that gives an identical value changes nothing. */
export function identical(a: Value, b: Value): boolean {
  if (a === b) return true;
  const type = typeAlias(a);
  if (type !== typeAlias(b)) return false;
  if (type === 'int' || type === 'double') return Object.is(Number(a), Number(b));
  if (!['object', 'array', 'decimal'].includes(type)) return compareValues(a, b) === 0;
  return Buffer.compare(serialize({ v: a }), serialize({ v: b })) === 0;
}
