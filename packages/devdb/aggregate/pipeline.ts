/**
 * Aggregation pipelines. Stages run one after the other, each over the whole list of documents. The simple ones are in
 * stages.ts; here are those that run pipelines of their own. A stage that reads another collection gets its documents
 * from the caller.
 */
import * as mingoStages from 'mingo/operators/pipeline';
import { parsePath, valuesAtPath, type Path } from '../bson/path.ts';
import { isDoc, type Doc, type Value } from '../bson/values.ts';
import { failedToParse, locationError, notSupported } from '../errors.ts';
import { compileFilter } from '../query/matcher.ts';
import { withField } from '../query/projection.ts';
import { compileSort } from '../query/sort.ts';
import { compileExpression } from './expression.ts';
import { allOf, leadingQuery } from './leading-query.ts';
import { parseOutput, type Output } from './output.ts';
import { docOf, listOf, textOf } from './stage-arguments.ts';
import { stageSpec, type StageSpec } from './stage-spec.ts';
import {
  documents,
  mingoStage,
  simpleStages,
  UNSUPPORTED_STAGES,
  type PipelineOptions,
  type Stage,
  type StageCompiler,
} from './stages.ts';

/** A compiled pipeline. */
interface Pipeline {
  /** All stages but the output, over the documents in their order. */
  run: (docs: Iterable<Doc>) => readonly Doc[];
  /** Where the results go instead of to the client: the last stage, where that is $out or $merge. */
  output: Output | undefined;
}

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
  if (UNSUPPORTED_STAGES.has(name)) throw notSupported(name);
  if (!Object.hasOwn(mingoStages, name)) throw locationError(40324, `Unrecognized pipeline stage name: '${name}'`);
  return mingoStage(name, value, options);
}

/** The stages that run pipelines of their own stand here; the others in stages.ts. */
const stageCompilers: Readonly<Record<string, StageCompiler>> = {
  ...simpleStages,
  $lookup: lookingUp,
  $unionWith(value, options) {
    const { coll, pipeline = [] } = isDoc(value) ? value : { coll: value };
    const name = coll === undefined ? undefined : textOf('$unionWith', 'coll', coll);
    return (docs) => [...docs, ...runOn(name, {}, listOf('$unionWith', pipeline), options)];
  },
  $facet(value, options) {
    const facets = Object.entries(docOf('$facet', value)).map(([name, pipeline]) => {
      const stages = listOf('$facet', pipeline).map((stage) => compileStage(stageSpec(stage), false, options));
      return { name, stages };
    });
    return (docs) => [Object.fromEntries(facets.map(({ name, stages }) => [name, [...runStages(stages, docs)]]))];
  },
};

function lookingUp(value: Value, options: PipelineOptions): Stage {
  const spec = docOf('$lookup', value);
  const from = spec['from'] === undefined ? undefined : textOf('$lookup', 'from', spec['from']);
  const as = parsePath(textOf('$lookup', 'as', spec['as'] ?? null));
  const pipeline = listOf('$lookup', spec['pipeline'] ?? []);
  const { localField, foreignField } = spec;
  if ((localField === undefined) !== (foreignField === undefined) || (!localField && !spec['pipeline'])) {
    throw failedToParse("$lookup requires either 'pipeline' or both 'localField' and 'foreignField'");
  }
  const local = localField === undefined ? undefined : parsePath(textOf('$lookup', 'localField', localField));
  const foreign = foreignField === undefined ? undefined : textOf('$lookup', 'foreignField', foreignField);
  const bindings = Object.entries(docOf('$lookup', spec['let'] ?? {})).map(([name, expression]) => ({
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
