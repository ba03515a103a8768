/** Access rules of another supergraph: the gateway enforces them, because its subgraphs may rely on the gateway. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { SignJWT } from 'jose';
import { compose } from './supergraphs/compose.ts';
import { type FakeResolvers, type FakeSubgraph, startFakeSubgraph } from './supergraphs/fake-subgraph.ts';
import { startGatewayProcess } from './supergraphs/gateway-process.ts';

const CATALOGUE = `
  extend schema
    @link(
      url: "https://specs.apollo.dev/federation/v2.9"
      import: ["@key", "@shareable", "@authenticated", { name: "@requiresScopes", as: "@needs" }]
    )

  type Query {
    book(id: ID!): Book
    books: [Book!]
    loans: [Loan!] @authenticated
    audit: Audit
    shelf: [Item!]
    found: [Found!]
  }

  type Mutation {
    addBook: Book @needs(scopes: [["books:write"], ["admin", "books"]])
    visit: Int
  }

  interface Item {
    id: ID!
    title: String
  }

  union Found = Book | Loan

  type Book implements Item @key(fields: "id") {
    id: ID!
    title: String
    price: Int @needs(scopes: [["prices"]])
    secret: String! @authenticated
  }

  type Loan implements Item @key(fields: "id") @authenticated {
    id: ID!
    title: String
    since: Int
  }

  type Audit @needs(scopes: [["audit"]]) {
    lines: Int
  }
`;

const DESK = `
  extend schema
    @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key", "@authenticated", { name: "@requiresScopes", as: "@needs" }])

  type Book @key(fields: "id") {
    id: ID!
    available: Int @authenticated
    copies: Int @needs(scopes: [["staff"]])
  }
`;

const AUTH_SECRET = 'a-secret-that-the-tests-sign-with';

/** How often the protected fields were resolved. */
const resolved = { addBook: 0, price: 0, copies: 0, loans: 0 };
const counted =
  <Value>(field: keyof typeof resolved, value: Value) =>
  (): Value => {
    resolved[field] += 1;
    return value;
  };
const book = { __typename: 'Book', seed: '1' };
const loan = { __typename: 'Loan', seed: '2' };
const catalogue: FakeResolvers = {
  Query: {
    book: () => book,
    books: () => [book, { ...book, seed: '3' }],
    loans: counted('loans', [loan]),
    audit: () => ({ __typename: 'Audit', seed: '1' }),
    shelf: () => [book, loan],
    found: () => [loan, book],
  },
  Mutation: { addBook: counted('addBook', book), visit: () => 1 },
  Book: { id: ({ seed }) => seed, title: () => 'Emma', price: counted('price', 5), secret: () => 's' },
  Loan: { id: ({ seed }) => seed, title: () => 'Due', since: () => 7 },
  Audit: { lines: () => 9 },
};
const desk: FakeResolvers = { Book: { available: () => 2, copies: counted('copies', 3) } };

let subgraphs: FakeSubgraph[];
let supergraphSdl: string;
let gateway: Awaited<ReturnType<typeof startGatewayProcess>>;
beforeAll(async () => {
  const sdls = [
    { name: 'catalogue', sdl: CATALOGUE, resolvers: catalogue },
    { name: 'desk', sdl: DESK, resolvers: desk },
  ];
  subgraphs = await Promise.all(sdls.map((each) => startFakeSubgraph(each)));
  supergraphSdl = compose(sdls, (name) => subgraphs.find((subgraph) => subgraph.name === name)?.url ?? '');
  gateway = await startGatewayProcess(supergraphSdl, { AUTH_SECRET });
}, 60_000);
afterAll(async () => {
  await gateway[Symbol.asyncDispose]();
  for (const subgraph of subgraphs) await subgraph[Symbol.asyncDispose]();
});

interface Answer {
  data?: unknown;
  errors?: { message: string; path?: unknown[]; extensions: { code: string } }[];
}

