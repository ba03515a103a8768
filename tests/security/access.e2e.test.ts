/** Access: the whole API for every kind of caller, compared with one table. */
import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import {
  type GraphQLObjectType,
  Kind,
  buildSchema,
  getNamedType,
  isIntrospectionType,
  isLeafType,
  isObjectType,
  parse,
} from 'graphql';
import type { Role } from '../../runtime/caller.ts';
import { createSigner } from '../../runtime/token.ts';
import { type Answer, SUBGRAPH_TOKEN, until } from '../harness.ts';
import { type Access, EXPECTED, INTERNAL } from './access-table.ts';
import { type Path, ROOTS, ROUTES } from './routes.ts';
import { AUTH, CALLERS, type CallerName, PRODUCTION, type Shop, openShop } from './shop.ts';

const { ORDERS_TOKEN } = PRODUCTION;

const root = new URL('../../', import.meta.url);
const api = buildSchema(readFileSync(new URL('schema/api.graphql', root), 'utf8'));
const objectTypes = Object.values(api.getTypeMap()).filter(
  (type): type is GraphQLObjectType => isObjectType(type) && !isIntrospectionType(type),
);

let shop: Shop;
let compared = 0;
beforeAll(async () => {
  shop = await openShop({ env: PRODUCTION });
}, 120_000);
afterAll(async () => {
  console.info(`Access: ${compared} outcomes compared with the table.`);
  await shop[Symbol.asyncDispose]();
});

const REFUSALS = new Map<unknown, string>([
  ['FORBIDDEN', 'f'],
  ['UNAUTHENTICATED', 'u'],
]);

/** `v`, `f`, `u` and `-` as in the table; anything else is a failure's name. */
function outcomeAt({ data, errors = [] }: Pick<Answer<unknown>, 'data' | 'errors'>, path: Path): string {
  const outcome = (value: unknown, rest: Path, at: (string | number)[]): string => {
    const [step, ...further] = rest;
    if (value === null || value === undefined) {
      // The error at this path, or at one above or below it that made it null.
      const error = errors.find(({ path: where = [] }) =>
        where.every((each, index) => (at[index] ?? each) === each || path[index] === each),
      );
      return error === undefined ? '-' : (REFUSALS.get(error.extensions?.['code']) ?? error.message);
    }
    if (step === undefined) return typeNameOf(value)?.endsWith('NotFoundError') === true ? '-' : 'v';
    if (step !== '*') return outcome(Reflect.get(value, step), further, [...at, step]);
    const rows = (value as unknown[]).map((row, index) => outcome(row, further, [...at, index]));
    return rows.find((each) => each === 'v') ?? rows[0] ?? '-';
  };
  return outcome(data, path, []);
}

const typeNameOf = (value: unknown): string | undefined =>
  typeof value === 'object' && value !== null && '__typename' in value ? String(value.__typename) : undefined;

/** A selection of all fields of a type. */
const selectAll = (type: GraphQLObjectType): string =>
  Object.values(type.getFields())
    .map((field) => (isLeafType(getNamedType(field.type)) ? field.name : `${field.name} { __typename }`))
    .join(' ');

/** The outcomes of each field for all callers, in the table's notation. */
async function outcomes(
  fields: string[],
  ask: (caller: CallerName) => Promise<Answer<unknown>>,
  path: Path,
): Promise<Record<string, string>> {
  const answers: Answer<unknown>[] = [];
  for (const caller of CALLERS) answers.push(await ask(caller));
  compared += fields.length * answers.length;
  return Object.fromEntries(
    fields.map((field) => [field, answers.map((answer) => outcomeAt(answer, [...path, field])).join('')]),
  );
}

describe('the access table', () => {
  it('has a row for each field of the API, and no others', () => {
    const fields = Object.fromEntries(objectTypes.map((type) => [type.name, Object.keys(type.getFields()).sort()]));
    const rows = Object.fromEntries(Object.entries(EXPECTED).map(([type, row]) => [type, Object.keys(row).sort()]));
    expect(rows).toEqual(fields);
  });

  it('has a row for each mutation that is not in the API', () => {
    const sdl = parse(readFileSync(new URL('subgraphs/inventory/schema.graphql', root), 'utf8'));
    const hidden = sdl.definitions
      .filter((each) => each.kind === Kind.OBJECT_TYPE_DEFINITION)
      .filter(({ name }) => name.value === 'Mutation')
      .flatMap(({ fields = [] }) => fields)
      .filter(({ directives = [] }) => directives.some(({ name }) => name.value === 'inaccessible'))
      .map(({ name }) => name.value);
    expect(Object.keys(INTERNAL)).toEqual(hidden);
  });
});

