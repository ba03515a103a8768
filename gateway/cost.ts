/**
 * The cost of an operation, computed before anything is fetched: the number of objects that its answer could hold, with
 * page sizes multiplied through nesting, plus the elements of the lists that it sends. This is an upper bound, except
 * for lists without pages, such as an order's items: each counts as ten rows, which is more than most have and less
 * than the allowed hundred.
 */
import {
  type DocumentNode,
  type FieldNode,
  type FragmentDefinitionNode,
  type GraphQLCompositeType,
  type GraphQLArgument,
  type GraphQLField,
  type GraphQLInputType,
  type GraphQLOutputType,
  type GraphQLSchema,
  Kind,
  type OperationDefinitionNode,
  type SelectionSetNode,
  type ValueNode,
  getNamedType,
  getNullableType,
  isCompositeType,
  isInputObjectType,
  isListType,
  typeFromAST,
  valueFromASTUntyped,
} from 'graphql';

/** The rows of a page if neither `first` nor `last` is given, as the SDL states. */
const DEFAULT_PAGE = 20;
/** The rows that a list without pages is assumed to have. */
const ASSUMED_LIST = 10;

type Variables = Record<string, unknown>;

/**
 * Counts the objects that the answer to a valid operation can hold, and the elements of the lists in its arguments. If
 * a field returns a row for each element of an argument, only the row counts. Conditions (`@skip`, `@include`, types of
 * fragments) are assumed to hold. Introspection costs one for each root field: the size of its answer depends on the
 * schema alone, and graphql-js bounds its nesting.
 * @param variables as the client sent them. A page size that is not a number counts as not given; validation refuses it
 * later
 * @returns the cost, and whether it is the same for all variables
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
  const values: Variables = { ...defaults, ...variables };
  let constant = true;
  const valueOf = (value: ValueNode): unknown => {
    if (hasVariable(value)) constant = false;
    return valueFromASTUntyped(value, values);
  };
  /** The cost of each fragment, by page size. Without it, fragments that spread fragments would take exponential time. */
  const known = new Map<string, number>();

  /** @param page the rows of the page that these selections belong to, if any */
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
    if (node.name.value.startsWith('__')) return node.selectionSet === undefined ? 0 : 1;
    const field = 'getFields' in parent ? parent.getFields()[node.name.value] : undefined;
    if (field === undefined) return 0;
    const sent = elementsSent(field, node, valueOf);
    const type = getNamedType(field.type);
    if (node.selectionSet === undefined || !isCompositeType(type)) return sent;
    const own = pageOf(field, node, valueOf);
    if (!isList(field.type)) return sent + 1 + objectsIn(node.selectionSet, type, own);
    const rows = own ?? page;
    const below = 1 + objectsIn(node.selectionSet, type, own);
    // A list without pages may have a row for each element of a list argument.
    return rows === undefined ? Math.max(ASSUMED_LIST, sent) * below : sent + rows * below;
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

const isList = (type: GraphQLOutputType): boolean => isListType(getNullableType(type));

/** The value of an argument, with its variables replaced. */
type ValueOf = (value: ValueNode) => unknown;

function hasVariable(value: ValueNode): boolean {
  if (value.kind === Kind.VARIABLE) return true;
  if (value.kind === Kind.LIST) return value.values.some(hasVariable);
  return value.kind === Kind.OBJECT && value.fields.some((field) => hasVariable(field.value));
}

/** The rows that a field's page can have; undefined if the field has no pages. */
function pageOf(field: GraphQLField<unknown, unknown>, node: FieldNode, valueOf: ValueOf): number | undefined {
  const sizes = field.args.filter(({ name }) => name === 'first' || name === 'last');
  if (sizes.length === 0) return undefined;
  const given = sizes
    .map((size) => argument(size, node, valueOf))
    .filter((size): size is number => typeof size === 'number' && size > 0);
  return given.length === 0 ? DEFAULT_PAGE : Math.max(...given);
}

function argument({ name }: GraphQLArgument, node: FieldNode, valueOf: ValueOf): unknown {
  const given = node.arguments?.find((each) => each.name.value === name);
  return given && valueOf(given.value);
}

/** The elements of all lists in a field's arguments. */
function elementsSent(field: GraphQLField<unknown, unknown>, node: FieldNode, valueOf: ValueOf): number {
  if (node.arguments === undefined || node.arguments.length === 0) return 0;
  return field.args
    .filter(({ type }) => canHoldList(type))
    .reduce((sum, each) => sum + elementsIn(argument(each, node, valueOf)), 0);
}

const holdsList = new WeakMap<GraphQLInputType, boolean>();

/** Whether values of an input type can contain lists. Custom scalars are assumed not to. */
function canHoldList(type: GraphQLInputType): boolean {
  let answer = holdsList.get(type);
  if (answer === undefined) holdsList.set(type, (answer = reachesList(type, new Set())));
  return answer;
}

/** @param seen types that are being visited or contain no list. Input types may be recursive */
function reachesList(type: GraphQLInputType, seen: Set<GraphQLInputType>): boolean {
  const nullable = getNullableType(type);
  if (isListType(nullable)) return true;
  if (!isInputObjectType(nullable) || seen.has(nullable)) return false;
  seen.add(nullable);
  return Object.values(nullable.getFields()).some((field) => reachesList(field.type, seen));
}

function elementsIn(value: unknown): number {
  if (typeof value !== 'object' || value === null) return 0;
  const held: unknown[] = Array.isArray(value) ? value : Object.values(value);
  return held.reduce<number>((sum, each) => sum + elementsIn(each), Array.isArray(value) ? held.length : 0);
}
