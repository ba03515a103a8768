/** The processes of the benchmarks, and the CPU time and memory that they use. */
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import os from 'node:os';
import { fileURLToPath } from 'node:url';

const root = new URL('..', import.meta.url);

/** The resources that a process has used so far. */
export interface Usage {
  cpuMs: number;
  /** What its garbage collector has freed, and so what it has allocated. Needs `--trace-gc`. */
  freedKb: number;
  residentMb: number;
}

/** Reads /proc: CPU time of all its threads, and memory. */
export function usageOf(pid: number): Omit<Usage, 'freedKb'> {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  // The command's name, in parentheses, may contain spaces.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  const TICKS_PER_SECOND = 100;
  const cpuMs = ((Number(fields[11]) + Number(fields[12])) * 1000) / TICKS_PER_SECOND;
  const resident = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
  return { cpuMs, residentMb: Number(resident) / 1024 };
}

/** A Node.js process that prints the address on which it listens. */
export class Program implements AsyncDisposable {
  readonly pid: number;
  /** The addresses in its output. */
  readonly addresses: readonly string[];
  readonly #child: ChildProcess;
  readonly #freed: () => number;

  private constructor(child: ChildProcess, addresses: readonly string[], freed: () => number) {
    this.#child = child;
    this.pid = child.pid ?? 0;
    this.addresses = addresses;
    this.#freed = freed;
  }

  get address(): string {
    return this.addresses[0] ?? '';
  }

  /**
   * @param core the core to pin it to, if the system can
   * @param listens matches its output when it listens, with the address as the first group; it may match several times
   */
  static async start(
    args: readonly string[],
    options: { env?: Record<string, string>; core?: number; cwd?: string; listens?: RegExp } = {},
  ): Promise<Program> {
    const { env = {}, core, cwd = fileURLToPath(root), listens = /listens on (\S+)/g } = options;
    const node = [process.execPath, '--trace-gc', ...args];
    const [command = '', ...rest] = core === undefined || !pins ? node : ['taskset', '-c', String(core), ...node];
    const child = spawn(command, rest, { cwd, env: { ...process.env, ...env }, stdio: ['ignore', 'pipe', 'pipe'] });
    process.once('exit', () => child.kill('SIGKILL'));
    let output = '';
    let freed = 0;
    let tail = '';
    child.stderr.setEncoding('utf8').on('data', (text: string) => (output += text));
    return new Promise((resolve, reject) => {
      child.stdout.setEncoding('utf8').on('data', (text: string) => {
        const lines = (tail + text).split('\n');
        tail = lines.pop() ?? '';
        for (const line of lines) {
          // [123:0x1]  456 ms: Scavenge 12.3 (20.0) -> 5.6 (21.0) MB, ...
          const gc = /ms: (?:Scavenge|Mark-Compact[^\d]*?) ([\d.]+) \([\d.]+\) -> ([\d.]+) /.exec(line);
          if (gc) freed += (Number(gc[1]) - Number(gc[2])) * 1024;
          else if (child.exitCode === null && output.length < 100_000) output += `${line}\n`;
        }
        const addresses = [...output.matchAll(listens)].map(([, address]) => address ?? '');
        if (addresses.length > 0) resolve(new Program(child, addresses, () => freed));
      });
      child.once('exit', (code) => {
        reject(new Error(`${args.join(' ')} ended with ${code} before it listened:\n${output}`));
      });
    });
  }

  usage(): Usage {
    return { ...usageOf(this.pid), freedKb: this.#freed() };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return;
    const exited = once(this.#child, 'exit');
    this.#child.kill('SIGKILL');
    await exited;
  }
}

/**
 * Whether processes can be pinned to a core, so that the measured process and all others don't compete for one. Evaluated before
 * this process is pinned itself, because then it sees only one core.
 */
const pins = ((): boolean => {
  try {
    execFileSync('taskset', ['-c', '0,1', 'true']);
    return os.availableParallelism() > 1;
  } catch {
    return false;
  }
})();

/** Pins this process to a core. */
export function pinSelf(core: number): void {
  if (pins) execFileSync('taskset', ['-a', '-c', '-p', String(core), String(process.pid)]);
}
