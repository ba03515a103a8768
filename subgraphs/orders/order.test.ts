import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import {
  DECISIONS,
  type Line,
  MAX_UNITS,
  type OrderStatus,
  REACH,
  STATES,
  allowedTransitions,
  decide,
  fingerprint,
  itemOf,
  mergeLines,
  numberFrom,
  readNumber,
  totalOf,
  unitsOf,
} from './order.ts';

const STATUSES = Object.keys(STATES) as OrderStatus[];
const status = fc.constantFrom(...STATUSES);
const by = fc.constantFrom(...(Object.keys(REACH) as (keyof typeof REACH)[]));
const line = fc.record({
  productId: fc.integer({ min: 0, max: 20 }).map((n) => n.toString(16).padStart(24, '0')),
  quantity: fc.integer({ min: 1, max: 1000 }),
});
const lines = fc.array(line, { minLength: 1, maxLength: 60 });

describe('the states of an order', () => {
  // The specification, written a second time by hand.
  const ALLOWED: Record<OrderStatus, OrderStatus[]> = {
    PENDING: ['CANCELLED'],
    CONFIRMED: ['SHIPPED', 'CANCELLED'],
    REJECTED: [],
    SHIPPED: ['DELIVERED'],
    DELIVERED: [],
    CANCELLED: [],
  };

  it.each(STATUSES)('let callers change %s only to the statuses that the API allows', (from) => {
    expect(allowedTransitions(from)).toEqual(ALLOWED[from]);
  });

  it('leave CONFIRMED and REJECTED to the saga, and only from PENDING', () => {
    for (const from of STATUSES) {
      const decisions = STATES[from].next.filter((to) => DECISIONS.includes(to));
      expect(decisions).toEqual(from === 'PENDING' ? ['CONFIRMED', 'REJECTED'] : []);
    }
  });

  it('have a path from PENDING to every status, and no way back', () => {
    const reached = new Set<OrderStatus>();
    const walk = (from: OrderStatus, path: OrderStatus[]): void => {
      expect(path).not.toContain(from);
      reached.add(from);
      for (const to of STATES[from].next) walk(to, [...path, from]);
    };
    walk('PENDING', []);
    expect([...reached].sort()).toEqual([...STATUSES].sort());
  });

  it('have at most one follow-up over the life of an order', () => {
    const followUps = (from: OrderStatus): number =>
      (STATES[from].then === undefined ? 0 : 1) + Math.max(0, ...STATES[from].next.map((to) => followUps(to)));
    expect(followUps('PENDING')).toBe(1);
  });

  it('are followed by a release when an order ends without shipping, and by a commit when it ships', () => {
    expect(STATUSES.filter((each) => STATES[each].then === 'releaseReservation')).toEqual(['REJECTED', 'CANCELLED']);
    expect(STATUSES.filter((each) => STATES[each].then === 'commitReservation')).toEqual(['SHIPPED']);
  });
});

describe('a request to change an order', () => {
  it('succeeds without a change if the order already has the status, whatever version was expected', () => {
    fc.assert(
      fc.property(status, by, fc.integer(), fc.integer(), (at, mutation, version, expectedVersion) => {
        expect(decide({ status: at, version }, { by: mutation, to: at, expectedVersion })).toBe('unchanged');
      }),
    );
  });

  it('is a conflict if another version was expected, even if it would be illegal', () => {
    fc.assert(
      fc.property(status, status, by, fc.integer(), (from, to, mutation, version) => {
        fc.pre(from !== to);
        expect(decide({ status: from, version }, { by: mutation, to, expectedVersion: version + 1 })).toBe('conflict');
      }),
    );
  });

  it('otherwise succeeds if both the status and the mutation allow it, and is illegal in all other cases', () => {
    fc.assert(
      fc.property(status, status, by, fc.constantFrom(undefined, null, 7), (from, to, mutation, expectedVersion) => {
        fc.pre(from !== to);
        const reach: readonly OrderStatus[] = REACH[mutation];
        const goes = reach.includes(to) && allowedTransitions(from).includes(to);
        expect(decide({ status: from, version: 7 }, { by: mutation, to, expectedVersion })).toBe(goes ? to : 'illegal');
      }),
    );
  });

  it.each<[keyof typeof REACH, OrderStatus, OrderStatus]>([
    ['transitionOrder', 'PENDING', 'CONFIRMED'],
    ['transitionOrder', 'PENDING', 'REJECTED'],
    ['transitionOrder', 'CONFIRMED', 'CANCELLED'],
    ['transitionOrder', 'CONFIRMED', 'DELIVERED'],
    ['cancelOrder', 'SHIPPED', 'CANCELLED'],
    ['cancelOrder', 'REJECTED', 'CANCELLED'],
  ])('%s is illegal from %s to %s', (mutation, from, to) => {
    expect(decide({ status: from, version: 1 }, { by: mutation, to })).toBe('illegal');
  });

  /** Any sequence of requests and decisions, checked against a model that knows only the specification. */
  it('never brings an order to a status that neither the saga nor its callers may choose', () => {
    const request = fc.record({ by, to: status, stale: fc.boolean() });
    const saga = fc.constantFrom<OrderStatus>('CONFIRMED', 'REJECTED');
    fc.assert(
      fc.property(fc.array(fc.oneof(request, saga), { maxLength: 20 }), (events) => {
        const order = { status: 'PENDING' as OrderStatus, version: 1 };
        const history: OrderStatus[] = ['PENDING'];
        const move = (to: OrderStatus): void => {
          order.status = to;
          order.version += 1;
          history.push(to);
        };
        for (const event of events) {
          if (typeof event === 'string') {
            if (DECISIONS.includes(event) && STATES[order.status].next.includes(event)) move(event);
            continue;
          }
          const expectedVersion = event.stale ? order.version - 1 : order.version;
          const decision = decide(order, { by: event.by, to: event.to, expectedVersion });
          if (decision === event.to) move(decision);
        }
        expect(order.version).toBe(history.length);
        expect(LIVES).toContain(history.join(' '));
      }),
    );
  });
});

