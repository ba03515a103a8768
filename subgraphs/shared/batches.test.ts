import { expect, it } from '@jest/globals';
import { inBatches } from './batches.ts';

/** Work that takes until it is told to end, and the batches that came to it. */
function start(options?: { most?: number; patienceMs?: number }) {
  const batches: number[][] = [];
  const ends: ((outcome: (Promise<string> | string | Error)[] | Error) => void)[] = [];
  const call = inBatches<number, string>((items) => {
    batches.push([...items]);
    return new Promise((resolve, reject) => {
      ends.push((outcome) => {
        if (outcome instanceof Error) reject(outcome);
        else resolve(outcome);
      });
    });
  }, options);
  const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
  return {
    call,
    batches,
    settled,
    end: async (outcome: (Promise<string> | string | Error)[] | Error): Promise<void> => {
      ends.shift()?.(outcome);
      await settled();
    },
  };
}

it('the first call goes at once, and what comes meanwhile goes together, each with its own result', async () => {
  const { call, batches, settled, end } = start();
  const first = call(1);
  await settled();
  const [second, third] = [call(2), call(3)];
  await settled();
  expect(batches).toEqual([[1]]);
  await end(['one']);
  expect(batches).toEqual([[1], [2, 3]]);
  await end(['two', 'three']);
  expect(await Promise.all([first, second, third])).toEqual(['one', 'two', 'three']);
});

it('a batch that fails fails for all of it, and not for the next one', async () => {
  const { call, settled, end } = start();
  const failing = Promise.allSettled([call(1), call(2)]);
  await settled();
  const next = call(3);
  await end(new Error('away'));
  await end(['three']);
  expect((await failing).map(({ status }) => status)).toEqual(['rejected', 'rejected']);
  expect(await next).toBe('three');
});

it('an item that fails tells its caller alone', async () => {
  const { call, settled, end } = start();
  const both = Promise.allSettled([call(1), call(2)]);
  await settled();
  await end([new Error('refused'), 'two']);
  expect(await both).toMatchObject([{ reason: { message: 'refused' } }, { value: 'two' }]);
});

it('nobody waits for what one item of the batch before has still to wait for', async () => {
  const { call, batches, settled, end } = start();
  let finish: (result: string) => void = () => undefined;
  const slow = call(1);
  await settled();
  await end([new Promise((resolve) => (finish = resolve))]);
  const quick = call(2);
  await settled();
  expect(batches).toEqual([[1], [2]]);
  await end(['two']);
  expect(await quick).toBe('two');
  finish('one');
  expect(await slow).toBe('one');
});

it('a batch has so many items at most, and the rest waits for its end', async () => {
  const { call, batches, settled, end } = start({ most: 2 });
  const all = Promise.all([1, 2, 3].map(call));
  await settled();
  expect(batches).toEqual([[1, 2]]);
  await end(['1', '2']);
  expect(batches).toEqual([[1, 2], [3]]);
  await end(['3']);
  expect(await all).toEqual(['1', '2', '3']);
});

it('nobody waits for a batch that hangs', async () => {
  const { call, batches, settled, end } = start({ patienceMs: 20 });
  const hanging = call(1);
  await settled();
  const next = call(2);
  while (batches.length < 2) await settled();
  await end(['one']);
  await end(['two']);
  expect(await Promise.all([hanging, next])).toEqual(['one', 'two']);
});
