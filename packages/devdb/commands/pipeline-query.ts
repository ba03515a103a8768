/** The part of a pipeline that the planner can serve with an index. */
import { leadingQuery } from '../aggregate/leading-query.ts';
import { isNumeric, toNumber } from '../bson/numbers.ts';
import { isDoc, type Doc } from '../bson/values.ts';
import type { QueryOptions } from '../query/query.ts';
import { letArgument } from './arguments.ts';

/** The query that a pipeline begins with, what follows it, and whether that only counts. */
export function pipelineQuery(
  pipeline: readonly Doc[],
  command: Doc,
): { options: QueryOptions; rest: readonly Doc[]; counts: boolean } {
  const { query, rest } = leadingQuery(pipeline);
  const options: QueryOptions = {
    ...query,
    limit: query.limit ?? 0,
    hint: command['hint'],
    variables: letArgument(command),
  };
  const stages = rest.filter(isDoc);
  return { options, rest: stages, counts: query.sort === undefined && countStage(stages[0]) !== undefined };
}

/** For `{$group: {_id: <constant>, <field>: {$sum: 1}}}`, which is how drivers count, the reply's document for a count. */
export function countStage(stage: Doc | undefined): ((n: number) => Doc | undefined) | undefined {
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
