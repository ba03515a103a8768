/**
 * The loop that finishes what a request left behind: PENDING orders whose driver died or gave up, and debts to inventory.
 * Any number of instances run it; each order goes to whoever takes its lease. Starts with a pass at once, and goes at the
 * pace of a probe while a participant is away.
 */
import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Logger } from '../../runtime/log.ts';
import type { OrderDocument } from './model.ts';
import type { Call } from './participants.ts';
import type { Driven, Saga } from './saga.ts';
import type { OrderStore } from './store.ts';

/** How many orders one pass takes up at once; one, as a probe, after a pass in which a participant gave no answer. */
const BATCH = 16;
/** How long one order may take. */
const DRIVE_MS = 5000;
/** The pause after a pass that found nothing. */
const IDLE_MS = 500;
/** The pause after an outcome that is not known: doubled each time, for the order and for the loop. */
const BACKOFF_MS = { first: 250, most: 5000 };

/** Half of it is random, so that instances spread. */
const backoff = (failures: number): number =>
  Math.min(BACKOFF_MS.first * 2 ** Math.min(failures - 1, 10), BACKOFF_MS.most) * (0.5 + Math.random() / 2);

export interface Recovery {
  /** Ends the loop once the orders that it has in hand are done with. */
  stop: () => Promise<void>;
}

export function startRecovery({ store, saga, log }: { store: OrderStore; saga: Saga; log: Logger }): Recovery {
  const stopping = new AbortController();
  const { signal } = stopping;

  /** Takes one order as far as it goes: decided, and free of debt. False where a participant gave no answer. */
  async function recover(due: OrderDocument): Promise<boolean> {
    const deadline = Date.now() + DRIVE_MS;
    const claimed = await store.claim(due, deadline);
    if (claimed === null) return true;
    const requestId = `recovery-${randomUUID()}`;
    const call: Call = { requestId, traceparent: undefined, deadline, actor: null, log: log.child({ requestId }) };

    let end: Driven = { outcome: 'settled', order: claimed };
    let order = claimed;
    if (order.status === 'PENDING') end = await saga.drive(order, call);
    if (end.outcome === 'settled') {
      order = end.order;
      end = await saga.settleDebt(order, call);
    }
    if (end.outcome === 'unknown') await store.postpone(order, backoff(claimed.attempts ?? 1));
    else call.log.info({ orderId: order._id, status: order.status }, 'recovered an order');
    return end.outcome === 'settled';
  }

  async function loop(): Promise<void> {
    let failures = 0;
    while (!signal.aborted) {
      let pause = IDLE_MS;
      try {
        const limit = failures === 0 ? BATCH : 1;
        const due = await store.due(limit);
        const ends = await Promise.allSettled(due.map((order) => recover(order)));
        const failed = ends.some((end) => end.status === 'rejected' || !end.value);
        for (const end of ends) if (end.status === 'rejected') throw end.reason;
        failures = failed ? failures + 1 : 0;
        if (failed) pause = backoff(failures);
        else if (due.length === limit) pause = 0;
      } catch (err) {
        failures += 1;
        pause = backoff(failures);
        log.warn({ err }, 'recovery stumbled: it goes on');
      }
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
