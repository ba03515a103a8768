import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Role } from '../../runtime/caller.ts';
import { createLogger } from '../../runtime/log.ts';
import { createSigner, createVerifier } from '../../runtime/token.ts';
import { type System, startSystem } from '../../tests/harness.ts';
import { type Inventory, id, startInventory } from '../../tests/subgraphs/inventory.ts';
import { readSdl } from '../shared/sdl.ts';
import { createSubgraph } from '../shared/subgraph.ts';
import { createContext } from './context.ts';
import { resolvers } from './resolvers.ts';

const KEYS = { gateway: 'the key of the gateway, for tests', orders: 'the key of orders, for tests alone' };

let system: System;
let inventory: Inventory;
let address: string;
let close: () => Promise<void>;

beforeAll(async () => {
  system = await startSystem({ start: ['database'] });
  inventory = await startInventory(system.mongodbUri);
  const app = await createSubgraph({
    typeDefs: readSdl('inventory'),
    resolvers,
    context: createContext(inventory),
    verifier: createVerifier(KEYS),
    maxInFlight: 100,
    ready: () => true,
    log: createLogger({ name: 'inventory', level: 'silent', production: true }),
  });
  await app.fastify.listen({ host: '127.0.0.1', port: 0 });
  address = `http://127.0.0.1:${(app.fastify.server.address() as AddressInfo).port}/graphql`;
  close = () => app.drain();
});
afterAll(async () => {
  await close();
  await inventory[Symbol.asyncDispose]();
  await system[Symbol.asyncDispose]();
});

interface As {
  service?: keyof typeof KEYS;
  role?: Role;
}
interface Answer {
  // Its shape follows from the test's query.
  data: Record<string, never> | null;
  errors?: { message: string; path: (string | number)[]; extensions: { code: string } }[];
}

async function ask(
  query: string,
  variables: object = {},
  { service = 'gateway', role = 'staff' }: As = {},
): Promise<Answer> {
  const token = await createSigner({ service, secret: KEYS[service] })({ role, id: role === 'service' ? null : 'ada' });
  const response = await fetch(address, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
    body: JSON.stringify({ query, variables }),
  });
  return (await response.json()) as Answer;
}

const ENTITIES = `query ($representations: [_Any!]!) {
  _entities(representations: $representations) { ... on Product { id sku stock { available } } }
}`;
const represent = (...ids: unknown[]) => ({
  representations: ids.map((each) => ({ __typename: 'Product', id: each })),
});

it('any number of references to products, duplicates included, is one query', async () => {
  const products = await Promise.all(Array.from({ length: 10 }, (_, stock) => inventory.add({ stock })));
  const ids = Array.from({ length: 50 }, (_, n) => products[n % 10]?.id);
  let answer: Answer | undefined;
  const commands = await inventory.commands(async () => {
    answer = await ask(ENTITIES, represent(...ids));
  });
  expect(commands).toEqual(['find']);
  expect(answer?.errors).toBeUndefined();
  const entities = answer?.data?.['_entities'] as unknown as { id: string }[];
  expect(entities.map((entity) => entity.id)).toEqual(ids);
});

it('a reference to an unknown product is null, and does not affect its neighbours', async () => {
  const { id: known } = await inventory.add();
  const answer = await ask(ENTITIES, represent(known, id(), 'nobody', '', known.toUpperCase(), 7, known));
  expect(answer.errors).toBeUndefined();
  const [first, ...others] = answer.data?.['_entities'] as unknown as ({ id: string } | null)[];
  expect(first).toMatchObject({ id: known });
  expect(others.slice(0, -1)).toEqual([null, null, null, null, null]);
  expect(others.at(-1)).toMatchObject({ id: known });
});

it('a product is looked up by its id; an unknown or malformed one is null without an error', async () => {
  const product = await inventory.add({ name: 'Teapot', stock: 3, low: 5 });
  const query = `query ($id: ID!) { product(id: $id) {
    id sku name description price { amount currency } createdAt updatedAt
    stock { onHand available reserved lowStock } movements { totalCount nodes { id type at } }
  } }`;
  const at = product.createdAt.toISOString();
  expect((await ask(query, { id: product.id })).data).toEqual({
    product: {
      ...product,
      createdAt: at,
      updatedAt: at,
      movements: { totalCount: 1, nodes: [{ id: expect.any(String), type: 'RECEIVED', at }] },
    },
  });
  for (const unknown of [id(), 'nobody'])
    expect(await ask(query, { id: unknown })).toEqual({ data: { product: null } });
});

