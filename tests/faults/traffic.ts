/** Random callers: they order, repeat, cancel, ship, correct stock and change prices, and record the answers. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { System } from '../harness.ts';
import { type Line, createCustomer, createProduct } from './buyer.ts';
import { type Answer, type Cart, History, type Placement, type StockChange } from './history.ts';
import type { Money } from './invariants.ts';
import type { Random } from './random.ts';

/** A call without an answer ends after this time. */
const PATIENCE_MS = 6000;
/** The pause after a request without an answer. */
const PAUSE_MS = 50;
/** The first price of each product, as in `createProduct`. */
const FIRST_PRICE: Money = { amount: 100, currency: 'EUR' };
/** An id that no customer and no product has. */
const NOBODY = '0123456789abcdef01234567';
/** How often an order with a key is sent at most, until there is an answer. */
const MAX_TRIES = 4;
/** Top-level errors after which the outcome is unknown, or nothing was done. */
const OUTAGES = new Set([
  'UPSTREAM_UNAVAILABLE',
  'SERVICE_UNAVAILABLE',
  'DEADLINE_EXCEEDED',
  'OVERLOADED',
  'SHUTTING_DOWN',
]);

const ORDER = 'order { id status version total { amount currency } }';
const MUTATIONS = {
  createOrder: `mutation ($input: CreateOrderInput!) { answer: createOrder(input: $input) { __typename
    ... on CreateOrderSuccess { replayed ${ORDER} } ... on UserError { code message }
    ... on InsufficientStockError { shortages { requested available } }
    ... on PriceChangedError { expected { amount currency } actual { amount currency } } } }`,
  cancelOrder: `mutation ($input: CancelOrderInput!) { answer: cancelOrder(input: $input) { __typename
    ... on OrderChangeSuccess { ${ORDER} } ... on UserError { code message } } }`,
  transitionOrder: `mutation ($input: TransitionOrderInput!) { answer: transitionOrder(input: $input) { __typename
    ... on OrderChangeSuccess { ${ORDER} } ... on UserError { code message } } }`,
  adjustStock: `mutation ($input: AdjustStockInput!) { answer: adjustStock(input: $input) { __typename
    ... on StockChangeSuccess { replayed } ... on UserError { code message } } }`,
  reduceStock: `mutation ($input: ReduceStockInput!) { answer: reduceStock(input: $input) { __typename
    ... on StockChangeSuccess { replayed } ... on UserError { code message } } }`,
  updateProduct: `mutation ($input: UpdateProductInput!) { answer: updateProduct(input: $input) { __typename
    ... on UserError { code message } } }`,
};
type Mutation = keyof typeof MUTATIONS;

/** The weights of what a caller does. */
const ACTIONS = {
  order: 30,
  orderWithoutKey: 8,
  orderTwiceAtOnce: 6,
  repeat: 12,
  repeatWithAnotherCart: 5,
  cancel: 12,
  ship: 9,
  deliver: 5,
  adjust: 9,
  reduce: 8,
  repeatStockChange: 6,
  price: 6,
};

export interface Shop {
  /** The address of the API. */
  origin: () => string;
  customers: readonly string[];
  products: readonly string[];
  history: History;
}

/** @param stock of each product at the beginning */
export async function openShop(
  system: System,
  name: string,
  { customers, products, stock }: { customers: number; products: number; stock: number },
): Promise<Shop> {
  const each = <T>(count: number, make: (n: number) => Promise<T>): Promise<T[]> =>
    Promise.all(Array.from({ length: count }, (_, n) => make(n)));
  const shop: Shop = {
    origin: () => system.gateway.address,
    customers: await each(customers, (n) => createCustomer(system, `${name}-${String(n)}`)),
    products: await each(products, (n) => createProduct(system, `${name.toUpperCase()}-${String(n)}`, stock)),
    history: new History(),
  };
  for (const id of shop.products) shop.history.addPrice(id, FIRST_PRICE);
  return shop;
}

