/** insert, update and delete. */
import { ObjectId } from 'bson';
import { buildDocument, elementsOf, idOf, MAX_DOCUMENT_BYTES, RAW, withIdFirst } from '../bson/raw.ts';
import { decode, encode, type Doc, type Value } from '../bson/values.ts';
import { CommandError, commandError, failedToParse } from '../errors.ts';
import { compileFilter } from '../query/matcher.ts';
import { Query, type QueryOptions } from '../query/query.ts';
import type { Found } from '../query/scan.ts';
import type { Collection } from '../storage/collection.ts';
import { TRANSIENT } from '../transactions/transactions.ts';
import { compileUpdate, type Update } from '../update/updater.ts';
import { docArgument, docsArgument, flagArgument, numberArgument, queryArguments } from './arguments.ts';
import type { Command, CommandContext, Reply } from './context.ts';

const INSERTED: Doc = { n: 1 };
const INSERTED_BYTES = buildDocument([elementsOf(INSERTED)]);
const DOLLAR = '$'.charCodeAt(0);

function collectionFor({ work, ns }: CommandContext): Collection {
  return work.collection(ns) ?? work.create(ns, {});
}

function checkDocument(context: CommandContext, collection: Collection, bytes: Buffer): void {
  if (bytes.length > MAX_DOCUMENT_BYTES) {
    throw commandError(
      'BSONObjectTooLarge',
      `object to insert too large. size in bytes: ${String(bytes.length)}, max size: ${String(MAX_DOCUMENT_BYTES)}`,
    );
  }
  const id = idOf(bytes);
  if (id?.type === RAW.array || id?.type === RAW.regex || id?.type === RAW.undefined) {
    const name = { [RAW.array]: 'array', [RAW.regex]: 'regex', [RAW.undefined]: 'undefined' }[id.type];
    throw commandError('InvalidIdField', `The '_id' value cannot be of type ${name}`);
  }
  // The type and then the name of the first field of an embedded document.
  if (id?.type === RAW.object && bytes[id.start + 4] !== 0 && bytes[id.start + 5] === DOLLAR) {
    throw commandError('DollarPrefixedFieldName', "The fields of '_id' must not start with '$'");
  }
  if (!flagArgument(context.body['bypassDocumentValidation'])) collection.validate(bytes);
}

/**
 * Runs the statements of a bulk one by one, or takes what they did when the command came before, and hands that to
 * `done`. An error of one is an entry of `writeErrors`, and the end of an ordered bulk. In a transaction a conflict is
 * the command's error, because the transaction is over.
 */
export async function eachStatement<T>(
  context: CommandContext,
  statements: readonly T[],
  run: (statement: T) => Promise<Doc>,
  done: (result: Doc, position: number) => void,
): Promise<Doc> {
  if (statements.length === 0)
    throw commandError('InvalidLength', 'Write batch sizes must be between 1 and 100000. Got 0 operations.');
  const { ordered } = context.body;
  const writeErrors: Doc[] = [];
  for (const [position, statement] of statements.entries()) {
    try {
      const result = context.replay(position) ?? (await run(statement));
      context.remember(position, result === INSERTED ? INSERTED_BYTES : result);
      done(result, position);
    } catch (error) {
      if (!(error instanceof CommandError) || error.labels.includes(TRANSIENT)) throw error;
      writeErrors.push({ index: position, code: error.code, ...(error.fields as Doc), errmsg: error.message });
      if (ordered !== false || context.work.inTransaction) break;
    }
  }
  return writeErrors.length > 0 ? { writeErrors } : {};
}

async function insert(context: CommandContext): Promise<Reply> {
  let n = 0;
  const run = (given: Buffer): Promise<Doc> => runInsert(context, given);
  const errors = await eachStatement(context, context.request.documents, run, () => n++);
  return { n, ...errors };
}

export async function runInsert(context: CommandContext, given: Buffer): Promise<Doc> {
  const bytes = withIdFirst(given, () => elementsOf({ _id: new ObjectId() }));
  await context.attempt(() => {
    const collection = collectionFor(context);
    checkDocument(context, collection, bytes);
    context.work.write(collection, undefined, undefined, bytes);
  });
  return INSERTED;
}

/** What an update statement says, compiled. */
interface UpdateStatement {
  filter: Doc;
  update: Update;
  upsert: boolean;
}

/** @param statement of `update`, or a whole findAndModify: `arrayFilters`, `upsert` and the constants `c` */
export function compileUpdateStatement(
  { filter, variables }: QueryOptions,
  given: Value | undefined,
  { arrayFilters, c: constants, upsert }: Partial<Doc>,
): UpdateStatement {
  if (given === undefined) throw failedToParse("BSON field 'update.updates.u' is missing but a required field");
  const update = compileUpdate(given, {
    arrayFilters: Array.isArray(arrayFilters) ? arrayFilters : [],
    variables: { ...variables, ...docArgument('c', constants) },
  });
  return { filter, update, upsert: flagArgument(upsert) };
}

