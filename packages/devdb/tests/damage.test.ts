import { mkdtemp, readFile, readdir, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, it } from '@jest/globals';
import { mongo } from 'mongoose';
import { createDevdb } from '../server.ts';

it('a database with intact writes after a damaged one does not start, says why, and changes nothing', async () => {
  const dataDir = await mkdtemp(path.join(tmpdir(), 'devdb-damage-'));
  /** Starts the database, writes these documents, ends it, and returns how many documents it had. */
  const write = async (numbers: number[]): Promise<number> => {
    await using server = await createDevdb({ dataDir, fsync: false });
    const client = await new mongo.MongoClient(server.uri).connect();
    try {
      const collection = client.db('shop').collection<{ _id: number }>('numbers');
      for (const _id of numbers) await collection.insertOne({ _id });
      return await collection.countDocuments();
    } finally {
      await client.close();
    }
  };
  try {
    await write([0, 1, 2, 3, 4, 5]);
    const log = (await readdir(dataDir)).find((name) => name.endsWith('.log')) ?? '';
    const file = path.join(dataDir, log);
    const whole = await readFile(file);
    const damagedAt = whole.length >> 1;
    const damaged = Buffer.from(whole);
    damaged[damagedAt] = (damaged[damagedAt] ?? 0) ^ 1;
    await writeFile(file, damaged);

    const error: unknown = await createDevdb({ dataDir, fsync: false }).catch((thrown: unknown) => thrown);
    const sentence = /(\S+) is damaged at byte (\d+), and whole writes follow from byte (\d+)\. .*$/m;
    const [said, saidFile, at, from] = sentence.exec(String(error)) ?? [];
    expect(saidFile).toBe(file);
    expect(Number(at)).toBeLessThanOrEqual(damagedAt);
    expect(Number(from)).toBeGreaterThan(damagedAt);
    expect(said).toContain(`truncate -s ${String(at)} '${file}'`);
    expect(await readdir(dataDir)).toEqual([log]);
    expect(await readFile(file)).toEqual(damaged);

    // Both remedies that the message names.
    await writeFile(file, whole);
    expect(await write([6])).toBe(7);
    await writeFile(file, damaged);
    await truncate(file, Number(at));
    expect(await write([7])).toBeLessThan(7);
  } finally {
    await rm(dataDir, { recursive: true, force: true });
  }
});
