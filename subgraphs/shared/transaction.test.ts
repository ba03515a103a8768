import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { createLogger } from '../../runtime/log.ts';
import { type System, startSystem } from '../../tests/harness.ts';
import { connect } from './mongo.ts';
import { ConflictError, transaction } from './transaction.ts';

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
