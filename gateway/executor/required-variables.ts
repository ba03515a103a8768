/**
 * Variables that their type lets be null, and the place where they are used doesn't. Validation allows that where there is a default
 * (GraphQL specification, section 5.8.5), and null is then an error at the field (6.4.1): after the mutations before it have run.
 * It is told before anything runs instead.
 */
import {
  GraphQLError,
  isNonNullType,
  Kind,
  TypeInfo,
  visit,
  visitWithTypeInfo,
  type GraphQLSchema,
  type OperationDefinitionNode,
  type VariableDefinitionNode,
} from 'graphql';
import type { Fragments } from './selection.ts';

/** Finds the variable that is null and must not be; gives it as the client's error. */
export type CheckRequired = (coerced: Readonly<Record<string, unknown>>) => GraphQLError | undefined;

const nothingRequired: CheckRequired = () => undefined;

export function requiredVariables(
  schema: GraphQLSchema,
  operation: OperationDefinitionNode,
  fragments: Fragments,
): CheckRequired {
  const nullable = new Map<string, VariableDefinitionNode>();
  for (const definition of operation.variableDefinitions ?? [])
    if (definition.type.kind !== Kind.NON_NULL_TYPE) nullable.set(definition.variable.name.value, definition);
  if (nullable.size === 0) return nothingRequired;

  const required = new Set<string>();
  const info = new TypeInfo(schema);
  const visitor = visitWithTypeInfo(info, {
    VariableDefinition: () => false,
    // Introspection asks no subgraph: there it is an error at the field, and the rest is answered.
    Field: ({ name }) => (name.value.startsWith('__') ? false : undefined),
    Variable({ name }) {
      if (nullable.has(name.value) && isNonNullType(info.getInputType())) required.add(name.value);
    },
  });
  for (const definition of [operation, ...fragments.values()]) visit(definition, visitor);
  if (required.size === 0) return nothingRequired;

  return (coerced) => {
    for (const name of required) {
      if (coerced[name] !== null) continue;
      return new GraphQLError(`Variable "$${name}" must not be null where it is used.`, {
        nodes: nullable.get(name) ?? operation,
        extensions: { code: 'BAD_USER_INPUT' },
      });
    }
    return undefined;
  };
}
