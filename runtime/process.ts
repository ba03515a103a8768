/**
 * The life of a process: `main` prints a clear sentence if it can't start, `onEnd` ends it in order, and no process
 * outlives the one that started it.
 */
import cluster from 'node:cluster';
import { readFileSync } from 'node:fs';
import { ConfigError, isRunByNpm } from './env.ts';

/** How long an orderly end may take: orchestrators kill after 10 s. */
const LONGEST_END_MS = 9500;
const PARENT_CHECK_MS = 200;

/** Runs a process's main. If it can't start, prints a sentence for each problem and exits with code 1. */
export function main(name: string, start: () => Promise<unknown>): void {
  watchParent();
  start().catch((error: unknown) => {
    const sentences =
      error instanceof ConfigError ? error.problems : [error instanceof Error ? error.message : String(error)];
    for (const sentence of sentences) console.error(`${name}: ${sentence}`);
    process.exit(1);
  });
}

/** Runs `end` once, on SIGTERM, on SIGINT, or when the parent process is gone; then exits. A second signal exits at once. */
export function onEnd(end: () => Promise<void>): void {
  let ending = false;
  const stop = (): void => {
    if (ending) process.exit(1);
    ending = true;
    setTimeout(() => process.exit(1), LONGEST_END_MS).unref();
    end().then(
      () => process.exit(0),
      () => process.exit(1),
    );
  };
  process.on('SIGTERM', stop);
  // Ctrl-C in a terminal reaches all processes of a group. Workers wait for the process that started them.
  process.on('SIGINT', cluster.isWorker ? () => undefined : stop);
  whenParentIsGone = () => {
    if (!ending) stop();
  };
}

/** Until `onEnd` says how to end in order, a process without its parent just exits. */
let whenParentIsGone = (): void => process.exit(1);

/**
 * Detects the end of the parent, even by SIGKILL. A child of `npm start` has an IPC channel, which closes. A child of
 * npm watches the pids of its parent and grandparent: npm passes SIGTERM only to its shell, which dies, so that this
 * process gets another parent; and if npm itself is killed, its shell gets another parent and remains the parent of
 * this process.
 */
function watchParent(): void {
  if (process.send !== undefined) {
    if (!process.connected) process.exit(1);
    process.once('disconnect', () => {
      whenParentIsGone();
    });
  } else if (isRunByNpm()) {
    const parent = process.ppid;
    const parentOfShell = isShell(parent) ? parentOf(parent) : undefined;
    const timer = setInterval(() => {
      if (process.ppid === parent && (parentOfShell === undefined || parentOf(parent) === parentOfShell)) return;
      clearInterval(timer);
      whenParentIsGone();
    }, PARENT_CHECK_MS).unref();
  }
}

/**
 * A file of Linux's /proc about a process. Empty if the process is gone, and on other systems, where npm has no shell
 * in between.
 */
function procFile(pid: number, file: 'stat' | 'cmdline'): string {
  try {
    return readFileSync(`/proc/${String(pid)}/${file}`, 'utf8');
  } catch {
    return '';
  }
}

/** Whether a process is a shell that runs one command, as npm's does. */
const isShell = (pid: number): boolean => procFile(pid, 'cmdline').split('\0')[1] === '-c';

/**
 * The pid of a process's parent; undefined if unknown. It is field 4 of `stat`, after the name, which may contain
 * spaces (proc(5)).
 */
const parentOf = (pid: number): string | undefined => /.*\) \S (\d+) /s.exec(procFile(pid, 'stat'))?.[1];
