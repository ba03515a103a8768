/**
 * A real MongoDB as the database of a test system: a mongod of its own, which is a replica set of one member, started by
 * mongodb-memory-server-core. MONGOMS_SYSTEM_BINARY names a mongod that is there already; otherwise one is downloaded.
 */
import { mkdir } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { MongoInstance, MongoInstanceEvents } from 'mongodb-memory-server-core/lib/util/MongoInstance.js';
import { mongo } from 'mongoose';
import type { Child, Exit } from '../start/process.ts';

const REPLICA_SET = 'rs0';
const LAUNCH_MS = 60_000;
const POLL_MS = 20;
/** MongoDB's error code. */
const ALREADY_INITIALIZED = 23;

/** Small, because several systems run side by side; and with failpoints, which tests of outages set. */
const ARGUMENTS = [
  ...['--wiredTigerCacheSizeGB', '0.5'],
  ...['--setParameter', 'diagnosticDataCollectionEnabled=false'],
  ...['--setParameter', 'enableTestCommands=1'],
];

/**
 * Starts a mongod on the files of `dataDir`, which may be those of one that was killed. Its address is there once it
 * takes writes. Never throws: one that can't start counts as one that exited.
 * @param print is called with everything that it writes
 */
export function spawnMongod(port: number, dataDir: string, print: (text: string) => void): Child<'mongod'> {
  const instance = new MongoInstance({
    instance: {
      port,
      dbPath: dataDir,
      ip: '127.0.0.1',
      replSet: REPLICA_SET,
      storageEngine: 'wiredTiger',
      launchTimeout: LAUNCH_MS,
      args: ARGUMENTS,
    },
  });
  for (const event of [MongoInstanceEvents.instanceSTDOUT, MongoInstanceEvents.instanceSTDERR]) {
    instance.on(event, (text: string) => {
      print(`${text}\n`);
    });
  }
  let fail: (error: unknown) => void;
  const exited = new Promise<Exit>((resolve) => {
    instance.once(MongoInstanceEvents.instanceClosed, (code: number | null, signal: NodeJS.Signals | null) => {
      resolve({ code, signal });
    });
    fail = (error) => {
      print(`${String(error)}\n`);
      resolve({ code: 1, signal: null });
    };
  });
  const started = mkdir(dataDir, { recursive: true }).then(() => instance.start());
  started.catch((error: unknown) => {
    fail(error);
  });
  const ended = exited.then(() => {
    throw new Error('mongod ended before it took writes');
  });
  const address = started.then(async () => {
    await Promise.race([becomePrimary(port), ended]);
    return `mongodb://127.0.0.1:${String(port)}`;
  });
  // Not every caller awaits the address.
  for (const each of [address, ended]) each.catch(() => undefined);
  const launched = started.catch(() => undefined);
  return {
    name: 'mongod',
    get pid() {
      return instance.mongodProcess?.pid ?? 0;
    },
    address,
    exited,
    async end() {
      await launched;
      await instance.stop();
      return exited;
    },
    async kill() {
      await launched;
      instance.mongodProcess?.kill('SIGKILL');
      return exited;
    },
  };
}

/** Makes the server a replica set of one member, unless its files say that it is one, and waits until it takes writes. */
async function becomePrimary(port: number): Promise<void> {
  const client = new mongo.MongoClient(`mongodb://127.0.0.1:${String(port)}/?directConnection=true`);
  try {
    const members = [{ _id: 0, host: `127.0.0.1:${String(port)}` }];
    await client
      .db('admin')
      .command({ replSetInitiate: { _id: REPLICA_SET, members } })
      .catch((error: unknown) => {
        if (!(error instanceof mongo.MongoServerError && error.code === ALREADY_INITIALIZED)) throw error;
      });
    for (;;) {
      const { isWritablePrimary } = await client.db('admin').command({ hello: 1 });
      if (isWritablePrimary === true) return;
      await sleep(POLL_MS);
    }
  } finally {
    await client.close();
  }
}
