/** The settings of what `npm start`, `npm run start:devdb` and `npm run token` run. */
import { z } from 'zod';
import { type AuthSettings, authOf, checkGateway, gatewaySettings } from '../gateway/env.ts';
import { type ProcessEnv, commonSettings, positive, processEnv, readEnv } from '../runtime/env.ts';
import { SUBGRAPHS, type SubgraphName } from '../schema/subgraphs.ts';
import { checkSubgraph, databaseUri, subgraphSettings } from '../subgraphs/shared/env.ts';

export const devdbSettings = z.object({
  ...commonSettings,
  DEVDB_PORT: subgraphSettings.shape.DEVDB_PORT,
  DATA_DIR: z.string().optional(),
  DEVDB_FSYNC: z.stringbool().default(true),
  DEVDB_TRANSACTION_LIFETIME_MS: positive.default(60_000),
});

export interface DevdbEnv extends ProcessEnv {
  dataDir: string;
  /** Whether a write is on the disk, not only in the operating system, before it is acknowledged. */
  fsync: boolean;
  /**
   * How long a transaction may stay open, for example if its client has died (MongoDB's
   * transactionLifetimeLimitSeconds).
   */
  transactionLifetimeMs: number;
  /** Whether clients may set failpoints. */
  testMode: boolean;
}

export const devdbEnv = (): DevdbEnv =>
  readEnv(devdbSettings, (values, problem) => {
    if (values.NODE_ENV === 'production' && values.DATA_DIR === undefined) {
      problem('DATA_DIR is missing: in production it must name where the embedded database keeps its files.');
    }
    return {
      ...processEnv(values, values.DEVDB_PORT),
      dataDir: values.DATA_DIR ?? '.data',
      fsync: values.DEVDB_FSYNC,
      transactionLifetimeMs: values.DEVDB_TRANSACTION_LIFETIME_MS,
      testMode: values.NODE_ENV === 'test',
    };
  });

/** `npm start` reads its children's settings, so that a wrong one is reported once, before any of them starts. */
const startSettings = z.object({ ...gatewaySettings.shape, ...subgraphSettings.shape, ...devdbSettings.shape });

export interface StartEnv extends ProcessEnv {
  ports: Record<SubgraphName | 'devdb' | 'gateway', number>;
  /** The subgraphs that use the embedded database. If there are any, `npm start` starts it. */
  embedded: SubgraphName[];
  subgraphToken: string | undefined;
  /** Null: the gateway treats every caller as staff. */
  auth: AuthSettings | null;
}

export const startEnv = (): StartEnv =>
  readEnv(startSettings, (values, problem) => {
    checkSubgraph(values, 'orders', problem);
    checkGateway(values, problem);
    return {
      ...processEnv(values, values.GATEWAY_PORT),
      ports: {
        devdb: values.DEVDB_PORT,
        customers: values.CUSTOMERS_PORT,
        inventory: values.INVENTORY_PORT,
        orders: values.ORDERS_PORT,
        gateway: values.GATEWAY_PORT,
      },
      embedded: SUBGRAPHS.filter((name) => databaseUri(values, name) === undefined),
      subgraphToken: values.SUBGRAPH_TOKEN,
      auth: authOf(values),
    };
  });

const tokenSettings = gatewaySettings.pick({ AUTH_SECRET: true, AUTH_ISSUER: true, AUTH_AUDIENCE: true });

/** The settings of `npm run token`. */
export const tokenEnv = (): { secret: string; issuer?: string; audience?: string } =>
  readEnv(tokenSettings, ({ AUTH_SECRET: secret, AUTH_ISSUER: issuer, AUTH_AUDIENCE: audience }, problem) => {
    if (secret === undefined)
      problem('AUTH_SECRET is missing: it must hold the secret that the gateway checks tokens with.');
    return {
      secret: secret ?? '',
      ...(issuer !== undefined && { issuer }),
      ...(audience !== undefined && { audience }),
    };
  });

/** The environment of this process for a child, with `changes` on top. */
export const childEnv = (changes: Record<string, string>): NodeJS.ProcessEnv => ({ ...process.env, ...changes });
