import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { parse } from 'yaml';
import { gatewaySettings } from '../gateway/env.ts';
import { subgraphSettings } from '../subgraphs/shared/env.ts';

interface Service {
  image: string;
  command: string[];
  user?: string;
  ports?: string[];
  networks: string[];
  environment?: Record<string, string | number>;
  healthcheck: { test: string[] };
  depends_on?: Record<string, { condition: string }>;
}
const read = (path: string): string => readFileSync(new URL(`../${path}`, import.meta.url), 'utf8');
const compose = parse(read('docker-compose.yml'), { merge: true }) as { services: Record<string, Service> };
const services = Object.entries(compose.services);
const ours = services.filter(([name]) => name !== 'mongo');

describe('docker-compose.yml', () => {
  it('starts the database, the three subgraphs and the gateway, each with a health check', () => {
    expect(services.map(([name]) => name)).toEqual(['mongo', 'customers', 'inventory', 'orders', 'gateway']);
    for (const [, { healthcheck }] of services) expect(healthcheck.test[0]).toBe('CMD');
  });

  it("publishes only the gateway's port", () => {
    expect(services.filter(([, { ports }]) => ports !== undefined).map(([name]) => name)).toEqual(['gateway']);
  });

  it('runs mains that exist, and that the image contains', () => {
    const copied = [...read('Dockerfile').matchAll(/^COPY (\w+) \w+$/gm)].map(([, folder]) => folder);
    for (const [, { command }] of ours) {
      // Flags of Node.js may come before it.
      const program = command.at(-1) ?? '';
      expect(existsSync(new URL(`../${program}`, import.meta.url))).toBe(true);
      expect(copied).toContain(program.split('/')[0]);
    }
  });

  it('sets only variables that the process reads', () => {
    for (const [name, { environment }] of ours) {
      const { shape } = name === 'gateway' ? gatewaySettings : subgraphSettings;
      expect(Object.keys(shape)).toEqual(expect.arrayContaining(Object.keys(environment ?? {})));
    }
  });

  it("keeps the orders subgraph's key from the gateway", () => {
    expect(compose.services['gateway']?.environment).not.toHaveProperty('ORDERS_TOKEN');
    expect(compose.services['orders']?.environment).toHaveProperty('ORDERS_TOKEN');
  });

  it('starts a process only when those that it needs are healthy', () => {
    expect(Object.keys(compose.services['gateway']?.depends_on ?? {})).toEqual(['customers', 'inventory', 'orders']);
    for (const name of ['customers', 'inventory', 'orders']) {
      expect(compose.services[name]?.depends_on).toEqual({ mongo: { condition: 'service_healthy' } });
    }
  });
});

describe('the Dockerfile', () => {
  it('does not run as root', () => {
    expect(read('Dockerfile')).toMatch(/^USER node$/m);
  });
});
