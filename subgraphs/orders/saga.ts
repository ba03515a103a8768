/**
 * An order as a saga over two databases. Each step can be repeated by anyone at any time, so a driver that dies or gives up loses
 * nothing: the next one (recovery, or the caller with the same key) drives the order on from what is stored.
 *
 *     insert PENDING ─┬─> customer exists? ──> reserveStock ──> CONFIRMED
 *                     │         │ no                │ refused, or the total is not the expected one
 *                     │         └─> REJECTED <──────┘ ──> releaseReservation ──> follow-up cleared
 *                     └─> outcome unknown: stays PENDING, and recovery may drive it on at once
 *
 * reserveStock is the pivot: before it an order can only be refused, after it only the order's own total can refuse it. The
 * release is its compensation; commitReservation, which follows SHIPPED, is retried until it is done. Talks to the store, and to
 * customers and inventory.
 */
import type { OrderDocument } from './model.ts';
import { type FollowUp, type Refusal, customerNotFound, priceChanged, totalOf } from './order.ts';
import type { Call, CustomerAnswer, Participants, ReservationState, UnknownOutcome } from './participants.ts';
import type { OrderStore, StatusChange } from './store.ts';

/** What the saga works on. */
export interface SagaParts {
  store: OrderStore;
  participants: Participants;
}

/** The result of driving an order. */
export type Driven = { outcome: 'settled'; order: OrderDocument } | UnknownOutcome;

/**
 * Drives a PENDING order to its decision. The caller then sees to the follow-up.
 * @param customer the answer, if the question has been sent already
 */
export async function drive(
  parts: SagaParts,
  order: OrderDocument,
  call: Call,
  customer: Promise<CustomerAnswer> = parts.participants.findCustomer(order.customerId, call),
): Promise<Driven> {
  const found = await customer;
  if (found.outcome === 'unknown') return found;
  if (found.outcome === 'missing') return reject(parts, order, customerNotFound(order.customerId), call);

  const lines = order.items.map(({ productId, quantity }) => ({ productId, quantity }));
  const answer = await parts.participants.reserveStock(order._id.toHexString(), lines, call);
  switch (answer.outcome) {
    case 'unknown':
      return answer;
    case 'refused':
      return reject(parts, order, answer.refusal, call);
    case 'closed':
      return readDecision(parts, order, answer.state, call);
    case 'reserved': {
      const total = totalOf(answer.items);
      const refusal = priceChanged(order.expectedTotal, total);
      if (refusal !== null) return reject(parts, order, refusal, call);
      const set = { items: answer.items, totalAmount: total.amount, currency: total.currency };
      return decide(parts, order, { to: 'CONFIRMED', actor: null, set }, call);
    }
  }
}

const reject = (parts: SagaParts, order: OrderDocument, refusal: Refusal, call: Call): Promise<Driven> =>
  decide(parts, order, { to: 'REJECTED', actor: null, set: { refusal } }, call);

/** Decides a PENDING order. If another driver or a cancellation was faster, its decision stands and is the answer. */
async function decide({ store }: SagaParts, order: OrderDocument, change: StatusChange, call: Call): Promise<Driven> {
  const decided = (await store.change(order, change, call.deadline)) ?? (await store.reread(order, call.deadline));
  return decided === null
    ? { outcome: 'unknown', reason: 'another driver has decided, and its decision cannot be read yet' }
    : { outcome: 'settled', order: decided };
}

/** Reads the decision of an order whose reservation is over: another driver or a cancellation has decided it. */
async function readDecision(
  { store }: SagaParts,
  order: OrderDocument,
  state: ReservationState,
  call: Call,
): Promise<Driven> {
  const decided = await store.reread(order, call.deadline);
  if (decided !== null) return { outcome: 'settled', order: decided };
  const reason = `the order is PENDING, and its reservation is ${state}`;
  call.log.error({ orderId: order._id, reason }, 'a bug: the order is left alone');
  return { outcome: 'unknown', reason };
}

/** The state of the reservation after each follow-up. */
const RESERVATION_AFTER: Record<FollowUp, ReservationState> = {
  releaseReservation: 'RELEASED',
  commitReservation: 'COMMITTED',
};

/** Has inventory do what must follow, and clears the follow-up. Settled at once if there is none. */
export async function finish({ store, participants }: SagaParts, order: OrderDocument, call: Call): Promise<Driven> {
  const { followUp } = order;
  if (followUp === undefined) return { outcome: 'settled', order };
  const answer = await participants[followUp](order._id.toHexString(), call);
  if (answer.outcome === 'unknown') return answer;
  if (answer.state !== RESERVATION_AFTER[followUp]) {
    const { _id: orderId, status } = order;
    call.log.error({ orderId, status, followUp, reservation: answer.state }, 'a bug: the reservation is left alone');
  }
  await store.clearFollowUp(order);
  return { outcome: 'settled', order };
}

/** Finishes an order for a request whose answer doesn't depend on it: what is left undone, recovery finds. Never throws. */
export async function tryToFinish(parts: SagaParts, order: OrderDocument, call: Call): Promise<void> {
  try {
    const end = await finish(parts, order, call);
    if (end.outcome === 'unknown') await parts.store.postpone(order, 0);
  } catch (err) {
    call.log.warn({ err, orderId: order._id }, 'a follow-up is left to recovery');
  }
}
