/**
 * What devdb costs: five operations of a shop through Mongoose on 100,000 documents, each as a ratio to a server that answers
 * canned replies (canned.ts), which is the limit that the driver sets; and start-up time and memory against data size.
 *
 *     npm run bench:devdb [-- --fsync]
 *
 * The two servers are asked in turn, round by round, in processes of their own, one request at a time: the ratio is devdb's rate
 * by the canned server's, 1 when devdb costs nothing. A round's noise hits both sides, so the median of the ratios holds on a busy
 * machine where the rates do not.
 */
import { randomInt } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { performance } from 'node:perf_hooks';

import mongoose, { type Model, Schema, Types } from 'mongoose';

import { DevdbProcess } from '../devdb/process.ts';
import { record, startCanned } from './canned.ts';

const DOCUMENTS = 100_000;
const CUSTOMERS = DOCUMENTS / 50;
const ROUNDS = 15;
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
  readonly name: string;
  /** The ratio that devdb is to reach. */
  readonly target?: number;
  readonly run: (orders: Model<Order>) => Promise<unknown>;
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

/** A client of the server at `port`, and none of the others that its hello may name. */
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

async function timeRound({ run }: Operation, orders: Model<Order>): Promise<number> {
  const from = performance.now();
  for (let i = 0; i < PER_ROUND; i++) await run(orders);
  return performance.now() - from;
}

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
  console.log('operation            ratio  (quartiles)     devdb/s  canned/s  target');
  for (const [i, operation] of operations.entries()) {
    await using limit = await connect(canned.ports[i] ?? 0);
    // The first round warms both up and doesn't count.
    const times: { real: number; limit: number }[] = [];
    for (let round = 0; round <= ROUNDS; round++) {
      const first = round % 2 === 0 ? await timeRound(operation, real.orders) : undefined;
      const limitTime = await timeRound(operation, limit.orders);
      times.push({ real: first ?? (await timeRound(operation, real.orders)), limit: limitTime });
    }
    const counted = times.slice(1);
    const ratios = counted.map((time) => time.limit / time.real);
    const rate = (side: 'real' | 'limit'): string =>
      (
        (PER_ROUND * 1000) /
        quantile(
          counted.map((time) => time[side]),
          0.5,
        )
      ).toFixed(0);
    const median = quantile(ratios, 0.5);
    const { target } = operation;
    const verdict = target === undefined ? '' : `${target} ${median >= target ? 'met' : 'MISSED'}`;
    const spread = `(${quantile(ratios, 0.25).toFixed(2)} to ${quantile(ratios, 0.75).toFixed(2)})`;
    console.log(
      `${operation.name.padEnd(20)} ${median.toFixed(2).padStart(5)}  ${spread.padEnd(14)} ${rate('real').padStart(8)} ${rate('limit').padStart(9)}  ${verdict}`,
    );
  }
}

async function weigh(dataDir: string, count: number): Promise<void> {
  nextNumber = 0;
  {
    await using devdb = await DevdbProcess.start({ dataDir, fsync: false });
    await load(devdb.port, count);
  }
  const from = performance.now();
  await using devdb = await DevdbProcess.start({ dataDir, fsync });
  await using client = await connect(devdb.port);
  const found = await client.orders.countDocuments();
  const ready = performance.now() - from;
  if (found !== count) throw new Error(`${found} of ${count} documents came back`);
  console.log(
    `${String(count).padStart(9)}  ${ready.toFixed(0).padStart(8)} ms  ${((await devdb.residentBytes()) / 1e6).toFixed(0).padStart(7)} MB`,
  );
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
console.log('\ndocuments  ready after  resident');
for (const count of [0, 10_000, DOCUMENTS]) await withFolder((folder) => weigh(folder, count));
