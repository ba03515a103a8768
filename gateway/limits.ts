/**
 * What an operation may ask for at most: depth, aliases, root fields, tokens, cost. Each refusal names the limit and what
 * was asked, with the code LIMIT_EXCEEDED. Plugged into Apollo Server by gateway.ts.
 */
import type { ApolloServerPlugin } from '@apollo/server';
import { maxAliasesRule } from '@escape.tech/graphql-armor-max-aliases';
import { maxDepthRule } from '@escape.tech/graphql-armor-max-depth';
import {
  type ASTVisitor,
  type DocumentNode,
  type FragmentDefinitionNode,
  GraphQLError,
  type GraphQLFormattedError,
  type GraphQLSchema,
  Kind,
  type OperationDefinitionNode,
  type SelectionSetNode,
  type ValidationContext,
  type ValidationRule,
} from 'graphql';
import { costOf } from './cost.ts';

export interface OperationLimits {
  /** Fields below each other, leaves included. The standard introspection query has 15. */
  depth: number;
  aliases: number;
  rootFields: number;
  /** Lexical tokens of the document. */
  tokens: number;
  /** Objects in the answer: see cost.ts. */
  cost: number;
}

const CODE = 'LIMIT_EXCEEDED';

const exceeded = (limit: string, max: number, asked: number | string): GraphQLError =>
  new GraphQLError(`The ${limit} limit is ${String(max)}; this operation has ${String(asked)}.`, {
    extensions: { code: CODE, http: { status: 400 } },
  });

/**
 * Validation rules for depth, aliases and root fields, fragments included. Depth and aliases are counted by GraphQL Armor;
 * its own way of refusing (throwing) would be a 500 in Apollo Server.
 */
export function limitRules({ depth, aliases, rootFields }: OperationLimits): ValidationRule[] {
  const counted = (limit: string, max: number) => ({
    n: max,
    propagateOnRejection: false,
    onReject: [
      (context: ValidationContext | null, error: GraphQLError): void => {
        context?.reportError(exceeded(limit, max, /found (\S+?)\.?$/.exec(error.message)?.[1] ?? 'more'));
      },
    ],
  });
  return [
    maxDepthRule({ ...counted('depth', depth), flattenFragments: true, ignoreIntrospection: false }),
    maxAliasesRule({ ...counted('alias', aliases), allowList: [] }),
    rootFieldsRule(rootFields),
  ];
}

/**
 * Refuses an alias that begins with two underscores, unless it is the field's own name. Those names are GraphQL's own: what
 * comes under `__typename` tells gateway and subgraphs of which type an object is, and nobody's text may stand there.
 */
export const reservedNames: ValidationRule = (context): ASTVisitor => ({
  Field({ alias, name }) {
    if (alias?.value.startsWith('__') !== true || alias.value === name.value) return;
    context.reportError(
      new GraphQLError(`The alias "${alias.value}" begins with "__", which is reserved by GraphQL.`, { nodes: alias }),
    );
  },
});

const rootFieldsRule =
  (max: number): ValidationRule =>
  (context): ASTVisitor => ({
    OperationDefinition(operation) {
      const fields = countFields(operation, (name) => context.getFragment(name));
      if (fields > max) context.reportError(exceeded('root field', max, fields));
    },
  });

/** The fields at an operation's root, those of its fragments included, as often as they are spread. */
function countFields(
  { selectionSet }: OperationDefinitionNode,
  fragmentOf: (name: string) => FragmentDefinitionNode | null | undefined,
): number {
  const known = new Map<string, number>();
  const count = ({ selections }: SelectionSetNode): number =>
    selections.reduce((sum, selection) => {
      if (selection.kind === Kind.FIELD) return sum + 1;
      if (selection.kind === Kind.INLINE_FRAGMENT) return sum + count(selection.selectionSet);
      const name = selection.name.value;
      if (!known.has(name)) {
        // For a fragment that spreads itself; graphql-js refuses it.
        known.set(name, 0);
        const fragment = fragmentOf(name);
        if (fragment) known.set(name, count(fragment.selectionSet));
      }
      return sum + (known.get(name) ?? 0);
    }, 0);
  return count(selectionSet);
}

/** Why an operation that could answer too many objects is refused; undefined where it may go on. */
export type CostCheck = (
  schema: GraphQLSchema,
  document: DocumentNode,
  operation: OperationDefinitionNode,
  variables: Readonly<Record<string, unknown>>,
) => GraphQLError | undefined;

export function costCheck(max: number): CostCheck {
  const constants = new WeakMap<OperationDefinitionNode, number>();
  return (schema, document, operation, variables) => {
    let cost = constants.get(operation);
    if (cost === undefined) {
      const told = costOf(schema, document, operation, variables);
      cost = told.cost;
      if (told.constant) constants.set(operation, cost);
    }
    return cost > max ? exceeded('cost', max, `a cost of ${String(cost)}`) : undefined;
  };
}

/** Refuses what costs too much, once the variables are known. */
export function costLimit(overCost: CostCheck): ApolloServerPlugin {
  return {
    requestDidStart: async () => ({
      async didResolveOperation({ schema, document, operation, request }) {
        // An operation that can't be told is refused by the execution.
        const refusal = operation && overCost(schema, document, operation, request.variables ?? {});
        if (refusal !== undefined) throw refusal;
      },
    }),
  };
}

/** What Apollo Server calls a syntax or validation error, with its own code where it is about a limit. */
export function limitError(
  formatted: GraphQLFormattedError,
  error: unknown,
  { tokens }: OperationLimits,
): GraphQLFormattedError {
  const original = error instanceof GraphQLError ? error.originalError : undefined;
  if (original instanceof GraphQLError && original.extensions['code'] === CODE)
    return { ...formatted, extensions: { ...formatted.extensions, code: CODE } };
  if (formatted.message.startsWith('Syntax Error: Document contains more that'))
    return { message: exceeded('token', tokens, 'more').message, extensions: { code: CODE } };
  return formatted;
}
