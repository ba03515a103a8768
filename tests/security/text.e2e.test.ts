/**
 * Text that can't be stored or compared is refused everywhere: in every argument and input field of every subgraph.
 * They are read from the schemas, so that a new field is tested as well.
 */
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import {
  GraphQLEnumType,
  type GraphQLInputType,
  type GraphQLSchema,
  Kind,
  buildASTSchema,
  getNamedType,
  isInputObjectType,
  isListType,
  isNonNullType,
  parse,
} from 'graphql';
import mongoose, { type Connection } from 'mongoose';
import { readSdl } from '../../subgraphs/shared/sdl.ts';
import type { Answer, As } from '../harness.ts';
import { type Shop, openShop, userToken } from './shop.ts';

const SUBGRAPHS = ['customers', 'inventory', 'orders'] as const;
type Subgraph = (typeof SUBGRAPHS)[number];

/** The definitions that a subgraph's own SDL takes from Federation. */
const FEDERATION = parse(`
  directive @link(url: String!, import: [String!]) repeatable on SCHEMA
  directive @key(fields: String!, resolvable: Boolean) repeatable on OBJECT
  directive @shareable on OBJECT | FIELD_DEFINITION
  directive @inaccessible on OBJECT | FIELD_DEFINITION | UNION | ENUM | INTERFACE | INPUT_OBJECT
  directive @authenticated on FIELD_DEFINITION
  directive @requiresScopes(scopes: [[String!]!]!) on FIELD_DEFINITION`);

const schemaOf = (name: Subgraph): GraphQLSchema =>
  buildASTSchema(
    {
      kind: Kind.DOCUMENT,
      definitions: [FEDERATION, ...readSdl(name)].flatMap(({ definitions }) =>
        definitions.filter(({ kind }) => kind !== Kind.SCHEMA_EXTENSION),
      ),
    },
    { assumeValid: true },
  );

const BAD = ['k\ud83d', '\ude00k', 'k\0'];
const ID = 'aaaaaaaaaaaaaaaaaaaaaaaa';

interface Place {
  /** The value of the argument, invalid at one place and valid elsewhere. */
  value: unknown;
  path: string[];
}

/** A value of the type that GraphQL accepts. */
function good(type: GraphQLInputType): unknown {
  const named = getNamedType(type);
  if (isListType(isNonNullType(type) ? type.ofType : type)) return [good(named)];
  if (named instanceof GraphQLEnumType) return named.getValues()[0]?.name;
  if (isInputObjectType(named)) {
    return Object.fromEntries(
      Object.values(named.getFields())
        .filter((field) => isNonNullType(field.type))
        .map((field) => [field.name, good(field.type)]),
    );
  }
  const scalars: Record<string, unknown> = { Int: 1, SafeInt: 1, Boolean: true, DateTime: new Date(), ID };
  return scalars[named.name] ?? 'EUR';
}

/** Every place inside an argument that can have text. */
function places(type: GraphQLInputType, text: string, path: string[]): Place[] {
  if (isNonNullType(type)) return places(type.ofType, text, path);
  if (isListType(type)) {
    return places(type.ofType, text, [...path, '0']).map(({ value, path: at }) => ({ value: [value], path: at }));
  }
  if (isInputObjectType(type)) {
    return Object.values(type.getFields()).flatMap((field) =>
      places(field.type, text, [...path, field.name]).map(({ value, path: at }) => ({
        value: { ...(good(type) as object), [field.name]: value },
        path: at,
      })),
    );
  }
  return ['String', 'ID'].includes(getNamedType(type).name) ? [{ value: text, path }] : [];
}

interface Attempt {
  document: string;
  variables: object;
  path: string[];
  /** Whether the field can return InvalidInputError. */
  typed: boolean;
}

/** One operation for each place of each root field's arguments. */
function attempts(schema: GraphQLSchema, text: string): Attempt[] {
  return (['Query', 'Mutation'] as const).flatMap((root) =>
    Object.values((root === 'Query' ? schema.getQueryType() : schema.getMutationType())?.getFields() ?? {}).flatMap(
      (field) => {
        const answer = getNamedType(field.type);
        const typed = 'getTypes' in answer && answer.getTypes().some(({ name }) => name === 'InvalidInputError');
        const selection = typed
          ? '{ __typename ... on InvalidInputError { fields { path } } }'
          : 'getFields' in answer || 'getTypes' in answer
            ? '{ __typename }'
            : '';
        return field.args.flatMap((argument) =>
          places(argument.type, text, [argument.name]).map(({ value, path }) => {
            const needed = field.args.filter((each) => isNonNullType(each.type) && each !== argument);
            const given = {
              ...Object.fromEntries(needed.map((each) => [each.name, good(each.type)])),
              [argument.name]: value,
            };
            const used = field.args.filter(({ name }) => name in given);
            const declared = used.map(({ name, type }) => `$${name}: ${String(type)}`).join(', ');
            const passed = used.map(({ name }) => `${name}: $${name}`).join(', ');
            const document = `${root.toLowerCase()} (${declared}) { answer: ${field.name}(${passed}) ${selection} }`;
            return { document, variables: given, path, typed };
          }),
        );
      },
    ),
  );
}

/** How the text was refused; the answer itself if it wasn't. */
function refusal({ data, errors }: Answer<unknown>, { typed, path }: Attempt): unknown {
  const answer = (data as { answer?: { __typename?: string; fields?: { path: string[] }[] } | null } | undefined)
    ?.answer;
  if (typed && path[0] === 'input') {
    return answer?.fields?.some((field) => field.path.join('.') === path.slice(1).join('.'))
      ? 'refused'
      : { answer, errors };
  }
  const told = errors?.length === 1 && errors[0]?.extensions?.['code'] === 'BAD_USER_INPUT';
  return told && (answer ?? null) === null ? 'refused' : { answer, errors };
}

