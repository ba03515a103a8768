/**
 * The executor as Apollo Server's gateway. @apollo/gateway loads the supergraph, from wherever it is configured to, and
 * reports updates; each gets a new executor. Apollo Server parses, validates, applies limits, formats errors and
 * answers HTTP.
 */
import type { ApolloServerOptionsWithGateway, BaseContext } from '@apollo/server';
import type { FormattedExecutionResult } from 'graphql';
import { loadSupergraph, type QueryPlannerConfig } from './apollo.ts';
import { Executor, toResult, type ExecutorOptions, type Outcome, type RunOptions } from './executor.ts';

type GatewayInterface = ApolloServerOptionsWithGateway<BaseContext>['gateway'];
type GatewayExecutor = NonNullable<Awaited<ReturnType<GatewayInterface['load']>>['executor']>;

export interface ExecutorGatewayOptions<TContext> extends Omit<ExecutorOptions<TContext>, 'supergraph'> {
  /** How long a request may take and what cancels it, from Apollo Server's context value. */
  timeouts?: (context: TContext) => Pick<RunOptions<TContext>, 'timeoutMs' | 'signal'>;
  /**
   * Pass `data` as `JsonText`, for an Apollo Server with the `stringifyResult` below, so that it never becomes an
   * object. Plugins that read `data` see the text. Off by default.
   */
  dataAsText?: boolean;
  planner?: QueryPlannerConfig;
}

export interface ExecutorGateway<TContext> extends GatewayInterface {
  /** The executor of the current supergraph. Throws before `load` has resolved. */
  executor: Executor<TContext>;
}

/** Wraps an ApolloGateway: it loads and updates as usual, but our executor answers. */
export function createExecutorGateway<TContext extends object>(
  loader: GatewayInterface,
  options: ExecutorGatewayOptions<TContext>,
): ExecutorGateway<TContext> {
  const { timeouts, dataAsText = false, planner, ...executorOptions } = options;
  let current: Executor<TContext> | undefined;
  const executor = (): Executor<TContext> => {
    if (current === undefined) throw new Error('The gateway has no supergraph yet.');
    return current;
  };

  const unsubscribe = loader.onSchemaLoadOrUpdate(({ apiSchema, coreSupergraphSdl }) => {
    // Variables are checked against the schema that Apollo Server validates documents against, custom scalars included.
    const supergraph = { ...loadSupergraph(coreSupergraphSdl, planner), apiSchema };
    current = new Executor({ ...executorOptions, supergraph });
  });

  const execute: GatewayExecutor = async ({ document, queryHash, request, context: contextValue }) => {
    // Apollo Server passes on the value of its `context` function.
    const context = contextValue as TContext;
    const { operationName, variables } = request;
    const outcome = await executor().answer({
      document,
      operationName,
      cacheKey: queryHash,
      variables,
      context,
      ...timeouts?.(context),
    });
    return dataAsText ? withText(outcome) : { ...toResult(outcome) };
  };

  return {
    get executor() {
      return executor();
    },
    onSchemaLoadOrUpdate: (callback) => loader.onSchemaLoadOrUpdate(callback),
    load: async (loadOptions) => {
      await loader.load(loadOptions);
      return { executor: execute };
    },
    stop: async () => {
      unsubscribe();
      await loader.stop();
    },
  };
}

/** The `data` of a response as JSON text. */
export class JsonText {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }

  toJSON(): unknown {
    return JSON.parse(this.text);
  }
}

function withText({ data, ...rest }: Outcome): Awaited<ReturnType<GatewayExecutor>> {
  if (data === undefined) return { ...rest };
  // Apollo Server only passes `data` on to `stringifyResult`, which takes the text out.
  return { ...rest, data: new JsonText(data) };
}

/** Apollo Server's `stringifyResult` for results whose data may be `JsonText`. */
export function stringifyResult(result: FormattedExecutionResult): string {
  const { data, ...rest } = result;
  if (!(data instanceof JsonText)) return JSON.stringify(result);
  const before = JSON.stringify(rest);
  return before === '{}' ? `{"data":${data.text}}` : `${before.slice(0, -1)},"data":${data.text}}`;
}
