/**
 * Fields that another field requires, with arguments: `@requires(fields: "price(currency: \"EUR\")")`. Each has a name
 * of its own in the planner's graph (planner-internals.ts says why), so that each is fetched. This file completes the
 * plans: it replaces such a name by the real field in what is sent to the subgraph. Supergraphs without such
 * requirements are not affected.
 */
import { FieldSelection, type SelectionSet } from '@apollo/federation-internals';
import type { FetchNode, PlanNode, QueryPlan, QueryPlanner, QueryPlanSelectionNode } from '@apollo/query-planner';
import {
  Kind,
  parse,
  print,
  stripIgnoredCharacters,
  visit,
  type DocumentNode,
  type FieldNode,
  type SelectionSetNode,
} from 'graphql';
import { createRequiredNames } from './names.ts';
import { PlannerDiffers, replaceRequirements, type RequiringField } from './planner-internals.ts';
import { fragmentsOf } from './selection.ts';

/** From the place of a required field below its entity, such as `size in` or `media ...Book price`, to its name. */
type Names = ReadonlyMap<string, string>;

type Complete = (plan: QueryPlan) => QueryPlan;

/**
 * Names the required fields in `planner`, and returns the function that completes each of its plans. Throws
 * `PlannerDiffers`.
 */
export function nameRequiredFields(planner: QueryPlanner): Complete {
  const nameFor = createRequiredNames();
  const requirements = new Map<string, Names>();
  replaceRequirements(planner, (fields, of) => {
    const named = withNames(fields, nameFor);
    const names = new Map(namesIn(named.toSelectionSetNode(), ''));
    if (names.size === 0) return fields;
    requirements.set(coordinateOf(of), names);
    return named;
  });
  if (requirements.size === 0) return (plan) => plan;
  return completer((of) => requirements.get(coordinateOf(of)) ?? new Map());
}

function coordinateOf({ subgraph, type, field }: RequiringField): string {
  return `${subgraph} ${type} ${field}`;
}

function withNames(fields: SelectionSet, nameFor: (field: string, args: string) => string): SelectionSet {
  return fields.lazyMap((selection) => {
    const nested = selection.selectionSet && withNames(selection.selectionSet, nameFor);
    if (!(selection instanceof FieldSelection)) return nested ? selection.withUpdatedSelectionSet(nested) : selection;
    const { element: field } = selection;
    if (field.definition.arguments().length === 0) return selection.withUpdatedSelectionSet(nested);
    const name = nameFor(field.name, JSON.stringify(field.args ?? {}));
    return new FieldSelection(field.withUpdatedAlias(name), nested);
  });
}

function namesIn({ selections }: SelectionSetNode, parent: string): [string, string][] {
  return selections.flatMap((selection): [string, string][] => {
    if (selection.kind === Kind.FRAGMENT_SPREAD) return [];
    if (selection.kind === Kind.INLINE_FRAGMENT)
      return namesIn(selection.selectionSet, below(parent, `...${selection.typeCondition?.name.value ?? ''}`));
    const place = below(parent, selection.name.value);
    const nested = selection.selectionSet ? namesIn(selection.selectionSet, place) : [];
    return selection.alias ? [[place, selection.alias.value], ...nested] : nested;
  });
}

function below(parent: string, part: string): string {
  return parent === '' ? part : `${parent} ${part}`;
}

function completer(requirementsOf: (field: RequiringField) => Names): Complete {
  const complete = (node: PlanNode): PlanNode => {
    switch (node.kind) {
      case 'Sequence':
      case 'Parallel':
        return { ...node, nodes: node.nodes.map(complete) };
      case 'Flatten':
        return { ...node, node: complete(node.node) };
      case 'Condition':
        return {
          ...node,
          ...(node.ifClause && { ifClause: complete(node.ifClause) }),
          ...(node.elseClause && { elseClause: complete(node.elseClause) }),
        };
      case 'Fetch':
        return completeFetch(node, requirementsOf);
      case 'Defer':
        return node;
    }
  };
  return (plan) =>
    plan.node === undefined || plan.node.kind === 'Subscription' ? plan : { ...plan, node: complete(plan.node) };
}

/** Fields of one fetch whose requirements agree about arguments. */
interface Group {
  names: Map<string, string>;
  fields: Set<FieldNode>;
}

/**
 * The fetch with the real required fields. If its fields require the same field with different arguments, it becomes
 * several fetches: one representation can't contain both.
 */
