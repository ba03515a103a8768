/**
 * Rounds in which the contestants take turns, and ratios between them with their spread.
 *
 * A rate depends on the machine and on its other load; a ratio between two contestants that take turns within a second depends on
 * them much less. So contestants are compared round by round, and a report has the median of the rounds' ratios with its quartiles.
 */
import { parseArgs } from 'node:util';
import { serverOf } from '../tests/harness.ts';

/** `--rounds`, `--seconds` of each measurement, `--only` contestants or sizes, `--part` of the workloads, `--save` into docs/performance.md. */
export function settings(defaults: { rounds: number; seconds: number }) {
  const { values } = parseArgs({
    options: {
      rounds: { type: 'string', default: String(defaults.rounds) },
      seconds: { type: 'string', default: String(defaults.seconds) },
      only: { type: 'string', default: '' },
      part: { type: 'string', default: '' },
      database: { type: 'string' },
      save: { type: 'boolean', default: false },
    },
  });
  const oneOf = (list: string) => {
    const names = list.split(',').filter(Boolean);
    return (name: string): boolean => names.length === 0 || names.includes(name);
  };
  return {
    rounds: Number(values.rounds),
    seconds: Number(values.seconds),
    save: values.save,
    database: serverOf(values.database),
    wants: oneOf(values.only),
    wantsPart: oneOf(values.part),
  };
}

/** @param sorted ascending */
export const quantile = (sorted: readonly number[], q: number): number =>
  sorted[Math.min(sorted.length - 1, Math.floor(q * sorted.length))] ?? NaN;

export const median = (values: readonly number[]): number => {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1
    ? (sorted[middle] ?? NaN)
    : ((sorted[middle - 1] ?? NaN) + (sorted[middle] ?? NaN)) / 2;
};

/** The median of the rounds' ratios, with the quartiles: `4.2 (3.9 to 4.4)`. */
export interface Ratio {
  median: number;
  low: number;
  high: number;
}
export function ratioOf(values: readonly number[], bases: readonly number[]): Ratio {
  const ratios = values.map((value, round) => value / (bases[round] ?? NaN)).sort((a, b) => a - b);
  return { median: median(ratios), low: quantile(ratios, 0.25), high: quantile(ratios, 0.75) };
}

export const figure = (value: number): string =>
  !Number.isFinite(value) ? '' : value >= 100 ? value.toFixed(0) : value >= 10 ? value.toFixed(1) : value.toFixed(2);
export const ratioText = ({ median: middle, low, high }: Ratio): string =>
  Number.isNaN(middle) ? '' : `${figure(middle)} (${figure(low)} to ${figure(high)})`;
export const verdict = (met: boolean): string => (met ? 'met' : '**missed**');

/** Calls `turn` for each contestant in each round; another one begins each round. Round -1 is a warm-up. */
export async function interleave<T>(
  contestants: readonly T[],
  rounds: number,
  turn: (contestant: T, round: number) => Promise<void>,
): Promise<void> {
  for (let round = -1; round < rounds; round++) {
    for (let n = 0; n < contestants.length; n++) {
      const contestant = contestants[(n + round + 1) % contestants.length];
      if (contestant !== undefined) await turn(contestant, round);
    }
  }
}
