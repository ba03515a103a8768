/** What `npm start` prints once everything is up: where to go, and a query and a mutation to paste. */
import type { AuthSettings } from '../gateway/env.ts';
import type { StartEnv } from './env.ts';
import type { Example } from './sample.ts';

interface State {
  /** The gateway's origin. */
  address: string;
  /** Ids for the query; null if the database is empty. */
  example: Example | null;
  env: StartEnv;
}

export function banner({ address, example, env }: State): string {
  const origin = address.replace('//127.0.0.1:', '//localhost:');
  return [
    '',
    'Ready.',
    '',
    `  Start page                ${origin}/`,
    `  API and Apollo Sandbox    ${origin}/graphql`,
    `  GraphiQL (works offline)  ${origin}/graphiql`,
    '',
    ...(env.auth === null ? examples(example) : examplesWithTokens(example, env.auth)),
    `Ctrl-C ends everything.${env.embedded.length > 0 ? ' The data is kept: delete the data directory to start afresh.' : ''}`,
    '',
  ].join('\n');
}

const examples = (example: Example | null): string[] => [
  'A query to paste:',
  '',
  example === null ? LIST : read(example),
  '',
  ...(example === null ? [] : ['And a mutation:', '', order(example), '']),
  'Every caller has the rights of staff. To check tokens, set AUTH_SECRET or AUTH_JWKS_URL.',
];

const examplesWithTokens = (example: Example | null, auth: AuthSettings): string[] => [
  'A query to paste, which needs no token:',
  '',
  LIST,
  '',
  'Everything else needs the header `authorization: Bearer <token>`.',
  'secret' in auth.key
    ? 'To make a token for staff, with the same AUTH_SECRET: npm run --silent token -- --role staff --sub me'
    : 'Tokens come from the issuer whose keys are at AUTH_JWKS_URL.',
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
