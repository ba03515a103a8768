// The operations of the format by name: what each calls on the driver, and what its result is in the format's terms.

import { mongo } from 'mongoose';
import type { Arguments, Document, TestContext } from './arguments.ts';
import { type Entities, ObservingClient } from './entities.ts';
import type { Doc, Operation } from './format.ts';
import { check, clientBulkWriteResult, isDoc, matchError, match, Mismatch } from './match.ts';
import { runnerOperations } from './runner-operations.ts';

/** An operation that the driver has no API for: its tests are skipped, as the format allows. */
export class UnsupportedOperation extends Error {}

/** `upsertedId: null` is how the driver says that there is none. */
const withoutNullId = (result: mongo.UpdateResult): Doc => {
  const { upsertedId, ...rest } = result;
  return upsertedId === null ? rest : { ...rest, upsertedId };
};

type OnEntity<E> = Readonly<Record<string, (entity: E, args: Arguments, context: TestContext) => unknown>>;

const collectionOperations: OnEntity<mongo.Collection> = {
  aggregate: (collection, { pipeline, ...options }) => collection.aggregate(pipeline, options).toArray(),
  bulkWrite: (collection, { requests, ...options }) => collection.bulkWrite(requests, options),
  // eslint-disable-next-line @typescript-eslint/no-deprecated -- the format has tests of it
  count: (collection, { filter, ...options }) => collection.count(filter, options),
  countDocuments: (collection, { filter, ...options }) => collection.countDocuments(filter, options),
  createChangeStream: (collection, { pipeline, ...options }) => opened(collection.watch(pipeline, options)),
  createFindCursor: async (collection, { filter, ...options }) => started(collection.find(filter, options)),
  createIndex: (collection, { keys, session, ...options }) =>
    collection.createIndex(keys, options, session ? { session } : {}),
  deleteMany: (collection, { filter, ...options }) => collection.deleteMany(filter, options),
  deleteOne: (collection, { filter, ...options }) => collection.deleteOne(filter, options),
  distinct: (collection, { fieldName, filter, ...options }) => collection.distinct(fieldName, filter, options),
  dropIndex: (collection, { name, ...options }) => collection.dropIndex(name, options),
  dropIndexes: (collection, options) => collection.dropIndexes(options),
  estimatedDocumentCount: (collection, options) => collection.estimatedDocumentCount(options),
  find: (collection, { filter, ...options }) => collection.find(filter, options).toArray(),
  findOne: (collection, { filter, ...options }) => collection.findOne(filter, options),
  findOneAndDelete: (collection, { filter, ...options }) => collection.findOneAndDelete(filter, options),
  findOneAndReplace: (collection, { filter, replacement, ...options }) =>
    collection.findOneAndReplace(filter, replacement, options),
  findOneAndUpdate: (collection, { filter, update, ...options }) =>
    collection.findOneAndUpdate(filter, update, options),
  insertMany: (collection, { documents, ...options }) =>
    collection.insertMany(
      documents.map((document) => ({ ...document })),
      options,
    ),
  insertOne: (collection, { document, ...options }) => collection.insertOne({ ...document }, options),
  listIndexes: (collection, options) => collection.listIndexes(options).toArray(),
  replaceOne: async (collection, { filter, replacement, ...options }) =>
    withoutNullId(await collection.replaceOne(filter, replacement, options)),
  updateMany: async (collection, { filter, update, ...options }) =>
    withoutNullId(await collection.updateMany(filter, update, options)),
  updateOne: async (collection, { filter, update, ...options }) =>
    withoutNullId(await collection.updateOne(filter, update, options)),
};

const databaseOperations: OnEntity<mongo.Db> = {
  aggregate: (db, { pipeline, ...options }) => db.aggregate(pipeline, options).toArray(),
  createChangeStream: (db, { pipeline, ...options }) => opened(db.watch(pipeline, options)),
  createCollection: (db, { collection, ...options }) => db.createCollection(collection, options),
  createCommandCursor: (db, args) => started(commandCursor(db, args)),
  dropCollection: (db, { collection, ...options }) => db.dropCollection(collection, options),
  listCollections: (db, { filter, ...options }) => db.listCollections(filter, options).toArray(),
  modifyCollection: (db, { collection, ...options }) => db.command({ collMod: collection, ...options }),
  runCommand: (db, { command, ...options }) => db.command(command, options),
  runCursorCommand: (db, args) => commandCursor(db, args).toArray(),
};

const clientOperations: OnEntity<ObservingClient> = {
  clientBulkWrite: async (client, { models, ...options }) =>
    clientBulkWriteResult(
      await client.bulkWrite(
        models.flatMap((model) => Object.entries(model).map(([name, fields]) => bulkWriteModel(name, fields))),
        options,
      ),
    ),
  close: (client) => client.close(),
  createChangeStream: (client, { pipeline, ...options }) => opened(client.watch(pipeline, options)),
  dropDatabase: (client, { database, ...options }) => client.db(database).dropDatabase(options),
  listDatabases: async (client, options) => (await client.db().admin().listDatabases(options)).databases,
};

