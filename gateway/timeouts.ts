/**
 * How long an operation may take. A page that reads is shown soon with what is there; a mutation may have begun to change
 * something, and is worth waiting for. A client may ask for less (`x-timeout-ms`), never for more.
 */
import type { ApolloServerPlugin } from '@apollo/server';
import { type OperationDefinitionNode, OperationTypeNode } from 'graphql';
import type { GatewayContext } from './datasource.ts';

/** Brings a request's deadline forward, once it is known what is asked. */
export type LimitTime = (context: GatewayContext, operation: OperationDefinitionNode) => void;

/** @param queryTimeoutMs the longest that a query is waited for; mutations have the deadline that every request has */
export const timeLimit =
  (queryTimeoutMs: number): LimitTime =>
  (context, { operation }) => {
    if (operation === OperationTypeNode.QUERY)
      context.deadline = Math.min(context.deadline, Date.now() + queryTimeoutMs);
  };

/** Does so for what Apollo Server executes. */
export const timeLimitPlugin = (limitTime: LimitTime): ApolloServerPlugin<GatewayContext> => ({
  requestDidStart: async () => ({
    async didResolveOperation({ contextValue, operation }) {
      if (operation !== undefined) limitTime(contextValue, operation);
    },
  }),
});
