/**
 * Has graphql-js answer introspection in front of Apollo's executor, because Apollo's planner fails on `isOneOf` and
 * other newer fields.
 */
import type { ApolloServerOptionsWithGateway, BaseContext } from '@apollo/server';
import { executeSync, type DocumentNode, type GraphQLSchema } from 'graphql';
import { clientError, INTROSPECTED, onlyIntrospection, withoutIntrospection } from '../executor/introspection.ts';

type GatewayInterface = ApolloServerOptionsWithGateway<BaseContext>['gateway'];

/** Wraps an ApolloGateway. Its executor gets what remains of an operation without introspection. */
export function answerIntrospection(gateway: GatewayInterface): GatewayInterface {
  let schema: GraphQLSchema | undefined;
  const unsubscribe = gateway.onSchemaLoadOrUpdate(({ apiSchema }) => {
    schema = apiSchema;
  });
  const rests = new WeakMap<DocumentNode, DocumentNode>();

  return {
    onSchemaLoadOrUpdate: (callback) => gateway.onSchemaLoadOrUpdate(callback),
    async load(options) {
      const { executor } = await gateway.load(options);
      if (executor === null) return { executor };
      return {
        async executor(context) {
          const { document, request } = context;
          let rest = rests.get(document);
          if (rest === undefined) rests.set(document, (rest = withoutIntrospection(document)));
          const result = await executor(rest === document ? context : { ...context, document: rest });
          if (rest === document || !result.data || schema === undefined) return result;
          const { data, errors = [] } = executeSync({
            schema,
            document: onlyIntrospection(document),
            operationName: request.operationName,
            variableValues: request.variables,
          });
          const { [INTROSPECTED]: _, ...others } = result.data;
          const all = [...(result.errors ?? []), ...errors.map(clientError)];
          return { ...result, data: { ...others, ...data }, ...(all.length > 0 && { errors: all }) };
        },
      };
    },
    async stop() {
      unsubscribe();
      await gateway.stop();
    },
  };
}
