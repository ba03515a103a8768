/**
 * One process of the project as a child of this one: its code, its output, its address, its end. Used by `npm start`
 * and by the tests' harness; knows nothing of GraphQL or databases.
 *
 * A child has an IPC channel to its parent for one purpose: the channel closes when the parent dies, even by SIGKILL, and the
 * child then ends (runtime/process.ts). Each child is in a process group of its own, so that Ctrl-C in a terminal reaches only
 * the parent, which ends the children in order.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

export type ProcessName = 'devdb' | 'customers' | 'inventory' | 'orders' | 'gateway';

const root = fileURLToPath(new URL('..', import.meta.url));

/** The main of each process, relative to the project's root. */
export const ENTRIES: Record<ProcessName, string> = {
  devdb: 'start/devdb.ts',
  customers: 'subgraphs/customers/main.ts',
  inventory: 'subgraphs/inventory/main.ts',
  orders: 'subgraphs/orders/main.ts',
  gateway: 'gateway/main.ts',
};

/** As in the script `start:gateway`; docs/performance.md says why. */
const NODE_FLAGS: Partial<Record<ProcessName, string[]>> = { gateway: ['--max-semi-space-size=64'] };

/** A process ends within 10 s. One that is still there after this time hangs. */
const END_MS = 11_000;
const POLL_MS = 25;

/** How a process ended. */
export interface Exit {
  code: number | null;
  signal: NodeJS.Signals | null;
}

export interface Child<Name extends string = ProcessName> {
  name: Name;
  pid: number;
  /** The origin that it printed, such as `http://127.0.0.1:4001`; rejects if it ends before it listens. */
  address: Promise<string>;
  exited: Promise<Exit>;
  /** Sends SIGTERM, and SIGKILL if that doesn't help. */
  end: () => Promise<Exit>;
  /** Sends SIGKILL: nothing in flight is finished. */
  kill: () => Promise<Exit>;
}

/**
 * Starts a process. Never throws: a process that can't start counts as one that exited.
 * @param env its whole environment
 * @param print is called with everything that it writes to stdout and stderr
 * @param program arguments of Node.js: by default the main, compiled by tsx
 */
export function spawnChild(
  name: ProcessName,
  env: NodeJS.ProcessEnv,
  print: (text: string) => void,
  program: string[] = ['--import', 'tsx', ENTRIES[name]],
): Child {
  const child = spawn(process.execPath, [...(NODE_FLAGS[name] ?? []), ...program], {
    cwd: root,
    env,
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  });
  child.stdout?.setEncoding('utf8').on('data', print);
  child.stderr?.setEncoding('utf8').on('data', print);

  const exited = exitOf(child);
  const address = addressOf(name, child, exited);
  // Not every caller awaits the address.
  address.catch(() => undefined);
  const send = (signal: NodeJS.Signals): Promise<Exit> => {
    child.kill(signal);
    return exited;
  };
  return {
    name,
    pid: child.pid ?? 0,
    address,
    exited,
    kill: () => send('SIGKILL'),
    async end() {
      const timer = setTimeout(() => child.kill('SIGKILL'), END_MS);
      try {
        return await send('SIGTERM');
      } finally {
        clearTimeout(timer);
      }
    },
  };
}

async function exitOf(child: ChildProcess): Promise<Exit> {
  try {
    // `close`, not `exit`: by then all its output has been read.
    const [code, signal] = (await once(child, 'close')) as [number | null, NodeJS.Signals | null];
    return { code, signal };
  } catch {
    return { code: null, signal: null };
  }
}

function addressOf(name: ProcessName, child: ChildProcess, exited: Promise<Exit>): Promise<string> {
  const line = new RegExp(`^${name} listens on (\\S+)$`, 'm');
  return new Promise((resolve, reject) => {
    let text = '';
    const read = (chunk: string): void => {
      text += chunk;
      const address = line.exec(text)?.[1];
      if (address === undefined) return;
      child.stdout?.off('data', read);
      resolve(address);
    };
    child.stdout?.on('data', read);
    void exited.then((exit) => {
      reject(new Error(`${name} ${howItEnded(exit)} before it was listening`));
    });
  });
}

export const howItEnded = ({ code, signal }: Exit): string =>
  signal === null ? `ended with exit code ${String(code)}` : `was ended by ${signal}`;

/** Waits until GET /health/ready of an address answers 200. Throws what `loss` rejects with, if that comes first. */
export async function untilReady(address: string, loss: Promise<never>): Promise<void> {
  for (;;) {
    const answer = await fetch(`${address}/health/ready`).catch(() => undefined);
    await answer?.body?.cancel();
    if (answer?.ok === true) return;
    await Promise.race([sleep(POLL_MS), loss]);
  }
}
