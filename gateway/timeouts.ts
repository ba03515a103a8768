/**
 * How long an operation may take. A query is answered after a few seconds at most, with the data that has arrived. A mutation may
 * have begun to change something, so it keeps the deadline that every request has. A client may ask for less time
 * (`x-timeout-ms`), never for more.
 */
import type { ApolloServerPlugin } from '@apollo/server';
import { type OperationDefinitionNode, OperationTypeNode } from 'graphql';
import type { GatewayContext } from './context.ts';

/** Shortens the deadline of a request whose operation is a query. */
export type LimitQuery = (context: GatewayContext, operation: OperationDefinitionNode) => void;

/** @param queryTimeoutMs the longest that a query may take */
export const limitQueries =
  (queryTimeoutMs: number): LimitQuery =>
  (context, { operation }) => {
    if (operation === OperationTypeNode.QUERY)
      context.deadline = Math.min(context.deadline, Date.now() + queryTimeoutMs);
  };

/** Shortens the deadlines of queries that Apollo Server executes. */
export const queryTimeoutPlugin = (limitQuery: LimitQuery): ApolloServerPlugin<GatewayContext> => ({
  requestDidStart: async () => ({
    async didResolveOperation({ contextValue, operation }) {
      if (operation !== undefined) limitQuery(contextValue, operation);
    },
  }),
});
