/**
 * The steps by which orders change: every write and every call, by name. Each can be repeated by anyone at any time; a
 * process may die before or after each, which is what tests have it do.
 */

export const STEPS = [
  /** Writes the order as PENDING, under its lease. */
  'insert',
  /** Asks customers whether the customer exists. */
  'customer',
  /** Asks inventory to set the stock aside. */
  'reserve',
  /** Writes PENDING -> CONFIRMED. */
  'confirm',
  /** Writes PENDING -> REJECTED, which owes a release. */
  'reject',
  /** Writes PENDING or CONFIRMED -> CANCELLED, which owes a release. */
  'cancel',
  /** Writes CONFIRMED -> SHIPPED, which owes a commit. */
  'ship',
  /** Writes SHIPPED -> DELIVERED. */
  'deliver',
  /** Asks inventory to give the stock back. */
  'release',
  /** Asks inventory to take the stock out of the house. */
  'commit',
  /** Writes that nothing is owed any more. */
  'clear',
  /** Writes when the order is due again, after an outcome that is not known. */
  'postpone',
  /** Takes over an order whose lease has run out. */
  'claim',
] as const;

export type Step = (typeof STEPS)[number];
export type CrashPoint = `${'before' | 'after'}-${Step}`;

/** Everywhere that a process can die between two steps. */
export const CRASH_POINTS: readonly CrashPoint[] = STEPS.flatMap(
  (step) => [`before-${step}`, `after-${step}`] as const,
);

/** Runs a step's work. */
export type RunStep = <T>(step: Step, work: () => Promise<T>) => Promise<T>;

/**
 * @param crashPoint tests only: where the process kills itself, as a crash would, without a chance to tidy up
 */
export function createSteps(crashPoint?: string): RunStep {
  if (crashPoint !== undefined && !CRASH_POINTS.some((point) => point === crashPoint)) {
    throw new Error(`${crashPoint} is not a crash point: there are ${CRASH_POINTS.join(', ')}.`);
  }
  const crashAt = (point: CrashPoint): void => {
    if (point === crashPoint) process.kill(process.pid, 'SIGKILL');
  };
  return async (step, work) => {
    crashAt(`before-${step}`);
    const result = await work();
    crashAt(`after-${step}`);
    return result;
  };
}
