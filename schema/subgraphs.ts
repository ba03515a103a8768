/** The subgraphs of the supergraph, and the settings of their addresses. */
import type { z } from 'zod';
import { port, url } from '../runtime/env.ts';

export const SUBGRAPHS = ['customers', 'inventory', 'orders'] as const;
export type SubgraphName = (typeof SUBGRAPHS)[number];

/** The default port of each subgraph. */
export const SUBGRAPH_PORTS: Readonly<Record<SubgraphName, number>> = {
  customers: 4001,
  inventory: 4002,
  orders: 4003,
};

export const addressSettings = {
  CUSTOMERS_PORT: port.default(SUBGRAPH_PORTS.customers),
  INVENTORY_PORT: port.default(SUBGRAPH_PORTS.inventory),
  ORDERS_PORT: port.default(SUBGRAPH_PORTS.orders),
  CUSTOMERS_URL: url.optional(),
  INVENTORY_URL: url.optional(),
  ORDERS_URL: url.optional(),
};

/** The prefix of a subgraph's environment variables. */
export const prefixOf = <Name extends SubgraphName>(name: Name): Uppercase<Name> =>
  // TypeScript types the result of `toUpperCase` as string, not as a literal.
  name.toUpperCase() as Uppercase<Name>;

/** The address of a subgraph's GraphQL on this machine, by its port. */
export const localUrl = (ownPort: number): string => `http://127.0.0.1:${String(ownPort)}/graphql`;

/** The address of a subgraph's GraphQL for other processes. */
export const subgraphUrl = (values: z.output<z.ZodObject<typeof addressSettings>>, name: SubgraphName): string =>
  values[`${prefixOf(name)}_URL`] ?? localUrl(values[`${prefixOf(name)}_PORT`]);
