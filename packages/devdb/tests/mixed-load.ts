/**
 * A load whose outcome is known: inserts, conditional updates and multi-document transactions by several workers, with a record
 * of what the server acknowledged, and the comparison of that record with what the server serves after a crash.
 */
import { isNativeError } from 'node:util/types';
import { expect } from '@jest/globals';
import { mongo } from 'mongoose';

const WORKERS = 6;
const ACCOUNTS = 10;
const OPENING_BALANCE = 1_000;
const SHELVES = 20;
const DATABASE = 'faults';
const DUPLICATE_KEY = 11_000;

interface Item {
  _id: number;
  key: string;
  shelf: number;
  version: number;
}
interface Account {
  _id: number;
  balance: number;
}
interface Transfer {
  _id: number;
  from: number;
  to: number;
  amount: number;
}

interface Collections {
  items: mongo.Collection<Item>;
  accounts: mongo.Collection<Account>;
  transfers: mongo.Collection<Transfer>;
}

const collectionsOf = (client: mongo.MongoClient): Collections => ({
  items: client.db(DATABASE).collection('items'),
  accounts: client.db(DATABASE).collection('accounts'),
  transfers: client.db(DATABASE).collection('transfers'),
});

export class MixedLoad {
  /** The versions that an item may have: one when the last write was acknowledged, two when its answer never came. */
  readonly items = new Map<number, number[]>();
  /** Items whose insert was never answered: there or not. */
  readonly unanswered = new Set<number>();
  /** Items whose insert was refused, as duplicates of another's key: never there. */
  readonly refused = new Set<number>();
  readonly transfers = new Map<number, 'committed' | 'aborted' | 'unanswered'>();
  readonly counts = { acknowledged: 0, committed: 0, aborted: 0, unanswered: 0 };

  readonly #random: () => number;
  #nextId = 1;
  #waiting: { count: number; resolve: () => void } | undefined;

  constructor(random: () => number) {
    this.#random = random;
  }

  async prepare(client: mongo.MongoClient): Promise<void> {
    const { items, accounts, transfers } = collectionsOf(client);
    await items.createIndexes([{ key: { key: 1 }, unique: true }]);
    await items.createIndexes([{ key: { shelf: 1, version: -1 } }]);
    await transfers.createIndexes([{ key: { from: 1 } }]);
    await accounts.insertMany(Array.from({ length: ACCOUNTS }, (_, _id) => ({ _id, balance: OPENING_BALANCE })));
  }

  /** Resolves once the server has acknowledged so many more writes. */
  afterAcknowledging(count: number): Promise<void> {
    return new Promise((resolve) => {
      this.#waiting = { count: this.counts.acknowledged + count, resolve };
    });
  }

  /** Works until the server is gone. @throws Error when the server, being there, answers what it must not */
  async run(client: mongo.MongoClient): Promise<void> {
    await Promise.all(
      Array.from({ length: WORKERS }, async (_, worker) => {
        while (await this.#step(client, worker));
      }),
    );
  }

  /** @returns false when the server was gone */
  async #step(client: mongo.MongoClient, worker: number): Promise<boolean> {
    const collections = collectionsOf(client);
    const kind = this.#random();
    if (kind < 0.35) return this.#insert(collections);
    if (kind < 0.45) return this.#insertDuplicate(collections);
    if (kind < 0.7) return this.#update(collections, worker);
    return this.#transfer(client, collections);
  }

