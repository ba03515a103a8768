/**
 * The speed of devdb: five operations of a shop through Mongoose on 100,000 documents, each as a ratio to a server with
 * canned replies (canned.ts), which is the limit that the driver sets; and start-up time and memory by data size.
 *
 *     npm run bench:devdb [-- --fsync]
 *
 * The two servers run in separate processes and take turns, round by round, one request at a time. The first ratio is
 * devdb's rate divided by the canned server's (1 if devdb takes no time), as the median of the rounds. The second is
 * the ratio of the CPU time of client and server together, which is also valid on a busy machine.
 */
import { randomInt } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { performance } from 'node:perf_hooks';
import mongoose, { type Model, Schema, Types } from 'mongoose';
import { cpuOf, record, startCanned } from './canned.ts';
import { DevdbProcess } from '@order-supergraph/devdb/tests/process';

const DOCUMENTS = 100_000;
const CUSTOMERS = DOCUMENTS / 50;
/** Rounds that don't count: V8 optimizes a server's code while it runs, and devdb has more of it. */
const WARM_UP = 10;
const ROUNDS = 15;
const STARTS = 5;
const PER_ROUND = 200;
const fsync = process.argv.includes('--fsync');

interface Order {
  _id: Types.ObjectId;
  number: number;
  customer: string;
  status: string;
  stock: number;
  placedAt: Date;
  lines: { sku: string; quantity: number; price: number }[];
}

const orderSchema = new Schema<Order>({
  number: { type: Number, unique: true },
  customer: String,
  status: String,
  stock: Number,
  placedAt: Date,
  lines: [{ _id: false, sku: String, quantity: Number, price: Number }],
});
orderSchema.index({ customer: 1, placedAt: -1 });

let nextNumber = 0;
function newOrder(): Order {
  const number = nextNumber++;
  return {
    _id: new Types.ObjectId(),
    number,
    customer: `customer-${number % CUSTOMERS}`,
    status: 'placed',
    stock: 1_000_000,
    placedAt: new Date(1_700_000_000_000 + number * 60_000),
    lines: [1, 2, 3].map((line) => ({ sku: `sku-${(number * line) % 1000}`, quantity: line, price: 1999 })),
  };
}

const ids: Types.ObjectId[] = [];
const anyId = (): Types.ObjectId => ids[randomInt(ids.length)] ?? new Types.ObjectId();

interface Operation {
  name: string;
  /** The ratio that devdb must reach. */
  target?: number;
  run: (orders: Model<Order>) => Promise<unknown>;
}

const operations: readonly Operation[] = [
  { name: 'insertOne', target: 0.7, run: (orders) => orders.create(newOrder()) },
  { name: 'findById', target: 0.7, run: (orders) => orders.findById(anyId()) },
  {
    name: 'find 20 by index',
    run: (orders) =>
      orders
        .find({ customer: `customer-${randomInt(CUSTOMERS)}` })
        .sort({ placedAt: -1 })
        .limit(20),
  },
  {
    name: 'findOneAndUpdate',
    target: 0.5,
    run: (orders) =>
      orders.findOneAndUpdate(
        { _id: anyId(), stock: { $gte: 1 } },
        { $inc: { stock: -1 } },
        { returnDocument: 'after' },
      ),
  },
  {
    name: 'transaction of 2',
    run: (orders) =>
      orders.db.transaction(async (session) => {
        await orders.updateOne({ _id: anyId() }, { $inc: { stock: -1 } }, { session });
        await orders.updateOne({ _id: anyId() }, { $inc: { stock: 1 } }, { session });
      }),
  },
];

/** A client of the server at `port`, which ignores other hosts in its `hello`. */
async function connect(port: number): Promise<{ orders: Model<Order> } & AsyncDisposable> {
  const connection = await mongoose
    .createConnection(`mongodb://127.0.0.1:${port}/bench?directConnection=true`, {
      autoIndex: false,
      autoCreate: false,
    })
    .asPromise();
  return { orders: connection.model('Order', orderSchema), [Symbol.asyncDispose]: () => connection.close(true) };
}

async function load(port: number, count: number): Promise<void> {
  await using client = await connect(port);
  await client.orders.createCollection();
  await client.orders.createIndexes();
  for (let done = 0; done < count; done += 5_000) {
    const batch = Array.from({ length: Math.min(5_000, count - done) }, newOrder);
    await client.orders.collection.insertMany(batch);
    ids.push(...batch.map(({ _id }) => _id));
  }
}

interface Cost {
  /** Elapsed milliseconds. */
  time: number;
  /** Microseconds of CPU time, of the client and of the server. */
  client: number;
  server: number;
}

async function round({ run }: Operation, orders: Model<Order>, serverCpu: () => Promise<number>): Promise<Cost> {
  const serverFrom = await serverCpu();
  const clientFrom = process.cpuUsage();
  const from = performance.now();
  for (let i = 0; i < PER_ROUND; i++) await run(orders);
  const time = performance.now() - from;
  const client = cpuOf(process.cpuUsage(clientFrom));
  return { time, client, server: (await serverCpu()) - serverFrom };
}