function completeFetch(node: FetchNode, requirementsOf: (field: RequiringField) => Names): PlanNode {
  const { requires, serviceName: subgraph } = node;
  if (requires === undefined) return node;
  const document = withoutSpreads(parse(node.operation, { noLocation: true }));
  const groups: Group[] = [];
  forEachField(document, (field, type) => {
    const required = requirementsOf({ subgraph, type, field: field.name.value });
    let group = groups.find(({ names }) => [...required].every(([place, name]) => (names.get(place) ?? name) === name));
    if (group === undefined) groups.push((group = { names: new Map(), fields: new Set() }));
    group.fields.add(field);
    for (const [place, name] of required) group.names.set(place, name);
  });
  const places = new Set(groups.flatMap(({ names }) => [...names.keys()]));
  if (places.size === 0) return node;
  const nodes = groups.map(({ names, fields }): FetchNode => ({
    ...node,
    ...(groups.length > 1 && operationOf(document, fields)),
    requires: representationOf(requires, names, places),
  }));
  const [only, another] = nodes;
  return only !== undefined && another === undefined ? only : { kind: 'Parallel', nodes };
}

/** Calls `take` for each field that is selected on the entities themselves, with the type that it is selected on. */
function forEachField(document: DocumentNode, take: (field: FieldNode, type: string) => void): void {
  const walk = ({ selections }: SelectionSetNode, type: string): void => {
    for (const selection of selections) {
      if (selection.kind === Kind.FIELD) take(selection, type);
      else if (selection.kind === Kind.INLINE_FRAGMENT)
        walk(selection.selectionSet, selection.typeCondition?.name.value ?? type);
    }
  };
  for (const definition of document.definitions) {
    if (definition.kind !== Kind.OPERATION_DEFINITION) continue;
    for (const entities of definition.selectionSet.selections)
      if (entities.kind === Kind.FIELD && entities.selectionSet) walk(entities.selectionSet, '');
  }
}

function withoutSpreads(document: DocumentNode): DocumentNode {
  const fragments = fragmentsOf(document);
  if (fragments.size === 0) return document;
  return visit(document, {
    FragmentDefinition: () => null,
    FragmentSpread: ({ name, directives }) => {
      const fragment = fragments.get(name.value);
      return fragment && { ...fragment, kind: Kind.INLINE_FRAGMENT, directives: directives ?? [] };
    },
  });
}

/** The operation with only those fields of the entities that are in `kept`, and its remaining variables. */
function operationOf(
  document: DocumentNode,
  kept: ReadonlySet<FieldNode>,
): Pick<FetchNode, 'operation' | 'variableUsages'> {
  const dropped = new Set<FieldNode>();
  forEachField(document, (field) => {
    if (!kept.has(field) && field.name.value !== '__typename') dropped.add(field);
  });
  const selected = visit(document, {
    Field: (field) => (dropped.has(field) ? null : undefined),
    InlineFragment: { leave: ({ selectionSet }) => (selectionSet.selections.length === 0 ? null : undefined) },
  });
  const used = new Set<string>();
  visit(selected, { VariableDefinition: () => false, Variable: ({ name }) => void used.add(name.value) });
  const operation = visit(selected, {
    VariableDefinition: ({ variable }) => (used.has(variable.name.value) ? undefined : null),
  });
  used.delete('representations');
  return { operation: stripIgnoredCharacters(print(operation)), variableUsages: [...used] };
}

/**
 * What is sent of an entity, with each field of `names` read from the name under which it was fetched. The planner
 * leaves the names out, and lists a field once for each list of arguments. `places` has the places of all required
 * fields, including those of other fetches. Throws `PlannerDiffers` if the planner sends no such field.
 */
function representationOf(
  requires: readonly QueryPlanSelectionNode[],
  names: Names,
  places: ReadonlySet<string>,
): QueryPlanSelectionNode[] {
  const met = new Set<string>();
  const named = (selections: readonly QueryPlanSelectionNode[], parent: string): QueryPlanSelectionNode[] => {
    const seen = new Set<string>();
    return selections.flatMap((selection): QueryPlanSelectionNode[] => {
      if (selection.kind === 'InlineFragment') {
        const place = below(parent, `...${selection.typeCondition ?? ''}`);
        return [{ ...selection, selections: named(selection.selections, place) }];
      }
      const place = below(parent, selection.name);
      const alias = names.get(place);
      if (seen.has(place) || (alias === undefined && places.has(place))) return [];
      seen.add(place);
      if (alias !== undefined) met.add(place);
      const nested = selection.selections && named(selection.selections, place);
      if (nested?.length === 0) return [];
      return [{ ...selection, ...(alias !== undefined && { alias }), ...(nested && { selections: nested }) }];
    });
  };
  // The outermost fragments name the entity's type; places are below it.
  const result = requires.map((entity) =>
    entity.kind === 'InlineFragment' ? { ...entity, selections: named(entity.selections, '') } : entity,
  );
  const missing = [...names.keys()].find((place) => !met.has(place));
  if (missing !== undefined) throw new PlannerDiffers(`a plan doesn't send the required field "${missing}"`);
  return result;
}
