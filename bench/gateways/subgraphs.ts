/**
 * The three subgraphs of our schema in one process, each on its own port. graphql-js computes the answer to a query
 * once, and then it is reused, so that the measured time is the gateway's.
 */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buildSubgraphSchema } from '@apollo/subgraph';
import { type GraphQLSchema, execute, parse } from 'graphql';
import { subgraphSdl } from '../../schema/compose.ts';
import { SUBGRAPHS, type SubgraphName } from '../../schema/subgraphs.ts';

const id = (kind: number, n: number): string => (kind * 1_000_000 + n).toString(16).padStart(24, '0');
const date = (n: number): string => new Date(1_700_000_000_000 + n * 60_000).toISOString();
const money = (amount: number) => ({ amount, currency: 'EUR' });

const customer = (n: number) => ({
  id: id(1, n),
  name: `Customer "${n}"`,
  email: `customer-${n}@example.com`,
  createdAt: date(n),
  updatedAt: date(n),
});
const product = (n: number) => ({
  id: id(2, n),
  sku: `SKU-${n}`,
  name: `Product ${n}`,
  description: `What there is to be said of product ${n}, in a sentence or two that nobody reads to the end.`,
  price: money(100 + n),
  stock: { onHand: 1000 + n, available: 900 + n, reserved: 100, lowStock: false },
  createdAt: date(n),
  updatedAt: date(n),
});
const item = (order: number, line: number) => {
  const n = (order * 7 + line) % 50;
  const { id: productId, sku, name, price } = product(n);
  return {
    productId,
    quantity: line + 1,
    sku,
    productName: name,
    unitPrice: price,
    lineTotal: money(price.amount * (line + 1)),
    product: { id: productId },
  };
};
const order = (n: number) => ({
  id: id(3, n),
  number: `A${String(n).padStart(9, '0')}`,
  status: 'CONFIRMED',
  allowedTransitions: ['SHIPPED', 'CANCELLED'],
  version: 2,
  customerId: id(1, n % 15),
  customer: { id: id(1, n % 15) },
  items: [0, 1, 2].map((line) => item(n, line)),
  total: money(1000 + n),
  events: [{ type: 'PLACED', to: 'PENDING', at: date(n) }],
  createdAt: date(n),
  updatedAt: date(n),
});

const numberOf = (hex: string): number => Number.parseInt(hex, 16) % 1_000_000;
const connection = <T extends { id: string }>(nodes: T[]) => ({
  nodes,
  edges: nodes.map((node) => ({ cursor: node.id, node })),
  pageInfo: { hasNextPage: true, hasPreviousPage: false, startCursor: nodes[0]?.id, endCursor: nodes.at(-1)?.id },
  totalCount: 1000,
});
const list =
  <T extends { id: string }>(make: (n: number) => T) =>
  (_: unknown, { first }: { first?: number | null }) =>
    connection(Array.from({ length: first ?? 20 }, (_row, n) => make(n)));
const one =
  <T>(make: (n: number) => T) =>
  (_: unknown, args: { id: string }) =>
    make(numberOf(args.id));
const reference = <T>(make: (n: number) => T) => ({
  __resolveReference: (key: { id: string }) => make(numberOf(key.id)),
});

const RESOLVERS = {
  customers: { Query: { customer: one(customer), customers: list(customer) }, Customer: reference(customer) },
  inventory: { Query: { product: one(product), products: list(product) }, Product: reference(product) },
  orders: { Query: { order: one(order), orders: list(order) }, Order: reference(order) },
};

/** The parts of a query that the answer depends on. Filters don't matter here. */
const keyOf = (query: string, { representations, first, id: wanted }: Record<string, unknown>): string =>
  `${query} ${JSON.stringify([representations, first, wanted])}`;

function serve(name: SubgraphName, schema: GraphQLSchema): Promise<string> {
  const answers = new Map<string, Buffer>();
  const answer = async (body: string): Promise<Buffer> => {
    const { query, variables = {} } = JSON.parse(body) as { query: string; variables?: Record<string, unknown> };
    const key = keyOf(query, variables);
    let known = answers.get(key);
    if (known === undefined) {
      const result = await execute({ schema, document: parse(query), variableValues: variables });
      if (result.errors) console.error(name, query, result.errors);
      known = Buffer.from(JSON.stringify(result));
      answers.set(key, known);
    }
    return known;
  };
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      void answer(Buffer.concat(chunks).toString()).then((bytes) => {
        response.writeHead(200, { 'content-type': 'application/json', 'content-length': bytes.length });
        response.end(bytes);
      });
    });
  });
  server.keepAliveTimeout = 600_000;
  return new Promise((resolve) =>
    server.listen(0, '127.0.0.1', () => {
      resolve(`http://127.0.0.1:${(server.address() as AddressInfo).port}/graphql`);
    }),
  );
}

const urls = await Promise.all(
  SUBGRAPHS.map((name) =>
    serve(name, buildSubgraphSchema({ typeDefs: subgraphSdl(name), resolvers: { ...RESOLVERS[name] } })),
  ),
);
// In one write, so that the reader gets all addresses at the same time.
console.log(urls.map((url, n) => `${SUBGRAPHS[n] ?? ''} listens on ${url}`).join('\n'));
