/** `$out` and `$merge`, parsed: where a pipeline's results go, and how they meet what is there. Writing is the caller's. */
import { show } from '../bson/show.ts';
import { isDoc, type Doc, type Value } from '../bson/values.ts';
import { badValue, locationError, notSupported } from '../errors.ts';

export interface Output {
  stage: '$out' | '$merge';
  /** The database, where it isn't the pipeline's own. */
  db: string | undefined;
  collection: string;
  /** $merge: the fields by which a result finds the document that it meets. */
  on: readonly string[];
  /** $merge: what becomes of a document that is met; a pipeline updates it, with the result as `$$new`. */
  whenMatched: 'replace' | 'keepExisting' | 'merge' | 'fail' | Value[];
  whenNotMatched: 'insert' | 'discard' | 'fail';
}

/** The stage as an output, or undefined where it is none. */
export function parseOutput(name: string, value: Value): Output | undefined {
  if (name === '$out') {
    return { stage: '$out', ...place(name, value), on: ['_id'], whenMatched: 'replace', whenNotMatched: 'insert' };
  }
  if (name !== '$merge') return undefined;
  const spec: Partial<Doc> = isDoc(value) ? value : { into: value };
  const { into, on = '_id', whenMatched = 'merge', whenNotMatched = 'insert' } = spec;
  if (spec['let'] !== undefined) throw notSupported('let of $merge');
  return {
    stage: '$merge',
    ...place(name, into),
    on: (Array.isArray(on) ? on : [on]).map(String),
    whenMatched: Array.isArray(whenMatched)
      ? whenMatched
      : oneOf('whenMatched', whenMatched, ['replace', 'keepExisting', 'merge', 'fail'] as const),
    whenNotMatched: oneOf('whenNotMatched', whenNotMatched, ['insert', 'discard', 'fail'] as const),
  };
}

function place(name: string, value: Value | undefined): { db: string | undefined; collection: string } {
  const { db, coll }: Partial<Doc> = isDoc(value) ? value : { coll: value ?? null };
  if (typeof coll !== 'string' || coll === '' || (db !== undefined && typeof db !== 'string')) {
    throw locationError(16990, `${name} takes the name of a collection, or {db, coll}`);
  }
  return { db, collection: coll };
}

function oneOf<T extends string>(field: string, value: Value, allowed: readonly T[]): T {
  const found = allowed.find((name) => name === value);
  if (found !== undefined) return found;
  throw badValue(`Enumeration value ${show(value)} for field '$merge.${field}' is not a valid value.`);
}
