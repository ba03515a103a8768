/**
 * Executes operations on a supergraph: Apollo's planner decides which subgraph is asked for what, and this runs the
 * plan. Each operation is planned and compiled once and kept. Talks to subgraphs through the given `SubgraphFetch`.
 */
import { GraphQLError, type DocumentNode, type GraphQLFormattedError, type GraphQLSchema } from 'graphql';
import { firstErrors } from '../../runtime/bounds.ts';
import { isObject, type JsonObject } from '../../runtime/json.ts';
import { LruMap } from '../../runtime/lru.ts';
import { SubgraphUnavailable, type SubgraphFetch } from '../../runtime/transport.ts';
import type { Access } from './access.ts';
import type { LoadedSupergraph } from './apollo.ts';
import { missingValue, missingParts, unexplained } from './errors.ts';
import { compileOperation, type CompiledOperation } from './operation.ts';
import type { Run } from './run.ts';
import type { Shaping } from './shaping.ts';
import { createTypes } from './types.ts';

export interface ExecutorOptions<TContext> {
  supergraph: LoadedSupergraph;
  fetch: SubgraphFetch<TContext>;
  /** The address of a subgraph; by default the one in the supergraph. */
  urlOf?: (subgraph: string, urlInSupergraph: string) => string;
  /** How many compiled operations are kept: by default 1,000 of up to 500 characters, fewer of longer ones. */
  cacheSize?: number;
  /**
   * Report values that the schema doesn't allow in `extensions.valueCompletion`, and only if there is no other error,
   * as Apollo's executor does. By default they are errors.
   */
  valueCompletion?: boolean;
  /** The access rules of the supergraph for the caller of a request. By default, every caller may do everything. */
  accessOf?: (context: TContext) => Access;
  /** Called for each call to a subgraph that got no answer, with details that the client is not told. */
  onUnavailable?: (failure: { subgraph: string; error: SubgraphUnavailable; context: TContext }) => void;
}

/** One execution of a compiled operation. */
export interface RunOptions<TContext> {
  variables?: Readonly<Record<string, unknown>> | null | undefined;
  /** Passed to `SubgraphFetch` unchanged. */
  context: TContext;
  /** Milliseconds for all subgraph calls together. Parts that are missing by then are reported, the rest is answered. */
  timeoutMs?: number | undefined;
  /** Aborted when the client disconnects: the calls of a query are cancelled. A mutation that has begun is completed. */
  signal?: AbortSignal | undefined;
}

interface Request<TContext> extends RunOptions<TContext> {
  /** Must be valid against `Executor.schema`; it is not validated again. */
  document: DocumentNode;
  operationName?: string | null | undefined;
  /** The key under which the compiled document is kept: its hash or its text. Without it, the document is compiled anew. */
  cacheKey?: string | undefined;
}

/** `data` is JSON text; absent if the operation was not executed. */
export interface Outcome {
  data?: string;
  errors?: readonly GraphQLError[];
  extensions?: Readonly<Record<string, unknown>>;
}

/** As GraphQL's ExecutionResult. */
export interface Result {
  data?: Record<string, unknown> | null;
  errors?: readonly GraphQLError[];
  extensions?: Record<string, unknown>;
}

export interface Executor<TContext> {
  /** The API schema: validate documents against it. */
  schema: GraphQLSchema;
  /**
   * Compiles an operation, or finds it among those kept, for callers with the same `access`. Throws a GraphQLError if the client asked for what can't be executed,
   * and a PlanningError if it could be but the planner fails.
   */
  prepare(document: DocumentNode, operationName?: string | null, cacheKey?: string, access?: Access): CompiledOperation;
  /** Runs a compiled operation. Failures of subgraphs are errors in the outcome; it rejects only for bugs. */
  run(operation: CompiledOperation, options: RunOptions<TContext>): Promise<Outcome>;
  /** `prepare` and `run`; errors of the client are in the outcome. */
  answer(request: Request<TContext>): Promise<Outcome>;
  /** As `answer`, with the data as an object. */
  execute(request: Request<TContext>): Promise<Result>;
  /** As `answer`, as the text of a response. `formatError` decides what the client sees of an error. */
  executeToString(request: Request<TContext>, formatError?: FormatError): Promise<string>;
}

export type FormatError = (error: GraphQLError) => GraphQLFormattedError;

/** Memory grows with an operation's text: one of this length counts as one, a longer one as several. */
const CHARACTERS = 500;

