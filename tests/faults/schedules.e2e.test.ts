/**
 * Random schedules: random callers on two processes of orders and two of inventory, which are killed, paused and restarted at
 * random, with random faults on the connections between them; then everything that docs/reliability.md promises is checked.
 * `npm run test:faults` runs ten seeds, `npm test` two. A failed test says its seed; FAULTS_SEED runs that one alone.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from '@jest/globals';
import { type Process, type System, startSystem } from '../harness.ts';
import { lasting } from './history.ts';
import { FAULTS, type Proxy, startProxy } from './proxy.ts';
import { Random } from './random.ts';
import { violationsOf } from './invariants.ts';
import { Books } from './shop.ts';
import { openShop, place, visit } from './traffic.ts';

const FULL = process.env['FAULTS'] === 'full';
const CHOSEN = process.env['FAULTS_SEED'];
const SEEDS = CHOSEN === undefined ? Array.from({ length: FULL ? 10 : 2 }, (_, n) => 20_260_201 + n) : [Number(CHOSEN)];
const RUN_MS = FULL ? 20_000 : 10_000;
const CALLERS = 20;
const PRODUCTS = 5;
const INITIAL_STOCK = 30;
/** How many calls between the processes meet a fault. */
const FAULT_RATE = 0.03;

/** What happens to a process, and how often. */
const FATES = { kill: 5, pause: 3, stop: 1 };

/** The system with a second process of orders and of inventory; each call to them goes to one of the two. */
interface Cluster extends AsyncDisposable {
  readonly system: System;
  /** The processes that are there twice, in pairs, and the others. */
  readonly pairs: readonly (readonly Process[])[];
  readonly singles: readonly Process[];
  readonly proxies: readonly Proxy[];
  /** Those that don't listen: no call is sent to one of them where its twin does. */
  readonly down: Set<Process>;
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
      // Shorter than the longest pause: a process can come back to a transaction that is gone.
      DEVDB_TRANSACTION_LIFETIME_MS: '2000',
    },
    envOf: { orders: addresses, gateway: addresses },
  });
  pairs.orders.push(system.orders, await system.another('orders', addresses));
  pairs.inventory.push(system.inventory, await system.another('inventory'));
  return {
    system,
    pairs: [pairs.orders, pairs.inventory],
    singles: [system.devdb, system.customers, system.gateway],
    proxies: [orders, inventory],
    down,
    async [Symbol.asyncDispose]() {
      await system[Symbol.asyncDispose]();
      await Promise.all([orders, inventory].map((proxy) => proxy[Symbol.asyncDispose]()));
    },
  };
}

/** Whether a call may arrive twice: its caller could have sent it again. */
const isRepeatable = (body: string): boolean =>
  !/createOrder|adjustStock|reduceStock/.test(body) || body.includes('"idempotencyKey":"');

/** Lets calls meet faults. @returns ends it, and lets all held calls arrive that still can */
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
      // The process that a call is for may be away.
      await proxy.arrive().catch(() => undefined);
    }
  };
}

/** Kills, pauses and restarts processes, several at a time, until it is told to stop. All are running when it ends. */
async function strike({ pairs, singles, down }: Cluster, random: Random, isOn: () => boolean): Promise<number> {
  const struck = new Map<Process, Promise<void>>();
  const failures: unknown[] = [];
  let strikes = 0;
  const fates: Record<keyof typeof FATES, (process: Process) => Promise<void>> = {
    async kill(victim) {
      await victim.kill();
      down.add(victim);
      await sleep(random.integer(0, 800));
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
  while (isOn()) {
    // Where nothing is served nothing goes wrong: mostly one of a pair, and both of them seldom.
    const group = random.chance(0.8) ? random.pick(pairs) : singles;
    const victim = random.pick(group);
    const isAlone = group === singles || !group.some((each) => struck.has(each));
    if (!struck.has(victim) && (isAlone || random.chance(0.2))) {
      const fate = fates[random.weighted(FATES)](victim);
      strikes += 1;
      struck.set(
        victim,
        fate.catch((error: unknown) => failures.push(error)).then(() => void struck.delete(victim)),
      );
    }
    await sleep(random.integer(100, 800));
  }
  await Promise.all(struck.values());
  if (failures.length > 0) throw failures[0];
  return strikes;
}

describe('a random schedule', () => {
  it.each(SEEDS)(
    'of requests, kills, pauses and lost messages keeps every promise (seed %i)',
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
      // All of them: where it is the database, none is ready.
      expect(starts.flatMap((start) => (start.status === 'rejected' ? [String(start.reason)] : []))).toEqual([]);
      await books.settled(120_000);
      const settled = await books.stored();
      expect([...violationsOf(settled), ...history.violations(settled)]).toEqual([]);

      // Every key that was answered gives the same answer for ever, and changes nothing.
      const answered = history.placements.filter(({ key, answers }) => key !== null && answers.length > 0);
      for (const placement of answered) {
        const { answer: first, variant } = placement.answers.at(-1) ?? {};
        const repeat = await place(shop, placement, variant ?? 0);
        expect(repeat).not.toBeNull();
        // What was answered as PENDING may have been refused since.
        if (first?.order?.status !== 'PENDING') expect(repeat && lasting(repeat)).toEqual(first && lasting(first));
      }
      expect(await books.stored()).toEqual(settled);
      expect(history.violations(settled)).toEqual([]);

      const confirmed = settled.orders.filter(({ events }) => events.some(({ to }) => to === 'CONFIRMED')).length;
      const repriced = settled.orders.filter(({ refusal }) => refusal?.reason === 'PRICE_CHANGED').length;
      const figures = { orders: settled.orders.length, confirmed, repriced, repeats: answered.length, strikes };
      console.info(`schedule ${String(seed)}: ${JSON.stringify(figures)}`);
      expect(confirmed).toBeGreaterThan(0);
      expect(strikes).toBeGreaterThan(0);
    },
    300_000,
  );
});
