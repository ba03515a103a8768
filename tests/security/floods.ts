/**
 * Requests within the body limit that are expensive for a server without bounds: many errors, long quotes of user text,
 * deep nesting, slow documents. Each is one example of its kind.
 */
import { createHash } from 'node:crypto';
import type { Shop } from './shop.ts';

/** As much as fits into a body of 1 MiB with the rest. */
const LONG = 900_000;

type Codes = string | null | readonly string[];

export interface Flood {
  /** A body, as JSON text: JSON.stringify can't write all of them. */
  body: string;
  /** The only codes that its errors may have; null: it is answered without errors. */
  code: Codes;
}

const list = <T>(length: number, of: (index: number) => T): T[] => Array.from({ length }, (_, index) => of(index));
const flood = (code: Codes, query: string, variables: object = {}): Flood => ({
  code,
  body: JSON.stringify({ query, variables }),
});
const raw = (code: Codes, query: string, variables: string): Flood => ({
  code,
  body: `{"query":${JSON.stringify(query)},"variables":${variables}}`,
});

const ORDERS = 'query ($filter: OrderFilter) { orders(first: 1, filter: $filter) { nodes { id } } }';
const PRODUCTS =
  'query ($filter: ProductFilter, $after: String) { products(filter: $filter, after: $after) { totalCount } }';
const CREATE =
  'mutation ($input: CreateOrderInput!) { createOrder(input: $input) { __typename ... on InvalidInputError { message fields { path message } } } }';
const CHECK = (lines: number): string =>
  `query ($id: ID!) { checkStock(lines: [${'{ productId: $id, quantity: 1 }'.repeat(lines)}]) { productId } }`;

/** Floods in the variables. */
export const variableFloods = (shop: Shop): Record<string, Flood> => {
  const items = (length: number) => list(length, () => ({ productId: shop.product, quantity: 0 }));
  const unknown = (length: number) => Object.fromEntries(list(length, (index) => [`field${String(index)}`, index]));
  return {
    '90,000 values that no enum has': flood('LIMIT_EXCEEDED', ORDERS, { filter: { status: list(90_000, () => 'X') } }),
    '9,000 values that no enum has': flood('BAD_USER_INPUT', ORDERS, { filter: { status: list(9000, () => 'X') } }),
    'long values that no enum has': flood('BAD_USER_INPUT', ORDERS, {
      filter: { status: list(90, () => 'X'.repeat(LONG / 100)) },
    }),
    'an order of 15,000 items without a unit': flood('LIMIT_EXCEEDED', CREATE, {
      input: { customerId: shop.owner, items: items(15_000) },
    }),
    'an order of 3,000 items without a unit': flood(null, CREATE, {
      input: { customerId: shop.owner, items: items(3000) },
    }),
    'an order of 900 items without a unit': flood(null, CREATE, {
      input: { customerId: shop.owner, items: items(900) },
    }),
    '40,000 fields that no input has': flood('LIMIT_EXCEEDED', ORDERS, { filter: unknown(40_000) }),
    '9,000 fields that no input has': flood('BAD_USER_INPUT', ORDERS, { filter: unknown(9000) }),
    'fields that no input has beside a long text': flood('BAD_USER_INPUT', ORDERS, {
      filter: { number: 'X'.repeat(LONG), ...unknown(100) },
    }),
    'the long name of a field that no input has': flood('BAD_USER_INPUT', ORDERS, {
      filter: { ['x'.repeat(LONG)]: 1 },
    }),
    '40,000 variables that nobody asked for': flood('LIMIT_EXCEEDED', ORDERS, unknown(40_000)),
    'the long name of a variable that nobody asked for': flood(null, ORDERS, { ['x'.repeat(LONG)]: 1 }),
    'a list in lists, 100,000 deep, for a moment': raw(
      'LIMIT_EXCEEDED',
      ORDERS,
      `{"filter":{"createdFrom":${'['.repeat(100_000)}${']'.repeat(100_000)}}}`,
    ),
    'an object in objects, 100,000 deep': raw(
      'LIMIT_EXCEEDED',
      ORDERS,
      `{"filter":${'{"a":'.repeat(100_000)}1${'}'.repeat(100_000)}}`,
    ),
    'a number of 300,000 digits': raw('BAD_USER_INPUT', ORDERS, `{"filter":${'9'.repeat(300_000)}}`),
    '100,000 ids': flood('LIMIT_EXCEEDED', PRODUCTS, { filter: { ids: list(100_000, () => 'x') } }),
    '9,000 ids': flood('BAD_USER_INPUT', PRODUCTS, { filter: { ids: list(9000, () => 'x') } }),
    'a long text to search for': flood('BAD_USER_INPUT', PRODUCTS, { filter: { search: 'x'.repeat(LONG) } }),
    'a long cursor': flood('BAD_USER_INPUT', PRODUCTS, { after: 'x'.repeat(LONG) }),
    'a cursor of lists in lists': flood('BAD_USER_INPUT', PRODUCTS, {
      after: Buffer.from('['.repeat(600_000)).toString('base64url'),
    }),
    'a long id, a hundred times': flood(null, CHECK(100), { id: 'x'.repeat(LONG) }),
    'a long id of orders to cancel': flood(
      null,
      `mutation ($id: ID!) { ${list(
        15,
        (index) =>
          `a${String(index)}: cancelOrder(input: { orderId: $id, reason: OTHER }) { ... on UserError { message } ... on OrderNotFoundError { orderId } }`,
      ).join(' ')} }`,
      { id: 'x'.repeat(LONG) },
    ),
    'a long id of a product': flood(
      null,
      'mutation ($id: ID!) { updateProduct(input: { id: $id }) { ... on ProductNotFoundError { message productIds } } reduceStock(input: { productId: $id, quantity: 1 }) { ... on ProductNotFoundError { message productIds } } }',
      { id: 'x'.repeat(LONG) },
    ),
    'a long id of a customer': flood(
      null,
      'mutation ($id: ID!) { updateCustomer(input: { id: $id }) { ... on CustomerNotFoundError { message customerId } } createOrder(input: { customerId: $id, items: [] }) { ... on InvalidInputError { message } } }',
      { id: 'x'.repeat(LONG) },
    ),
  };
};

