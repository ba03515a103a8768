/**
 * Lets work on the same things run one after another inside this process. Many orders for one product would otherwise
 * meet as write conflicts, which the driver answers with growing pauses; the database still guards against other processes.
 */
export interface Queue {
  /** Runs `work` once all work that was queued before it on any of `keys` has ended, however that ended. */
  run: <T>(keys: readonly string[], work: () => Promise<T>) => Promise<T>;
  /** Whether no work is queued on any of them. */
  isFree: (keys: readonly string[]) => boolean;
  /** Resolves once all work that is queued on them now has ended. */
  whenFree: (keys: readonly string[]) => Promise<void>;
}

export function createQueue(): Queue {
  /** The last of each key's line. */
  const tails = new Map<string, Promise<unknown>>();
  const whenFree = async (keys: readonly string[]): Promise<void> => {
    await Promise.allSettled(keys.flatMap((key) => tails.get(key) ?? []));
  };
  return {
    // All lines are joined in one synchronous step, so two jobs stand in the same order in every line that they share:
    // no deadlock, in whatever order the keys come.
    run(keys, work) {
      const job = whenFree(keys).then(work);
      for (const key of keys) tails.set(key, job);
      const leave = (): void => {
        for (const key of keys) if (tails.get(key) === job) tails.delete(key);
      };
      job.then(leave, leave);
      return job;
    },
    isFree: (keys) => !keys.some((key) => tails.has(key)),
    whenFree,
  };
}
