/** A process of the system under test. */
import { setTimeout as sleep } from 'node:timers/promises';
import { type Child, type Exit, howItEnded } from '../start/process.ts';

const READY_MS = 60_000;

/** The parts of a system. Which server the database is, only the harness knows. */
export type PartName = 'database' | 'customers' | 'inventory' | 'orders' | 'gateway';

/** Starts a process with these variables on top of its own. */
type Spawn = (env: Record<string, string>, print: (text: string) => void) => Child<string>;

/** A process of the system, which can be ended and started again on the same port. */
export class Process {
  readonly name: PartName;
  readonly port: number;
  readonly #spawn: Spawn;
  #child: Child<string> | undefined;
  #isRunning = false;
  #output = '';

  constructor(name: PartName, port: number, spawn: Spawn) {
    this.name = name;
    this.port = port;
    this.#spawn = spawn;
  }

  /** Its origin. */
  get address(): string {
    return `${this.name === 'database' ? 'mongodb' : 'http'}://127.0.0.1:${String(this.port)}`;
  }

  get isRunning(): boolean {
    return this.#isRunning;
  }

  get pid(): number {
    if (this.#child === undefined) throw new Error(`${this.name} is not running.`);
    return this.#child.pid;
  }

  /** Its output, over all restarts. */
  get output(): string {
    return this.#output;
  }

  /** Resolves when it ends, for any reason. */
  get exited(): Promise<Exit> {
    if (this.#child === undefined) throw new Error(`${this.name} is not running.`);
    return this.#child.exited;
  }

  /** Starts it, and waits until it is ready. `env` adds variables for this run only. */
  async start(env: Record<string, string> = {}): Promise<void> {
    this.spawn(env);
    await this.ready();
  }

  /** Starts it without waiting until it is ready. */
  spawn(env: Record<string, string> = {}): void {
    const child = this.#spawn(env, (text) => (this.#output += text));
    this.#child = child;
    this.#isRunning = true;
    void child.exited.then(() => {
      if (this.#child === child) this.#isRunning = false;
    });
  }

  /**
   * Waits until `/health/ready` answers 200 (the database: until it takes writes). Throws with its output if it ends before, or
   * after a minute.
   */
  async ready(): Promise<void> {
    const child = this.#child;
    if (child === undefined) throw new Error(`${this.name} is not running.`);
    let end: Exit | undefined;
    void child.exited.then((exit) => (end = exit));
    await child.address.catch(() => undefined);
    const isReady = async (): Promise<boolean> => {
      if (this.name === 'database') return true;
      const answer = await fetch(`${this.address}/health/ready`).catch(() => undefined);
      await answer?.arrayBuffer();
      return answer?.ok === true;
    };
    const until = Date.now() + READY_MS;
    while (end !== undefined || !(await isReady())) {
      const reason = end === undefined ? Date.now() > until && 'is not ready after a minute' : howItEnded(end);
      if (reason !== false) throw new Error(`${this.name} ${reason}. It wrote:\n${this.#output}`);
      await sleep(20);
    }
  }

  /** SIGTERM; waits for the end. */
  async stop(): Promise<Exit> {
    return (await this.#child?.end()) ?? { code: null, signal: null };
  }

  /** SIGKILL; waits for the end. */
  async kill(): Promise<Exit> {
    return (await this.#child?.kill()) ?? { code: null, signal: null };
  }
}
