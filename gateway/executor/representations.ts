/**
 * Builds the representations of entities (`__typename`, key and @requires fields) that a subgraph resolves, as JSON
 * text. Each entity is sent once, however often the response has it.
 */
import { isObject, own, quote, setOwn, type JsonObject, type JsonValue } from '../../runtime/json.ts';
import type { FetchDataRewrite, QueryPlanSelectionNode } from './apollo.ts';
import { merge } from './merge.ts';
import { compileRewrites } from './rewrites.ts';
import type { Types } from './types.ts';

/** The representation of an entity as JSON text; undefined if it has another type or lacks a key. */
export type Represent = (entity: JsonObject) => string | undefined;

export function compileRepresentation(
  requires: readonly QueryPlanSelectionNode[],
  inputRewrites: readonly FetchDataRewrite[] | undefined,
  types: Types,
): Represent {
  const rewrite = compileRewrites(inputRewrites, types);
  const flat = rewrite === undefined ? compileFlat(requires, types) : undefined;
  if (flat !== undefined) return flat;
  return (entity) => {
    const representation = select(entity, requires, types);
    if (!representation?.['__typename']) return undefined;
    rewrite?.(representation);
    return JSON.stringify(representation);
  };
}

/** The common case: one type, and a key of plain fields. Undefined in other cases. */
function compileFlat(requires: readonly QueryPlanSelectionNode[], types: Types): Represent | undefined {
  const [fragment] = requires;
  if (requires.length !== 1 || fragment?.kind !== 'InlineFragment' || fragment.typeCondition === undefined)
    return undefined;
  /** The name of each value in the entity, and its name in the subgraph. */
  const keys: string[] = [];
  const sent: string[] = [];
  for (const selection of fragment.selections) {
    if (selection.kind !== 'Field' || selection.selections !== undefined) return undefined;
    keys.push(selection.alias ?? selection.name);
    sent.push(selection.name);
  }
  if (!keys.includes('__typename')) return undefined;
  const names = types.matching(fragment.typeCondition);
  const heads = sent.map((name, index) => `${index === 0 ? '{' : ','}${JSON.stringify(name)}:`);
  return (entity) => {
    const typename = entity['__typename'];
    if (typeof typename !== 'string' || !names.has(typename)) return undefined;
    let text = '';
    for (let index = 0; index < keys.length; index++) {
      const value = own(entity, keys[index] ?? '');
      if (value === undefined) return undefined;
      text += (heads[index] ?? '') + (typeof value === 'string' ? quote(value) : JSON.stringify(value));
    }
    return text + '}';
  };
}

function select(
  source: JsonObject,
  selections: readonly QueryPlanSelectionNode[],
  types: Types,
): JsonObject | undefined {
  const result: JsonObject = {};
  for (const selection of selections) {
    if (selection.kind === 'Field') {
      const { name, alias = name, selections: nested } = selection;
      const value = own(source, alias);
      if (value === undefined) return undefined;
      setOwn(result, name, nested === undefined ? value : selectIn(value, nested, types));
    } else if (selection.typeCondition !== undefined) {
      const typename = source['__typename'];
      if (typeof typename !== 'string' || !types.matching(selection.typeCondition).has(typename)) continue;
      const selected = select(source, selection.selections, types);
      if (selected !== undefined) merge(result, selected);
    }
  }
  return result;
}

function selectIn(value: JsonValue, selections: readonly QueryPlanSelectionNode[], types: Types): JsonValue {
  if (Array.isArray(value)) return value.map((element) => selectIn(element, selections, types));
  return isObject(value) ? (select(value, selections, types) ?? null) : null;
}

/** The representations to send, and for each the entities that its answer belongs to. */
export interface Batch {
  representations: string[];
  targets: JsonObject[][];
}

export function batch(entities: readonly JsonObject[], represent: Represent): Batch {
  const indexes = new Map<string, number>();
  const representations: string[] = [];
  const targets: JsonObject[][] = [];
  for (const entity of entities) {
    const text = represent(entity);
    if (text === undefined) continue;
    const index = indexes.get(text);
    if (index === undefined) {
      indexes.set(text, representations.length);
      representations.push(text);
      targets.push([entity]);
    } else {
      targets[index]?.push(entity);
    }
  }
  return { representations, targets };
}
