/**
 * The gateway compared with its alternatives, on the same supergraph and the same in-memory subgraphs:
 *
 *     npm ci --prefix bench/peers      once, for the gateways that the product doesn't bring along
 *     npm run bench:gateway [-- --rounds 9 --seconds 2 --only ours,plain --part varied,small --save]
 *
 * Each gateway has its own core; clients and subgraphs share another. All run in production mode and get the same
 * bodies from the same number of clients, each of which waits for its answer before it sends the next request. Gateways
 * take turns, and the figures are ratios to a plain @apollo/gateway in the same round. A peer that isn't installed is
 * left out.
 */
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { freePort } from '../tests/harness.ts';
import { TEXTS, type Workload, createWorkloads } from './gateways/workloads.ts';
import { type Load, Poster, measure } from './load.ts';
import { Program, pinSelf } from './program.ts';
import { figure, interleave, median, ratioOf, ratioText, settings, verdict } from './ratios.ts';
import { report, table } from './report.ts';

const CLIENTS = 16;
/**
 * Before the first round of a workload: every text twice, for the caches, and as long as V8 needs to optimize the hot
 * code.
 */
const WARM_UP = 3 * TEXTS;
const WARM_UP_MS = 10_000;
/** The arguments of `npm run start:gateway`. */
const OURS = ['--max-semi-space-size=64', '--import', 'tsx', 'gateway/main.ts'];
const [GATEWAY_CORE, OTHER_CORE] = [0, 1];
const { rounds, seconds, save, wants, wantsPart } = settings({ rounds: 7, seconds: 2 });
const root = path.join(import.meta.dirname, '..');
const hive = path.join(import.meta.dirname, 'peers/node_modules/@graphql-hive/gateway/dist/bin.js');

interface Contestant {
  name: string;
  post: (body: string) => Promise<Buffer>;
  program: Program;
  residentMb: number;
}

/** The rounds of one contestant in one workload. */
type Results = Map<string, Load[]>;

async function startContestants(stack: Resources, subgraphs: Program, supergraph: string): Promise<Contestant[]> {
  const [customers = '', inventory = '', orders = ''] = subgraphs.addresses;
  const production = { NODE_ENV: 'production', APOLLO_TELEMETRY_DISABLED: 'true' };
  const ours = {
    ...production,
    LOG_LEVEL: 'error',
    GATEWAY_PORT: '0',
    CUSTOMERS_URL: customers,
    INVENTORY_URL: inventory,
    ORDERS_URL: orders,
    SUBGRAPH_TOKEN: 'a-secret-of-the-benchmark-and-no-more',
    AUTH_SECRET: 'another-secret-of-the-benchmark-alone',
    AUTH_ISSUER: 'bench',
    AUTH_AUDIENCE: 'bench',
    TRUSTED_DOCUMENTS: 'off',
  };
  const onHive = async (name: string, flags: string[]): Promise<[string, string[], Record<string, string>, RegExp]> => {
    const port = String(await freePort());
    return [
      name,
      [hive, 'supergraph', supergraph, '--host', '127.0.0.1', '--port', port, '--fork', '1', ...flags],
      { ...production, LOG_LEVEL: 'info' },
      new RegExp(`(?:[Ll]istening|[Rr]eady|[Ss]erv).*?(http://[\\w.]+:${port})`, 'g'),
    ];
  };
  const candidates: [string, string[], Record<string, string>, RegExp?][] = [
    ['ours', OURS, { ...ours, GATEWAY_EXECUTOR: 'own' }],
    ['ours on Apollo', OURS, { ...ours, GATEWAY_EXECUTOR: 'apollo' }],
    ['plain', ['--import', 'tsx', 'bench/gateways/plain.ts', supergraph], production],
  ];
  if (existsSync(hive)) {
    candidates.push(await onHive('hive JS', []), await onHive('hive Rust', ['--hive-router-runtime']));
  } else {
    console.log('@graphql-hive/gateway is left out: `npm ci --prefix bench/peers` installs it.');
  }
  const contestants: Contestant[] = [];
  for (const [name, args, env, listens] of candidates) {
    if (name !== 'plain' && !wants(name)) continue;
    try {
      const program = stack.use(
        await Program.start(args, { env, core: GATEWAY_CORE, cwd: root, ...(listens && { listens }) }),
      );
      const poster = stack.use(new Poster(`${program.address}/graphql`, CLIENTS));
      contestants.push({ name, program, residentMb: 0, post: (body) => poster.post(body) });
    } catch (error) {
      console.log(`${name} is left out: it does not start. ${String(error)}`);
    }
  }
  return contestants;
}

