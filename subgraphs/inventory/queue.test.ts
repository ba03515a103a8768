import { expect, it } from '@jest/globals';
import fc from 'fast-check';
import { type Sharing, type Queue, type ShareOptions, createQueue } from './queue.ts';

/** Work that the test ends, and that records its start. */
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

it('work on one key runs one after another, in the order of arrival', async () => {
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

it('work on different keys runs concurrently', async () => {
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

it('work on the same keys in different orders does not deadlock', async () => {
  const queue = createQueue();
  const jobs = Array.from({ length: 50 }, (_, n) =>
    queue.run(n % 2 === 0 ? ['a', 'b'] : ['b', 'a'], () => Promise.resolve(n)),
  );
  expect(await Promise.all(jobs)).toEqual(jobs.map((_, n) => n));
});

it('work that fails rejects only its own call, and the next one runs', async () => {
  const queue = createQueue();
  const first = controlled('first', []);
  const failing = expect(queue.run(['a'], first.work)).rejects.toThrow('first');
  const next = queue.run(['a'], () => Promise.resolve('next'));
  first.fail();
  await failing;
  expect(await next).toBe('next');
});

/** Shared work that the test ends, and the batches that it got. */
function shared(queue: Queue, options: Partial<ShareOptions> = {}) {
  const batches: {
    items: string[];
    sharing: Sharing;
    end: (outcomes?: (string | Error)[] | Error) => Promise<void>;
  }[] = [];
  const add = queue.share<string, string>(
    (items, sharing) =>
      new Promise((resolve, reject) => {
        const end = async (outcomes: (string | Error)[] | Error = items.map((item) => item)): Promise<void> => {
          if (outcomes instanceof Error) reject(outcomes);
          else resolve(outcomes);
          await settled();
        };
        batches.push({ items: [...items], sharing, end });
      }),
    { most: 32, ...options },
  );
  return { add, batches, items: () => batches.map(({ items }) => items) };
}

it('items that arrive while a batch is running go together when it has ended, whatever their keys', async () => {
  const queue = createQueue();
  const { add, batches, items } = shared(queue, { most: 3 });
  const first = add(['a'], '1');
  await settled();
  const others = [add(['a'], '2'), add(['b'], '3'), add(['a', 'b'], '4'), add(['c'], '5')];
  await settled();
  expect(items()).toEqual([['1']]);
  await batches[0]?.end();
  expect(items()).toEqual([['1'], ['2', '3', '4']]);
  await batches[1]?.end();
  expect(items()).toEqual([['1'], ['2', '3', '4'], ['5']]);
  await batches[2]?.end();
  expect(await Promise.all([first, ...others])).toEqual(['1', '2', '3', '4', '5']);
});

it('items share work only if no other work is between them: all are served in the order of arrival', async () => {
  const queue = createQueue();
  const begun: string[] = [];
  const { add, batches, items } = shared(queue);
  const [before, between] = [controlled('before', begun), controlled('between', begun)];
  const jobs = [queue.run(['a'], before.work), add(['a'], '1'), add(['b', 'a'], '2')];
  jobs.push(queue.run(['b'], between.work), add(['a'], '3'), add(['b'], '4'));
  await settled();
  expect([begun, items()]).toEqual([['before'], []]);
  before.end();
  await settled();
  // '3' may join: the work in between is in the other queue.
  expect([begun, items()]).toEqual([['before'], [['1', '2', '3']]]);
  await batches[0]?.end();
  expect([begun, items()]).toEqual([['before', 'between'], [['1', '2', '3']]]);
  between.end();
  await settled();
  expect(items()).toEqual([['1', '2', '3'], ['4']]);
  await batches[1]?.end();
  await Promise.all(jobs);
});

it('an item does not lose its place while work on the same key keeps coming', async () => {
  const queue = createQueue();
  const { add, batches } = shared(queue);
  let isOver = false;
  let runs = 0;
  const loops = Array.from({ length: 16 }, async () => {
    while (!isOver) {
      await queue.run(['a'], settled);
      runs += 1;
    }
  });
  await settled();
  const ran = runs;
  const item = add(['a'], '1');
  while (batches.length === 0) await settled();
  expect(runs - ran).toBeLessThanOrEqual(16);
  await batches[0]?.end();
  expect(await item).toBe('1');
  isOver = true;
  await Promise.all(loops);
});

it('a batch that fails is tried again with neighbours only, and then each item alone, in its place', async () => {
  const queue = createQueue();
  const begun: string[] = [];
  const { add, batches } = shared(queue);
  const items = Promise.allSettled([add(['a'], '1'), add(['b'], '2'), add(['a'], '3'), add(['c'], '4')]);
  const behind = controlled('behind', begun);
  const job = queue.run(['a', 'b', 'c'], behind.work);
  await settled();
  await batches[0]?.end(new Error('all'));
  expect(batches.slice(1)).toMatchObject([
    { items: ['1', '3'], sharing: 'adjacent' },
    { items: ['2'], sharing: 'adjacent' },
    { items: ['4'], sharing: 'adjacent' },
  ]);
  await batches[1]?.end(new Error('both'));
  await batches[2]?.end(new Error('two'));
  await batches[3]?.end();
  expect(batches.slice(4)).toMatchObject([{ items: ['1'], sharing: 'none' }]);
  await batches[4]?.end(new Error('one'));
  expect(batches.slice(5)).toMatchObject([{ items: ['3'], sharing: 'none' }]);
  expect(begun).toEqual([]);
  await batches[5]?.end();
  expect(begun).toEqual(['behind']);
  behind.end();
  await job;
  expect(await items).toMatchObject([
    { reason: { message: 'one' } },
    { reason: { message: 'two' } },
    { value: '3' },
    { value: '4' },
  ]);
});

it('an item that fails rejects only its own call', async () => {
  const queue = createQueue();
  const { add, batches } = shared(queue);
  const both = Promise.allSettled([add(['a'], '1'), add(['a'], '2')]);
  await settled();
  await batches[0]?.end([new Error('refused'), '2']);
  expect(await both).toMatchObject([{ reason: { message: 'refused' } }, { value: '2' }]);
});

it('a batch that was tried before, or hangs, does not delay items with other keys', async () => {
  const queue = createQueue();
  const { add, batches, items } = shared(queue, { hungAfterMs: 20 });
  const failing = add(['a'], '1');
  await settled();
  await batches[0]?.end(new Error('once'));
  const hanging = add(['b'], '2');
  await settled();
  const [next, behind] = [add(['c'], '3'), add(['b'], '4')];
  while (batches.length < 4) await settled();
  expect(items()).toEqual([['1'], ['1'], ['2'], ['3']]);
  await batches[3]?.end();
  expect(await next).toBe('3');
  await batches[2]?.end();
  await batches[4]?.end();
  await batches[1]?.end();
  expect(await Promise.all([failing, hanging, behind])).toEqual(['1', '2', '4']);
});

it('for any sequence, work on one key never overlaps other work, and is served in the order of arrival', async () => {
  const keys = fc.uniqueArray(fc.constantFrom('a', 'b', 'c', 'd'), { minLength: 1, maxLength: 3 });
  const job = fc.record({ keys, shares: fc.boolean(), turns: fc.nat(3), pause: fc.nat(2), fails: fc.nat(3) });
  await fc.assert(
    fc.asyncProperty(fc.array(job, { maxLength: 40 }), async (jobs) => {
      const queue = createQueue();
      const served: Record<string, number[]> = {};
      const busy = new Map<string, unknown>();
      const work = async (numbers: readonly number[], turns: number): Promise<void> => {
        const me = {};
        for (const key of numbers.flatMap((n) => jobs[n]?.keys ?? [])) {
          expect(busy.get(key) ?? me).toBe(me);
          busy.set(key, me);
        }
        for (let turn = 0; turn < turns; turn += 1) await settled();
        for (const [key, owner] of busy) if (owner === me) busy.delete(key);
      };
      const serve = (n: number): void => {
        for (const key of jobs[n]?.keys ?? []) (served[key] ??= []).push(n);
      };
      const failures = jobs.map(({ fails }) => fails);
      const add = queue.share<number, number>(
        async (numbers, sharing) => {
          await work(numbers, Math.max(...numbers.map((n) => jobs[n]?.turns ?? 0)));
          const failing = numbers.find((n) => (failures[n] ?? 0) > 0);
          if (failing !== undefined && sharing !== 'none') {
            failures[failing] = (failures[failing] ?? 0) - 1;
            throw new Error('again');
          }
          for (const n of numbers) serve(n);
          return numbers;
        },
        { most: 5 },
      );
      const answers: Promise<unknown>[] = [];
      for (const [n, { keys: own, shares, turns, pause }] of jobs.entries()) {
        const run = async (): Promise<void> => {
          await work([n], turns);
          serve(n);
        };
        answers.push(
          shares
            ? add(own, n).catch(() => {
                serve(n);
              })
            : queue.run(own, run),
        );
        for (let turn = 0; turn < pause; turn += 1) await settled();
      }
      await Promise.all(answers);
      for (const numbers of Object.values(served)) expect(numbers).toEqual(numbers.toSorted((a, b) => a - b));
      expect(new Set(Object.values(served).flat()).size).toBe(jobs.length);
    }),
    { numRuns: 100 },
  );
});
