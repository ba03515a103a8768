/** The lock file of a data directory, which only one process at a time may serve. */
import fs from 'node:fs';
import path from 'node:path';

/** A data directory that can't be opened. The message says why. */
export class DataDirectoryError extends Error {
  override readonly name = 'DataDirectoryError';
}

/**
 * Takes the lock file. It names its holder by process id and, if the system tells it, start time: a process id may be
 * reused.
 * @returns a function that releases it
 * @throws DataDirectoryError when a running process holds it
 */
export function lock(file: string): () => void {
  const mine = `${String(process.pid)} ${startOf(process.pid)}`;
  for (;;) {
    try {
      fs.writeFileSync(file, mine, { flag: 'wx' });
      return () => {
        fs.rmSync(file, { force: true });
      };
    } catch (error) {
      if (codeOf(error) !== 'EEXIST') throw error;
    }
    const holder = fs.readFileSync(file, 'utf8');
    const pid = Number(holder.split(' ')[0]);
    if (Number.isInteger(pid) && pid > 0 && isAlive(pid) && holder === `${String(pid)} ${startOf(pid)}`) {
      throw new DataDirectoryError(`${path.dirname(file)} is in use by process ${String(pid)} (${file}).`);
    }
    fs.rmSync(file, { force: true });
  }
}

/** A system error's code, such as ENOENT. */
function codeOf(error: unknown): unknown {
  return typeof error === 'object' && error !== null && 'code' in error ? error.code : undefined;
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return codeOf(error) === 'EPERM';
  }
}

function startOf(pid: number): string {
  try {
    // The command's name stands in parentheses and may hold spaces; the start is the 20th field after it.
    return (
      fs
        .readFileSync(`/proc/${String(pid)}/stat`, 'utf8')
        .split(') ')
        .at(-1)
        ?.split(' ')[19] ?? ''
    );
  } catch {
    return '';
  }
}
