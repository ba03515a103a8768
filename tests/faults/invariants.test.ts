import { describe, expect, it } from '@jest/globals';
import { Types } from 'mongoose';
import { type Stored, type StoredOrder, violationsOf } from './invariants.ts';

const id = (n: number): Types.ObjectId => new Types.ObjectId(String(n).padStart(24, '0'));
const price = { amount: 250, currency: 'EUR' };
const mug = id(1);

/**
 * A shop with one order in each state, of two units each, and one refused for its price: of ten units, two orders' are
 * sold and one's are held.
 */
function shop(): Stored {
  const histories = [
    ['PENDING', 'CONFIRMED'],
    ['PENDING', 'CONFIRMED', 'SHIPPED'],
    ['PENDING', 'CONFIRMED', 'CANCELLED'],
    ['PENDING', 'CANCELLED'],
    ['PENDING', 'REJECTED'],
  ];
  const states = ['HELD', 'COMMITTED', 'RELEASED', 'RELEASED', 'RELEASED'];
  const changed: StoredOrder = {
    _id: id(20),
    number: 'N20',
    customerId: 'c',
    status: 'REJECTED',
    items: [{ productId: mug.toHexString(), quantity: 2 }],
    expectedTotal: { amount: 400, currency: 'EUR' },
    totalAmount: -1,
    currency: null,
    refusal: {
      reason: 'PRICE_CHANGED',
      expected: { amount: 400, currency: 'EUR' },
      actual: { amount: 500, currency: 'EUR' },
    },
    events: [
      { from: null, to: 'PENDING', at: new Date(0) },
      { from: 'PENDING', to: 'REJECTED', at: new Date(1) },
    ],
    version: 2,
  };
  const move = (orderId: Types.ObjectId | null, type: string, onHandChange: number, availableChange: number) => ({
    productId: mug,
    type,
    onHandChange,
    availableChange,
    reason: null,
    orderId,
  });
  return {
    orders: histories
      .map((history, n): StoredOrder => {
        const wasConfirmed = history.includes('CONFIRMED');
        return {
          _id: id(10 + n),
          number: `N${String(n)}`,
          customerId: 'c',
          idempotencyKey: `k${String(n)}`,
          status: history.at(-1) ?? '',
          items: [{ productId: mug.toHexString(), quantity: 2, ...(wasConfirmed && { unitPrice: price }) }],
          totalAmount: wasConfirmed ? 500 : -1,
          currency: wasConfirmed ? 'EUR' : null,
          refusal: history.includes('REJECTED') ? { reason: 'INSUFFICIENT_STOCK' } : null,
          events: history.map((to, at) => ({ from: history[at - 1] ?? null, to, at: new Date(at) })),
          version: history.length,
        };
      })
      .concat(changed),
    products: [{ _id: mug, onHand: 8, available: 6 }],
    reservations: states
      .map((state, n) => ({
        _id: id(10 + n),
        state,
        lines: n < 3 ? [{ productId: mug, quantity: 2, unitPrice: price }] : [],
      }))
      .concat({ _id: id(20), state: 'RELEASED', lines: [{ productId: mug, quantity: 2, unitPrice: price }] }),
    movements: [
      move(null, 'RECEIVED', 10, 10),
      move(id(10), 'RESERVED', 0, -2),
      move(id(11), 'RESERVED', 0, -2),
      move(id(11), 'COMMITTED', -2, 0),
      move(id(12), 'RESERVED', 0, -2),
      move(id(12), 'RELEASED', 0, 2),
      move(id(20), 'RESERVED', 0, -2),
      move(id(20), 'RELEASED', 0, 2),
    ],
  };
}

