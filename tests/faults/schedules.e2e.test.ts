/**
 * Random schedules: random callers on two processes of orders and two of inventory, which are killed, paused and restarted at
 * random, with random faults on the connections between them; then everything that docs/reliability.md promises is checked.
 * `npm run test:faults` runs ten seeds, `npm test` two. A test's name has the settings that run it alone:
 *
 *     FAULTS=full FAULTS_SEED=20260201 npx jest tests/faults/schedules
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from '@jest/globals';
import { type System, startSystem } from '../harness.ts';
import type { Process } from '../process.ts';
import { Books } from './books.ts';
import { lasting } from './history.ts';
import { violationsOf } from './invariants.ts';
import { FAULTS, type Proxy, startProxy } from './proxy.ts';
import { Random } from './random.ts';
import { openShop, place, visit } from './traffic.ts';

const FULL = process.env['FAULTS'] === 'full';
const CHOSEN = process.env['FAULTS_SEED'];
const SEEDS = CHOSEN === undefined ? Array.from({ length: FULL ? 10 : 2 }, (_, n) => 20_260_201 + n) : [Number(CHOSEN)];
const RUN_MS = FULL ? 20_000 : 8000;
const CALLERS = 40;
const PRODUCTS = 5;
const INITIAL_STOCK = 25;
/** The share of calls between the processes that meet a fault. */
const FAULT_RATE = 0.08;

/** What happens to a process, and how often. */
const FATES = { kill: 5, pause: 3, stop: 1 };
type Fate = keyof typeof FATES;
/**
 * In each round of this many strikes, the first kills orders or inventory and the second the database, because chance
 * could leave either out of a short run.
 */
const ROUND = 7;
/** The pause after each strike on a process that everything depends on. */
const CALM_MS = 1000;

/** The system with a second process of orders and of inventory; each call to them goes to one of the two. */
interface Cluster extends AsyncDisposable {
  system: System;
  /** The processes that exist twice, in pairs, and the others. */
  pairs: readonly (readonly Process[])[];
  singles: readonly Process[];
  proxies: readonly Proxy[];
  /** Those that don't listen: their calls go to the other of the pair if that listens. */
  down: Set<Process>;
}

async function startCluster(random: Random): Promise<Cluster> {
  const down = new Set<Process>();
  const pairs: { orders: Process[]; inventory: Process[] } = { orders: [], inventory: [] };
  const either = (name: keyof typeof pairs): string => {
    const listening = pairs[name].filter((each) => !down.has(each));
    return random.pick(listening.length > 0 ? listening : pairs[name]).address;
  };
  const orders = await startProxy(() => either('orders'));
  const inventory = await startProxy(() => either('inventory'));
  const addresses = { ORDERS_URL: orders.url, INVENTORY_URL: inventory.url };
  const system = await startSystem({
    env: {
      LOG_LEVEL: 'fatal',
      ORDER_DEADLINE_MS: '2000',
    },
    envOf: { orders: addresses, gateway: addresses },
  });
  pairs.orders.push(system.orders, await system.another('orders', addresses));
  pairs.inventory.push(system.inventory, await system.another('inventory'));
  return {
    system,
    pairs: [pairs.orders, pairs.inventory],
    singles: [system.database, system.customers, system.gateway],
    proxies: [orders, inventory],
    down,
    async [Symbol.asyncDispose]() {
      await system[Symbol.asyncDispose]();
      await Promise.all([orders, inventory].map((proxy) => proxy[Symbol.asyncDispose]()));
    },
  };
}

/** Whether a call may arrive twice, as if its caller had repeated it. */
const isRepeatable = (body: string): boolean =>
  !/createOrder|adjustStock|reduceStock/.test(body) || body.includes('"idempotencyKey":"');

/** Lets calls meet faults. @returns a function that ends this, and releases all held calls */
function disturb(proxies: readonly Proxy[], random: Random): () => Promise<void> {
  for (const proxy of proxies) {
    proxy.fault = (body) => {
      if (!random.chance(FAULT_RATE)) return undefined;
      const fault = random.pick([...FAULTS, 'held'] as const);
      return fault === 'asked twice' && !isRepeatable(body) ? 'lost answer' : fault;
    };
  }
  return async () => {
    for (const proxy of proxies) {
      proxy.fault = () => undefined;
      // The process that a call is for may not be running.
      await proxy.arrive().catch(() => undefined);
    }
  };
}

/**
 * Kills, pauses and restarts processes, several at a time, until the test stops it. All are running when it ends.
 * @returns how often each thing happened to each process: `kill orders`, for example
 */
