/**
 * Snapshot transactions, repeated after conflicts; and an end to those that a dead process has left open, which would
 * otherwise hold what they have written until the database lets them expire.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { mongo } from 'mongoose';
import { RequestError } from '../../runtime/errors.ts';
import { type ClientSession, type Connection, appNameOf } from './mongo.ts';

/**
 * The pause after a conflict: random, up to `first` for each attempt so far, so that two transactions don't collide
 * again; and at most `most`, for the case that a dead process holds the documents until its transaction expires.
 */
const CONFLICT_PAUSE_MS = { first: 10, most: 100 };

/** How long a writer is in the way before its transaction may have been abandoned: both must be true. */
const PATIENCE_MS = 500;
const ABANDONED_AFTER_MS = 1000;

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
  let firstConflict: number | undefined;
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
        firstConflict ??= Date.now();
        if (Date.now() - firstConflict >= PATIENCE_MS) await abortAbandoned(connection);
        await sleep(Math.random() * Math.min(attempt * CONFLICT_PAUSE_MS.first, CONFLICT_PAUSE_MS.most));
      }
    }
  } finally {
    await session.endSession();
  }
}

/** Runs a write that isn't in a transaction, and aborts abandoned ones if they hold it up: it waits for them in the server. */
export async function withoutTransaction<T>(connection: Connection, work: () => Promise<T>): Promise<T> {
  const timer = setInterval(() => void abortAbandoned(connection), PATIENCE_MS);
  try {
    return await work();
  } finally {
    clearInterval(timer);
  }
}

/** When the connection's process last looked for abandoned transactions. */
const lookedAt = new WeakMap<Connection, number>();

/**
 * Aborts the transactions of this service's processes, dead or alive, in which nothing has happened for a second. A process
 * that was only slow gets an error of its transaction, and repeats it. Looks once a second at most, whoever asks.
 *
 * MongoDB aborts a transaction neither when its client disconnects nor for another writer, but only after
 * `transactionLifetimeLimitSeconds`, 60 by default. Every user may see and end its own sessions; where a server doesn't allow it
 * nevertheless, the transaction expires.
 * https://www.mongodb.com/docs/manual/reference/operator/aggregation/currentOp/
 * https://www.mongodb.com/docs/manual/reference/command/killSessions/
 */
async function abortAbandoned(connection: Connection): Promise<void> {
  const now = Date.now();
  if (now - (lookedAt.get(connection) ?? 0) < ABANDONED_AFTER_MS) return;
  lookedAt.set(connection, now);
  const admin = connection.getClient().db('admin');
  try {
    const abandoned = await admin
      .aggregate<{ lsid: { id: mongo.UUID } }>(
        [
          { $currentOp: { allUsers: false, idleSessions: true } },
          {
            $match: {
              type: 'idleSession',
              appName: appNameOf(connection.name),
              'transaction.timeInactiveMicros': { $gte: ABANDONED_AFTER_MS * 1000 },
            },
          },
          { $project: { lsid: 1 } },
        ],
        // $currentOp takes no other.
        { readConcern: 'local' },
      )
      .toArray();
    if (abandoned.length > 0) await admin.command({ killSessions: abandoned.map(({ lsid }) => ({ id: lsid.id })) });
  } catch (error) {
    if (!(error instanceof mongo.MongoError)) throw error;
  }
}

export const outOfTime = (): RequestError =>
  new RequestError('DEADLINE_EXCEEDED', 'There was not enough time. Try again.');