it('several look-ups of one request are one query', async () => {
  const [a, b] = [await inventory.add(), await inventory.add()];
  const query = `{ a: product(id: "${a.id}") { sku } b: product(id: "${b.id}") { sku } c: product(id: "${a.id}") { sku } }`;
  expect(await inventory.commands(() => ask(query))).toEqual(['find']);
});

it('a list is one query, and a count one more if it is selected', async () => {
  await inventory.add();
  const list = (fields: string) => inventory.commands(() => ask(`{ products(first: 2) { nodes { id } ${fields} } }`));
  expect(await list('pageInfo { hasNextPage }')).toEqual(['find']);
  expect(await list('totalCount')).toEqual(['find', 'aggregate']);
});

it('checkStock is one query, and more than 100 lines are BAD_USER_INPUT', async () => {
  const { id: productId } = await inventory.add({ stock: 2 });
  const query = `query ($lines: [StockLineInput!]!) { checkStock(lines: $lines) {
    productId requested available sufficient product { sku }
  } }`;
  const lines = Array.from({ length: 101 }, () => ({ productId, quantity: 2 }));
  expect(await inventory.commands(() => ask(query, { lines: lines.slice(1) }))).toEqual(['find']);
  expect((await ask(query, { lines })).errors).toMatchObject([{ extensions: { code: 'BAD_USER_INPUT' } }]);
});

describe('who may do what', () => {
  const OTHERS = ['anonymous', 'customer'] as const;
  const refusalOf = (role: Role): string => (role === 'anonymous' ? 'UNAUTHENTICATED' : 'FORBIDDEN');

  it.each(OTHERS)('%s callers see products, and of their stock only what is available', async (role) => {
    const { id: product } = await inventory.add({ stock: 3 });
    const fields = '{ stock { available onHand reserved lowStock } movements { nodes { id } } }';
    for (const [query, variables] of [
      [`query ($id: ID!) { product(id: $id) ${fields} }`, { id: product }],
      [
        `query ($representations: [_Any!]!) { _entities(representations: $representations) { ... on Product ${fields} } }`,
        represent(product),
      ],
    ] as const) {
      const { data, errors } = await ask(query, variables, { role });
      const [seen] = Object.values(data ?? {}).flat();
      expect(seen).toEqual({
        stock: { available: 3, onHand: null, reserved: null, lowStock: null },
        movements: null,
      });
      expect(errors?.map(({ extensions }) => extensions.code)).toEqual(Array(4).fill(refusalOf(role)));
    }
  });

  it.each(OTHERS)('%s callers may not filter by lowStock', async (role) => {
    expect(await ask('{ products(filter: { lowStock: true }) { nodes { id } } }', {}, { role })).toMatchObject({
      data: { products: null },
      errors: [{ path: ['products'], extensions: { code: refusalOf(role) } }],
    });
  });

  it.each(OTHERS)('%s callers may not change anything', async (role) => {
    const { id: productId } = await inventory.add({ stock: 3 });
    for (const mutation of [
      'createProduct(input: { sku: "S", name: "N", price: { amount: 1, currency: "EUR" } })',
      `updateProduct(input: { id: "${productId}", name: "Hacked" })`,
      `reduceStock(input: { productId: "${productId}", quantity: 1 })`,
      `adjustStock(input: { productId: "${productId}", delta: 1, reason: "r" })`,
    ]) {
      const { data, errors } = await ask(`mutation { ${mutation} { __typename } }`, {}, { role });
      expect(Object.values(data ?? {})).toEqual([null]);
      expect(errors).toMatchObject([{ extensions: { code: refusalOf(role) } }]);
    }
    expect(await inventory.read(productId)).toMatchObject({ name: 'Teapot', stock: { onHand: 3 } });
  });

  it('only the orders subgraph may reserve, not any user through the gateway', async () => {
    const { id: productId } = await inventory.add({ stock: 3 });
    const reserve = `mutation { reserveStock(orderId: "${id()}", lines: [{ productId: "${productId}", quantity: 1 }]) { __typename } }`;
    for (const as of [
      { role: 'staff' },
      { role: 'customer' },
      { role: 'service' },
      { service: 'orders', role: 'staff' },
    ] satisfies As[]) {
      for (const mutation of [
        reserve,
        `mutation { releaseReservation(orderId: "${id()}") }`,
        `mutation { commitReservation(orderId: "${id()}") }`,
      ]) {
        expect((await ask(mutation, {}, as)).errors).toMatchObject([{ extensions: { code: 'FORBIDDEN' } }]);
      }
    }
    const { data } = await ask(reserve, {}, { service: 'orders', role: 'service' });
    expect(data).toEqual({ reserveStock: { __typename: 'Reservation' } });
  });
});

