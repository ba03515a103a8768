/**
 * Distinguishes an outage of the database from a bug: the database couldn't be reached, is changing its primary or
 * shutting down, or didn't acknowledge a write. Reads errors of the driver, Mongoose and Node by their names, codes and
 * labels, without importing the driver.
 */
import { isNativeError } from 'node:util/types';

/** The errors of the driver and Mongoose if no server is available. */
const NAMES =
  /^Mongo(ose)?(ServerSelection|Network|System|StalePrimary|Topology|NotConnected|Pool|WaitQueue|OperationTimeout|ServerClosed|ClientClosed)\w*Error$/;

/** Node's own errors of connections and DNS: the driver doesn't wrap all of them. */
const SYSTEM_CODES = /^(ECONN|EPIPE|ETIMEDOUT|EHOST|ENET|ENOTFOUND|EAI_)/;

/**
 * MongoDB's error codes (src/mongo/base/error_codes.yml): the retryable ones of the specifications "Retryable Writes" and
 * "Retryable Reads", those of an unreachable majority (64, 100, 133) and of an overloaded server (462).
 */
const SERVER_CODES: ReadonlySet<unknown> = new Set([
  6, 7, 64, 89, 91, 100, 133, 134, 189, 262, 462, 9001, 10_058, 10_107, 11_600, 11_602, 13_435, 13_436,
]);

/**
 * With these labels, server and driver say that the same request may succeed if repeated, or that its outcome is
 * unknown.
 */
const LABELS: ReadonlySet<unknown> = new Set([
  'RetryableWriteError',
  'TransientTransactionError',
  'UnknownTransactionCommitResult',
  'SystemOverloadedError',
]);

/** The properties in which errors keep their causes: of bulk writes, aggregate errors, GraphQL errors and our own. */
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

/** How many errors inside an error are checked: a bulk write has at most 64. */
const MOST = 200;

/**
 * Whether an error, or one that it wraps, means that the database couldn't be reached or didn't acknowledge its work:
 * the request may have been carried out, and can be sent again. Never throws.
 */
export function isDatabaseUnavailable(error: unknown): boolean {
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
  // Plain objects are parts of a server's reply.
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
