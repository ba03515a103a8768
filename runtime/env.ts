/**
 * The only reader of process.env. Each process asks for its own settings and gets a plain, checked object; every fault is
 * collected, so that a wrong configuration is told whole and not one variable at a time.
 */
import { z } from 'zod';

/** A configuration that can't work. `faults` has one sentence for each variable at fault. */
export class ConfigError extends Error {
  readonly faults: readonly string[];
  constructor(faults: readonly string[]) {
    super(faults.join('\n'));
    this.name = 'ConfigError';
    this.faults = faults;
  }
}

const port = z.coerce.number().int().min(0).max(65_535);
const positive = z.coerce.number().int().min(1);
const url = z.url({ protocol: /^https?$/ });
const mongodbUri = z.string().regex(/^mongodb(\+srv)?:\/\/\S+$/, 'Invalid MongoDB connection string');

/** A list of texts, separated by commas. */
const list = z
  .string()
  .default('')
  .transform((text) =>
    text
      .split(',')
      .map((each) => each.trim())
      .filter(Boolean),
  );

const variables = z.object({
  NODE_ENV: z.enum(['development', 'production', 'test']).default('development'),
  LOG_LEVEL: z.enum(['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent']).default('info'),
  HOST: z.string().default('127.0.0.1'),
  GATEWAY_PORT: port.default(4000),
  CUSTOMERS_PORT: port.default(4001),
  INVENTORY_PORT: port.default(4002),
  ORDERS_PORT: port.default(4003),
  DEVDB_PORT: port.default(4010),
  CUSTOMERS_URL: url.optional(),
  INVENTORY_URL: url.optional(),
  ORDERS_URL: url.optional(),
  MONGODB_URI: mongodbUri.optional(),
  CUSTOMERS_MONGODB_URI: mongodbUri.optional(),
  INVENTORY_MONGODB_URI: mongodbUri.optional(),
  ORDERS_MONGODB_URI: mongodbUri.optional(),
  DATA_DIR: z.string().optional(),
  DEVDB_FSYNC: z.stringbool().default(true),
  DEVDB_TRANSACTION_LIFETIME_MS: positive.default(60_000),
  SUBGRAPH_TOKEN: z.string().optional(),
  ORDERS_TOKEN: z.string().optional(),
  AUTH_JWKS_URL: url.optional(),
  AUTH_SECRET: z.string().optional(),
  AUTH_ISSUER: z.string().optional(),
  AUTH_AUDIENCE: z.string().optional(),
  ORDER_DEADLINE_MS: positive.default(3000),
  QUERY_TIMEOUT_MS: positive.max(30_000).default(5000),
  MAX_IN_FLIGHT: positive.default(1000),
  WORKERS: positive.max(256).default(1),
  MAX_BODY_BYTES: positive.default(1_048_576),
  MAX_DEPTH: positive.default(15),
  MAX_ALIASES: positive.default(30),
  MAX_ROOT_FIELDS: positive.default(20),
  MAX_TOKENS: positive.default(2000),
  MAX_COST: positive.default(10_000),
  MAX_VARIABLE_VALUES: positive.default(10_000),
  RATE_LIMIT_PER_MINUTE: z.coerce.number().int().min(0).default(0),
  CORS_ORIGINS: list,
  CORS_HEADERS: list.pipe(
    z.array(
      // A token of RFC 9110, section 5.6.2; `*` is one, and must not let every header in.
      z.string().regex(/^(?!\*$)[\w!#$%&'*+.^`|~-]+$/, 'Invalid name of a header'),
    ),
  ),
  TRUSTED_DOCUMENTS: z.enum(['off', 'prefer', 'only']).optional(),
  SUPERGRAPH_PATH: z.string().optional(),
  GATEWAY_EXECUTOR: z
    .enum(['own', 'apollo', 'stock'])
    .default('own')
    // The name that it had before.
    .transform((name) => (name === 'stock' ? 'apollo' : name)),
  /** Tests only: the step of the saga at which the orders subgraph kills itself. */
  CRASH_POINT: z.string().optional(),
});

type Variables = z.infer<typeof variables>;
export const SUBGRAPHS = ['customers', 'inventory', 'orders'] as const;
export type SubgraphName = (typeof SUBGRAPHS)[number];
type Prefix = Uppercase<SubgraphName>;

const prefixOf = (name: SubgraphName): Prefix => name.toUpperCase() as Prefix;

/** Reads everything, checks what `rules` adds, and throws a ConfigError that names every fault. */
function read<T>(pick: (variables: Variables, fault: (sentence: string) => void) => T, env = process.env): T {
  const given = Object.fromEntries(Object.entries(env).filter(([, value]) => value !== undefined && value !== ''));
  const parsed = variables.safeParse(given);
  if (!parsed.success) {
    throw new ConfigError(
      parsed.error.issues.map((issue) => `${issue.path.join('.')} can't be used: ${issue.message}.`),
    );
  }
  const faults: string[] = [];
  const picked = pick(parsed.data, (sentence) => faults.push(sentence));
  if (faults.length > 0) throw new ConfigError(faults);
  return picked;
}

export interface ProcessEnv {
  production: boolean;
  logLevel: Variables['LOG_LEVEL'];
  host: string;
  port: number;
}

/** How many processes share the port of the gateway, or of a subgraph. */
export const workersEnv = (): number => read(({ WORKERS }) => WORKERS);

const common = (v: Variables, ownPort: number): ProcessEnv => ({
  production: v.NODE_ENV === 'production',
  logLevel: v.LOG_LEVEL,
  host: v.HOST,
  port: ownPort,
});

/** HS256 asks for a key at least as long as its hash (RFC 7518, section 3.2): 32 bytes. */
const MIN_SECRET = 32;

function requireSecret(name: string, value: string | undefined, what: string, fault: (sentence: string) => void): void {
  if (value === undefined) fault(`${name} is missing: in production it must hold ${what}.`);
  else if (value.length < MIN_SECRET) {
    fault(`${name} is too short: in production it must have at least ${String(MIN_SECRET)} characters.`);
  }
}

const urlOf = (v: Variables, name: SubgraphName): string =>
  v[`${prefixOf(name)}_URL`] ?? `http://127.0.0.1:${String(v[`${prefixOf(name)}_PORT`])}/graphql`;

const databaseUri = (v: Variables, name: SubgraphName): string =>
  v[`${prefixOf(name)}_MONGODB_URI`] ?? v.MONGODB_URI ?? `mongodb://127.0.0.1:${String(v.DEVDB_PORT)}/`;

export interface SubgraphEnv extends ProcessEnv {
  database: { uri: string; name: SubgraphName };
  /** The key of each service that may call; null: open to everybody (development only). */
  callerKeys: Record<string, string> | null;
  maxInFlight: number;
}

/** What a subgraph can't do without in production. */
function checkSubgraph(v: Variables, name: SubgraphName, fault: (sentence: string) => void): void {
  if (v.NODE_ENV !== 'production') return;
  if (v.MONGODB_URI === undefined && v[`${prefixOf(name)}_MONGODB_URI`] === undefined) {
    fault(`MONGODB_URI is missing: in production it must name the MongoDB server (or ${prefixOf(name)}_MONGODB_URI).`);
  }
  requireSecret('SUBGRAPH_TOKEN', v.SUBGRAPH_TOKEN, 'the secret that the gateway signs its calls with', fault);
  requireSecret('ORDERS_TOKEN', v.ORDERS_TOKEN, 'the secret that the orders subgraph signs its calls with', fault);
  if (v.ORDERS_TOKEN !== undefined && v.ORDERS_TOKEN === v.SUBGRAPH_TOKEN) {
    fault('ORDERS_TOKEN equals SUBGRAPH_TOKEN: in production the gateway must not be able to pose as orders.');
  }
}

function subgraph(v: Variables, name: SubgraphName, fault: (sentence: string) => void): SubgraphEnv {
  checkSubgraph(v, name, fault);
  const gateway = v.SUBGRAPH_TOKEN;
  return {
    ...common(v, v[`${prefixOf(name)}_PORT`]),
    database: { uri: databaseUri(v, name), name },
    callerKeys: gateway === undefined ? null : { gateway, orders: v.ORDERS_TOKEN ?? gateway },
    maxInFlight: v.MAX_IN_FLIGHT,
  };
}

export const subgraphEnv = (name: SubgraphName): SubgraphEnv => read((v, fault) => subgraph(v, name, fault));

export interface OrdersEnv extends SubgraphEnv {
  /** The orders subgraph's own key; null in open development. */
  signingKey: string | null;
  participants: { customers: string; inventory: string };
  orderDeadlineMs: number;
  crashPoint: string | undefined;
}

export const ordersEnv = (): OrdersEnv =>
  read((v, fault) => ({
    ...subgraph(v, 'orders', fault),
    signingKey: v.ORDERS_TOKEN ?? v.SUBGRAPH_TOKEN ?? null,
    participants: { customers: urlOf(v, 'customers'), inventory: urlOf(v, 'inventory') },
    orderDeadlineMs: v.ORDER_DEADLINE_MS,
    crashPoint: v.NODE_ENV === 'production' ? undefined : v.CRASH_POINT,
  }));

export interface GatewayEnv extends ProcessEnv {
  /**
   * The address of a subgraph: what `<NAME>_URL` says; else, for a supergraph of SUPERGRAPH_PATH, what it says itself; else
   * where our own processes listen. Throws a ConfigError where none of these knows one.
   */
  subgraphUrl: (name: string, urlInSupergraph: string) => string;
  /** The gateway's key for subgraphs; null in open development. */
  signingKey: string | null;
  /** How users' tokens are checked; null: everybody is staff (development only). */
  auth: { key: { jwksUrl: string } | { secret: string }; issuer?: string; audience?: string } | null;
  maxInFlight: number;
  limits: {
    bodyBytes: number;
    depth: number;
    aliases: number;
    rootFields: number;
    tokens: number;
    cost: number;
    variableValues: number;
    requestsPerMinute: number;
  };
  queryTimeoutMs: number;
  corsOrigins: string[];
  corsHeaders: string[];
  trustedDocuments: 'off' | 'prefer' | 'only';
  supergraphPath: string | undefined;
  executor: Variables['GATEWAY_EXECUTOR'];
}

function authOf(v: Variables): GatewayEnv['auth'] {
  const key =
    v.AUTH_JWKS_URL !== undefined
      ? { jwksUrl: v.AUTH_JWKS_URL }
      : v.AUTH_SECRET !== undefined
        ? { secret: v.AUTH_SECRET }
        : null;
  return (
    key && {
      key,
      ...(v.AUTH_ISSUER !== undefined && { issuer: v.AUTH_ISSUER }),
      ...(v.AUTH_AUDIENCE !== undefined && { audience: v.AUTH_AUDIENCE }),
    }
  );
}

/** What the gateway can't do without in production, and what can't be meant anywhere. */
function checkGateway(v: Variables, fault: (sentence: string) => void): void {
  if (v.NODE_ENV === 'production') {
    requireSecret('SUBGRAPH_TOKEN', v.SUBGRAPH_TOKEN, 'the secret that the gateway signs its calls with', fault);
    if (v.AUTH_JWKS_URL === undefined) {
      requireSecret('AUTH_SECRET', v.AUTH_SECRET, "the secret of users' tokens (or set AUTH_JWKS_URL)", fault);
    }
    if (v.AUTH_SECRET !== undefined && v.AUTH_SECRET === v.SUBGRAPH_TOKEN) {
      fault("AUTH_SECRET equals SUBGRAPH_TOKEN: in production who signs users' tokens must not pose as the gateway.");
    }
    if (v.AUTH_ISSUER === undefined)
      fault("AUTH_ISSUER is missing: in production it must name who issues users' tokens.");
    if (v.AUTH_AUDIENCE === undefined)
      fault("AUTH_AUDIENCE is missing: in production it must name whom users' tokens are for.");
  }
  if (v.AUTH_JWKS_URL !== undefined && v.AUTH_SECRET !== undefined) {
    fault('AUTH_JWKS_URL and AUTH_SECRET are both set: keep one of them.');
  }
}

export const gatewayEnv = (): GatewayEnv =>
  read((v, fault) => {
    const production = v.NODE_ENV === 'production';
    checkGateway(v, fault);
    return {
      ...common(v, v.GATEWAY_PORT),
      subgraphUrl: (name, urlInSupergraph) => {
        const variable = `${name.toUpperCase().replaceAll(/[^A-Z0-9]/g, '_')}_URL`;
        const own = v.SUPERGRAPH_PATH === undefined ? SUBGRAPHS.find((each) => each === name) : undefined;
        const address = process.env[variable] ?? (own === undefined ? urlInSupergraph : urlOf(v, own));
        if (!url.safeParse(address).success) {
          throw new ConfigError([`${variable} is missing: the supergraph gives no address for the subgraph ${name}.`]);
        }
        return address;
      },
      signingKey: v.SUBGRAPH_TOKEN ?? null,
      auth: authOf(v),
      maxInFlight: v.MAX_IN_FLIGHT,
      limits: {
        bodyBytes: v.MAX_BODY_BYTES,
        depth: v.MAX_DEPTH,
        aliases: v.MAX_ALIASES,
        rootFields: v.MAX_ROOT_FIELDS,
        tokens: v.MAX_TOKENS,
        cost: v.MAX_COST,
        variableValues: v.MAX_VARIABLE_VALUES,
        requestsPerMinute: v.RATE_LIMIT_PER_MINUTE,
      },
      queryTimeoutMs: v.QUERY_TIMEOUT_MS,
      corsOrigins: v.CORS_ORIGINS,
      corsHeaders: v.CORS_HEADERS,
      trustedDocuments: v.TRUSTED_DOCUMENTS ?? (production ? 'only' : 'off'),
      supergraphPath: v.SUPERGRAPH_PATH,
      executor: v.GATEWAY_EXECUTOR,
    };
  });

export interface DevdbEnv extends ProcessEnv {
  dataDir: string;
  /** Whether a write is on the disk, not merely in the operating system, before it is acknowledged. */
  fsync: boolean;
  /** How long a transaction may stay open, as one does whose client has died; MongoDB's transactionLifetimeLimitSeconds. */
  transactionLifetimeMs: number;
}

export const devdbEnv = (): DevdbEnv =>
  read((v, fault) => {
    if (v.NODE_ENV === 'production' && v.DATA_DIR === undefined) {
      fault('DATA_DIR is missing: in production it must name where the embedded database keeps its files.');
    }
    return {
      ...common(v, v.DEVDB_PORT),
      dataDir: v.DATA_DIR ?? '.data',
      fsync: v.DEVDB_FSYNC,
      transactionLifetimeMs: v.DEVDB_TRANSACTION_LIFETIME_MS,
    };
  });

export interface LauncherEnv extends ProcessEnv {
  ports: Record<SubgraphName | 'devdb' | 'gateway', number>;
  /** The subgraphs whose database is the embedded one; the launcher starts it for them. */
  embedded: SubgraphName[];
  subgraphToken: string | undefined;
  /** Null: the gateway lets everybody in as staff. */
  auth: GatewayEnv['auth'];
}

export const launcherEnv = (): LauncherEnv =>
  read((v, fault) => {
    const faults = new Set<string>();
    // What its children would refuse to start without, said once.
    checkSubgraph(v, 'orders', (sentence) => faults.add(sentence));
    checkGateway(v, (sentence) => faults.add(sentence));
    for (const sentence of faults) fault(sentence);
    return {
      ...common(v, v.GATEWAY_PORT),
      ports: {
        devdb: v.DEVDB_PORT,
        customers: v.CUSTOMERS_PORT,
        inventory: v.INVENTORY_PORT,
        orders: v.ORDERS_PORT,
        gateway: v.GATEWAY_PORT,
      },
      embedded: SUBGRAPHS.filter((name) => (v[`${prefixOf(name)}_MONGODB_URI`] ?? v.MONGODB_URI) === undefined),
      subgraphToken: v.SUBGRAPH_TOKEN,
      auth: authOf(v),
    };
  });

/** What users' tokens are made with, by those who may make them: in development, everybody who knows AUTH_SECRET. */
export const tokenEnv = (): { secret: string; issuer?: string; audience?: string } =>
  read((v, fault) => {
    if (v.AUTH_SECRET === undefined)
      fault('AUTH_SECRET is missing: it must hold the secret that the gateway checks with.');
    return {
      secret: v.AUTH_SECRET ?? '',
      ...(v.AUTH_ISSUER !== undefined && { issuer: v.AUTH_ISSUER }),
      ...(v.AUTH_AUDIENCE !== undefined && { audience: v.AUTH_AUDIENCE }),
    };
  });

/** Whether `npm run` has started this process, or one that started it. */
export const isRunByNpm = (): boolean => process.env['npm_lifecycle_event'] !== undefined;

/** The whole environment for a child process, with `changes` on top. */
export const childEnv = (changes: Record<string, string>): NodeJS.ProcessEnv => ({ ...process.env, ...changes });

/** @apollo/gateway sends figures about this machine to its makers, and looks for a cloud's metadata, unless it is told not to. */
export function disableApolloTelemetry(): void {
  process.env['APOLLO_TELEMETRY_DISABLED'] = 'true';
}
