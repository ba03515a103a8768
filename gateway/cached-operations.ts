/**
 * How our executor answers an operation that Apollo Server has let through before (runtime/operation-cache.ts): the limits that depend on
 * variables again, then the plan that is kept, and the answer as text.
 */
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { FormatError } from '../runtime/masking.ts';
import { type ExecuteKnown, executionErrorFormatter } from '../runtime/operation-cache.ts';
import type { AccessOf } from './access.ts';
import { type GatewayContext, patienceOf } from './datasource.ts';
import { type Executor, toJson } from './executor/index.ts';
import type { CostCheck } from './limits.ts';
import type { LimitTime } from './timeouts.ts';

export interface ExecuteKnownOptions {
  executor: () => Executor<GatewayContext>;
  accessOf: AccessOf | undefined;
  overCost: CostCheck;
  limitTime: LimitTime;
  /** Apollo Server's `formatError`. */
  formatError: FormatError;
  contextOf: (request: FastifyRequest, reply: FastifyReply) => Promise<GatewayContext>;
}

export function executeKnown(options: ExecuteKnownOptions): ExecuteKnown {
  const { executor, accessOf, overCost, limitTime, formatError, contextOf } = options;
  const format = executionErrorFormatter(formatError);
  return async ({ schema, document, operation, hash, operationName, variables }, request, reply) => {
    if (overCost(schema, document, operation, variables ?? {}) !== undefined) return undefined;
    let compiled;
    try {
      compiled = executor().prepare(document, operationName, hash, accessOf?.(request));
    } catch {
      return undefined;
    }
    const context = await contextOf(request, reply);
    limitTime(context, operation);
    const outcome = await executor().run(compiled, { variables, context, ...patienceOf(context) });
    // Not executed, because of its variables.
    return outcome.data === undefined ? undefined : toJson(outcome, format);
  };
}