const median = (values: readonly number[]): number => quantile(values, 0.5);
const quantile = (values: readonly number[], q: number): number =>
  values.toSorted((a, b) => a - b)[Math.round(q * (values.length - 1))] ?? NaN;

async function compare(dataDir: string): Promise<void> {
  await using devdb = await DevdbProcess.start({ dataDir, fsync });
  await load(devdb.port, DOCUMENTS);
  const tapes = [];
  for (const { run } of operations) {
    tapes.push(
      await record(devdb.port, async (proxyPort) => {
        await using client = await connect(proxyPort);
        await run(client.orders);
      }),
    );
  }
  using canned = await startCanned(tapes);
  await using real = await connect(devdb.port);

  console.log(`\n${DOCUMENTS} documents, ${ROUNDS} rounds of ${PER_ROUND}, fdatasync ${fsync ? 'on' : 'off'}`);
  console.log('operation          ratio  (quartiles)    CPU ratio  CPU us: client  devdb  canned     per s  target');
  const cpu = async (): Promise<number> => (await devdb.usage()).cpu;
  for (const [i, operation] of operations.entries()) {
    await using limit = await connect(canned.ports[i] ?? 0);
    const rounds: { real: Cost; limit: Cost }[] = [];
    // The servers alternate in going first.
    for (let n = 0; n < WARM_UP + ROUNDS; n++) {
      const early = n % 2 === 0 ? await round(operation, real.orders, cpu) : undefined;
      const limitCost = await round(operation, limit.orders, canned.cpu);
      rounds.push({ real: early ?? (await round(operation, real.orders, cpu)), limit: limitCost });
    }
    report(operation, rounds.slice(WARM_UP));
  }
}

function report({ name, target }: Operation, rounds: readonly { real: Cost; limit: Cost }[]): void {
  const ratios = rounds.map(({ real, limit }) => limit.time / real.time);
  const cpuRatio = median(rounds.map(({ real, limit }) => (limit.client + limit.server) / (real.client + real.server)));
  const perOperation = (of: (round: { real: Cost; limit: Cost }) => number): number =>
    median(rounds.map(of)) / PER_ROUND;
  const rate = 1000 / perOperation(({ real }) => real.time);
  console.log(
    [
      name.padEnd(18),
      median(ratios).toFixed(2).padStart(5),
      ` (${quantile(ratios, 0.25).toFixed(2)} to ${quantile(ratios, 0.75).toFixed(2)})`,
      cpuRatio.toFixed(2).padStart(10),
      perOperation(({ real }) => real.client)
        .toFixed(0)
        .padStart(15),
      perOperation(({ real }) => real.server)
        .toFixed(0)
        .padStart(6),
      perOperation(({ limit }) => limit.server)
        .toFixed(0)
        .padStart(7),
      rate.toFixed(0).padStart(9),
      target === undefined ? '' : ` ${target} ${median(ratios) >= target ? 'met' : 'missed'}`,
    ].join(' '),
  );
}

async function weigh(dataDir: string, count: number): Promise<void> {
  nextNumber = 0;
  {
    await using devdb = await DevdbProcess.start({ dataDir, fsync: false });
    await load(devdb.port, count);
  }
  const ready: number[] = [];
  const cpu: number[] = [];
  let residentBytes = 0;
  for (let start = 0; start < STARTS; start++) {
    const from = performance.now();
    await using devdb = await DevdbProcess.start({ dataDir, fsync });
    await using client = await connect(devdb.port);
    const found = await client.orders.estimatedDocumentCount();
    ready.push(performance.now() - from);
    if (found !== count) throw new Error(`${found} of ${count} documents came back`);
    const usage = await devdb.usage();
    cpu.push(usage.cpu / 1000);
    residentBytes = usage.residentBytes;
  }
  const range = (values: readonly number[]): string =>
    `${median(values).toFixed(0)} (${Math.min(...values).toFixed(0)}) ms`;
  const columns = [String(count), range(ready), range(cpu), `${(residentBytes / 1e6).toFixed(0)} MB`];
  console.log(columns.map((column) => column.padStart(16)).join(' '));
}

async function withFolder(use: (folder: string) => Promise<void>): Promise<void> {
  const folder = await mkdtemp(path.join(tmpdir(), 'devdb-bench-'));
  try {
    await use(folder);
  } finally {
    await rm(folder, { recursive: true });
  }
}

await withFolder(compare);
console.log(`\nOf ${STARTS} starts the median and the best, through tsx as npm start does:`);
console.log(['documents', 'ready after', 'CPU till then', 'resident'].map((column) => column.padStart(16)).join(' '));
for (const count of [0, 10_000, DOCUMENTS]) await withFolder((folder) => weigh(folder, count));
