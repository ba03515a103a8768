import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createLogger } from '../../runtime/log.ts';
import { type System, startSystem, until } from '../../tests/harness.ts';
import { connect, writeAll } from './mongo.ts';
import { transaction } from './transaction.ts';

let system: System;
beforeAll(async () => {
  system = await startSystem({ start: ['database'] });
});
afterAll(() => system[Symbol.asyncDispose]());

interface Command {
  writeConcern?: object;
  readConcern?: { level?: string };
}

/** Settings of a URI that contradict the guarantees that the services rely on. */
const WEAK = new URLSearchParams({
  w: '1',
  readConcernLevel: 'local',
  readPreference: 'secondaryPreferred',
  retryWrites: 'false',
  monitorCommands: 'true',
});

it('requests the guarantees that the services rely on, whatever the URI says', async () => {
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
    // A retryable write has a transaction number.
    expect(commands.get('insert')).toHaveProperty('txnNumber');
    expect(commands.get('find')?.readConcern).toMatchObject({ level: 'majority' });
    expect(connection.getClient().readPreference.mode).toBe('primary');
    expect(commands.get('update')?.readConcern).toMatchObject({ level: 'snapshot' });
    expect(commands.get('commitTransaction')?.writeConcern).toMatchObject({ w: 'majority' });
  } finally {
    await connection.close();
  }
});

describe('a database that does not answer', () => {
  const waiting = async (uri: string): Promise<string> => {
    const before = system.customers.output.length;
    const written = (): string => system.customers.output.slice(before);
    system.customers.spawn({ MONGODB_URI: uri });
    // The warning is repeated, but not at every attempt.
    await until('the warning is logged twice', async () => (written().match(/waiting for it/g)?.length ?? 0) >= 2);
    expect(system.customers.isRunning).toBe(true);
    await system.customers.kill();
    return written();
  };

  it('is waited for, and the log has its hosts and the reasons, without the password', async () => {
    const told = await waiting('mongodb://ada:s3cret@127.0.0.1:9,127.0.0.1:10/?replicaSet=rs0');
    expect(told).toContain(
      'the database at 127.0.0.1:9,127.0.0.1:10 does not answer: connect ECONNREFUSED 127.0.0.1:9, connect ECONNREFUSED 127.0.0.1:10; waiting for it',
    );
    expect(told).not.toContain('s3cret');
    expect(told).not.toContain('ada');
  });

  it('is also waited for if DNS does not know its name', async () => {
    const told = await waiting('mongodb+srv://ada:s3cret@nowhere.invalid/');
    expect(told).toMatch(/the database at nowhere\.invalid does not answer: querySrv E[A-Z]+ .*; waiting for it/);
    expect(told).not.toContain('s3cret');
  });

  it.each([
    ['mongodb://ada:s3@cret@db/', 'Invalid connection string'],
    ['mongodb://ada:s3/cret@db/', 'Password contains unescaped characters'],
    ['mongodb://ada:s3cret@db/?tls=maybe', 'tls/ssl must be either "true" or "false"'],
  ])('is not waited for if its URI cannot be read: %s', async (uri, reason) => {
    const before = system.customers.output.length;
    system.customers.spawn({ MONGODB_URI: uri });
    expect(await system.customers.exited).toEqual({ code: 1, signal: null });
    expect(system.customers.output.slice(before)).toBe(`customers: MONGODB_URI can't be used: ${reason}.\n`);
  });
});

it.each([
  ['by one command, if the server has bulkWrite', undefined],
  ['by one for each collection, for servers without bulkWrite', false],
])('writes to several collections %s', async (_, atOnce) => {
  const uri = `${system.mongodbUri}&monitorCommands=true`;
  const log = createLogger({ name: 'test', level: 'silent', production: true });
  const connection = await connect({ uri, database: 'mongo_test_writes', log });
  try {
    // MongoDB 8.0 is the first with bulkWrite.
    const hasBulkWrite = Number((await connection.db?.command({ hello: 1 }))?.['maxWireVersion']) >= 25;
    const expected = (atOnce ?? hasBulkWrite) ? ['bulkWrite'] : ['insert', 'update', 'insert'];
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
