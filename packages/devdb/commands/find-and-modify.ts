/** findAndModify: changes or removes the first document that matches, and gives it as it was before or is now. */
import { buildDocument, buildElement, elementsOf, RAW } from '../bson/raw.ts';
import { decode, encode, type Doc } from '../bson/values.ts';
import { failedToParse } from '../errors.ts';
import { Query, type QueryOptions } from '../query/query.ts';
import { flagArgument, queryArguments } from './arguments.ts';
import type { Command, CommandContext, Reply } from './context.ts';
import { projectionOf } from './read.ts';
import { applyUpdate, compileUpdateStatement, insertUpsert } from './write.ts';

async function findAndModify(context: CommandContext): Promise<Reply> {
  const { body } = context;
  const repeated = context.replay(0);
  if (repeated !== undefined) return repeated;
  const removes = flagArgument(body['remove']);
  const wantsNew = flagArgument(body['new']);
  if (removes && (body['update'] !== undefined || flagArgument(body['upsert']) || wantsNew)) {
    throw failedToParse("Cannot specify 'update', 'upsert' or 'new' together with remove=true");
  }
  if (!removes && body['update'] === undefined)
    throw failedToParse('Either an update or remove=true must be specified');
  const query: QueryOptions = { ...queryArguments(body, 'query'), limit: 1 };
  const change = removes ? undefined : compileUpdateStatement(query, body['update'], body);
  const reply = await context.attempt((): Buffer => {
    const collection = context.work.collection(context.ns);
    const search = new Query(collection, query);
    const project = projectionOf(body['fields'], search);
    const result = (lastErrorObject: Doc, value: Buffer | undefined): Buffer => {
      if (value === undefined) return elementsOf({ lastErrorObject, value: null });
      const shown = project === undefined ? value : encode(project(decode(value)));
      return Buffer.concat([elementsOf({ lastErrorObject }), buildElement(RAW.object, 'value', shown)]);
    };
    const found = search.first();
    if (collection === undefined || found === undefined) {
      if (change?.upsert !== true) return result({ n: 0, ...(removes ? {} : { updatedExisting: false }) }, undefined);
      const { id, bytes } = insertUpsert(context, change);
      return result({ n: 1, updatedExisting: false, upserted: id }, wantsNew ? bytes : undefined);
    }
    if (change === undefined) {
      context.work.write(collection, found.record, found.bytes, undefined);
      return result({ n: 1 }, found.bytes);
    }
    const after = applyUpdate(context, collection, found, change) ?? found.bytes;
    return result({ n: 1, updatedExisting: true }, wantsNew ? after : found.bytes);
  });
  context.remember(0, buildDocument([reply]));
  return reply;
}

export const findAndModifyCommands: Readonly<Record<string, Command>> = {
  findAndModify: { run: findAndModify, inTransaction: true, writes: true },
  findandmodify: { run: findAndModify, inTransaction: true, writes: true },
};
