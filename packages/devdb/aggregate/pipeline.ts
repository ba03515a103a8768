/**
 * Aggregation pipelines. The stages that only move documents and fields around are here, over BSON values; those that
 * group and compute are mingo's (see expression.ts). What reads other collections asks the caller for their documents,
 * and `leadingQuery` hands the caller, who has indexes, what these can do.
 */
import { Int32 } from 'bson';
import { Aggregator } from 'mingo/aggregator';
import * as mingoStages from 'mingo/operators/pipeline';
import { failedToParse, locationError, notSupported, typeMismatch } from '../errors.ts';
import { compileExpression, mingoOptions, promote, restore, translated } from './expression.ts';
import { compileFilter } from '../query/matcher.ts';
import { parseOutput, type Output } from './output.ts';
import { parsePath, valuesAtPath, type Path } from '../bson/path.ts';
import { compileProjection, withField, type ProjectionOptions } from '../query/projection.ts';
import { show } from '../bson/show.ts';
import { compileSort } from '../query/sort.ts';
import { count, document, list, nonEmpty, sortSpec, text } from './stage-arguments.ts';
import { typeAlias } from '../bson/types.ts';
import { unwinding } from './unwind.ts';
import { isDoc, type Doc, type Value } from '../bson/values.ts';

export interface PipelineOptions {
  /** What `$$name` stands for. */
  readonly variables?: Doc;
  /**
   * The documents of another collection of the database, for $lookup and its like: those that match the filter at
   * least, and more if that is easier, since they are matched again here.
   */
  readonly collection?: (name: string, filter: Doc, variables?: Doc) => Iterable<Doc>;
}

/** A compiled pipeline. */
export interface Pipeline {
  /** All stages but the output, over the documents in their order. */
  readonly run: (docs: Iterable<Doc>) => readonly Doc[];
  /** Where the results go instead of to the client: the last stage, where that is $out or $merge. */
  readonly output: Output | undefined;
}

/** What a pipeline's first stages ask of the collection, as a find would. */
export interface PipelineQuery {
  readonly filter: Doc;
  readonly sort: Doc | undefined;
  readonly skip: number;
  readonly limit: number | undefined;
}

type Stage = (docs: readonly Doc[]) => readonly Doc[];

/**
 * Compiles a pipeline.
 * @throws CommandError 14, 40323 or 40324 on what isn't a stage, 40573 and 238 on stages that this server doesn't have,
 *   and what the stages themselves refuse
 */
export function compilePipeline(pipeline: readonly Value[], options: PipelineOptions = {}): Pipeline {
  const specs = pipeline.map(stageSpec);
  const last = specs.at(-1);
  const output = last === undefined ? undefined : parseOutput(last.name, last.value);
  if (output !== undefined) specs.pop();
  const stages = specs.map((spec, i) => compileStage(spec, i === 0, options));
  return { run: (docs) => runStages(stages, [...docs]), output };
}

function runStages(stages: readonly Stage[], docs: readonly Doc[]): readonly Doc[] {
  return stages.reduce((current, stage) => stage(current), docs);
}

/** Takes off a pipeline's front what a find can do: filters, then a sort, then skip, then limit. */
export function leadingQuery(pipeline: readonly Value[]): { query: PipelineQuery; rest: readonly Value[] } {
  const rest = pipeline.map(stageSpec);
  const next = (name: string) => (rest[0]?.name === name ? rest.shift()?.value : undefined);
  const filters: Doc[] = [];
  for (let match = next('$match'); match !== undefined; match = next('$match')) filters.push(document('$match', match));
  const sort = next('$sort');
  const skip = next('$skip');
  const limit = next('$limit');
  const query = {
    filter: allOf(filters),
    sort: sort === undefined ? undefined : sortSpec(sort),
    skip: skip === undefined ? 0 : count('$skip', skip, 0),
    limit: limit === undefined ? undefined : count('$limit', limit, 1),
  };
  return { query, rest: rest.map(({ name, value }) => ({ [name]: value })) };
}

function allOf(filters: readonly Doc[]): Doc {
  const conditions = filters.filter((filter) => Object.keys(filter).length > 0);
  return conditions.length > 1 ? { $and: [...conditions] } : (conditions[0] ?? {});
}

interface StageSpec {
  readonly name: string;
  readonly value: Value;
}

function stageSpec(stage: Value): StageSpec {
  if (!isDoc(stage)) throw typeMismatch("Each element of the 'pipeline' array must be an object");
  const [entry, second] = Object.entries(stage);
  if (entry === undefined || second !== undefined) {
    throw locationError(40323, 'A pipeline stage specification object must contain exactly one field.');
  }
  return { name: entry[0], value: entry[1] };
}

type StageCompiler = (value: Value, options: PipelineOptions) => Stage;

