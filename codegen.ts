/**
 * Derives every type that SDL or an operation already states: resolver types for each subgraph, typed documents for the
 * calls that the orders subgraph makes, and the client SDK's operations. `npm run codegen` writes, `npm run codegen:check`
 * fails where a committed file differs.
 */
import type { CodegenConfig } from '@graphql-codegen/cli';

type Output = CodegenConfig['generates'][string];

const sdlOf = (name: string): string[] => ['schema/shared.graphql', `subgraphs/${name}/schema.graphql`];

/** Resolver types of one subgraph. `mappers` names the shape that the resolvers' parent has, by GraphQL type. */
const resolverTypes = (name: string, mappers: Record<string, string>): Record<string, Output> => ({
  [`subgraphs/${name}/schema.generated.ts`]: {
    schema: sdlOf(name),
    plugins: ['typescript', 'typescript-resolvers'],
    config: {
      contextType: './context.ts#Context',
      enumsAsTypes: true,
      federation: true,
      mappers,
      scalars: { DateTime: 'Date', SafeInt: 'number', ID: 'string' },
      useIndexSignature: false,
      useTypeImports: true,
    },
  },
});

/** Operations as TypedDocumentNodes, checked against the schema that they are sent to. */
const operations = (output: string, documents: string, schema: string | string[]): Record<string, Output> => ({
  [output]: {
    schema,
    documents,
    plugins: ['typescript-operations', 'typed-document-node'],
    config: {
      scalars: { DateTime: 'string', SafeInt: 'number', ID: 'string' },
      useTypeImports: true,
      enumsAsTypes: true,
    },
  },
});

const config: CodegenConfig = {
  generates: {
    ...resolverTypes('customers', {
      Customer: './service.ts#Customer',
      CustomerConnection: './service.ts#CustomerConnection',
    }),
    ...resolverTypes('orders', {
      Order: './order.ts#Order',
      OrderConnection: '../../runtime/pagination.ts#Connection<import("./order.ts").Order>',
      OrderItem: './order.ts#OrderItem',
    }),
    ...operations(
      'subgraphs/orders/customers.generated.ts',
      'subgraphs/orders/customers.calls.graphql',
      sdlOf('customers'),
    ),
    ...operations(
      'subgraphs/orders/inventory.generated.ts',
      'subgraphs/orders/inventory.calls.graphql',
      sdlOf('inventory'),
    ),
  },
};

export default config;
