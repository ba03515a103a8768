/**
 * The answers that callers got, request by request, and whether the stored state and later answers agree with them. A
 * request without a definite answer may have been carried out or not; any other contradiction is a violation.
 */
import type { Line } from './buyer.ts';
import { type Money, type Stored, type StoredOrder, moneyText } from './invariants.ts';

/** The answer of a mutation: a member of its union. */
export interface Answer {
  __typename: string;
  replayed?: boolean;
  order?: { id: string; status: string; version: number; total: Money | null };
  [field: string]: unknown;
}

/** What a caller orders: lines, and the total that it was shown; null if any total is accepted. */
export interface Cart {
  items: readonly Line[];
  expectedTotal: Money | null;
}

/** One requested order: sent once, or with a key any number of times. */
export interface Placement {
  customerId: string;
  /** Without a key, each attempt may be a separate order. */
  key: string | null;
  /** The carts that were sent with the key: the first, and others that must not become a second order. */
  variants: readonly Cart[];
  attempts: number;
  /** Each attempt: which cart was sent, and the answer. */
  answers: { variant: number; answer: Answer }[];
}

/** One requested change of stock. Its reason is unique, so that its movement can be found. */
export interface StockChange {
  reason: string;
  productId: string;
  delta: number;
  key: string | null;
  attempts: number;
  answers: Answer[];
}

const KEY_REUSED = 'IdempotencyKeyReusedError';
const isSuccess = ({ __typename }: Answer): boolean => __typename.endsWith('Success');

export class History {
  readonly placements: Placement[] = [];
  /** Definite answers of cancelOrder and transitionOrder. */
  readonly orderChanges: Answer[] = [];
  readonly stockChanges: StockChange[] = [];
  /** All prices that each product had, or may have had, oldest first. */
  readonly prices = new Map<string, Money[]>();
  /** How many mutations were sent. */
  requests = 0;
  /** Codes of top-level errors that mean a bug. */
  readonly bugs: string[] = [];

  addPrice(productId: string, price: Money): void {
    this.prices.set(productId, [...(this.prices.get(productId) ?? []), price]);
  }

  /** Everything that contradicts the settled state, a sentence each. */
  violations(stored: Stored): string[] {
    const orders = new Map(stored.orders.map((order) => [order._id.toHexString(), order]));
    return [
      ...this.bugs,
      ...this.placements.flatMap((placement) => violationsOfPlacement(placement, orders)),
      ...this.#violationsOfKeyless(stored.orders),
      ...this.orderChanges.flatMap((answer) => violationsOfAnswer(answer, orders)),
      ...this.stockChanges.flatMap((change) => violationsOfStockChange(change, stored)),
      ...this.#violationsOfPrices(stored.orders),
    ];
  }

  /** An order without a key belongs to an attempt, and each attempt has at most one order. */
  #violationsOfKeyless(orders: readonly StoredOrder[]): string[] {
    const keyless = this.placements.filter(({ key }) => key === null);
    const attempts = keyless.reduce((sum, placement) => sum + placement.attempts, 0);
    const ids = keyless.flatMap(({ answers }) => answers.flatMap(({ answer }) => answer.order?.id ?? []));
    const count = orders.filter(({ idempotencyKey }) => idempotencyKey === undefined).length;
    return [
      ...(count > attempts ? [`${String(attempts)} attempts without a key made ${String(count)} orders`] : []),
      ...(new Set(ids).size < ids.length ? ['two attempts without a key were answered with one order'] : []),
    ];
  }

  /** Nothing is sold at a price that was never set. */
  #violationsOfPrices(orders: readonly StoredOrder[]): string[] {
    return orders.flatMap(({ _id, items }) =>
      items.flatMap(({ productId, unitPrice }) => {
        const price = unitPrice && moneyText(unitPrice);
        return price === undefined || this.prices.get(productId)?.some((each) => moneyText(each) === price) === true
          ? []
          : [`order ${_id.toHexString()} has a price of ${price} that its product never had`];
      }),
    );
  }
}

