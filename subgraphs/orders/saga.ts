/**
 * createOrder as a saga over two databases, step by step. Each step can be repeated by anyone at any time, so a driver that
 * dies or gives up loses nothing: whoever comes next (recovery, or the caller with the same key) drives the order on from
 * what is stored. Talks to the store, and to customers and inventory.
 *
 *     insert PENDING ─┬─> customer exists? ──> reserveStock ──> CONFIRMED
 *                     │         │ no                │ refused, or another total than the expected one
 *                     │         └─> REJECTED <──────┘ ──> releaseReservation ──> debt cleared
 *                     └─> outcome unknown: stays PENDING, due at once
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import { mayAccess } from '../../runtime/caller.ts';
import { RequestError } from '../../runtime/errors.ts';
import type { RequestContext } from '../../runtime/request.ts';
import { type InvalidInputError, idempotencyKey, money, opaqueText, parseInput } from '../shared/validation.ts';
import { type OrderDocument, toOrder } from './model.ts';
import {
  type Debt,
  MAX_ITEMS,
  MAX_LINES,
  MAX_TOTAL,
  MAX_UNITS,
  type Order,
  type Refusal,
  customerNotFound,
  fingerprint,
  mergeLines,
  priceChanged,
  totalOf,
  unitsOf,
} from './order.ts';
import type { Call, CustomerAnswer, Participants, ReservationState, UnknownOutcome } from './participants.ts';
import { type CreateOrderRefusal, keyReused, refusalError } from './refusals.ts';
import type { CreateOrderInput } from './schema.generated.ts';
import type { RunStep, Step } from './steps.ts';
import type { NewOrder, OrderStore, StatusChange } from './store.ts';

/** What is kept back of a deadline, to give the answer in time: a tenth of it, and at most this. */
const ANSWER_MS = 100;
/** How often a repeated key looks for what becomes of the first request. */
const POLL_MS = { first: 10, most: 200 };
/** How many releases may go on after their createOrder has answered; more are left to recovery. */
const MAX_TRAILING = 64;

const id = opaqueText(255);
const quantity = z.number().int().min(1, 'must be at least 1');
const createOrderInput = z.object({
  customerId: id,
  items: z
    .array(z.unknown())
    .min(1, 'must not be empty')
    // One error, and not one for each of them.
    .max(MAX_ITEMS, `must have at most ${MAX_ITEMS} items`)
    .pipe(z.array(z.object({ productId: id, quantity })))
    .refine((items) => mergeLines(items).length <= MAX_LINES, `must name at most ${MAX_LINES} products`)
    .refine((items) => unitsOf(items) <= MAX_UNITS, `must be at most ${MAX_UNITS} units in all`),
  expectedTotal: money(MAX_TOTAL).nullish(),
  idempotencyKey: idempotencyKey.nullish(),
});

export type CreateOrderResult =
  | { __typename: 'CreateOrderSuccess'; order: Order; replayed: boolean }
  | InvalidInputError
  | CreateOrderRefusal
  | ReturnType<typeof keyReused>;

/** Where an order stands when its driver is done with it. */
export type Driven = { outcome: 'settled'; order: OrderDocument } | UnknownOutcome;

export type Saga = ReturnType<typeof createSaga>;

