/**
 * @apollo/gateway's executor within the bounds of an answer. By itself it looks for every error in the variables, and quotes a
 * value for each: time and answer grow with what was sent.
 */
import type { ApolloServerOptionsWithGateway, BaseContext } from '@apollo/server';
import { getVariableValues } from 'graphql';
import { MAX_VARIABLE_ERRORS, firstErrors } from '../runtime/bounds.ts';

type Gateway = ApolloServerOptionsWithGateway<BaseContext>['gateway'];

export function boundStock(stock: Gateway): Gateway {
  return {
    onSchemaLoadOrUpdate: (callback) => stock.onSchemaLoadOrUpdate(callback),
    stop: () => stock.stop(),
    async load(options) {
      const { executor } = await stock.load(options);
      if (executor === null) throw new Error('@apollo/gateway has no executor.');
      return {
        async executor(context) {
          const { schema, operation, request } = context;
          const { errors } = getVariableValues(schema, operation.variableDefinitions ?? [], request.variables ?? {}, {
            maxErrors: MAX_VARIABLE_ERRORS,
          });
          if (errors !== undefined) return { errors };
          const result = await executor(context);
          return result.errors === undefined ? result : { ...result, errors: firstErrors(result.errors) };
        },
      };
    },
  };
}