describe('every member of every union can be read', () => {
  const ERROR = '__typename ... on UserError { code message }';
  const member = ({ data }: Answer): string =>
    (Object.values(data ?? {})[0] as unknown as { __typename: string }).__typename;

  it('CreateProductResult and UpdateProductResult', async () => {
    const create = (input: object) =>
      ask(
        `mutation ($input: CreateProductInput!) { createProduct(input: $input) { ${ERROR}
          ... on CreateProductSuccess { product { id stock { onHand } } }
          ... on InvalidInputError { fields { path message } } ... on SkuTakenError { sku } } }`,
        { input },
      );
    const input = { sku: id(), name: 'N', price: { amount: 90_000_000_000, currency: 'EUR' } };
    const created = await create(input);
    expect(member(created)).toBe('CreateProductSuccess');
    expect(member(await create(input))).toBe('SkuTakenError');
    expect(member(await create({ ...input, sku: '' }))).toBe('InvalidInputError');

    const update = (changes: object) =>
      ask(
        `mutation ($input: UpdateProductInput!) { updateProduct(input: $input) { ${ERROR}
          ... on UpdateProductSuccess { product { name } }
          ... on InvalidInputError { fields { path message } } ... on ProductNotFoundError { productIds } } }`,
        { input: changes },
      );
    const { product } = created.data?.['createProduct'] as unknown as { product: { id: string } };
    expect(member(await update({ id: product.id, name: 'M' }))).toBe('UpdateProductSuccess');
    expect(member(await update({ id: product.id, name: '' }))).toBe('InvalidInputError');
    expect(member(await update({ id: id() }))).toBe('ProductNotFoundError');
  });

  it('StockChangeResult', async () => {
    const { id: productId } = await inventory.add({ stock: 3 });
    const adjust = (input: object) =>
      ask(
        `mutation ($input: AdjustStockInput!) { adjustStock(input: $input) { ${ERROR}
          ... on StockChangeSuccess { replayed product { id } movement { id actor } }
          ... on InvalidInputError { fields { path message } } ... on ProductNotFoundError { productIds }
          ... on InsufficientStockError { shortages { productId requested available } }
          ... on StaleQuantityError { actualOnHand } ... on IdempotencyKeyReusedError { idempotencyKey } } }`,
        { input: { productId, delta: 1, reason: 'r', ...input } },
      );
    const key = { idempotencyKey: id() };
    const done = await adjust(key);
    expect(member(done)).toBe('StockChangeSuccess');
    expect(done.data).toMatchObject({ adjustStock: { replayed: false, movement: { actor: 'ada' } } });
    expect(member(await adjust({ ...key, delta: 2 }))).toBe('IdempotencyKeyReusedError');
    expect(member(await adjust({ delta: 0 }))).toBe('InvalidInputError');
    expect(member(await adjust({ productId: 'nobody' }))).toBe('ProductNotFoundError');
    expect(member(await adjust({ delta: -9 }))).toBe('InsufficientStockError');
    expect(member(await adjust({ expectedOnHand: 9 }))).toBe('StaleQuantityError');
  });

  it('ReserveStockResult, and the states of a reservation', async () => {
    const orders = { service: 'orders', role: 'service' } as const;
    const [euros, dollars] = [await inventory.add({ stock: 3 }), await inventory.add({ stock: 3, currency: 'USD' })];
    const reserve = (orderId: string, ...lines: [productId: string, quantity: number][]) =>
      ask(
        `mutation ($orderId: ID!, $lines: [StockLineInput!]!) { reserveStock(orderId: $orderId, lines: $lines) {
          __typename ... on UserError { code message }
          ... on Reservation { orderId lines { productId quantity sku name unitPrice { amount currency } } }
          ... on ReservationClosed { orderId state } } }`,
        { orderId, lines: lines.map(([productId, quantity]) => ({ productId, quantity })) },
        orders,
      );
    const settle = async (name: string, orderId: string): Promise<unknown> =>
      (await ask(`mutation { ${name}(orderId: "${orderId}") }`, {}, orders)).data?.[name];
    const orderId = id();
    expect(member(await reserve(orderId, [euros.id, 1]))).toBe('Reservation');
    expect(await settle('commitReservation', orderId)).toBe('COMMITTED');
    expect(member(await reserve(orderId, [euros.id, 1]))).toBe('ReservationClosed');
    expect(await settle('commitReservation', id())).toBeNull();
    expect(await settle('releaseReservation', id())).toBe('RELEASED');
    expect(member(await reserve(id(), [id(), 1]))).toBe('ProductNotFoundError');
    expect(member(await reserve(id(), [euros.id, 9]))).toBe('InsufficientStockError');
    expect(member(await reserve(id(), [euros.id, 1], [dollars.id, 1]))).toBe('MixedCurrencyError');
  });
});
