// One test of a file in the unified test format, from requirements to outcome, on a server that is there.

import { isDeepStrictEqual } from 'node:util';
import { mongo } from 'mongoose';
import type { TestContext } from './arguments.ts';
import { Entities, ObservingClient } from './entities.ts';
import type { CollectionData, Requirement, Test, TestFile } from './format.ts';
import { match, matchEvents, Mismatch } from './match.ts';
import { perform, UnsupportedOperation } from './operations.ts';

/** The server under test, as its hello and buildInfo describe it. */
export interface Target {
  uri: string;
  util: mongo.MongoClient;
  version: string;
  topology: 'single' | 'replicaset' | 'sharded' | 'load-balanced';
  parameters: mongo.BSON.Document;
}

type Outcome = { status: 'passed' } | { status: 'skipped'; reason: string } | { status: 'failed'; error: Error };

/** Far above what any test takes: the slowest block a connection for a second. */
const testTimeoutMs = 30_000;

export async function describeTarget(uri: string): Promise<Target> {
  const util = await new mongo.MongoClient(uri, { writeConcern: { w: 'majority' } }).connect();
  const admin = util.db('admin');
  const [hello, buildInfo, parameters] = await Promise.all([
    admin.command({ hello: 1 }),
    admin.command({ buildInfo: 1 }),
    admin.command({ getParameter: '*' }),
  ]);
  const topology = hello['msg'] === 'isdbgrid' ? 'sharded' : hello['setName'] === undefined ? 'single' : 'replicaset';
  return { uri, util, version: String(buildInfo['version']), topology, parameters };
}

export async function runTest(file: TestFile, test: Test, target: Target): Promise<Outcome> {
  if (test.skipReason !== undefined) return { status: 'skipped', reason: test.skipReason };
  if (test.expectLogMessages)
    return { status: 'skipped', reason: "the driver's log messages say nothing of the server" };
  if (!meets(file.runOnRequirements, target) || !meets(test.runOnRequirements, target))
    return { status: 'skipped', reason: 'runOnRequirements' };
  const context = { util: target.util, failPoints: new Set<string>() };
  try {
    await withTimeout(runOperations(file, test, target, context));
    return { status: 'passed' };
  } catch (error) {
    if (error instanceof UnsupportedOperation) return { status: 'skipped', reason: error.message };
    return { status: 'failed', error: error instanceof Error ? error : new Error(String(error)) };
  } finally {
    for (const failPoint of context.failPoints)
      await target.util.db('admin').command({ configureFailPoint: failPoint, mode: 'off' });
  }
}

async function runOperations(
  file: TestFile,
  test: Test,
  { uri, util }: Target,
  shared: Omit<TestContext, 'entities'>,
): Promise<void> {
  await killAllSessions(util);
  for (const data of file.initialData ?? []) await setUp(util, data);
  const { $clusterTime } = await util.db('admin').command({ ping: 1 });
  await using entities = new Entities(uri, $clusterTime as mongo.ClusterTime | undefined);
  await entities.create(file.createEntities ?? []);
  const context: TestContext = { ...shared, entities };

  for (const operation of test.operations) await perform(operation, context);
  for (const expected of test.expectEvents ?? [])
    matchEvents(entities.as(expected.client, ObservingClient).events, expected, entities);
  for (const { databaseName, collectionName, documents = [] } of test.outcome ?? []) {
    const collection = util.db(databaseName).collection(collectionName);
    const actual = await collection
      .find({}, { sort: { _id: 1 }, readConcern: 'local', readPreference: 'primary' })
      .toArray();
    match(actual, documents, entities, `outcome of ${collectionName}`, 'nowhere');
  }
}

/** Ends transactions that a failed test left open; a server without the command has none of its sessions to fear. */
async function killAllSessions(util: mongo.MongoClient): Promise<void> {
  try {
    await util.db('admin').command({ killAllSessions: [] });
  } catch (error) {
    const harmless = [59 /* CommandNotFound */, 13 /* Unauthorized */, 11601 /* Interrupted */];
    if (!(error instanceof mongo.MongoServerError && harmless.includes(Number(error.code)))) throw error;
  }
}

async function setUp(
  util: mongo.MongoClient,
  { databaseName, collectionName, createOptions, documents = [] }: CollectionData,
): Promise<void> {
  const db = util.db(databaseName);
  await db.dropCollection(collectionName);
  if (createOptions || documents.length === 0) await db.createCollection(collectionName, createOptions);
  if (documents.length > 0)
    await db.collection(collectionName).insertMany(documents.map((document) => ({ ...document })));
}

/** Whether one of the alternatives holds; none at all always does. */
function meets(requirements: readonly Requirement[] | undefined, target: Target): boolean {
  return requirements === undefined || requirements.some((requirement) => holds(requirement, target));
}

function holds(requirement: Requirement, { version, topology, parameters }: Target): boolean {
  const { minServerVersion, maxServerVersion, topologies, serverParameters = {} } = requirement;
  return (
    (minServerVersion === undefined || compareVersions(version, minServerVersion) >= 0) &&
    (maxServerVersion === undefined || compareVersions(version, maxServerVersion) <= 0) &&
    (topologies === undefined || topologies.includes(topology)) &&
    Object.entries(serverParameters).every(([name, value]) => isDeepStrictEqual(parameters[name], value)) &&
    requirement.serverless !== 'require' &&
    requirement.auth !== true &&
    (requirement.csfle === undefined || requirement.csfle === false)
  );
}

/** Compares major, minor and patch as numbers; a part that is missing is 0. */
function compareVersions(one: string, other: string): number {
  const parts = (version: string): number[] => version.split('-', 1).join().split('.').map(Number);
  const [a, b] = [parts(one), parts(other)];
  for (const i of [0, 1, 2]) {
    const difference = (a[i] ?? 0) - (b[i] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}

async function withTimeout(run: Promise<void>): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      reject(new Mismatch(`not done after ${testTimeoutMs} ms`));
    }, testTimeoutMs);
  });
  try {
    await Promise.race([run, late]);
  } finally {
    clearTimeout(timer);
  }
}
