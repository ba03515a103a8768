/**
 * Lets calls of one kind share their round trips under load, as databases commit in groups: the first call goes at once, and
 * what comes while it is under way goes together as soon as that has ended. Whoever is alone waits for nobody.
 */
import DataLoader from 'dataloader';

/** After so many milliseconds a batch hangs, as where a connection has broken without a word, and the next one goes. */
const PATIENCE_MS = 1000;

/**
 * @param work gives an outcome for each item, in their order: a result, or an Error for its caller. What one item has still to
 * wait for is given as a promise, and the next batch doesn't wait for that. What `work` itself throws, all callers get.
 * @param options `most`: items in a batch, 64 by default
 */
export function inBatches<Item, Result>(
  work: (items: readonly Item[]) => Promise<readonly (Result | Promise<Result> | Error)[]>,
  { most = 64, patienceMs = PATIENCE_MS }: { most?: number; patienceMs?: number } = {},
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
      // One batch after another, in the order in which they were begun; `dispatch` calls the function above at once.
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

/** Resolves when the work has ended, however it ended, or the time is up. */
export const endOf = (work: Promise<unknown>, ms: number): Promise<void> =>
  new Promise((resolve) => {
    const timer = setTimeout(resolve, ms);
    const end = (): void => {
      clearTimeout(timer);
      resolve();
    };
    work.then(end, end);
  });
