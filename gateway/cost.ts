/**
 * What an operation may cost, told before anything is fetched: the number of objects that its answer could hold, with the page
 * sizes that it asks for multiplied through nesting. A bound but for lists without pages, such as an order's items: they count
 * as ten, which is more than most have, and less than the hundred that one can have.
 */
import {
  type DocumentNode,
  type FieldNode,
  type FragmentDefinitionNode,
  type GraphQLCompositeType,
  type GraphQLField,
  type GraphQLOutputType,
  type GraphQLSchema,
  Kind,
  type OperationDefinitionNode,
  type SelectionSetNode,
  getNamedType,
  isCompositeType,
  isListType,
  isNonNullType,
  typeFromAST,
  valueFromASTUntyped,
} from 'graphql';

/** The rows of a page where neither `first` nor `last` is given, as the API's descriptions say. */
const DEFAULT_PAGE = 20;
/** The rows that a list without pages is taken to have. */
const ASSUMED_LIST = 10;

type Variables = Record<string, unknown>;

/**
 * The objects that the answer to a valid operation can hold. Conditions (`@skip`, `@include`, types of fragments) are
 * taken to hold. Introspection costs one for each of its root fields: its answers have a size of their own, and graphql-js
 * bounds their nesting.
 * @param variables as they came: what is no number counts as if it were not given, and is refused later
 * @returns the cost, and whether it is the same whatever the variables are
 */
export function costOf(
  schema: GraphQLSchema,
  document: DocumentNode,
  operation: OperationDefinitionNode,
  variables: Readonly<Variables>,
): { cost: number; constant: boolean } {
  const fragments = new Map<string, FragmentDefinitionNode>();
  for (const definition of document.definitions)
    if (definition.kind === Kind.FRAGMENT_DEFINITION) fragments.set(definition.name.value, definition);
  const defaults = Object.fromEntries(
    (operation.variableDefinitions ?? []).flatMap(({ variable, defaultValue }) =>
      defaultValue === undefined ? [] : [[variable.name.value, valueFromASTUntyped(defaultValue)]],
    ),
  );
  let constant = true;
  const values = new Proxy<Record<string, unknown>>(
    { ...defaults, ...variables },
    {
      get(target, name) {
        constant = false;
        return target[String(name)];
      },
    },
  );
  /** By fragment and page size: spreads of spreads would take exponential time otherwise. */
  const known = new Map<string, number>();

  /** @param page the rows of the page that these selections belong to, where they belong to one */
  const objectsIn = (selections: SelectionSetNode, parent: GraphQLCompositeType, page: number | undefined): number => {
    let sum = 0;
    for (const selection of selections.selections) {
      if (selection.kind === Kind.FIELD) sum += objectsOf(selection, parent, page);
      else if (selection.kind === Kind.FRAGMENT_SPREAD) sum += objectsOfFragment(selection.name.value, page);
      else {
        const type = selection.typeCondition ? typeFromAST(schema, selection.typeCondition) : parent;
        if (isCompositeType(type)) sum += objectsIn(selection.selectionSet, type, page);
      }
    }
    return sum;
  };

  const objectsOf = (node: FieldNode, parent: GraphQLCompositeType, page: number | undefined): number => {
    if (node.selectionSet === undefined) return 0;
    if (node.name.value.startsWith('__')) return 1;
    const field = 'getFields' in parent ? parent.getFields()[node.name.value] : undefined;
    const type = field && getNamedType(field.type);
    if (field === undefined || !isCompositeType(type)) return 0;
    const own = pageOf(field, node, values);
    const times = isList(field.type) ? (own ?? page ?? longestArgument(node, values)) : 1;
    return times * (1 + objectsIn(node.selectionSet, type, own));
  };

  const objectsOfFragment = (name: string, page: number | undefined): number => {
    const key = `${name} ${String(page)}`;
    let objects = known.get(key);
    if (objects === undefined) {
      known.set(key, 0);
      const fragment = fragments.get(name);
      const type = fragment && typeFromAST(schema, fragment.typeCondition);
      objects = fragment && isCompositeType(type) ? objectsIn(fragment.selectionSet, type, page) : 0;
      known.set(key, objects);
    }
    return objects;
  };

  const root = schema.getRootType(operation.operation);
  const cost = root ? objectsIn(operation.selectionSet, root, undefined) : 0;
  return { cost, constant };
}

const isList = (type: GraphQLOutputType): boolean => isListType(isNonNullType(type) ? type.ofType : type);

function argument(node: FieldNode, name: string, values: Variables): unknown {
  const given = node.arguments?.find((each) => each.name.value === name);
  return given && valueFromASTUntyped(given.value, values);
}

/** The rows that a field's page can have; undefined where the field has no pages. */
function pageOf(field: GraphQLField<unknown, unknown>, node: FieldNode, values: Variables): number | undefined {
  const sizes = field.args.filter(({ name }) => name === 'first' || name === 'last');
  if (sizes.length === 0) return undefined;
  const given = sizes
    .map(({ name }) => argument(node, name, values))
    .filter((size) => typeof size === 'number' && size > 0);
  return given.length === 0 ? DEFAULT_PAGE : Math.max(...(given as number[]));
}

/** A list without pages may have a row for each element of a list that it is asked with. */
function longestArgument(node: FieldNode, values: Variables): number {
  const lengths = (node.arguments ?? []).map(({ value }) => {
    const given = valueFromASTUntyped(value, values);
    return Array.isArray(given) ? given.length : 0;
  });
  return Math.max(ASSUMED_LIST, ...lengths);
}
