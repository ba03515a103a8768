/** The stages that need nothing but the documents before them. */
import { Int32 } from 'bson';
import { Aggregator } from 'mingo/aggregator';
import { show } from '../bson/show.ts';
import { typeAlias } from '../bson/types.ts';
import { isDoc, type Doc, type Value } from '../bson/values.ts';
import { locationError } from '../errors.ts';
import { compileFilter } from '../query/matcher.ts';
import { compileProjection, type ProjectionOptions } from '../query/projection.ts';
import { compileSort } from '../query/sort.ts';
import { compileExpression, mingoOptions, promote, restore, translated } from './expression.ts';
import { countOf, docOf, listOf, nonEmpty, sortSpec, textOf } from './stage-arguments.ts';
import { unwinding } from './unwind.ts';

export interface PipelineOptions {
  /** What `$$name` stands for. */
  variables?: Doc;
  /**
   * The documents of another collection of the database, for $lookup and its like: those that match the filter at
   * least, and more if that is easier, since they are matched again here.
   */
  collection?: (name: string, filter: Doc, variables?: Doc) => Iterable<Doc>;
}

/** A compiled stage. */
export type Stage = (docs: readonly Doc[]) => readonly Doc[];

export type StageCompiler = (value: Value, options: PipelineOptions) => Stage;

/** Stages that MongoDB has and this server hasn't. */
export const UNSUPPORTED_STAGES = new Set([
  '$search', '$searchMeta', '$vectorSearch', '$rankFusion', '$scoreFusion', '$geoNear', '$changeStreamSplitLargeEvent',
  '$currentOp', '$collStats', '$indexStats', '$listSessions', '$listLocalSessions', '$planCacheStats',
]); // prettier-ignore

export const simpleStages: Readonly<Record<string, StageCompiler>> = {
  $match(value, { variables }) {
    const matcher = compileFilter(docOf('$match', value), variables);
    return (docs) => docs.filter((doc) => matcher.matches(doc));
  },
  $sort(value) {
    const sorter = compileSort(sortSpec(value));
    return (docs) => sorter.sort(docs, (doc) => doc);
  },
  $skip(value) {
    const skipped = countOf('$skip', value, 0);
    return (docs) => docs.slice(skipped);
  },
  $limit(value) {
    const limit = countOf('$limit', value, 1);
    return (docs) => docs.slice(0, limit);
  },
  $project: (value, options) => projecting(nonEmpty(docOf('$project', value)), '$project', options),
  $addFields: (value, options) => projecting(docOf('$addFields', value), '$addFields', options),
  $set: (value, options) => projecting(docOf('$set', value), '$addFields', options),
  $unset(value, options) {
    const paths = Array.isArray(value) ? value : [value];
    return projecting(
      Object.fromEntries(paths.map((path) => [textOf('$unset', 'path', path), false])),
      '$project',
      options,
    );
  },
  $replaceRoot: (value, options) => replacing(docOf('$replaceRoot', value)['newRoot'] ?? null, options),
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
};

/** `$documents`, which only the first stage may be. */
export function documents(value: Value, { variables }: PipelineOptions): Stage {
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
  const spec = docOf('$bucket', value);
  const { groupBy = null, output = { count: { $sum: 1 } } } = spec;
  const boundaries = listOf('$bucket', spec['boundaries'] ?? null);
  const branches = boundaries.slice(0, -1).map((bound, i) => ({
    case: { $and: [{ $gte: [groupBy, bound] }, { $lt: [groupBy, boundaries[i + 1] ?? null] }] },
    then: { $literal: bound },
  }));
  const byBound: Doc = { branches, ...('default' in spec && { default: { $literal: spec['default'] } }) };
  const group = mingoStage('$group', { _id: { $switch: byBound }, ...docOf('$bucket', output) }, options);
  const sorter = compileSort({ _id: 1 });
  return (docs) => sorter.sort(group(docs), (doc) => doc);
}

/** A stage of mingo's, between promoting and restoring. */
export function mingoStage(name: string, value: Value, options: PipelineOptions): Stage {
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
