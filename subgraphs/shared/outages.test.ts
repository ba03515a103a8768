import { afterAll, beforeAll, expect, it } from '@jest/globals';
import mongoose, { type mongo } from 'mongoose';
import { createLogger } from '../../runtime/log.ts';
import { type System, startSystem } from '../../tests/harness.ts';
import { type Connection, connect, refusedWrites, writeAll } from './mongo.ts';
import { isDatabaseUnavailable } from './outages.ts';
import { transaction } from './transaction.ts';

let system: System;
let admin: mongo.Db;
let connection: Connection;
beforeAll(async () => {
  system = await startSystem({ start: ['database'] });
  const log = createLogger({ name: 'test', level: 'silent', production: true });
  // Checks a failed server again at once, not after half a second.
  const uri = `${system.mongodbUri}&minHeartbeatFrequencyMS=50`;
  connection = await connect({ uri, database: 'outages', log });
  await things().insertMany([{ one: 1 }, { one: 2 }]);
  await things().createIndexes([{ key: { unique: 1 }, unique: true, sparse: true }]);
  admin = (await mongoose.createConnection(system.mongodbUri).asPromise()).getClient().db('admin');
});
afterAll(async () => {
  await connection.close();
  await admin.client.close();
  await system[Symbol.asyncDispose]();
});

const things = () => connection.collection('things');

/** Every way in which the services read and write: single, in a batch, over several collections, in a transaction. */
const OPERATIONS: Record<string, () => Promise<unknown>> = {
  'one insert': () => things().insertOne({}),
  'several inserts at once': () => things().insertMany([{}, {}], { ordered: false }),
  'one update': () => things().updateOne({ one: 1 }, { $set: { two: 2 } }),
  'several updates at once': () =>
    things().bulkWrite(
      [1, 2].map((one) => ({ updateOne: { filter: { one }, update: { $inc: { two: 1 } } } })),
      { ordered: false },
    ),
  'a find-and-update': () => things().findOneAndUpdate({ one: 1 }, { $inc: { two: 1 } }),
  'a read': () => things().findOne({ one: 1 }),
  'a count': () => things().countDocuments(),
};

const COMMANDS = ['insert', 'update', 'find', 'findAndModify', 'aggregate', 'bulkWrite', 'commitTransaction'];

/** The error that the operation throws while every command fails like this. */
async function failing(data: object, operation: () => Promise<unknown>): Promise<unknown> {
  const failPoint = (mode: unknown): mongo.Document => ({
    configureFailPoint: 'failCommand',
    mode,
    data: { failCommands: COMMANDS, ...data },
  });
  await admin.command(failPoint('alwaysOn'));
  try {
    return await operation().then(
      () => undefined,
      (error: unknown) => error,
    );
  } finally {
    await admin.command(failPoint('off'));
  }
}

// https://github.com/mongodb/specifications: the retryable errors of "Retryable Writes" and of "Retryable Reads".
const OUTAGES: [string, object][] = [
  ['a lost connection', { closeConnection: true }],
  ...[6, 7, 89, 91, 134, 189, 262, 9001, 10_107, 11_600, 11_602, 13_435, 13_436].map((errorCode): [string, object] => [
    `server error ${String(errorCode)}`,
    { errorCode },
  ]),
  ['an error that the server says is retryable', { errorCode: 112_233, errorLabels: ['RetryableWriteError'] }],
];

it.each(OUTAGES)('%s is an outage, however the driver wraps it', async (_, fault) => {
  const told: Record<string, boolean> = {};
  for (const [name, operation] of Object.entries(OPERATIONS)) {
    told[name] = isDatabaseUnavailable(await failing(fault, operation));
  }
  expect(told).toEqual(Object.fromEntries(Object.keys(OPERATIONS).map((name) => [name, true])));
});

it.each([91, 189, 11_600, 11_602, 64])(
  'a write that is not acknowledged, because of error %s, is an outage',
  async (code) => {
    const fault = { writeConcernError: { code, errmsg: 'operation was interrupted' } };
    for (const name of ['one insert', 'several inserts at once', 'one update', 'several updates at once']) {
      const error = await failing(fault, OPERATIONS[name] ?? (() => Promise.resolve()));
      expect({ name, away: isDatabaseUnavailable(error) }).toEqual({ name, away: true });
    }
  },
);

it.each([
  ['by one command, if the server has bulkWrite', undefined],
  ['by one for each collection', false],
])('a commit that gets no answer is an outage, after writes %s', async (_, atOnce) => {
  const error = await failing({ failCommands: ['commitTransaction'], errorCode: 64 }, async () => {
    const session = await connection.startSession();
    try {
      session.startTransaction();
      await writeAll(connection, [{ to: 'things', insert: { of: 1 } }], session, atOnce);
      await session.commitTransaction();
    } finally {
      await session.endSession();
    }
  });
  expect(isDatabaseUnavailable(error)).toBe(true);
});

it('a lost connection inside a transaction is an outage', async () => {
  const error = await failing({ failCommands: ['insert', 'bulkWrite'], closeConnection: true }, () =>
    transaction(connection, Date.now() + 500, (session) =>
      writeAll(connection, [{ to: 'things', insert: { of: 1 } }], session).catch((cause: unknown) => {
        // It leaves the transaction at once, and does not retry for half a second.
        throw new Error('not written', { cause });
      }),
    ),
  );
  expect(isDatabaseUnavailable(error)).toBe(true);
});

it('a refusal by the database is not an outage', async () => {
  await things().insertOne({ unique: 1 });
  const refused = [
    () => things().insertOne({ unique: 1 }),
    () => things().insertMany([{ unique: 1 }, {}], { ordered: false }),
    () => things().bulkWrite([{ updateOne: { filter: { one: 2 }, update: { $set: { unique: 1 } } } }]),
    () => things().updateOne({ one: 1 }, { $nonsense: 1 }),
    () => things().findOne({ $nonsense: 1 }),
    () => Promise.reject(new TypeError('x is not a function')),
    () => Promise.reject(new Error('a bug', { cause: new RangeError('another') })),
  ];
  for (const operation of refused) {
    const error: unknown = await operation().catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(Error);
    expect(isDatabaseUnavailable(error)).toBe(false);
  }
});

it('an error that contains itself, or endlessly many others, is searched in bounded time and is not an outage', () => {
  const circle = new Error('circle');
  circle.cause = new AggregateError([circle, { cause: circle }], 'many');
  expect(isDatabaseUnavailable(circle)).toBe(false);
  let deep = new Error('the end');
  for (let depth = 0; depth < 10_000; depth += 1) deep = new Error('deep', { cause: deep });
  expect(isDatabaseUnavailable(deep)).toBe(false);
  expect([undefined, null, 'text', 7].map(isDatabaseUnavailable)).toEqual([false, false, false, false]);
});

it('if the server refuses some writes and does not acknowledge the others, none counts as written', async () => {
  await things().insertOne({ unique: 2 });
  const fault = { writeConcernError: { code: 189, errmsg: 'stepped down' } };
  const error = await failing(fault, () => things().insertMany([{ unique: 2 }, {}], { ordered: false }));
  expect(() => refusedWrites(error)).toThrow();
  const refused: unknown = await things()
    .insertMany([{ unique: 2 }, {}], { ordered: false })
    .catch((thrown: unknown) => thrown);
  expect(refusedWrites(refused)).toEqual([0]);
});
