/**
 * `__schema` and `__type`, answered from the API schema by graphql-js. Neither subgraphs nor Apollo's planner see them:
 * the planner's introspection lacks newer fields such as `isOneOf`.
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
    // The caller has already decided that these fields are selected.
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

/** An introspection field can fail only for its arguments: a nullable variable with a default may still be null. */
export function clientError({ message, nodes, path }: GraphQLError): GraphQLError {
  const extensions = { code: 'BAD_USER_INPUT' };
  return new GraphQLError(message, { nodes: nodes ?? null, path: path ?? null, extensions });
}

/** Replaces `__schema` and `__type`, because no selection may be empty. Clients can't use this alias. */
export const INTROSPECTED = '__introspected';
export const PLACEHOLDER: FieldNode = {
  kind: Kind.FIELD,
  alias: { kind: Kind.NAME, value: INTROSPECTED },
  name: { kind: Kind.NAME, value: '__typename' },
};

/** The document without introspection, for subgraphs; `document` itself if it has none. */
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
