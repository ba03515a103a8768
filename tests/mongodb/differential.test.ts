/**
 * devdb, judged by MongoDB: both get the same generated commands, and must answer the same, but for a list of known
 * differences.
 *
 *     DIFFERENTIAL_SEED=7 npm run test:mongodb -- differential      other commands
 */
import { expect, it } from '@jest/globals';
import type { Document } from 'bson';
import { startServer } from '../../packages/devdb/tests/database.ts';
import { startSystem } from '../harness.ts';
import { KNOWN, type Verdict, compare, show } from './differential/compare.ts';
import { Raw } from './differential/raw.ts';
import { type Script, scriptsOf } from './differential/scripts.ts';

const SEED = Number(process.env['DIFFERENTIAL_SEED'] ?? 20_261_127);
const DATABASE = 'differential';

type Counts = Record<string, Partial<Record<Verdict, number>>>;

/** Both servers' answers to a command. Those of writes must be equal before the next one is sent, or it has other data. */
async function run(real: Raw, ours: Raw, { kind, setup, commands }: Script, counts: Counts): Promise<string[]> {
  const send = async (command: Document): Promise<[Document, Document]> => {
    const { $db = DATABASE, ...body } = command;
    return Promise.all([real.send({ ...body, $db: $db as unknown }), ours.send({ ...body, $db: $db as unknown })]);
  };
  const tally = (counts[kind] ??= {});
  for (const command of setup) {
    const [wanted, got] = await send(command);
    if (compare(command, wanted, got) === 'different') return [show(command, wanted, got)];
  }
  for (const command of commands) {
    const [wanted, got] = await send(command);
    const verdict = compare(command, wanted, got);
    tally[verdict] = (tally[verdict] ?? 0) + 1;
    if (verdict !== 'different') continue;
    // From here on they have other data.
    return [show(command, wanted, got)];
  }
  return [];
}

it('answers as MongoDB does', async () => {
  await using system = await startSystem({ start: ['database'] });
  await using devdb = await startServer();
  await using real = await Raw.open(system.database.port);
  await using ours = await Raw.open(Number(new URL(devdb.uri).port));
  const counts: Counts = {};
  const differences: string[] = [];
  for (const script of scriptsOf(SEED)) differences.push(...(await run(real, ours, script, counts)));
  const all = Object.values(counts)
    .flatMap((tally) => Object.values(tally))
    .reduce((sum, count) => sum + count, 0);
  console.info(
    `seed ${String(SEED)}, ${String(all)} commands\n${JSON.stringify(counts, null, 1)}\n${JSON.stringify(KNOWN, null, 1)}`,
  );
  expect(differences).toEqual([]);
  expect(all).toBeGreaterThan(1500);
}, 300_000);
