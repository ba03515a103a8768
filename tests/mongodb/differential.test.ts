/**
 * devdb, judged by MongoDB: both get the same generated commands, and must answer the same, but for a list of known
 * differences.
 *
 *     DIFFERENTIAL_SEED=7 npm run test:mongodb -- differential      other commands
 */
import { expect, it } from '@jest/globals';
import type { Document } from 'bson';
import { send, startServer } from '../../packages/devdb/tests/database.ts';
import { startSystem } from '../harness.ts';
import { KNOWN, type Verdict, compare, show } from './differential/compare.ts';
import type { Script } from './differential/script.ts';
import { scriptsOf } from './differential/scripts.ts';

const SEED = Number(process.env['DIFFERENTIAL_SEED'] ?? 20_261_127);
const DATABASE = 'differential';
/** Numbers keep their types, so that an int and a double are told apart. */
const TYPED = { promoteValues: false };

type Counts = Record<string, Partial<Record<Verdict, number>>>;

/** Runs a script on both servers, up to the first difference: from there on they may have other data. */
async function run(uris: [string, string], { kind, setup, commands }: Script, counts: Counts): Promise<string[]> {
  const ask = (command: Document): Promise<[Document, Document]> => {
    const sent: Document = { ...command, $db: (command['$db'] as unknown) ?? DATABASE };
    const [real, ours] = uris;
    return Promise.all([send(real, sent, TYPED), send(ours, sent, TYPED)]);
  };
  const tally = (counts[kind] ??= {});
  for (const command of setup) {
    const [wanted, got] = await ask(command);
    if (compare(command, wanted, got) === 'different') return [show(command, wanted, got)];
  }
  for (const command of commands) {
    const [wanted, got] = await ask(command);
    const verdict = compare(command, wanted, got);
    tally[verdict] = (tally[verdict] ?? 0) + 1;
    if (verdict === 'different') return [show(command, wanted, got)];
  }
  return [];
}

it('answers as MongoDB does', async () => {
  await using system = await startSystem({ start: ['database'] });
  await using devdb = await startServer();
  const uris: [string, string] = [system.mongodbUri, devdb.uri];
  const counts: Counts = {};
  const differences: string[] = [];
  for (const script of scriptsOf(SEED)) differences.push(...(await run(uris, script, counts)));
  const all = Object.values(counts)
    .flatMap((tally) => Object.values(tally))
    .reduce((sum, count) => sum + count, 0);
  console.info(
    `seed ${String(SEED)}, ${String(all)} commands\n${JSON.stringify(counts, null, 1)}\n${JSON.stringify(KNOWN, null, 1)}`,
  );
  expect(differences).toEqual([]);
  expect(all).toBeGreaterThan(1500);
}, 300_000);
