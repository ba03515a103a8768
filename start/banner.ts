/** What `npm start` says once everything is up: where to go, and a query and a mutation to paste. */
import type { AuthSettings } from '../gateway/env.ts';
import type { StartEnv } from './env.ts';
import type { Example } from './sample.ts';

interface State {
  /** The gateway's origin. */
  address: string;
  /** Rows that the query can name; null where the database has none. */
  example: Example | null;
  env: StartEnv;
}

export function banner({ address, example, env }: State): string {
  const origin = address.replace('//127.0.0.1:', '//localhost:');
  return [
    '',
    'Ready.',
    '',
    `  What there is             ${origin}/`,
    `  API and Apollo Sandbox    ${origin}/graphql`,
    `  GraphiQL, works offline   ${origin}/graphiql`,
    '',
    ...(env.auth === null ? examples(example) : examplesWithTokens(example, env.auth)),
    `Ctrl-C ends everything.${env.embedded.length > 0 ? ' The data stays: delete the data directory to start afresh.' : ''}`,
    '',
  ].join('\n');
}

const examples = (example: Example | null): string[] => [
  'A query to paste:',
  '',
  example === null ? LIST : read(example),
  '',
  ...(example === null ? [] : ['And a mutation:', '', order(example), '']),
  'Everybody is let in as staff: set AUTH_SECRET or AUTH_JWKS_URL to check who is asking.',
];

const examplesWithTokens = (example: Example | null, auth: AuthSettings): string[] => [
  'A query to paste, which needs no token:',
  '',
  LIST,
  '',
  'All else needs the header `authorization: Bearer <token>`.',
  'secret' in auth.key
    ? 'A token for staff, made with the same AUTH_SECRET: npm run --silent token -- --role staff --sub me'
    : 'Tokens come from whoever has the keys at AUTH_JWKS_URL.',
  ...(example === null ? [] : ['', 'A mutation for staff:', '', order(example), '']),
];

const LIST = '{ products(first: 5) { nodes { id name stock { available } } } }';

const read = ({ productId, customerId }: Example): string =>
  `{
  product(id: "${productId}") { name price { amount currency } stock { available } }
  customer(id: "${customerId}") { name email orders(first: 3) { nodes { number status } } }
}`;

const order = ({ productId, customerId }: Example): string =>
  `mutation {
  createOrder(input: { customerId: "${customerId}", items: [{ productId: "${productId}", quantity: 2 }], idempotencyKey: "my-first-order" }) {
    ... on CreateOrderSuccess { replayed order { number status total { amount currency } customer { name } items { product { name } } } }
    ... on UserError { code message }
  }
}`;
