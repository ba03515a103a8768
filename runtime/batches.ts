/**
 * Lets calls of one kind share their round trips under load, as databases commit in groups: the first call goes at once, and
 * what comes while it is under way goes together as soon as that has ended. Whoever is alone waits for nobody.
 */
import DataLoader from 'dataloader';

/**
 * @param work gives an outcome for each item, in their order: a result, or an Error for its caller. What one item has still to
 * wait for is given as a promise, and the next batch doesn't wait for that. What `work` itself throws, all callers get.
 * @param most items in a batch; 64 by default
 */
export function inBatches<Item, Result>(
  work: (items: readonly Item[]) => Promise<readonly (Result | Promise<Result> | Error)[]>,
  most = 64,
): (item: Item) => Promise<Result> {
  let underWay: Promise<unknown> = Promise.resolve();
  let batch: Promise<unknown> = underWay;
  const loader = new DataLoader<Item, Result | Promise<Result>>(
    (items) => {
      const outcomes = work(items);
      batch = outcomes.catch(() => undefined);
      return outcomes;
    },
    {
      cache: false,
      maxBatchSize: most,
      // One batch at a time, in the order in which they were begun; `dispatch` calls the function above at once.
      batchScheduleFn: (dispatch) => {
        underWay = underWay.then(() => {
          dispatch();
          return batch;
        });
      },
    },
  );
  return async (item) => loader.load(item);
}