/** Applies an update to a record and gives its bytes then; undefined when that changes nothing. */
export function applyUpdate(
  context: CommandContext,
  collection: Collection,
  found: Found,
  { filter, update }: UpdateStatement,
): Buffer | undefined {
  const before = found.doc ?? decode(found.bytes);
  const position = update.needsPosition ? compileFilter(filter).position(before) : undefined;
  const { doc, changed } = update.apply(before, position);
  if (!changed) return undefined;
  const bytes = encode(doc);
  checkDocument(context, collection, bytes);
  context.work.write(collection, found.record, found.bytes, bytes);
  return bytes;
}

export function insertUpsert(
  context: CommandContext,
  { filter, update }: UpdateStatement,
): { id: Value; bytes: Buffer } {
  const doc = update.insert(filter);
  const bytes = encode(doc);
  const collection = collectionFor(context);
  checkDocument(context, collection, bytes);
  context.work.write(collection, undefined, undefined, bytes);
  return { id: doc['_id'] ?? null, bytes };
}

/** Calls `write` for every record that matches, each on its own: outside a transaction others may write in between. */
async function eachMatch(
  context: CommandContext,
  query: QueryOptions,
  write: (collection: Collection, found: Found) => void,
): Promise<void> {
  const { work, ns } = context;
  const collection = work.collection(ns);
  if (collection === undefined) return;
  const run = new Query(collection, query);
  for (const { record, bytes } of [...run.run()]) {
    await context.attempt(() => {
      const now = work.collection(ns);
      const current = now?.records.get(record);
      if (now === undefined || current === undefined) return;
      if (current !== bytes && !run.matcher.matches(decode(current))) return;
      write(now, { record, bytes: current, doc: undefined });
    });
  }
}

async function update(context: CommandContext): Promise<Reply> {
  let n = 0;
  let nModified = 0;
  const upserted: Doc[] = [];
  const statements = docsArgument('updates', context.body['updates']);
  const run = (statement: Doc): Promise<Doc> => runUpdate(context, statement);
  const errors = await eachStatement(context, statements, run, (result, index) => {
    n += Number(result['n']);
    nModified += Number(result['nModified']);
    const { upserted: id } = result;
    if (id !== undefined) upserted.push({ index, _id: id });
  });
  return { n, nModified, ...(upserted.length > 0 ? { upserted } : {}), ...errors };
}

export async function runUpdate(context: CommandContext, statement: Doc): Promise<Doc> {
  const multi = flagArgument(statement['multi']);
  const query = queryArguments(statement, 'q', context.body);
  const change = compileUpdateStatement(query, statement['u'], statement);
  if (multi && change.update.kind === 'replacement')
    throw failedToParse('multi update is not supported for replacement-style update');
  if (multi && query.sort !== undefined) throw failedToParse('Cannot specify sort with multi=true');
  let n = 0;
  let nModified = 0;
  if (multi) {
    await eachMatch(context, query, (collection, found) => {
      if (applyUpdate(context, collection, found, change) !== undefined) nModified++;
      n++;
    });
    if (n > 0 || !change.upsert) return { n, nModified };
  }
  return context.attempt((): Doc => {
    const collection = context.work.collection(context.ns);
    const found = multi ? undefined : new Query(collection, { ...query, limit: 1 }).first();
    if (collection !== undefined && found !== undefined) {
      return { n: 1, nModified: applyUpdate(context, collection, found, change) === undefined ? 0 : 1 };
    }
    if (!change.upsert) return { n: 0, nModified: 0 };
    return { n: 1, nModified: 0, upserted: insertUpsert(context, change).id };
  });
}

async function remove(context: CommandContext): Promise<Reply> {
  let n = 0;
  const statements = docsArgument('deletes', context.body['deletes']);
  const run = (statement: Doc): Promise<Doc> => runDelete(context, statement);
  const errors = await eachStatement(context, statements, run, (result) => (n += Number(result['n'])));
  return { n, ...errors };
}

export async function runDelete(context: CommandContext, statement: Doc): Promise<Doc> {
  const query = queryArguments(statement, 'q', context.body);
  const limit = numberArgument('limit', statement['limit'], NaN);
  if (limit !== 0 && limit !== 1)
    throw failedToParse('The limit field in delete objects must be 0 or 1. Got ' + String(limit));
  let n = 0;
  if (limit === 0) {
    await eachMatch(context, query, (collection, found) => {
      context.work.write(collection, found.record, found.bytes, undefined);
      n++;
    });
  } else {
    await context.attempt(() => {
      const collection = context.work.collection(context.ns);
      const found = new Query(collection, { ...query, limit: 1 }).first();
      if (collection === undefined || found === undefined) return;
      context.work.write(collection, found.record, found.bytes, undefined);
      n = 1;
    });
  }
  return { n };
}

export const writeCommands: Readonly<Record<string, Command>> = {
  insert: { run: insert, inTransaction: true, writes: true },
  update: { run: update, inTransaction: true, writes: true },
  delete: { run: remove, inTransaction: true, writes: true },
};
