/**
 * What the benchmarks share: processes to measure, clients that ask one thing after another, rounds in which the contestants
 * take turns, ratios with their spread, tables and plots.
 *
 * A rate depends on the machine and on what else runs there; a ratio between two that take turns within a second much less. So
 * contestants are compared round by round, and what is told is the median of the rounds' ratios with its quartiles.
 */
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import { performance } from 'node:perf_hooks';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { Pool } from 'undici';

const root = new URL('..', import.meta.url);

/** `--rounds`, `--seconds` of each measurement, `--only` contestants or sizes, `--part` of the workloads, `--save` into docs/performance.md. */
export function settings(defaults: { rounds: number; seconds: number }) {
  const { values } = parseArgs({
    options: {
      rounds: { type: 'string', default: String(defaults.rounds) },
      seconds: { type: 'string', default: String(defaults.seconds) },
      only: { type: 'string', default: '' },
      part: { type: 'string', default: '' },
      save: { type: 'boolean', default: false },
    },
  });
  const oneOf = (list: string) => {
    const names = list.split(',').filter(Boolean);
    return (name: string): boolean => names.length === 0 || names.includes(name);
  };
  return {
    rounds: Number(values.rounds),
    seconds: Number(values.seconds),
    save: values.save,
    wants: oneOf(values.only),
    wantsPart: oneOf(values.part),
  };
}

// ---- processes

/** What a process has used so far. */
export interface Usage {
  cpuMs: number;
  /** What its garbage collector has freed, which is what it has allocated: needs `--trace-gc`. */
  freedKb: number;
  residentMb: number;
}

/** Reads /proc: CPU time of all its threads, and memory. */
export function usageOf(pid: number): Omit<Usage, 'freedKb'> {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  // The command's name, in parentheses, may hold spaces.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  const TICKS_PER_SECOND = 100;
  const cpuMs = ((Number(fields[11]) + Number(fields[12])) * 1000) / TICKS_PER_SECOND;
  const resident = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
  return { cpuMs, residentMb: Number(resident) / 1024 };
}

/** A Node.js process that says where it listens. */
export class Program implements AsyncDisposable {
  readonly pid: number;
  /** What follows `listens on` in its output. */
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
   * @param core the core to keep it on, where the system can
   * @param listens how it says that it listens, with the address as the first group; every match before it falls silent counts
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
 * Whether processes can be kept on a core: with one for the measured and one for all others, neither steals from the other.
 * Asked before this process is pinned itself: from then on it knows of one core.
 */
const pins = ((): boolean => {
  try {
    execFileSync('taskset', ['-c', '0,1', 'true']);
    return os.availableParallelism() > 1;
  } catch {
    return false;
  }
})();

/** Keeps this process on a core. */
export function pinSelf(core: number): void {
  if (pins) execFileSync('taskset', ['-a', '-c', '-p', String(core), String(process.pid)]);
}

// ---- load

export interface Load {
  requests: number;
  perSecond: number;
  /** Milliseconds. */
  p50: number;
  p99: number;
  cpuMsPerRequest: number;
  freedKbPerRequest: number;
}

/** Runs `ask` in closed loops, `clients` at once, for so many seconds. What `of` has used meanwhile is told for each request. */
export async function measure(
  ask: (client: number) => Promise<unknown>,
  { clients, seconds, of }: { clients: number; seconds: number; of?: { usage: () => Usage } },
): Promise<Load> {
  const before = of?.usage();
  const latencies: number[] = [];
  const start = performance.now();
  const end = start + seconds * 1000;
  const loop = async (client: number): Promise<void> => {
    for (let now = performance.now(); now < end;) {
      await ask(client);
      const then = performance.now();
      latencies.push(then - now);
      now = then;
    }
  };
  await Promise.all(Array.from({ length: clients }, (_, client) => loop(client)));
  const took = performance.now() - start;
  const after = of?.usage();
  const requests = latencies.length;
  latencies.sort((a, b) => a - b);
  return {
    requests,
    perSecond: (requests * 1000) / took,
    p50: quantile(latencies, 0.5),
    p99: quantile(latencies, 0.99),
    cpuMsPerRequest: after && before ? (after.cpuMs - before.cpuMs) / requests : NaN,
    freedKbPerRequest: after && before ? (after.freedKb - before.freedKb) / requests : NaN,
  };
}

/** Posts JSON over kept-alive connections. */
export class Poster implements AsyncDisposable {
  readonly #pool: Pool;
  readonly #path: string;
  readonly #headers: Record<string, string>;

