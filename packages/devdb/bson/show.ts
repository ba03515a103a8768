/** Values as MongoDB's error messages print them: `{ a: 1, b: [ "x", ObjectId('…') ] }`. */
import { Binary, BSONRegExp, ObjectId } from 'bson';
import { isNumeric, toNumber } from './numbers.ts';
import { isDoc, type Value } from './values.ts';

export function show(value: Value | undefined): string {
  if (typeof value === 'string') return JSON.stringify(value);
  if (value === undefined) return 'MISSING';
  if (isNumeric(value))
    return typeof value === 'object' && 'bytes' in value ? value.toString() : String(toNumber(value));
  if (Array.isArray(value)) return value.length === 0 ? '[]' : `[ ${value.map(show).join(', ')} ]`;
  if (isDoc(value)) {
    const fields = Object.entries(value).map(([key, field]) => `${key}: ${show(field)}`);
    return fields.length === 0 ? '{}' : `{ ${fields.join(', ')} }`;
  }
  if (value instanceof ObjectId) return `ObjectId('${value.toHexString()}')`;
  if (value instanceof Date) return `new Date(${String(value.getTime())})`;
  if (value instanceof BSONRegExp) return `/${value.pattern}/${value.options}`;
  if (value instanceof Binary) return `BinData(${String(value.sub_type)}, ${value.toString('hex').toUpperCase()})`;
  return value === null || typeof value === 'boolean' ? String(value) : JSON.stringify(value);
}
