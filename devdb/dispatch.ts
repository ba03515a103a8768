/**
 * From a request to its reply: finds the command, its session and transaction, runs it, and turns what went wrong into
 * MongoDB's error documents.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { Double } from 'bson';
import { Context, OK, type Connection, type Reply, type ServerState } from './commands/context.ts';
import { commands } from './commands/index.ts';
import { CommandError, commandError } from './errors.ts';
import type { Fault } from './failpoints.ts';
import { replyDocument, type Request } from './wire.ts';
import { useSession, type SessionUse } from './sessions.ts';
import { TRANSIENT } from './transactions.ts';
import type { Doc } from './values.ts';

const RETRYABLE = 'RetryableWriteError';
/** Codes after which a driver may repeat a write: https://github.com/mongodb/specifications, retryable-writes. */
const RETRYABLE_CODES = new Set([6, 7, 89, 91, 189, 262, 9001, 10107, 11600, 11602, 13435, 13436]);

/** The reply's bytes, or 'close' when the connection is to be closed instead. */
export async function execute(
  server: ServerState,
  request: Request,
  connection: Connection,
): Promise<Buffer | 'close'> {
  let use: SessionUse = { kind: 'plain' };
  let fault: Fault | undefined;
  try {
    const command = commands[request.name];
    if (command === undefined || !Object.hasOwn(commands, request.name)) {
      throw commandError('CommandNotFound', `no such command: '${request.name}'`);
    }
    server.counters.commands[request.name] = (server.counters.commands[request.name] ?? 0) + 1;
    fault = server.failpoints?.take(request.name, connection.appName);
    if (fault !== undefined) {
      if (fault.blockMs > 0) await sleep(fault.blockMs);
      if (fault.closeConnection) return 'close';
      if (fault.errorCode !== undefined) throw failure(request, fault);
    }
    use = useSession(request, server.sessions.touch(request.body['lsid']), server.transactions);
    if (use.kind === 'transaction' && command.inTransaction !== true) {
      throw commandError(
        'OperationNotSupportedInTransaction',
        `Cannot run '${request.name}' in a multi-document transaction.`,
      );
    }
    if (command.writes === true) server.store.assertHealthy();
    const context = new Context(server, request, connection, use);
    let reply: Reply;
    try {
      reply = await command.run(context);
    } finally {
      context.flush();
    }
    if (command.writes === true) await server.store.durable();
    if (Buffer.isBuffer(reply)) return reply;
    if (use.kind === 'transaction' && reply['writeErrors'] !== undefined) use.transaction.abort();
    if (fault?.writeConcernError !== undefined) addWriteConcernError(reply, fault.writeConcernError, fault, request);
    return replyDocument({ ...reply, ...OK });
  } catch (error) {
    if (use.kind === 'transaction') use.transaction.abort();
    return replyDocument(errorReply(error, use));
  }
}

function errorReply(error: unknown, use: SessionUse): Doc {
  const known =
    error instanceof CommandError
      ? error
      : new CommandError(1, 'InternalError', error instanceof Error ? error.message : String(error));
  const labels = new Set(known.labels);
  if (use.kind !== 'transaction') labels.delete(TRANSIENT);
  if (known.codeName === 'NoSuchTransaction' && known.labels.includes(TRANSIENT)) labels.add(TRANSIENT);
  return {
    ok: new Double(0),
    errmsg: known.message,
    code: known.code,
    codeName: known.codeName,
    ...(known.fields as Doc),
    ...(labels.size > 0 ? { errorLabels: [...labels] } : {}),
  };
}

/** The error that a fail point asks for, with the labels that MongoDB gives its code unless it names others. */
function failure({ name, body }: Request, { errorCode = 0, errorLabels, writeConcernError }: Fault): CommandError {
  let labels = errorLabels;
  if (labels === undefined) {
    const ends = name === 'commitTransaction' || name === 'abortTransaction';
    const retryable = RETRYABLE_CODES.has(errorCode);
    if (body['autocommit'] === false && !ends)
      labels = retryable || errorCode === 112 || errorCode === 251 ? [TRANSIENT] : [];
    else labels = retryable && body['txnNumber'] !== undefined ? [RETRYABLE] : [];
  }
  const fields = writeConcernError === undefined ? {} : { writeConcernError };
  return new CommandError(errorCode, '', `Failing command '${name}' via 'failCommand' failpoint`, fields, labels);
}

function addWriteConcernError(reply: Doc, writeConcernError: Doc, { errorLabels }: Fault, { body }: Request): void {
  const { errorLabels: own, ...shown } = writeConcernError;
  reply['writeConcernError'] = shown;
  const retryable = RETRYABLE_CODES.has(Number(writeConcernError['code'])) && body['txnNumber'] !== undefined;
  const labels = errorLabels ?? (Array.isArray(own) ? own.map(String) : retryable ? [RETRYABLE] : []);
  if (labels.length > 0) reply['errorLabels'] = [...labels];
}

/** For a request that can't even be read. */
export function unreadable(error: unknown): Buffer {
  return replyDocument(errorReply(error, { kind: 'plain' }));
}
