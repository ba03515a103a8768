/** aggregate: what an index can serve of the pipeline's beginning is a query; the rest runs over what that finds. */
import { compilePipeline, leadingQuery, type PipelineOptions } from '../aggregate.ts';
import { commandError } from '../errors.ts';
import { isNumeric, toNumber } from '../numbers.ts';
import { Query, type QueryOptions } from '../query.ts';
import { asBuffer } from '../raw.ts';
import { count } from '../scan.ts';
import { decode, encode, isDoc, type Doc, type Value } from '../values.ts';
import { checkNamespace } from '../work.ts';
import {
  countArgument,
  docArgument,
  docsArgument,
  flagArgument,
  refuseCollation,
  type Command,
  type Context,
  type Reply,
} from './context.ts';
import { collectionStats } from './diagnostics.ts';
import { explainCommand } from './explain.ts';
import { cursorOwner, cursorReply } from './read.ts';

/** The query that a pipeline begins with, what follows it, and whether that only counts. */
export function beginning(
  pipeline: readonly Doc[],
  command: Doc,
): { options: QueryOptions; rest: readonly Doc[]; counts: boolean } {
  const { query, rest } = leadingQuery(pipeline);
  const options: QueryOptions = {
    filter: query.filter,
    skip: query.skip,
    limit: query.limit ?? 0,
    hint: command['hint'],
    variables: docArgument('let', command['let']),
    ...(query.sort === undefined ? {} : { sort: query.sort }),
  };
  const stages = rest.filter(isDoc);
  return { options, rest: stages, counts: query.sort === undefined && countStage(stages[0]) !== undefined };
}

/** For `{$group: {_id: <constant>, <field>: {$sum: 1}}}`, which is how drivers count, the reply's document for a count. */
function countStage(stage: Doc | undefined): ((n: number) => Doc | undefined) | undefined {
  const { $group, $count } = stage ?? {};
  if (typeof $count === 'string') return (n) => (n === 0 ? undefined : { [$count]: n });
  if (!isDoc($group)) return undefined;
  const { _id: id = null, ...fields } = $group;
  const [field, ...others] = Object.keys(fields);
  const sum = field === undefined ? undefined : fields[field];
  if (field === undefined || others.length > 0 || !isDoc(sum) || !isNumeric(sum['$sum']) || toNumber(sum['$sum']) !== 1)
    return undefined;
  if (!(id === null || isNumeric(id))) return undefined;
  return (n) => (n === 0 ? undefined : { _id: id, [field]: n });
}

function aggregate(context: Context): Reply {
  const { body, request, work, server } = context;
  refuseCollation(body);
  const pipeline = docsArgument('pipeline', body['pipeline']);
  if (flagArgument(body['explain'])) {
    return explainCommand(body, request.db, (ns) => work.collection(ns), 'queryPlanner', server.address());
  }
  const cursor = docArgument('cursor', body['cursor']);
  const batchSize = countArgument('batchSize', cursor['batchSize'], 101);
  const overDatabase = isNumeric(body['aggregate']);
  const ns = overDatabase ? `${request.db}.$cmd.aggregate` : checkNamespace(request.db, body['aggregate']);
  const documents = overDatabase
    ? overDatabaseDocuments(context, pipeline)
    : collectionDocuments(context, ns, pipeline);
  return cursorReply('firstBatch', server.cursors.open(ns, documents, batchSize, false, cursorOwner(context)), ns);
}

function options({ body, request, work }: Context): PipelineOptions {
  return {
    variables: docArgument('let', body['let']),
    collection: function* (name, filter, variables = {}) {
      const query = new Query(work.collection(`${request.db}.${name}`), { filter, variables });
      for (const { bytes, doc } of query.run()) yield doc ?? decode(bytes);
    },
  };
}

function* overDatabaseDocuments(context: Context, pipeline: readonly Doc[]): Generator<Buffer, void> {
  const [stage = 'empty pipeline'] = Object.keys(pipeline[0] ?? {});
  if (stage !== '$documents') {
    throw commandError('InvalidNamespace', `{aggregate: 1} is not valid for '${stage}'; a collection is required.`);
  }
  for (const doc of compilePipeline(pipeline, options(context)).run([])) yield asBuffer(encode(doc));
}

function* collectionDocuments(context: Context, ns: string, pipeline: readonly Doc[]): Generator<Buffer, void> {
  const collection = context.work.collection(ns)?.freeze();
  const stats = pipeline[0]?.['$collStats'];
  if (stats !== undefined) {
    const { storageStats, count: counted } = docArgument('$collStats', stats);
    const shown: Doc = {
      ns,
      localTime: new Date(),
      ...(storageStats === undefined ? {} : { storageStats: collectionStats(ns, collection, scaleOf(storageStats)) }),
      ...(counted === undefined ? {} : { count: collection?.records.size ?? 0 }),
    };
    for (const doc of compilePipeline(pipeline.slice(1), options(context)).run([shown])) yield asBuffer(encode(doc));
    return;
  }
  const { options: leading, rest, counts } = beginning(pipeline, context.body);
  const query = new Query(collection, leading);
  const pipelineRest = compilePipeline(rest, options(context));
  const counted = countStage(rest[0]);
  if (counts && counted !== undefined && rest.length === 1) {
    const all = collection === undefined ? 0 : count(collection, query.plan, query.matcher, query.counters);
    const { skip = 0, limit = 0 } = leading;
    const n = Math.max(0, all - skip);
    const doc = counted(limit > 0 ? Math.min(n, limit) : n);
    if (doc !== undefined) yield asBuffer(encode(doc));
    return;
  }
  if (rest.length === 0) {
    for (const { bytes } of query.run()) yield bytes;
    return;
  }
  const found = function* (): Generator<Doc, void> {
    for (const { bytes, doc } of query.run()) yield doc ?? decode(bytes);
  };
  for (const doc of pipelineRest.run(found())) yield asBuffer(encode(doc));
}

function scaleOf(storageStats: Value): number {
  const scale = isDoc(storageStats) ? storageStats['scale'] : undefined;
  return isNumeric(scale) ? toNumber(scale) : 1;
}

export const aggregateCommands: Readonly<Record<string, Command>> = {
  aggregate: { run: aggregate, inTransaction: true },
};
