/**
 * Two gateways over the same subgraphs: with Apollo's executor and with ours. Both are called as Apollo Server calls
 * them.
 */
import { ApolloGateway, RemoteGraphQLDataSource } from '@apollo/gateway';
import type { QueryPlan, QueryPlannerConfig } from '@apollo/query-planner';
import type { GraphQLSchema } from 'graphql';
import { createExecutorGateway } from '../../gateway/executor/server.ts';
import { createPoolTransport } from '../../runtime/transport.ts';
import { compose } from './compose.ts';
import { startFakeSubgraph, type FakeSubgraph, type FakeSubgraphOptions, type Faults } from './fake-subgraph.ts';
import type { GeneratedOperation } from './operations.ts';

/** The context that a request passes on to the subgraphs. */
interface TestContext {
  faults: Faults;
}

/** A GraphQLError, or any other error that Apollo's executor passes on. */
export interface AnsweredError {
  message: string;
  path?: readonly (string | number)[] | undefined;
  extensions?: Record<string, unknown>;
}

export interface Answer {
  data?: unknown;
  errors?: readonly AnsweredError[];
  extensions?: Record<string, unknown>;
}

/** Executes an operation; Apollo's executor with `plan` if there is one. */
export type Execute = (operation: GeneratedOperation, faults: Faults, plan?: QueryPlan) => Promise<Answer>;

export interface Gateways extends AsyncDisposable {
  schema: GraphQLSchema;
  supergraphSdl: string;
  subgraphs: readonly FakeSubgraph[];
  apollo: Execute;
  own: Execute;
  /** The plan that both execute. Throws if the planner fails. */
  plan: (operation: GeneratedOperation) => QueryPlan;
}

type Load = Parameters<typeof createExecutorGateway>[0]['load'];

// Generated operations on supergraphs with many interfaces have very many plans. Which one is best is not tested.
const planner: QueryPlannerConfig = { debug: { maxEvaluatedPlans: 50 } };

/** Starts `sdls` as fake subgraphs, and both gateways. A subgraph has `timeoutMs` to answer. */
export async function startGateways(sdls: readonly FakeSubgraphOptions[], timeoutMs: number): Promise<Gateways> {
  // Prevents Apollo's gateway from reporting to Apollo.
  process.env['APOLLO_TELEMETRY_DISABLED'] = 'true';
  const subgraphs = await Promise.all(sdls.map((options) => startFakeSubgraph(options)));
  const supergraphSdl = compose(sdls, (name) => subgraphs.find((subgraph) => subgraph.name === name)?.url ?? '');
  const logger = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined };

  // Planning takes far longer than executing, so Apollo's gateway gets our plan through its cache.
  const plans = new Map<string, QueryPlan>();
  const cache = {
    get: (key: string) => Promise.resolve(plans.get(key)),
    set: () => Promise.resolve(),
    delete: () => Promise.resolve(true),
    clear: () => undefined,
  };

  const newApolloGateway = (): ApolloGateway =>
    new ApolloGateway({
      supergraphSdl,
      logger,
      queryPlannerConfig: { ...planner, cache: cache },
      buildService: ({ url }) =>
        new RemoteGraphQLDataSource<TestContext>({
          ...(url !== undefined && { url }),
          willSendRequest: ({ request, context }) => {
            request.http?.headers.set('x-faults', JSON.stringify(context.faults));
          },
          // Node's fetch has everything that a data source needs.
          fetcher: ((address: string, init: RequestInit) =>
            fetch(address, { ...init, signal: AbortSignal.timeout(timeoutMs) })) as never,
        }),
    });
  const transport = createPoolTransport<TestContext>({
    timeoutMs,
    headers: ({ context }) => ({ 'x-faults': JSON.stringify(context.faults) }),
  });
  const apollo = newApolloGateway();
  const loader = newApolloGateway();
  const own = createExecutorGateway<TestContext>(loader, {
    fetch: transport.fetch,
    planner,
    // Otherwise nearly every answer would differ. gateway/executor/values.test.ts tests how ours reports invalid
    // values.
    valueCompletion: true,
  });

  const plan: Gateways['plan'] = ({ source, document }) => own.executor.prepare(document, undefined, source).plan;

  const start = async (load: Load): Promise<Execute> => {
    const { executor } = await load({ apollo: {} });
    return async (operation, faults, given) => {
      const { source, document, variables } = operation;
      plans.clear();
      try {
        plans.set(source, given ?? plan(operation));
      } catch {
        // Both will find out.
      }
      const context: TestContext = { faults };
      // The only parts that either of them reads of Apollo Server's context.
      const request = {
        request: { query: source, variables },
        document,
        queryHash: source,
        context,
        metrics: {},
        logger,
      };
      return (await executor?.(request as never)) as Answer;
    };
  };

  return {
    supergraphSdl,
    subgraphs,
    apollo: await start((options) => apollo.load(options)),
    own: await start((options) => own.load(options)),
    schema: own.executor.schema,
    plan,
    [Symbol.asyncDispose]: async () => {
      await Promise.all([apollo.stop(), own.stop(), transport.close()]);
      await Promise.all(subgraphs.map((subgraph) => subgraph[Symbol.asyncDispose]()));
    },
  };
}