describe('through the gateway', () => {
  it.each(objectTypes.filter(({ name }) => name !== 'Query' && name !== 'Mutation').map((type) => [type.name, type]))(
    '%s shows each caller what the table says',
    async (name, type) => {
      const route = ROUTES[String(name)];
      if (route === undefined || typeof type === 'string') throw new Error(`There is no route to ${String(name)}.`);
      const found = await outcomes(
        Object.keys(type.getFields()),
        (caller) => shop.system.graphql(route.operation(shop, selectAll(type)), {}, shop.as(caller)),
        route.path,
      );
      expect(found).toEqual(EXPECTED[type.name]);
    },
  );

  it.each(['Query', 'Mutation'] as const)('%s executes for each caller what the table allows', async (type) => {
    const found: Record<string, string> = {};
    for (const field of Object.keys(EXPECTED[type] ?? {})) {
      const ask = async (caller: CallerName) => {
        const order = field.endsWith('Order') ? await shop.newOrder() : '';
        const operation = ROOTS[field]?.(shop, order) ?? '';
        return shop.system.graphql(`${type.toLowerCase()} { ${operation} }`, {}, shop.as(caller));
      };
      Object.assign(found, await outcomes([field], ask, []));
    }
    expect(found).toEqual(EXPECTED[type]);
  });

  it.each(Object.keys(INTERNAL))('%s is unknown', async (field) => {
    const { data, errors } = await shop.system.graphql(
      `mutation { ${ROOTS[field]?.(shop, '') ?? ''} }`,
      {},
      shop.as('staff'),
    );
    expect(data).toBeUndefined();
    expect(errors?.[0]?.extensions).toEqual({ code: 'GRAPHQL_VALIDATION_FAILED' });
  });

  it('a forbidden mutation leaves the results of those before and after it', async () => {
    const order = (alias: string) =>
      `${alias}: createOrder(input: { customerId: "${shop.owner}", items: [{ productId: "${shop.product}", quantity: 1 }] }) { __typename }`;
    const forbidden = 'b: adjustStock(input: { productId: "x", delta: 1, reason: "r" }) { __typename }';
    const answer = await shop.system.graphql(
      `mutation { ${order('a')} ${forbidden} ${order('c')} }`,
      {},
      shop.as('owner'),
    );
    expect(answer).toMatchObject({
      data: { a: { __typename: 'CreateOrderSuccess' }, b: null, c: { __typename: 'CreateOrderSuccess' } },
      errors: [{ path: ['b'], extensions: { code: 'FORBIDDEN' } }],
    });
  });

  it('a filter for staff is forbidden to all others', async () => {
    const found = await outcomes(
      ['products'],
      (caller) => shop.system.graphql('{ products(filter: { lowStock: true }) { __typename } }', {}, shop.as(caller)),
      [],
    );
    expect(found).toEqual({ products: 'uffv' });
  });
});