const sessionOperations: OnEntity<mongo.ClientSession> = {
  abortTransaction: (session) => session.abortTransaction(),
  commitTransaction: (session) => session.commitTransaction(),
  endSession: (session) => session.endSession(),
  getSnapshotTime: (session) => ('snapshotTime' in session ? session.snapshotTime : undefined),
  startTransaction: (session, args) => {
    session.startTransaction(args);
  },
  withTransaction: (session, { callback, ...args }, context) =>
    session.withTransaction(async () => {
      for (const operation of callback) await perform(operation, context, true);
    }, args),
};

const cursorOperations: OnEntity<mongo.AbstractCursor | mongo.ChangeStream> = {
  close: (cursor) => cursor.close(),
  iterateOnce: (cursor) => cursor.tryNext(),
  iterateUntilDocumentOrError: (cursor) => cursor.next(),
};

const bucketOperations: OnEntity<mongo.GridFSBucket> = {
  download: (bucket, { id }) => bytes(bucket.openDownloadStream(id)),
  downloadByName: (bucket, { filename }) => bytes(bucket.openDownloadStreamByName(filename)),
};

/** Runs an operation and checks what it returns or throws. @param rethrow also throw an expected error: withTransaction must see it */
export async function perform(operation: Operation, context: TestContext, rethrow = false): Promise<void> {
  let result: unknown;
  try {
    result = await call(operation, context);
  } catch (error) {
    if (error instanceof Mismatch || error instanceof UnsupportedOperation) throw error;
    if (operation.expectError) matchError(error, operation.expectError, context.entities);
    else if (operation.ignoreResultAndError !== true) throw error;
    if (rethrow) throw error;
    return;
  }
  if (operation.ignoreResultAndError === true) return;
  check(!operation.expectError, `${operation.name} succeeded, but was to fail`);
  if ('expectResult' in operation)
    match(result, operation.expectResult, context.entities, `result of ${operation.name}`);
  if (operation.saveResultAsEntity !== undefined) context.entities.set(operation.saveResultAsEntity, result);
}

function call({ object, name, arguments: given = {} }: Operation, context: TestContext): unknown {
  const { entities } = context;
  const args = toArguments(given, entities);
  if (object === 'testRunner') return (runnerOperations[name] ?? unsupported(name))(args, context);
  const entity = entities.get(object);
  if (entity instanceof mongo.Collection)
    return (collectionOperations[name] ?? unsupported(name))(entity as mongo.Collection, args, context);
  if (entity instanceof mongo.Db) return (databaseOperations[name] ?? unsupported(name))(entity, args, context);
  if (entity instanceof ObservingClient) return (clientOperations[name] ?? unsupported(name))(entity, args, context);
  if (entity instanceof mongo.ClientSession)
    return (sessionOperations[name] ?? unsupported(name))(entity, args, context);
  if (entity instanceof mongo.GridFSBucket) return (bucketOperations[name] ?? unsupported(name))(entity, args, context);
  if (entity instanceof mongo.AbstractCursor || entity instanceof mongo.ChangeStream)
    return (cursorOperations[name] ?? unsupported(name))(entity, args, context);
  throw new Mismatch(`${object} is no object that ${name} runs on`);
}

/** The one place where a test's JSON becomes typed, see Arguments; what the driver wants as an object becomes one. */
function toArguments({ session, readPreference, returnDocument, ...rest }: Doc, entities: Entities): Arguments {
  return {
    ...rest,
    ...(typeof session === 'string' && { session: entities.as(session, mongo.ClientSession) }),
    ...(isDoc(readPreference) && { readPreference: mongo.ReadPreference.fromOptions({ readPreference }) }),
    ...(typeof returnDocument === 'string' && { returnDocument: returnDocument.toLowerCase() }),
    // The cast: the format's schema vouches for the fields.
  } as unknown as Arguments;
}

function unsupported(name: string): never {
  throw new UnsupportedOperation(`the driver has no ${name}`);
}

/** What the format calls one of the models of a client's bulkWrite, as the driver wants it; the format's schema vouches for the fields. */
const bulkWriteModel = (name: string, fields: Doc): mongo.AnyClientBulkWriteModel<Document> =>
  ({ name, ...fields }) as unknown as mongo.AnyClientBulkWriteModel<Document>;

/** A cursor that has run its command, as the format wants it, and not moved on. */
async function started<C extends mongo.AbstractCursor>(cursor: C): Promise<C> {
  await cursor.hasNext();
  return cursor;
}

async function opened(stream: mongo.ChangeStream): Promise<mongo.ChangeStream> {
  await stream.tryNext();
  return stream;
}

function commandCursor(
  db: mongo.Db,
  { command, batchSize, maxTimeMS, comment, ...options }: Arguments,
): mongo.RunCommandCursor {
  const cursor = db.runCursorCommand(command, options);
  if (batchSize !== undefined) cursor.setBatchSize(batchSize);
  if (maxTimeMS !== undefined) cursor.setMaxTimeMS(maxTimeMS);
  if (comment !== undefined) cursor.setComment(comment);
  return cursor;
}

async function bytes(stream: mongo.GridFSBucketReadStream): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of stream as AsyncIterable<Uint8Array>) chunks.push(Buffer.from(chunk));
  return Buffer.concat(chunks);
}