export function createExecutor<TContext>(options: ExecutorOptions<TContext>): Executor<TContext> {
  const { supergraph, fetch, urlOf, onUnavailable } = options;
  const types = createTypes(supergraph.supergraphSchema);
  const operations = new LruMap<string, CompiledOperation>(options.cacheSize ?? 1000);
  const urls = new Map([...supergraph.subgraphs].map(([name, url]) => [name, urlOf?.(name, url) ?? url]));

  const prepare: Executor<TContext>['prepare'] = (document, operationName, cacheKey, access) => {
    const name = operationName ?? undefined;
    // Neither a name nor the key of an access contains a space, so the combined key is unambiguous.
    const key = cacheKey === undefined ? undefined : `${access?.key ?? ''} ${name ?? ''} ${cacheKey}`;
    const known = key === undefined ? undefined : operations.get(key);
    if (known !== undefined) return known;
    const compiled = compileOperation(supergraph, types, document, name, access);
    if (key !== undefined) operations.set(key, compiled, Math.ceil((document.loc?.end ?? 1) / CHARACTERS));
    return compiled;
  };

  const run: Executor<TContext>['run'] = async (operation, { variables: given, context, timeoutMs, signal }) => {
    // Variables were parsed from JSON.
    const variables = (given ?? {}) as JsonObject;
    const checked = operation.checkVariables(variables);
    if ('errors' in checked) return { errors: checked.errors };
    const deadline = timeoutMs === undefined ? undefined : performance.now() + timeoutMs;
    const running: Run = {
      variables,
      condition: checked.condition,
      data: {},
      errors: [],
      failures: [],
      absent: new Set(),
      send: (subgraph, body, kind) => {
        const left = deadline === undefined ? undefined : deadline - performance.now();
        if (left !== undefined && left <= 0)
          return Promise.reject(new SubgraphUnavailable('timeout', 'the deadline had passed'));
        const cancel = operation.kind === 'query' ? signal : undefined;
        const url = urls.get(subgraph) ?? '';
        return fetch({ subgraph, url, body, operation: kind, context, timeoutMs: left, signal: cancel });
      },
      onUnavailable:
        onUnavailable &&
        ((subgraph, error) => {
          onUnavailable({ subgraph, error, context });
        }),
    };
    await operation.fetchAll(running);
    return respond(operation, running, options.valueCompletion ?? false);
  };

  const answer = async (request: Request<TContext>): Promise<Outcome> => {
    let operation: CompiledOperation;
    try {
      const { document, operationName, cacheKey, context } = request;
      operation = prepare(document, operationName, cacheKey, options.accessOf?.(context));
    } catch (error) {
      if (error instanceof GraphQLError) return { errors: [error] };
      throw error;
    }
    return run(operation, request);
  };

  return {
    schema: supergraph.apiSchema,
    prepare,
    run,
    answer,
    execute: async (request) => toResult(await answer(request)),
    executeToString: async (request, formatError) => toJson(await answer(request), formatError),
  };
}

function respond(operation: CompiledOperation, running: Run, valueCompletion: boolean): Outcome {
  const { errors, failures, absent, variables } = running;
  const shaping: Shaping = { problems: [], keepAll: valueCompletion, absent, errors, variables };
  const text = operation.writerFor(running.condition)(running.data, shaping);
  const data = text ?? 'null';
  const { problems } = shaping;
  // One null is one error: that of the last problem, which made everything null.
  if (text === undefined && !valueCompletion) problems.splice(0, problems.length - 1);
  if (failures.length > 0) {
    const parsed: unknown = JSON.parse(data);
    errors.push(...missingParts(failures, running.data, isObject(parsed) ? parsed : null));
  }
  const told = firstErrors(problems);
  if (problems.length > 0 && !valueCompletion) errors.push(...unexplained(told.map(missingValue), errors));
  if (errors.length > 0) return { data, errors: firstErrors(errors) };
  return problems.length > 0 ? { data, extensions: { valueCompletion: told.map(missingValue) } } : { data };
}

/** An outcome with its data as an object. */
export function toResult({ data, ...rest }: Outcome): Result {
  if (data === undefined) return rest;
  const parsed: unknown = JSON.parse(data);
  return { ...rest, data: isObject(parsed) ? parsed : null };
}

/** An outcome as the text of a response. */
export function toJson(
  { data, errors, extensions }: Outcome,
  formatError: FormatError = (error) => error.toJSON(),
): string {
  const parts: string[] = [];
  if (errors !== undefined) parts.push(`"errors":${JSON.stringify(errors.map(formatError))}`);
  if (data !== undefined) parts.push(`"data":${data}`);
  if (extensions !== undefined) parts.push(`"extensions":${JSON.stringify(extensions)}`);
  return `{${parts.join(',')}}`;
}
