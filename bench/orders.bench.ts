/**
 * createOrder with the saga, compared with a naive REST service of the same three steps (orders/naive-service.ts) and with the saga's
 * bare operations on the database:
 *
 *     npm run bench:orders [-- --rounds 7 --seconds 2 --only "ours,naive" --database mongodb --save]
 *
 * All three use one database: the embedded one, or a real MongoDB. Orders have three products of 300, or one hot product. After each part the stock is
 * checked: units that were ordered but are not missing from the stock are lost updates.
 */
import { SignJWT } from 'jose';
import { mongo } from 'mongoose';
import { startSystem } from '../tests/harness.ts';
import { type Load, measure } from './load.ts';
import { type Contestant, type Line, PRODUCTS, bare, naive, ours } from './orders/contestants.ts';
import { figure, interleave, median, ratioOf, ratioText, settings, verdict } from './ratios.ts';
import { report, table } from './report.ts';

const { rounds, seconds, save, wants, database: server } = settings({ rounds: 7, seconds: 2 });
const CLIENTS = [1, 16, 64];
/** After 12 s, profiles still show V8 compiling, and half of the time in code that it has not optimized. */
const WARM_UP_SECONDS = 40;
const LINES = 3;
/** What ours must reach on many products, times the naive service, with 1, 16 and 64 clients. */
const TARGETS = { devdb: [1, 1, 1], mongodb: [1.3, 1.8, 2.2] };

const SCENARIOS = {
  'many products': ({ productIds }: Contestant): Line[] => {
    const start = 1 + Math.floor(Math.random() * (PRODUCTS - 1));
    return Array.from({ length: LINES }, (_, n) => ({
      productId: productIds[1 + ((start + n * 97) % (PRODUCTS - 1))] ?? '',
      quantity: 1,
    }));
  },
  'one hot product': ({ productIds: [hot = ''] }: Contestant): Line[] => [{ productId: hot, quantity: 1 }],
};

type Results = Map<string, Load[]>;
const rates = (loads: readonly Load[] | undefined): number[] => (loads ?? []).map(({ perSecond }) => perSecond);

const AUTH_SECRET = 'a-secret-of-the-benchmark-and-no-more';
/** As in production, with all guarantees, checks and fsync; but any document is served. */
const system = await startSystem({
  database: server,
  env: {
    NODE_ENV: 'production',
    LOG_LEVEL: 'error',
    DEVDB_FSYNC: 'true',
    ORDERS_TOKEN: 'another-secret-of-the-benchmark-alone',
    AUTH_SECRET,
    AUTH_ISSUER: 'bench',
    AUTH_AUDIENCE: 'bench',
    TRUSTED_DOCUMENTS: 'off',
  },
});
const staff = await new SignJWT({ role: 'staff' })
  .setProtectedHeader({ alg: 'HS256' })
  .setSubject('bench')
  .setIssuer('bench')
  .setAudience('bench')
  .setExpirationTime('1 hour')
  .sign(new TextEncoder().encode(AUTH_SECRET));
const stack: AsyncDisposable[] = [];
const database = new mongo.MongoClient(system.mongodbUri, { writeConcern: { w: 'majority' } });
try {
  const contestants = [await ours(system, staff, database)];
  if (wants('naive')) contestants.push(await naive(system.mongodbUri, database, stack));
  if (wants('bare operations')) contestants.push(await bare(database));

  // So long that V8 has optimized the hot code of all contestants: servers run for days.
  for (const contestant of contestants) {
    const ask = () => contestant.place(contestant.customerId, SCENARIOS['many products'](contestant));
    await measure(ask, { clients: 16, seconds: WARM_UP_SECONDS });
  }
  const all = new Map<string, Results>();
  const lost = new Map<string, number>();
  for (const [scenario, pick] of Object.entries(SCENARIOS)) {
    // The numbers of clients take turns, too, because they are compared with each other.
    const cases = CLIENTS.flatMap((clients) => contestants.map((contestant) => ({ clients, contestant })));
    const before = new Map<string, number>();
    for (const contestant of contestants) before.set(contestant.name, await contestant.lost());
    await interleave(cases, rounds, async ({ clients, contestant }, round) => {
      console.error(`${scenario}, ${clients} clients, ${contestant.name}, round ${round + 1} of ${rounds}`);
      const { customerId, place } = contestant;
      const load = await measure(() => place(customerId, pick(contestant)), { clients, seconds });
      const results =
        all.get(`${scenario}, ${clients} clients`) ??
        new Map<string, Load[]>(contestants.map(({ name }) => [name, []]));
      all.set(`${scenario}, ${clients} clients`, results);
      if (round >= 0) results.set(contestant.name, [...(results.get(contestant.name) ?? []), load]);
    });
    for (const contestant of contestants)
      lost.set(`${scenario}, ${contestant.name}`, (await contestant.lost()) - (before.get(contestant.name) ?? 0));
  }

  const rows = [...all].flatMap(([name, results]) =>
    [...results].map(([contestant, loads]) => [
      name,
      contestant,
      ratioText(ratioOf(rates(loads), rates(results.get('naive')))),
      ratioText(ratioOf(rates(loads), rates(results.get('bare operations')))),
      figure(median(rates(loads))),
      figure(median(loads.map(({ p50 }) => p50))),
      figure(median(loads.map(({ p99 }) => p99))),
    ]),
  );
  const ratio = (name: string): number =>
    ratioOf(rates(all.get(name)?.get('ours')), rates(all.get(name)?.get('naive'))).median;
  const scaling = ratioOf(
    rates(all.get('one hot product, 64 clients')?.get('ours')),
    rates(all.get('one hot product, 16 clients')?.get('ours')),
  );
  const lostByOurs = [...lost]
    .filter(([name]) => name.endsWith(', ours'))
    .reduce((sum, [, units]) => sum + Math.abs(units), 0);
  const text = [
    table(['orders', 'placed by', 'throughput, x naive', 'x bare operations', 'orders/s', 'p50 ms', 'p99 ms'], rows),
    '',
    table(
      ['lost updates', 'units that were ordered and are still in stock'],
      [...lost].map(([name, units]) => [name, String(units)]),
    ),
    '',
    `Orders answered as PENDING because their deadline of 3 s had come, all of them settled later: ${contestants[0]?.pending?.() ?? 0}.`,
    '',
    `- no lost update: ${lostByOurs}, ${verdict(lostByOurs === 0)}`,
    ...CLIENTS.map((clients, n) => {
      const [value, target] = [ratio(`many products, ${clients} clients`), TARGETS[server][n] ?? NaN];
      return `- many products, ${clients} clients, at least ${target} times the naive service's throughput: ${figure(value)}, ${verdict(value >= target)}`;
    }),
    `- one hot product, throughput at 64 clients no lower than at 16: ${ratioText(scaling)}, ${verdict(scaling.median >= 1)}`,
  ].join('\n');
  const plot = {
    title: server === 'mongodb' ? 'Orders placed, on MongoDB' : 'Orders placed',
    axis: 'times the naive service; the line goes from quartile to quartile',
    groups: [...all].map(([name, results]) => ({
      name,
      bars: [...results].map(([contestant, loads]) => {
        const { median: value, low, high } = ratioOf(rates(loads), rates(results.get('naive')));
        return { name: contestant, value, low, high };
      }),
    })),
  };
  report(server === 'mongodb' ? 'orders-mongodb' : 'orders', text, plot, save);
} finally {
  await database.close();
  for (const each of stack) await each[Symbol.asyncDispose]();
  await system[Symbol.asyncDispose]();
}
process.exit(0);
