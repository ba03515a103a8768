/**
 * A real mongod, started by mongodb-memory-server-core: the database of a test system, as a replica set of one member, or
 * a member of a larger one (replica-set.ts). MONGOMS_SYSTEM_BINARY names a mongod that is there already; otherwise one is
 * downloaded.
 */
import { mkdir } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { MongoInstance, MongoInstanceEvents } from 'mongodb-memory-server-core/lib/util/MongoInstance.js';
import { mongo } from 'mongoose';
import type { Child, Exit } from '../start/process.ts';

export const REPLICA_SET = 'rs0';
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
 * Starts a mongod on the files of `dataDir`, which may be those of one that was killed. Its address is there once
 * `isReady` has resolved. Never throws: one that can't start counts as one that exited.
 * @param print is called with everything that it writes
 * @param isReady by default, it is made a replica set of its own, and takes writes
 */
export function spawnMongod(
  port: number,
  dataDir: string,
  print: (text: string) => void,
  isReady: (server: mongo.Db) => Promise<unknown> = async (server) => {
    await initiate(server, [port]);
    await untilState(server, 'isWritablePrimary');
  },
): Child<'mongod'> {
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
    await Promise.race([withServer(port, isReady), ended]);
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

/** Runs `work` with the admin database of one server, whatever its state. */
export async function withServer<T>(port: number, work: (server: mongo.Db) => Promise<T>): Promise<T> {
  const client = new mongo.MongoClient(`mongodb://127.0.0.1:${String(port)}/?directConnection=true`);
  try {
    return await work(client.db('admin'));
  } finally {
    await client.close();
  }
}

/** Makes servers a replica set, unless their files say that they are one. @param ports by which the members call each other */
export async function initiate(server: mongo.Db, ports: readonly number[]): Promise<void> {
  const members = ports.map((port, _id) => ({ _id, host: `127.0.0.1:${String(port)}` }));
  await server.command({ replSetInitiate: { _id: REPLICA_SET, members } }).catch((error: unknown) => {
    if (!(error instanceof mongo.MongoServerError && error.code === ALREADY_INITIALIZED)) throw error;
  });
}

/** Waits until a field of the answer to `hello` is true. */
export async function untilState(server: mongo.Db, ...fields: ('isWritablePrimary' | 'secondary')[]): Promise<void> {
  for (;;) {
    const hello = await server.command({ hello: 1 });
    if (fields.some((field) => hello[field] === true)) return;
    await sleep(POLL_MS);
  }
}
