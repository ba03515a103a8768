/**
 * `__schema` and `__type`: answered from the API schema by graphql-js. Neither subgraphs nor Apollo's planner see them: the
 * planner knows introspection as it was before `isOneOf`.
 */
import {
  executeSync,
  GraphQLError,
  Kind,
  visit,
  type DocumentNode,
  type FieldNode,
  type GraphQLSchema,
  type OperationDefinitionNode,
} from 'graphql';
import type { Fragments } from './selection.ts';
import type { Introspect, Shaping } from './shaping.ts';

export function compileIntrospection(
  schema: GraphQLSchema,
  operation: OperationDefinitionNode,
  fragments: Fragments,
): Introspect {
  const answers = new Map<readonly FieldNode[], string>();
  const constant = !operation.variableDefinitions?.length;

  const answer = (nodes: readonly FieldNode[], shaping: Shaping): string => {
    // Whether these fields are selected at all is decided already.
    const selections = nodes.map((node) => ({ ...node, directives: [] }));
    const selectionSet = { kind: Kind.SELECTION_SET, selections } as const;
    const { data, errors } = executeSync({
      schema,
      document: { kind: Kind.DOCUMENT, definitions: [{ ...operation, selectionSet }, ...fragments.values()] },
      variableValues: shaping.variables,
    });
    shaping.errors.push(...(errors ?? []).map(clientError));
    return JSON.stringify(Object.values(data ?? {})[0] ?? null);
  };

  return (nodes, shaping) => {
    if (!constant) return answer(nodes, shaping);
    let text = answers.get(nodes);
    if (text === undefined) answers.set(nodes, (text = answer(nodes, shaping)));
    return text;
  };
}

/** A field of introspection fails for its arguments alone: a nullable variable that has a default may still be null. */
export function clientError({ message, nodes, path }: GraphQLError): GraphQLError {
  const extensions = { code: 'BAD_USER_INPUT' };
  return new GraphQLError(message, { nodes: nodes ?? null, path: path ?? null, extensions });
}

/** What stands in the place of `__schema` and `__type`, as no selection may be empty. No client may use such an alias. */
export const INTROSPECTED = '__introspected';
export const PLACEHOLDER: FieldNode = {
  kind: Kind.FIELD,
  alias: { kind: Kind.NAME, value: INTROSPECTED },
  name: { kind: Kind.NAME, value: '__typename' },
};

/** What is left of the document for subgraphs; `document` itself if it has no introspection. */
export function withoutIntrospection(document: DocumentNode): DocumentNode {
  return visit(document, {
    // They are spread within introspection alone.
    FragmentDefinition: ({ typeCondition }) => (typeCondition.name.value.startsWith('__') ? null : undefined),
    Field: (field) => (isIntrospection(field) ? PLACEHOLDER : undefined),
  });
}

/** The document with nothing but introspection at its roots. A selection may be empty, so that it can't be validated again. */
export function onlyIntrospection(document: DocumentNode): DocumentNode {
  return visit(document, {
    FragmentDefinition: ({ typeCondition }) => (typeCondition.name.value.startsWith('__') ? false : undefined),
    Field: (field) => (isIntrospection(field) ? false : null),
  });
}

function isIntrospection({ name }: FieldNode): boolean {
  return name.value === '__schema' || name.value === '__type';
}
