/**
 * The gateway's cached path (runtime/operation-cache.ts): checks the limits that depend on variables, runs the compiled
 * plan, and returns the answer as JSON text.
 */
import type { FormatError } from '../runtime/masking.ts';
import { type ExecuteCached, executionErrorFormatter } from '../runtime/operation-cache.ts';
import type { AccessOf } from './access.ts';
import { userOf } from './auth.ts';
import { type ContextFactory, type GatewayContext, timeoutsOf } from './context.ts';
import { type Executor, toJson } from './executor/executor.ts';
import type { CostCheck } from './limits.ts';
import type { LimitQuery } from './timeouts.ts';

export interface CachedPathOptions {
  executor: () => Executor<GatewayContext>;
  accessOf: AccessOf | undefined;
  overCost: CostCheck;
  limitQuery: LimitQuery;
  /** Apollo Server's `formatError`. */
  formatError: FormatError;
  contextOf: ContextFactory;
}

export function executeCached(options: CachedPathOptions): ExecuteCached {
  const { executor, accessOf, overCost, limitQuery, formatError, contextOf } = options;
  const format = executionErrorFormatter(formatError);
  return async ({ schema, document, operation, hash, operationName, variables }, request, reply) => {
    if (overCost(schema, document, operation, variables ?? {}) !== undefined) return undefined;
    let compiled;
    try {
      compiled = executor().prepare(document, operationName, hash, accessOf?.({ user: userOf(request) }));
    } catch {
      return undefined;
    }
    const context = await contextOf(request, reply);
    limitQuery(context, operation);
    const outcome = await executor().run(compiled, { variables, context, ...timeoutsOf(context) });
    // The variables are wrong.
    return outcome.data === undefined ? undefined : toJson(outcome, format);
  };
}