async function strike(
  { system, pairs, singles, down }: Cluster,
  random: Random,
  isOn: () => boolean,
): Promise<Record<string, number>> {
  const struck = new Map<Process, Promise<void>>();
  const failures: unknown[] = [];
  const counts: Record<string, number> = {};
  let strikes = 0;
  let calmUntil = 0;
  const fates: Record<Fate, (process: Process) => Promise<void>> = {
    async kill(victim) {
      await victim.kill();
      down.add(victim);
      await sleep(random.integer(0, 500));
      await victim.start();
      down.delete(victim);
    },
    async pause(victim) {
      process.kill(victim.pid, 'SIGSTOP');
      await sleep(random.integer(100, singles.includes(victim) ? 800 : 3000));
      process.kill(victim.pid, 'SIGCONT');
    },
    async stop(victim) {
      await victim.stop();
      down.add(victim);
      await victim.start();
      down.delete(victim);
    },
  };
  const next = (): [Fate, Process] => {
    if (strikes % ROUND === 0) return ['kill', random.pick(pairs.flat())];
    if (strikes % ROUND === 1) return ['kill', system.database];
    return [random.weighted(FATES), random.pick(random.chance(0.8) ? random.pick(pairs) : singles)];
  };
  while (isOn()) {
    await sleep(random.integer(100, 700));
    const [fate, victim] = next();
    // Without any service, no fault could show: so rarely both of a pair, and only one at a time of those that
    // everything needs.
    const group = pairs.find((each) => each.includes(victim)) ?? singles;
    const isAlone = !group.some((each) => struck.has(each));
    const isDue = group === singles ? isAlone && Date.now() > calmUntil : isAlone || random.chance(0.2);
    if (isDue && !struck.has(victim)) {
      const name = `${fate} ${victim.name}`;
      counts[name] = (counts[name] ?? 0) + 1;
      strikes += 1;
      const end = fates[fate](victim).catch((error: unknown) => failures.push(error));
      struck.set(
        victim,
        end.then(() => {
          struck.delete(victim);
          if (group === singles) calmUntil = Date.now() + CALM_MS;
        }),
      );
    }
  }
  await Promise.all(struck.values());
  if (failures.length > 0) throw failures[0];
  return counts;
}

describe('a random schedule', () => {
  it.each(SEEDS)(
    `of requests, kills, pauses and lost messages keeps every promise (${FULL ? 'FAULTS=full ' : ''}FAULTS_SEED=%i)`,
    async (seed) => {
      const seeds = new Random(seed);
      const random = (): Random => new Random(seeds.integer(0, 2 ** 31));
      await using cluster = await startCluster(random());
      const { system, pairs, singles, proxies } = cluster;
      await using books = await Books.open(system);
      const shop = await openShop(system, 'schedule', { customers: 3, products: PRODUCTS, stock: INITIAL_STOCK });
      const { history } = shop;

      const end = Date.now() + RUN_MS;
      const isOn = (): boolean => Date.now() < end;
      const calm = disturb(proxies, random());
      const [strikes] = await Promise.all([
        strike(cluster, random(), isOn),
        ...Array.from({ length: CALLERS }, (_, n) => visit(shop, `caller-${n}`, random(), isOn)),
      ]);
      await calm();
      const starts = await Promise.allSettled([...pairs.flat(), ...singles].map((each) => each.ready()));
      // All of them, because after a kill of the database none is ready.
      expect(starts.flatMap((start) => (start.status === 'rejected' ? [String(start.reason)] : []))).toEqual([]);
      // A call whose caller has stopped waiting may still be running; after its process has ended, it writes nothing.
      const writers = [system.gateway, ...pairs.flat()];
      await Promise.all(writers.map((each) => each.stop()));
      await Promise.all(writers.map((each) => each.start()));
      // Orders that don't settle are reported as violations.
      await books.settled(60_000).catch(() => undefined);
      const settled = await books.stored();
      expect([...violationsOf(settled), ...history.violations(settled)]).toEqual([]);

      // Every answered key gives the same answer again, and changes nothing.
      const answered = history.placements.filter(({ key, answers }) => key !== null && answers.length > 0);
      const left = answered.values();
      const repeatAll = async (): Promise<void> => {
        for (const placement of left) {
          const { answer: first, variant } = placement.answers.at(-1) ?? {};
          const repeat = await place(shop, placement, variant ?? 0);
          expect(repeat).not.toBeNull();
          // An order that was answered as PENDING may have been refused since.
          if (first?.order?.status !== 'PENDING') expect(repeat && lasting(repeat)).toEqual(first && lasting(first));
        }
      };
      await Promise.all(Array.from({ length: 8 }, repeatAll));
      expect(await books.stored()).toEqual(settled);
      expect(history.violations(settled)).toEqual([]);

      const confirmed = settled.orders.filter(({ events }) => events.some(({ to }) => to === 'CONFIRMED')).length;
      const repriced = settled.orders.filter(({ refusal }) => refusal?.reason === 'PRICE_CHANGED').length;
      const faults = proxies.reduce((sum, { met }) => sum + met, 0);
      const { requests } = history;
      const figures = {
        requests,
        orders: settled.orders.length,
        confirmed,
        repriced,
        repeats: answered.length,
        faults,
      };
      console.info(`schedule ${String(seed)}: ${JSON.stringify({ ...figures, ...strikes })}`);
      expect(confirmed).toBeGreaterThan(0);
      expect(faults).toBeGreaterThan(0);
      expect(Object.keys(strikes)).toContain('kill database');
      expect(Object.keys(strikes).filter((name) => /^kill (orders|inventory)$/.test(name))).not.toEqual([]);
    },
    300_000,
  );
});
