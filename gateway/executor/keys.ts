/**
 * Keys that the planner uses to return to a subgraph. A field with @requires is fetched after its requirements, by a key of its
 * type. Apollo's planner takes the first key whose fields that subgraph has, even one with `resolvable: false`, by which the
 * subgraph can't find an entity. So the planner gets a supergraph without such keys.
 */
import { Kind, type ConstDirectiveNode, type ConstValueNode, type DefinitionNode, type DocumentNode } from 'graphql';

/**
 * The supergraph in which fields with @requires are reached only by resolvable keys. If their subgraph has none, such a field counts
 * as external, provided another subgraph resolves it; if none does, the subgraph is asked by the key that it has.
 */
export function withResolvableKeys(supergraph: DocumentNode): DocumentNode {
  return { ...supergraph, definitions: supergraph.definitions.map(withResolvableKeysOf) };
}

function withResolvableKeysOf(definition: DefinitionNode): DefinitionNode {
  if (definition.kind !== Kind.OBJECT_TYPE_DEFINITION && definition.kind !== Kind.INTERFACE_TYPE_DEFINITION)
    return definition;
  const { directives = [], fields = [] } = definition;
  const unresolvable = directives.filter(isUnresolvableKey);
  if (unresolvable.length === 0) return definition;
  const requiring = new Set(fields.flatMap((field) => (field.directives ?? []).filter(requires).map(graphOf)));
  const resolvable = new Set(directives.filter((each) => isKey(each) && !isUnresolvableKey(each)).map(graphOf));
  const isDropped = (key: ConstDirectiveNode): boolean =>
    isUnresolvableKey(key) && requiring.has(graphOf(key)) && resolvable.has(graphOf(key));
  const unreachable = new Set(unresolvable.map(graphOf).filter((graph) => !resolvable.has(graph)));
  return {
    ...definition,
    directives: directives.filter((directive) => !isDropped(directive)),
    fields: fields.map((field) => ({ ...field, directives: withoutUnreachable(field.directives ?? [], unreachable) })),
  };
}

function withoutUnreachable(
  directives: readonly ConstDirectiveNode[],
  unreachable: ReadonlySet<string | undefined>,
): readonly ConstDirectiveNode[] {
  const isUnreachable = (directive: ConstDirectiveNode): boolean =>
    requires(directive) && unreachable.has(graphOf(directive));
  const isResolved = directives.some((directive) => resolves(directive) && !isUnreachable(directive));
  return isResolved ? directives.map((each) => (isUnreachable(each) ? asExternal(each) : each)) : directives;
}

function asExternal(directive: ConstDirectiveNode): ConstDirectiveNode {
  const args = directive.arguments ?? [];
  const external = {
    kind: Kind.ARGUMENT,
    name: { kind: Kind.NAME, value: 'external' },
    value: { kind: Kind.BOOLEAN, value: true },
  } as const;
  return { ...directive, arguments: [...args.filter(({ name }) => name.value !== 'requires'), external] };
}

function isKey(directive: ConstDirectiveNode): boolean {
  return directive.name.value === 'join__type' && argument(directive, 'key') !== undefined;
}

function isUnresolvableKey(directive: ConstDirectiveNode): boolean {
  return isKey(directive) && isBoolean(argument(directive, 'resolvable'), false);
}

function requires(directive: ConstDirectiveNode): boolean {
  return directive.name.value === 'join__field' && argument(directive, 'requires') !== undefined;
}

/** Whether a subgraph resolves the field: it is neither external there nor overridden by another subgraph. */
function resolves(directive: ConstDirectiveNode): boolean {
  return (
    directive.name.value === 'join__field' &&
    graphOf(directive) !== undefined &&
    !isBoolean(argument(directive, 'external'), true) &&
    !isBoolean(argument(directive, 'usedOverridden'), true)
  );
}

function graphOf(directive: ConstDirectiveNode): string | undefined {
  const graph = argument(directive, 'graph');
  return graph?.kind === Kind.ENUM ? graph.value : undefined;
}

function isBoolean(node: ConstValueNode | undefined, value: boolean): boolean {
  return node?.kind === Kind.BOOLEAN && node.value === value;
}

function argument({ arguments: args }: ConstDirectiveNode, called: string): ConstValueNode | undefined {
  return args?.find(({ name }) => name.value === called)?.value;
}
