/** `__schema` and `__type`: answered from the API schema by graphql-js, without asking a subgraph. */
import { executeSync, Kind, type FieldNode, type GraphQLSchema, type OperationDefinitionNode } from 'graphql';
import type { JsonObject } from '../../runtime/json.ts';
import type { Introspect } from './output.ts';
import type { Fragments } from './selection.ts';

export function compileIntrospection(
  schema: GraphQLSchema,
  operation: OperationDefinitionNode,
  fragments: Fragments,
): Introspect {
  const answers = new Map<readonly FieldNode[], string>();
  const constant = !operation.variableDefinitions?.length;

  const answer = (nodes: readonly FieldNode[], variables: JsonObject): string => {
    // Whether these fields are selected at all is decided already.
    const selections = nodes.map((node) => ({ ...node, directives: [] }));
    const selectionSet = { kind: Kind.SELECTION_SET, selections } as const;
    const { data, errors } = executeSync({
      schema,
      document: { kind: Kind.DOCUMENT, definitions: [{ ...operation, selectionSet }, ...fragments.values()] },
      variableValues: variables,
    });
    if (errors !== undefined) throw errors[0] ?? new Error('Introspection failed.');
    return JSON.stringify(Object.values(data ?? {})[0] ?? null);
  };

  return (nodes, variables) => {
    if (!constant) return answer(nodes, variables);
    let text = answers.get(nodes);
    if (text === undefined) answers.set(nodes, (text = answer(nodes, variables)));
    return text;
  };
}
