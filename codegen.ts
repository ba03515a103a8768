/**
 * Derives types from SDL and operations: resolver types for each subgraph, typed documents for the calls of the orders
 * subgraph, the client SDK's operations and their manifest. `npm run codegen` writes them; `npm run check:codegen`
 * fails if a committed file differs.
 */
import type { CodegenConfig } from '@graphql-codegen/cli';
import type { CodegenPlugin } from '@graphql-codegen/plugin-helpers';
import { print } from 'graphql';
import { manifestPlugin, metadataOf } from './packages/client/manifest.ts';

type Output = CodegenConfig['generates'][string];

const sdlOf = (name: string): string[] => ['schema/shared.graphql', `subgraphs/${name}/schema.graphql`];

/**
 * The types of a subgraph's SDL, and in a second file the types of its resolvers. They are separate because resolvers'
 * types import the context and the service, which import the SDL's types.
 * @param mappers by GraphQL type, the type of the parent object that its resolvers get
 */
const subgraphTypes = (name: string, mappers: Record<string, string>): Record<string, Output> => {
  const config = {
    enumsAsTypes: true,
    federation: true,
    // An input field that is left out may also be undefined.
    inputMaybeValue: 'T | null | undefined',
    scalars: { DateTime: 'Date', SafeInt: 'number', ID: 'string' },
    useIndexSignature: false,
    useTypeImports: true,
  };
  return {
    [`subgraphs/${name}/schema.generated.ts`]: { schema: sdlOf(name), plugins: ['typescript'], config },
    [`subgraphs/${name}/resolvers.generated.ts`]: {
      schema: sdlOf(name),
      plugins: ['import-schema-types', 'typescript-resolvers'],
      config: {
        ...config,
        contextType: './context.ts#Context',
        // Renamed on import, because the SDL's types have the same names.
        mappers: Object.fromEntries(
          Object.entries(mappers).map(([type, source]) => [type, `${source} as ${type}Shape`]),
        ),
        namespacedImportName: 'Schema',
      },
    },
  };
};

/**
 * Imports the SDL's types under the namespace of `namespacedImportName`; entities also under their own names, because
 * typescript-resolvers 6.1 ignores the namespace in `FederationTypes`.
 */
const importSchemaTypes: CodegenPlugin = {
  plugin(schema) {
    // `resolvable: false` means that the type belongs to another subgraph.
    const entities = Object.values(schema.getTypeMap())
      .filter(({ astNode }) => astNode?.directives?.some((each) => /^@key\((?!.*resolvable: false)/.test(print(each))))
      .map(({ name }) => name);
    const from = "from './schema.generated.ts';";
    return {
      prepend: [`import type * as Schema ${from}`, `import type { ${entities.join(', ')} } ${from}`],
      content: '',
    };
  },
};

/**
 * Operations as typed documents, checked against the schema that they are sent to: `documentNode` if code reads them,
 * `string` if they are only sent, so that a browser needs no GraphQL library.
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

/** The part of a subgraph's schema that Federation adds, for calls that fetch entities of one type. */
const entitiesOf = (type: string): string => `
  scalar _Any
  union _Entity = ${type}
  extend type Query {
    _entities(representations: [_Any!]!): [_Entity]!
  }`;

/** Our own plugins by name. @graphql-codegen looks for a plugin under several names, which all end in this one. */
const OWN_PLUGINS: Record<string, CodegenPlugin> = {
  manifest: manifestPlugin,
  'import-schema-types': importSchemaTypes,
};

const pluginLoader = async (name: string): Promise<CodegenPlugin> =>
  OWN_PLUGINS[name.slice(name.lastIndexOf('/') + 1)] ?? ((await import(name)) as CodegenPlugin);

const config: CodegenConfig = {
  pluginLoader,
  generates: {
    ...subgraphTypes('customers', {
      CustomerConnection: './service.ts#CustomerConnection',
    }),
    ...subgraphTypes('inventory', {
      Product: './service.ts#Product',
      ProductConnection: './service.ts#ProductConnection',
      StockMovementConnection: './service.ts#StockMovementConnection',
    }),
    ...subgraphTypes('orders', {
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
