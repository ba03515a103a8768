/** The processes of `npm start`. They are ended in the opposite order of their start. */
import { childEnv } from './env.ts';
import { type Child, type ProcessName, howItEnded, spawnChild } from './process.ts';

export class Children {
  /** Never resolves. Rejects as soon as a child ends by itself. */
  readonly loss: Promise<never>;
  readonly #children: Child[] = [];
  #lose: (error: Error) => void = () => undefined;
  #isEnding = false;
  #isLoading = true;

  constructor() {
    this.loss = new Promise<never>((_resolve, reject) => {
      this.#lose = reject;
    });
    // Prevents an unhandled rejection, which would end the process.
    this.loss.catch(() => undefined);
  }

  start(name: ProcessName, changes: Record<string, string>): Child {
    const child = spawnChild(name, childEnv(changes), (text) => {
      process.stdout.write(this.#isLoading ? text.replace(/^.*"audit":.*\n/gm, '') : text);
    });
    this.#children.push(child);
    void child.exited.then((exit) => {
      if (!this.#isEnding) this.#lose(new Error(`${name} ${howItEnded(exit)}, so everything else was ended too.`));
    });
    return child;
  }

  /** Prints everything from now on. Until then, the audit lines of the sample catalogue are left out. */
  printAll(): void {
    this.#isLoading = false;
  }

  async end(): Promise<void> {
    this.#isEnding = true;
    // The gateway stops taking requests before the processes that it depends on end.
    for (const child of this.#children.toReversed()) await child.end();
  }
}
