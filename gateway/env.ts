/** The settings of the gateway. */
import { z } from 'zod';
import {
  ConfigError,
  type ReportProblem,
  type ServiceEnv,
  list,
  port,
  positive,
  readEnv,
  requireGatewayKey,
  requireSecret,
  serviceEnv,
  serviceSettings,
  url,
} from '../runtime/env.ts';
import { SUBGRAPHS, addressSettings, subgraphUrl } from '../schema/subgraphs.ts';

export const gatewaySettings = z.object({
  ...serviceSettings,
  ...addressSettings,
  GATEWAY_PORT: port.default(4000),
  AUTH_JWKS_URL: url.optional(),
  AUTH_SECRET: z.string().optional(),
  AUTH_ISSUER: z.string().optional(),
  AUTH_AUDIENCE: z.string().optional(),
  QUERY_TIMEOUT_MS: positive.max(30_000).default(5000),
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
      // A token (RFC 9110, section 5.6.2). `*` is also a token, but must not allow every header.
      z.string().regex(/^(?!\*$)[\w!#$%&'*+.^`|~-]+$/, 'Invalid header name'),
    ),
  ),
  TRUSTED_DOCUMENTS: z.enum(['off', 'prefer', 'only']).optional(),
  SUPERGRAPH_PATH: z.string().optional(),
  GATEWAY_EXECUTOR: z
    .enum(['own', 'apollo', 'stock'])
    .default('own')
    // `stock` was its name in version 0.1.
    .transform((name) => (name === 'stock' ? 'apollo' : name)),
});

type Values = z.output<typeof gatewaySettings>;

/** How users' tokens are checked. */
export interface AuthSettings {
  key: { jwksUrl: string } | { secret: string };
  issuer?: string;
  audience?: string;
}

export interface GatewayEnv extends ServiceEnv {
  /**
   * The address of a subgraph: `<NAME>_URL` if set; otherwise, with SUPERGRAPH_PATH, the address in that supergraph;
   * otherwise the address where our own subgraphs listen. Throws a ConfigError if there is none.
   */
  subgraphUrl: (name: string, urlInSupergraph: string) => string;
  /** The gateway's key for subgraphs; null in open development. */
  signingKey: string | null;
  /** Null: every caller is staff (development only). */
  auth: AuthSettings | null;
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
  executor: Values['GATEWAY_EXECUTOR'];
}

export const gatewayEnv = (): GatewayEnv =>
  readEnv(gatewaySettings, (values, problem) => {
    checkGateway(values, problem);
    return {
      ...serviceEnv(values, values.GATEWAY_PORT),
      subgraphUrl: (name, urlInSupergraph) => addressOf(values, name, urlInSupergraph),
      signingKey: values.SUBGRAPH_TOKEN ?? null,
      auth: authOf(values),
      limits: {
        bodyBytes: values.MAX_BODY_BYTES,
        depth: values.MAX_DEPTH,
        aliases: values.MAX_ALIASES,
        rootFields: values.MAX_ROOT_FIELDS,
        tokens: values.MAX_TOKENS,
        cost: values.MAX_COST,
        variableValues: values.MAX_VARIABLE_VALUES,
        requestsPerMinute: values.RATE_LIMIT_PER_MINUTE,
      },
      queryTimeoutMs: values.QUERY_TIMEOUT_MS,
      corsOrigins: values.CORS_ORIGINS,
      corsHeaders: values.CORS_HEADERS,
      trustedDocuments: values.TRUSTED_DOCUMENTS ?? (values.NODE_ENV === 'production' ? 'only' : 'off'),
      supergraphPath: values.SUPERGRAPH_PATH,
      executor: values.GATEWAY_EXECUTOR,
    };
  });

/** Reports settings that production requires, and settings that contradict each other. */
export function checkGateway(values: Values, problem: ReportProblem): void {
  if (values.NODE_ENV === 'production') {
    requireGatewayKey(values.SUBGRAPH_TOKEN, problem);
    if (values.AUTH_JWKS_URL === undefined) {
      requireSecret('AUTH_SECRET', values.AUTH_SECRET, "the secret of users' tokens (or set AUTH_JWKS_URL)", problem);
    }
    if (values.AUTH_SECRET !== undefined && values.AUTH_SECRET === values.SUBGRAPH_TOKEN) {
      problem(
        "AUTH_SECRET equals SUBGRAPH_TOKEN: in production they must differ, or the issuer of users' tokens could act as the gateway.",
      );
    }
    if (values.AUTH_ISSUER === undefined)
      problem("AUTH_ISSUER is missing: in production it must name who issues users' tokens.");
    if (values.AUTH_AUDIENCE === undefined)
      problem("AUTH_AUDIENCE is missing: in production it must name whom users' tokens are for.");
  }
  if (values.AUTH_JWKS_URL !== undefined && values.AUTH_SECRET !== undefined) {
    problem('AUTH_JWKS_URL and AUTH_SECRET are both set: keep one of them.');
  }
}

export function authOf(values: Values): AuthSettings | null {
  const { AUTH_JWKS_URL: jwksUrl, AUTH_SECRET: secret, AUTH_ISSUER: issuer, AUTH_AUDIENCE: audience } = values;
  const key = jwksUrl !== undefined ? { jwksUrl } : secret !== undefined ? { secret } : null;
  return key && { key, ...(issuer !== undefined && { issuer }), ...(audience !== undefined && { audience }) };
}

function addressOf(values: Values, name: string, urlInSupergraph: string): string {
  const variable = `${name.toUpperCase().replaceAll(/[^A-Z0-9]/g, '_')}_URL`;
  const own = values.SUPERGRAPH_PATH === undefined ? SUBGRAPHS.find((each) => each === name) : undefined;
  // A supergraph of SUPERGRAPH_PATH has subgraphs with other names, so that no schema of settings can list their
  // variables.
  const address = process.env[variable] ?? (own === undefined ? urlInSupergraph : subgraphUrl(values, own));
  if (!url.safeParse(address).success) {
    throw new ConfigError([`${variable} is missing: the supergraph gives no address for the subgraph ${name}.`]);
  }
  return address;
}

/** Without this, @apollo/gateway sends data about this machine to Apollo and queries cloud metadata services. */
export function disableApolloTelemetry(): void {
  process.env['APOLLO_TELEMETRY_DISABLED'] = 'true';
}
