/** explain: shows a query's plan as MongoDB does, and what running it looked at. */
import type { Doc } from '../bson/values.ts';
import { commandError } from '../errors.ts';
import type { Plan, Source, IndexScan } from '../query/planner.ts';
import { Query, type QueryOptions } from '../query/query.ts';
import type { Collection } from '../storage/collection.ts';
import { docArgument, docsArgument, flagArgument, pageArguments, queryArguments } from './arguments.ts';
import type { Command, CommandContext, Reply } from './context.ts';
import { VERSION } from './diagnostics.ts';
import { checkFields } from './fields.ts';
import { checkNamespace } from './namespace.ts';
import { pipelineQuery } from './pipeline-query.ts';
import { findQuery } from './read.ts';

/** A plan as the tree of stages that MongoDB shows. */
function stages(plan: Plan, { filter, sort, skip = 0, limit = 0 }: QueryOptions, counts = false): Doc {
  let stage = sourceStage(plan, filter, counts);
  if (sort !== undefined && !plan.sorted) {
    stage = {
      stage: 'SORT',
      sortPattern: sort,
      type: 'simple',
      ...(limit > 0 ? { limitAmount: skip + limit } : {}),
      inputStage: stage,
    };
  }
  if (skip > 0) stage = { stage: 'SKIP', skipAmount: skip, inputStage: stage };
  if (limit > 0) stage = { stage: 'LIMIT', limitAmount: limit, inputStage: stage };
  return counts ? { stage: 'COUNT', inputStage: stage } : stage;
}

function sourceStage({ source, exact }: Plan, filter: Doc, counts: boolean): Doc {
  if (source.kind === 'none') return { stage: 'EOF' };
  const residual = exact ? {} : { filter };
  if (source.kind === 'id') {
    if (exact && !counts) return { stage: 'IDHACK' };
    const input = { stage: 'IXSCAN', keyPattern: { _id: 1 }, indexName: '_id_', isUnique: true, direction: 'forward' };
    return counts && exact ? { ...input, stage: 'COUNT_SCAN' } : { stage: 'FETCH', ...residual, inputStage: input };
  }
  if (source.kind === 'collection') {
    return { stage: 'COLLSCAN', ...residual, direction: source.backward ? 'backward' : 'forward' };
  }
  const input = indexStage(source, counts && exact);
  return counts && exact ? input : { stage: 'FETCH', ...residual, inputStage: input };
}

function indexStage(source: Extract<Source, { kind: 'index' | 'union' }>, covered: boolean): Doc {
  if (source.kind === 'union') return { stage: 'OR', inputStages: source.scans.map((scan) => indexStage(scan, false)) };
  if (source.merged) {
    return {
      stage: 'SORT_MERGE',
      inputStages: source.runs.map((run) => scanStage({ ...source, runs: [run] }, covered)),
    };
  }
  return scanStage(source, covered);
}

function scanStage({ index, backward, runs, repeats }: IndexScan, covered: boolean): Doc {
  const { spec } = index;
  return {
    stage: covered ? 'COUNT_SCAN' : 'IXSCAN',
    keyPattern: spec.key,
    indexName: spec.name,
    isMultiKey: repeats,
    isUnique: index.unique || spec.name === '_id_',
    isSparse: spec.sparse === true,
    isPartial: spec.partialFilterExpression !== undefined,
    indexVersion: 2,
    direction: backward ? 'backward' : 'forward',
    rangeCount: runs.reduce((sum, { ranges }) => sum + ranges.length, 0),
  };
}

/** `queryPlanner`, and `executionStats` unless only the plan is asked for. */
function explainQuery(
  ns: string,
  collection: Collection | undefined,
  options: QueryOptions,
  verbosity: string,
  counts = false,
): Doc {
  const query = new Query(collection, options);
  const winningPlan = stages(query.plan, options, counts);
  const queryPlanner: Doc = { namespace: ns, parsedQuery: options.filter, winningPlan, rejectedPlans: [] };
  if (verbosity === 'queryPlanner') return { queryPlanner };
  const started = performance.now();
  let nReturned = counts ? 1 : 0;
  if (counts) query.count();
  else for (const { record } of query.run()) nReturned += Number(record > 0);
  const { keysExamined, docsExamined } = query.counters;
  return {
    queryPlanner,
    executionStats: {
      executionSuccess: true,
      nReturned,
      executionTimeMillis: Math.round(performance.now() - started),
      totalKeysExamined: keysExamined,
      totalDocsExamined: docsExamined,
      executionStages: { ...winningPlan, nReturned },
      allPlansExecution: [],
    },
  };
}

/** What the explained command would look for. */
function queryOf(command: Doc, name: string): { options: QueryOptions; counts?: boolean; rest?: readonly Doc[] } {
  const first = (list: string): Doc => docsArgument(list, command[list])[0] ?? {};
  switch (name) {
    case 'find':
      return { options: findQuery(command) };
    case 'aggregate':
      return pipelineQuery(docsArgument('pipeline', command['pipeline']), command);
    case 'count':
      return { options: { ...queryArguments(command, 'query'), ...pageArguments(command) }, counts: true };
    case 'distinct':
      return { options: queryArguments(command, 'query') };
    case 'update': {
      const statement = first('updates');
      const limit = flagArgument(statement['multi']) ? 0 : 1;
      return { options: { ...queryArguments(statement, 'q', command), limit } };
    }
    case 'delete': {
      const statement = first('deletes');
      return { options: { ...queryArguments(statement, 'q', command), limit: Number(statement['limit']) } };
    }
    case 'findAndModify':
      return { options: { ...queryArguments(command, 'query'), limit: 1 } };
    default:
      throw commandError('CommandNotFound', `Explain failed due to unknown command: ${name}`);
  }
}

function explain(context: CommandContext): Reply {
  const { explain: command, verbosity } = context.body;
  const shown = typeof verbosity === 'string' ? verbosity : 'allPlansExecution';
  return explainCommand(context, docArgument('explain', command), shown);
}

/** The reply to `explain`, and to `aggregate` with `explain: true`. */
export function explainCommand({ request, work, server }: CommandContext, command: Doc, verbosity: string): Doc {
  const name = Object.keys(command)[0] ?? '';
  checkFields(name, command);
  const ns = checkNamespace(request.db, command[name]);
  const { options, counts, rest = [] } = queryOf(command, name);
  const explained = explainQuery(ns, work.collection(ns), options, verbosity, counts);
  const [host = '', port = ''] = server.address().split(/:(?=\d+$)/);
  const serverInfo = { host, port: Number(port), version: VERSION };
  if (rest.length === 0) return { explainVersion: '1', ...explained, command, serverInfo };
  return { explainVersion: '1', stages: [{ $cursor: explained }, ...rest], command, serverInfo };
}

export const explainCommands: Readonly<Record<string, Command>> = { explain: { run: explain } };