  constructor(url: string, connections: number, headers: Record<string, string> = {}) {
    const { origin, pathname } = new URL(url);
    this.#pool = new Pool(origin, { connections });
    this.#path = pathname;
    this.#headers = { 'content-type': 'application/json', accept: 'application/json', ...headers };
  }

  /** The answer's bytes. Throws for any status but 200. */
  post(body: string): Promise<Buffer> {
    return new Promise((resolve, reject) => {
      const chunks: Buffer[] = [];
      let status = 0;
      this.#pool.dispatch(
        { path: this.#path, method: 'POST', headers: this.#headers, body },
        {
          onRequestStart: () => undefined,
          onResponseStart(_controller, code) {
            status = code;
          },
          onResponseData(_controller, chunk) {
            chunks.push(chunk);
          },
          onResponseEnd() {
            const whole = chunks.length === 1 && chunks[0] ? chunks[0] : Buffer.concat(chunks);
            if (status === 200) resolve(whole);
            else reject(new Error(`status ${status}: ${whole.toString()}`));
          },
          onResponseError(_controller, error) {
            reject(error);
          },
        },
      );
    });
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.#pool.destroy();
  }
}

// ---- figures

/** @param sorted ascending */
const quantile = (sorted: readonly number[], q: number): number =>
  sorted[Math.min(sorted.length - 1, Math.floor(q * sorted.length))] ?? NaN;

export const median = (values: readonly number[]): number => {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1
    ? (sorted[middle] ?? NaN)
    : ((sorted[middle - 1] ?? NaN) + (sorted[middle] ?? NaN)) / 2;
};

/** The median of the rounds' ratios, with the quartiles: `4.2 (3.9 to 4.4)`. */
export interface Ratio {
  median: number;
  low: number;
  high: number;
}
export function ratioOf(values: readonly number[], bases: readonly number[]): Ratio {
  const ratios = values.map((value, round) => value / (bases[round] ?? NaN)).sort((a, b) => a - b);
  return { median: median(ratios), low: quantile(ratios, 0.25), high: quantile(ratios, 0.75) };
}

export const figure = (value: number): string =>
  !Number.isFinite(value) ? '' : value >= 100 ? value.toFixed(0) : value >= 10 ? value.toFixed(1) : value.toFixed(2);
export const ratioText = ({ median: middle, low, high }: Ratio): string =>
  Number.isNaN(middle) ? '' : `${figure(middle)} (${figure(low)} to ${figure(high)})`;
export const verdict = (met: boolean): string => (met ? 'met' : '**missed**');

/** Calls `turn` for each contestant in each round; who begins changes from round to round. The first round warms up. */
export async function interleave<T>(
  contestants: readonly T[],
  rounds: number,
  turn: (contestant: T, round: number) => Promise<void>,
): Promise<void> {
  for (let round = -1; round < rounds; round++) {
    for (let n = 0; n < contestants.length; n++) {
      const contestant = contestants[(n + round + 1) % contestants.length];
      if (contestant !== undefined) await turn(contestant, round);
    }
  }
}

// ---- reports

/** A Markdown table; numbers to the right. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const widths = head.map((title, column) => Math.max(3, title.length, ...rows.map((row) => row[column]?.length ?? 0)));
  const line = (cells: readonly string[]): string =>
    `| ${cells.map((cell, column) => (column === 0 ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0))).join(' | ')} |`;
  const rule = widths.map((width, column) => (column === 0 ? '-'.repeat(width) : `${'-'.repeat(width - 1)}:`));
  return [line(head), line(rule), ...rows.map(line)].join('\n');
}

/** What the figures depend on, without a word on where it stands. */
const machine = (): string =>
  `${os.cpus()[0]?.model ?? 'unknown CPU'}, ${os.cpus().length} cores, ${Math.round(os.totalmem() / 2 ** 30)} GB, ${os.type()}, Node ${process.versions.node}`;

export interface Bars {
  title: string;
  /** What a bar's length is, and its unit. */
  axis: string;
  groups: { name: string; bars: { name: string; value: number; low?: number; high?: number }[] }[];
}

const COLOURS = ['#2563eb', '#60a5fa', '#94a3b8', '#f59e0b', '#d97706', '#64748b', '#475569'];
const escape = (text: string): string => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;');

/** Horizontal bars in groups, with whiskers from quartile to quartile. */
function barPlot({ title, axis, groups }: Bars): string {
  const [left, right, bar] = [230, 90, 18];
  const width = 820;
  const largest = Math.max(
    ...groups.flatMap(({ bars }) => bars.map(({ value, high }) => high ?? value)).filter(Number.isFinite),
  );
  const x = (value: number): number => left + (value / largest) * (width - left - right);
  const colours = new Map(
    [...new Set(groups.flatMap(({ bars }) => bars.map(({ name }) => name)))].map((name, n) => [
      name,
      COLOURS[n % COLOURS.length],
    ]),
  );
  const parts: string[] = [`<text x="10" y="24" font-size="16" font-weight="bold">${escape(title)}</text>`];
  let y = 44;
  for (const { name, bars } of groups) {
    y += 14;
    parts.push(`<text x="10" y="${y}" font-weight="bold">${escape(name)}</text>`);
    y += 8;
    for (const { name: label, value, low, high } of bars) {
      if (!Number.isFinite(value)) continue;
      const middle = y + bar / 2;
      parts.push(
        `<text x="${left - 8}" y="${middle + 4}" text-anchor="end">${escape(label)}</text>`,
        `<rect x="${left}" y="${y + 2}" width="${(x(value) - left).toFixed(1)}" height="${bar - 4}" fill="${colours.get(label) ?? ''}"/>`,
        `<text x="${(x(high ?? value) + 6).toFixed(1)}" y="${middle + 4}">${figure(value)}</text>`,
      );
      if (low !== undefined && high !== undefined)
        parts.push(
          `<path d="M${x(low).toFixed(1)} ${middle}H${x(high).toFixed(1)}" stroke="#111" stroke-width="1.5"/>`,
        );
      y += bar;
    }
  }
  parts.push(`<text x="${left}" y="${y + 22}" fill="#555">${escape(axis)}</text>`);
  const height = y + 36;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" font-family="sans-serif" font-size="12">`,
    `<rect width="${width}" height="${height}" fill="#fff"/>`,
    ...parts,
    '</svg>\n',
  ].join('\n');
}

/** Prints a report, and where it is to be saved puts it between its marks in docs/performance.md, with its plot beside it. */
export function report(name: string, text: string, plot: Bars, save: boolean): void {
  console.log(`\n${text}`);
  if (!save) return;
  writeFileSync(new URL(`docs/${name}.svg`, root), barPlot(plot));
  const file = new URL('docs/performance.md', root);
  const [from, to] = [`<!-- bench:${name} -->`, `<!-- /bench:${name} -->`];
  const document = readFileSync(file, 'utf8');
  const [start, stop] = [document.indexOf(from), document.indexOf(to)];
  if (start === -1 || stop === -1) throw new Error(`docs/performance.md has no place for ${name}`);
  const section = `${from}\n\n${text}\n\n![${plot.title}](${name}.svg)\n\n_${machine()}._\n\n`;
  writeFileSync(file, document.slice(0, start) + section + document.slice(stop));
}