/** Disposes its members in the opposite order, like AsyncDisposableStack, which Node 20 lacks. */
class Resources implements AsyncDisposable {
  readonly #all: AsyncDisposable[] = [];
  use<T extends AsyncDisposable>(resource: T): T {
    this.#all.push(resource);
    return resource;
  }
  async [Symbol.asyncDispose](): Promise<void> {
    for (const resource of this.#all.toReversed()) await resource[Symbol.asyncDispose]();
  }
}

/** Every gateway must give the same answers as the plain one; otherwise the comparison is meaningless. */
async function checkAnswers(contestants: readonly Contestant[]): Promise<void> {
  for (const workload of createWorkloads()) {
    for (let n = 0; n < 3; n++) {
      const body = workload.next();
      const answers = await Promise.all(
        contestants.map(async ({ post }) => JSON.parse(String(await post(body))) as object),
      );
      const expected = answers[contestants.findIndex(({ name }) => name === 'plain')];
      for (const [index, answer] of answers.entries()) {
        if (!isDeepStrictEqual(answer, expected) || 'errors' in answer)
          throw new Error(
            `${contestants[index]?.name ?? ''} answers ${body} with ${JSON.stringify(answer).slice(0, 500)}`,
          );
      }
    }
  }
}

async function run(contestants: readonly Contestant[], workload: Workload): Promise<Results> {
  const results: Results = new Map(contestants.map(({ name }) => [name, []]));
  for (const { post } of contestants) {
    if (workload.name === 'never seen') break;
    let left = WARM_UP;
    const until = Date.now() + WARM_UP_MS;
    const loop = async (): Promise<void> => {
      while (left-- > 0 || Date.now() < until) await post(workload.next());
    };
    await Promise.all(Array.from({ length: CLIENTS }, loop));
  }
  await interleave(contestants, rounds, async (contestant, round) => {
    const load = await measure(() => contestant.post(workload.next()), {
      clients: CLIENTS,
      seconds,
      of: contestant.program,
    });
    if (round >= 0) results.get(contestant.name)?.push(load);
    contestant.residentMb = Math.max(contestant.residentMb, contestant.program.usage().residentMb);
  });
  return results;
}

const column = (loads: readonly Load[] | undefined, key: keyof Load): number[] =>
  (loads ?? []).map((load) => load[key]);

function rowsOf(workload: string, results: Results): string[][] {
  const plain = results.get('plain') ?? [];
  return [...results].map(([name, loads]) => [
    workload,
    name,
    ratioText(ratioOf(column(loads, 'perSecond'), column(plain, 'perSecond'))),
    figure(median(column(loads, 'perSecond'))),
    figure(median(column(loads, 'p50'))),
    figure(median(column(loads, 'p99'))),
    ratioText(ratioOf(column(loads, 'p99'), column(plain, 'p99'))),
    figure(median(column(loads, 'cpuMsPerRequest'))),
    ratioText(ratioOf(column(plain, 'cpuMsPerRequest'), column(loads, 'cpuMsPerRequest'))),
    figure(median(column(loads, 'freedKbPerRequest'))),
  ]);
}

/** The targets and whether they are met. */
function judge(all: ReadonlyMap<string, Results>): string[] {
  const lines: string[] = [];
  const ratio = (workload: string, name: string, key: keyof Load): number => {
    const results = all.get(workload);
    return ratioOf(column(results?.get(name), key), column(results?.get('plain'), key)).median;
  };
  const throughput = ratio('varied', 'ours', 'perSecond');
  const tail = ratio('varied', 'ours', 'p99');
  lines.push(
    `- varied documents, at least 4 times the plain gateway: ${figure(throughput)}, ${verdict(throughput >= 4)}`,
  );
  lines.push(`- varied documents, p99 at most 0.4 of the plain gateway's: ${figure(tail)}, ${verdict(tail <= 0.4)}`);
  for (const workload of ['varied', 'identical', 'small']) {
    const own = ratio(workload, 'ours', 'perSecond');
    const others = [...(all.get(workload)?.keys() ?? [])]
      .filter((name) => name !== 'ours' && name !== 'no gateway')
      .map((name) => ({ name, value: ratio(workload, name, 'perSecond') }))
      .sort((a, b) => b.value - a.value);
    const [next] = others;
    if (next === undefined) continue;
    lines.push(
      `- ${workload}, ahead of every other: ${figure(own)} to ${figure(next.value)} (${next.name}), ${verdict(own > next.value)}`,
    );
  }
  return lines;
}

const folder = await mkdtemp(path.join(tmpdir(), 'bench-gateway-'));
try {
  pinSelf(OTHER_CORE);
  await using stack = new Resources();
  const subgraphs = stack.use(
    await Program.start(['--import', 'tsx', 'bench/gateways/subgraphs.ts'], { core: OTHER_CORE }),
  );
  const supergraph = path.join(folder, 'supergraph.graphql');
  let sdl = await readFile(path.join(root, 'schema/supergraph.graphql'), 'utf8');
  for (const [n, url] of subgraphs.addresses.entries()) sdl = sdl.replace(`http://127.0.0.1:${4001 + n}/graphql`, url);
  await writeFile(supergraph, sdl);
  const contestants = await startContestants(stack, subgraphs, supergraph);
  await checkAnswers(contestants);

  // The limit: the rate if the clients send their requests directly to the first subgraph.
  const direct = stack.use(new Poster(subgraphs.addresses[2] ?? '', CLIENTS));
  const body = JSON.stringify({
    query: '{ orders(first: 20) { nodes { id number status createdAt total { amount currency } } } }',
  });
  contestants.push({ name: 'no gateway', program: subgraphs, residentMb: 0, post: () => direct.post(body) });

  const all = new Map<string, Results>();
  for (const workload of createWorkloads()) {
    if (!wantsPart(workload.name)) continue;
    console.error(`${workload.name} ...`);
    all.set(workload.name, await run(contestants, workload));
  }
  const text = [
    table(
      [
        'documents',
        'gateway',
        'throughput, x plain',
        'requests/s',
        'p50 ms',
        'p99 ms',
        'p99, x plain',
        'CPU ms/request',
        'requests/CPU second, x plain',
        'garbage KB/request',
      ],
      [...all].flatMap(([workload, results]) => rowsOf(workload, results)),
    ),
    '',
    `Most memory in use, MB: ${contestants
      .filter(({ name }) => name !== 'no gateway')
      .map(({ name, residentMb }) => `${name} ${residentMb.toFixed(0)}`)
      .join('; ')}.`,
    '',
    ...judge(all),
  ].join('\n');
  const plot = {
    title: 'Throughput of gateways, by documents',
    axis: 'times the plain gateway; the line goes from quartile to quartile',
    groups: [...all].map(([name, results]) => ({
      name,
      bars: [...results]
        .filter(([contestant]) => contestant !== 'no gateway')
        .map(([contestant, loads]) => {
          const {
            median: value,
            low,
            high,
          } = ratioOf(column(loads, 'perSecond'), column(results.get('plain'), 'perSecond'));
          return { name: contestant, value, low, high };
        }),
    })),
  };
  report('gateway', text, plot, save);
} finally {
  await rm(folder, { recursive: true });
}