/** The outcome of a call; null if there is none. Records bugs. */
async function call({ origin, history }: Shop, mutation: Mutation, input: object): Promise<Answer | null> {
  history.requests += 1;
  let body: {
    data?: { answer?: Answer | null } | null;
    errors?: { message: string; extensions?: { code?: string } }[];
  };
  try {
    const response = await fetch(`${origin()}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ query: MUTATIONS[mutation], variables: { input } }),
      signal: AbortSignal.timeout(PATIENCE_MS),
    });
    body = (await response.json()) as typeof body;
  } catch {
    return null;
  }
  for (const { message, extensions } of body.errors ?? []) {
    if (!OUTAGES.has(extensions?.code ?? '')) {
      history.bugs.push(`${mutation} was answered ${String(extensions?.code)}: ${message}`);
    }
  }
  return body.data?.answer ?? null;
}

/** Sends one of a placement's carts once. */
export async function place(shop: Shop, placement: Placement, variant: number): Promise<Answer | null> {
  const { customerId, key, variants } = placement;
  placement.attempts += 1;
  const answer = await call(shop, 'createOrder', { customerId, ...variants[variant], idempotencyKey: key });
  if (answer !== null) placement.answers.push({ variant, answer });
  return answer;
}

async function changeStock(shop: Shop, change: StockChange): Promise<Answer | null> {
  const { productId, reason, delta, key } = change;
  change.attempts += 1;
  const input = { productId, reason, idempotencyKey: key };
  const answer = reason.startsWith('reduce')
    ? await call(shop, 'reduceStock', { ...input, quantity: -delta })
    : await call(shop, 'adjustStock', { ...input, delta });
  if (answer !== null) change.answers.push(answer);
  return answer;
}

/** One caller: does one thing after the other until the test stops it. @param name unique, for its keys and reasons */
export async function visit(shop: Shop, name: string, random: Random, isOpen: () => boolean): Promise<void> {
  const { history, customers, products } = shop;
  const placed: Placement[] = [];
  const orders: string[] = [];
  const changes: StockChange[] = [];

  const lines = (): Line[] =>
    Array.from({ length: random.integer(1, 3) }, () => ({
      productId: random.chance(0.02) ? NOBODY : random.pick(products),
      quantity: random.integer(1, 4),
    }));
  /** The total that a page shows: mostly of the newest prices; null if a product has no price, or currencies are mixed. */
  const shownTotal = (items: readonly Line[]): Money | null => {
    const isStale = random.chance(0.1);
    const sums = new Map<string, number>();
    for (const { productId, quantity } of items) {
      const known = history.prices.get(productId);
      if (known === undefined) return null;
      const { amount, currency } = (isStale ? random.pick(known) : known.at(-1)) ?? FIRST_PRICE;
      sums.set(currency, (sums.get(currency) ?? 0) + quantity * amount);
    }
    const [total, ...others] = [...sums].map(([currency, amount]) => ({ amount, currency }));
    return others.length > 0 ? null : (total ?? null);
  };
  const newPlacement = (key: string | null): Placement => {
    const customerId = random.chance(0.03) ? NOBODY : random.pick(customers);
    const items = lines();
    const first: Cart = { items, expectedTotal: random.chance(0.6) ? shownTotal(items) : null };
    // One more unit of each line is another order, and so is another total.
    const more = items.map(({ productId, quantity }) => ({ productId, quantity: quantity + 1 }));
    const { amount, currency } = first.expectedTotal ?? { amount: 0, currency: 'EUR' };
    const variants = [first, { ...first, items: more }, { ...first, expectedTotal: { amount: amount + 1, currency } }];
    const placement: Placement = { customerId, key, variants, attempts: 0, answers: [] };
    history.placements.push(placement);
    if (key !== null) placed.push(placement);
    return placement;
  };
  const keep = (answer: Answer | null): boolean => {
    if (answer?.order !== undefined) orders.push(answer.order.id);
    return answer !== null;
  };
  const newStockChange = (reason: string, delta: number): StockChange => {
    const key = random.chance(0.8) ? `key of ${reason}` : null;
    const change = { reason, productId: random.pick(products), delta, key, attempts: 0, answers: [] };
    history.stockChanges.push(change);
    if (key !== null) changes.push(change);
    return change;
  };
  const changeOrder = async (mutation: 'cancelOrder' | 'transitionOrder', input: object): Promise<boolean> => {
    if (orders.length === 0) return true;
    // Mostly one of the latest, which may still be in flight.
    const orderId = random.chance(0.6) ? orders.at(-1) : random.pick(orders);
    const answer = await call(shop, mutation, { orderId, ...input });
    if (answer !== null) history.orderChanges.push(answer);
    return answer !== null;
  };

  for (let n = 0; isOpen(); n += 1) {
    const own = `${name}-${String(n)}`;
    const act: Record<keyof typeof ACTIONS, () => Promise<boolean>> = {
      async order() {
        const placement = newPlacement(own);
        // As the client SDK does.
        for (let tries = 0; tries < MAX_TRIES; tries += 1) {
          if (keep(await place(shop, placement, 0))) return true;
          await sleep(PAUSE_MS);
        }
        return false;
      },
      orderWithoutKey: async () => keep(await place(shop, newPlacement(null), 0)),
      async orderTwiceAtOnce() {
        const placement = newPlacement(own);
        const second = random.chance(0.3) ? random.integer(1, 2) : 0;
        const answers = await Promise.all([place(shop, placement, 0), place(shop, placement, second)]);
        return answers.map(keep).every(Boolean);
      },
      repeat: async () => placed.length === 0 || (await place(shop, random.pick(placed), 0)) !== null,
      repeatWithAnotherCart: async () =>
        placed.length === 0 || (await place(shop, random.pick(placed), random.integer(1, 2))) !== null,
      cancel: () => changeOrder('cancelOrder', { reason: 'OTHER' }),
      ship: () => changeOrder('transitionOrder', { to: 'SHIPPED' }),
      deliver: () => changeOrder('transitionOrder', { to: 'DELIVERED' }),
      adjust: async () =>
        (await changeStock(shop, newStockChange(`adjust ${own}`, random.pick([-3, -1, 4, 8, 12])))) !== null,
      reduce: async () => (await changeStock(shop, newStockChange(`reduce ${own}`, -random.integer(1, 4)))) !== null,
      repeatStockChange: async () => changes.length === 0 || (await changeStock(shop, random.pick(changes))) !== null,
      async price() {
        const id = random.pick(products);
        const price = { amount: random.integer(1, 5000), currency: random.chance(0.1) ? 'USD' : 'EUR' };
        history.addPrice(id, price);
        return (await call(shop, 'updateProduct', { id, price })) !== null;
      },
    };
    if (!(await act[random.weighted(ACTIONS)]())) await sleep(PAUSE_MS);
  }
}
