import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { gatewayEnv } from '../gateway/env.ts';
import { ConfigError } from '../runtime/env.ts';
import { startEnv } from '../start/env.ts';
import { ordersEnv, subgraphEnv } from '../subgraphs/shared/env.ts';

const problemsOf = (read: () => unknown): readonly string[] => {
  try {
    read();
  } catch (error) {
    if (error instanceof ConfigError) return error.problems;
    throw error;
  }
  return [];
};
const variablesIn = (problems: readonly string[]): string[] =>
  problems.map((problem) => /^[A-Z_]+/.exec(problem)?.[0] ?? problem);

describe('the environment', () => {
  const before = { ...process.env };
  beforeEach(() => {
    for (const name of Object.keys(process.env)) if (/^[A-Z_]+$/.test(name)) Reflect.deleteProperty(process.env, name);
  });
  afterEach(() => {
    process.env = { ...before };
  });

  it('may be empty in development', () => {
    expect(subgraphEnv('customers')).toMatchObject({
      port: 4001,
      host: '127.0.0.1',
      callerKeys: null,
      database: { uri: 'mongodb://127.0.0.1:4010/', name: 'customers' },
    });
    expect(gatewayEnv()).toMatchObject({ port: 4000, auth: null, signingKey: null, trustedDocuments: 'off' });
    expect(gatewayEnv().subgraphUrl('orders', '')).toBe('http://127.0.0.1:4003/graphql');
  });

  it.each([
    ['own', 'own'],
    ['apollo', 'apollo'],
    ['stock', 'apollo'],
  ])('reads %s as the executor %s', (value, executor) => {
    process.env['GATEWAY_EXECUTOR'] = value;
    expect(gatewayEnv().executor).toBe(executor);
  });

  it('treats an empty value as unset', () => {
    process.env['ORDERS_PORT'] = '';
    process.env['SUBGRAPH_TOKEN'] = '';
    expect(ordersEnv()).toMatchObject({ port: 4003, callerKeys: null, signingKey: null });
  });

  it('names every value that cannot be used, at once', () => {
    process.env['GATEWAY_PORT'] = '70000';
    process.env['LOG_LEVEL'] = 'loud';
    process.env['ORDERS_URL'] = 'file:///etc/passwd';
    expect(variablesIn(problemsOf(gatewayEnv)).sort()).toEqual(['GATEWAY_PORT', 'LOG_LEVEL', 'ORDERS_URL']);
  });

  it.each([
    ['', []],
    ['x-one', ['x-one']],
    [' X-One ,x-two,, ', ['X-One', 'x-two']],
  ])('reads header names from CORS_HEADERS %j', (given, names) => {
    process.env['CORS_HEADERS'] = given;
    expect(gatewayEnv().corsHeaders).toEqual(names);
  });

  it.each(['*', 'x one', 'x-one;x-two', 'x-one: 1', 'x-é', '(x)', 'x-one\r\nx-two'])(
    'refuses CORS_HEADERS %j, which has no valid header name',
    (given) => {
      process.env['CORS_HEADERS'] = given;
      expect(variablesIn(problemsOf(gatewayEnv))).toEqual(['CORS_HEADERS']);
    },
  );

  it('names every setting that production lacks, at once', () => {
    process.env['NODE_ENV'] = 'production';
    expect(variablesIn(problemsOf(() => subgraphEnv('inventory')))).toEqual([
      'MONGODB_URI',
      'SUBGRAPH_TOKEN',
      'ORDERS_TOKEN',
    ]);
    expect(variablesIn(problemsOf(gatewayEnv))).toEqual([
      'SUBGRAPH_TOKEN',
      'AUTH_SECRET',
      'AUTH_ISSUER',
      'AUTH_AUDIENCE',
    ]);
  });

  it('refuses short and shared secrets in production', () => {
    process.env['NODE_ENV'] = 'production';
    process.env['MONGODB_URI'] = 'mongodb://db/';
    process.env['SUBGRAPH_TOKEN'] = 'short';
    process.env['ORDERS_TOKEN'] = 'short';
    expect(problemsOf(ordersEnv)).toEqual([
      'SUBGRAPH_TOKEN is too short: in production it must have at least 32 characters.',
      'ORDERS_TOKEN is too short: in production it must have at least 32 characters.',
      'ORDERS_TOKEN equals SUBGRAPH_TOKEN: in production the gateway must not be able to act as orders.',
    ]);
  });

  it('ignores a crash point in production: only tests use it', () => {
    process.env['CRASH_POINT'] = 'anywhere';
    expect(ordersEnv().crashPoint).toBe('anywhere');
    Object.assign(process.env, {
      NODE_ENV: 'production',
      MONGODB_URI: 'mongodb://db/',
      SUBGRAPH_TOKEN: 'g'.repeat(32),
      ORDERS_TOKEN: 'o'.repeat(32),
    });
    expect(ordersEnv().crashPoint).toBeUndefined();
  });

  it('gives a subgraph its own server if it names one', () => {
    process.env['MONGODB_URI'] = 'mongodb://shared/';
    process.env['ORDERS_MONGODB_URI'] = 'mongodb://own/';
    expect(ordersEnv().database.uri).toBe('mongodb://own/');
    expect(subgraphEnv('inventory').database.uri).toBe('mongodb://shared/');
  });

  it('has `npm start` run the embedded database for the subgraphs that name no server', () => {
    expect(startEnv().embedded).toEqual(['customers', 'inventory', 'orders']);
    process.env['INVENTORY_MONGODB_URI'] = 'mongodb://own/';
    expect(startEnv().embedded).toEqual(['customers', 'orders']);
    process.env['MONGODB_URI'] = 'mongodb://shared/';
    expect(startEnv().embedded).toEqual([]);
  });
});
