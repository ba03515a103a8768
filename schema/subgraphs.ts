/** The subgraphs that the supergraph is composed of, and the settings that say where they are. */
import type { z } from 'zod';
import { port, url } from '../runtime/env.ts';

export const SUBGRAPHS = ['customers', 'inventory', 'orders'] as const;
export type SubgraphName = (typeof SUBGRAPHS)[number];

/** Where each subgraph listens by default. */
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

/** A subgraph's name as the names of its variables begin. */
export const prefixOf = <Name extends SubgraphName>(name: Name): Uppercase<Name> =>
  // TypeScript doesn't know what `toUpperCase` makes of a literal type.
  name.toUpperCase() as Uppercase<Name>;

/** The address of a subgraph's GraphQL that its port on this machine makes. */
export const localUrl = (ownPort: number): string => `http://127.0.0.1:${String(ownPort)}/graphql`;

/** Where the other processes find a subgraph's GraphQL. */
export const subgraphUrl = (values: z.output<z.ZodObject<typeof addressSettings>>, name: SubgraphName): string =>
  values[`${prefixOf(name)}_URL`] ?? localUrl(values[`${prefixOf(name)}_PORT`]);
