import fs from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { createDevdb } from '../server.ts';
import { flip, logDirectory, payloadOf, startServer, writtenLog } from '../tests/database.ts';

describe('the log', () => {
  it('gives back what was appended, in order, also what is longer than it reads at once', async () => {
    using files = logDirectory();
    const long = 'x'.repeat(9_000_000);
    const first = files.open();
    for (const text of ['one', 'two', long, 'three']) first.log.append(payloadOf(text));
    await first.log.close();
    const second = files.open();
    expect(second.replayed.map((text) => text.length)).toEqual([3, 3, long.length, 5]);
    second.log.append(payloadOf('four'));
    await second.log.close();
    const third = files.open();
    expect(third.replayed.slice(-2)).toEqual(['three', 'four']);
    await third.log.close();
  });

  it('waits for the disk only where something is to be waited for', async () => {
    using files = logDirectory();
    const { log } = files.open(true);
    expect(log.durable()).toBeUndefined();
    log.append(payloadOf('one'));
    const waits = log.durable();
    expect(waits).toBeInstanceOf(Promise);
    log.append(payloadOf('two'));
    await Promise.all([waits, log.durable()]);
    expect(log.durable()).toBeUndefined();
    await log.close();
  });

  it('cuts a torn tail off wherever it is torn, keeps it aside, and says so', async () => {
    using files = logDirectory();
    const { file, whole, starts } = await writtenLog(files, ['one', 'two', 'three']);
    const lastFrame = starts[2] ?? NaN;
    for (let cut = lastFrame + 1; cut < whole.length; cut++) {
      fs.writeFileSync(file, whole.subarray(0, cut));
      const { log, replayed, warnings } = files.open();
      expect(replayed).toEqual(['one', 'two']);
      expect(warnings).toEqual([{ file, keptBytes: lastFrame, droppedBytes: cut - lastFrame }]);
      expect(fs.readFileSync(`${file}.torn`)).toEqual(whole.subarray(lastFrame, cut));
      await log.close();
    }
    for (let flipped = lastFrame; flipped < whole.length; flipped++) {
      fs.writeFileSync(file, flip(whole, flipped));
      const { log, replayed } = files.open();
      expect(replayed).toEqual(['one', 'two']);
      await log.close();
    }
  });

  it('replaces what came before by a snapshot while it goes on', async () => {
    using files = logDirectory();
    const first = files.open();
    first.log.append(payloadOf('old'));
    const compacting = first.log.compact([payloadOf('snapshot 1'), payloadOf('snapshot 2')]);
    first.log.append(payloadOf('meanwhile'));
    await compacting;
    first.log.append(payloadOf('after'));
    await first.log.close();
    expect(fs.readdirSync(files.dataDir).sort()).toEqual(['devdb.000002.log', 'devdb.000002.snapshot']);
    const second = files.open();
    expect(second.replayed).toEqual(['snapshot 1', 'snapshot 2', 'meanwhile', 'after']);
    await second.log.close();
  });

  it('starts from the older files when a compaction was killed before its snapshot was whole', async () => {
    using files = logDirectory();
    const first = files.open();
    first.log.append(payloadOf('old'));
    const failing = function* (): Generator<Buffer[]> {
      yield payloadOf('half');
      throw new Error('killed');
    };
    await expect(first.log.compact(failing())).rejects.toThrow('killed');
    first.log.append(payloadOf('new'));
    await first.log.close();
    const second = files.open();
    expect(second.replayed).toEqual(['old', 'new']);
    await second.log.close();
    expect(fs.readdirSync(files.dataDir).filter((name) => name.endsWith('.tmp'))).toEqual([]);
  });

  it('refuses a file that is damaged before the tail', async () => {
    using files = logDirectory();
    const first = files.open();
    await first.log.compact([payloadOf('snapshot 1'), payloadOf('snapshot 2')]);
    await first.log.close();
    const file = path.join(files.dataDir, 'devdb.000002.snapshot');
    fs.writeFileSync(file, flip(fs.readFileSync(file), 10));
    expect(() => files.open()).toThrow(/snapshot is damaged at byte 0/);
    // The lock was given back.
    expect(fs.existsSync(path.join(files.dataDir, 'devdb.lock'))).toBe(false);
  });

  it('belongs to one process at a time, and to the next when that is gone', async () => {
    using files = logDirectory();
    const { log } = files.open();
    expect(() => files.open()).toThrow(/is in use by process \d+/);
    await log.close();
    // Nobody has this process id.
    fs.writeFileSync(path.join(files.dataDir, 'devdb.lock'), '999999999 1');
    await files.open().log.close();
    // This process has it, but started at another time: the id was used again.
    fs.writeFileSync(path.join(files.dataDir, 'devdb.lock'), `${String(process.pid)} 1`);
    await files.open().log.close();
  });
});

describe('a server on its files', () => {
  it('keeps documents, indexes and collections over a restart, with and without a compaction', async () => {
    await using first = await startServer();
    const { collection, db } = first;
    await collection.insertMany(Array.from({ length: 300 }, (_, i) => ({ _id: i, n: i % 7, name: `n${String(i)}` })));
    await collection.createIndexes([
      { key: { name: 1 }, unique: true },
      { key: { n: 1 }, partialFilterExpression: { n: { $gt: 2 } } },
    ]);
    await collection.updateMany({ n: 3 }, { $set: { seen: true } });
    await collection.deleteMany({ n: 4 });
    await db.createCollection('empty');
    await db.collection('gone').insertOne({});
    await db.dropCollection('gone');
    const all = await collection.find().toArray();
    const indexes = await collection.listIndexes().toArray();
    let server = first;
    for (let i = 0; i < 2; i++) {
      server = await server.restart({ compactBytes: 1000 });
      expect(await server.collection.find().toArray()).toEqual(all);
      expect(await server.collection.listIndexes().toArray()).toEqual(indexes);
      expect((await server.db.listCollections().toArray()).map(({ name }) => name).sort()).toEqual(['empty', 'things']);
      expect(await server.collection.find({ n: 3 }).hint('n_1').toArray()).toHaveLength(43);
      await expect(server.collection.insertOne({ _id: 1000, name: 'n1' })).rejects.toMatchObject({ code: 11000 });
      // The log is longer than it may be, so that this makes it compact.
      await server.db.collection('other').insertOne({ text: 'x'.repeat(60_000) });
      await server.db.collection('other').drop();
    }
    await using last = await server.restart();
    expect(await last.collection.find().toArray()).toEqual(all);
  });

  it('listens on loopback only, and not on a port that is taken', async () => {
    using files = logDirectory();
    await expect(createDevdb({ dataDir: files.dataDir, host: '0.0.0.0' })).rejects.toThrow(/loopback only/);
    await using server = await createDevdb({ dataDir: files.dataDir });
    using others = logDirectory();
    await expect(createDevdb({ dataDir: others.dataDir, port: server.port })).rejects.toMatchObject({
      code: 'EADDRINUSE',
    });
    await (await createDevdb({ dataDir: others.dataDir })).close();
  });
});
