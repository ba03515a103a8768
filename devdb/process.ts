/**
 * Starts devdb in a process of its own, for tests and benchmarks that kill, weigh or time it: the parent's side and, when it is
 * run with `--serve`, the child's.
 */
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';

import { createDevdb, type DevdbOptions } from './server.ts';

/** What can be said to a child process. */
type Options = Pick<DevdbOptions, 'dataDir' | 'fsync' | 'compactBytes'>;

export interface LogLine {
  readonly level: string;
  readonly message: string;
  readonly details: Readonly<Record<string, unknown>>;
}

type Message =
  | { readonly kind: 'ready'; readonly port: number }
  | { readonly kind: 'log'; readonly line: LogLine }
  | { readonly kind: 'memory'; readonly bytes: number };

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

  /** @throws Error when the process ends before it serves */
  static async start(options: Options): Promise<DevdbProcess> {
    const child = fork(import.meta.filename, ['--serve', JSON.stringify(options)], { execArgv: ['--import', 'tsx'] });
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

  async residentBytes(): Promise<number> {
    this.#child.send('memory');
    for (;;) {
      const [message] = (await once(this.#child, 'message')) as [Message];
      if (message.kind === 'memory') return message.bytes;
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

async function serve(options: Options): Promise<void> {
  const say = (message: Message): void => void process.send?.(message);
  const server = await createDevdb({
    ...options,
    log: (level, message, details = {}) => {
      say({ kind: 'log', line: { level, message, details } });
    },
  });
  process.on('message', (asked) => {
    if (asked === 'memory') say({ kind: 'memory', bytes: process.memoryUsage.rss() });
  });
  const close = (): void => void server.close().then(() => process.exit());
  process.once('SIGTERM', close);
  // It doesn't outlive its parent.
  process.once('disconnect', close);
  say({ kind: 'ready', port: server.port });
}

if (process.argv[2] === '--serve') void serve(JSON.parse(process.argv[3] ?? '{}') as Options);
