/**
 * Limits of an operation: depth, aliases, root fields, tokens, cost. Each refusal names the limit and the operation's
 * value, with the code LIMIT_EXCEEDED. gateway.ts plugs them into Apollo Server.
 */
import type { ApolloServerPlugin } from '@apollo/server';
import { maxAliasesRule } from '@escape.tech/graphql-armor-max-aliases';
import { maxDepthRule } from '@escape.tech/graphql-armor-max-depth';
import {
  type ASTVisitor,
  type DocumentNode,
  type FragmentDefinitionNode,
  GraphQLError,
  type GraphQLSchema,
  Kind,
  type OperationDefinitionNode,
  type SelectionSetNode,
  type ValidationContext,
  type ValidationRule,
} from 'graphql';
import { limitExceeded } from '../runtime/bounds.ts';
import { costOf } from './cost.ts';

export interface OperationLimits {
  /** Nested fields, leaves included. The standard introspection query has 15. */
  depth: number;
  aliases: number;
  rootFields: number;
  /** Lexical tokens of the document. */
  tokens: number;
  /** Objects in the answer, and elements of lists that are sent: see cost.ts. */
  cost: number;
}

/**
 * Validation rules for depth, aliases and root fields, fragments included. Depth and aliases are counted by GraphQL
 * Armor; its own way of refusing (throwing) would become a 500 in Apollo Server.
 */
export function limitRules({ depth, aliases, rootFields }: OperationLimits): ValidationRule[] {
  const counted = (limit: string, max: number) => ({
    n: max,
    propagateOnRejection: false,
    onReject: [
      (context: ValidationContext | null, error: GraphQLError): void => {
        context?.reportError(limitExceeded(limit, max, /found (\S+?)\.?$/.exec(error.message)?.[1] ?? 'more'));
      },
    ],
  });
  return [
    aliasLengthRule,
    maxDepthRule({ ...counted('depth', depth), flattenFragments: true, ignoreIntrospection: false }),
    maxAliasesRule({ ...counted('alias', aliases), allowList: [] }),
    rootFieldsRule(rootFields),
  ];
}

/**
 * Refuses an alias that begins with two underscores, unless it is the field's own name. Such names are reserved by
 * GraphQL: gateway and subgraphs read an object's type from `__typename`, so that it must not contain user data.
 */
export const reservedNames: ValidationRule = (context): ASTVisitor => ({
  Field({ alias, name }) {
    if (alias?.value.startsWith('__') !== true || alias.value === name.value) return;
    context.reportError(
      new GraphQLError(`The alias "${alias.value}" begins with "__", which is reserved by GraphQL.`, { nodes: alias }),
    );
  },
});

/** The most characters of an alias. It is repeated in the answer with every value of its field. */
const MAX_ALIAS_LENGTH = 100;

const aliasLengthRule: ValidationRule = (context): ASTVisitor => ({
  Field({ alias }) {
    const length = alias?.value.length ?? 0;
    if (length > MAX_ALIAS_LENGTH) context.reportError(limitExceeded('alias length', MAX_ALIAS_LENGTH, length));
  },
});

const rootFieldsRule =
  (max: number): ValidationRule =>
  (context): ASTVisitor => ({
    OperationDefinition(operation) {
      const fields = countFields(operation, (name) => context.getFragment(name));
      if (fields > max) context.reportError(limitExceeded('root field', max, fields));
    },
  });

/** The root fields of an operation, including those of fragments, once for each spread. */
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
        // A fragment that spreads itself; graphql-js refuses it.
        known.set(name, 0);
        const fragment = fragmentOf(name);
        if (fragment) known.set(name, count(fragment.selectionSet));
      }
      return sum + (known.get(name) ?? 0);
    }, 0);
  return count(selectionSet);
}

/** The refusal of an operation whose cost is too high; undefined if it is allowed. */
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
    return cost > max ? limitExceeded('cost', max, `a cost of ${String(cost)}`) : undefined;
  };
}

/**
 * Refuses an operation whose cost is too high, once its variables are there; and a request that doesn't say which
 * operation to execute, so that no operation is executed that was not checked here.
 */
export function costLimit(overCost: CostCheck): ApolloServerPlugin {
  return {
    requestDidStart: async () => ({
      async didResolveOperation({ schema, document, operation, request }) {
        if (operation === undefined) throw noOperation(request.operationName);
        const refusal = overCost(schema, document, operation, request.variables ?? {});
        if (refusal !== undefined) throw refusal;
      },
    }),
  };
}

const noOperation = (name: string | undefined): GraphQLError =>
  new GraphQLError(
    name === undefined
      ? 'Must provide operation name if query contains multiple operations.'
      : `Unknown operation named "${name}".`,
    { extensions: { code: 'OPERATION_RESOLUTION_FAILURE', http: { status: 400 } } },
  );
