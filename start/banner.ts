/** What `npm start` says once everything is up: where to go, and a query and a mutation to paste. */
import type { LauncherEnv } from '../runtime/env.ts';
import type { Example } from './sample.ts';

interface State {
  /** The gateway's origin. */
  address: string;
  /** Rows that the query can name; null where the database has none. */
  example: Example | null;
  env: LauncherEnv;
}

export function banner({ address, example, env }: State): string {
  const origin = address.replace('//127.0.0.1:', '//localhost:');
  return [
    '',
    'Ready.',
    '',
    `  API and Apollo Sandbox    ${origin}/graphql`,
    `  GraphiQL, works offline   ${origin}/graphiql`,
    '',
    'A query to paste:',
    '',
    example === null ? LIST : read(example),
    '',
    ...(example === null ? [] : ['And a mutation:', '', order(example), '']),
    env.auth === null
      ? 'Everybody is let in as staff: set AUTH_SECRET or AUTH_JWKS_URL to check who is asking.'
      : 'Users are asked for a token: send it as `authorization: Bearer ...`.',
    `Ctrl-C ends everything.${env.embedded.length > 0 ? ' The data stays: delete the data directory to start afresh.' : ''}`,
    '',
  ].join('\n');
}

const LIST = '{ products(first: 5) { nodes { id name stock { available } } } }';

const read = ({ productId, customerId }: Example): string =>
  `{
  product(id: "${productId}") { name price { amount currency } stock { available } }
  customer(id: "${customerId}") { name email orders(first: 3) { nodes { number status } } }
}`;

const order = ({ productId, customerId }: Example): string =>
  `mutation {
  createOrder(input: { customerId: "${customerId}", items: [{ productId: "${productId}", quantity: 2 }] }) {
    ... on CreateOrderSuccess { order { number status total { amount currency } customer { name } items { product { name } } } }
    ... on UserError { code message }
  }
}`;
