/** findAndModify: changes or removes the first document that matches, and gives it as it was before or is now. */
import { failedToParse } from '../errors.ts';
import { letArgument, Query, sortArgument, type QueryOptions } from '../query.ts';
import { asBuffer, document, element, elements, RAW } from '../raw.ts';
import { decode, encode, type Doc } from '../values.ts';
import { docArgument, flagArgument, refuseCollation, type Command, type Context, type Reply } from './context.ts';
import { projectionOf } from './read.ts';
import { applyChange, compileChange, insertChange } from './write.ts';

async function findAndModify(context: Context): Promise<Reply> {
  const { body } = context;
  refuseCollation(body);
  const repeated = context.replay(0);
  if (repeated !== undefined) return repeated;
  const filter = docArgument('query', body['query']);
  const removes = flagArgument(body['remove']);
  const wantsNew = flagArgument(body['new']);
  const upsert = flagArgument(body['upsert']);
  if (removes && (body['update'] !== undefined || upsert || wantsNew)) {
    throw failedToParse("Cannot specify 'update', 'upsert' or 'new' together with remove=true");
  }
  if (!removes && body['update'] === undefined)
    throw failedToParse('Either an update or remove=true must be specified');
  const change = removes ? undefined : compileChange(filter, body['update'], body, upsert);
  const sort = sortArgument(body['sort']);
  const query: QueryOptions = {
    filter,
    limit: 1,
    hint: body['hint'],
    variables: letArgument(body),
    ...(sort === undefined ? {} : { sort }),
  };
  const reply = await context.attempt((): Buffer => {
    const collection = context.work.collection(context.ns);
    const search = new Query(collection, query);
    const project = projectionOf(body['fields'], search, query.variables);
    const result = (lastErrorObject: Doc, value: Buffer | undefined): Buffer => {
      if (value === undefined) return elements({ lastErrorObject, value: null });
      const shown = project === undefined ? value : asBuffer(encode(project(decode(value))));
      return Buffer.concat([elements({ lastErrorObject }), element(RAW.object, 'value', shown)]);
    };
    const found = search.first();
    if (collection === undefined || found === undefined) {
      if (change?.upsert !== true) return result({ n: 0, ...(removes ? {} : { updatedExisting: false }) }, undefined);
      const { id, bytes } = insertChange(context, change);
      return result({ n: 1, updatedExisting: false, upserted: id }, wantsNew ? bytes : undefined);
    }
    if (change === undefined) {
      context.work.write(collection, found.record, found.bytes, undefined);
      return result({ n: 1 }, found.bytes);
    }
    const after = applyChange(context, collection, found, change) ?? found.bytes;
    return result({ n: 1, updatedExisting: true }, wantsNew ? after : found.bytes);
  });
  context.remember(0, document([reply]));
  return reply;
}

export const findAndModifyCommands: Readonly<Record<string, Command>> = {
  findAndModify: { run: findAndModify, inTransaction: true, writes: true },
  findandmodify: { run: findAndModify, inTransaction: true, writes: true },
};
