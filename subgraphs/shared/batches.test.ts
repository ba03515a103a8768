import { expect, it } from '@jest/globals';
import { inBatches } from './batches.ts';

/** Work that lasts until the test ends it, and the batches that it got. */
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

it('the first call starts at once, and calls that arrive meanwhile go together, each with its own result', async () => {
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

it('a batch that fails rejects all its calls, but not the next batch', async () => {
  const { call, settled, end } = start();
  const failing = Promise.allSettled([call(1), call(2)]);
  await settled();
  const next = call(3);
  await end(new Error('away'));
  await end(['three']);
  expect((await failing).map(({ status }) => status)).toEqual(['rejected', 'rejected']);
  expect(await next).toBe('three');
});

it('an item that fails rejects only its own call', async () => {
  const { call, settled, end } = start();
  const both = Promise.allSettled([call(1), call(2)]);
  await settled();
  await end([new Error('refused'), 'two']);
  expect(await both).toMatchObject([{ reason: { message: 'refused' } }, { value: 'two' }]);
});

it('the next batch does not wait for a promise of one item in the batch before', async () => {
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

it('a batch has at most the given number of items, and the rest waits for its end', async () => {
  const { call, batches, settled, end } = start({ most: 2 });
  const all = Promise.all([1, 2, 3].map(call));
  await settled();
  expect(batches).toEqual([[1, 2]]);
  await end(['1', '2']);
  expect(batches).toEqual([[1, 2], [3]]);
  await end(['3']);
  expect(await all).toEqual(['1', '2', '3']);
});

it('the next batch does not wait for a batch that hangs', async () => {
  const { call, batches, settled, end } = start({ patienceMs: 20 });
  const hanging = call(1);
  await settled();
  const next = call(2);
  while (batches.length < 2) await settled();
  await end(['one']);
  await end(['two']);
  expect(await Promise.all([hanging, next])).toEqual(['one', 'two']);
});
