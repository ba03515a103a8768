/** The locks that keep two transactions from writing the same document, unique key or collection name. */
import type { Change, Collection } from '../storage/collection.ts';

/** What stands in the way of a write: a transaction that has written the same document, key or name. */
export interface LockHolder {
  /** Resolves when it has ended, one way or the other. */
  ended: Promise<void>;
}

/** Thrown by a write outside a transaction that has to wait for `holder` and be tried again; nothing was changed. */
export class Blocked extends Error {
  override readonly name = 'Blocked';
  readonly holder: LockHolder;

  constructor(holder: LockHolder) {
    super('waiting for a transaction');
    this.holder = holder;
  }
}

/** What transactions have written and not yet committed: documents, unique keys and names, by lock name. */
export type Locks = Map<string, LockHolder>;

/** The names under which a change is locked: its record and the unique keys that it adds or removes. */
export function lockNames({ id }: Collection, { record, entries }: Change): string[] {
  const names = [`${String(id)}:${String(record)}`];
  for (const { index, removed, added } of entries) {
    if (!index.unique && index.spec.name !== '_id_') continue;
    for (const key of removed) names.push(`${String(id)}/${index.spec.name}/${key}`);
    for (const key of added) names.push(`${String(id)}/${index.spec.name}/${key}`);
  }
  return names;
}

/** The name under which a collection that doesn't exist yet is locked. */
export function namespaceLock(ns: string): string {
  return `ns:${ns}`;
}