function compileStage({ name, value }: StageSpec, isFirst: boolean, options: PipelineOptions): Stage {
  const compile = Object.hasOwn(stageCompilers, name) ? stageCompilers[name] : undefined;
  if (compile !== undefined) return compile(value, options);
  if (name === '$changeStream') {
    throw locationError(40573, 'The $changeStream stage is only supported on replica sets, and not by this server');
  }
  if (name === '$documents' && isFirst) return documents(value, options);
  if (name === '$documents') throw locationError(40602, '$documents is only valid as the first stage in a pipeline');
  if (name === '$out' || name === '$merge') {
    throw locationError(40601, `${name} can only be the final stage in the pipeline`);
  }
  if (UNSUPPORTED.has(name)) throw notSupported(name);
  if (!Object.hasOwn(mingoStages, name)) throw locationError(40324, `Unrecognized pipeline stage name: '${name}'`);
  return mingoStage(name, value, options);
}

const UNSUPPORTED = new Set([
  ...[
    '$search',
    '$searchMeta',
    '$vectorSearch',
    '$rankFusion',
    '$scoreFusion',
    '$geoNear',
    '$changeStreamSplitLargeEvent',
  ],
  ...['$currentOp', '$collStats', '$indexStats', '$listSessions', '$listLocalSessions', '$planCacheStats'],
]);

const stageCompilers: Readonly<Record<string, StageCompiler>> = {
  $match(value, { variables }) {
    const matcher = compileFilter(document('$match', value), variables);
    return (docs) => docs.filter((doc) => matcher.matches(doc));
  },
  $sort(value) {
    const sorter = compileSort(sortSpec(value));
    return (docs) => sorter.sort(docs, (doc) => doc);
  },
  $skip(value) {
    const skipped = count('$skip', value, 0);
    return (docs) => docs.slice(skipped);
  },
  $limit(value) {
    const limit = count('$limit', value, 1);
    return (docs) => docs.slice(0, limit);
  },
  $project: (value, options) => projecting(nonEmpty(document('$project', value)), '$project', options),
  $addFields: (value, options) => projecting(document('$addFields', value), '$addFields', options),
  $set: (value, options) => projecting(document('$set', value), '$addFields', options),
  $unset(value, options) {
    const paths = Array.isArray(value) ? value : [value];
    return projecting(
      Object.fromEntries(paths.map((path) => [text('$unset', 'path', path), false])),
      '$project',
      options,
    );
  },
  $replaceRoot: (value, options) => replacing(document('$replaceRoot', value)['newRoot'] ?? null, options),
  $replaceWith: replacing,
  $count(value) {
    if (typeof value !== 'string' || value === '' || value.startsWith('$') || value.includes('.')) {
      throw locationError(40156, 'the count field must be a non-empty string, not $-prefixed and without dots');
    }
    return (docs) => (docs.length === 0 ? [] : [{ [value]: new Int32(docs.length) }]);
  },
  $sortByCount: (value, options) => {
    const group = mingoStage('$group', { _id: value, count: { $sum: 1 } }, options);
    const sorter = compileSort({ count: -1 });
    return (docs) => sorter.sort(group(docs), (doc) => doc);
  },
  $bucket: bucketing,
  $unwind: unwinding,
  $lookup: lookingUp,
  $unionWith(value, options) {
    const { coll, pipeline = [] } = isDoc(value) ? value : { coll: value };
    const name = coll === undefined ? undefined : text('$unionWith', 'coll', coll);
    return (docs) => [...docs, ...runOn(name, {}, list('$unionWith', pipeline), options)];
  },
  $facet(value, options) {
    const facets = Object.entries(document('$facet', value)).map(([name, pipeline]) => {
      const stages = list('$facet', pipeline).map((stage) => compileStage(stageSpec(stage), false, options));
      return { name, stages };
    });
    return (docs) => [Object.fromEntries(facets.map(({ name, stages }) => [name, [...runStages(stages, docs)]]))];
  },
};

function documents(value: Value, { variables }: PipelineOptions): Stage {
  const evaluate = compileExpression(value, variables);
  return () => {
    const docs = evaluate({});
    if (Array.isArray(docs) && docs.every(isDoc)) return docs;
    throw locationError(5858203, `$documents takes an array of documents, found ${show(docs)}`);
  };
}

function projecting(spec: Doc, stage: '$project' | '$addFields', { variables }: PipelineOptions): Stage {
  const options: ProjectionOptions = variables === undefined ? { stage } : { stage, variables };
  const project = compileProjection(spec, options);
  return (docs) => docs.map(project);
}

