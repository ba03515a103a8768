/**
 * The fields that an operation selects on a type (CollectFields of the GraphQL specification), for given values of the
 * Boolean variables of @skip and @include. So nothing remains to be decided while a response is written.
 */
import {
  GraphQLError,
  isAbstractType,
  Kind,
  visit,
  type DocumentNode,
  type FieldNode,
  type FragmentDefinitionNode,
  type GraphQLCompositeType,
  type GraphQLSchema,
  type OperationDefinitionNode,
  type SelectionNode,
  type SelectionSetNode,
} from 'graphql';

/** The operation to execute: the one called `name`, or the only one. Throws a GraphQLError if there isn't exactly one. */
export function findOperation(document: DocumentNode, name: string | undefined): OperationDefinitionNode {
  const operations = document.definitions.filter((definition) => definition.kind === Kind.OPERATION_DEFINITION);
  const [operation, another] = name ? operations.filter((candidate) => candidate.name?.value === name) : operations;
  if (operation === undefined)
    throw new GraphQLError(name ? `Unknown operation named "${name}".` : 'Must provide an operation.');
  if (another !== undefined)
    throw new GraphQLError('Must provide operation name if query contains multiple operations.');
  return operation;
}

export type Fragments = ReadonlyMap<string, FragmentDefinitionNode>;

export function fragmentsOf(document: DocumentNode): Fragments {
  return new Map(
    document.definitions.flatMap((definition) =>
      definition.kind === Kind.FRAGMENT_DEFINITION ? [[definition.name.value, definition]] : [],
    ),
  );
}

/** The variables that @skip and @include of an operation, or of its document's fragments, depend on. */
export function conditionVariables(operation: OperationDefinitionNode, fragments: Fragments): string[] {
  const names = new Set<string>();
  for (const definition of [operation, ...fragments.values()]) {
    visit(definition, {
      Directive({ name, arguments: args }) {
        if (name.value !== 'skip' && name.value !== 'include') return;
        for (const { value } of args ?? []) if (value.kind === Kind.VARIABLE) names.add(value.name.value);
      },
    });
  }
  // A fragment that the operation doesn't use may have variables of another operation.
  const defined = new Set(operation.variableDefinitions?.map(({ variable }) => variable.name.value));
  return [...names].filter((name) => defined.has(name));
}

export interface Selector {
  /** The fields that `nodes` select on objects of `type`, by response key, in the response's order. */
  collect(type: GraphQLCompositeType, nodes: readonly SelectionSetNode[]): Map<string, [FieldNode, ...FieldNode[]]>;
}

export function createSelector(
  schema: GraphQLSchema,
  fragments: Fragments,
  condition: (variable: string) => boolean,
): Selector {
  const included = (node: SelectionNode): boolean =>
    (node.directives ?? []).every(({ name, arguments: args }) => {
      if (name.value !== 'skip' && name.value !== 'include') return true;
      const value = args?.[0]?.value;
      const holds =
        value?.kind === Kind.VARIABLE ? condition(value.name.value) : value?.kind === Kind.BOOLEAN && value.value;
      return holds === (name.value === 'include');
    });

  const applies = (typeCondition: string | undefined, type: GraphQLCompositeType): boolean => {
    if (typeCondition === undefined || typeCondition === type.name) return true;
    const conditionType = schema.getType(typeCondition);
    return isAbstractType(conditionType) && 'getInterfaces' in type && schema.isSubType(conditionType, type);
  };

  return {
    collect(type, nodes) {
      const fields = new Map<string, [FieldNode, ...FieldNode[]]>();
      const spread = new Set<string>();
      const add = (selections: readonly SelectionNode[]): void => {
        for (const node of selections) {
          if (!included(node)) continue;
          if (node.kind === Kind.FIELD) {
            const key = node.alias?.value ?? node.name.value;
            const same = fields.get(key);
            if (same === undefined) fields.set(key, [node]);
            else same.push(node);
          } else if (node.kind === Kind.INLINE_FRAGMENT) {
            if (applies(node.typeCondition?.name.value, type)) add(node.selectionSet.selections);
          } else if (!spread.has(node.name.value)) {
            spread.add(node.name.value);
            const fragment = fragments.get(node.name.value);
            if (fragment !== undefined && applies(fragment.typeCondition.name.value, type))
              add(fragment.selectionSet.selections);
          }
        }
      };
      for (const { selections } of nodes) add(selections);
      return fields;
    },
  };
}