/** The caller: anonymous, or with a scope claim. */
async function ask(query: string, as: { scope?: unknown; role?: string } | null, url = gateway.url) {
  const token = (claims: object): Promise<string> =>
    new SignJWT({ role: 'customer', ...claims })
      .setProtectedHeader({ alg: 'HS256' })
      .setSubject('me')
      .setExpirationTime('1 h')
      .sign(new TextEncoder().encode(AUTH_SECRET));
  const response = await fetch(`${url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...(as && { authorization: `Bearer ${await token(as)}` }) },
    body: JSON.stringify({ query }),
  });
  const { data, errors } = (await response.json()) as Answer;
  return {
    status: response.status,
    data,
    denied: errors?.map(({ path, extensions: { code } }) => `${code} ${path?.join('.') ?? ''}`) ?? [],
  };
}

const NOBODY = null;
const SOMEBODY = {};

describe('a field', () => {
  const BOOK = '{ book(id: 1) { title price available copies } }';
  it.each([
    [
      'no token',
      NOBODY,
      { title: 'Emma', price: null, available: null, copies: null },
      ['UNAUTHENTICATED book.price', 'UNAUTHENTICATED book.available', 'UNAUTHENTICATED book.copies'],
    ],
    [
      'a token without scopes',
      SOMEBODY,
      { title: 'Emma', price: null, available: 2, copies: null },
      ['FORBIDDEN book.price', 'FORBIDDEN book.copies'],
    ],
    [
      'a token with one of the scopes',
      { scope: 'other prices' },
      { title: 'Emma', price: 5, available: 2, copies: null },
      ['FORBIDDEN book.copies'],
    ],
    [
      'a role that counts as a scope',
      { role: 'staff', scope: 'prices' },
      { title: 'Emma', price: 5, available: 2, copies: 3 },
      [],
    ],
  ])('is null with an error, and is not fetched, if the token is not sufficient: %s', async (_, as, book1, denied) => {
    // An operation compiled for one caller is not used for the next.
    for (let time = 0; time < 3; time += 1) {
      const before = { ...resolved };
      expect(await ask(BOOK, as)).toEqual({ status: 200, data: { book: book1 }, denied });
      expect(resolved.price - before.price).toBe(book1.price === null ? 0 : 1);
      expect(resolved.copies - before.copies).toBe(book1.copies === null ? 0 : 1);
    }
  });

  it('makes its object null if the field is not nullable', async () => {
    expect(await ask('{ books { id secret } audit { lines } }', NOBODY)).toEqual({
      status: 200,
      data: { books: null, audit: null },
      denied: ['UNAUTHENTICATED books.0.secret', 'UNAUTHENTICATED audit'],
    });
    expect(await ask('{ books { id secret } }', SOMEBODY)).toMatchObject({
      data: {
        books: [
          { id: '1', secret: 's' },
          { id: '3', secret: 's' },
        ],
      },
      denied: [],
    });
  });

  it('is denied under an alias, in fragments and under conditions, and only if it is selected', async () => {
    const query = `query ($no: Boolean = false) {
      one: book(id: 1) { ...Priced cost: price @include(if: $no) }
      two: book(id: 1) { ... on Book { cost: price } ... on Item { title } }
      none: book(id: 1) { price @skip(if: true) }
    }
    fragment Priced on Book { id ... { expensive: price } }`;
    expect(await ask(query, SOMEBODY)).toEqual({
      status: 200,
      data: { one: { id: '1', expensive: null }, two: { cost: null, title: 'Emma' }, none: {} },
      denied: ['FORBIDDEN one.expensive', 'FORBIDDEN two.cost'],
    });
  });

  it('is not fetched if nothing else is selected', async () => {
    const before = subgraphs.map(({ requests }) => requests());
    expect(await ask('{ loans { id } }', NOBODY)).toEqual({
      status: 200,
      data: { loans: null },
      denied: ['UNAUTHENTICATED loans'],
    });
    expect(subgraphs.map(({ requests }) => requests())).toEqual(before);
  });
});

describe('a type', () => {
  it('is denied for every field that returns it', async () => {
    expect(await ask('{ audit { lines } }', { scope: 'other' })).toMatchObject({
      data: { audit: null },
      denied: ['FORBIDDEN audit'],
    });
    expect(await ask('{ audit { lines } }', { scope: 'audit' })).toMatchObject({ data: { audit: { lines: 9 } } });
  });

  it('is denied if an object of a union has this type', async () => {
    const query = '{ found { __typename ... on Book { id } } }';
    expect(await ask(query, NOBODY)).toMatchObject({ data: { found: null }, denied: ['UNAUTHENTICATED found.0'] });
    expect(await ask(query, SOMEBODY)).toMatchObject({
      data: { found: [{ __typename: 'Loan' }, { __typename: 'Book', id: '1' }] },
      denied: [],
    });
  });

  it('is denied behind an interface, which gets the rules of its types by composition', async () => {
    const query = '{ shelf { title ... on Loan { since } } }';
    expect(await ask(query, NOBODY)).toMatchObject({ data: { shelf: null }, denied: ['UNAUTHENTICATED shelf'] });
    expect(await ask(query, SOMEBODY)).toMatchObject({
      data: { shelf: [{ title: 'Emma' }, { title: 'Due', since: 7 }] },
      denied: [],
    });
  });
});

describe('a mutation', () => {
  it.each([
    [NOBODY, 'UNAUTHENTICATED'],
    [SOMEBODY, 'FORBIDDEN'],
    [{ scope: 'books' }, 'FORBIDDEN'],
    [{ scope: 'admin prices' }, 'FORBIDDEN'],
  ])('that %j may not execute is not executed, but the others are', async (as, code) => {
    const before = resolved.addBook;
    expect(await ask('mutation { addBook { id } visit }', as)).toEqual({
      status: 200,
      data: { addBook: null, visit: 1 },
      denied: [`${code} addBook`],
    });
    expect(resolved.addBook).toBe(before);
  });

  it.each(['books:write', 'books admin'])('is executed with the scopes %j', async (scope) => {
    const before = resolved.addBook;
    expect(await ask('mutation { addBook { id } }', { scope })).toMatchObject({ data: { addBook: { id: '1' } } });
    expect(resolved.addBook).toBe(before + 1);
  });
});

it('a token whose scope claim is not text is refused', async () => {
  for (const scope of [7, ['prices'], { prices: true }, null]) {
    expect(await ask('{ book(id: 1) { title } }', { scope })).toMatchObject({
      status: 401,
      denied: ['UNAUTHENTICATED '],
    });
  }
});

it('introspection shows all fields, but not the rules', async () => {
  const answer = await ask(
    '{ __schema { types { name } directives { name } } __type(name: "Audit") { fields { name } } }',
    NOBODY,
  );
  expect(answer).toMatchObject({ data: { __type: { fields: [{ name: 'lines' }] } }, denied: [] });
  expect(JSON.stringify(answer)).not.toMatch(/Scope|needs|authenticated/);
});

it('every caller may do everything if no tokens are configured', async () => {
  await using open = await startGatewayProcess(supergraphSdl);
  expect(await ask('{ book(id: 1) { price copies } audit { lines } }', NOBODY, open.url)).toMatchObject({
    data: { book: { price: 5, copies: 3 }, audit: { lines: 9 } },
    denied: [],
  });
});

it("a gateway with Apollo's executor does not start, because that executor enforces no rules", async () => {
  await expect(startGatewayProcess(supergraphSdl, { GATEWAY_EXECUTOR: 'apollo' })).rejects.toThrow(
    /supergraph\.graphql can't be served: it has access rules .* which GATEWAY_EXECUTOR=apollo does not enforce\./,
  );
});

it('a supergraph with policies is refused, because the gateway cannot evaluate them', async () => {
  const link = 'https://specs.apollo.dev/authenticated/v0.1';
  const withPolicy = supergraphSdl.replace(
    `@link(url: "${link}", for: SECURITY)`,
    `@link(url: "${link}", for: SECURITY) @link(url: "${link.replace('authenticated', 'policy')}", for: SECURITY)`,
  );
  await expect(startGatewayProcess(withPolicy)).rejects.toThrow('@policy is not enforced by this gateway.');
});
