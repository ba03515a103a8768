/**
 * What a crash may and may not do: devdb in a process of its own is killed in the middle of its work, its files are damaged,
 * and what it serves afterwards is compared with what it had acknowledged.
 */
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { mongo } from 'mongoose';
import { flip } from './database.ts';
import { isGone, MixedLoad, verify } from './mixed-load.ts';
import { bundle, DevdbProcess, type Options } from './process.ts';

/** Another seed is another run: FAULT_SEED repeats one that failed. */
const seed = Number(process.env['FAULT_SEED'] ?? Date.now() % 1_000_000);

/** Mulberry32: a small generator of pseudo-random numbers in [0, 1). */
function generator(state: number): () => number {
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
}

function temporaryFolder(): { folder: string } & Disposable {
  const folder = mkdtempSync(path.join(tmpdir(), 'devdb-faults-'));
  return {
    folder,
    [Symbol.dispose]: () => {
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

let bundled: Awaited<ReturnType<typeof bundle>>;
beforeAll(async () => {
  bundled = await bundle();
});
afterAll(async () => {
  await bundled[Symbol.asyncDispose]();
});

const start = (options: Options): Promise<DevdbProcess> => DevdbProcess.start(options, bundled.program);

/** Without retries an error means "not acknowledged" and no more. */
async function connect(devdb: DevdbProcess): Promise<mongo.MongoClient> {
  for (let tries = 20; ; tries--) {
    // Short, because a client whose server was killed looks for it that long: when it commits, and when it closes.
    const client = new mongo.MongoClient(devdb.uri, { retryWrites: false, serverSelectionTimeoutMS: 250 });
    try {
      return await client.connect();
    } catch (error) {
      await client.close();
      if (tries === 0) throw error;
    }
  }
}

interface Numbered {
  _id: number;
  key: string;
  padding?: string;
}

// Many processes start one after the other, on what may be a busy machine.
jest.setTimeout(240_000);

describe('a devdb that is killed', () => {
  it('has every acknowledged write, no half transaction, and whole indexes when it comes back', async () => {
    console.info(`FAULT_SEED=${String(seed)}`);
    const random = generator(seed);
    const kills = 20;
    using temporary = temporaryFolder();
    const options = { dataDir: temporary.folder, fsync: false, compactBytes: 10_000 };
    const load = new MixedLoad(random);
    // A client whose server is gone takes its time to see that it can't say goodbye.
    const closed: Promise<void>[] = [];

    for (let kill = 0; kill <= kills; kill++) {
      await using devdb = await start(options);
      const client = await connect(devdb);
      try {
        if (kill === 0) await load.prepare(client);
        await verify(client, load);
        if (kill === kills) break;
        const working = load.run(client);
        // At a random moment: so many acknowledged writes from now, and a little later.
        await Promise.race([load.afterAcknowledging(1 + Math.floor(random() * 120)), working]);
        await new Promise((resolve) => setTimeout(resolve, random() * 4));
        await devdb.end('SIGKILL');
        await working;
      } finally {
        closed.push(client.close(true));
      }
    }
    await Promise.all(closed);
    expect(load.counts.acknowledged).toBeGreaterThan(kills);
    expect(load.counts.committed).toBeGreaterThan(0);
    console.info(`${String(kills)} kills`, load.counts);
  });

  it('has every acknowledged write when it was killed while it compacted its log', async () => {
    using temporary = temporaryFolder();
    const options = { dataDir: temporary.folder, fsync: false, compactBytes: 100_000 };
    const documents = 2_000;
    let acknowledged = 0;
    for (let kill = 0; kill <= 4; kill++) {
      await using devdb = await start(options);
      const client = await connect(devdb);
      const collection = client.db('test').collection<Numbered & { round: number }>('numbers');
      const all = Array.from({ length: documents }, (_, _id) => ({ _id, key: `key-${String(_id)}`, round: 0 }));
      if (kill === 0) await collection.insertMany(all);
      const rounds = await collection.distinct('round');
      // One update of many documents is not a transaction, but one frame of the log here: all of it is there, or nothing.
      expect(rounds).toHaveLength(1);
      expect([acknowledged, acknowledged + 1]).toContain(rounds[0]);
      expect(await collection.countDocuments({}, { hint: { _id: 1 } })).toBe(documents);
      acknowledged = rounds[0] ?? NaN;

      let ended = false;
      const working = (async () => {
        for (;;) {
          await collection.updateMany({}, { $inc: { round: 1 } });
          acknowledged++;
        }
      })().catch((error: unknown) => {
        ended = true;
        return error;
      });
      const compacting = (): boolean => readdirSync(temporary.folder).some((name) => name.endsWith('.tmp'));
      // eslint-disable-next-line @typescript-eslint/no-unnecessary-condition -- the catch above sets it
      while (!ended && !compacting()) await new Promise((resolve) => setTimeout(resolve, 1));
      expect(ended).toBe(false);
      await devdb.end('SIGKILL');
      expect(isGone(await working)).toBe(true);
      await client.close(true);
    }
  });
});

describe('a devdb whose log was damaged', () => {
  const documents = 200;

  /** The log of `documents` inserts, one acknowledged after the other, by a process that was killed after the last. */
  async function writtenLog(dataDir: string): Promise<{ file: string; ends: number[] }> {
    await using devdb = await start({ dataDir, fsync: false });
    const client = await connect(devdb);
    const collection = client.db('test').collection<Numbered>('numbers');
    await collection.createIndexes([{ key: { key: 1 }, unique: true }]);
    const file = path.join(dataDir, readdirSync(dataDir).find((name) => name.endsWith('.log')) ?? '');
    const ends: number[] = [];
    for (let i = 0; i < documents; i++) {
      await collection.insertOne({ _id: i, key: `key-${String(i)}`, padding: 'x'.repeat(100) });
      ends.push(statSync(file).size);
    }
    await devdb.end('SIGKILL');
    await client.close(true);
    return { file, ends };
  }

  /** Starts it on the damaged file and expects the first `kept` documents, all of them and nothing else. */
  async function expectKept(dataDir: string, kept: number, dropped: number): Promise<void> {
    await using devdb = await start({ dataDir, fsync: false });
    const warning = devdb.lines.find(({ level }) => level === 'warn');
    if (dropped === 0) expect(warning).toBeUndefined();
    else
      expect(warning).toMatchObject({
        message: 'dropped the torn tail of the log',
        details: { droppedBytes: dropped },
      });
    const client = await connect(devdb);
    try {
      const collection = client.db('test').collection<Numbered>('numbers');
      for (const hint of [{ $natural: 1 }, { _id: 1 }, { key: 1 }] as const) {
        const ids = (await collection.find({}, { hint }).toArray()).map(({ _id }) => _id).sort((a, b) => a - b);
        expect(ids).toEqual(Array.from({ length: kept }, (_, i) => i));
      }
      // What was lost can be written again, and is then as safe as all else.
      await collection.insertOne({ _id: kept, key: `key-${String(kept)}` });
      await devdb.end('SIGKILL');
    } finally {
      await client.close(true);
    }
    await using again = await start({ dataDir, fsync: false });
    expect(again.lines.filter(({ level }) => level === 'warn')).toEqual([]);
    const client2 = await connect(again);
    expect(await client2.db('test').collection('numbers').countDocuments()).toBe(kept + 1);
    await client2.close(true);
  }

  it('starts, says what it dropped, and loses a torn tail alone, wherever it begins', async () => {
    const random = generator(seed);
    using temporary = temporaryFolder();
    const { file, ends } = await writtenLog(temporary.folder);
    const whole = readFileSync(file);
    expect(ends.at(-1)).toBe(whole.length);
    const between = (from: number | undefined, to = whole.length): number =>
      (from ?? 0) + Math.floor(random() * (to - (from ?? 0)));

    for (const damage of ['cut', 'flip', 'cut', 'flip', 'append'] as const) {
      // A flipped bit is at the tail in the last frame alone.
      const at = { cut: between(ends.at(-20)), flip: between(ends.at(-2)), append: whole.length }[damage];
      for (const name of readdirSync(temporary.folder))
        if (!name.endsWith('.log')) rmSync(path.join(temporary.folder, name));
      writeFileSync(file, damage === 'append' ? Buffer.concat([whole, Buffer.alloc(37)]) : whole);
      if (damage === 'flip') writeFileSync(file, flip(whole, at, 1 << Math.floor(random() * 8)));
      if (damage === 'cut') truncateSync(file, at);

      // Every frame that ends at or before the damage is whole; the next holds it.
      const kept = ends.filter((end) => end <= at).length;
      const keptBytes = kept === 0 ? 0 : (ends[kept - 1] ?? 0);
      await expectKept(temporary.folder, kept, statSync(file).size - keptBytes);
    }
  });

  it('does not start where whole writes follow the damage, and loses nothing once that is mended', async () => {
    const random = generator(seed);
    using temporary = temporaryFolder();
    const { file, ends } = await writtenLog(temporary.folder);
    const whole = readFileSync(file);
    const beforeLast = ends.at(-2) ?? NaN;
    const at = Math.floor(random() * (beforeLast - 4096));
    const damages = [
      flip(whole, Math.floor(random() * beforeLast), 1 << Math.floor(random() * 8)),
      Buffer.from(whole).fill(0, at, at + 4096),
      Buffer.concat([whole.subarray(0, at), whole.subarray(at + 1 + Math.floor(random() * 4096))]),
    ];
    for (const damaged of damages) {
      writeFileSync(file, damaged);
      await expect(start({ dataDir: temporary.folder, fsync: false })).rejects.toThrow('devdb ended with 1');
      expect(readFileSync(file)).toEqual(damaged);
    }
    writeFileSync(file, whole);
    await expectKept(temporary.folder, documents, 0);
  });
});
