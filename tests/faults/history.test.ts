import { describe, expect, it } from '@jest/globals';
import { Types } from 'mongoose';
import { type Answer, type Cart, History, type Placement, type StockChange } from './history.ts';
import type { Stored, StoredOrder } from './invariants.ts';

const orderId = new Types.ObjectId('00000000000000000000000a');
const mug = new Types.ObjectId('000000000000000000000001');
const productId = mug.toHexString();
const total = { amount: 500, currency: 'EUR' };
const cart: Cart = { items: [{ productId, quantity: 2 }], expectedTotal: total };
const success = (status = 'CONFIRMED', version = 2): Answer => ({
  __typename: 'CreateOrderSuccess',
  replayed: false,
  order: { id: orderId.toHexString(), status, version, total },
});

interface Told {
  history: History;
  stored: Stored;
  order: StoredOrder;
  placement: Placement;
  change: StockChange;
}

/** One order with a key and one change of stock, each requested once and acknowledged. */
function told(): Told {
  const order: StoredOrder = {
    _id: orderId,
    number: 'N',
    customerId: 'c',
    idempotencyKey: 'k',
    status: 'CONFIRMED',
    items: [{ productId, quantity: 2, unitPrice: { amount: 250, currency: 'EUR' } }],
    expectedTotal: total,
    totalAmount: 500,
    currency: 'EUR',
    refusal: null,
    events: [
      { from: null, to: 'PENDING', at: new Date(0) },
      { from: 'PENDING', to: 'CONFIRMED', at: new Date(1) },
    ],
    version: 2,
  };
  const movement = {
    productId: mug,
    type: 'ADJUSTED',
    onHandChange: 3,
    availableChange: 3,
    reason: 'r',
    orderId: null,
  };
  const placement: Placement = {
    customerId: 'c',
    key: 'k',
    variants: [cart, { ...cart, expectedTotal: null }],
    attempts: 1,
    answers: [{ variant: 0, answer: success() }],
  };
  const answers = [{ __typename: 'StockChangeSuccess', replayed: false }];
  const change: StockChange = { reason: 'r', productId, delta: 3, key: 's', attempts: 1, answers };
  const history = new History();
  history.placements.push(placement);
  history.stockChanges.push(change);
  history.addPrice(productId, { amount: 250, currency: 'EUR' });
  return {
    history,
    stored: { orders: [order], products: [], reservations: [], movements: [movement] },
    order,
    placement,
    change,
  };
}

const again = (answer: Answer, variant = 0): { variant: number; answer: Answer } => ({ variant, answer });

/** Wrong answers, each with a part of the sentence that reports it. */
const FAULTS: Record<string, [(told: Told) => unknown, string]> = {
  'an acknowledged order that is lost': [({ stored }) => stored.orders.splice(0), 'is lost'],
  'an acknowledged state that never was': [
    ({ history }) => history.orderChanges.push(success('SHIPPED', 3)),
    'was SHIPPED in version 3',
  ],
  'a bug that was answered': [({ history }) => history.bugs.push('BUG'), 'BUG'],
  'a total that was told of an order that was not confirmed yet': [
    ({ placement }) => placement.answers.push(again({ ...success('PENDING', 1), replayed: true })),
    'was PENDING and told to cost 500 EUR',
  ],
  'a total that was not told': [
    ({ placement }) => Object.assign(placement.answers[0]?.answer.order ?? {}, { total: null }),
    'told to cost null',
  ],
  'a total that was told and is another': [({ order }) => Object.assign(order, { totalAmount: 501 }), 'told to cost'],
  'a key that was answered as new twice': [({ placement }) => placement.answers.push(again(success())), 'as new more'],
  'a key with another cart that was not refused': [
    ({ placement }) => placement.answers.push(again({ ...success(), replayed: true }, 1)),
    'for cart 1',
  ],
  'a key with its own cart that was refused': [
    ({ placement }) => placement.answers.push(again({ __typename: 'IdempotencyKeyReusedError' })),
    'for cart 0',
  ],
  'a refusal of an order that was placed': [
    ({ placement }) => placement.answers.push(again({ __typename: 'InsufficientStockError' })),
    'was refused, and its order is CONFIRMED',
  ],
  'a refusal that was told as a success': [
    ({ placement }) => placement.answers.push(again(success('REJECTED'))),
    'was refused as a success',
  ],
  'a refusal that is not the one that was told before': [
    ({ order, placement }) => {
      order.status = 'REJECTED';
      const refusals = ['InsufficientStockError', 'PriceChangedError'];
      placement.answers.splice(0, 1, ...refusals.map((__typename) => again({ __typename })));
    },
    'was refused in different ways',
  ],
  'an answer with an order that is not the stored one': [
    ({ stored, order }) => {
      delete order.idempotencyKey;
      stored.orders.push({ ...order, _id: mug, idempotencyKey: 'k' });
    },
    'another order than is stored',
  ],
  'an answer to a key that has no order': [({ stored }) => stored.orders.splice(0), 'and has no order'],
  'a cart that nobody sent': [({ order }) => Object.assign(order.items[0] ?? {}, { quantity: 3 }), 'another cart'],
  'an expected total that nobody sent': [
    ({ order }) => Object.assign(order, { expectedTotal: { amount: 499, currency: 'EUR' } }),
    'another cart',
  ],
  'a price that nobody set': [
    ({ history }) => {
      history.prices.clear();
    },
    'never had',
  ],
  'an order without a key that nobody asked for': [
    ({ order, placement }) => {
      delete order.idempotencyKey;
      placement.answers.pop();
    },
    '0 attempts without a key made 1 orders',
  ],
  'two requests without a key that were answered with one order': [
    ({ placement, history }) => {
      history.placements.splice(0, 1, { ...placement, key: null });
      placement.answers.push(again(success()));
    },
    'two attempts without a key',
  ],
  'a change of stock that was refused and made': [
    ({ change }) => change.answers.splice(0, 1, { __typename: 'InsufficientStockError' }),
    'has 1 movements',
  ],
  'a change of stock without a key that was made more often than asked for': [
    ({ history, change, stored }) => {
      history.stockChanges.splice(0, 1, { ...change, key: null });
      stored.movements.push(...stored.movements);
    },
    'has 2 movements',
  ],
  'a change of stock with a key that was answered as new twice': [
    ({ change }) => {
      change.attempts += 1;
      change.answers.push(...change.answers);
    },
    '2 successes',
  ],
  'a change of stock that is lost': [({ stored }) => stored.movements.splice(0), 'has 0 movements'],
  'a change of stock that was made twice': [
    ({ stored }) => stored.movements.push(...stored.movements),
    'has 2 movements',
  ],
  'a change of stock by another quantity': [
    ({ stored }) => Object.assign(stored.movements[0] ?? {}, { onHandChange: 2 }),
    'a movement of 2',
  ],
};

describe('a history', () => {
  it('agrees with a system whose answers are true', () => {
    const { history, stored } = told();
    expect(history.violations(stored)).toEqual([]);
  });

  it.each(Object.keys(FAULTS))('reports %s', (name) => {
    const all = told();
    const [damage, sentence] = FAULTS[name] ?? [];
    damage?.(all);
    expect(all.history.violations(all.stored).join('\n')).toContain(sentence);
  });
});
