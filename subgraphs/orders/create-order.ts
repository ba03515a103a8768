/**
 * createOrder from its input to its answer: what is checked before anything is stored, what a repeated idempotency key gets, and
 * how long it may take. The saga (saga.ts) does the rest.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import { mayAccess } from '../../runtime/caller.ts';
import { RequestError } from '../../runtime/errors.ts';
import type { RequestContext } from '../../runtime/request.ts';
import { type InvalidInputError, idempotencyKey, money, opaqueText, parseInput } from '../shared/validation.ts';
import { type OrderDocument, toOrder } from './model.ts';
import {
  MAX_ITEMS,
  MAX_LINES,
  MAX_TOTAL,
  MAX_UNITS,
  type Order,
  customerNotFound,
  fingerprint,
  mergeLines,
  unitsOf,
} from './order.ts';
import { type Call, type CustomerAnswer, callFor } from './participants.ts';
import { type CreateOrderRefusal, keyReused, refusalError } from './refusals.ts';
import { type SagaParts, drive, tryToFinish } from './saga.ts';
import type { CreateOrderInput } from './schema.generated.ts';
import type { NewOrder } from './store.ts';

/** How often a repeated key looks whether the first request is decided. */
const POLL_MS = { first: 10, most: 200 };
/** How many follow-ups may go on after their createOrder has answered; more are left to recovery. */
const MAX_TRAILING = 64;

const id = opaqueText(255);
const quantity = z.number().int().min(1, 'must be at least 1');
const createOrderInput = z.object({
  customerId: id,
  items: z
    .array(z.unknown())
    .min(1, 'must not be empty')
    // Checked before the items are, so that there is one error and not one for each item.
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

/** Follow-ups that go on after the response was sent, so that a refused buyer doesn't wait for the release. */
export class TrailingWork {
  readonly #running = new Set<Promise<unknown>>();

  /** Starts `work`, which must not reject, unless too much of it is running. */
  start(work: () => Promise<void>): void {
    if (this.#running.size >= MAX_TRAILING) return;
    const running = work().finally(() => this.#running.delete(running));
    this.#running.add(running);
  }

  /** Resolves once none is running. */
  async idle(): Promise<void> {
    await Promise.all(this.#running);
  }
}

export interface CreateOrderParts extends SagaParts {
  trailing: TrailingWork;
  /** How long createOrder may take, in milliseconds, if its caller doesn't ask for less. */
  orderDeadlineMs: number;
}

/**
 * Places an order. A customer that may not order for this customer id gets the answer for an id that doesn't exist, and nothing is
 * stored. Without an idempotency key every call is a new order. Throws DEADLINE_EXCEEDED.
 */
export async function createOrder(
  parts: CreateOrderParts,
  input: CreateOrderInput,
  context: RequestContext,
): Promise<CreateOrderResult> {
  const parsed = parseInput(createOrderInput, input);
  if (!parsed.ok) return parsed.error;
  const { customerId, items, expectedTotal, idempotencyKey = null } = parsed.value;
  if (!mayAccess(context.caller, customerId)) return refusalError(customerNotFound(customerId));

  const call = callFor(context, parts.orderDeadlineMs);
  const asked: NewOrder = {
    customerId,
    idempotencyKey,
    expectedTotal: expectedTotal ?? undefined,
    lines: mergeLines(items),
    actor: context.caller.id,
  };
  // Asked while the order is being written.
  const customer = parts.participants.findCustomer(customerId, call);
  const order = await parts.store.insert(asked, call.deadline);
  if (order !== null) return answerOf(await place(parts, order, call, customer), false);
  if (idempotencyKey === null) throw new Error('an order without a key collided with another');
  return replay(parts, asked, idempotencyKey, call);
}

/** Drives an order to its decision. If there is none in time, the order is left PENDING for recovery to drive on at once. */
async function place(
  parts: CreateOrderParts,
  order: OrderDocument,
  call: Call,
  customer?: Promise<CustomerAnswer>,
): Promise<OrderDocument> {
  const end = await drive(parts, order, call, customer);
  if (end.outcome === 'unknown') {
    await parts.store.postpone(order, 0);
    return order;
  }
  if (end.order.followUp !== undefined) parts.trailing.start(() => tryToFinish(parts, end.order, call));
  return end.order;
}

/** Answers a repeated key from the order that took it, once that is decided; drives it on if it was left behind. */
async function replay(parts: CreateOrderParts, asked: NewOrder, key: string, call: Call): Promise<CreateOrderResult> {
  for (let pause = POLL_MS.first; ; pause = Math.min(2 * pause, POLL_MS.most)) {
    const order = await parts.store.byKey(asked.customerId, key);
    if (order !== null) {
      const isRepeat = fingerprint(order.items, order.expectedTotal) === fingerprint(asked.lines, asked.expectedTotal);
      if (!isRepeat) return keyReused(key);
      if (order.status !== 'PENDING') return answerOf(order, true);
      const claimed = isLeftBehind(order) ? await parts.store.claim(order, call.deadline) : null;
      if (claimed !== null) return answerOf(await place(parts, claimed, call), true);
    }
    if (Date.now() + pause >= call.deadline) {
      if (order !== null) return answerOf(order, true);
      throw new RequestError('DEADLINE_EXCEEDED', 'The order is being placed. Try again.');
    }
    await sleep(pause);
  }
}

const isLeftBehind = ({ nextAttemptAt }: OrderDocument): boolean =>
  nextAttemptAt === undefined || nextAttemptAt.getTime() <= Date.now();

const answerOf = (order: OrderDocument, replayed: boolean): CreateOrderResult =>
  order.refusal === null
    ? { __typename: 'CreateOrderSuccess', order: toOrder(order), replayed }
    : refusalError(order.refusal);