function replacing(newRoot: Value, { variables }: PipelineOptions): Stage {
  const evaluate = compileExpression(newRoot, variables);
  return (docs) =>
    docs.map((doc) => {
      const root = evaluate(doc, doc);
      if (isDoc(root)) return root;
      throw locationError(
        40228,
        `'newRoot' expression must evaluate to an object, but resulting value was: ${show(root)}. Type of resulting value: '${typeAlias(root)}'.`,
      );
    });
}

/** As MongoDB rewrites it: a $group by the lower bound that the value falls under, then a $sort. */
function bucketing(value: Value, options: PipelineOptions): Stage {
  const spec = document('$bucket', value);
  const { groupBy = null, output = { count: { $sum: 1 } } } = spec;
  const boundaries = list('$bucket', spec['boundaries'] ?? null);
  const branches = boundaries.slice(0, -1).map((bound, i) => ({
    case: { $and: [{ $gte: [groupBy, bound] }, { $lt: [groupBy, boundaries[i + 1] ?? null] }] },
    then: { $literal: bound },
  }));
  const byBound: Doc = { branches, ...('default' in spec && { default: { $literal: spec['default'] } }) };
  const group = mingoStage('$group', { _id: { $switch: byBound }, ...document('$bucket', output) }, options);
  const sorter = compileSort({ _id: 1 });
  return (docs) => sorter.sort(group(docs), (doc) => doc);
}

function lookingUp(value: Value, options: PipelineOptions): Stage {
  const spec = document('$lookup', value);
  const from = spec['from'] === undefined ? undefined : text('$lookup', 'from', spec['from']);
  const as = parsePath(text('$lookup', 'as', spec['as'] ?? null));
  const pipeline = list('$lookup', spec['pipeline'] ?? []);
  const { localField, foreignField } = spec;
  if ((localField === undefined) !== (foreignField === undefined) || (!localField && !spec['pipeline'])) {
    throw failedToParse("$lookup requires either 'pipeline' or both 'localField' and 'foreignField'");
  }
  const local = localField === undefined ? undefined : parsePath(text('$lookup', 'localField', localField));
  const foreign = foreignField === undefined ? undefined : text('$lookup', 'foreignField', foreignField);
  const bindings = Object.entries(document('$lookup', spec['let'] ?? {})).map(([name, expression]) => ({
    name,
    evaluate: compileExpression(expression, options.variables),
  }));
  return (docs) =>
    docs.map((doc) => {
      const filter: Doc =
        local === undefined || foreign === undefined ? {} : { [foreign]: { $in: localValues(doc, local) } };
      // A variable may stand for a missing field, which no field of a document can: hence the cast.
      const bound = bindings.map(({ name, evaluate }) => [name, evaluate(doc) as Value] as const);
      const variables: Doc = { ...options.variables, ...Object.fromEntries(bound) };
      return withField(doc, as, [...runOn(from, filter, pipeline, { ...options, variables })]);
    });
}

function localValues(doc: Doc, path: Path): Value[] {
  const values = valuesAtPath(doc, path).map((value) => value ?? null);
  return values.filter((value) => !(Array.isArray(value) && value.length === 0));
}

/** A pipeline of its own over the documents of a collection that match, or over what its $documents says. */
function runOn(
  collection: string | undefined,
  filter: Doc,
  pipeline: readonly Value[],
  options: PipelineOptions,
): readonly Doc[] {
  const [first] = pipeline;
  if (isDoc(first) && '$documents' in first) return compilePipeline(pipeline, options).run([]);
  if (collection === undefined || options.collection === undefined) {
    throw failedToParse("a pipeline without 'from' or 'coll' must begin with $documents");
  }
  const { query, rest } = leadingQuery(pipeline);
  const both = allOf([filter, query.filter]);
  const matcher = compileFilter(both, options.variables);
  const found = [...options.collection(collection, both, options.variables)].filter((doc) => matcher.matches(doc));
  const ordered = query.sort === undefined ? found : compileSort(query.sort).sort(found, (doc) => doc);
  const end = query.limit === undefined ? undefined : query.skip + query.limit;
  return compilePipeline(rest, options).run(ordered.slice(query.skip, end));
}

/** A stage of mingo's, between promoting and restoring. */
function mingoStage(name: string, value: Value, options: PipelineOptions): Stage {
  const { collection } = options;
  const promoted = (docs: Iterable<Doc>) => Array.from(docs, (doc) => promote(doc) as Doc);
  const aggregator = new Aggregator([{ [name]: promote(value) }], {
    ...mingoOptions(options.variables),
    // Window functions are functions of mingo's own; those of a client are text, which mingo doesn't run.
    scriptEnabled: name === '$setWindowFields',
    ...(collection && { collectionResolver: (from: string) => promoted(collection(from, {})) }),
  });
  // $redact gives undefined for what it prunes.
  return (docs) => {
    const results = translated(() => aggregator.run(promoted(docs)));
    return results.filter(isDoc).map((doc) => restore(doc) as Doc);
  };
}
