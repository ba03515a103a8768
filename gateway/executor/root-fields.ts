/**
 * The root fields of an operation and their plans. Those of a mutation are planned separately, because each is
 * completed, entities included, before the next begins (GraphQL specification, section 6.2.2). Apollo's planner would
 * put neighbouring fields of one subgraph into one fetch, and fetch entities last.
 */
import {
  Kind,
  OperationTypeNode,
  parse,
  visit,
  type DirectiveNode,
  type DocumentNode,
  type FieldNode,
  type OperationDefinitionNode,
  type SelectionNode,
} from 'graphql';
import type { LoadedSupergraph, PlanNode, QueryPlan } from './apollo.ts';
import { PLACEHOLDER } from './introspection.ts';
import { compilePlan, unsupported } from './plan.ts';
import type { Run, Step } from './run.ts';
import { fragmentsOf, type Fragments } from './selection.ts';
import type { Types } from './types.ts';

/**
 * The document with no empty selection, whatever @skip and @include say. The planner leaves out a field without
 * selections, but it must be executed, and is an empty object in the response (GraphQL specification, section 6.3).
 */
export function neverEmpty(document: DocumentNode): DocumentNode {
  return visit(document, {
    SelectionSet: (node, _key, parent) =>
      isOperation(parent) || !node.selections.every(isConditional)
        ? undefined
        : { ...node, selections: [...node.selections, PLACEHOLDER] },
  });
}

const isOperation = (node: unknown): boolean =>
  typeof node === 'object' && node !== null && 'kind' in node && node.kind === Kind.OPERATION_DEFINITION;

const isConditional = ({ directives = [] }: SelectionNode): boolean =>
  directives.some(({ name }) => name.value === 'skip' || name.value === 'include');

/** A response key at the root, and what the operation selects under it. */
export interface RootField {
  key: string;
  field: FieldNode;
  /** Each use of the field, within its conditions. */
  selections: SelectionNode[];
}

/** The root fields that subgraphs resolve, in the order of their first use. */
export function rootFields(operation: OperationDefinitionNode, fragments: Fragments): RootField[] {
  const found = new Map<string, RootField>();
  const walk = (selections: readonly SelectionNode[], within: (node: SelectionNode) => SelectionNode): void => {
    for (const node of selections) {
      if (isNeverIncluded(node.directives)) continue;
      if (node.kind === Kind.FIELD) {
        if (node.name.value.startsWith('__')) continue;
        const key = node.alias?.value ?? node.name.value;
        const selected = within(node);
        const same = found.get(key);
        if (same === undefined) found.set(key, { key, field: node, selections: [selected] });
        else same.selections.push(selected);
        continue;
      }
      const fragment = node.kind === Kind.INLINE_FRAGMENT ? node : fragments.get(node.name.value);
      if (fragment === undefined) continue;
      const { typeCondition, selectionSet } = fragment;
      walk(selectionSet.selections, (selected) =>
        within({
          kind: Kind.INLINE_FRAGMENT,
          ...(typeCondition && { typeCondition }),
          directives: node.directives ?? [],
          selectionSet: { kind: Kind.SELECTION_SET, selections: [selected] },
        }),
      );
    }
  };
  walk(operation.selectionSet.selections, (node) => node);
  return [...found.values()];
}

function isNeverIncluded(directives: readonly DirectiveNode[] = []): boolean {
  return directives.some(({ name, arguments: args }) => {
    const value = args?.[0]?.value;
    return value?.kind === Kind.BOOLEAN && name.value === (value.value ? 'skip' : 'include');
  });
}

/** A plan, and the keys of the root fields that it is for. */
export interface RootPlan {
  keys: readonly string[];
  plan: QueryPlan;
}

/**
 * One plan for each root field of a mutation with several, and a single plan for any other operation; an empty one if
 * no subgraph is asked. Throws a GraphQLError if a root field isn't in its plan, and a PlanningError if the planner
 * fails.
 */
