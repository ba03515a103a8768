/**
 * Several processes that serve one port: WORKERS of them, on one machine, behind Node's cluster module. Nothing that one of
 * them keeps to itself is needed by another. The first one here only starts, replaces and ends the others.
 */
import cluster, { type Worker } from 'node:cluster';
import { once } from 'node:events';
import { workersEnv } from './env.ts';
import { main, onEnd } from './server.ts';

/** As `main`; with WORKERS above 1, in so many processes. */
export function mainOfMany(name: string, start: () => Promise<unknown>): void {
  main(name, async () => {
    const workers = cluster.isPrimary ? workersEnv() : 1;
    await (workers === 1 ? start() : supervise(name, workers));
  });
}

async function supervise(name: string, workers: number): Promise<void> {
  let ending = false;
  const running = new Set<Worker>();
  let address = '';

  /** Starts a worker, and waits until it listens. One that ends later without being asked to is replaced. */
  const startWorker = async (): Promise<void> => {
    const worker = cluster.fork();
    running.add(worker);
    const exited = once(worker, 'exit').then(() => {
      running.delete(worker);
    });
    const listening = once(worker, 'message').then(([message]: unknown[]) => {
      address = String(message);
    });
    await Promise.race([
      listening,
      exited.then(() => {
        if (!ending) throw new Error('a worker ended before it listened');
      }),
    ]);
    void exited.then(() => {
      if (ending) return;
      console.error(`${name}: a worker ended; another takes its place`);
      startWorker().catch((error: unknown) => {
        console.error(`${name}: ${String(error)}`);
        process.exit(1);
      });
    });
  };

  // The first one alone, so that a wrong configuration is told once.
  await startWorker();
  await Promise.all(Array.from({ length: workers - 1 }, startWorker));
  console.info(`${name} listens on ${address}`);
  onEnd(async () => {
    ending = true;
    const ends = [...running].map((worker) => once(worker, 'exit') as Promise<[number | null, string | null]>);
    for (const worker of running) worker.process.kill('SIGTERM');
    // A worker that was still starting has nothing to finish, and ends by the signal itself.
    const inOrder = (await Promise.all(ends)).every(([code, signal]) => code === 0 || signal === 'SIGTERM');
    if (!inOrder) throw new Error('a worker did not end in order');
  });
}
