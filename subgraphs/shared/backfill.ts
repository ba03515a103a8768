/**
 * Fills in fields that documents of earlier versions lack, when a process starts. Safe to run at any time and in any
 * number of processes at once: a document is written only if it still lacks the field and its source fields have not
 * changed.
 *
 * A process of the earlier version that keeps running writes documents without the field: they get it at the next
 * start.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import type { mongo } from 'mongoose';
import type { Connection } from './mongo.ts';
import { isDatabaseUnavailable } from './outages.ts';

/** How many documents are read and written in one batch. */
const BATCH = 500;
const RETRY_MS = 500;

export interface Fill {
  collection: string;
  /** Documents that lack this field are filled. An index must begin with it, so that they are found quickly. */
  lacking: string;
  /** The stored fields from which the new ones are made. All are text. */
  from: readonly string[];
  /** The new fields, `lacking` among them. */
  fields: (document: Record<string, string>) => Record<string, string>;
}

/** Resolves once no document lacks the field. Waits for the database if it becomes unavailable. */
export async function fillMissing(connection: Connection, fill: Fill): Promise<void> {
  const collection = connection.collection<mongo.Document>(fill.collection);
  let filled = 1;
  while (filled > 0) {
    await untilDone(async () => {
      filled = await fillBatch(collection, fill);
    });
  }
}

/** Repeats `work` until it succeeds, as long as it fails because of an outage. Throws its other errors. */
export async function untilDone(work: () => Promise<void>): Promise<void> {
  for (;;) {
    try {
      await work();
      return;
    } catch (error) {
      if (!isDatabaseUnavailable(error)) throw error;
      await sleep(RETRY_MS);
    }
  }
}

/** @returns how many documents lacked the field */
async function fillBatch(
  collection: mongo.Collection,
  { lacking, from, fields }: Pick<Fill, 'lacking' | 'from' | 'fields'>,
): Promise<number> {
  const projection = Object.fromEntries(from.map((name) => [name, 1]));
  const found = await collection
    .find({ [lacking]: null }, { projection })
    .limit(BATCH)
    .toArray();
  if (found.length === 0) return 0;
  const writes = found.map(({ _id, ...read }) => ({
    updateOne: { filter: { _id, ...read, [lacking]: null }, update: { $set: fields(read) } },
  }));
  await collection.bulkWrite(writes, { ordered: false });
  return found.length;
}
