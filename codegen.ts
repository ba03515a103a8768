/**
 * Derives every type that SDL or an operation already states: resolver types for each subgraph, typed documents for the
 * calls that the orders subgraph makes, the client SDK's operations and the manifest of their texts. `npm run codegen`
 * writes them; `npm run check:codegen` fails where a committed file differs.
 */
import type { CodegenConfig } from '@graphql-codegen/cli';
import type { CodegenPlugin } from '@graphql-codegen/plugin-helpers';
import { manifestPlugin, metadataOf } from './packages/client/manifest.ts';

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
      // Renamed on import: the generated file has types of the same names.
      mappers: Object.fromEntries(Object.entries(mappers).map(([type, source]) => [type, `${source} as ${type}Shape`])),
      scalars: { DateTime: 'Date', SafeInt: 'number', ID: 'string' },
      useIndexSignature: false,
      useTypeImports: true,
    },
  },
});

/**
 * Operations as typed documents, checked against the schema that they are sent to: `documentNode` where they are read by
 * code, `string` where they are only sent, so that a browser needs no GraphQL library.
 */
const operations = (
  output: string,
  documents: string,
  schema: string | string[],
  documentMode: 'documentNode' | 'string' = 'documentNode',
): Record<string, Output> => ({
  [output]: {
    schema,
    documents,
    plugins: ['typescript-operations', 'typed-document-node'],
    config: {
      scalars: { DateTime: 'string', SafeInt: 'number', ID: 'string', _Any: '{ __typename: string; id: string }' },
      useTypeImports: true,
      enumsAsTypes: true,
      documentMode,
      ...(documentMode === 'string' && { unstable_onExecutableDocumentNode: metadataOf }),
    },
  },
});

/** What Federation adds to a subgraph's schema, for calls that ask for entities of one type. */
const entitiesOf = (type: string): string => `
  scalar _Any
  union _Entity = ${type}
  extend type Query {
    _entities(representations: [_Any!]!): [_Entity]!
  }`;

/** Our own plugin, and those of @graphql-codegen. */
const pluginLoader = async (name: string): Promise<CodegenPlugin> =>
  name.endsWith('/manifest') ? manifestPlugin : ((await import(name)) as CodegenPlugin);

const config: CodegenConfig = {
  pluginLoader,
  generates: {
    ...resolverTypes('customers', {
      Customer: './service.ts#Customer',
      CustomerConnection: './service.ts#CustomerConnection',
    }),
    ...resolverTypes('inventory', {
      Product: './service.ts#Product',
      ProductConnection: './service.ts#ProductConnection',
      StockMovement: './service.ts#StockMovement',
      StockMovementConnection: './service.ts#StockMovementConnection',
    }),
    ...resolverTypes('orders', {
      Order: './order.ts#Order',
      OrderConnection: './service.ts#OrderConnection',
      OrderItem: './references.ts#ItemOfOrder',
    }),
    ...operations('subgraphs/orders/customers.generated.ts', 'subgraphs/orders/customers.calls.graphql', [
      ...sdlOf('customers'),
      entitiesOf('Customer'),
    ]),
    ...operations(
      'subgraphs/orders/inventory.generated.ts',
      'subgraphs/orders/inventory.calls.graphql',
      sdlOf('inventory'),
    ),
    ...operations(
      'packages/client/operations.generated.ts',
      'packages/client/operations.graphql',
      'schema/api.graphql',
      'string',
    ),
    'packages/client/manifest.json': {
      schema: 'schema/api.graphql',
      documents: 'packages/client/operations.graphql',
      plugins: ['manifest'],
    },
  },
};

export default config;
