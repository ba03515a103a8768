/** Removes documents whose time, by a TTL index, is over. */
import { encodeValue, typeBracket } from '../bson/keys.ts';
import { rawValue } from '../bson/raw.ts';
import type { Store } from '../storage/store.ts';
import { Blocked, type Locks } from './locks.ts';
import { DirectWork } from './work.ts';

/** One pass over all TTL indexes. What a transaction has written is left for the next pass. */
export function expireDocuments(store: Store, locks: Locks, now = Date.now()): number {
  const work = new DirectWork(store, locks);
  let removed = 0;
  for (const collection of store.collections()) {
    for (const index of collection.indexes) {
      const { expireAfterSeconds } = index.spec;
      if (expireAfterSeconds === undefined) continue;
      const descending = index.fields[0]?.descending === true;
      const limit = rawValue(new Date(now - expireAfterSeconds * 1000));
      const [first, last] = typeBracket(limit, descending);
      const at = encodeValue(limit, descending);
      // Dates alone expire; of an array's, the earliest counts.
      const due = descending ? index.tree.getRange(`${at}\x01`, last) : index.tree.getRange(first, `${at}\xff`);
      for (const record of new Set(due.map(([, record]) => record))) {
        const bytes = collection.records.get(record);
        if (bytes === undefined) continue;
        try {
          work.write(collection, record, bytes, undefined);
          removed++;
        } catch (error) {
          if (!(error instanceof Blocked)) throw error;
        }
      }
    }
  }
  work.flush();
  return removed;
}