describe("another customer's rows", () => {
  const UNKNOWN = 'ffffffffffffffffffffffff';
  /** Each way to a row by its id: the owner's or the order's id, or one that doesn't exist. */
  const ways: [string, (id: { customer: string; order: string }) => string][] = [
    ['customer', ({ customer }) => `{ customer(id: "${customer}") { id orders { nodes { id } } } }`],
    ['order', ({ order }) => `{ order(id: "${order}") { id customer { id } } }`],
    ['orders', ({ customer }) => `{ orders(filter: { customerId: "${customer}" }) { nodes { id } totalCount } }`],
    [
      'updateCustomer',
      ({ customer }) =>
        `mutation { updateCustomer(input: { id: "${customer}", name: "x" }) { __typename ... on UserError { code message } } }`,
    ],
    [
      'createOrder',
      ({ customer }) =>
        `mutation { createOrder(input: { customerId: "${customer}", items: [{ productId: "${UNKNOWN}", quantity: 1 }] }) { __typename ... on UserError { code message } } }`,
    ],
    [
      'cancelOrder',
      ({ order }) =>
        `mutation { cancelOrder(input: { orderId: "${order}", reason: OTHER, expectedVersion: 7 }) { __typename ... on UserError { code message } } }`,
    ],
  ];

  it.each(ways)('look in %s as if they did not exist', async (_, operation) => {
    const ask = async (id: { customer: string; order: string }) => {
      const { status, data, errors } = await shop.system.graphql(operation(id), {}, shop.as('stranger'));
      // An answer may contain the requested id.
      return JSON.stringify({ status, data, errors }).replaceAll(id.customer, '(id)').replaceAll(id.order, '(id)');
    };
    const answer = await ask({ customer: shop.owner, order: shop.order });
    expect(answer).toEqual(await ask({ customer: UNKNOWN, order: UNKNOWN }));
    expect(answer).not.toContain('"errors"');
  });

  it('are not in lists', async () => {
    const { data } = await shop.system.graphql(
      '{ customers { nodes { id } totalCount } orders { nodes { id } totalCount } }',
      {},
      shop.as('stranger'),
    );
    expect(data).toEqual({
      customers: { nodes: [{ id: shop.stranger }], totalCount: 1 },
      orders: { nodes: [], totalCount: 0 },
    });
  });

  it("are not found by the owner's e-mail address", async () => {
    const { data } = await shop.system.graphql(
      '{ customers(filter: { email: "ada@example.com" }) { nodes { id } totalCount } }',
      {},
      shop.as('stranger'),
    );
    expect(data).toEqual({ customers: { nodes: [], totalCount: 0 } });
  });
});

describe('through _entities, with a token of the gateway', () => {
  const who: Record<CallerName, () => { role: Role; id: string | null }> = {
    anonymous: () => ({ role: 'anonymous', id: null }),
    owner: () => ({ role: 'customer', id: shop.owner }),
    stranger: () => ({ role: 'customer', id: shop.stranger }),
    staff: () => ({ role: 'staff', id: 'sue' }),
  };
  /** For anonymous callers, the row's rule applies here, because there is no root field to forbid. */
  const rows = (access: Access): string => (access === 'uv-v' ? '-v-v' : access);
  const entities = [
    ['customers', 'Customer', () => shop.owner, (field: string) => field !== 'orders'],
    ['inventory', 'Product', () => shop.product, () => true],
    ['orders', 'Order', () => shop.order, (field: string) => field !== 'rejection'],
    ['orders', 'Order', () => shop.rejected, (field: string) => field !== 'total'],
  ] as const;

  it.each(entities)('%s shows each caller of %s what the table says', async (subgraph, name, id, isThere) => {
    const type = api.getType(name) as GraphQLObjectType;
    const fields = Object.keys(type.getFields()).filter(isThere);
    const selection = fields.map((field) =>
      isLeafType(getNamedType(type.getFields()[field]?.type)) ? field : `${field} { __typename }`,
    );
    const ask = (caller: CallerName) =>
      shop.system.subgraph(
        subgraph,
        `{ _entities(representations: [{ __typename: "${name}", id: "${id()}" }]) { ... on ${name} { ${selection.join(' ')} } } }`,
        {},
        who[caller](),
      );
    expect(await outcomes(fields, ask, ['_entities', '*'])).toEqual(
      Object.fromEntries(fields.map((field) => [field, rows(EXPECTED[name]?.[field] ?? 'ufff')])),
    );
  });

  it('inventory shows each caller of StockLevel what the table says', async () => {
    const ask = (caller: CallerName) =>
      shop.system.subgraph(
        'inventory',
        `{ _entities(representations: [{ __typename: "Product", id: "${shop.product}" }]) { ... on Product { stock { onHand available reserved lowStock } } } }`,
        {},
        who[caller](),
      );
    const fields = Object.keys(EXPECTED['StockLevel'] ?? {});
    expect(await outcomes(fields, ask, ['_entities', '*', 'stock'])).toEqual(EXPECTED['StockLevel']);
  });

  it("orders lists a customer's orders only to that customer and to staff", async () => {
    const ask = (caller: CallerName) =>
      shop.system.subgraph(
        'orders',
        `{ _entities(representations: [{ __typename: "Customer", id: "${shop.owner}" }]) { ... on Customer { orders { nodes { id } } } } }`,
        {},
        who[caller](),
      );
    expect(await outcomes(['id'], ask, ['_entities', '*', 'orders', 'nodes', '*'])).toEqual({ id: 'uv-v' });
  });

  it.each(Object.keys(INTERNAL))('only orders may execute %s', async (field) => {
    const operation = `mutation { ${ROOTS[field]?.(shop, '') ?? ''} }`;
    const ask = (caller: CallerName) => shop.system.subgraph('inventory', operation, {}, who[caller]());
    expect(await outcomes([field], ask, [])).toEqual({ [field]: INTERNAL[field] });
    const posing = await shop.system.subgraph('inventory', operation, {}, { service: 'gateway', role: 'service' });
    expect(outcomeAt(posing, [field])).toBe('f');
    // Signed with the gateway's key, which isn't that of orders.
    const forged = await shop.system.subgraph('inventory', operation, {}, { service: 'orders', role: 'service' });
    expect(forged.status).toBe(401);

    const sign = createSigner({ service: 'orders', secret: ORDERS_TOKEN });
    const response = await fetch(`${shop.system.inventory.address}/graphql`, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        authorization: `Bearer ${await sign({ role: 'service', id: null })}`,
      },
      body: JSON.stringify({ query: operation }),
    });
    expect(await response.json()).not.toHaveProperty('errors');
  });

  it.each(['customers', 'inventory', 'orders'] as const)(
    '%s answers 401 to all other callers, whatever they ask',
    async (name) => {
      for (const query of ['{ __typename }', '{ __schema { types { name } } }', '{ _service { sdl } }']) {
        for (const authorization of ['', 'Bearer x', `Bearer ${shop.tokens.staff ?? ''}`]) {
          const response = await fetch(`${shop.system[name].address}/graphql`, {
            method: 'POST',
            headers: { 'content-type': 'application/json', authorization },
            body: JSON.stringify({ query }),
          });
          expect(response.status).toBe(401);
          expect(await response.json()).toMatchObject({ errors: [{ extensions: { code: 'UNAUTHENTICATED' } }] });
        }
      }
    },
  );
});

