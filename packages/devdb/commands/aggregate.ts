/** aggregate: what an index can serve of the pipeline's beginning is a query; the rest runs over what that finds. */
import type { Output } from '../aggregate/output.ts';
import { compilePipeline } from '../aggregate/pipeline.ts';
import type { PipelineOptions } from '../aggregate/stages.ts';
import { isNumeric, toNumber } from '../bson/numbers.ts';
import { decode, encode, isDoc, type Doc } from '../bson/values.ts';
import { commandError } from '../errors.ts';
import { Query } from '../query/query.ts';
import { countArgument, docArgument, docsArgument, flagArgument, letArgument } from './arguments.ts';
import type { Command, CommandContext, Reply } from './context.ts';
import { collectionStats } from './diagnostics.ts';
import { explainCommand } from './explain.ts';
import { checkNamespace } from './namespace.ts';
import { countStage, pipelineQuery } from './pipeline-query.ts';
import { openCursor } from './read.ts';
import { writeOutput } from './write-output.ts';

async function aggregate(context: CommandContext): Promise<Reply> {
  const { body, request } = context;
  const pipeline = docsArgument('pipeline', body['pipeline']);
  if (flagArgument(body['explain'])) return explainCommand(context, body, 'queryPlanner');
  const cursor = docArgument('cursor', body['cursor']);
  const batchSize = countArgument('batchSize', cursor['batchSize'], 101);
  const ns = isNumeric(body['aggregate'])
    ? `${request.db}.$cmd.aggregate`
    : checkNamespace(request.db, body['aggregate']);
  const { documents, output } = results(context, ns, pipeline);
  if (output !== undefined) await writeOutput(context, output, [...documents].map(decode));
  return openCursor(context, ns, output === undefined ? documents : [], batchSize);
}

interface Results {
  documents: Iterable<Buffer>;
  output: Output | undefined;
}

/** Compiles a pipeline, so that its mistakes are known at once, and gives what it will find. */
function results(context: CommandContext, ns: string, pipeline: readonly Doc[]): Results {
  const { request, work, body } = context;
  const options: PipelineOptions = {
    variables: letArgument(body),
    collection: (name, filter, variables = {}) =>
      new Query(work.collection(`${request.db}.${name}`), { filter, variables }).documents(),
  };
  const made = madeDocuments(context, ns, pipeline[0] ?? {});
  if (made !== undefined) {
    const { run, output } = compilePipeline(pipeline.slice(made.stages), options);
    return { documents: encoded(() => run(made.documents)), output };
  }
  const collection = work.collection(ns)?.freeze();
  const { options: leading, rest, counts } = pipelineQuery(pipeline, body);
  const query = new Query(collection, leading);
  const { run, output } = compilePipeline(rest, options);
  const counted = countStage(rest[0]);
  if (counts && counted !== undefined && rest.length === 1) {
    return { documents: encoded(() => [counted(query.count())].filter((doc) => doc !== undefined)), output };
  }
  const bytes = function* (): Generator<Buffer, void> {
    for (const each of query.run()) yield each.bytes;
  };
  return { documents: rest.length === 0 ? bytes() : encoded(() => run(query.documents())), output };
}

function* encoded(documents: () => Iterable<Doc>): Generator<Buffer, void> {
  for (const doc of documents()) yield encode(doc);
}

/** What a first stage makes that reads no documents, and how many stages that takes off the pipeline. */
function madeDocuments(
  context: CommandContext,
  ns: string,
  first: Doc,
): { documents: Doc[]; stages: 0 | 1 } | undefined {
  const { body, server, work, request } = context;
  const { $collStats, $currentOp, $listLocalSessions } = first;
  if ($currentOp !== undefined && !(isNumeric(body['aggregate']) && request.db === 'admin')) {
    throw commandError('InvalidNamespace', "$currentOp must be run against the 'admin' database with {aggregate: 1}");
  }
  if (isNumeric(body['aggregate'])) {
    if ('$documents' in first) return { documents: [], stages: 0 };
    if ($listLocalSessions !== undefined) return { documents: server.sessions.list(), stages: 1 };
    if ($currentOp !== undefined) return { documents: server.sessions.idle(), stages: 1 };
    const stage = Object.keys(first)[0] ?? 'an empty pipeline';
    throw commandError('InvalidNamespace', `{aggregate: 1} is not valid for '${stage}'; a collection is required.`);
  }
  if ($collStats === undefined) return undefined;
  const { storageStats, count: counted } = docArgument('$collStats', $collStats);
  const collection = work.collection(ns);
  const scale = isDoc(storageStats) ? storageStats['scale'] : undefined;
  const stats: Doc = {
    ns,
    localTime: new Date(),
    ...(storageStats === undefined
      ? {}
      : { storageStats: collectionStats(ns, collection, isNumeric(scale) ? toNumber(scale) : 1) }),
    ...(counted === undefined ? {} : { count: collection?.records.size ?? 0 }),
  };
  return { documents: [stats], stages: 1 };
}

export const aggregateCommands: Readonly<Record<string, Command>> = {
  aggregate: { run: aggregate, inTransaction: true, writes: true },
};
