import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { type System, startSystem } from '../tests/harness.ts';
import { createLogger } from './log.ts';
import { connect, transaction } from './mongo.ts';

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