describe("the processes' output", () => {
  interface Line {
    reqId?: string;
    audit?: { mutation: string; by: { service: string; role: string; id: string | null }; on: object; outcome: string };
  }
  const audits = (requestId: string): Line['audit'][] =>
    shop.system
      .output()
      .split('\n')
      .filter((line) => line.startsWith('{'))
      .map((line) => JSON.parse(line) as Line)
      .filter(({ reqId, audit }) => reqId === requestId && audit !== undefined)
      .map(({ audit }) => audit);

  it('has one audit line for each mutation, with its caller, its ids and its outcome', async () => {
    const asked = async (requestId: string, caller: CallerName, operation: string): Promise<void> => {
      await shop.system.graphql(operation, {}, { ...shop.as(caller), 'x-request-id': requestId });
    };
    await asked(
      'audit-1',
      'owner',
      `mutation { cancelOrder(input: { orderId: "${shop.rejected}", reason: OTHER }) { __typename } }`,
    );
    await asked('audit-2', 'anonymous', `mutation { updateProduct(input: { id: "${shop.product}" }) { __typename } }`);
    await asked('audit-3', 'staff', `mutation { updateProduct(input: { id: "${shop.product}" }) { __typename } }`);
    await asked('audit-3', 'staff', '{ products { nodes { id } } }');
    const lines = await until('all three are written', async () => {
      const found = ['audit-1', 'audit-2', 'audit-3'].map(audits);
      return found.every((each) => each.length > 0) && found;
    });
    const by = (role: string, id: string | null) => ({ service: 'gateway', role, id });
    const change = { mutation: 'updateProduct', on: { id: shop.product } };
    expect(lines).toEqual([
      [
        {
          mutation: 'cancelOrder',
          by: by('customer', shop.owner),
          on: { orderId: shop.rejected },
          outcome: 'IllegalTransitionError',
        },
      ],
      [{ ...change, by: by('anonymous', null), outcome: 'UNAUTHENTICATED' }],
      [
        {
          ...change,
          by: by('staff', 'sue'),
          on: { id: shop.product, productId: shop.product },
          outcome: 'UpdateProductSuccess',
        },
      ],
    ]);
  });

  it('has no secrets and no tokens', () => {
    const text = shop.system.output();
    expect(text).toContain('"audit"');
    const secrets = [AUTH.AUTH_SECRET, SUBGRAPH_TOKEN, ORDERS_TOKEN, ...Object.values(shop.tokens)];
    for (const secret of secrets) if (secret !== null) expect(text).not.toContain(secret);
    // No JWT at all: its header `{"alg":` in base64url.
    expect(text).not.toContain('eyJhbGci');
    expect(text).not.toMatch(/bearer/i);
  });
});