let shop: Shop;
let database: Connection;
beforeAll(async () => {
  shop = await openShop();
  database = await mongoose.createConnection(shop.system.mongodbUri).asPromise();
}, 120_000);
afterAll(async () => {
  await database.close();
  await shop[Symbol.asyncDispose]();
});

/** How many documents each collection has. */
async function stored(): Promise<Record<string, number>> {
  const counts: Record<string, number> = {};
  for (const [name, collections] of [
    ['customers', ['customers']],
    ['inventory', ['products', 'reservations', 'stockMovements']],
    ['orders', ['orders']],
  ] as const) {
    const db = database.getClient().db(name);
    for (const collection of collections) counts[collection] = await db.collection(collection).countDocuments();
  }
  return counts;
}

describe.each(BAD)('the text %j', (text) => {
  it.each(SUBGRAPHS)('is refused in every argument of %s, and nothing is written', async (name) => {
    const before = await stored();
    const all = attempts(schemaOf(name), text);
    expect(all.length).toBeGreaterThan(5);
    const as: As = name === 'inventory' ? { service: 'orders', role: 'service' } : {};
    for (const attempt of all) {
      const isInternal = /reserveStock|Reservation/.test(attempt.document);
      const answer = await shop.system.subgraph(name, attempt.document, attempt.variables, isInternal ? as : {});
      expect({ ...attempt, answer: refusal(answer, attempt) }).toEqual({ ...attempt, answer: 'refused' });
    }
    expect(await stored()).toEqual(before);
  });

  it('is also refused through the gateway, with the same answers', async () => {
    const before = await stored();
    for (const name of SUBGRAPHS) {
      for (const attempt of attempts(schemaOf(name), text)) {
        if (/reserveStock|Reservation/.test(attempt.document)) continue;
        const answer = await shop.system.graphql(attempt.document, attempt.variables, shop.as('staff'));
        expect({ ...attempt, answer: refusal(answer, attempt) }).toEqual({ ...attempt, answer: 'refused' });
      }
    }
    expect(await stored()).toEqual(before);
  });

  it('is refused as a literal, as an invalid document or as an invalid value', async () => {
    const { data, errors } = await shop.system.graphql(
      `mutation { createProduct(input: { sku: "S", name: ${JSON.stringify(text)}, price: { amount: 1, currency: "EUR" } }) { __typename } }`,
      {},
      shop.as('staff'),
    );
    if (text.isWellFormed()) expect(data).toEqual({ createProduct: { __typename: 'InvalidInputError' } });
    else expect(errors).toMatchObject([{ extensions: { code: 'GRAPHQL_PARSE_FAILED' } }]);
  });

  it('is refused as the subject of a token', async () => {
    for (const role of ['staff', 'customer']) {
      const token = await userToken({ sub: text, role });
      const { status, errors } = await shop.system.graphql('{ me { id } }', {}, { authorization: `Bearer ${token}` });
      expect({ status, errors }).toMatchObject({ status: 401, errors: [{ extensions: { code: 'UNAUTHENTICATED' } }] });
    }
    const { status } = await shop.system.subgraph('orders', '{ __typename }', {}, { role: 'customer', id: text });
    expect(status).toBe(401);
  });

  it('is refused in a cursor', async () => {
    const cursor = Buffer.from(JSON.stringify(['NAME', 1, text, ID])).toString('base64url');
    const { errors } = await shop.system.graphql(
      'query ($after: String) { products(after: $after, sort: { field: NAME }) { nodes { id } } }',
      { after: cursor },
    );
    expect(errors).toMatchObject([{ extensions: { code: 'BAD_USER_INPUT' } }]);
  });
});

it('two keys with different halves of a surrogate pair place no order, and two whole ones place two', async () => {
  const place = async (idempotencyKey: string) => {
    const { data } = await shop.system.graphql<{ createOrder: object }>(
      `mutation ($input: CreateOrderInput!) { createOrder(input: $input) {
        __typename ... on CreateOrderSuccess { replayed } ... on InvalidInputError { fields { path } } } }`,
      { input: { customerId: shop.owner, items: [{ productId: shop.product, quantity: 1 }], idempotencyKey } },
      shop.as('owner'),
    );
    return data?.createOrder;
  };
  const key = randomUUID();
  for (const half of ['\ud83d', '\ud83e']) {
    expect(await place(`${key}${half}`)).toEqual({
      __typename: 'InvalidInputError',
      fields: [{ path: ['idempotencyKey'] }],
    });
  }
  for (const whole of ['😀', '🤀']) {
    expect(await place(`${key}${whole}`)).toEqual({ __typename: 'CreateOrderSuccess', replayed: false });
    expect(await place(`${key}${whole}`)).toEqual({ __typename: 'CreateOrderSuccess', replayed: true });
  }
});

it('bytes that are not UTF-8 are refused, so that different ones do not become the same text', async () => {
  const body = JSON.stringify({
    query: 'query ($search: String) { products(filter: { search: $search }) { totalCount } }',
    variables: { search: '?' },
  });
  for (const bytes of [[0xff], [0xfe], [0xed, 0xa0, 0xbd], [0xc0, 0x80], [0xf0, 0x9f]]) {
    const [head = '', tail = ''] = body.split('?');
    const response = await fetch(`${shop.system.gateway.address}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: Buffer.concat([Buffer.from(head), Buffer.from(bytes), Buffer.from(tail)]),
    });
    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({ errors: [{ extensions: { code: 'BAD_REQUEST' } }] });
  }
});
