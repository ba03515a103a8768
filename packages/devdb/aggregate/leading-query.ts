/** The first stages of a pipeline as a query, which the caller can serve with an index. */
import type { Doc, Value } from '../bson/values.ts';
import { docOf, countOf, sortSpec } from './stage-arguments.ts';
import { stageSpec } from './stage-spec.ts';

/** What a pipeline's first stages ask of the collection, as a find would. */
interface PipelineQuery {
  filter: Doc;
  sort: Doc | undefined;
  skip: number;
  limit: number | undefined;
}

/** Takes off a pipeline's front what a find can do: filters, then a sort, then skip, then limit. */
export function leadingQuery(pipeline: readonly Value[]): { query: PipelineQuery; rest: readonly Value[] } {
  const rest = pipeline.map(stageSpec);
  const next = (name: string) => (rest[0]?.name === name ? rest.shift()?.value : undefined);
  const filters: Doc[] = [];
  for (let match = next('$match'); match !== undefined; match = next('$match')) filters.push(docOf('$match', match));
  const sort = next('$sort');
  const skip = next('$skip');
  const limit = next('$limit');
  const query = {
    filter: allOf(filters),
    sort: sort === undefined ? undefined : sortSpec(sort),
    skip: skip === undefined ? 0 : countOf('$skip', skip, 0),
    limit: limit === undefined ? undefined : countOf('$limit', limit, 1),
  };
  return { query, rest: rest.map(({ name, value }) => ({ [name]: value })) };
}

export function allOf(filters: readonly Doc[]): Doc {
  const conditions = filters.filter((filter) => Object.keys(filter).length > 0);
  return conditions.length > 1 ? { $and: [...conditions] } : (conditions[0] ?? {});
}
