import { mkdtemp, readFile, readdir, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, it } from '@jest/globals';
import mongoose from 'mongoose';
import { startSystem } from '../harness.ts';

it('an embedded database with intact writes after a damaged one does not start, says why, and changes nothing', async () => {
  const dataDir = await mkdtemp(path.join(tmpdir(), 'order-supergraph-damage-'));
  try {
    await using system = await startSystem({ start: ['devdb'], env: { DATA_DIR: dataDir } });
    const write = async (numbers: number[]): Promise<number> => {
      const connection = await mongoose.createConnection(system.mongodbUri).asPromise();
      try {
        const collection = connection.useDb('shop').collection<{ _id: number }>('numbers');
        for (const _id of numbers) await collection.insertOne({ _id });
        return await collection.countDocuments();
      } finally {
        await connection.close();
      }
    };
    await write([0, 1, 2, 3, 4, 5]);
    await system.devdb.stop();
    const log = (await readdir(dataDir)).find((name) => name.endsWith('.log')) ?? '';
    const file = path.join(dataDir, log);
    const whole = await readFile(file);
    const damagedAt = whole.length >> 1;
    const damaged = Buffer.from(whole);
    damaged[damagedAt] = (damaged[damagedAt] ?? 0) ^ 1;
    await writeFile(file, damaged);

    system.devdb.spawn();
    expect(await system.devdb.exited).toEqual({ code: 1, signal: null });
    const sentence = /^devdb: (\S+) is damaged at byte (\d+), and whole writes follow from byte (\d+)\. .*$/m;
    const [said, saidFile, at, from] = sentence.exec(system.devdb.output) ?? [];
    expect(saidFile).toBe(file);
    expect(Number(at)).toBeLessThanOrEqual(damagedAt);
    expect(Number(from)).toBeGreaterThan(damagedAt);
    expect(said).toContain(`truncate -s ${String(at)} '${file}'`);
    expect(await readdir(dataDir)).toEqual([log]);
    expect(await readFile(file)).toEqual(damaged);

    // Both remedies that the message names.
    await writeFile(file, whole);
    await system.devdb.start();
    expect(await write([6])).toBe(7);
    await system.devdb.kill();
    await writeFile(file, damaged);
    await truncate(file, Number(at));
    await system.devdb.start();
    expect(await write([7])).toBeLessThan(7);
  } finally {
    await rm(dataDir, { recursive: true, force: true });
  }
});
