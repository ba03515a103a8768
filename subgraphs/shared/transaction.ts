/** Snapshot transactions, repeated after conflicts. */
import { setTimeout as sleep } from 'node:timers/promises';
import { mongo } from 'mongoose';
import { RequestError } from '../../runtime/errors.ts';
import type { ClientSession, Connection } from './mongo.ts';

/**
 * The pause after a conflict: random, up to `first` for each attempt so far, so that two transactions don't collide
 * again; and at most `most`, for the case that a dead process holds the documents until its transaction expires.
 */
const CONFLICT_PAUSE_MS = { first: 10, most: 100 };

/** Other writers changed the same documents at each of the allowed attempts. */
export class ConflictError extends Error {
  override name = 'ConflictError';
}

/** MongoDB's error code: https://github.com/mongodb/mongo/blob/master/src/mongo/base/error_codes.yml */
const WRITE_CONFLICT = 112;

/**
 * Runs `work` in a snapshot transaction, again after every conflict, until the deadline (epoch ms). If `work` returns,
 * the transaction is committed; to abort it, throw. `work` gets the number of the attempt, from 1. Throws
 * DEADLINE_EXCEEDED if there is no time for an attempt, and a ConflictError after a conflict in attempt number `tries`
 * (by default, there is no limit but the deadline).
 */
export async function transaction<T>(
  connection: Connection,
  deadline: number,
  work: (session: ClientSession, attempt: number) => Promise<T>,
  { tries = Infinity }: { tries?: number } = {},
): Promise<T> {
  const session = await connection.startSession();
  let attempt = 0;
  const tryOnce = async (): Promise<T> => {
    if (Date.now() >= deadline) throw outOfTime();
    attempt += 1;
    try {
      return await work(session, attempt);
    } catch (error) {
      // Not the driver's own error: withTransaction would react to it with pauses of up to half a second, and the
      // caller that has waited longest would be served last.
      const isConflict = error instanceof mongo.MongoServerError && error.code === WRITE_CONFLICT;
      throw isConflict ? new ConflictError('other writers were faster', { cause: error }) : error;
    }
  };
  try {
    for (;;) {
      try {
        return await session.withTransaction(tryOnce, {
          readConcern: { level: 'snapshot' },
          writeConcern: { w: 'majority' },
          readPreference: 'primary',
        });
      } catch (error) {
        if (!(error instanceof ConflictError) || attempt >= tries) throw error;
        await sleep(Math.random() * Math.min(attempt * CONFLICT_PAUSE_MS.first, CONFLICT_PAUSE_MS.most));
      }
    }
  } finally {
    await session.endSession();
  }
}

export const outOfTime = (): RequestError =>
  new RequestError('DEADLINE_EXCEEDED', 'There was not enough time. Try again.');
