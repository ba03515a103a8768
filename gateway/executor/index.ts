/** The gateway's executor of query plans: what gateway.ts and a route that answers by itself need of it. */
export { separateAccessRules, type Access, type AccessRules } from './access.ts';
export { loadSupergraph, PlanningError, type LoadedSupergraph } from './apollo.ts';
export {
  createExecutor,
  toJson,
  toResult,
  type Executor,
  type ExecutorOptions,
  type FormatError,
  type Outcome,
  type Request,
  type Result,
  type RunOptions,
} from './executor.ts';
export { createAskedNames } from './names.ts';
export type { CompiledOperation } from './operation.ts';
export { noSubscriptions } from './plan.ts';
export { requiredVariables, type CheckRequired } from './required-variables.ts';
export { fragmentsOf } from './selection.ts';
export { answerIntrospection } from '../apollo/introspection.ts';
export {
  createExecutorGateway,
  JsonText,
  stringifyResult,
  type ExecutorGateway,
  type ExecutorGatewayOptions,
} from './server.ts';
