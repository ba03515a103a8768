/**
 * Tells an outage of the database from a bug: it couldn't be reached, it is changing its primary or shutting down, or it
 * doesn't vouch for a write. Reads the errors of the driver, of Mongoose and of Node by their names, codes and labels, so that
 * a process without a database doesn't load a driver for it.
 */
import { isNativeError } from 'node:util/types';

/** The errors by which the driver and Mongoose say that there is no server to talk to. */
const NAMES =
  /^Mongo(ose)?(ServerSelection|Network|System|StalePrimary|Topology|NotConnected|Pool|WaitQueue|OperationTimeout|ServerClosed|ClientClosed)\w*Error$/;

/** Node's own errors of connections and of DNS: the driver doesn't wrap all of them. */
const SYSTEM_CODES = /^(ECONN|EPIPE|ETIMEDOUT|EHOST|ENET|ENOTFOUND|EAI_)/;

/**
 * MongoDB's error codes (src/mongo/base/error_codes.yml): the retryable ones of the specifications "Retryable Writes" and
 * "Retryable Reads", those of an unreachable majority (64, 100, 133) and of an overloaded server (462).
 */
const SERVER_CODES: ReadonlySet<unknown> = new Set([
  6, 7, 64, 89, 91, 100, 133, 134, 189, 262, 462, 9001, 10_058, 10_107, 11_600, 11_602, 13_435, 13_436,
]);

/** By these, server and driver say that the same request can succeed in a moment, or that nobody knows whether it has. */
const LABELS: ReadonlySet<unknown> = new Set([
  'RetryableWriteError',
  'TransientTransactionError',
  'UnknownTransactionCommitResult',
  'SystemOverloadedError',
]);

/** Where errors keep those that caused them: bulk writes, aggregates of errors, GraphQL's and our own wrappers. */
const CAUSES = [
  'cause',
  'errors',
  'originalError',
  'errorResponse',
  'err',
  'writeErrors',
  'writeConcernError',
  'writeConcernErrors',
] as const;

/** How many errors inside an error are looked at: a bulk write has 64 at most. */
const MOST = 200;

/**
 * Whether an error, or one that it wraps, says that the database couldn't be reached or didn't answer for its work: the
 * request may have been carried out, and can be sent again. Never throws.
 */
export function isDatabaseAway(error: unknown): boolean {
  const seen = new Set<unknown>([error]);
  for (const each of seen) {
    if (isOutage(each)) return true;
    for (const cause of causesOf(each)) if (seen.size < MOST) seen.add(cause);
  }
  return false;
}

const get = (value: unknown, name: string): unknown =>
  typeof value === 'object' && value !== null ? Reflect.get(value, name) : undefined;

function isOutage(error: unknown): boolean {
  const [name, code, labels] = ['name', 'code', 'errorLabels'].map((field) => get(error, field));
  if (Array.isArray(labels) && labels.some((label) => LABELS.has(label))) return true;
  // A plain object is a part of a server's reply.
  if (!isNativeError(error)) return SERVER_CODES.has(code);
  const isOfMongo = typeof name === 'string' && name.startsWith('Mongo');
  return (
    (isOfMongo && (NAMES.test(name) || SERVER_CODES.has(code))) ||
    (typeof code === 'string' && SYSTEM_CODES.test(code)) ||
    (name === 'MongooseError' && error.message.includes('initial connection'))
  );
}

const causesOf = (error: unknown): unknown[] =>
  CAUSES.flatMap((field) => get(error, field) ?? []).filter((cause) => typeof cause === 'object');
