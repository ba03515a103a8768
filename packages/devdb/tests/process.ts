/** Starts devdb in a process of its own, for tests and benchmarks that kill, weigh or time it. The child's side is process.child.ts. */
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { build } from 'esbuild';
import type { DevdbOptions } from '../server.ts';

/** What can be said to a child process. */
export type Options = Pick<DevdbOptions, 'dataDir' | 'fsync' | 'compactBytes'>;

/** What a process took so far. */
interface Usage {
  residentBytes: number;
  /** Of all its threads, in microseconds. */
  cpu: number;
}

interface LogLine {
  level: string;
  message: string;
  details: Readonly<Record<string, unknown>>;
}

export type Message =
  { kind: 'ready'; port: number } | { kind: 'log'; line: LogLine } | { kind: 'usage'; usage: Usage };

const SOURCE = path.join(import.meta.dirname, 'process.child.ts');

/** One file of JavaScript that starts in a fraction of the time that the source takes, for who starts it again and again. */
export async function bundle(): Promise<{ program: string } & AsyncDisposable> {
  const folder = await mkdtemp(path.join(tmpdir(), 'devdb-bundle-'));
  const program = path.join(folder, 'devdb.cjs');
  await build({ entryPoints: [SOURCE], outfile: program, bundle: true, platform: 'node', target: 'node20' });
  return { program, [Symbol.asyncDispose]: () => rm(folder, { recursive: true }) };
}

export class DevdbProcess implements AsyncDisposable {
  readonly port: number;
  /** What it logged so far. */
  readonly lines: readonly LogLine[];
  readonly #child: ChildProcess;

  private constructor(child: ChildProcess, port: number, lines: readonly LogLine[]) {
    this.#child = child;
    this.port = port;
    this.lines = lines;
  }

  /**
   * @param program what `bundle` made; otherwise the source, through tsx
   * @throws Error when the process ends before it serves
   */
  static async start(options: Options, program = SOURCE): Promise<DevdbProcess> {
    const execArgv = program === SOURCE ? ['--import', 'tsx'] : [];
    const child = fork(program, [JSON.stringify(options)], { execArgv });
    const lines: LogLine[] = [];
    const port = await new Promise<number>((resolve, reject) => {
      child.on('message', (message: Message) => {
        if (message.kind === 'log') lines.push(message.line);
        if (message.kind === 'ready') resolve(message.port);
      });
      child.once('exit', (code) => {
        reject(new Error(`devdb ended with ${String(code)}: ${lines.map(({ message }) => message).join(', ')}`));
      });
    });
    return new DevdbProcess(child, port, lines);
  }

  get uri(): string {
    return `mongodb://127.0.0.1:${String(this.port)}/?directConnection=true`;
  }

  async usage(): Promise<Usage> {
    this.#child.send('usage');
    for (;;) {
      const [message] = (await once(this.#child, 'message')) as [Message];
      if (message.kind === 'usage') return message.usage;
    }
  }

  /** Ends it with a signal and waits until it is gone: SIGKILL at once, SIGTERM after what is in flight. */
  async end(signal: 'SIGKILL' | 'SIGTERM'): Promise<void> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return;
    const exited = once(this.#child, 'exit');
    this.#child.kill(signal);
    await exited;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.end('SIGTERM');
  }
}
