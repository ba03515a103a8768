/** The processes that `npm start` starts one after the other, and ends in the opposite order. */
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
    // It may reject before anything awaits it, which would end the process.
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

  /** From now on, prints all that the children write. Before, it leaves out the audit lines of the sample catalogue. */
  printAll(): void {
    this.#isLoading = false;
  }

  async end(): Promise<void> {
    this.#isEnding = true;
    // The gateway stops taking requests before the processes that it depends on end.
    for (const child of this.#children.toReversed()) await child.end();
  }
}
