/** The errors of a response: those that subgraphs reported, and those for parts that are missing because a fetch failed. */
import { GraphQLError, Kind, parse, type SelectionSetNode } from 'graphql';
import { MAX_ERRORS } from '../../runtime/bounds.ts';
import type { ErrorCode } from '../../runtime/error-codes.ts';
import { DENIALS } from '../../runtime/errors.ts';
import { isObject, own, type JsonObject, type JsonValue } from '../../runtime/json.ts';
import { type UnavailableReason, unavailable } from '../../runtime/transport.ts';
import type { FetchNode } from './apollo.ts';
import { placesOf, type FlattenPath, type ResponsePath } from './merge.ts';
import { clientName, isRequiredName } from './names.ts';
import { clientNames } from './rewrites.ts';
import type { Problem } from './shaping.ts';

/** A fetch without an answer, and the entities that it was for. */
export interface FailedFetch {
  node: FetchNode;
  path: FlattenPath;
  entities: readonly JsonObject[];
  reason: UnavailableReason;
}

/** An error that a subgraph reported, with its code or DOWNSTREAM_SERVICE_ERROR. */
export function subgraphError(error: unknown, subgraph: string, path: ResponsePath | undefined): GraphQLError {
  const { message, extensions } = isObject(error) ? error : {};
  return new GraphQLError(
    typeof message === 'string' && message !== ''
      ? message
      : `Error while fetching subquery from service "${subgraph}"`,
    {
      ...(path && { path }),
      extensions: { code: 'DOWNSTREAM_SERVICE_ERROR', ...(isObject(extensions) && extensions), serviceName: subgraph },
    },
  );
}

/**
 * One error for each part of the response that is null because a fetch failed, at the path of the null. Nulls move up,
 * so several missing fields may have become one missing object. A fetch that leaves no visible gap (its fields are only
 * required by another subgraph) gets one error, at the path of its first entity. An answer has at most 50 errors, so
 * the search ends after as many.
 */
export function missingParts(
  failures: readonly FailedFetch[],
  root: JsonObject,
  response: JsonObject | null,
): GraphQLError[] {
  const errors: GraphQLError[] = [];
  for (const { node, path, entities, reason } of failures) {
    const places = placesOf(root, path, new Set(entities));
    const gaps = new Map<string, ResponsePath>();
    const add = (gap: ResponsePath): void => {
      if (gaps.size < MAX_ERRORS) gaps.set(JSON.stringify(gap), gap);
    };
    const selections = fetchedSelections(node);
    const nameOf = clientNames(node.outputRewrites);
    for (const place of places.values()) {
      if (gaps.size >= MAX_ERRORS) break;
      const { value, at } = walk(response, place);
      if (value === null && at.length > 0) add(at);
      else if (isObject(value)) for (const selection of selections) addGaps(value, selection, at, nameOf, add);
    }
    if (gaps.size === 0) {
      const place = [...places.values()][0] ?? path.filter((part) => part !== '@').map(clientName);
      // The client sees no part of it: then the error is at the root field that led there.
      add(response === null ? [...place, ...firstKey(selections).map(nameOf)] : place);
    }
    const { message, extensions } = unavailable(node.serviceName, reason);
    for (const gap of gaps.values()) errors.push(new GraphQLError(message, { path: gap, extensions }));
  }
  return errors;
}

/**
 * Why a value is missing: the caller may not see it, or a subgraph broke the schema. In that case the error names the
 * field, but neither the value nor the subgraph.
 */
export function missingValue({ what, where, path, denial }: Problem): GraphQLError {
  return new GraphQLError(denial === undefined ? `${what}${where ?? 'the response'}.` : DENIALS[denial], {
    ...(path.length > 0 && { path: path.toReversed() }),
    extensions: { code: denial ?? ('INVALID_GRAPHQL' satisfies ErrorCode) },
  });
}

/**
 * Those of `errors` that no error of `told` explains. A subgraph's error at a field explains a null there, above it
 * (nulls move up) and below it (the entity is missing). An error without a path may explain any null.
 */
export function unexplained(errors: readonly GraphQLError[], told: readonly GraphQLError[]): readonly GraphQLError[] {
  if (told.some(({ path }) => path === undefined)) return [];
  const places = new Set<string>();
  const placesAbove = new Set<string>();
  for (const { path = [] } of told) {
    places.add(JSON.stringify(path));
    path.forEach((_, depth) => placesAbove.add(JSON.stringify(path.slice(0, depth))));
  }
  return errors.filter(({ path = [] }) => {
    if (placesAbove.has(JSON.stringify(path))) return false;
    return !path.some((_, depth) => places.has(JSON.stringify(path.slice(0, depth + 1))));
  });
}

/** The fields that a fetch asked for on each of its entities. */
function fetchedSelections(node: FetchNode): SelectionSetNode[] {
  const [definition] = parse(node.operation, { noLocation: true }).definitions;
  if (definition?.kind !== Kind.OPERATION_DEFINITION) return [];
  if (node.requires === undefined) return [definition.selectionSet];
  return definition.selectionSet.selections.flatMap((field) =>
    field.kind === Kind.FIELD && field.selectionSet ? [field.selectionSet] : [],
  );
}

function firstKey(selections: readonly SelectionSetNode[]): string[] {
  const [first] = selections.flatMap((set) => set.selections);
  if (first?.kind === Kind.INLINE_FRAGMENT) return firstKey([first.selectionSet]);
  return first?.kind === Kind.FIELD ? [first.alias?.value ?? first.name.value] : [];
}

/** The value at `place`, or the first null on the way to it. */
function walk(response: JsonObject | null, place: ResponsePath): { value: JsonValue; at: ResponsePath } {
  let value: JsonValue = response;
  for (let depth = 0; depth < place.length; depth++) {
    if (value === null || value === undefined) return { value, at: place.slice(0, depth) };
    const key = place[depth];
    value = Array.isArray(value) ? value[Number(key)] : isObject(value) ? own(value, String(key)) : undefined;
  }
  return { value, at: place };
}

function addGaps(
  object: JsonObject,
  selected: SelectionSetNode,
  at: ResponsePath,
  nameOf: (name: string) => string,
  add: (gap: ResponsePath) => void,
): void {
  for (const selection of selected.selections) {
    if (selection.kind === Kind.INLINE_FRAGMENT) {
      addGaps(object, selection.selectionSet, at, nameOf, add);
    } else if (selection.kind === Kind.FIELD) {
      const name = selection.alias?.value ?? selection.name.value;
      if (isRequiredName(name)) continue;
      const key = nameOf(name);
      addGapsIn(own(object, key), selection.selectionSet, [...at, key], nameOf, add);
    }
  }
}

function addGapsIn(
  value: JsonValue,
  selected: SelectionSetNode | undefined,
  at: ResponsePath,
  nameOf: (name: string) => string,
  add: (gap: ResponsePath) => void,
): void {
  if (value === null) {
    add(at);
  } else if (selected === undefined) {
    return;
  } else if (Array.isArray(value)) {
    value.forEach((element, index) => {
      addGapsIn(element, selected, [...at, index], nameOf, add);
    });
  } else if (isObject(value)) {
    addGaps(value, selected, at, nameOf, add);
  }
}
