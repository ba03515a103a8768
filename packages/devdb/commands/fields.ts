/** Which fields a command may have: one that it doesn't know is refused, because it may ask for what isn't done. */
import { isDoc, type Doc } from '../bson/values.ts';
import { commandError } from '../errors.ts';
import { refuseCollation } from './arguments.ts';

/** For every command, as are those of the transport, which begin with `$`. */
const GENERIC = words(`lsid txnNumber autocommit startTransaction readConcern writeConcern maxTimeMS comment apiVersion
  apiStrict apiDeprecationErrors stmtId stmtIds rawData let collation hint`);

const FIELDS: Readonly<Record<string, ReadonlySet<string>>> = {
  find: words(`filter sort projection skip limit batchSize singleBatch allowDiskUse allowPartialResults noCursorTimeout
    oplogReplay awaitData tailable returnKey showRecordId min max`),
  getMore: words('collection batchSize'),
  aggregate: words('pipeline cursor explain allowDiskUse bypassDocumentValidation'),
  count: words('query skip limit fields'),
  distinct: words('key query'),
  insert: words('documents ordered bypassDocumentValidation'),
  update: words('updates ordered bypassDocumentValidation'),
  'update.updates': words('q u c upsert multi arrayFilters sort'),
  delete: words('deletes ordered'),
  'delete.deletes': words('q limit'),
  findAndModify: words('query sort remove update new fields upsert arrayFilters bypassDocumentValidation'),
  bulkWrite: words('ops nsInfo ordered errorsOnly bypassDocumentValidation'),
  createIndexes: words('indexes commitQuorum ignoreUnknownIndexOptions'),
};

function words(text: string): ReadonlySet<string> {
  return new Set(text.split(/\s+/));
}

/** @throws CommandError 40415, or 238 when the command or one of its statements asks for a collation */
export function checkFields(name: string, body: Doc): void {
  refuseCollation(body);
  const known = FIELDS[name];
  if (known !== undefined) refuseUnknown(name, known, Object.keys(body).slice(1));
  for (const list of ['updates', 'deletes', 'ops']) {
    const statements = body[list];
    if (!Array.isArray(statements)) continue;
    const path = `${name}.${list}`;
    for (const statement of statements.filter(isDoc)) {
      refuseCollation(statement);
      const inner = FIELDS[path];
      if (inner !== undefined) refuseUnknown(path, inner, Object.keys(statement));
    }
  }
}

/** Whether any command may have the field. */
export function isGeneric(field: string): boolean {
  return GENERIC.has(field) || field.startsWith('$');
}

function refuseUnknown(path: string, known: ReadonlySet<string>, fields: readonly string[]): void {
  const unknown = fields.find((field) => !known.has(field) && !isGeneric(field));
  if (unknown !== undefined) {
    throw commandError('IDLUnknownField', `BSON field '${path}.${unknown}' is an unknown field.`);
  }
}