export function planRootFields(
  supergraph: LoadedSupergraph,
  document: DocumentNode,
  operation: OperationDefinitionNode,
  fields: readonly RootField[],
): readonly RootPlan[] {
  const planOf = (asked: DocumentNode, all: readonly RootField[]): RootPlan => {
    const plan = supergraph.plan(asked, operation.name?.value);
    refuseUnplanned(all, plan, supergraph);
    return { keys: all.map(({ key }) => key), plan };
  };
  if (fields.length === 0) return [{ keys: [], plan: { kind: 'QueryPlan' } }];
  if (operation.operation !== OperationTypeNode.MUTATION || fields.length < 2) return [planOf(document, fields)];
  return fields.map((field) => {
    const selectionSet = { kind: Kind.SELECTION_SET, selections: field.selections } as const;
    const definitions = document.definitions.map((definition) =>
      definition === operation ? { ...operation, selectionSet } : definition,
    );
    return planOf({ ...document, definitions }, [field]);
  });
}

/** Several plans as one that runs them in their order. */
export function inSequence(plans: readonly RootPlan[]): QueryPlan {
  const [first, second] = plans;
  if (first !== undefined && second === undefined) return first.plan;
  const nodes = plans.flatMap(({ plan: { node } }) =>
    node === undefined || node.kind === 'Subscription' ? [] : [node],
  );
  return { kind: 'QueryPlan', node: { kind: 'Sequence', nodes } };
}

/**
 * Runs a single plan as it is, and several one after the other in the order of `selectedKeys`: the keys that are selected under
 * the conditions of a request.
 */
export function compileRootPlans(
  plans: readonly RootPlan[],
  selectedKeys: (condition: Run['condition']) => Iterable<string>,
  types: Types,
): Step {
  const [first, second] = plans;
  if (first !== undefined && second === undefined) return compilePlan(first.plan, types);
  const steps = new Map(plans.flatMap(({ keys, plan }) => keys.map((key) => [key, compilePlan(plan, types)] as const)));
  return async (run) => {
    for (const key of selectedKeys(run.condition)) await steps.get(key)?.(run);
  };
}

/** The planner leaves out a field that no subgraph can resolve; it would become null without an error. */
function refuseUnplanned(fields: readonly RootField[], plan: QueryPlan, { names }: LoadedSupergraph): void {
  // compilePlan refuses these.
  if (plan.node?.kind === 'Subscription' || plan.node?.kind === 'Defer') return;
  const planned = new Set(plan.node && rootKeys(plan.node));
  for (const { key, field } of fields) {
    if (planned.has(names.nameOf(field))) continue;
    throw unsupported(`No subgraph can resolve what this operation asks of "${key}".`);
  }
}

/** The keys of the response's root that a plan fetches. */
function rootKeys(node: PlanNode): string[] {
  switch (node.kind) {
    case 'Sequence':
    case 'Parallel':
      return node.nodes.flatMap(rootKeys);
    case 'Condition':
      return [node.ifClause, node.elseClause].flatMap((branch) => (branch ? rootKeys(branch) : []));
    case 'Fetch':
      return node.requires === undefined ? fetchedKeys(parse(node.operation, { noLocation: true })) : [];
    case 'Flatten':
    case 'Defer':
      return [];
  }
}

function fetchedKeys(document: DocumentNode): string[] {
  const fragments = fragmentsOf(document);
  const keys = ({ selections }: { selections: readonly SelectionNode[] }): string[] =>
    selections.flatMap((node) => {
      if (node.kind === Kind.FIELD) return [node.alias?.value ?? node.name.value];
      const fragment = node.kind === Kind.INLINE_FRAGMENT ? node : fragments.get(node.name.value);
      return fragment ? keys(fragment.selectionSet) : [];
    });
  return document.definitions.flatMap((definition) =>
    definition.kind === Kind.OPERATION_DEFINITION ? keys(definition.selectionSet) : [],
  );
}
