/**
 * Reads the settings of a process from its environment. Each process declares its own settings (gateway/env.ts,
 * subgraphs/shared/env.ts, start/env.ts) and gets a plain, checked object. All problems are collected, so that a wrong
 * configuration is reported at once and not one variable at a time.
 */
import { z } from 'zod';

/** An invalid configuration. `problems` has one sentence for each variable that is missing or wrong. */
export class ConfigError extends Error {
  readonly problems: readonly string[];
  constructor(problems: readonly string[]) {
    super(problems.join('\n'));
    this.name = 'ConfigError';
    this.problems = problems;
  }
}

export const port = z.coerce.number().int().min(0).max(65_535);
export const positive = z.coerce.number().int().min(1);
export const url = z.url({ protocol: /^https?$/ });

/** Texts separated by commas. */
export const list = z
  .string()
  .default('')
  .transform((text) =>
    text
      .split(',')
      .map((each) => each.trim())
      .filter(Boolean),
  );

/** The settings of every process. */
export const commonSettings = {
  NODE_ENV: z.enum(['development', 'production', 'test']).default('development'),
  LOG_LEVEL: z.enum(['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent']).default('info'),
  HOST: z.string().default('127.0.0.1'),
};

/** The settings of every process that serves GraphQL. */
export const serviceSettings = {
  ...commonSettings,
  WORKERS: positive.max(256).default(1),
  MAX_IN_FLIGHT: positive.default(1000),
  SUBGRAPH_TOKEN: z.string().optional(),
};

export interface ProcessEnv {
  production: boolean;
  logLevel: z.output<typeof commonSettings.LOG_LEVEL>;
  host: string;
  port: number;
}

export interface ServiceEnv extends ProcessEnv {
  /** How many processes share the port. */
  workers: number;
  /** How many requests one process serves at the same time. */
  maxInFlight: number;
}

type Values<Shape extends z.ZodRawShape> = z.output<z.ZodObject<Shape>>;

export const processEnv = (values: Values<typeof commonSettings>, ownPort: number): ProcessEnv => ({
  production: values.NODE_ENV === 'production',
  logLevel: values.LOG_LEVEL,
  host: values.HOST,
  port: ownPort,
});

export const serviceEnv = (values: Values<typeof serviceSettings>, ownPort: number): ServiceEnv => ({
  ...processEnv(values, ownPort),
  workers: values.WORKERS,
  maxInFlight: values.MAX_IN_FLIGHT,
});

/** Reports a problem of the configuration, as one sentence. */
export type ReportProblem = (sentence: string) => void;

/**
 * Reads `settings`; an empty value counts as unset. `pick` makes the result from the values, and reports invalid
 * combinations. Throws a ConfigError with all problems.
 */
export function readEnv<Shape extends z.ZodRawShape, Result>(
  settings: z.ZodObject<Shape>,
  pick: (values: Values<Shape>, problem: ReportProblem) => Result,
): Result {
  const given = Object.fromEntries(
    Object.entries(process.env).filter(([, value]) => value !== undefined && value !== ''),
  );
  const parsed = settings.safeParse(given);
  if (!parsed.success) {
    throw new ConfigError(
      parsed.error.issues.map((issue) => `${issue.path.join('.')} can't be used: ${issue.message}.`),
    );
  }
  const problems = new Set<string>();
  const result = pick(parsed.data, (sentence) => problems.add(sentence));
  if (problems.size > 0) throw new ConfigError([...problems]);
  return result;
}

/** HS256 requires a key at least as long as its hash: 32 bytes (RFC 7518, section 3.2). */
const MIN_SECRET = 32;

/** Reports a secret that is missing or too short for production. `what` says which secret it is. */
export function requireSecret(name: string, value: string | undefined, what: string, problem: ReportProblem): void {
  if (value === undefined) problem(`${name} is missing: in production it must hold ${what}.`);
  else if (value.length < MIN_SECRET) {
    problem(`${name} is too short: in production it must have at least ${String(MIN_SECRET)} characters.`);
  }
}

/** SUBGRAPH_TOKEN is required in production by the gateway, which signs with it, and by the subgraphs, which verify. */
export const requireGatewayKey = (value: string | undefined, problem: ReportProblem): void => {
  requireSecret('SUBGRAPH_TOKEN', value, 'the secret that the gateway signs its calls with', problem);
};

/** Whether this process, or one that started it, was started by `npm run`. */
export const isRunByNpm = (): boolean => process.env['npm_lifecycle_event'] !== undefined;