/** Floods in the document, its name or its hash. */
export const documentFloods = (): Record<string, Flood> => {
  const fields = (length: number) => list(length, (index) => `bad${String(index)}`).join(' ');
  const cycle = (length: number) =>
    `{ ...F0 }${list(length, (index) => ` fragment F${String(index)} on Query { ...F${String((index + 1) % length)} ...F${String((index + 7) % length)} __typename }`).join('')}`;
  const persisted = (persistedQuery: unknown) => ({
    code: 'PERSISTED_QUERY_NOT_FOUND',
    body: JSON.stringify({ extensions: { persistedQuery } }),
  });
  return {
    'a long name of an operation': {
      code: 'OPERATION_RESOLUTION_FAILURE',
      body: JSON.stringify({ query: '{ __typename }', operationName: 'x'.repeat(LONG) }),
    },
    '500 fields that no type has': flood('GRAPHQL_VALIDATION_FAILED', `{ ${fields(500)} }`),
    'the long name of a field that no type has': flood('GRAPHQL_VALIDATION_FAILED', `{ ${'x'.repeat(90_000)} }`),
    'long names of fields that no type has': flood(
      'GRAPHQL_VALIDATION_FAILED',
      `{ ${list(90, () => 'x'.repeat(1000)).join(' ')} }`,
    ),
    '400 values that no enum has': flood(
      'GRAPHQL_VALIDATION_FAILED',
      `{ orders(filter: { status: [${list(400, (index) => `X${String(index)}`).join(' ')}] }) { totalCount } }`,
    ),
    'one variable 490 times': flood(
      'GRAPHQL_VALIDATION_FAILED',
      `query (${'$a: Int '.repeat(490)}) { products(first: $a) { totalCount } }`,
    ),
    '300 aliases that are reserved': flood(
      ['LIMIT_EXCEEDED', 'GRAPHQL_VALIDATION_FAILED'],
      `{ ${list(300, (index) => `__a${String(index)}: __typename`).join(' ')} }`,
    ),
    'a long text that is no GraphQL': flood('LIMIT_EXCEEDED', `"${'x'.repeat(LONG)}`),
    'a text that is no GraphQL': flood('GRAPHQL_PARSE_FAILED', `{ a(b: "${'x'.repeat(90_000)}" ]`),
    'fields that no type has below 450,000 lines': flood(
      'LIMIT_EXCEEDED',
      `${'\n'.repeat(LONG / 2)}{ ${fields(100)} }`,
    ),
    'fields that no type has below 90,000 lines': flood('LIMIT_EXCEEDED', `${'\n'.repeat(90_000)}{ ${fields(100)} }`),
    'fields that no type has below 90,000 lines of another kind': flood(
      'LIMIT_EXCEEDED',
      `${'\r'.repeat(90_000)}{ ${fields(100)} }`,
    ),
    '250,000 comments': flood('LIMIT_EXCEEDED', `{ ${'#\n'.repeat(250_000)} ${fields(100)} }`),
    'a long alias': flood('LIMIT_EXCEEDED', `{ products { nodes { ${'x'.repeat(90_000)}: id } } }`),
    'fragments that spread each other in circles': flood(['LIMIT_EXCEEDED', 'GRAPHQL_VALIDATION_FAILED'], cycle(130)),
    'a long hash': persisted({ version: 1, sha256Hash: 'f'.repeat(LONG) }),
    'a hash of lists in lists': {
      code: 'LIMIT_EXCEEDED',
      body: `{"extensions":{"persistedQuery":{"version":1,"sha256Hash":${'['.repeat(100_000)}${']'.repeat(100_000)}}}}`,
    },
    'extensions that nobody knows': {
      code: null,
      body: `{"query":"{ __typename }","extensions":{"other":${'[1,'.repeat(100_000)}1${']'.repeat(100_000)}}}`,
    },
    'extensions that are none': {
      code: 'BAD_REQUEST',
      body: JSON.stringify({ query: '{ __typename }', extensions: 'x'.repeat(LONG) }),
    },
    'variables that are none': {
      code: 'BAD_REQUEST',
      body: JSON.stringify({ query: '{ __typename }', variables: list(9000, () => 1) }),
    },
    'variables as text': {
      code: 'BAD_REQUEST',
      body: JSON.stringify({ query: '{ __typename }', variables: 'x'.repeat(LONG) }),
    },
    'many requests in one': {
      code: 'BAD_REQUEST',
      body: JSON.stringify(list(20_000, () => ({ query: '{ __typename }' }))),
    },
    'a document that is parsed already': {
      code: 'BAD_REQUEST',
      body: JSON.stringify({ query: { kind: 'Document', definitions: list(50_000, () => ({})) } }),
    },
  };
};

/** A body with the hash of a trusted document. */
export const byHash = (document: { toString: () => string }, variables: object, more: object = {}): string =>
  JSON.stringify({
    variables,
    ...more,
    extensions: {
      persistedQuery: { version: 1, sha256Hash: createHash('sha256').update(document.toString()).digest('hex') },
    },
  });
