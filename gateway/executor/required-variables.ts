/**
 * Null variables at places that don't allow null. Validation allows a nullable variable there if there is a default
 * (GraphQL specification, section 5.8.5); null is then an error at the field (6.4.1), after earlier mutations have run.
 * This reports the error before anything runs.
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

/** Finds a variable that is null but must not be, and returns the error. */
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
    // For introspection, which asks no subgraph, it is an error at the field, and the rest is answered.
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
