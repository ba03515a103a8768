import { expect, test } from '@jest/globals';
import { createQueue } from './queue.ts';

/** Work that ends when it is told to, and notes that it began. */
function controlled(name: string, begun: string[]) {
  let end: (how: { fail: boolean }) => void = () => undefined;
  const promise = new Promise<string>((resolve, reject) => {
    end = ({ fail }) => {
      if (fail) reject(new Error(name));
      else resolve(name);
    };
  });
  return {
    work: () => {
      begun.push(name);
      return promise;
    },
    end: () => {
      end({ fail: false });
    },
    fail: () => {
      end({ fail: true });
    },
  };
}

const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

test('work on one key runs one after another, in the order in which it came', async () => {
  const queue = createQueue();
  const begun: string[] = [];
  const [first, second] = [controlled('first', begun), controlled('second', begun)];
  const answers = Promise.all([queue.run(['a'], first.work), queue.run(['a'], second.work)]);
  await settled();
  expect(begun).toEqual(['first']);
  first.end();
  await settled();
  expect(begun).toEqual(['first', 'second']);
  second.end();
  expect(await answers).toEqual(['first', 'second']);
});

test('work on different keys runs side by side', async () => {
  const queue = createQueue();
  const begun: string[] = [];
  const [first, second] = [controlled('first', begun), controlled('second', begun)];
  const answers = Promise.all([queue.run(['a'], first.work), queue.run(['b'], second.work)]);
  await settled();
  expect(begun).toEqual(['first', 'second']);
  first.end();
  second.end();
  await answers;
});

test('work on the same keys in either order does not lock itself up', async () => {
  const queue = createQueue();
  const jobs = Array.from({ length: 50 }, (_, n) =>
    queue.run(n % 2 === 0 ? ['a', 'b'] : ['b', 'a'], () => Promise.resolve(n)),
  );
  expect(await Promise.all(jobs)).toEqual(jobs.map((_, n) => n));
});

test('work that fails tells its caller alone, and lets the next one run', async () => {
  const queue = createQueue();
  const first = controlled('first', []);
  const failing = expect(queue.run(['a'], first.work)).rejects.toThrow('first');
  const next = queue.run(['a'], () => Promise.resolve('next'));
  first.fail();
  await failing;
  expect(await next).toBe('next');
});

test('keys are free until work is queued on one of them, and again once it has ended', async () => {
  const queue = createQueue();
  const first = controlled('first', []);
  expect(queue.isFree(['a', 'b'])).toBe(true);
  const answer = queue.run(['a'], first.work);
  expect(queue.isFree(['a', 'b'])).toBe(false);
  expect(queue.isFree(['b'])).toBe(true);
  const free = queue.whenFree(['a', 'b']);
  first.end();
  await free;
  expect(queue.isFree(['a', 'b'])).toBe(true);
  await answer;
});
