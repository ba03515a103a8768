// The operations of the test runner itself: fail points, waiting, and assertions about clients and sessions.

import { isDeepStrictEqual } from 'node:util';
import { mongo } from 'mongoose';
import type { Arguments, Document, TestContext } from './arguments.ts';
import { ObservingClient } from './entities.ts';
import type { Doc, ExpectedEvent } from './format.ts';
import { check, matchEvent, Mismatch } from './match.ts';

export const runnerOperations: Readonly<Record<string, (args: Arguments, context: TestContext) => unknown>> = {
  createEntities: ({ entities }, context) => context.entities.create(entities),
  failPoint: ({ client, failPoint }, context) =>
    setFailPoint(failPoint, context.entities.as(client, ObservingClient), context),
  // There is one server, so the one that a session is pinned to is the one.
  targetedFailPoint: ({ failPoint }, context) => setFailPoint(failPoint, context.util, context),
  wait: ({ ms }) => new Promise((resolve) => setTimeout(resolve, ms)),
  waitForEvent: ({ client, event, count }, context) =>
    waitForEvents(context.entities.as(client, ObservingClient), event, count, context),
  assertEventCount: ({ client, event, count }, context) => {
    const seen = eventCount(context.entities.as(client, ObservingClient), event, context);
    check(seen === count, `expected ${count} events ${Object.keys(event).join()}, got ${seen}`);
  },
  assertCollectionExists: async (args, context) => {
    check(await collectionExists(args, context), `there is no collection ${args.collectionName}`);
  },
  assertCollectionNotExists: async (args, context) => {
    check(!(await collectionExists(args, context)), `there is a collection ${args.collectionName}`);
  },
  assertIndexExists: async (args, context) => {
    check(await indexExists(args, context), `there is no index ${args.indexName}`);
  },
  assertIndexNotExists: async (args, context) => {
    check(!(await indexExists(args, context)), `there is an index ${args.indexName}`);
  },
  assertSameLsidOnLastTwoCommands: (args, context) => {
    check(sameLastLsids(args, context), 'the last two commands have different sessions');
  },
  assertDifferentLsidOnLastTwoCommands: (args, context) => {
    check(!sameLastLsids(args, context), 'the last two commands have one session');
  },
  assertSessionDirty: ({ session }) => {
    check(isDirty(session), 'the session is not dirty');
  },
  assertSessionNotDirty: ({ session }) => {
    check(!isDirty(session), 'the session is dirty');
  },
  assertSessionPinned: ({ session }) => {
    check(session?.isPinned === true, 'the session is not pinned');
  },
  assertSessionUnpinned: ({ session }) => {
    check(session?.isPinned === false, 'the session is pinned');
  },
  assertSessionTransactionState: ({ session, state }) => {
    const states: Readonly<Record<string, string>> = {
      none: 'NO_TRANSACTION',
      starting: 'STARTING_TRANSACTION',
      in_progress: 'TRANSACTION_IN_PROGRESS',
      committed: 'TRANSACTION_COMMITTED',
      aborted: 'TRANSACTION_ABORTED',
    };
    const { transaction } = internals(session);
    check(transaction.state === states[state], `expected the transaction ${state}, it is ${transaction.state}`);
  },
  assertNumberConnectionsCheckedOut: ({ client, connections }, context) => {
    const { checkedOut } = context.entities.as(client, ObservingClient);
    check(checkedOut === connections, `expected ${connections} connections checked out, got ${checkedOut}`);
  },
};

async function setFailPoint(
  failPoint: Document,
  client: mongo.MongoClient,
  { failPoints }: TestContext,
): Promise<void> {
  await client.db('admin').command(failPoint);
  failPoints.add(String(failPoint['configureFailPoint']));
}

function eventCount(client: ObservingClient, event: ExpectedEvent, { entities }: TestContext): number {
  return client.events.filter((observed) => {
    try {
      matchEvent(observed, event, entities, 'event');
      return true;
    } catch (error) {
      if (error instanceof Mismatch) return false;
      throw error;
    }
  }).length;
}

/** @throws {Mismatch} when the events haven't come within 10 s, the bound that the format names */
async function waitForEvents(
  client: ObservingClient,
  event: ExpectedEvent,
  count: number,
  context: TestContext,
): Promise<void> {
  const deadline = Date.now() + 10_000;
  while (eventCount(client, event, context) < count) {
    check(Date.now() < deadline, `waited in vain for ${count} events ${Object.keys(event).join()}`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

async function collectionExists({ databaseName, collectionName }: Arguments, { util }: TestContext): Promise<boolean> {
  return util.db(databaseName).listCollections({ name: collectionName }, { nameOnly: true }).hasNext();
}

async function indexExists(args: Arguments, context: TestContext): Promise<boolean> {
  if (!(await collectionExists(args, context))) return false;
  const indexes = await context.util.db(args.databaseName).collection(args.collectionName).listIndexes().toArray();
  return indexes.some((index: { name: string }) => index.name === args.indexName);
}

function sameLastLsids({ client }: Arguments, { entities }: TestContext): boolean {
  const lsids = entities
    .as(client, ObservingClient)
    .events.flatMap(({ event }) => (event instanceof mongo.CommandStartedEvent ? [event.command] : []))
    .map((command: Doc) => command['lsid']);
  const [one, other] = lsids.slice(-2);
  check(one !== undefined && other !== undefined, 'the last two commands have no session');
  return isDeepStrictEqual(one, other);
}

/** What the format asserts of a session is internal to the driver, and not in its types. */
interface SessionInternals {
  serverSession: { isDirty: boolean };
  transaction: { state: string };
}
const internals = (session: mongo.ClientSession | undefined): SessionInternals =>
  session as unknown as SessionInternals;
const isDirty = (session: mongo.ClientSession | undefined): boolean => internals(session).serverSession.isDirty;
