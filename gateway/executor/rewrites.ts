/**
 * The rewrites of a plan, of what is sent to a subgraph and of its answer: a `ValueSetter` sets a fixed value (the
 * `__typename` that an @interfaceObject subgraph knows); a `KeyRenamer` restores the name of a field that the planner
 * aliased because two types of one list differ in it.
 */
import { isObject, own, setOwn, type JsonObject, type JsonValue } from '../../runtime/json.ts';
import type { FetchDataRewrite } from './apollo.ts';
import { clientName } from './names.ts';
import type { Types, TypeNames } from './types.ts';

const FRAGMENT_PREFIX = '... on ';

type Segment = { field: string } | { types: TypeNames };
export type Rewrite = (value: JsonValue) => void;

/** One function that applies all `rewrites` in place; undefined if there are none. */
export function compileRewrites(rewrites: readonly FetchDataRewrite[] | undefined, types: Types): Rewrite | undefined {
  if (rewrites === undefined || rewrites.length === 0) return undefined;
  const all = rewrites.map((rewrite) => compileRewrite(rewrite, types));
  return (value) => {
    for (const apply of all) apply(value);
  };
}

/** The client's name for a field of a subgraph's answer, in a fetch with these rewrites. */
export function clientNames(rewrites: readonly FetchDataRewrite[] | undefined): (name: string) => string {
  const names = new Map<string, string>();
  for (const rewrite of rewrites ?? []) {
    const last = rewrite.path.at(-1);
    if (rewrite.kind === 'KeyRenamer' && last !== undefined) names.set(last, rewrite.renameKeyTo);
  }
  return (name) => clientName(names.get(name) ?? name);
}

function compileRewrite(rewrite: FetchDataRewrite, types: Types): Rewrite {
  const field = rewrite.path.at(-1);
  if (field === undefined) return () => undefined;
  const segments = rewrite.path
    .slice(0, -1)
    .map((part): Segment =>
      part.startsWith(FRAGMENT_PREFIX)
        ? { types: types.matching(part.slice(FRAGMENT_PREFIX.length)) }
        : { field: part },
    );
  const change =
    rewrite.kind === 'ValueSetter'
      ? (object: JsonObject) => {
          setOwn(object, field, rewrite.setValueTo as JsonValue);
        }
      : (object: JsonObject) => {
          const value = own(object, field);
          if (value === null || value === undefined) return;
          setOwn(object, rewrite.renameKeyTo, value);
          object[field] = undefined;
        };
  const walk = (value: JsonValue, depth: number): void => {
    if (Array.isArray(value)) {
      for (const element of value) walk(element, depth);
    } else if (isObject(value)) {
      const segment = segments[depth];
      if (segment === undefined) change(value);
      else if ('field' in segment) walk(own(value, segment.field), depth + 1);
      else if (isOf(segment.types, value['__typename'])) walk(value, depth + 1);
    }
  };
  return (value) => {
    walk(value, 0);
  };
}

// An object without `__typename` was selected only under this type condition.
function isOf(types: TypeNames, typename: JsonValue): boolean {
  return typeof typename !== 'string' || typename === '' || types.has(typename);
}
