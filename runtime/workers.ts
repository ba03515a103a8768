/**
 * Several processes that serve one port (WORKERS), by Node's cluster module. They share no state. The first process
 * only starts, replaces and ends the others.
 */
import cluster, { type Worker } from 'node:cluster';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import type { ServiceEnv } from './env.ts';
import { main, onEnd } from './process.ts';

/** As `main`, in as many processes as `readEnv` says. The first process checks the configuration for all of them. */
export function mainOfMany<Env extends ServiceEnv>(
  name: string,
  readEnv: () => Env,
  start: (env: Env) => Promise<unknown>,
): void {
  main(name, async () => {
    const env = readEnv();
    await (cluster.isWorker || env.workers === 1 ? start(env) : supervise(name, env.workers));
  });
}

/** The pause before a failed worker is started again: it doubles from the first to the longest. Milliseconds. */
const FIRST_PAUSE_MS = 500;
const LONGEST_PAUSE_MS = 30_000;
/** A worker that served for this long did not fail at its start, so its end does not count as a repeated failure. */
const SOUND_MS = 10_000;

interface Started {
  /** Whether it listened before it ended. Never rejects. */
  listening: Promise<boolean>;
  /** Never rejects. */
  exited: Promise<unknown>;
}

async function supervise(name: string, workers: number): Promise<void> {
  let ending = false;
  const isEnding = (): boolean => ending;
  const running = new Set<Worker>();
  let address = '';

  const startWorker = (): Started => {
    let worker: Worker;
    try {
      worker = cluster.fork();
    } catch (error) {
      console.error(`${name}: ${String(error)}`);
      return { listening: Promise.resolve(false), exited: Promise.resolve() };
    }
    running.add(worker);
    // If no process could be created, there is an error and no exit.
    const exited = Promise.race([once(worker, 'exit'), once(worker, 'error')])
      .catch((error: unknown) => {
        console.error(`${name}: ${String(error)}`);
      })
      .then(() => running.delete(worker));
    const listens = new Promise<boolean>((resolve) => {
      worker.once('message', (message: unknown) => {
        address = String(message);
        resolve(true);
      });
    });
    return { listening: Promise.race([listens, exited.then(() => false)]), exited };
  };

  /**
   * Replaces a worker whenever it ends. A replacement that fails is tried again after a growing pause, because the
   * cause (a file, memory, the database) may be temporary. The other workers keep serving.
   */
  const keep = async (worker: Started): Promise<void> => {
    let failures = 0;
    for (let current = worker; ; current = startWorker()) {
      const since = (await current.listening) ? Date.now() : Infinity;
      await current.exited;
      failures = Date.now() - since >= SOUND_MS ? 0 : failures + 1;
      // After a single failure, there is no pause.
      const pause = failures < 2 ? 0 : pauseAfter(failures - 1);
      if (isEnding()) return;
      const when = pause === 0 ? '' : ` in ${(pause / 1000).toFixed(1)} s`;
      console.error(`${name}: a worker ended and is replaced${when}`);
      await sleep(pause);
      if (isEnding()) return;
    }
  };

  // Starts only the first, so that a wrong configuration is reported once and ends the process.
  const first = startWorker();
  if (!(await first.listening)) throw new Error('a worker ended before it listened');
  const all = [first, ...Array.from({ length: workers - 1 }, startWorker)];
  for (const worker of all) void keep(worker);
  await Promise.all(all.map(({ listening }) => listening));
  console.info(`${name} listens on ${address}`);
  onEnd(async () => {
    ending = true;
    const ends = [...running].map((worker) => once(worker, 'exit') as Promise<[number | null, string | null]>);
    for (const worker of running) worker.process.kill('SIGTERM');
    // A worker that is still starting has nothing to finish; the signal ends it.
    const inOrder = (await Promise.all(ends)).every(([code, signal]) => code === 0 || signal === 'SIGTERM');
    if (!inOrder) throw new Error('a worker did not end in order');
  });
}

/** With jitter, so that workers that failed together are not started at the same moment. */
const pauseAfter = (failures: number): number =>
  Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** failures) * (0.5 + Math.random() / 2);
