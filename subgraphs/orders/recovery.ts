/**
 * The loop that finishes what a request left behind: PENDING orders whose driver died or gave up, and debts to inventory.
 * Any number of instances run it; each order goes to whoever takes its lease. Starts with a pass at once, and slows down
 * while a participant is away.
 */
import { randomUUID } from 'node:crypto';
import { setMaxListeners } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Logger } from '../../runtime/log.ts';
import type { OrderDocument } from './model.ts';
import type { Call } from './participants.ts';
import type { Driven, Saga } from './saga.ts';
import type { OrderStore } from './store.ts';

/** How many orders one pass takes up at once. */
const BATCH = 16;
/** How long one order may take. */
const DRIVE_MS = 5000;
/** The pause after a pass that found nothing. */
const IDLE_MS = 500;
/** The pause after outcomes that are not known: of an order doubled each time, of the loop while nothing gets through. */
const BACKOFF_MS = { first: 250, most: 5000 };

/** Half of it is random, so that instances spread. */
const backoff = (failures: number): number =>
  Math.min(BACKOFF_MS.first * 2 ** Math.min(failures - 1, 10), BACKOFF_MS.most) * (0.5 + Math.random() / 2);

export interface Recovery {
  /** Ends the loop, and the calls that it waits for; what it has in hand is left for another to go on with. */
  stop: () => Promise<void>;
}

export function startRecovery({ store, saga, log }: { store: OrderStore; saga: Saga; log: Logger }): Recovery {
  const stopping = new AbortController();
  const { signal } = stopping;
  // Every call of a round listens to it.
  setMaxListeners(0, signal);

  /** Takes one order as far as it goes: decided, and free of debt. Null where another instance was faster. */
  async function recover(due: OrderDocument): Promise<Driven | null> {
    const deadline = Date.now() + DRIVE_MS;
    const claimed = await store.claim(due, deadline);
    if (claimed === null) return null;
    const requestId = `recovery-${randomUUID()}`;
    const child = log.child({ requestId });
    const call: Call = { requestId, traceparent: undefined, deadline, actor: null, log: child, signal };

    let end: Driven = { outcome: 'settled', order: claimed };
    let order = claimed;
    if (order.status === 'PENDING') end = await saga.drive(order, call);
    if (end.outcome === 'settled') {
      order = end.order;
      end = await saga.settleDebt(order, call);
    }
    if (end.outcome === 'unknown') await store.postpone(order, backoff(claimed.attempts ?? 1));
    else call.log.info({ orderId: order._id, status: order.status }, 'recovered an order');
    return end;
  }

  /** One batch of what is due. Gives how it went, and whether there may be more. */
  async function pass(): Promise<{ through: number; failed: number; more: boolean }> {
    const due = await store.due(BATCH);
    const ends = await Promise.allSettled(due.map((order) => recover(order)));
    const thrown = ends.find((end) => end.status === 'rejected');
    if (thrown !== undefined) throw thrown.reason;
    const outcomes = ends.map((end) => (end.status === 'fulfilled' ? end.value?.outcome : undefined));
    const count = (outcome: Driven['outcome']): number => outcomes.filter((each) => each === outcome).length;
    return { through: count('settled'), failed: count('unknown'), more: due.length === BATCH };
  }

  async function loop(): Promise<void> {
    let failures = 0;
    while (!signal.aborted) {
      let pause = IDLE_MS;
      try {
        const { through, failed, more } = await pass();
        failures = failed === 0 ? 0 : through > 0 ? 1 : failures + 1;
        if (more) pause = 0;
      } catch (err) {
        failures += 1;
        log.warn({ err }, 'recovery stumbled: it goes on');
      }
      if (failures > 0) pause = backoff(failures);
      if (pause > 0) await sleep(pause, undefined, { signal }).catch(() => undefined);
    }
  }

  const running = loop();
  return {
    async stop() {
      stopping.abort();
      await running;
    },
  };
}
