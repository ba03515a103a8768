/**
 * The connection to MongoDB (or to the embedded database), with the guarantees that the services rely on, whatever the
 * URI says: majority writes, reads on the primary, snapshot transactions.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import mongoose, { type ClientSession, type Connection, type Model, Types, mongo } from 'mongoose';
import { ConfigError } from '../../runtime/env.ts';
import type { Logger } from '../../runtime/log.ts';
import { isId } from './ids.ts';
import { isDatabaseUnavailable } from './outages.ts';

export type { ClientSession, Connection, Model };
export type ObjectId = Types.ObjectId;

/** The stored form of an id that `isId` accepts. */
export const toId = (id: string): ObjectId => Types.ObjectId.createFromHexString(id);
export const newId = (): ObjectId => new Types.ObjectId();

/** How long an operation waits for a reachable server before it fails. */
const SELECTION_MS = 2000;
const RETRY_MS = 500;
/** How long a database may be silent during an operation, because it hangs or the connection is dead. */
const SILENCE_MS = 15_000;
/**
 * The driver watches each server by a command that it answers at least this often, and gives up a connection, with all
 * that waits on that server, if it is silent for both times. By default it would take 40 s to notice a server that was
 * cut off, which is three times as long as the others take to elect another one.
 */
const WATCH = { heartbeatFrequencyMS: 5000, connectTimeoutMS: 5000 };

/** The time between two warnings that the database doesn't answer. It doubles from the first to the longest. */
const FIRST_WARNING_MS = 2000;
const LONGEST_WARNING_MS = 60_000;

/**
 * Connects, and waits as long as it takes until the database answers. Meanwhile it logs what it waits for, and why.
 * Throws a ConfigError for a URI that can't be read, and for a standalone mongod, which has no transactions.
 */
export async function connect(options: { uri: string; database: string; log: Logger }): Promise<Connection> {
  const { uri, database, log } = options;
  let pause = FIRST_WARNING_MS;
  let nextWarning = 0;
  for (;;) {
    const connection = mongoose.createConnection(uri, {
      dbName: database,
      appName: appNameOf(database),
      writeConcern: { w: 'majority' },
      // Under its name in URIs, because the URI's option is applied after readConcern.
      readConcernLevel: 'majority',
      readPreference: 'primary',
      retryWrites: true,
      serverSelectionTimeoutMS: SELECTION_MS,
      socketTimeoutMS: SILENCE_MS,
      ...WATCH,
      autoIndex: false,
      autoCreate: false,
      bufferCommands: false,
    });
    try {
      await connection.asPromise();
      await refuseStandalone(connection);
      return connection;
    } catch (error) {
      await connection.destroy();
      // By name, because the driver's URI parser has its own error class. Its messages don't contain the password.
      if (error instanceof Error && error.name === 'MongoParseError')
        throw new ConfigError([`MONGODB_URI can't be used: ${error.message}.`]);
      if (error instanceof ConfigError || !(isDatabaseUnavailable(error) || isNameUnknown(error))) throw error;
      if (Date.now() >= nextWarning) {
        log.warn(`the database at ${hostsOf(uri)} does not answer: ${reasonOf(error)}; waiting for it`);
        nextWarning = Date.now() + pause;
        pause = Math.min(pause * 2, LONGEST_WARNING_MS);
      }
      await sleep(RETRY_MS);
    }
  }
}

/** By which the database's own tools, and `abortAbandoned`, tell one service's connections from others. */
export const appNameOf = (database: string): string => `order-supergraph ${database}`;

/** A URI's hosts, without user name and password. */
const hostsOf = (uri: string): string => /^[^/]+:\/\/(?:[^@]*@)?([^/?@]*)/.exec(uri)?.[1] ?? 'an unknown host';

/** Whether DNS doesn't know a host (yet), or didn't answer: for `mongodb+srv` the driver doesn't wrap these errors. */
const isNameUnknown = (error: unknown): boolean =>
  error instanceof Error && 'syscall' in error && /^(query|getaddrinfo)/.test(String(error.syscall));

/** Why no server could be selected: the error of each, if the driver has one. */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  // For errors of server selection, this is a TopologyDescription.
  const { reason } = error as { reason?: { servers?: Map<string, mongo.ServerDescription> } | null };
  const servers = [...(reason?.servers?.values() ?? [])];
  const reasons = servers.flatMap(({ error: cause }) => (cause === null ? [] : [cause.message]));
  return reasons.length > 0 ? reasons.join(', ') : error.message;
}

/** The wire version of each connection's server. */
const wireVersions = new WeakMap<Connection, number>();

/** Whether the server can write to several collections by one command, as MongoDB 8.0 is the first to do. */
export const hasBulkWrite = (connection: Connection): boolean => (wireVersions.get(connection) ?? 0) >= 25;

/** Also records the server's version. */
async function refuseStandalone(connection: Connection): Promise<void> {
  const hello = await connection.db?.command({ hello: 1 });
  wireVersions.set(connection, Number(hello?.['maxWireVersion']));
  if (hello?.['setName'] === undefined && hello?.['msg'] !== 'isdbgrid') {
    throw new ConfigError([
      'MONGODB_URI names a standalone mongod, which has no transactions: start it with --replSet rs0 and run ' +
        'rs.initiate() once, or leave MONGODB_URI out to use the embedded database.',
    ]);
  }
}

