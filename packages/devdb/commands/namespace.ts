/** Names of databases and collections. */
import { commandError } from '../errors.ts';

/** Refuses what isn't a name of a database and a collection. */
export function checkNamespace(db: string, collection: unknown): string {
  if (typeof collection !== 'string' || collection === '') {
    throw commandError('InvalidNamespace', `Invalid namespace specified '${db}.${String(collection)}'`);
  }
  if (db === '' || /[\s."$/\\\0]/.test(db)) throw commandError('InvalidNamespace', `Invalid database name: '${db}'`);
  if (collection.startsWith('.') || collection.endsWith('.') || /[$\0]/.test(collection)) {
    throw commandError('InvalidNamespace', `Invalid collection name: ${collection}`);
  }
  return `${db}.${collection}`;
}
