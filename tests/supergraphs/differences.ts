/**
 * The cases in which our executor deliberately answers differently from Apollo's, each with its reason, and the proof
 * that nothing else causes a difference: asked in a way that avoids its mistake, Apollo's executor gives our answer.
 */
import type { PlanNode, QueryPlan, SubscriptionNode } from '@apollo/query-planner';
import { Kind, parse, type GraphQLSchema } from 'graphql';
import type { Faults } from './fake-subgraph.ts';
import type { AnsweredError, Answer } from './gateways.ts';
import type { GeneratedOperation } from './operations.ts';
import { nothingSelected, spellOut } from './spell-out.ts';

interface ComparableError {
  path: readonly (string | number)[] | undefined;
  code: unknown;
  subgraph: unknown;
  message: string;
}

export interface Comparable {
  data: unknown;
  errors: readonly ComparableError[];
  completion: readonly ComparableError[];
}

interface Question {
  schema: GraphQLSchema;
  operation: GeneratedOperation;
  faults: Faults;
}

export interface Difference {
  name: string;
  reason: string;
  applies?: (question: Question) => boolean;
  /** The same operation in a form that Apollo's executor answers right. */
  ask?: (operation: GeneratedOperation, schema: GraphQLSchema) => GeneratedOperation;
  /** The plan without the part that misleads Apollo's executor. */
  plan?: (plan: QueryPlan, supergraphSdl: string) => QueryPlan;
  /** Both answers without the part that differs. */
  reduce?: (answer: Comparable) => Comparable;
}

const unavailable = 'UPSTREAM_UNAVAILABLE';

export const deliberateDifferences: readonly Difference[] = [
  {
    name: 'a subgraph without an answer is named once for each missing part, with a path and a code',
    reason: 'Apollo reports the plain error of its HTTP client: without path, code and name, and some have an address.',
    applies: ({ faults }) => Object.keys(faults.outages).length > 0,
    reduce: (answer) => {
      const told = answer.errors.filter(({ code, subgraph }) => code !== unavailable && subgraph !== undefined);
      const isAway = told.length < answer.errors.length;
      const away = { path: undefined, code: unavailable, subgraph: undefined, message: '' };
      return { ...answer, errors: isAway ? [...told, away] : told };
    },
  },
  {
    name: '`data: null` without an error counts as no answer',
    reason: 'It is not a valid GraphQL response; Apollo passes the nulls on without an error.',
    applies: ({ faults }) => Object.values(faults.outages).includes('empty'),
    reduce: ({ data, errors }) => ({
      data,
      errors: errors.filter(({ code, subgraph }) => code !== unavailable && subgraph !== undefined),
      completion: [],
    }),
  },
  {
    name: 'errors of entities have the path of the entity that they are about',
    reason:
      'Apollo counts the entities at the path of a fetch, those included that it did not ask about (of another type, or without a key), and so names another one.',
    reduce: (answer) => ({
      ...answer,
      errors: answer.errors.map(({ path, ...error }) => ({
        ...error,
        path: path?.map((part) => (typeof part === 'number' ? 0 : part)),
      })),
    }),
  },
  {
    name: 'fragments within fragments apply by the type of the object',
    reason:
      'Where an object carries no __typename because its type is certain, Apollo takes the type of the surrounding fragment for it, and drops what a fragment inside selects. And it judges null by the field of the fragment that comes first, not by that of the object type: a null can stand in a non-null field.',
    ask: spellOut,
  },
  {
    name: 'the __typename from an @interfaceObject subgraph never replaces the type of an object',
    reason:
      'The planner asks such subgraphs for __typename, which is the name of the interface. Apollo puts it in place of the object type, after which fragments no longer apply and __typename nulls the object, without an error.',
    plan: withoutInterfaceNames,
  },
  {
    name: 'an entity that a subgraph does not have is null without an error',
    reason:
      'A subgraph that answers null for an entity, and reports no error, says that there is none. Apollo puts down what is missing of it as values that break the schema.',
    applies: ({ faults }) => faults.errors + faults.nulls > 0,
    reduce: (answer) => ({
      ...answer,
      completion: answer.completion.filter(({ message }) => !message.startsWith(NULL_FIELD)),
    }),
  },
];

/** The beginning of the message of Apollo's executor for a field that is null against the schema. */
const NULL_FIELD = 'Cannot return null for non-nullable field ';

/** Each @interfaceObject in a supergraph: the subgraph's name in upper case, and the interface's. */
function interfaceObjects(supergraphSdl: string): { subgraph: string; type: string }[] {
  return parse(supergraphSdl).definitions.flatMap((definition) => {
    if (definition.kind !== Kind.INTERFACE_TYPE_DEFINITION) return [];
    const joins = definition.directives?.filter(({ name }) => name.value === 'join__type') ?? [];
    return joins.flatMap(({ arguments: args }) => {
      const given = (name: string) => args?.find((arg) => arg.name.value === name)?.value;
      const graph = given('graph');
      return graph?.kind === Kind.ENUM && given('isInterfaceObject') !== undefined
        ? [{ subgraph: graph.value, type: definition.name.value }]
        : [];
    });
  });
}

function withoutInterfaceNames(plan: QueryPlan, supergraphSdl: string): QueryPlan {
  const objects = interfaceObjects(supergraphSdl);
  const rewritten = (node: PlanNode): PlanNode => {
    switch (node.kind) {
      case 'Sequence':
      case 'Parallel':
        return { ...node, nodes: node.nodes.map(rewritten) };
      case 'Flatten':
        return { ...node, node: rewritten(node.node) };
      case 'Condition':
        return {
          ...node,
          ...(node.ifClause && { ifClause: rewritten(node.ifClause) }),
          ...(node.elseClause && { elseClause: rewritten(node.elseClause) }),
        };
      case 'Fetch': {
        if (node.requires === undefined) return node;
        const names = objects.filter(({ subgraph }) => subgraph === node.serviceName.toUpperCase());
        const operation = names.reduce(
          // Under another name it has no effect, and the selection can't become empty.
          (text, { type }) => text.replaceAll(`...on ${type}{__typename`, `...on ${type}{_:__typename`),
          node.operation,
        );
        return { ...node, operation };
      }
      case 'Defer':
        return node;
    }
  };
  const isPlan = (node: PlanNode | SubscriptionNode): node is PlanNode => node.kind !== 'Subscription';
  return plan.node && isPlan(plan.node) ? { ...plan, node: rewritten(plan.node) } : plan;
}

/** The part of an answer that two executors must agree on: data, and errors by path, code, subgraph and message. */
export function comparable(answer: Answer): Comparable {
  const completion = (answer.extensions?.['valueCompletion'] ?? []) as AnsweredError[];
  return {
    data: answer.data,
    errors: (answer.errors ?? []).map(comparableError),
    completion: completion.map(comparableError),
  };
}

function comparableError({ path, extensions, message }: AnsweredError): ComparableError {
  return { path, code: extensions?.['code'], subgraph: extensions?.['serviceName'], message };
}

/** The text of an answer; equal for equal answers, whatever the order of keys and errors. */
export function canonical({ data, errors, completion }: Comparable): string {
  const sorted = (all: readonly ComparableError[]): string[] =>
    all.map((error) => JSON.stringify(sortKeys(error))).sort();
  return JSON.stringify({ data: sortKeys(data), errors: sorted(errors), completion: sorted(completion) });
}

function sortKeys(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sortKeys);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).filter(([key]) => key !== nothingSelected);
  return entries.toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([key, entry]) => [key, sortKeys(entry)]);
}
