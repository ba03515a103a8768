/** All scripts of the differential test: the same seed makes the same ones. */
import { Random } from '../../faults/random.ts';
import { aggregates } from './aggregates.ts';
import { indexes } from './indexes.ts';
import { filters, reads } from './reads.ts';
import { type Script, many } from './script.ts';
import { transactions } from './transactions.ts';
import { updates } from './updates.ts';

const MAKERS: { make: (random: Random, coll: string) => Script; scripts: number }[] = [
  { make: filters, scripts: 24 },
  { make: reads, scripts: 15 },
  { make: updates, scripts: 30 },
  { make: aggregates, scripts: 20 },
  { make: indexes, scripts: 10 },
  { make: transactions, scripts: 10 },
];

export function scriptsOf(seed: number): Script[] {
  const random = new Random(seed);
  return MAKERS.flatMap(({ make, scripts }, kind) =>
    many(scripts, (n) => make(random, `c${String(kind)}_${String(n)}`)),
  );
}
