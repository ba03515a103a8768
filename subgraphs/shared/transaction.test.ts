import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import mongoose from 'mongoose';
import { createLogger } from '../../runtime/log.ts';
import { type System, startSystem } from '../../tests/harness.ts';
import { type Connection, appNameOf, connect } from './mongo.ts';
import { ConflictError, transaction, withoutTransaction } from './transaction.ts';

let system: System;
beforeAll(async () => {
  system = await startSystem({ start: ['database'] });
});
afterAll(() => system[Symbol.asyncDispose]());

it('repeats a transaction while another one holds its documents, as often as allowed, or until they are free', async () => {
  const log = createLogger({ name: 'test', level: 'silent', production: true });
  const connection = await connect({ uri: system.mongodbUri, database: 'mongo_test', log });
  try {
    const things = connection.collection('held');
    await things.insertOne({ n: 0 });
    const holder = await connection.startSession();
    holder.startTransaction();
    await things.updateOne({}, { $inc: { n: 1 } }, { session: holder });
    const attempts: number[] = [];
    const add = (options?: { tries: number }, tried: (attempt: number) => unknown = () => undefined) =>
      transaction(
        connection,
        Date.now() + 60_000,
        async (session, attempt) => {
          attempts.push(attempt);
          await tried(attempt);
          await things.updateOne({}, { $inc: { n: 1 } }, { session });
        },
        options,
      );

    await expect(add({ tries: 3 })).rejects.toThrow(ConflictError);
    expect(attempts).toEqual([1, 2, 3]);
    await add(undefined, (attempt) => attempt === 4 && holder.commitTransaction());
    expect(attempts).toEqual([1, 2, 3, 1, 2, 3, 4]);
    expect(await things.findOne({})).toMatchObject({ n: 2 });
    await holder.endSession();
  } finally {
    await connection.close();
  }
});

describe('a transaction that nobody goes on with', () => {
  const log = createLogger({ name: 'test', level: 'silent', production: true });
  let connection: Connection;
  beforeAll(async () => {
    connection = await connect({ uri: system.mongodbUri, database: 'abandoned_test', log });
  });
  afterAll(() => connection.close());

  /** A transaction of another process with this name, which has changed a new document and does nothing more. */
  async function abandon(appName: string) {
    const client = (await mongoose.createConnection(system.mongodbUri, { appName }).asPromise()).getClient();
    const things = client.db('abandoned_test').collection('things');
    const { insertedId } = await things.insertOne({ n: 0 });
    const session = client.startSession();
    session.startTransaction();
    await things.updateOne({ _id: insertedId }, { $inc: { n: 100 } }, { session });
    const add = (options?: object) =>
      connection.collection('things').updateOne({ _id: insertedId }, { $inc: { n: 1 } }, options);
    return {
      add,
      session,
      read: () => things.findOne({ _id: insertedId }),
      [Symbol.asyncDispose]: () => client.close(),
    };
  }

  it.each([
    [
      'a transaction',
      (add: (options?: object) => Promise<unknown>) =>
        transaction(connection, Date.now() + 30_000, (session) => add({ session })),
    ],
    ['another write', (add: () => Promise<unknown>) => withoutTransaction(connection, add)],
  ])('is aborted if it is of the same service, and holds up %s', async (_, write) => {
    await using abandoned = await abandon(appNameOf('abandoned_test'));
    const { add, session, read } = abandoned;
    await write(add);
    expect(await read()).toMatchObject({ n: 1 });
    await expect(session.commitTransaction()).rejects.toMatchObject({ errorLabels: ['TransientTransactionError'] });
  });

  it('is not touched if it is of another service', async () => {
    await using abandoned = await abandon('another');
    const { add, session, read } = abandoned;
    await expect(transaction(connection, Date.now() + 3000, (own) => add({ session: own }))).rejects.toMatchObject({
      extensions: { code: 'DEADLINE_EXCEEDED' },
    });
    await session.commitTransaction();
    expect(await read()).toMatchObject({ n: 100 });
  });
});