  async #insert({ items }: Collections): Promise<boolean> {
    const _id = this.#nextId++;
    const answer = await answerOf(
      items.insertOne({ _id, key: `key-${String(_id)}`, shelf: this.#pick(SHELVES), version: 0 }),
    );
    if (answer === undefined) this.unanswered.add(_id);
    else this.items.set(_id, [0]);
    return this.#count(answer);
  }

  async #insertDuplicate({ items }: Collections): Promise<boolean> {
    const other = [...this.items.keys()][this.#pick(this.items.size)];
    if (other === undefined) return true;
    const _id = this.#nextId++;
    this.refused.add(_id);
    try {
      await items.insertOne({ _id, key: `key-${String(other)}`, shelf: 0, version: 0 });
    } catch (error) {
      if (error instanceof mongo.MongoServerError && error.code === DUPLICATE_KEY) return true;
      if (isGone(error)) return false;
      throw error;
    }
    throw new Error(`the key of item ${String(other)} was taken twice`);
  }

  /** Each item has one worker that updates it, so its version is known; a condition on a version of the past must not match. */
  async #update({ items }: Collections, worker: number): Promise<boolean> {
    const own = [...this.items].filter(([id]) => id % WORKERS === worker);
    const [_id, [version] = []] = own[this.#pick(own.length)] ?? [];
    if (_id === undefined || version === undefined) return true;
    const stale = this.#random() < 0.2;
    const filter = { _id, version: stale ? version - 1 : version };
    const answer = await answerOf(
      items.updateOne(filter, { $inc: { version: 1 }, $set: { shelf: this.#pick(SHELVES) } }),
    );
    if (answer !== undefined && answer.matchedCount !== (stale ? 0 : 1))
      throw new Error(`item ${String(_id)}: ${JSON.stringify(filter)} matched ${String(answer.matchedCount)}`);
    if (!stale) this.items.set(_id, answer === undefined ? [version, version + 1] : [version + 1]);
    return this.#count(answer);
  }

  async #transfer(client: mongo.MongoClient, { accounts, transfers }: Collections): Promise<boolean> {
    const _id = this.#nextId++;
    const from = this.#pick(ACCOUNTS);
    const to = (from + 1 + this.#pick(ACCOUNTS - 1)) % ACCOUNTS;
    const amount = 1 + this.#pick(50);
    // Until a commit is asked for, whatever happens is an abort.
    this.transfers.set(_id, 'aborted');
    const session = client.startSession();
    try {
      session.startTransaction();
      await accounts.updateOne({ _id: from }, { $inc: { balance: -amount } }, { session });
      await transfers.insertOne({ _id, from, to, amount }, { session });
      await accounts.updateOne({ _id: to }, { $inc: { balance: amount } }, { session });
      if (this.#random() < 0.2) {
        await session.abortTransaction();
        this.counts.aborted += 1;
        return true;
      }
      this.transfers.set(_id, 'unanswered');
      await session.commitTransaction();
      this.transfers.set(_id, 'committed');
      this.counts.committed += 1;
      return this.#count(true);
    } catch (error) {
      if (isGone(error)) return this.#count(undefined);
      // Another transaction wrote one of the accounts first.
      if (error instanceof mongo.MongoServerError && error.hasErrorLabel('TransientTransactionError')) {
        this.transfers.set(_id, 'aborted');
        await session.abortTransaction().catch(() => undefined);
        return true;
      }
      throw error;
    } finally {
      await session.endSession({ force: true }).catch(() => undefined);
    }
  }

  #pick(count: number): number {
    return Math.floor(this.#random() * count);
  }

  #count(answer: unknown): boolean {
    if (answer === undefined) {
      this.counts.unanswered += 1;
      return false;
    }
    this.counts.acknowledged += 1;
    if (this.#waiting !== undefined && this.counts.acknowledged >= this.#waiting.count) this.#waiting.resolve();
    return true;
  }
}

/** What was acknowledged, or undefined when the server was gone before it answered. */
async function answerOf<T>(reply: Promise<T>): Promise<T | undefined> {
  try {
    return await reply;
  } catch (error) {
    if (isGone(error)) return undefined;
    throw error;
  }
}

/**
 * Whether the error is the client's, about a connection, and no answer of the server's. The driver doesn't wrap what a socket
 * says while it waits for its 'drain'.
 */
export const isGone = (error: unknown): boolean =>
  error instanceof mongo.MongoError
    ? !(error instanceof mongo.MongoServerError)
    : isNativeError(error) && 'syscall' in error;

/** Compares all that the server serves with the load's record, and settles there what was unanswered. */
export async function verify(client: mongo.MongoClient, load: MixedLoad): Promise<void> {
  const { items, accounts, transfers } = collectionsOf(client);
  const found = new Map((await scan(items)).map((item) => [item._id, item]));

  for (const [id, versions] of load.items) {
    const item = found.get(id);
    expect(item).toMatchObject({ key: `key-${String(id)}` });
    expect(versions).toContain(item?.version);
    load.items.set(id, [item?.version ?? NaN]);
  }
  for (const id of load.unanswered) if (found.has(id)) load.items.set(id, [0]);
  load.unanswered.clear();
  // No other item is there: none that was refused, none that nobody wrote.
  expect([...found.keys()].filter((id) => !load.items.has(id))).toEqual([]);
  expect(new Set([...found.values()].map(({ key }) => key)).size).toBe(found.size);

  const done = await scan(transfers);
  const doneIds = new Set(done.map(({ _id }) => _id));
  for (const [id, state] of load.transfers) {
    if (state !== 'unanswered')
      expect({ id, visible: doneIds.has(id) }).toEqual({ id, visible: state === 'committed' });
    else load.transfers.set(id, doneIds.has(id) ? 'committed' : 'aborted');
  }
  expect(done.filter(({ _id }) => !load.transfers.has(_id))).toEqual([]);
  // A transfer is there with both its sides, or not at all.
  for (const { _id, balance } of await scan(accounts)) {
    const paid = done.filter(({ from }) => from === _id).reduce((sum, { amount }) => sum + amount, 0);
    const received = done.filter(({ to }) => to === _id).reduce((sum, { amount }) => sum + amount, 0);
    expect({ _id, balance }).toEqual({ _id, balance: OPENING_BALANCE - paid + received });
  }

  await expectAgreement(items, ['_id_', 'key_1', 'shelf_1_version_-1']);
  await expectAgreement(transfers, ['_id_', 'from_1']);
  for (let shelf = 0; shelf < SHELVES; shelf += 5) {
    const byIndex = await items.find({ shelf }, { hint: { shelf: 1, version: -1 } }).toArray();
    expect(byIndex.map(({ _id }) => _id).sort()).toEqual(
      [...found.values()]
        .filter((item) => item.shelf === shelf)
        .map(({ _id }) => _id)
        .sort(),
    );
  }
}

const scan = async <T extends mongo.BSON.Document>(collection: mongo.Collection<T>): Promise<mongo.WithId<T>[]> =>
  collection.find({}, { hint: { $natural: 1 } }).toArray();

/** Every index leads to every document, and to the same one that a full scan finds. */
async function expectAgreement<T extends { _id: number }>(
  collection: mongo.Collection<T>,
  indexes: readonly string[],
): Promise<void> {
  const byId = (a: { _id: unknown }, b: { _id: unknown }): number => Number(a._id) - Number(b._id);
  const scanned = (await scan(collection)).sort(byId);
  for (const hint of indexes) expect((await collection.find({}, { hint }).toArray()).sort(byId)).toEqual(scanned);
}
