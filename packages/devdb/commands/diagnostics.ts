/** What a client asks of the server itself: hello, ping, its version, its statistics. */
import os from 'node:os';
import { Long } from 'bson';
import { MAX_DOCUMENT_BYTES } from '../bson/raw.ts';
import { isDoc, type Doc } from '../bson/values.ts';
import { commandError } from '../errors.ts';
import type { Collection } from '../storage/collection.ts';
import { SESSION_TIMEOUT_MINUTES } from '../transactions/sessions.ts';
import { MAX_MESSAGE_BYTES } from '../wire/messages.ts';
import { numberArgument } from './arguments.ts';
import type { Command, CommandContext, Reply } from './context.ts';

/** The release of MongoDB whose behaviour this server follows, by which drivers choose what to send. */
export const VERSION = '8.0.0';
const MAX_WIRE_VERSION = 25;

/** Without hosts and setName drivers don't connect; without logicalSessionTimeoutMinutes they use no transactions. */
function hello({ body, request, connection, server }: CommandContext): Reply {
  const client = body['client'];
  const application = isDoc(client) ? client['application'] : undefined;
  if (isDoc(application) && typeof application['name'] === 'string') connection.appName = application['name'];
  const address = server.address();
  return {
    ...(request.name === 'hello' ? { isWritablePrimary: true } : { ismaster: true }),
    helloOk: true,
    hosts: [address],
    setName: 'devdb',
    setVersion: 1,
    secondary: false,
    primary: address,
    me: address,
    maxBsonObjectSize: MAX_DOCUMENT_BYTES,
    maxMessageSizeBytes: MAX_MESSAGE_BYTES,
    maxWriteBatchSize: 100_000,
    localTime: new Date(),
    logicalSessionTimeoutMinutes: SESSION_TIMEOUT_MINUTES,
    connectionId: connection.id,
    minWireVersion: 0,
    maxWireVersion: MAX_WIRE_VERSION,
    readOnly: false,
  };
}

function buildInfo(): Reply {
  return {
    version: VERSION,
    versionArray: VERSION.split('.').map(Number).concat(0),
    gitVersion: 'devdb',
    modules: [],
    bits: 64,
    debug: false,
    maxBsonObjectSize: MAX_DOCUMENT_BYTES,
    storageEngines: ['devdb'],
  };
}

function getParameter({ body, server }: CommandContext): Reply {
  const parameters: Doc = {
    featureCompatibilityVersion: { version: '8.0' },
    authenticationMechanisms: [],
    requireApiVersion: false,
    transactionLifetimeLimitSeconds: Math.round(server.transactions.lifetimeMs / 1000),
    enableTestCommands: server.failpoints !== undefined,
  };
  if (body['getParameter'] === '*') return parameters;
  const found = Object.entries(parameters).filter(([name]) => name in body);
  if (found.length === 0) throw commandError('InvalidOptions', 'no option found to get');
  return Object.fromEntries(found);
}

function serverStatus({ server }: CommandContext): Reply {
  const { rss, heapUsed } = process.memoryUsage();
  const { counters } = server;
  return {
    host: `${os.hostname()}:${server.address().split(':').at(-1) ?? ''}`,
    version: VERSION,
    process: 'devdb',
    pid: Long.fromNumber(process.pid),
    uptime: Math.floor((Date.now() - server.startedAt) / 1000),
    uptimeMillis: Long.fromNumber(Date.now() - server.startedAt),
    localTime: new Date(),
    connections: { current: counters.connections, available: 100_000, totalCreated: counters.connectionsCreated },
    opcounters: {
      insert: counters.commands['insert'] ?? 0,
      query: counters.commands['find'] ?? 0,
      update: counters.commands['update'] ?? 0,
      delete: counters.commands['delete'] ?? 0,
      getmore: counters.commands['getMore'] ?? 0,
      command: Object.values(counters.commands).reduce((sum, each) => sum + each, 0),
    },
    mem: {
      bits: 64,
      resident: Math.round(rss / 1024 / 1024),
      virtual: Math.round(heapUsed / 1024 / 1024),
      supported: true,
    },
    metrics: { cursor: { open: { total: server.cursors.size } } },
    transactions: { currentOpen: server.transactions.open.size },
    logicalSessionRecordCache: { activeSessionsCount: server.sessions.size },
    storageEngine: { name: 'devdb', supportsCommittedReads: true, persistent: true, fsync: server.fsync },
    repl: { setName: 'devdb', hosts: [server.address()], isWritablePrimary: true, secondary: false },
  };
}