/** Every prefix of every history that an order can have. */
const LIVES = [
  'PENDING',
  'PENDING CONFIRMED',
  'PENDING REJECTED',
  'PENDING CANCELLED',
  'PENDING CONFIRMED CANCELLED',
  'PENDING CONFIRMED SHIPPED',
  'PENDING CONFIRMED SHIPPED DELIVERED',
];

describe('the lines of an order', () => {
  it('are merged to one for each product, sorted, with no unit lost', () => {
    fc.assert(
      fc.property(lines, (asked) => {
        const merged = mergeLines(asked);
        const ids = merged.map(({ productId }) => productId);
        expect(ids).toEqual([...new Set(asked.map(({ productId }) => productId))].sort());
        for (const { productId, quantity } of merged) {
          expect(quantity).toBe(unitsOf(asked.filter((each) => each.productId === productId)));
        }
      }),
    );
  });

  it('have the same fingerprint however they are sorted or split', () => {
    const split = ({ productId, quantity }: Line): Line[] =>
      quantity === 1
        ? [{ productId, quantity }]
        : [
            { productId, quantity: 1 },
            { productId, quantity: quantity - 1 },
          ];
    fc.assert(
      fc.property(lines, (asked) => {
        const rearranged = asked.flatMap(split).reverse();
        expect(fingerprint(mergeLines(rearranged))).toBe(fingerprint(mergeLines(asked)));
      }),
    );
  });

  it('have different fingerprints for different expected totals, and for none', () => {
    const expectedTotal = fc.record({ amount: fc.nat(3), currency: fc.constantFrom('EUR', 'USD') });
    const maybe = fc.option(expectedTotal, { nil: undefined });
    fc.assert(
      fc.property(lines, maybe, maybe, (asked, one, other) => {
        const same = JSON.stringify(one) === JSON.stringify(other);
        const merged = mergeLines(asked);
        expect(fingerprint(merged, one) === fingerprint(merged, other)).toBe(same);
      }),
    );
  });

  it('have a different fingerprint if a product or a quantity differs', () => {
    fc.assert(
      fc.property(lines, lines, (one, other) => {
        const same = JSON.stringify(mergeLines(one)) === JSON.stringify(mergeLines(other));
        expect(fingerprint(mergeLines(one)) === fingerprint(mergeLines(other))).toBe(same);
      }),
    );
  });
});

describe('the money of an order', () => {
  const priced = (quantity: number, amount: number) => ({
    productId: 'p',
    quantity,
    sku: 's',
    productName: 'n',
    unitPrice: { amount, currency: 'EUR' },
  });

  it('is the sum of its lines', () => {
    const items = [priced(2, 1999), priced(1, 1), priced(3, 0)];
    expect(totalOf(items)).toEqual({ amount: 3999, currency: 'EUR' });
    expect(items.map((item) => itemOf(item).lineTotal?.amount)).toEqual([3998, 1, 0]);
  });

  it('is a safe integer at the largest price and the most units', () => {
    expect(Number.isSafeInteger(totalOf([priced(MAX_UNITS, 90_000_000_000)]).amount)).toBe(true);
  });

  it('does not exist before the stock is reserved', () => {
    expect(itemOf({ productId: 'p', quantity: 1 })).toEqual({
      productId: 'p',
      quantity: 1,
      sku: null,
      productName: null,
      unitPrice: null,
      lineTotal: null,
    });
  });
});

describe('the number of an order', () => {
  it("is 10 characters of Crockford's base 32, five bits of each byte", () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 10, maxLength: 10 }), (bytes) => {
        expect(numberFrom(bytes)).toMatch(/^[0-9A-HJKMNP-TV-Z]{10}$/);
      }),
    );
    expect(numberFrom(Uint8Array.from([0, 31, 32, 63, 10, 18, 20, 27, 255, 1]))).toBe('0Z0ZAJMVZ1');
  });

  it("is read by Crockford's rules, however a person typed it", () => {
    for (const written of ['7K1M9Q0TB1', ' 7k1m9q0tb1\n', '7KLM9-QOTBI', '7kim9 q0tbl', '7K-1M-9Q-OT-B1']) {
      expect(readNumber(written)).toBe('7K1M9Q0TB1');
    }
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 10, maxLength: 10 }), (bytes) => {
        expect(readNumber(numberFrom(bytes).toLowerCase())).toBe(numberFrom(bytes));
      }),
    );
  });
});