/**
 * Creates the collections and builds the indexes of every model of the connection. Repeats this if the database becomes
 * unavailable meanwhile; existing collections and indexes don't change.
 */
export async function buildIndexes(connection: Connection): Promise<void> {
  for (const model of Object.values(connection.models)) {
    for (;;) {
      try {
        await model.createCollection();
        await model.createIndexes();
        break;
      } catch (error) {
        if (!isDatabaseUnavailable(error)) throw error;
        await sleep(RETRY_MS);
      }
    }
  }
}

/** Whether the database answers now. */
export async function isReachable(connection: Connection): Promise<boolean> {
  try {
    await connection.db?.command({ ping: 1 }, { timeoutMS: SELECTION_MS });
    return connection.db !== undefined;
  } catch {
    return false;
  }
}

/**
 * Whether a write failed because the unique index on `field` (its first field) has the value already. Errors of bulk
 * writes don't name the index: if that matters, write one by one.
 */
export function isDuplicateKey(error: unknown, field: string): boolean {
  if (!(error instanceof mongo.MongoServerError) || error.code !== 11_000) return false;
  const pattern: unknown = error['keyPattern'];
  return typeof pattern === 'object' && pattern !== null && Object.keys(pattern)[0] === field;
}

/**
 * The positions of the writes that were refused in an unordered bulk write. Throws if the whole command failed, or if
 * the server doesn't acknowledge the other writes.
 */
export function refusedWrites(error: unknown): number[] {
  if (!(error instanceof mongo.MongoBulkWriteError)) throw error;
  const refused = [error.writeErrors].flat();
  const unsure = error.result.getWriteConcernError();
  if (refused.length === 0) throw error;
  if (unsure !== undefined) throw new Error('the write was not acknowledged', { cause: unsure });
  return refused.map(({ index }) => index);
}

/**
 * The documents with these ids, in one query without repeated ids; null for ids that don't exist or aren't valid.
 * @param also further conditions for the documents
 */
export async function findByIds<Stored extends { _id: ObjectId }>(
  model: Model<Stored>,
  ids: readonly string[],
  also: Record<string, unknown> = {},
): Promise<(Stored | null)[]> {
  const wanted = [...new Set(ids)].filter(isId).map(toId);
  if (wanted.length === 0) return ids.map(() => null);
  const found = await model
    .find({ _id: { $in: wanted }, ...also })
    .lean<Stored[]>()
    .exec();
  const byId = new Map(found.map((stored) => [stored._id.toHexString(), stored]));
  return ids.map((id) => byId.get(id) ?? null);
}

/**
 * How many documents match. For an empty filter MongoDB would read every document, so this makes it count an index's
 * keys.
 */
export const countMatching = async <Stored>(model: Model<Stored>, filter: Record<string, unknown>): Promise<number> =>
  model.countDocuments(filter, Object.keys(filter).length === 0 ? { hint: { _id: 1 } } : {}).exec();

/** A pattern for `$regex` that matches exactly this text. */
export const escapeRegex = (text: string): string => text.replace(/[\\^$.*+?()[\]{}|/-]/g, '\\$&');

/** Values as aggregation literals, so that a text such as `$email` is not a path. */
export const literals = (values: Record<string, unknown>): Record<string, unknown> =>
  Object.fromEntries(Object.entries(values).map(([path, value]) => [path, { $literal: value }]));

/** A write to one collection of a database. */
export type Write = { to: string; insert: object } | { to: string; where: object; update: object };

/**
 * Writes in order: with one command if the server can, otherwise with one for each collection.
 * @returns how many documents the updates matched
 */
export async function writeAll(
  connection: Connection,
  writes: readonly Write[],
  session: ClientSession,
  atOnce = hasBulkWrite(connection),
): Promise<number> {
  if (!atOnce) return writeByCollection(connection, writes, session);
  const operations = writes.map((write): mongo.AnyClientBulkWriteModel<mongo.Document> => {
    const namespace = `${connection.name}.${write.to}`;
    return 'insert' in write
      ? { name: 'insertOne', namespace, document: write.insert }
      : { name: 'updateOne', namespace, filter: write.where, update: write.update };
  });
  try {
    return (await connection.getClient().bulkWrite(operations, { session })).matchedCount;
  } catch (error) {
    // The error of the whole command is inside, and has the labels that say whether the transaction can be repeated.
    throw error instanceof mongo.MongoClientBulkWriteError && error.cause !== undefined ? error.cause : error;
  }
}

async function writeByCollection(
  connection: Connection,
  writes: readonly Write[],
  session: ClientSession,
): Promise<number> {
  let found = 0;
  for (const collection of new Set(writes.map(({ to }) => to))) {
    const operations = writes
      .filter(({ to }) => to === collection)
      .map((write) =>
        'insert' in write
          ? { insertOne: { document: write.insert } }
          : { updateOne: { filter: write.where, update: write.update } },
      );
    found += (await connection.collection(collection).bulkWrite(operations, { session })).matchedCount;
  }
  return found;
}