function sizes(collections: readonly Collection[]): {
  objects: number;
  dataSize: number;
  indexes: number;
  indexSize: number;
} {
  const sum = (of: (collection: Collection) => number): number =>
    collections.reduce((total, each) => total + of(each), 0);
  return {
    objects: sum(({ records }) => records.size),
    dataSize: sum(({ dataSize }) => dataSize),
    indexes: sum(({ indexes }) => indexes.length),
    // Estimated: a key of some 24 bytes an entry.
    indexSize: sum(({ indexes }) => indexes.reduce((size, { tree }) => size + tree.size * 24, 0)),
  };
}

function dbStats({ body, request, server }: CommandContext): Reply {
  const scale = numberArgument('scale', body['scale'], 1);
  const collections = server.store.collections(request.db);
  const { objects, dataSize, indexes, indexSize } = sizes(collections);
  return {
    db: request.db,
    collections: collections.length,
    views: 0,
    objects,
    avgObjSize: objects === 0 ? 0 : dataSize / objects,
    dataSize: dataSize / scale,
    storageSize: dataSize / scale,
    indexes,
    indexSize: indexSize / scale,
    totalSize: (dataSize + indexSize) / scale,
    scaleFactor: scale,
  };
}

/** What `collStats` and `$collStats: {storageStats: {}}` say of a collection; of none, that it is empty. */
export function collectionStats(ns: string, collection: Collection | undefined, scale = 1): Doc {
  const { objects, dataSize, indexes, indexSize } = sizes(collection === undefined ? [] : [collection]);
  return {
    ns,
    count: objects,
    size: dataSize / scale,
    avgObjSize: objects === 0 ? 0 : Math.round(dataSize / objects),
    storageSize: dataSize / scale,
    capped: false,
    nindexes: indexes,
    indexSizes: Object.fromEntries(
      (collection?.indexes ?? []).map(({ spec, tree }) => [spec.name, (tree.size * 24) / scale]),
    ),
    totalIndexSize: indexSize / scale,
    totalSize: (dataSize + indexSize) / scale,
    scaleFactor: scale,
  };
}

function collStats({ body, ns, work }: CommandContext): Reply {
  return collectionStats(ns, work.collection(ns), numberArgument('scale', body['scale'], 1));
}

function connectionStatus(): Reply {
  return { authInfo: { authenticatedUsers: [], authenticatedUserRoles: [], authenticatedUserPrivileges: [] } };
}

/** mongosh asks for start-up warnings when it connects. */
function getLog({ body }: CommandContext): Reply {
  if (body['getLog'] === '*') return { names: ['startupWarnings'] };
  return { totalLinesWritten: 0, log: [] };
}

export const diagnosticCommands: Readonly<Record<string, Command>> = {
  hello: { run: hello },
  ismaster: { run: hello },
  isMaster: { run: hello },
  ping: { run: () => ({}) },
  buildInfo: { run: buildInfo },
  buildinfo: { run: buildInfo },
  getParameter: { run: getParameter },
  serverStatus: { run: serverStatus },
  connectionStatus: { run: connectionStatus },
  dbStats: { run: dbStats },
  dbstats: { run: dbStats },
  collStats: { run: collStats },
  collstats: { run: collStats },
  getLog: { run: getLog },
};
