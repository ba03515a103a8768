/**
 * For tests: kills the process before or after one step of an order, as a crash would. A decorator over the store and the
 * participants, so that the saga itself knows nothing of it.
 */
import type { Participants } from './participants.ts';
import type { OrderStore, StatusChange } from './store.ts';

/** Every write to an order and every call to another subgraph. Each can be repeated by anyone at any time. */
export const STEPS = [
  /** Writes the order as PENDING, under its lease. */
  'insert',
  /** Asks customers whether the customer exists. */
  'customer',
  /** Asks inventory to reserve the stock. */
  'reserve',
  /** Writes PENDING -> CONFIRMED. */
  'confirm',
  /** Writes PENDING -> REJECTED, and that a release must follow. */
  'reject',
  /** Writes PENDING or CONFIRMED -> CANCELLED, and that a release must follow. */
  'cancel',
  /** Writes CONFIRMED -> SHIPPED, and that a commit must follow. */
  'ship',
  /** Writes SHIPPED -> DELIVERED. */
  'deliver',
  /** Asks inventory to release the reservation. */
  'release',
  /** Asks inventory to commit the reservation. */
  'commit',
  /** Writes that the follow-up is done. */
  'clear',
  /** Writes when the next attempt is, after an unknown outcome. */
  'postpone',
  /** Takes over an order whose lease has expired. */
  'claim',
] as const;

export type Step = (typeof STEPS)[number];

/** Every moment at which a test can have the process die: before or after each step. */
export const CRASH_POINTS = STEPS.flatMap((step) => [`before-${step}`, `after-${step}`] as const);

const STEP_TO: Record<StatusChange['to'], Step> = {
  CONFIRMED: 'confirm',
  REJECTED: 'reject',
  CANCELLED: 'cancel',
  SHIPPED: 'ship',
  DELIVERED: 'deliver',
};

/**
 * The same store and participants, which kill the process with SIGKILL at `point`.
 * @param point one of CRASH_POINTS; throws for anything else
 */
export function withCrashPoint(
  store: OrderStore,
  participants: Participants,
  point: string,
): { store: OrderStore; participants: Participants } {
  if (!CRASH_POINTS.some((each) => each === point)) {
    throw new Error(`${point} is not a crash point. The crash points are ${CRASH_POINTS.join(', ')}.`);
  }
  const crashIf = (reached: string): void => {
    if (reached === point) process.kill(process.pid, 'SIGKILL');
  };
  const run = async <T>(step: Step, work: () => Promise<T>): Promise<T> => {
    crashIf(`before-${step}`);
    const result = await work();
    crashIf(`after-${step}`);
    return result;
  };
  const at =
    <Args extends unknown[], T>(step: Step, work: (...args: Args) => Promise<T>) =>
    (...args: Args): Promise<T> =>
      run(step, () => work(...args));
  return {
    store: {
      ...store,
      insert: at('insert', store.insert),
      change: (order, change, deadline) => run(STEP_TO[change.to], () => store.change(order, change, deadline)),
      clearFollowUp: at('clear', store.clearFollowUp),
      postpone: at('postpone', store.postpone),
      claim: at('claim', store.claim),
    },
    participants: {
      ...participants,
      findCustomer: at('customer', participants.findCustomer),
      reserveStock: at('reserve', participants.reserveStock),
      releaseReservation: at('release', participants.releaseReservation),
      commitReservation: at('commit', participants.commitReservation),
    },
  };
}
