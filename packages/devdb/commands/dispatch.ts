/**
 * From a request to its reply: finds the command, its session and transaction, runs it, and turns what went wrong into
 * MongoDB's error documents.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { Double } from 'bson';
import { isNumeric, toNumber } from '../bson/numbers.ts';
import { buildDocument, elementsOf } from '../bson/raw.ts';
import { isDoc, type Doc } from '../bson/values.ts';
import { codeNameOf, CommandError, commandError, notSupported } from '../errors.ts';
import { useSession, type SessionUse } from '../transactions/sessions.ts';
import { TRANSIENT } from '../transactions/transactions.ts';
import type { CommandRequest } from '../wire/messages.ts';
import { commands } from './commands.ts';
import {
  CommandContext,
  OK,
  OK_ELEMENTS,
  type Command,
  type ClientInfo,
  type Reply,
  type ServerState,
} from './context.ts';
import { Disconnected, type Fault } from './failpoints.ts';
import { checkFields } from './fields.ts';

const RETRYABLE = 'RetryableWriteError';
/** Codes after which a driver may repeat a write: https://github.com/mongodb/specifications, retryable-writes. */
const RETRYABLE_CODES = new Set([6, 7, 89, 91, 189, 262, 9001, 10107, 11600, 11602, 13435, 13436]);
/** Codes after which it may run a whole transaction again: what another writer or a lost snapshot caused. */
const TRANSIENT_CODES = new Set([24, 112, 239, 246, 251, 267]);

/** The reply's bytes, or 'close' when the connection is to be closed instead. */
export async function execute(
  server: ServerState,
  request: CommandRequest,
  connection: ClientInfo,
): Promise<Buffer | 'close'> {
  let use: SessionUse = { kind: 'plain' };
  let fault: Fault | undefined;
  try {
    const command = commands[request.name];
    if (command === undefined || !Object.hasOwn(commands, request.name)) {
      throw commandError('CommandNotFound', `no such command: '${request.name}'`);
    }
    server.counters.commands[request.name] = (server.counters.commands[request.name] ?? 0) + 1;
    // Before the session is looked at, so a transaction goes on after what can't be a part of it.
    if (request.body['autocommit'] === false && command.inTransaction !== true) {
      throw commandError(
        'OperationNotSupportedInTransaction',
        `Cannot run '${request.name}' in a multi-document transaction.`,
      );
    }
    fault = server.failpoints?.command(request.name, connection.appName);
    if (fault !== undefined) {
      if (fault.blockMs > 0) await sleep(fault.blockMs);
      if (fault.closeConnection) return 'close';
      if (fault.errorCode !== undefined) throw failure(request, fault);
    }
    const session = server.sessions.touch(request.body['lsid'], connection.appName);
    const numbered = request.body['txnNumber'] === undefined ? undefined : session?.turn;
    await numbered?.take();
    let context: CommandContext;
    let reply: Reply;
    try {
      use = useSession(request, session, server.transactions);
      checkUse(request, use);
      // Memory is ahead of a log that can't be written: what it holds must not be shown either.
      server.store.assertHealthy();
      context = new CommandContext(server, request, connection, use);
      reply = await run(command, context);
    } finally {
      numbered?.pass();
    }
    if (command.writes === true) await server.store.durable();
    if (context.disconnects) return 'close';
    if (use.kind === 'transaction' && 'writeErrors' in reply) use.transaction.abort();
    return buildDocument([
      Buffer.isBuffer(reply) ? reply : elementsOf(reply),
      elementsOf(writeConcernError(request, command, fault)),
      OK_ELEMENTS,
    ]);
  } catch (error) {
    if (use.kind === 'transaction') use.transaction.abort();
    if (error instanceof Disconnected) return 'close';
    if (!(error instanceof CommandError)) server.log('error', `${request.name} failed`, { err: error });
    return buildDocument([elementsOf(errorReply(error, request, fault))]);
  }
}

/** Refuses what a command may not be part of, or ask for. */
function checkUse({ name, body }: CommandRequest, { kind }: SessionUse): void {
  checkFields(name, body);
  const { readConcern } = body;
  if (kind !== 'transaction' && isDoc(readConcern) && readConcern['level'] === 'snapshot') {
    throw notSupported("readConcern 'snapshot' outside a transaction");
  }
}

async function run(command: Command, context: CommandContext): Promise<Reply> {
  // Reads, and transactions until they commit, change nothing that others see.
  if (command.writes !== true || context.work.inTransaction) return command.run(context);
  const { turn } = context.server;
  await turn.take();
  try {
    return await command.run(context);
  } finally {
    try {
      context.flush();
    } finally {
      turn.pass();
    }
  }
}

function errorReply(error: unknown, request: Pick<CommandRequest, 'name' | 'body'>, fault?: Fault): Doc {
  const known =
    error instanceof CommandError
      ? error
      : new CommandError(1, 'InternalError', error instanceof Error ? error.message : String(error));
  const labels = fault?.errorLabels ?? labelsOf(known.code, request);
  return {
    ...OK,
    ok: new Double(0),
    errmsg: known.message,
    code: known.code,
    codeName: known.codeName,
    ...(known.fields as Doc),
    ...(labels.length > 0 ? { errorLabels: [...labels] } : {}),
  };
}

/** The labels that tell a driver what to repeat after an error, or after an error of the write concern. */
function labelsOf(code: number, { name, body }: Pick<CommandRequest, 'name' | 'body'>, writeConcern = false): string[] {
  const inTransaction = body['autocommit'] === false;
  const ends = name === 'commitTransaction' || name === 'abortTransaction';
  const retryable = RETRYABLE_CODES.has(code);
  if (inTransaction && !writeConcern && (TRANSIENT_CODES.has(code) || (retryable && !ends))) return [TRANSIENT];
  return retryable && body['txnNumber'] !== undefined && (!inTransaction || ends) ? [RETRYABLE] : [];
}

/** The error that a fail point asks for. */
function failure({ name }: CommandRequest, { errorCode = 0, writeConcernError }: Fault): CommandError {
  const fields = writeConcernError === undefined ? {} : { writeConcernError };
  return new CommandError(
    errorCode,
    codeNameOf(errorCode),
    `Failing command '${name}' via 'failCommand' failpoint`,
    fields,
  );
}

/** What a reply says of a write that was done, but not on as many members as asked: a set of one has no second. */
function writeConcernError(request: CommandRequest, { writes }: Command, fault: Fault | undefined): Doc {
  const { writeConcern } = request.body;
  const members = isDoc(writeConcern) ? writeConcern['w'] : undefined;
  let error = fault?.writeConcernError;
  if (writes === true && isNumeric(members) && toNumber(members) > 1) {
    const { code, codeName } = commandError('UnsatisfiableWriteConcern', '');
    error ??= { code, codeName, errmsg: 'Not enough data-bearing nodes' };
  }
  if (error === undefined) return {};
  const { errorLabels, ...shown } = error;
  const own = Array.isArray(errorLabels) ? errorLabels.map(String) : undefined;
  const labels = fault?.errorLabels ?? own ?? labelsOf(Number(error['code']), request, true);
  return { writeConcernError: shown, ...(labels.length > 0 ? { errorLabels: [...labels] } : {}) };
}

/** For a request that can't even be read. */
export function unreadable(error: unknown): Buffer {
  return buildDocument([elementsOf(errorReply(error, { name: '', body: {} }))]);
}
