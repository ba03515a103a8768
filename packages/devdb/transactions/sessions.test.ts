import { describe, expect, it } from '@jest/globals';
import { mongo } from 'mongoose';
import { send as sendCommand, startServer, type TestServer } from '../tests/database.ts';

/** Sends a command as a retryable write under a number that the test chooses, so that it can be sent again. */
function retryable(
  server: TestServer,
  lsid: mongo.Document,
  txnNumber: number,
  command: mongo.Document,
): Promise<mongo.Document> {
  return sendCommand(server.uri, { ...command, lsid, txnNumber: mongo.Long.fromNumber(txnNumber), $db: 'test' });
}

function newSession(): mongo.Document {
  return { id: new mongo.UUID().toBinary() };
}

describe('a retryable write', () => {
  it('is done once and answered as often as it is sent, also after a restart', async () => {
    await using server = await startServer();
    const lsid = newSession();
    const insert = {
      insert: 'things',
      documents: [
        { _id: 1, n: 1 },
        { _id: 2, n: 1 },
      ],
    };
    const update = {
      update: 'things',
      updates: [
        { q: { n: 1 }, u: { $inc: { n: 1 } } },
        { q: { _id: 9 }, u: { $inc: { n: 5 } }, upsert: true },
      ],
    };
    const modify = { findAndModify: 'things', query: { _id: 2 }, update: { $inc: { n: 1 } }, new: true };
    const remove = { delete: 'things', deletes: [{ q: {}, limit: 1 }] };
    const send = async (to: TestServer, number: number, command: mongo.Document): Promise<mongo.Document> => {
      const { operationTime: _, ...reply } = await retryable(to, lsid, number, command);
      return reply;
    };
    for (const [number, command] of [insert, update, modify, remove].entries()) {
      const reply = await send(server, number, command);
      expect(await send(server, number, command)).toEqual(reply);
    }
    const before = await server.collection.find().sort({ _id: 1 }).toArray();
    expect(before).toHaveLength(2);
    await using again = await server.restart();
    expect(await send(again, 3, remove)).toEqual({ n: 1, ok: 1 });
    expect(await again.collection.find().sort({ _id: 1 }).toArray()).toEqual(before);
    expect(await send(again, 2, modify)).toMatchObject({ ok: 0, code: 225 });
  });

  it('goes on where a bulk was left, and tries again what failed', async () => {
    await using server = await startServer();
    const lsid = newSession();
    await server.collection.insertOne({ _id: 2 });
    const insert = { insert: 'things', documents: [{ _id: 1 }, { _id: 2 }, { _id: 3 }] };
    expect(await retryable(server, lsid, 1, insert)).toMatchObject({ n: 1, writeErrors: [{ index: 1, code: 11000 }] });
    await server.collection.deleteOne({ _id: 2 });
    expect(await retryable(server, lsid, 1, insert)).toMatchObject({ n: 3 });
  });
});

describe('a session', () => {
  it('aborts its transaction when it ends or is killed', async () => {
    await using server = await startServer();
    for (const command of ['endSessions', 'killSessions']) {
      const session = server.client.startSession();
      session.startTransaction();
      await server.collection.insertOne({ _id: command }, { session });
      await server.client.db('admin').command({ [command]: [session.id] });
      await expect(session.commitTransaction()).rejects.toMatchObject({ code: 251 });
    }
    expect(await server.collection.countDocuments()).toBe(0);
  });

  it('is shown by $currentOp, on the admin database, while its transaction is open', async () => {
    await using server = await startServer();
    const idle = (db: string) =>
      server.client
        .db(db)
        .aggregate([{ $currentOp: { idleSessions: true } }, { $match: { type: 'idleSession' } }])
        .toArray();
    await server.client.withSession(async (session) => {
      session.startTransaction();
      await server.collection.insertOne({ _id: 1 }, { session });
      const [shown, ...others] = await idle('admin');
      expect(others).toEqual([]);
      expect(shown).toMatchObject({ desc: 'inactive transaction', active: false, lsid: session.id });
      expect(shown?.['transaction'].timeInactiveMicros).toBeGreaterThanOrEqual(0);
      await session.commitTransaction();
    });
    expect(await idle('admin')).toEqual([]);
    await expect(idle('test')).rejects.toMatchObject({ code: 73 });
  });

  it('keeps its cursors within a transaction to itself', async () => {
    await using server = await startServer();
    await server.collection.insertMany([{ _id: 1 }, { _id: 2 }, { _id: 3 }]);
    await server.client.withSession(async (session) => {
      session.startTransaction();
      const { cursor } = await server.db.command({ find: 'things', batchSize: 1 }, { session });
      const { id } = cursor as { id: unknown };
      const getMore = {
        getMore: id instanceof mongo.Long ? id : mongo.Long.fromString(String(id)),
        collection: 'things',
      };
      await expect(server.db.command(getMore)).rejects.toMatchObject({ code: 13 });
      await session.abortTransaction();
    });
  });
});