export function createSaga(options: {
  store: OrderStore;
  participants: Participants;
  run: RunStep;
  /** How long createOrder may take, where its caller doesn't ask for less. */
  orderDeadlineMs: number;
}) {
  const { store, participants, run, orderDeadlineMs } = options;
  const trailing = new Set<Promise<unknown>>();

  const findCustomer = (customerId: string, call: Call): Promise<CustomerAnswer> =>
    run('customer', () => participants.findCustomer(customerId, call));

  /** Decides a PENDING order. Where another driver or a cancellation was faster, its decision stands, and is the answer. */
  async function settle(order: OrderDocument, change: StatusChange, call: Call): Promise<Driven> {
    const now = (await store.change(order, change, call.deadline)) ?? (await store.reread(order, call.deadline));
    return now === null
      ? { outcome: 'unknown', reason: 'another driver decided, and its decision is not to be read yet' }
      : { outcome: 'settled', order: now };
  }

  const reject = (order: OrderDocument, refusal: Refusal, call: Call): Promise<Driven> =>
    settle(order, { to: 'REJECTED', actor: null, set: { refusal } }, call);

  /**
   * Drives a PENDING order to its decision. The debt that comes with it is left to the caller.
   * @param customer the answer, where the question is on its way already
   */
  async function drive(
    order: OrderDocument,
    call: Call,
    customer = findCustomer(order.customerId, call),
  ): Promise<Driven> {
    const found = await customer;
    if (found.outcome === 'unknown') return found;
    if (found.outcome === 'missing') return reject(order, customerNotFound(order.customerId), call);

    const lines = order.items.map(({ productId, quantity }) => ({ productId, quantity }));
    const answer = await run('reserve', () => participants.reserveStock(order._id.toHexString(), lines, call));
    switch (answer.outcome) {
      case 'unknown':
        return answer;
      case 'refused':
        return reject(order, answer.refusal, call);
      case 'reserved': {
        const total = totalOf(answer.items);
        const refusal = priceChanged(order.expectedTotal, total);
        if (refusal !== null) return reject(order, refusal, call);
        const set = { items: answer.items, totalAmount: total.amount, currency: total.currency };
        return settle(order, { to: 'CONFIRMED', actor: null, set }, call);
      }
      case 'closed': {
        const now = await store.reread(order, call.deadline);
        if (now !== null) return { outcome: 'settled', order: now };
        const reason = `the order is PENDING, and its reservation is ${answer.state}`;
        call.log.error({ orderId: order._id, reason }, 'a bug: left alone');
        return { outcome: 'unknown', reason };
      }
    }
  }

  /** Has inventory do what the order owes, and clears the debt; at once where nothing is owed. */
  async function settleDebt(order: OrderDocument, call: Call): Promise<Driven> {
    if (order.owes === undefined) return { outcome: 'settled', order };
    const { step, ask, becomes } = PAYMENTS[order.owes];
    const answer = await run(step, () => participants[ask](order._id.toHexString(), call));
    if (answer.outcome === 'unknown') return answer;
    if (answer.state !== becomes) {
      const { status, owes } = order;
      call.log.error({ orderId: order._id, status, owes, reservation: answer.state }, 'a bug: left alone');
    }
    await store.clearDebt(order);
    return { outcome: 'settled', order };
  }

  /** Settles a debt for a request, whose answer doesn't depend on it: what it leaves undone, recovery finds. Never throws. */
  async function pay(order: OrderDocument, call: Call): Promise<void> {
    try {
      const end = await settleDebt(order, call);
      if (end.outcome === 'unknown') await store.postpone(order, 0);
    } catch (err) {
      call.log.warn({ err, orderId: order._id }, 'a debt is left to recovery');
    }
  }

  /** Pays behind the answer: whoever is refused waits for nothing. */
  function payLater(order: OrderDocument, call: Call): void {
    if (order.owes === undefined || trailing.size >= MAX_TRAILING) return;
    const work = pay(order, call).finally(() => trailing.delete(work));
    trailing.add(work);
  }

  /** Drives an order for createOrder; PENDING and due for recovery at once where it can't be decided in time. */
  async function place(order: OrderDocument, call: Call, customer?: Promise<CustomerAnswer>): Promise<OrderDocument> {
    const end = await drive(order, call, customer);
    if (end.outcome === 'unknown') {
      await store.postpone(order, 0);
      return order;
    }
    payLater(end.order, call);
    return end.order;
  }

  const answer = (order: OrderDocument, replayed: boolean): CreateOrderResult =>
    order.refusal === null
      ? { __typename: 'CreateOrderSuccess', order: toOrder(order), replayed }
      : refusalError(order.refusal);

  /** Answers a repeated key: from the order that claimed it, once that is decided; drives it on where it was left behind. */
  async function replay(asked: NewOrder, idempotencyKey: string, call: Call): Promise<CreateOrderResult> {
    for (let pause = POLL_MS.first; ; pause = Math.min(2 * pause, POLL_MS.most)) {
      const order = await store.byKey(asked.customerId, idempotencyKey);
      if (order !== null) {
        const isRepeat =
          fingerprint(order.items, order.expectedTotal) === fingerprint(asked.lines, asked.expectedTotal);
        if (!isRepeat) return keyReused(idempotencyKey);
        if (order.status !== 'PENDING') return answer(order, true);
        const leftBehind = order.dueAt === undefined || order.dueAt.getTime() <= Date.now();
        const claimed = leftBehind ? await store.claim(order, call.deadline) : null;
        if (claimed !== null) return answer(await place(claimed, call), true);
      }
      if (Date.now() + pause >= call.deadline) {
        if (order !== null) return answer(order, true);
        throw new RequestError('DEADLINE_EXCEEDED', 'The order is being placed. Try again.');
      }
      await sleep(pause);
    }
  }

  return {
    drive,
    settleDebt,
    pay,

    /** The calls that one request makes: they end in time for it to answer. */
    callFor({ requestId, traceparent, deadline, caller, log }: RequestContext): Call {
      const now = Date.now();
      const time = Math.min(deadline - now, orderDeadlineMs);
      return {
        requestId,
        traceparent,
        deadline: Math.floor(now + time - Math.min(ANSWER_MS, time / 10)),
        actor: caller.id,
        log,
      };
    },

    /**
     * Places an order. A customer that may not order for this id gets the answer of an id that nobody has, and nothing is
     * stored. Without an idempotency key every call is an order of its own.
     */
    async createOrder(input: CreateOrderInput, { caller }: RequestContext, call: Call): Promise<CreateOrderResult> {
      const parsed = parseInput(createOrderInput, input);
      if (!parsed.ok) return parsed.error;
      const { customerId, items, expectedTotal, idempotencyKey = null } = parsed.value;
      if (!mayAccess(caller, customerId)) return refusalError(customerNotFound(customerId));

      const asked: NewOrder = {
        customerId,
        idempotencyKey,
        expectedTotal: expectedTotal ?? undefined,
        lines: mergeLines(items),
        actor: caller.id,
      };
      const customer = findCustomer(customerId, call);
      const order = await store.insert(asked, call.deadline);
      if (order !== null) return answer(await place(order, call, customer), false);
      if (idempotencyKey === null) throw new Error('an order without a key collided with another');
      return replay(asked, idempotencyKey, call);
    },

    /** Resolves once no answered request has work going on. */
    async idle(): Promise<void> {
      await Promise.all(trailing);
    },
  };
}

/** How each debt is settled: by which step and call, and what the reservation is afterwards. */
const PAYMENTS = {
  RELEASE: { step: 'release', ask: 'releaseReservation', becomes: 'RELEASED' },
  COMMIT: { step: 'commit', ask: 'commitReservation', becomes: 'COMMITTED' },
} as const satisfies Record<Debt, { step: Step; ask: keyof Participants; becomes: ReservationState }>;
