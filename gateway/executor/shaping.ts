/**
 * The state of writing one response, and the rules for values that are not allowed in it: what becomes null, why, and
 * which of several problems is reported (GraphQL specification, section 6.4.4).
 */
import type { FieldNode, GraphQLError } from 'graphql';
import type { Denial } from '../../runtime/errors.ts';
import type { JsonObject, JsonValue } from '../../runtime/json.ts';

/** A value that the API schema doesn't allow at its place. */
export interface Problem {
  what: string;
  /** Set by the field or list that holds the value. */
  where?: string;
  /** From the innermost key to the outermost. */
  path: (string | number)[];
  /** Whether the value is missing because a subgraph doesn't have the entity: see `settle`. */
  absent?: boolean;
  /** Whether the value is missing because the caller may not see it. */
  denial?: Denial;
}

/** The state of shaping one response. */
export interface Shaping {
  problems: Problem[];
  /** Whether to also keep the problems of values below a null, as Apollo's executor does. */
  keepAll: boolean;
  /** The entities that a subgraph was asked for but doesn't have. */
  absent: ReadonlySet<JsonObject>;
  /** The field errors of introspection. */
  errors: GraphQLError[];
  variables: JsonObject;
}

export type Writer = (value: JsonValue, shaping: Shaping) => string | undefined;
/** Answers a `__schema` or `__type` selection with JSON text. */
export type Introspect = (nodes: readonly FieldNode[], shaping: Shaping) => string;

/** Records that a value is not allowed in the response. The field or list around it adds its key to the path. */
export function invalid(shaping: Shaping, what: string): string | undefined {
  shaping.problems.push({ what, path: [] });
  return undefined;
}

/** Records that the caller may not see a value. */
export function deny(shaping: Shaping, denial: Denial, path: (string | number)[]): void {
  shaping.problems.push({ what: '', path, denial });
}

/** A field or list element, and whether it may be null. */
export interface Place {
  nonNull: boolean;
  where: string;
}

/**
 * Puts the problems from index `earlier` on below `key`, and decides which of them remain if the value at `key` `becomesNull`.
 *
 * One null is one error: the last problem is the one that made it null; the others are about values below it.
 *
 * If a subgraph answers null for an entity without an error, the entity doesn't exist for that subgraph, and its fields
 * are missing without an error: nullable ones are null, and a non-null one makes the whole entity null. It is an error
 * only if the entity itself may not be null, as in `[Customer!]`: then other data is lost, because one subgraph refers
 * to an entity that another doesn't have.
 */
export function settle(
  { problems, keepAll }: Shaping,
  earlier: number,
  key: string | number,
  { nonNull, where }: Place,
  becomesNull: boolean,
): void {
  const cause = becomesNull ? problems.at(-1) : undefined;
  if (cause !== undefined && nonNull) cause.absent = false;
  else if (cause !== undefined)
    problems.splice(keepAll ? problems.length - 1 : earlier, Infinity, ...(cause.absent === true ? [] : [cause]));
  for (const problem of problems.slice(earlier)) {
    problem.where ??= where;
    problem.path.push(key);
  }
}
