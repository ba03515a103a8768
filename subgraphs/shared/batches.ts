/**
 * Lets calls of one kind share their round trips under load, like a database's group commit: the first call starts at
 * once, and calls that arrive meanwhile go together when it has ended. A single call is not delayed.
 */
import DataLoader from 'dataloader';

/**
 * A batch that takes longer than this, for example because its connection is dead, is treated as hung, and the next one
 * starts. Milliseconds.
 */
const HUNG_AFTER_MS = 1000;

/**
 * @param work returns an outcome for each item, in their order: a result, or an Error for its caller. An outcome may be
 * a promise, which the next batch doesn't wait for. If `work` itself throws, all callers get the error.
 * @param options `most`: the most items in a batch, 64 by default
 */
export function inBatches<Item, Result>(
  work: (items: readonly Item[]) => Promise<readonly (Result | Promise<Result> | Error)[]>,
  { most = 64, patienceMs = HUNG_AFTER_MS }: { most?: number; patienceMs?: number } = {},
): (item: Item) => Promise<Result> {
  let batch: Promise<unknown> = Promise.resolve();
  let turn = batch;
  const loader = new DataLoader<Item, Result | Promise<Result>>(
    (items) => {
      const outcomes = work(items);
      batch = outcomes;
      return outcomes;
    },
    {
      cache: false,
      maxBatchSize: most,
      // Batches run one after another, in the order of their start; `dispatch` calls the function above at once.
      batchScheduleFn: (dispatch) => {
        turn = turn.then(() => {
          dispatch();
          return endOf(batch, patienceMs);
        });
      },
    },
  );
  return async (item) => loader.load(item);
}

/** Resolves when the work has succeeded or failed, or the time is over. */
export const endOf = (work: Promise<unknown>, ms: number): Promise<void> =>
  new Promise((resolve) => {
    const timer = setTimeout(resolve, ms);
    const end = (): void => {
      clearTimeout(timer);
      resolve();
    };
    work.then(end, end);
  });
