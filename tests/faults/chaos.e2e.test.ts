/**
 * Mixed load on the whole system while its processes are killed in turn; then the invariants are checked. `npm run
 * test:faults` runs it at full length (FAULTS=full): 60 s, at least 20 kills and 2,000 orders.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from '@jest/globals';
import { startSystem } from '../harness.ts';
import type { Process } from '../process.ts';
import { Books } from './books.ts';
import { violationsOf } from './invariants.ts';
import { Random } from './random.ts';
import { openShop, visit } from './traffic.ts';

const FULL = process.env['FAULTS'] === 'full';
const SEED = Number(process.env['FAULTS_SEED'] ?? 20_260_131);
/** The load continues until all of these are reached, however slow the machine is. */
const AT_LEAST = FULL ? { ms: 60_000, kills: 20, orders: 2000 } : { ms: 5000, kills: 5, orders: 100 };
const BETWEEN_KILLS_MS = 2000;
const CLIENTS = 16;

describe('chaos', () => {
  it(
    `of mixed load and kills of every process loses no order, oversells nothing, and leaves no order unsettled (seed ${String(SEED)})`,
    async () => {
      await using system = await startSystem({ env: { LOG_LEVEL: 'fatal', ORDER_DEADLINE_MS: '2000' } });
      await using books = await Books.open(system);
      const shop = await openShop(system, 'chaos', { customers: 4, products: 8, stock: 200 });
      const { placements } = shop.history;
      /** Each must be stored. */
      const answered = () => placements.filter(({ answers }) => answers.length > 0);
      let kills = 0;
      let isLoading = true;

      const killInTurn = async (): Promise<void> => {
        const victims: Process[] = [system.orders, system.inventory, system.customers, system.database, system.gateway];
        const random = new Random(SEED);
        const earliest = Date.now() + AT_LEAST.ms;
        while (Date.now() < earliest || kills < AT_LEAST.kills || answered().length < AT_LEAST.orders) {
          const victim = victims[kills % victims.length] as Process;
          await victim.kill();
          kills += 1;
          await victim.start();
          await sleep(BETWEEN_KILLS_MS * (0.5 + random.next()));
        }
      };

      await Promise.all([
        killInTurn().finally(() => (isLoading = false)),
        ...Array.from({ length: CLIENTS }, (_, n) =>
          visit(shop, `client-${String(n)}`, new Random(SEED + n), () => isLoading),
        ),
      ]);
      await books.settled(120_000);
      const stored = await books.stored();
      expect([...violationsOf(stored), ...shop.history.violations(stored)]).toEqual([]);

      const figures = {
        orders: stored.orders.length,
        confirmed: stored.orders.filter(({ currency }) => currency !== null).length,
        repeats: placements.reduce((sum, { attempts }) => sum + attempts, 0) - placements.length,
        kills,
      };
      console.info(`chaos: seed ${String(SEED)}, ${JSON.stringify(figures)}`);
      expect(figures.confirmed).toBeGreaterThan(0);
      expect(figures.orders).toBeGreaterThanOrEqual(AT_LEAST.orders);
    },
    FULL ? 600_000 : 240_000,
  );
});
