/**
 * Checks representations of entities before they are resolved (Federation subgraph specification, `Query._entities`).
 * An invalid one is the caller's error, at its place in the list, and doesn't affect the others.
 */
import {
  type GraphQLFieldResolver,
  type GraphQLNamedType,
  type GraphQLOutputType,
  type GraphQLSchema,
  Kind,
  getNullableType,
  isInterfaceType,
  isLeafType,
  isNonNullType,
  isObjectType,
  parse,
} from 'graphql';
import { MAX_ERRORS, excerpt } from '../../runtime/bounds.ts';
import { badUserInput } from '../../runtime/errors.ts';
import { isObject, own } from '../../runtime/json.ts';

type Resolver = GraphQLFieldResolver<unknown, unknown, { representations: unknown[] }>;

/** Wraps the resolver of `_entities`; changes the schema in place and returns it. */
export function checkRepresentations(schema: GraphQLSchema): GraphQLSchema {
  const field = schema.getQueryType()?.getFields()['_entities'];
  const resolveAll = field?.resolve as Resolver | undefined;
  if (field === undefined || resolveAll === undefined) return schema;
  const faultOf = createCheck(schema);
  const resolve: Resolver = (source, { representations }, context, info) => {
    const faults = representations.map(faultOf);
    const sound = representations.filter((_, index) => faults[index] === undefined);
    const resolved = (resolveAll(source, { representations: sound }, context, info) as unknown[]).values();
    let told = 0;
    // An Error in the list is the error of that element. After the most errors that an answer has, null costs less.
    return faults.map((fault): unknown => {
      if (fault === undefined) return resolved.next().value;
      told += 1;
      return told > MAX_ERRORS ? null : badUserInput(fault);
    });
  };
  field.resolve = resolve;
  return schema;
}

/** The problem of a representation, as a sentence; undefined if there is none. */
function createCheck(schema: GraphQLSchema): (representation: unknown) => string | undefined {
  const keys = new Map(Object.values(schema.getTypeMap()).map((type) => [type.name, keysOf(type)]));
  return (representation) => {
    if (!isObject(representation)) return 'A representation must be an object.';
    const name = own(representation, '__typename');
    if (typeof name !== 'string') return 'A representation must have a __typename.';
    const ofType = keys.get(name);
    if (ofType === undefined || ofType.length === 0)
      return `${JSON.stringify(excerpt(name))} is not an entity of this subgraph.`;
    return ofType.some((key) => key.every(({ field, takes }) => takes(own(representation, field))))
      ? undefined
      : `The representation of ${name} has no valid key.`;
  };
}

/** The top-level fields of a key, each with a check of its value. */
type Key = { field: string; takes: (value: unknown) => boolean }[];

/** The keys of a type, from its `@key` directives; none if it is not an entity. */
function keysOf(type: GraphQLNamedType): Key[] {
  if (!isObjectType(type) && !isInterfaceType(type)) return [];
  const fields = type.getFields();
  return (type.astNode?.directives ?? []).flatMap((directive): Key[] => {
    const named = directive.arguments?.find(({ name }) => name.value === 'fields');
    if (directive.name.value !== 'key' || named?.value.kind !== Kind.STRING) return [];
    const [selection] = parse(`{ ${named.value.value} }`, { noLocation: true }).definitions;
    if (selection?.kind !== Kind.OPERATION_DEFINITION) return [];
    const nodes = selection.selectionSet.selections.filter((node) => node.kind === Kind.FIELD);
    return [nodes.map(({ name: { value: field } }) => ({ field, takes: takerOf(fields[field]?.type) }))];
  });
}

function takerOf(type: GraphQLOutputType | undefined): (value: unknown) => boolean {
  const leaf = getNullableType(type);
  return (value) => {
    if (value === undefined || value === null) return value === null && !isNonNullType(type);
    if (!isLeafType(leaf)) return true;
    try {
      return leaf.parseValue(value) !== undefined;
    } catch {
      return false;
    }
  };
}
