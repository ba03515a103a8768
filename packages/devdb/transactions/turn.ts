/**
 * A place for one at a time. Writes outside transactions take turns, and the numbered commands of a session: woken by the
 * same event, they would otherwise mix between a change of memory and its place in the log.
 */
export class Turn {
  #taken = false;
  readonly #waiting: (() => void)[] = [];

  async take(): Promise<void> {
    if (!this.#taken) this.#taken = true;
    else await new Promise<void>((resolve) => this.#waiting.push(resolve));
  }

  /** Gives it to whoever has waited longest. */
  pass(): void {
    const next = this.#waiting.shift();
    if (next === undefined) this.#taken = false;
    else next();
  }
}
