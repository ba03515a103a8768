/** What collections and indexes there are: create, drop, list. */
import { Binary } from 'bson';
import { encode, equalValues, isDoc, type Doc, type Value } from '../bson/values.ts';
import { badValue, commandError, notSupported } from '../errors.ts';
import { compileFilter } from '../query/matcher.ts';
import type { Collection } from '../storage/collection.ts';
import { indexExists, parseIndexSpec, type IndexSpec } from '../storage/index-spec.ts';
import { countArgument, docArgument, docsArgument, flagArgument } from './arguments.ts';
import type { Command, CommandContext, Reply } from './context.ts';
import { isGeneric } from './fields.ts';
import { openCursor } from './read.ts';

/** Options of a collection; others ask for what there is not. */
const KEPT = new Set(['validator', 'validationLevel', 'validationAction']);

async function create(context: CommandContext): Promise<Reply> {
  const { body, ns, work } = context;
  const options: Doc = {};
  for (const [option, value] of Object.entries(body).slice(1)) {
    if (isGeneric(option) || option === 'autoIndexId') continue;
    if (KEPT.has(option)) options[option] = value;
    else if (value !== false && value !== null) {
      throw notSupported(`collection option '${option}'`);
    }
  }
  if (isDoc(options['validator'])) compileFilter(options['validator']);
  return context.attempt(() => {
    const existing = work.collection(ns);
    if (existing === undefined) work.create(ns, options);
    else if (!equalValues(existing.options, options)) {
      throw commandError(
        'NamespaceExists',
        `namespace ${ns} already exists, but with different options: ${JSON.stringify(existing.options)}`,
      );
    }
    return {};
  });
}

/** Drops one collection; waits for transactions that have written in it. */
function dropCollection({ direct, server }: CommandContext, collection: Collection): void {
  server.transactions.assertNoWriters(collection.ns);
  direct.change({ kind: 'drop', collection: collection.id });
}

async function drop(context: CommandContext): Promise<Reply> {
  const { ns, work } = context;
  return context.attempt((): Doc => {
    const collection = work.collection(ns);
    if (collection === undefined) return {};
    const nIndexesWas = collection.indexes.length;
    dropCollection(context, collection);
    return { nIndexesWas, ns };
  });
}

async function dropDatabase(context: CommandContext): Promise<Reply> {
  const { db } = context.request;
  const collections = context.server.store.collections(db);
  for (const { ns } of collections) {
    await context.attempt(() => {
      const collection = context.work.collection(ns);
      if (collection !== undefined) dropCollection(context, collection);
    });
  }
  return collections.length > 0 ? { dropped: db } : {};
}

function cursorOf(context: CommandContext, ns: string, docs: Iterable<Doc>): Reply {
  const options = docArgument('cursor', context.body['cursor']);
  const batchSize = countArgument('batchSize', options['batchSize'], Infinity);
  return openCursor(context, ns, [...docs].map(encode), batchSize);
}

function listCollections(context: CommandContext): Reply {
  const { body, request, server } = context;
  const matcher = compileFilter(docArgument('filter', body['filter']));
  const nameOnly = flagArgument(body['nameOnly']);
  const found = server.store
    .collections(request.db)
    .map((collection) => describe(collection, request.db))
    .filter((doc) => matcher.matches(doc))
    .map(({ name, type, ...rest }): Doc => ({ name: name ?? '', type: type ?? '', ...(nameOnly ? {} : rest) }));
  return cursorOf(context, `${request.db}.$cmd.listCollections`, found);
}

function describe({ id, ns, options }: Collection, db: string): Doc {
  // Any UUID will do that stays the same for as long as the collection lives.
  const uuid = Buffer.alloc(16);
  uuid.writeUInt32BE(id, 12);
  uuid[6] = 0x40;
  uuid[8] = 0x80;
  return {
    name: ns.slice(db.length + 1),
    type: 'collection',
    options,
    info: { readOnly: false, uuid: new Binary(uuid, Binary.SUBTYPE_UUID) },
    idIndex: { v: 2, key: { _id: 1 }, name: '_id_' },
  };
}

