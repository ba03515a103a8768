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
import { createTypes, type Types } from './types.ts';

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

export type FormatError = (error: GraphQLError) => GraphQLFormattedError;

/** Memory grows with an operation's text: one of this length counts as one, a longer one as several. */
const CHARACTERS = 500;

/** Executes operations on one supergraph. */
export class Executor<TContext> {
  /** The API schema: validate documents against it. */
  readonly schema: GraphQLSchema;
  readonly #options: ExecutorOptions<TContext>;
  readonly #types: Types;
  readonly #operations: LruMap<string, CompiledOperation>;
  readonly #urls: ReadonlyMap<string, string>;

  constructor(options: ExecutorOptions<TContext>) {
    const { supergraph, cacheSize = 1000, urlOf } = options;
    this.schema = supergraph.apiSchema;
    this.#options = options;
    this.#types = createTypes(supergraph.supergraphSchema);
    this.#operations = new LruMap(cacheSize);
    this.#urls = new Map([...supergraph.subgraphs].map(([name, url]) => [name, urlOf?.(name, url) ?? url]));
  }

  /**
   * Compiles an operation, or finds it among those kept, for callers with the same `access`. Throws a GraphQLError if
   * the client asked for what can't be executed, and a PlanningError if it could be but the planner fails.
   */
  prepare(
    document: DocumentNode,
    operationName?: string | null,
    cacheKey?: string,
    access?: Access,
  ): CompiledOperation {
    const name = operationName ?? undefined;
    // Neither a name nor the key of an access contains a space, so the combined key is unambiguous.
    const key = cacheKey === undefined ? undefined : `${access?.key ?? ''} ${name ?? ''} ${cacheKey}`;
    const known = key === undefined ? undefined : this.#operations.get(key);
    if (known !== undefined) return known;
    const compiled = compileOperation(this.#options.supergraph, this.#types, document, name, access);
    if (key !== undefined) this.#operations.set(key, compiled, Math.ceil((document.loc?.end ?? 1) / CHARACTERS));
    return compiled;
  }

  /** Runs a compiled operation. Failures of subgraphs are errors in the outcome; it rejects only for bugs. */
  async run(operation: CompiledOperation, options: RunOptions<TContext>): Promise<Outcome> {
    const { onUnavailable, valueCompletion = false } = this.#options;
    // Variables were parsed from JSON.
    const variables = (options.variables ?? {}) as JsonObject;
    const checked = operation.checkVariables(variables);
    if ('errors' in checked) return { errors: checked.errors };
    const running: Run = {
      variables,
      condition: checked.condition,
      data: {},
      errors: [],
      failures: [],
      absent: new Set(),
      send: this.#sender(operation, options),
      onUnavailable:
        onUnavailable &&
        ((subgraph, error) => {
          onUnavailable({ subgraph, error, context: options.context });
        }),
    };
    await operation.fetchAll(running);
    return respond(operation, running, valueCompletion);
  }

  /** `prepare` and `run`; errors of the client are in the outcome. */
  async answer(request: Request<TContext>): Promise<Outcome> {
    let operation: CompiledOperation;
    try {
      const { document, operationName, cacheKey, context } = request;
      operation = this.prepare(document, operationName, cacheKey, this.#options.accessOf?.(context));
    } catch (error) {
      if (error instanceof GraphQLError) return { errors: [error] };
      throw error;
    }
    return this.run(operation, request);
  }

  /** As `answer`, with the data as an object. */
  async execute(request: Request<TContext>): Promise<Result> {
    return toResult(await this.answer(request));
  }

  /** As `answer`, as the text of a response. `formatError` decides what the client sees of an error. */
  async executeToString(request: Request<TContext>, formatError?: FormatError): Promise<string> {
    return toJson(await this.answer(request), formatError);
  }

  /** Calls subgraphs for one execution, until its deadline. */
  #sender(operation: CompiledOperation, { context, timeoutMs, signal }: RunOptions<TContext>): Run['send'] {
    const { fetch } = this.#options;
    const deadline = timeoutMs === undefined ? undefined : performance.now() + timeoutMs;
    const cancel = operation.kind === 'query' ? signal : undefined;
    return (subgraph, body, kind) => {
      const left = deadline === undefined ? undefined : deadline - performance.now();
      if (left !== undefined && left <= 0)
        return Promise.reject(new SubgraphUnavailable('timeout', 'the deadline had passed'));
      const url = this.#urls.get(subgraph) ?? '';
      return fetch({ subgraph, url, body, operation: kind, context, timeoutMs: left, signal: cancel });
    };
  }
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
