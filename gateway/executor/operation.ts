/**
 * A compiled operation: its plan as functions, and the writers of its response, one for each combination of the Boolean
 * variables of @skip and @include (compiled when it first occurs).
 */
import {
  getVariableValues,
  GraphQLError,
  OperationTypeNode,
  type DocumentNode,
  type GraphQLCompositeType,
} from 'graphql';
import { MAX_VARIABLE_ERRORS } from '../../runtime/bounds.ts';
import type { JsonObject } from '../../runtime/json.ts';
import { LruMap } from '../../runtime/lru.ts';
import { denialsOf, nothingDenied, type Access } from './access.ts';
import type { LoadedSupergraph, QueryPlan } from './apollo.ts';
import { compileIntrospection, withoutIntrospection } from './introspection.ts';
import { compileOutput } from './output.ts';
import { noSubscriptions } from './plan.ts';
import { requiredVariables } from './required-variables.ts';
import { compileRootPlans, inSequence, neverEmpty, planRootFields, rootFields } from './root-fields.ts';
import type { Step } from './run.ts';
import { conditionVariables, createSelector, findOperation, fragmentsOf } from './selection.ts';
import type { Writer } from './shaping.ts';
import type { Types } from './types.ts';

/** How many combinations of @skip and @include values are kept for one operation; others are compiled each time. */
const SHAPES_KEPT = 32;

export interface CompiledOperation {
  kind: 'query' | 'mutation';
  name: string | undefined;
  plan: QueryPlan;
  /** Checks a request's variables. If there are errors, nothing is executed. */
  checkVariables: (variables: JsonObject) => { errors: readonly GraphQLError[] } | { condition: Condition };
  fetchAll: Step;
  writerFor: (condition: Condition) => Writer;
}

/** The value of a Boolean variable. */
type Condition = (variable: string) => boolean;

const noVariables = { condition: (): boolean => false };

/**
 * Compiles the operation `name` of a document that is valid against the API schema, without what `access` denies. Throws a
 * GraphQLError if it can't be run.
 */
export function compileOperation(
  supergraph: LoadedSupergraph,
  types: Types,
  document: DocumentNode,
  name: string | undefined,
  access: Access | undefined,
): CompiledOperation {
  const operation = findOperation(document, name);
  if (operation.operation === OperationTypeNode.SUBSCRIPTION) throw noSubscriptions();
  const schema = supergraph.apiSchema;
  const fragments = fragmentsOf(document);
  const denials = access === undefined ? nothingDenied(document) : denialsOf(schema, document, access);
  const asked = neverEmpty(withoutIntrospection(denials.document));
  const askedOperation = findOperation(asked, name);
  const plans = planRootFields(supergraph, asked, askedOperation, rootFields(askedOperation, fragmentsOf(asked)));
  const rootType: GraphQLCompositeType | null | undefined = schema.getRootType(operation.operation);
  if (!rootType) throw new GraphQLError(`This API has no ${operation.operation}s.`);

  const names = conditionVariables(operation, fragments);
  const writers = new LruMap<string, Writer>(SHAPES_KEPT);
  const introspect = compileIntrospection(schema, operation, fragments);
  const writerFor = (condition: Condition): Writer => {
    const key = names.length === 0 ? '' : names.map((variable) => (condition(variable) ? '1' : '0')).join('');
    let writer = writers.get(key);
    if (writer === undefined) {
      const selector = createSelector(schema, fragments, condition);
      const { nameOf } = supergraph.names;
      writer = compileOutput(
        { schema, selector, introspect, dataKeyOf: nameOf, denials },
        rootType,
        operation.selectionSet,
      );
      writers.set(key, writer);
    }
    return writer;
  };

  const selectedKeys = (condition: Condition): Iterable<string> =>
    createSelector(schema, fragments, condition).collect(rootType, [operation.selectionSet]).keys();

  const definitions = operation.variableDefinitions ?? [];
  const checkRequired = requiredVariables(schema, operation, fragments);
  return {
    kind: operation.operation,
    name: operation.name?.value,
    plan: inSequence(plans),
    fetchAll: compileRootPlans(plans, selectedKeys, types),
    writerFor,
    checkVariables: (variables) => (definitions.length === 0 ? noVariables : check(variables)),
  };

  function check(variables: JsonObject): ReturnType<CompiledOperation['checkVariables']> {
    const { errors, coerced } = getVariableValues(schema, definitions, variables, { maxErrors: MAX_VARIABLE_ERRORS });
    if (errors !== undefined) return { errors };
    const missing = checkRequired(coerced);
    if (missing !== undefined) return { errors: [missing] };
    return { condition: (variable) => coerced[variable] === true };
  }
}
