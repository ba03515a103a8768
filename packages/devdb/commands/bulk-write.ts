/** bulkWrite: inserts, updates and deletes in several collections by one command, as clients of MongoDB 8 send it. */
import { Long } from 'bson';
import { isNumeric, toNumber } from '../bson/numbers.ts';
import { encode, isDoc, type Doc } from '../bson/values.ts';
import { badValue, commandError, failedToParse, typeMismatch } from '../errors.ts';
import { docsArgument, flagArgument } from './arguments.ts';
import { OK, type Command, type CommandContext, type Reply } from './context.ts';
import { checkNamespace } from './namespace.ts';
import { runDelete, eachStatement, runInsert, runUpdate } from './write.ts';

type Kind = 'insert' | 'update' | 'delete';

/** One of the command's `ops`: its first field says what it does, and to which of `nsInfo`. */
interface BulkOperation {
  kind: Kind;
  ns: string;
  given: Doc;
}

async function bulkWrite(context: CommandContext): Promise<Reply> {
  const { body, request } = context;
  if (request.db !== 'admin')
    throw commandError('Unauthorized', 'bulkWrite may only be run against the admin database.');
  const namespaces = docsArgument('nsInfo', body['nsInfo']).map(({ ns }) => namespace(ns));
  const operations = docsArgument('ops', body['ops']).map((given) => operation(given, namespaces));

  const counts = { nErrors: 0, nInserted: 0, nMatched: 0, nModified: 0, nUpserted: 0, nDeleted: 0 };
  const results: Doc[] = [];
  const step = ({ kind, ns, given }: BulkOperation): Promise<Doc> => {
    context.target = ns;
    return run(context, kind, given);
  };
  const { writeErrors } = await eachStatement(context, operations, step, ({ upserted, ...result }, idx) => {
    const { kind } = operations[idx] as BulkOperation;
    const n = Number(result['n']);
    if (kind === 'insert') counts.nInserted += n;
    else if (kind === 'delete') counts.nDeleted += n;
    else if (upserted === undefined) counts.nMatched += n;
    else counts.nUpserted += n;
    counts.nModified += Number(result['nModified'] ?? 0);
    if (!flagArgument(body['errorsOnly']))
      results.push({ ...OK, idx, ...result, ...(upserted === undefined ? {} : { upserted: { _id: upserted } }) });
  });
  for (const { index, ...error } of Array.isArray(writeErrors) ? writeErrors.filter(isDoc) : []) {
    counts.nErrors++;
    results.push({ ok: 0, idx: index ?? 0, ...error, n: 0 });
  }
  results.sort((one, other) => Number(one['idx']) - Number(other['idx']));
  if (counts.nErrors > 0 && context.use.kind === 'transaction') context.use.transaction.abort();
  return { cursor: { id: Long.ZERO, firstBatch: results, ns: 'admin.$cmd.bulkWrite' }, ...counts };
}

/** The statement in the words of the command that has only statements of this kind. */
function run(context: CommandContext, kind: Kind, given: Doc): Promise<Doc> {
  const { document, filter, updateMods, constants, multi, ...options } = given;
  switch (kind) {
    case 'insert':
      if (!isDoc(document)) throw typeMismatch("BSON field 'bulkWrite.ops.document' must be an object");
      return runInsert(context, encode(document));
    case 'update':
      return runUpdate(context, {
        ...options,
        q: filter ?? {},
        multi: multi ?? false,
        ...(updateMods === undefined ? {} : { u: updateMods }),
        ...(constants === undefined ? {} : { c: constants }),
      });
    case 'delete':
      return runDelete(context, { ...options, q: filter ?? {}, limit: flagArgument(multi) ? 0 : 1 });
  }
}

function operation(given: Doc, namespaces: readonly string[]): BulkOperation {
  const kind = (['insert', 'update', 'delete'] as const).find((name) => name === Object.keys(given)[0]);
  if (kind === undefined) throw failedToParse('Each of bulkWrite.ops must begin with insert, update or delete');
  const { [kind]: at, ...rest } = given;
  const ns = isNumeric(at) ? namespaces[toNumber(at)] : undefined;
  if (ns === undefined) throw badValue(`BulkWrite ops entry has an invalid nsInfo index`);
  return { kind, ns, given: rest };
}

function namespace(ns: unknown): string {
  const [db = '', ...collection] = typeof ns === 'string' ? ns.split('.') : [];
  return checkNamespace(db, collection.join('.'));
}

export const bulkWriteCommands: Readonly<Record<string, Command>> = {
  bulkWrite: { run: bulkWrite, inTransaction: true, writes: true },
};
