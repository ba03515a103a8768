import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { type System, startSystem } from '../tests/harness.ts';
import { createLogger } from './log.ts';
import { connect, transaction, writeAll } from './mongo.ts';

let system: System;
beforeAll(async () => {
  system = await startSystem({ start: ['devdb'] });
});
afterAll(() => system[Symbol.asyncDispose]());

interface Command {
  writeConcern?: object;
  readConcern?: { level?: string };
}

/** What a URI may ask for instead of what the services count on. */
const WEAK = new URLSearchParams({
  w: '1',
  readConcernLevel: 'local',
  readPreference: 'secondaryPreferred',
  retryWrites: 'false',
  monitorCommands: 'true',
});

it('asks for what the services count on, whatever the URI says', async () => {
  const uri = `${system.mongodbUri}&${WEAK.toString()}`;
  const log = createLogger({ name: 'test', level: 'silent', production: true });
  const connection = await connect({ uri, database: 'mongo_test', log });
  try {
    const commands = new Map<string, Command & Record<string, unknown>>();
    connection.getClient().on('commandStarted', ({ commandName, command }) => {
      commands.set(commandName, command);
    });
    const things = connection.collection('things');
    await things.insertOne({ one: 1 });
    await things.findOne({ one: 1 });
    await transaction(connection, Date.now() + 60_000, (session) =>
      things.updateOne({}, { $inc: { one: 1 } }, { session }),
    );

    expect(commands.get('insert')?.writeConcern).toEqual({ w: 'majority' });
    // What repeats a write has the number of its transaction.
    expect(commands.get('insert')).toHaveProperty('txnNumber');
    expect(commands.get('find')?.readConcern).toMatchObject({ level: 'majority' });
    expect(connection.getClient().readPreference.mode).toBe('primary');
    expect(commands.get('update')?.readConcern).toMatchObject({ level: 'snapshot' });
    expect(commands.get('commitTransaction')?.writeConcern).toMatchObject({ w: 'majority' });
  } finally {
    await connection.close();
  }
});

it.each([
  ['by one command', undefined, ['bulkWrite']],
  ['by one for each collection, for servers that have no other', false, ['insert', 'update', 'insert']],
])('writes to several collections %s', async (_, atOnce, expected) => {
  const uri = `${system.mongodbUri}&monitorCommands=true`;
  const log = createLogger({ name: 'test', level: 'silent', production: true });
  const connection = await connect({ uri, database: `mongo_test_${expected.length}`, log });
  try {
    const [orders, things] = [connection.collection('orders'), connection.collection('things')];
    await things.insertMany([{ one: 1 }, { one: 2 }]);
    const commands: string[] = [];
    connection.getClient().on('commandStarted', ({ commandName }) => void commands.push(commandName));
    const found = await transaction(connection, Date.now() + 60_000, (session) =>
      writeAll(
        connection,
        [
          { to: 'orders', insert: { of: 1 } },
          { to: 'things', where: { one: 1 }, update: { $inc: { one: 10 } } },
          { to: 'things', where: { one: 3 }, update: { $inc: { one: 10 } } },
          { to: 'log', insert: { line: 1 } },
          { to: 'orders', insert: { of: 2 } },
        ],
        session,
        atOnce,
      ),
    );
    expect(found).toBe(1);
    expect(commands).toEqual([...expected, 'commitTransaction']);
    expect(await things.distinct('one')).toEqual([2, 11]);
    expect(await orders.distinct('of')).toEqual([1, 2]);
  } finally {
    await connection.dropDatabase();
    await connection.close();
  }
});
