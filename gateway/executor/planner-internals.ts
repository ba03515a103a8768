/**
 * The one file that uses what Apollo's query planner doesn't export.
 *
 * What: the planner keeps a graph of all fields (`federatedQueryGraph`). An edge of it leads to a field, and has what
 * the field requires as its private `_conditions`. This file replaces them, once, before anything is planned.
 *
 * Why: the planner treats two fields with one name as the same field, whatever their arguments. Of `price(currency:
 * "EUR")`, which one field requires, and `price(currency: "USD")`, which another field requires or the client asks for,
 * only one is fetched and serves both. No configuration changes that. An alias does, but only the graph can contain
 * one.
 *
 * The versions of Apollo's packages are pinned exactly. If another version lacks what is used here, loading a
 * supergraph fails with a `PlannerDiffers` error; if its plans differ, planning does (required-arguments.ts).
 */
import { createRequire } from 'node:module';
import { SelectionSet } from '@apollo/federation-internals';
import type { QueryPlanner } from '@apollo/query-planner';

/** The version that this file was written for. */
const WRITTEN_FOR = '2.14.4';

/** The installed planner isn't the one that our corrections were written for. */
export class PlannerDiffers extends Error {
  override readonly name = 'PlannerDiffers';

  constructor(difference: string, options?: ErrorOptions) {
    super(
      `@apollo/query-planner ${installedVersion()} differs from ${WRITTEN_FOR}, for which gateway/executor was written: ${difference}.`,
      options,
    );
  }
}

/** A field with @requires. */
export interface RequiringField {
  subgraph: string;
  type: string;
  field: string;
}

/** Replaces the requirements of each field by the result of `replace`. Throws `PlannerDiffers`. */
export function replaceRequirements(
  planner: QueryPlanner,
  replace: (requirements: SelectionSet, of: RequiringField) => SelectionSet,
): void {
  for (const edge of edgesOf(planner)) {
    const requirements = edge['_conditions'];
    if (requirements === undefined) continue;
    if (!(requirements instanceof SelectionSet)) throw new PlannerDiffers("an edge's _conditions are no SelectionSet");
    const of = requiringField(edge);
    // An edge between subgraphs: its conditions are a key.
    if (of === undefined) continue;
    const replaced = replace(requirements, of);
    edge['_conditions'] = replaced;
    if (edge['conditions'] !== replaced) throw new PlannerDiffers("an edge's conditions are not its _conditions");
  }
}

type Shape = Record<string, unknown>;

function edgesOf(planner: QueryPlanner): Shape[] {
  const graph: unknown = Reflect.get(planner, 'federatedQueryGraph');
  if (!isShape(graph)) throw new PlannerDiffers('a QueryPlanner has no federatedQueryGraph');
  const allEdges = graph['allEdges'];
  if (typeof allEdges !== 'function') throw new PlannerDiffers('a query graph has no allEdges()');
  const edges: unknown[] = [...(Reflect.apply(allEdges, graph, []) as Iterable<unknown>)];
  if (edges.length === 0) throw new PlannerDiffers('a query graph has no edges');
  return edges.map((edge) => {
    if (!isShape(edge) || !('_conditions' in edge)) throw new PlannerDiffers('an edge has no _conditions');
    return edge;
  });
}

function requiringField({ head, transition }: Shape): RequiringField | undefined {
  if (!isShape(transition) || typeof transition['kind'] !== 'string')
    throw new PlannerDiffers("an edge's transition has no kind");
  if (transition['kind'] !== 'FieldCollection') return undefined;
  const { definition } = transition;
  const subgraph = isShape(head) ? head['source'] : undefined;
  const type = isShape(head) && isShape(head['type']) ? head['type']['name'] : undefined;
  const field = isShape(definition) ? definition['name'] : undefined;
  if (typeof subgraph !== 'string' || typeof type !== 'string' || typeof field !== 'string')
    throw new PlannerDiffers("an edge doesn't tell its subgraph, its type and its field");
  return { subgraph, type, field };
}

function isShape(value: unknown): value is Shape {
  return typeof value === 'object' && value !== null;
}

function installedVersion(): string {
  const { version } = createRequire(import.meta.url)('@apollo/query-planner/package.json') as { version: string };
  return version;
}
