/** find, getMore, killCursors, count and distinct. */
import { Long } from 'bson';
import { NO_ELEMENTS, valuesAtPath } from '../bson/path.ts';
import { buildDocument, buildArray, buildElement, elementsOf, RAW } from '../bson/raw.ts';
import { compareValues, decode, encode, type Doc, type Value } from '../bson/values.ts';
import { notSupported } from '../errors.ts';
import { compileProjection, type Projection } from '../query/projection.ts';
import { Query, type QueryOptions } from '../query/query.ts';
import {
  countArgument,
  docArgument,
  flagArgument,
  numberArgument,
  pageArguments,
  queryArguments,
  wrongType,
} from './arguments.ts';
import type { Command, CommandContext, Reply } from './context.ts';
import type { Batch } from './cursors.ts';

const DEFAULT_BATCH = 101;

/** The reply of a command that opens a cursor or reads on. */
function cursorReply(field: 'firstBatch' | 'nextBatch', { documents, id }: Batch, ns: string): Buffer {
  const cursor = buildDocument([
    buildElement(RAW.array, field, buildArray(documents)),
    elementsOf({ id: Long.fromBigInt(id), ns }),
  ]);
  return buildElement(RAW.object, 'cursor', cursor);
}

/** Opens a cursor on `documents`, which must stay valid for as long as it is open, and replies with its first batch. */
export function openCursor(
  context: CommandContext,
  ns: string,
  documents: Iterable<Buffer>,
  batchSize: number,
  singleBatch = false,
): Buffer {
  const batch = context.server.cursors.open(ns, documents, batchSize, singleBatch, cursorOwner(context));
  return cursorReply('firstBatch', batch, ns);
}

/** The query of a `find`, also as `explain` gets it. */
export function findQuery(body: Doc): QueryOptions {
  for (const option of ['tailable', 'awaitData', 'returnKey', 'showRecordId', 'min', 'max']) {
    const value = body[option];
    if (value !== undefined && value !== false) throw notSupported(`find option '${option}'`);
  }
  return { ...queryArguments(body, 'filter'), ...pageArguments(body) };
}

function find(context: CommandContext): Reply {
  const { body, ns, work } = context;
  const options = findQuery(body);
  const { limit = 0 } = options;
  const singleBatch = flagArgument(body['singleBatch']) || numberArgument('limit', body['limit'], 0) < 0;
  const batchSize = countArgument('batchSize', body['batchSize'], DEFAULT_BATCH);
  const collection = work.collection(ns);
  // A cursor that may outlast the command reads a version that nobody changes.
  const outlasts = !singleBatch && !(limit > 0 && limit <= batchSize);
  const query = new Query(outlasts ? collection?.freeze() : collection, options);
  const project = projectionOf(body['projection'], query);
  const documents = function* (): Generator<Buffer, void> {
    for (const { bytes, doc } of query.run()) {
      yield project === undefined ? bytes : encode(project(doc ?? decode(bytes)));
    }
  };
  return openCursor(context, ns, documents(), batchSize, singleBatch);
}

/** A projection argument; undefined when all is wanted. */
export function projectionOf(given: Value | undefined, { matcher, options }: Query): Projection | undefined {
  const fields = docArgument('projection', given);
  if (Object.keys(fields).length === 0) return undefined;
  return compileProjection(fields, { stage: 'find', matcher, variables: options.variables ?? {} });
}

/** Cursors of a transaction belong to it. */
function cursorOwner({ use }: CommandContext): string | undefined {
  return use.kind === 'transaction' ? `${use.session.key}:${String(use.session.number)}` : undefined;
}

function getMore(context: CommandContext): Reply {
  const { body, request, server } = context;
  const id = body['getMore'];
  if (!(id instanceof Long)) throw wrongType('getMore.getMore', 'long');
  const collection = body['collection'];
  const ns = `${request.db}.${typeof collection === 'string' ? collection : ''}`;
  const batchSize = countArgument('batchSize', body['batchSize'], 0);
  return cursorReply('nextBatch', server.cursors.next(id.toBigInt(), ns, batchSize, cursorOwner(context)), ns);
}

function killCursors({ body, server }: CommandContext): Reply {
  const { cursors } = body;
  if (!Array.isArray(cursors)) throw wrongType('killCursors.cursors', 'array');
  const cursorsKilled: Value[] = [];
  const cursorsNotFound: Value[] = [];
  for (const id of cursors) {
    if (id instanceof Long && server.cursors.kill(id.toBigInt())) cursorsKilled.push(id);
    else cursorsNotFound.push(id);
  }
  return { cursorsKilled, cursorsNotFound, cursorsAlive: [], cursorsUnknown: [] };
}

function count({ body, ns, work }: CommandContext): Reply {
  return { n: new Query(work.collection(ns), { ...queryArguments(body, 'query'), ...pageArguments(body) }).count() };
}

function distinct({ body, ns, work }: CommandContext): Reply {
  const { key } = body;
  if (typeof key !== 'string') throw wrongType('distinct.key', 'string');
  const query = new Query(work.collection(ns), queryArguments(body, 'query'));
  const values: Value[] = [];
  for (const doc of query.documents()) {
    for (const value of valuesAtPath(doc, key.split('.'))) {
      if (value !== undefined && value !== NO_ELEMENTS) values.push(value);
    }
  }
  values.sort(compareValues);
  return { values: values.filter((value, i) => i === 0 || compareValues(value, values[i - 1]) !== 0) };
}

export const readCommands: Readonly<Record<string, Command>> = {
  find: { run: find, inTransaction: true },
  getMore: { run: getMore, inTransaction: true },
  killCursors: { run: killCursors, inTransaction: true },
  count: { run: count },
  distinct: { run: distinct, inTransaction: true },
};
