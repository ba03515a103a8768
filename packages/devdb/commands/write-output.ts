/** Writes what a pipeline found to where its `$out` or `$merge` says. */
import { ObjectId } from 'bson';
import type { Output } from '../aggregate/output.ts';
import { parsePath, valuesAtPath } from '../bson/path.ts';
import { decode, encode, isDoc, type Doc } from '../bson/values.ts';
import { commandError, locationError } from '../errors.ts';
import { Query } from '../query/query.ts';
import { Collection } from '../storage/collection.ts';
import { compileUpdate } from '../update/updater.ts';
import type { CommandContext } from './context.ts';
import { checkNamespace } from './namespace.ts';

/** @throws CommandError 11000, 13113 or 51183 as the stages do; $out has changed nothing then */
export async function writeOutput(context: CommandContext, output: Output, docs: readonly Doc[]): Promise<void> {
  const { readConcern } = context.body;
  if (isDoc(readConcern) && readConcern['level'] === 'linearizable') {
    throw commandError('InvalidOptions', `${output.stage} stage cannot be used with a linearizable read concern`);
  }
  const ns = checkNamespace(output.db ?? context.request.db, output.collection);
  if (output.stage === '$out') {
    await context.attempt(() => {
      replaceAll(context, ns, docs.map(bytesOf));
    });
  } else {
    for (const doc of docs) {
      await context.attempt(() => {
        merge(context, ns, output, doc);
      });
    }
  }
}

function bytesOf({ _id = new ObjectId(), ...fields }: Doc): Buffer {
  return encode({ _id, ...fields });
}

function replaceAll({ direct, server }: CommandContext, ns: string, documents: readonly Buffer[]): void {
  server.transactions.assertNoWriters(ns);
  const existing = server.store.get(ns);
  // Tried on an empty collection with the same indexes first: all of the old or all of the new.
  const trial = new Collection(0, ns, {});
  for (const { spec } of existing?.indexes.slice(1) ?? []) trial.addIndex(spec);
  for (const [record, bytes] of documents.entries()) {
    const change = trial.prepare(record, undefined, bytes);
    trial.checkUnique(change);
    trial.apply(change);
  }
  const collection = existing ?? direct.create(ns, {});
  for (const [record, bytes] of collection.records.toArray()) direct.write(collection, record, bytes, undefined);
  for (const bytes of documents) direct.write(collection, undefined, undefined, bytes);
}

function merge({ direct }: CommandContext, ns: string, output: Output, doc: Doc): void {
  const collection = direct.collection(ns) ?? direct.create(ns, {});
  const { on, whenMatched, whenNotMatched } = output;
  const isKey = collection.indexes.some(
    ({ spec, unique }) =>
      (unique || spec.name === '_id_') && [...on].sort().join('\n') === Object.keys(spec.key).sort().join('\n'),
  );
  if (!isKey)
    throw locationError(51183, `Cannot find index to verify that join fields will be unique: ${on.join(', ')}`);
  const keys = on.map((path) => [path, valuesAtPath(doc, parsePath(path))[0] ?? null] as const);
  const found = new Query(collection, { filter: Object.fromEntries(keys), limit: 1 }).first();
  if (found === undefined) {
    if (whenNotMatched === 'fail') throw locationError(13113, '$merge could not find a matching document');
    if (whenNotMatched === 'insert') direct.write(collection, undefined, undefined, bytesOf(doc));
    return;
  }
  if (whenMatched === 'keepExisting') return;
  if (whenMatched === 'fail')
    throw collection.idIndex.duplicateKey(ns, found.bytes, collection.idIndex.keysOf(found.bytes)[0] ?? '');
  const before = found.doc ?? decode(found.bytes);
  const { _id = null } = before;
  const after =
    whenMatched === 'replace'
      ? { _id, ...doc }
      : whenMatched === 'merge'
        ? { ...before, ...doc }
        : compileUpdate(whenMatched, { variables: { new: doc } }).apply(before).doc;
  direct.write(collection, found.record, found.bytes, encode(after));
}
