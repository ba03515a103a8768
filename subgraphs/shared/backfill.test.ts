import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { createLogger } from '../../runtime/log.ts';
import { type System, startSystem } from '../../tests/harness.ts';
import { type Fill, fillMissing } from './backfill.ts';
import { type Connection, connect } from './mongo.ts';

let system: System;
let connection: Connection;
beforeAll(async () => {
  system = await startSystem({ start: ['database'] });
  const log = createLogger({ name: 'test', level: 'silent', production: true });
  connection = await connect({ uri: `${system.mongodbUri}&monitorCommands=true`, database: 'fill_test', log });
  await connection.collection('things').createIndex({ key: 1 }, {}, {});
});
afterAll(async () => {
  await connection.close();
  await system[Symbol.asyncDispose]();
});

const fill: Fill = {
  collection: 'things',
  lacking: 'key',
  from: ['name'],
  fields: ({ name = '' }) => ({ key: name.toLowerCase(), other: 'filled' }),
};

it('fills missing fields, in many processes at once, and changes nothing else', async () => {
  const things = connection.collection('things');
  await things.insertMany(Array.from({ length: 1234 }, (_, n) => ({ name: `Thing ${n}` })));
  await things.insertMany([{ name: 'New', key: 'its own' }]);
  const commands: string[] = [];
  connection.getClient().on('commandStarted', ({ commandName }) => void commands.push(commandName));

  await Promise.all([fillMissing(connection, fill), fillMissing(connection, fill), fillMissing(connection, fill)]);
  const filled = await things.find({ other: 'filled' }).toArray();
  expect(filled).toHaveLength(1234);
  for (const { name, key } of filled) expect(key).toBe(String(name).toLowerCase());
  expect(await things.findOne({ name: 'New' })).toMatchObject({ key: 'its own' });

  commands.length = 0;
  await fillMissing(connection, fill);
  expect(commands).toEqual(['find']);
  const plan = await connection.db?.command({ explain: { find: 'things', filter: { key: null }, limit: 500 } });
  expect(JSON.stringify(plan)).toContain('IXSCAN');
});

it('makes the new value from the latest document if that changes meanwhile', async () => {
  const things = connection.collection('things');
  const { insertedId: _id } = await things.insertOne({ name: 'Before' });
  // Another process has changed the document, but its transaction ends only once the old one has been read.
  const session = await connection.startSession();
  session.startTransaction();
  await things.updateOne({ _id }, { $set: { name: 'After' } }, { session });
  const read: unknown[] = [];
  let committed = Promise.resolve();
  await fillMissing(connection, {
    ...fill,
    fields: (document) => {
      if (read.push(document['name']) === 1) committed = session.commitTransaction();
      return fill.fields(document);
    },
  });
  await committed;
  await session.endSession();
  expect(read).toEqual(['Before', 'After']);
  expect(await things.findOne({ _id })).toMatchObject({ name: 'After', key: 'after' });
});
