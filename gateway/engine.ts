/** What plans and runs operations: our executor or @apollo/gateway's, on the supergraph that @apollo/gateway loads. */
import { ApolloGateway } from '@apollo/gateway';
import type { ApolloServerOptionsWithGateway } from '@apollo/server';
import type { Logger } from '../runtime/log.ts';
import { checkScalarInput } from '../runtime/scalars.ts';
import type { AccessOf } from './access.ts';
import { boundVariables } from './apollo/bounds.ts';
import { SubgraphDataSource } from './apollo/data-source.ts';
import { answerIntrospection } from './apollo/introspection.ts';
import { type GatewayContext, timeoutsOf } from './context.ts';
import { disableApolloTelemetry } from './env.ts';
import type { Executor } from './executor/executor.ts';
import { createExecutorGateway } from './executor/server.ts';
import { type Subgraphs, logUnavailable } from './subgraphs.ts';

export interface EngineOptions {
  supergraphSdl: string;
  executor: 'own' | 'apollo';
  /** The address of a subgraph's GraphQL, from its name and the address in the supergraph (may be empty). */
  urlOf: (name: string, urlInSupergraph: string) => string;
  log: Logger;
}

export interface Engine {
  /** For Apollo Server. */
  gateway: ApolloServerOptionsWithGateway<GatewayContext>['gateway'];
  /** Our executor, once the supergraph is loaded. Absent with Apollo's. */
  executor?: () => Executor<GatewayContext>;
}

/** @param accessOf the supergraph's access rules; with Apollo's executor, which ignores them, it throws if there are any */
export function createEngine(options: EngineOptions, { fetch }: Subgraphs, accessOf: AccessOf | undefined): Engine {
  const { supergraphSdl, executor, urlOf, log } = options;
  disableApolloTelemetry();
  const apollo = new ApolloGateway({
    supergraphSdl,
    logger: log,
    buildService: ({ name, url = '' }) => new SubgraphDataSource(name, urlOf(name, url), fetch),
  });
  apollo.onSchemaLoadOrUpdate(({ apiSchema }) => {
    checkScalarInput(apiSchema);
  });
  if (executor === 'own') {
    const own = createExecutorGateway<GatewayContext>(apollo, {
      fetch,
      urlOf,
      onUnavailable: logUnavailable,
      ...(accessOf && { accessOf }),
      timeouts: timeoutsOf,
      dataAsText: true,
    });
    return { gateway: own, executor: () => own.executor };
  }
  if (accessOf !== undefined)
    throw new Error(
      'it has access rules (@authenticated, @requiresScopes), which GATEWAY_EXECUTOR=apollo does not enforce.',
    );
  return { gateway: boundVariables(answerIntrospection(apollo)) };
}
