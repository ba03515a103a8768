/** Turns a query plan into functions, once. Running them fills `Run.data` with the subgraphs' answers. */
import { GraphQLError } from 'graphql';
import type { PlanNode, QueryPlan } from './apollo.ts';
import { compileFetch } from './fetch.ts';
import type { FlattenPath } from './merge.ts';
import type { Step } from './run.ts';
import type { Types } from './types.ts';

const nothing: Step = () => undefined;

/** Throws a GraphQLError for what this gateway doesn't execute: subscriptions and @defer. */
export function compilePlan(plan: QueryPlan, types: Types): Step {
  if (plan.node?.kind === 'Subscription') throw noSubscriptions();
  return compileNode(plan.node, [], types);
}

export const noSubscriptions = (): GraphQLError => unsupported('Subscriptions are not supported by this gateway.');

export function unsupported(message: string): GraphQLError {
  return new GraphQLError(message, { extensions: { code: 'UNSUPPORTED_OPERATION' } });
}

function compileNode(node: PlanNode | undefined, path: FlattenPath, types: Types): Step {
  switch (node?.kind) {
    case undefined:
      return nothing;
    case 'Sequence':
      return sequence(node.nodes.map((child) => compileNode(child, path, types)));
    case 'Parallel':
      return parallel(node.nodes.map((child) => compileNode(child, path, types)));
    case 'Flatten':
      return compileNode(node.node, [...path, ...node.path.map(String)], types);
    case 'Fetch':
      return compileFetch(node, path, types);
    case 'Condition': {
      const met = compileNode(node.ifClause, path, types);
      const unmet = compileNode(node.elseClause, path, types);
      return (run) => (run.condition(node.condition) ? met(run) : unmet(run));
    }
    case 'Defer':
      throw unsupported('@defer is not supported by this gateway.');
  }
}

function sequence(steps: readonly Step[]): Step {
  return async (run) => {
    for (const step of steps) {
      const pending = step(run);
      if (pending !== undefined) await pending;
    }
  };
}

function parallel(steps: readonly Step[]): Step {
  return (run) => {
    const pending: Promise<void>[] = [];
    for (const step of steps) {
      const started = step(run);
      if (started !== undefined) pending.push(started);
    }
    return pending.length === 0 ? undefined : Promise.all(pending).then(() => undefined);
  };
}
