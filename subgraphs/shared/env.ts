/** The settings of the subgraphs. */
import { z } from 'zod';
import {
  type ReportProblem,
  type ServiceEnv,
  port,
  positive,
  readEnv,
  requireGatewayKey,
  requireSecret,
  serviceEnv,
  serviceSettings,
} from '../../runtime/env.ts';
import { type SubgraphName, addressSettings, prefixOf, subgraphUrl } from '../../schema/subgraphs.ts';

const mongodbUri = z.string().regex(/^mongodb(\+srv)?:\/\/\S+$/, 'Invalid MongoDB connection string');

export const subgraphSettings = z.object({
  ...serviceSettings,
  ...addressSettings,
  MONGODB_URI: mongodbUri.optional(),
  CUSTOMERS_MONGODB_URI: mongodbUri.optional(),
  INVENTORY_MONGODB_URI: mongodbUri.optional(),
  ORDERS_MONGODB_URI: mongodbUri.optional(),
  DEVDB_PORT: port.default(4010),
  ORDERS_TOKEN: z.string().optional(),
  ORDER_DEADLINE_MS: positive.default(3000),
  /** Tests only: the step of the saga at which the orders subgraph kills itself. */
  CRASH_POINT: z.string().optional(),
});

type Values = z.output<typeof subgraphSettings>;

export interface SubgraphEnv extends ServiceEnv {
  database: { uri: string; name: SubgraphName };
  /** The key of each service that may call; null: open to every caller (development only). */
  callerKeys: Record<string, string> | null;
}

export interface OrdersEnv extends SubgraphEnv {
  /** The orders subgraph's own key; null in open development. */
  signingKey: string | null;
  participants: { customers: string; inventory: string };
  orderDeadlineMs: number;
  crashPoint: string | undefined;
}

export const subgraphEnv = (name: SubgraphName): SubgraphEnv =>
  readEnv(subgraphSettings, (values, problem) => pickSubgraph(values, name, problem));

export const ordersEnv = (): OrdersEnv =>
  readEnv(subgraphSettings, (values, problem) => ({
    ...pickSubgraph(values, 'orders', problem),
    signingKey: values.ORDERS_TOKEN ?? values.SUBGRAPH_TOKEN ?? null,
    participants: { customers: subgraphUrl(values, 'customers'), inventory: subgraphUrl(values, 'inventory') },
    orderDeadlineMs: values.ORDER_DEADLINE_MS,
    crashPoint: values.NODE_ENV === 'production' ? undefined : values.CRASH_POINT,
  }));

function pickSubgraph(values: Values, name: SubgraphName, problem: ReportProblem): SubgraphEnv {
  checkSubgraph(values, name, problem);
  const gateway = values.SUBGRAPH_TOKEN;
  return {
    ...serviceEnv(values, values[`${prefixOf(name)}_PORT`]),
    database: { uri: databaseUri(values, name) ?? `mongodb://127.0.0.1:${String(values.DEVDB_PORT)}/`, name },
    callerKeys: gateway === undefined ? null : { gateway, orders: values.ORDERS_TOKEN ?? gateway },
  };
}

/** The MongoDB server of a subgraph; undefined: the embedded database. */
export const databaseUri = (values: Values, name: SubgraphName): string | undefined =>
  values[`${prefixOf(name)}_MONGODB_URI`] ?? values.MONGODB_URI;

/** Reports settings that a subgraph lacks for production. */
export function checkSubgraph(values: Values, name: SubgraphName, problem: ReportProblem): void {
  if (values.NODE_ENV !== 'production') return;
  if (databaseUri(values, name) === undefined) {
    problem(
      `MONGODB_URI is missing: in production it must name the MongoDB server (or ${prefixOf(name)}_MONGODB_URI).`,
    );
  }
  requireGatewayKey(values.SUBGRAPH_TOKEN, problem);
  requireSecret(
    'ORDERS_TOKEN',
    values.ORDERS_TOKEN,
    'the secret that the orders subgraph signs its calls with',
    problem,
  );
  if (values.ORDERS_TOKEN !== undefined && values.ORDERS_TOKEN === values.SUBGRAPH_TOKEN) {
    problem('ORDERS_TOKEN equals SUBGRAPH_TOKEN: in production the gateway must not be able to act as orders.');
  }
}