/** An acknowledged state is in the order's history, at the acknowledged version. */
function violationsOfAnswer({ order }: Answer, orders: ReadonlyMap<string, StoredOrder>): string[] {
  if (order === undefined) return [];
  const found = orders.get(order.id);
  if (found === undefined) return [`order ${order.id} was acknowledged as ${order.status}, and is lost`];
  const event = found.events[order.version - 1];
  const total = found.currency === null ? null : moneyText({ amount: found.totalAmount, currency: found.currency });
  const told = order.total && moneyText(order.total);
  // A PENDING order has no total yet.
  const owed = order.status === 'PENDING' ? null : total;
  return [
    ...(event?.to === order.status
      ? []
      : [
          `order ${order.id} was ${order.status} in version ${String(order.version)}, and that is ${String(event?.to)}`,
        ]),
    ...(told === owed
      ? []
      : [`order ${order.id} was ${order.status} and told to cost ${String(told)}, and costs ${String(total)}`]),
  ];
}

const cartText = (lines: readonly Line[], expectedTotal: Money | null | undefined): string => {
  const units = new Map<string, number>();
  for (const { productId, quantity } of lines) units.set(productId, (units.get(productId) ?? 0) + quantity);
  const texts = [...units].map(([productId, quantity]) => `${productId} ${String(quantity)}`);
  return [...texts.sort(), expectedTotal ? moneyText(expectedTotal) : 'any total'].join();
};

/** The part of an answer that each repeat must have, too. */
export const lasting = ({ order, replayed: _, ...rest }: Answer): string => JSON.stringify({ ...rest, id: order?.id });

/** One order for each key, of one of the carts that were sent with it; the same answer to each repeat. */
function violationsOfPlacement(placement: Placement, orders: ReadonlyMap<string, StoredOrder>): string[] {
  const { customerId, key, variants, answers } = placement;
  const found = answers.flatMap(({ answer }) => violationsOfAnswer(answer, orders));
  if (key === null) return found;
  const fault = (what: string): void => void found.push(`the key ${key} of customer ${customerId} ${what}`);
  const order = [...orders.values()].find((each) => each.customerId === customerId && each.idempotencyKey === key);
  if (order === undefined) {
    if (answers.length > 0) fault(`was answered ${answers[0]?.answer.__typename ?? ''}, and has no order`);
    return found;
  }
  const ordered = cartText(order.items, order.expectedTotal);
  const winner = variants.findIndex(({ items, expectedTotal }) => cartText(items, expectedTotal) === ordered);
  if (winner < 0) fault(`has an order of another cart than was sent: ${ordered}`);
  for (const { variant, answer } of answers) {
    if ((variant !== winner) !== (answer.__typename === KEY_REUSED)) {
      fault(
        `was answered ${answer.__typename} for cart ${String(variant)}, and has an order of cart ${String(winner)}`,
      );
    }
  }
  const told = answers.filter(({ variant }) => variant === winner).map(({ answer }) => answer);
  if (told.filter(({ replayed }) => replayed === false).length > 1) fault('was answered as new more than once');
  if (told.some((answer) => isSuccess(answer) && answer.order?.id !== order._id.toHexString())) {
    fault('was answered with another order than is stored');
  }
  if (told.some(({ order: { status } = {} }) => status === 'REJECTED')) fault('was refused as a success');
  const refusals = new Set(told.filter((answer) => !isSuccess(answer)).map(lasting));
  if (refusals.size > 1) fault(`was refused in different ways: ${[...refusals].join(' and ')}`);
  if (refusals.size > 0 && order.status !== 'REJECTED') fault(`was refused, and its order is ${order.status}`);
  return found;
}

/** An acknowledged change has its movement, a refused one has none, and one with a key never has two. */
function violationsOfStockChange(
  { reason, productId, delta, key, attempts, answers }: StockChange,
  stored: Stored,
): string[] {
  const made = stored.movements.filter((movement) => movement.reason === reason);
  const found: string[] = [];
  const news = answers.filter((answer) => isSuccess(answer) && answer.replayed === false).length;
  const least = answers.some(isSuccess) ? Math.max(1, news) : 0;
  const refusals = answers.filter((answer) => !isSuccess(answer)).length;
  const most = Math.min(attempts - refusals, key === null ? attempts : 1);
  if (made.length < least || made.length > most) {
    found.push(
      `the change ${reason} has ${String(made.length)} movements after ${String(attempts)} attempts, ${String(news)} successes and ${String(refusals)} refusals`,
    );
  }
  for (const { productId: id, onHandChange, availableChange } of made) {
    if (id.toHexString() !== productId || onHandChange !== delta || availableChange !== delta) {
      found.push(`the change ${reason} of ${String(delta)} has a movement of ${String(onHandChange)}`);
    }
  }
  return found;
}
