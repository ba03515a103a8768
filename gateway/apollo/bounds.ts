/**
 * Bounds the errors that @apollo/gateway's executor reports for variables. By itself it reports every wrong value and
 * quotes it, so that its time and its answer grow with the request.
 */
import type { ApolloServerOptionsWithGateway, BaseContext } from '@apollo/server';
import { OperationTypeNode, getVariableValues, type OperationDefinitionNode } from 'graphql';
import { MAX_VARIABLE_ERRORS, firstErrors } from '../../runtime/bounds.ts';
import { noSubscriptions } from '../executor/plan.ts';
import { type CheckRequired, requiredVariables } from '../executor/required-variables.ts';
import { fragmentsOf } from '../executor/selection.ts';

type Gateway = ApolloServerOptionsWithGateway<BaseContext>['gateway'];

export function boundVariables(gateway: Gateway): Gateway {
  const checks = new WeakMap<OperationDefinitionNode, CheckRequired>();
  return {
    onSchemaLoadOrUpdate: (callback) => gateway.onSchemaLoadOrUpdate(callback),
    stop: () => gateway.stop(),
    async load(options) {
      const { executor } = await gateway.load(options);
      if (executor === null) throw new Error('@apollo/gateway has no executor.');
      return {
        async executor(context) {
          const { schema, document, operation, request } = context;
          if (operation.operation === OperationTypeNode.SUBSCRIPTION) return { errors: [noSubscriptions()] };
          let check = checks.get(operation);
          if (check === undefined)
            checks.set(operation, (check = requiredVariables(schema, operation, fragmentsOf(document))));
          const { errors, coerced } = getVariableValues(
            schema,
            operation.variableDefinitions ?? [],
            request.variables ?? {},
            {
              maxErrors: MAX_VARIABLE_ERRORS,
            },
          );
          if (errors !== undefined) return { errors };
          const missing = check(coerced);
          if (missing !== undefined) return { errors: [missing] };
          const result = await executor(context);
          return result.errors === undefined ? result : { ...result, errors: firstErrors(result.errors) };
        },
      };
    },
  };
}
