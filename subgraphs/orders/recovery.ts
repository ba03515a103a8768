/**
 * The loop that finishes what requests left behind: PENDING orders whose driver died or gave up, and follow-ups in
 * inventory. Any number of processes run it; the one that takes an order's lease drives it on. It starts with a pass at
 * once, and slows down while a participant is unavailable.
 */
import { randomUUID } from 'node:crypto';
import { setMaxListeners } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Logger } from '../../runtime/log.ts';
import type { OrderDocument } from './model.ts';
import type { Call } from './participants.ts';
import { type Driven, type SagaParts, drive, finish } from './saga.ts';

/** How many orders one pass drives on at once. */
const BATCH = 16;
/** How long one order may take. */
const DRIVE_MS = 5000;
/** The pause after a pass that found nothing. */
const IDLE_MS = 500;
/** The pause after unknown outcomes, doubled each time: of an order, and of the loop while no order gets through. */
const BACKOFF_MS = { first: 250, most: 5000 };

/** Half of it is random, so that processes don't try at the same time. */
const backoff = (failures: number): number =>
  Math.min(BACKOFF_MS.first * 2 ** Math.min(failures - 1, 10), BACKOFF_MS.most) * (0.5 + Math.random() / 2);

export interface RecoveryParts extends SagaParts {
  log: Logger;
}

export class Recovery {
  readonly #parts: RecoveryParts;
  readonly #stopping = new AbortController();
  readonly #running: Promise<void>;

  /** Starts the loop. The indexes must exist. */
  constructor(parts: RecoveryParts) {
    this.#parts = parts;
    // Every call of a pass listens to the signal.
    setMaxListeners(0, this.#stopping.signal);
    this.#running = this.#loop();
  }

  /** Ends the loop and its calls. Another process, or the next start, goes on with what they leave. */
  async stop(): Promise<void> {
    this.#stopping.abort();
    await this.#running;
  }

  async #loop(): Promise<void> {
    const { signal } = this.#stopping;
    let failures = 0;
    while (!signal.aborted) {
      let pause = IDLE_MS;
      try {
        const { through, failed, more } = await this.#pass();
        failures = failed === 0 ? 0 : through > 0 ? 1 : failures + 1;
        if (more) pause = 0;
      } catch (err) {
        failures += 1;
        this.#parts.log.warn({ err }, 'a pass of recovery failed: it is repeated');
      }
      if (failures > 0) pause = backoff(failures);
      if (pause > 0) await sleep(pause, undefined, { signal }).catch(() => undefined);
    }
  }

  /** Drives on one batch. Returns how many orders were finished, how many were not, and whether there may be more. */
  async #pass(): Promise<{ through: number; failed: number; more: boolean }> {
    const due = await this.#parts.store.due(BATCH);
    const ends = await Promise.allSettled(due.map((order) => this.#recover(order)));
    const thrown = ends.find((end) => end.status === 'rejected');
    if (thrown !== undefined) throw thrown.reason;
    const outcomes = ends.map((end) => (end.status === 'fulfilled' ? end.value?.outcome : undefined));
    const count = (outcome: Driven['outcome']): number => outcomes.filter((each) => each === outcome).length;
    return { through: count('settled'), failed: count('unknown'), more: due.length === BATCH };
  }

  /**
   * Drives one order on as far as possible: to its decision, and until it has no follow-up. Null if another process was
   * faster.
   */
  async #recover(due: OrderDocument): Promise<Driven | null> {
    const { store, log } = this.#parts;
    const deadline = Date.now() + DRIVE_MS;
    const claimed = await store.claim(due, deadline);
    if (claimed === null) return null;
    const requestId = `recovery-${randomUUID()}`;
    const call: Call = {
      requestId,
      traceparent: undefined,
      deadline,
      actor: null,
      log: log.child({ requestId }),
      signal: this.#stopping.signal,
    };

    let order = claimed;
    let end: Driven = { outcome: 'settled', order };
    if (order.status === 'PENDING') end = await drive(this.#parts, order, call);
    if (end.outcome === 'settled') {
      order = end.order;
      end = await finish(this.#parts, order, call);
    }
    if (end.outcome === 'unknown') await store.postpone(order, backoff(claimed.attempts ?? 1));
    else call.log.info({ orderId: order._id, status: order.status }, 'recovered an order');
    return end;
  }
}
