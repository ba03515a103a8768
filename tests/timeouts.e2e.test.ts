/** A subgraph that hangs: the other data is answered in time, and its part is missing with an error. */
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { createClient } from '../packages/client/client.ts';
import { type System, startSystem } from './harness.ts';
import type { Process } from './process.ts';

const QUERY_TIMEOUT_MS = 1500;

let system: System;
let productId = '';
const gateways: Record<'own' | 'apollo', Process | undefined> = { own: undefined, apollo: undefined };

const gateway = (executor: 'own' | 'apollo'): Process => {
  const process = gateways[executor];
  if (process === undefined) throw new Error(`There is no gateway with the executor ${executor}.`);
  return process;
};

beforeAll(async () => {
  system = await startSystem({ env: { QUERY_TIMEOUT_MS: String(QUERY_TIMEOUT_MS) } });
  gateways.own = system.gateway;
  gateways.apollo = await system.another('gateway', { GATEWAY_EXECUTOR: 'apollo' });
  const made = await createClient({ url: `${system.gateway.address}/graphql` }).createProduct({
    sku: 'MUG',
    name: 'Mug',
    price: { amount: 100, currency: 'EUR' },
    initialStock: 10,
  });
  if (made.__typename !== 'CreateProductSuccess') throw new Error(made.message);
  productId = made.product.id;
}, 120_000);
afterAll(() => system[Symbol.asyncDispose]());

const hang = (name: 'inventory' | 'customers'): void => {
  process.kill(system[name].pid, 'SIGSTOP');
};
afterEach(() => {
  for (const name of ['inventory', 'customers'] as const) process.kill(system[name].pid, 'SIGCONT');
});

async function ask(process: Process, query: string, headers: Record<string, string> = {}) {
  const start = performance.now();
  const response = await fetch(`${process.address}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify({ query }),
  });
  return { status: response.status, body: await response.json(), ms: performance.now() - start };
}

const READ = '{ products(first: 1) { nodes { name } } customers { totalCount } }';
const missing = (field: string, serviceName: string) => ({
  message: `Subgraph "${serviceName}" did not answer in time.`,
  path: [field],
  extensions: { code: 'UPSTREAM_UNAVAILABLE', serviceName },
});

describe.each(['own', 'apollo'] as const)('a query to the %s executor', (executor) => {
  // The second time, by the cached path.
  it.each(['first', 'second'])('is answered after QUERY_TIMEOUT_MS with the available data (%s time)', async () => {
    hang('customers');
    const { status, body, ms } = await ask(gateway(executor), READ);
    expect(status).toBe(200);
    expect(body).toEqual({
      data: { products: { nodes: [{ name: 'Mug' }] }, customers: null },
      errors: [missing('customers', 'customers')],
    });
    expect(ms).toBeGreaterThanOrEqual(QUERY_TIMEOUT_MS - 50);
    expect(ms).toBeLessThan(15_000);
  });

  it('is answered sooner if x-timeout-ms says so', async () => {
    hang('customers');
    const { body, ms } = await ask(gateway(executor), READ, { 'x-timeout-ms': '200' });
    expect(body).toMatchObject({ errors: [missing('customers', 'customers')] });
    expect(ms).toBeLessThan(QUERY_TIMEOUT_MS);
  });

  it.each(['60000', '-1', '0', 'soon', ''])('does not get more time by x-timeout-ms: %s', async (timeout) => {
    hang('customers');
    const { body, ms } = await ask(gateway(executor), READ, { 'x-timeout-ms': timeout });
    expect(body).toMatchObject({ errors: [missing('customers', 'customers')] });
    expect(ms).toBeLessThan(15_000);
  });

  it('has one deadline, however many subgraphs hang one after another', async () => {
    hang('customers');
    hang('inventory');
    const { body, ms } = await ask(gateway(executor), READ);
    expect(body).toMatchObject({ data: { products: null, customers: null } });
    expect(ms).toBeLessThan(2 * QUERY_TIMEOUT_MS + 5000);
  });

  it('does not shorten the time of a mutation', async () => {
    hang('inventory');
    const change = ask(
      gateway(executor),
      `mutation { reduceStock(input: { productId: "${productId}", quantity: 1 }) { __typename } }`,
    );
    // A query that is sent later ends before it.
    const { body } = await ask(gateway(executor), '{ products { totalCount } }');
    expect(body).toMatchObject({ errors: [missing('products', 'inventory')] });
    process.kill(system.inventory.pid, 'SIGCONT');
    expect((await change).body).toEqual({ data: { reduceStock: { __typename: 'StockChangeSuccess' } } });
  });
});

it('the SDK sends its timeout, so that it gets a partial answer before it gives up', async () => {
  hang('customers');
  const partial: unknown[] = [];
  const shop = createClient({
    url: `${system.gateway.address}/graphql`,
    timeoutMs: 1000,
    retries: 0,
    onPartial: (errors) => partial.push(errors),
  });
  await expect(shop.customers()).rejects.toMatchObject({ code: 'UPSTREAM_UNAVAILABLE', status: 200 });
});
