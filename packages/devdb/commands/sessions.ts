/** Ends of transactions and sessions, and faults on demand. */
import { commandError } from '../errors.ts';
import type { Command, CommandContext, Reply } from './context.ts';

function commitTransaction({ use, body }: CommandContext): Reply {
  if (use.kind === 'transaction') {
    use.transaction.commit(use.session.commitNote());
    use.session.committed = true;
  } else if (use.kind !== 'over') {
    throw commandError(
      'InvalidOptions',
      `commitTransaction must be run within a transaction: ${JSON.stringify(Object.keys(body))}`,
    );
  }
  return {};
}

function abortTransaction({ use }: CommandContext): Reply {
  if (use.kind !== 'transaction')
    throw commandError('NoSuchTransaction', 'abortTransaction must be run within a transaction');
  use.transaction.abort();
  return {};
}

function endSessions({ body, request, server }: CommandContext): Reply {
  const ids = body[request.name];
  if (Array.isArray(ids)) for (const id of ids) server.sessions.end(id);
  return {};
}

function killAllSessions({ server }: CommandContext): Reply {
  server.sessions.endAll();
  return {};
}

function configureFailPoint({ body, server }: CommandContext): Reply {
  if (server.failpoints === undefined)
    throw commandError('CommandNotFound', "no such command: 'configureFailPoint' (it needs devdb's test mode)");
  server.failpoints.configure(body);
  return {};
}

export const sessionCommands: Readonly<Record<string, Command>> = {
  commitTransaction: { run: commitTransaction, inTransaction: true, writes: true },
  abortTransaction: { run: abortTransaction, inTransaction: true },
  endSessions: { run: endSessions },
  killSessions: { run: endSessions },
  killAllSessions: { run: killAllSessions },
  configureFailPoint: { run: configureFailPoint },
};
