/**
 * Renames what version 0.1 stored as `owes` and `dueAt`, so that the orders it left behind are driven on. Called when a process
 * starts, once the indexes of this version are built. Any number of processes may do it at once, and it does nothing a second time.
 *
 * A process of version 0.1 that runs beside this one drives its own orders on. What it leaves behind is renamed at the next start.
 */
import { untilDone } from '../shared/backfill.ts';
import type { Connection } from '../shared/mongo.ts';
import type { FollowUp } from './order.ts';

/** The index by which version 0.1 found what was due. It goes last: as long as it exists, there may be orders to rename. */
const OLD_INDEX = 'dueAt_1';
const FOLLOW_UPS: Record<string, FollowUp> = { RELEASE: 'releaseReservation', COMMIT: 'commitReservation' };
const INDEX_NOT_FOUND = 27;

export async function renameFollowUps(connection: Connection): Promise<void> {
  const orders = connection.collection('orders');
  await untilDone(async () => {
    if (!(await orders.indexExists(OLD_INDEX))) return;
    const $rename = { dueAt: 'nextAttemptAt' };
    for (const [owes, followUp] of Object.entries(FOLLOW_UPS)) {
      const filter = { dueAt: { $exists: true }, owes };
      await orders.updateMany(filter, { $rename, $set: { followUp }, $unset: { owes: 1 } });
    }
    await orders.updateMany({ dueAt: { $exists: true } }, { $rename });
    await orders.dropIndex(OLD_INDEX).catch((error: unknown) => {
      // Another process was faster.
      if (!(error instanceof Error && 'code' in error && error.code === INDEX_NOT_FOUND)) throw error;
    });
  });
}
