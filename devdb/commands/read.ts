/** find, getMore, killCursors, count and distinct. */
import { Long } from 'bson';
import type { Batch } from '../cursors.ts';
import { notSupported, typeMismatch } from '../errors.ts';
import { valuesAtPath } from '../path.ts';
import { compileProjection, type Projection } from '../projection.ts';
import { letArgument, Query, sortArgument, type QueryOptions } from '../query.ts';
import { asBuffer, document, documentArray, element, elements, RAW } from '../raw.ts';
import { count as countMatching } from '../scan.ts';
import { compareValues, decode, encode, type Doc, type Value } from '../values.ts';
import { checkNamespace } from '../work.ts';
import {
  countArgument,
  docArgument,
  flagArgument,
  numberArgument,
  refuseCollation,
  type Command,
  type Context,
  type Reply,
} from './context.ts';

const DEFAULT_BATCH = 101;

/** The reply of a command that opens a cursor or reads on. */
export function cursorReply(field: 'firstBatch' | 'nextBatch', { documents, id }: Batch, ns: string): Buffer {
  const cursor = document([
    element(RAW.array, field, documentArray(documents)),
    elements({ id: Long.fromBigInt(id), ns }),
  ]);
  return element(RAW.object, 'cursor', cursor);
}

/** Options of `find` that ask for what there is not. */
function refuseUnsupported(body: Doc): void {
  refuseCollation(body);
  for (const option of ['tailable', 'awaitData', 'returnKey', 'showRecordId', 'min', 'max']) {
    const value = body[option];
    if (value !== undefined && value !== false) throw notSupported(`find option '${option}'`);
  }
}

/** The query of a `find`, also as `explain` gets it. */
export function findQuery(body: Doc): QueryOptions & { readonly limit: number; readonly variables: Doc } {
  refuseUnsupported(body);
  const sort = sortArgument(body['sort']);
  return {
    filter: docArgument('filter', body['filter']),
    skip: countArgument('skip', body['skip'], 0),
    limit: Math.abs(Math.trunc(numberArgument('limit', body['limit'], 0))),
    hint: body['hint'],
    variables: letArgument(body),
    ...(sort === undefined ? {} : { sort }),
  };
}

function find(context: Context): Reply {
  const { body, ns, work, server } = context;
  const options = findQuery(body);
  const singleBatch = flagArgument(body['singleBatch']) || numberArgument('limit', body['limit'], 0) < 0;
  const batchSize = countArgument('batchSize', body['batchSize'], DEFAULT_BATCH);
  const collection = work.collection(ns);
  // A cursor that may outlast the command reads a version that nobody changes.
  const outlasts = !singleBatch && !(options.limit > 0 && options.limit <= batchSize);
  const query = new Query(outlasts ? collection?.freeze() : collection, options);
  const project = projectionOf(body['projection'], query, options.variables);
  const documents = function* (): Generator<Buffer, void> {
    for (const { bytes, doc } of query.run()) {
      yield project === undefined ? bytes : asBuffer(encode(project(doc ?? decode(bytes))));
    }
  };
  return cursorReply(
    'firstBatch',
    server.cursors.open(ns, documents(), batchSize, singleBatch, cursorOwner(context)),
    ns,
  );
}

/** A projection argument; undefined when all is wanted. */
export function projectionOf(
  given: Value | undefined,
  { matcher }: Query,
  variables: Doc = {},
): Projection | undefined {
  const fields = docArgument('projection', given);
  return Object.keys(fields).length === 0
    ? undefined
    : compileProjection(fields, { stage: 'find', matcher, variables });
}

/** Cursors of a transaction belong to it. */
export function cursorOwner({ use }: Context): string | undefined {
  return use.kind === 'transaction' ? `${use.session.key}:${String(use.session.number)}` : undefined;
}

function getMore(context: Context): Reply {
  const { body, request, server } = context;
  const id = body['getMore'];
  if (!(id instanceof Long)) throw typeMismatch("BSON field 'getMore.getMore' is the wrong type, expected type 'long'");
  const collection = body['collection'];
  const ns = `${request.db}.${typeof collection === 'string' ? collection : ''}`;
  const batchSize = countArgument('batchSize', body['batchSize'], 0);
  return cursorReply('nextBatch', server.cursors.next(id.toBigInt(), ns, batchSize, cursorOwner(context)), ns);
}

function killCursors({ body, server }: Context): Reply {
  const { cursors } = body;
  if (!Array.isArray(cursors)) throw typeMismatch("BSON field 'killCursors.cursors' must be an array");
  const cursorsKilled: Value[] = [];
  const cursorsNotFound: Value[] = [];
  for (const id of cursors) {
    if (id instanceof Long && server.cursors.kill(id.toBigInt())) cursorsKilled.push(id);
    else cursorsNotFound.push(id);
  }
  return { cursorsKilled, cursorsNotFound, cursorsAlive: [], cursorsUnknown: [] };
}

function count({ body, ns, work }: Context): Reply {
  refuseCollation(body);
  const skip = countArgument('skip', body['skip'], 0);
  const limit = Math.abs(numberArgument('limit', body['limit'], 0));
  const collection = work.collection(ns);
  if (collection === undefined) return { n: 0 };
  const query = new Query(collection, { filter: docArgument('query', body['query']), hint: body['hint'] });
  const all = Math.max(0, countMatching(collection, query.plan, query.matcher, query.counters) - skip);
  return { n: limit > 0 ? Math.min(all, limit) : all };
}

function distinct({ body, request, work }: Context): Reply {
  refuseCollation(body);
  const { key } = body;
  if (typeof key !== 'string')
    throw typeMismatch("BSON field 'distinct.key' is the wrong type, expected type 'string'");
  const query = new Query(work.collection(checkNamespace(request.db, body['distinct'])), {
    filter: docArgument('query', body['query']),
    hint: body['hint'],
  });
  const values: Value[] = [];
  for (const { bytes, doc } of query.run()) {
    for (const value of valuesAtPath(doc ?? decode(bytes), key.split('.'))) {
      // Undefined is a missing field, and [] an array without elements: neither is a value.
      if (value !== undefined && !(Array.isArray(value) && value.length === 0)) values.push(value);
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