/** Violations, each with a part of the sentence that reports it. */
const FAULTS: Record<string, [(shop: Stored) => void, string]> = {
  'an order that is lost': [({ orders }) => orders.splice(0, 1), 'has no order'],
  'an order that has not settled': [
    ({ orders }) => Object.assign(orders[1] ?? {}, { followUp: 'commitReservation' }),
    'has not settled',
  ],
  'a key with two orders': [({ orders }) => Object.assign(orders[1] ?? {}, { idempotencyKey: 'k0' }), 'has two orders'],
  'a number with two orders': [({ orders }) => Object.assign(orders[1] ?? {}, { number: 'N0' }), 'has two orders'],
  'an event that is missing': [({ orders }) => orders[1]?.events.splice(1, 1), 'went from PENDING to SHIPPED'],
  'an event from another status than the last one': [
    ({ orders }) => Object.assign(orders[1]?.events[2] ?? {}, { from: 'PENDING' }),
    'went from CONFIRMED to SHIPPED',
  ],
  'a first event that is not the placing': [
    ({ orders }) => orders[1]?.events.splice(0, 1),
    'went from nowhere to CONFIRMED',
  ],
  'an event before the one that it follows': [
    ({ orders }) => Object.assign(orders[1]?.events[2] ?? {}, { at: new Date(0) }),
    'was SHIPPED before it was CONFIRMED',
  ],
  'a status without an event': [
    ({ orders }) => Object.assign(orders[1] ?? {}, { status: 'DELIVERED' }),
    'and its last event SHIPPED',
  ],
  'a refusal that gives no reason': [({ orders }) => Object.assign(orders[4] ?? {}, { refusal: null }), 'with refusal'],
  'an order that was refused and goes on': [
    ({ orders }) => Object.assign(orders[0] ?? {}, { refusal: { reason: 'INSUFFICIENT_STOCK' } }),
    'is CONFIRMED with refusal INSUFFICIENT_STOCK',
  ],
  'a total of an order that was never confirmed': [
    ({ orders }) => Object.assign(orders[3] ?? {}, { currency: 'EUR' }),
    'was never confirmed and has a total',
  ],
  'items in another currency than the total': [
    ({ orders }) => Object.assign(orders[0] ?? {}, { currency: 'USD' }),
    'is in USD and EUR',
  ],
  'a version that was skipped': [({ orders }) => Object.assign(orders[1] ?? {}, { version: 4 }), 'has version 4'],
  'a total that is not the sum': [
    ({ orders }) => Object.assign(orders[0] ?? {}, { totalAmount: 499 }),
    'has total 499',
  ],
  'a total that its buyer was not shown': [
    ({ orders }) => Object.assign(orders[0] ?? {}, { expectedTotal: { amount: 499, currency: 'EUR' } }),
    '499 EUR was expected',
  ],
  'a refusal for a price that had not changed': [
    ({ orders }) => Object.assign(orders[5] ?? {}, { expectedTotal: { amount: 500, currency: 'EUR' } }),
    'was refused for 500 EUR',
  ],
  'a refusal for a price that nobody reserved at': [
    ({ orders }) => Object.assign(orders[5]?.refusal ?? {}, { actual: { amount: 600, currency: 'EUR' } }),
    'its reservation was of 500',
  ],
  'a refused order that keeps stock': [
    ({ reservations }) => Object.assign(reservations[4] ?? {}, { state: 'HELD' }),
    'HELD',
  ],
  'a shipped order without its stock': [({ reservations }) => reservations.splice(1, 1), 'reservation missing'],
  'a reservation without an order': [
    ({ reservations }) => reservations.push({ _id: id(99), state: 'RELEASED', lines: [] }),
    'a reservation that is RELEASED has no order',
  ],
  'a movement without an order': [
    ({ movements }) => movements.push({ ...movements[1], orderId: id(99) } as Stored['movements'][number]),
    'movements have no order',
  ],
  'a reservation at other prices': [
    ({ reservations }) =>
      Object.assign(reservations[0]?.lines[0] ?? {}, { unitPrice: { amount: 251, currency: 'EUR' } }),
    'and its reservation',
  ],
  'a cancelled order that keeps stock': [
    ({ reservations }) => Object.assign(reservations[2] ?? {}, { state: 'HELD' }),
    'is CANCELLED, and its reservation HELD',
  ],
  'stock that is reserved for nobody': [
    ({ products, movements }) => {
      Object.assign(products[0] ?? {}, { available: 5 });
      Object.assign(movements[0] ?? {}, { availableChange: 9 });
    },
    'has 3 reserved, and 2 in confirmed orders',
  ],
  'a reservation of other lines': [
    ({ reservations }) => Object.assign(reservations[0]?.lines[0] ?? {}, { quantity: 1 }),
    'and its reservation',
  ],
  'a movement that was made twice': [({ movements }) => movements.push(...movements.slice(5)), 'movements of'],
  'a product that was oversold': [
    ({ products }) => Object.assign(products[0] ?? {}, { available: -1 }),
    '-1 available of 8',
  ],
  'stock that nobody moved': [({ products }) => Object.assign(products[0] ?? {}, { onHand: 9 }), 'movements of'],
};

describe('the invariants', () => {
  it('hold for a correct shop', () => {
    expect(violationsOf(shop())).toEqual([]);
  });

  it.each(Object.keys(FAULTS))('report %s', (name) => {
    const stored = shop();
    const [damage, sentence] = FAULTS[name] ?? [];
    damage?.(stored);
    expect(violationsOf(stored).join('\n')).toContain(sentence);
  });
});