function listDatabases({ body, server }: CommandContext): Reply {
  const sizes = new Map<string, number>();
  for (const { ns, dataSize } of server.store.collections()) {
    const db = ns.slice(0, ns.indexOf('.'));
    sizes.set(db, (sizes.get(db) ?? 0) + dataSize);
  }
  const matcher = compileFilter(docArgument('filter', body['filter']));
  const all = [...sizes]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, sizeOnDisk]): Doc => ({ name, sizeOnDisk, empty: false }))
    .filter((doc) => matcher.matches(doc));
  if (flagArgument(body['nameOnly'])) return { databases: all.map(({ name }): Doc => ({ name: name ?? '' })) };
  const totalSize = [...sizes.values()].reduce((sum, size) => sum + size, 0);
  return { databases: all, totalSize, totalSizeMb: Math.floor(totalSize / 1024 / 1024) };
}

async function createIndexes(context: CommandContext): Promise<Reply> {
  const { body, ns, work, server } = context;
  const wanted = docsArgument('indexes', body['indexes']).map(parseIndexSpec);
  if (wanted.length === 0) throw badValue('Must specify at least one index to create');
  return context.attempt((): Doc => {
    const existing = work.collection(ns);
    const specs: IndexSpec[] = existing === undefined ? [] : existing.indexes.map(({ spec }) => spec);
    const missing = wanted.filter((spec) => {
      if (indexExists(specs, spec)) return false;
      specs.push(spec);
      return true;
    });
    // What is there already disturbs nobody: a process that starts asks for it while others are at work.
    if (missing.length > 0 && !work.inTransaction) server.transactions.assertNoWriters(ns);
    const collection = existing ?? work.create(ns, {});
    const numIndexesBefore = collection.indexes.length;
    for (const [position, spec] of missing.entries()) {
      try {
        work.createIndex(collection, spec);
      } catch (error) {
        // All of them or none.
        for (const { name } of missing.slice(0, position))
          context.direct.change({ kind: 'dropIndex', collection: collection.id, name });
        throw error;
      }
    }
    return {
      numIndexesBefore,
      numIndexesAfter: collection.indexes.length,
      ...(missing.length === 0
        ? { note: 'all indexes already exist' }
        : {
            createdCollectionAutomatically: existing === undefined,
            ...(missing.length < wanted.length && { note: 'index already exists' }),
          }),
    };
  });
}

function existing({ ns, work }: CommandContext): Collection {
  const collection = work.collection(ns);
  if (collection === undefined) throw commandError('NamespaceNotFound', `ns does not exist: ${ns}`);
  return collection;
}

function listIndexes(context: CommandContext): Reply {
  const { indexes, ns } = existing(context);
  return cursorOf(
    context,
    ns,
    indexes.map(({ spec: { name, key, ...rest } }): Doc => ({ v: 2, key, name, ...rest })),
  );
}

async function dropIndexes(context: CommandContext): Promise<Reply> {
  const { body, direct, server } = context;
  return context.attempt((): Doc => {
    const collection = existing(context);
    server.transactions.assertNoWriters(collection.ns);
    const nIndexesWas = collection.indexes.length;
    const { index } = body;
    for (const name of index === '*'
      ? collection.indexes.slice(1).map(({ spec }) => spec.name)
      : namesOf(collection, index)) {
      direct.change({ kind: 'dropIndex', collection: collection.id, name });
    }
    return { nIndexesWas };
  });
}

function namesOf(collection: Collection, index: Value | undefined): string[] {
  return (Array.isArray(index) ? index : [index]).map((wanted) => {
    const found = collection.index(wanted);
    if (found === undefined) {
      throw commandError(
        'IndexNotFound',
        isDoc(wanted)
          ? `can't find index with key: ${JSON.stringify(wanted)}`
          : `index not found with name [${JSON.stringify(wanted)}]`,
      );
    }
    if (found === collection.idIndex) throw commandError('InvalidOptions', 'cannot drop _id index');
    return found.spec.name;
  });
}

export const collectionCommands: Readonly<Record<string, Command>> = {
  create: { run: create, inTransaction: true, writes: true },
  drop: { run: drop, writes: true },
  dropDatabase: { run: dropDatabase, writes: true },
  listCollections: { run: listCollections },
  listDatabases: { run: listDatabases },
  createIndexes: { run: createIndexes, inTransaction: true, writes: true },
  listIndexes: { run: listIndexes },
  dropIndexes: { run: dropIndexes, writes: true },
  deleteIndexes: { run: dropIndexes, writes: true },
};
