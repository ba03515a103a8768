/**
 * Updates, compiled once and applied to documents: operators on dotted and positional paths, replacement documents, and
 * pipelines. Documents are never altered in place: a change copies what lies on its path and shares the rest.
 */
import { compilePipeline } from '../aggregate/pipeline.ts';
import { isArrayIndex, isPrefix, parsePath } from '../bson/path.ts';
import { show } from '../bson/show.ts';
import { identical, typeAlias } from '../bson/types.ts';
import { equalValues, getField, isDoc, type Doc, type Value } from '../bson/values.ts';
import { badValue, commandError, failedToParse } from '../errors.ts';
import type { Matcher } from '../query/matcher.ts';
import { parseArrayFilters } from './array-filters.ts';
import type { Target } from './modifier.ts';
import { modifierParser } from './modifiers.ts';
import { applyTree, branch, filterIdentifier, merge, parseUpdatePath, sorted, type Node } from './update-tree.ts';
import { upsertId, upsertSeed, withId } from './upsert.ts';

/** A compiled update. */
export interface Update {
  kind: 'modifiers' | 'replacement' | 'pipeline';
  /** Whether a path holds the positional operator `$`, so that `apply` wants the matcher's `position`. */
  needsPosition: boolean;
  /**
   * The document after the update, and whether it differs: the very document where it doesn't.
   * @throws CommandError 66 where the update would change `_id`, and what the operators throw
   */
  apply(doc: Doc, position?: number): Updated;
  /** The document that an upsert inserts where its filter finds none: `_id` first, made up if need be. */
  insert(filter: Doc): Doc;
}

interface Updated {
  doc: Doc;
  changed: boolean;
}

export interface UpdateOptions {
  arrayFilters?: readonly Value[];
  /** What `$$name` stands for in a pipeline. */
  variables?: Doc;
}

/**
 * Compiles the `u` of an update statement, or the `update` of findAndModify.
 * @throws CommandError 2, 9, 14, 40, 52, 56 or 72 on an update that can't be
 */
export function compileUpdate(update: Value, options: UpdateOptions = {}): Update {
  if (Array.isArray(update)) {
    refuseArrayFilters(options, 'pipeline-syle');
    return pipelineUpdate(update, options.variables);
  }
  if (!isDoc(update)) throw failedToParse('Update argument must be either an object or an array');
  const [first] = Object.keys(update);
  if (first?.startsWith('$') === true) return modifierUpdate(update, options.arrayFilters ?? []);
  return replacement(update);
}

function refuseArrayFilters({ arrayFilters = [] }: UpdateOptions, style: string): void {
  if (arrayFilters.length > 0) throw failedToParse(`arrayFilters may not be specified for ${style} updates`);
}

interface Rename {
  from: string;
  to: string;
  removal: Node;
}

function modifierUpdate(update: Doc, filterDocs: readonly Value[]): Update {
  const filters = parseArrayFilters(filterDocs);
  const renames: Rename[] = [];
  const used = new Set<string>();
  let root: Node = { kind: 'fields', children: new Map() };
  let needsPosition = false;
  const put = (path: string, modifier: Node & { kind: 'leaf' }) => {
    const parts = parseUpdatePath(path);
    needsPosition ||= parts.includes('$');
    for (const identifier of parts.map(filterIdentifier)) {
      if (identifier !== undefined && identifier !== '') used.add(identifier);
    }
    root = merge(root, branch(parts, modifier), path);
  };
  for (const [operator, fields] of Object.entries(update)) {
    const parse = operator === '$rename' ? undefined : modifierParser(operator);
    for (const [path, argument] of modifierFields(operator, fields)) {
      if (parse === undefined) {
        const to = renameTarget(path, argument);
        put(path, { kind: 'leaf', modifier: (current) => current });
        put(to, { kind: 'leaf', modifier: (current, { renamed }) => renamed.get(to) ?? current });
        renames.push({ from: path, to, removal: branch(parsePath(path), { kind: 'leaf', modifier: () => undefined }) });
      } else {
        put(path, { kind: 'leaf', modifier: parse(path, argument), needsWay: REMOVING.has(operator) });
      }
    }
  }
  checkFilters(update, filters, used);
  const tree = sorted(root);
  const run = (doc: Doc, insert: boolean, position: number | undefined): Doc => {
    const renamed = renames.length === 0 ? NOTHING : renamedValues(doc, renames);
    const target: Target = { doc, insert, renamed };
    let result = applyTree(tree, doc, target, position, filters);
    for (const { to, removal } of renames) {
      if (renamed.has(to)) result = applyTree(removal, result, target, position, filters);
    }
    checkId(doc, result, () => "Performing an update on the path '_id' would modify the immutable field '_id'");
    return result;
  };
  return {
    kind: 'modifiers',
    needsPosition,
    apply(doc, position) {
      const result = run(doc, false, position);
      return { doc: result, changed: result !== doc };
    },
    insert: (filter) => withId(run(upsertSeed(filter), true, undefined)),
  };
}

/** They fail where they can't reach an array, though they have nothing to remove there. */
const REMOVING = new Set(['$pull', '$pullAll', '$pop']);

const NOTHING: ReadonlyMap<string, Value> = new Map();

function modifierFields(operator: string, fields: Value): [string, Value][] {
  if (isDoc(fields)) return Object.entries(fields);
  throw failedToParse(
    `Modifiers operate on fields but we found type ${typeAlias(fields)} instead. For example: {$mod: {<field>: ...}} not {${operator}: ${show(fields)}}`,
  );
}

function checkFilters(update: Doc, filters: ReadonlyMap<string, Matcher>, used: ReadonlySet<string>): void {
  for (const identifier of used) {
    if (!filters.has(identifier)) {
      throw badValue(`No array filter found for identifier '${identifier}' in update ${show(update)}`);
    }
  }
  for (const identifier of filters.keys()) {
    if (!used.has(identifier)) {
      throw failedToParse(`The array filter for identifier '${identifier}' was not used in the update ${show(update)}`);
    }
  }
}

function renameTarget(from: string, to: Value): string {
  if (typeof to !== 'string') throw badValue(`The 'to' field for $rename must be a string: ${from}: ${show(to)}`);
  if (from === to) throw badValue(`The source and target field for $rename must differ: ${from}: ${show(to)}`);
  if (isPrefix(from, to) || isPrefix(to, from)) {
    throw badValue(`The source and target field for $rename must not be on the same path: ${from}: ${show(to)}`);
  }
  for (const [role, path] of [
    ['source', from],
    ['destination', to],
  ] as const) {
    if (parsePath(path).some((part) => part === '$' || filterIdentifier(part) !== undefined)) {
      throw badValue(`The ${role} field for $rename may not be dynamic: ${path}`);
    }
  }
  return to;
}

/** The values that are there to be moved, by the path that they move to. */
function renamedValues(doc: Doc, renames: readonly Rename[]): ReadonlyMap<string, Value> {
  const renamed = new Map<string, Value>();
  for (const { from, to } of renames) {
    const value = renameSource(doc, from);
    if (value === undefined) continue;
    refuseElement(doc, to, 'destination');
    renamed.set(to, value);
  }
  return renamed;
}

function renameSource(doc: Doc, from: string): Value | undefined {
  let value: Value | undefined = doc;
  let parent = '';
  for (const part of parsePath(from)) {
    if (Array.isArray(value) && isArrayIndex(part)) value = value[Number(part)];
    else if (isDoc(value)) value = getField(value, part);
    else if (value !== undefined) {
      throw commandError(
        'PathNotViable',
        `cannot use the part (${parent} of ${from}) to traverse the element ({${parent}: ${show(value)}})`,
      );
    }
    parent = part;
  }
  if (value !== undefined) refuseElement(doc, from, 'source');
  return value;
}

function refuseElement(doc: Doc, path: string, role: string): void {
  let value: Value | undefined = doc;
  let parent = '';
  for (const part of parsePath(path)) {
    if (Array.isArray(value)) {
      throw badValue(
        `The ${role} field cannot be an array element, '${path}' in doc with _id: ${show(doc['_id'])} has an array field called '${parent}'`,
      );
    }
    value = isDoc(value) ? getField(value, part) : undefined;
    parent = part;
  }
}

function checkId(before: Doc, after: Doc, message: () => string): void {
  const id = getField(before, '_id');
  if (id !== undefined && !equalValues(id, getField(after, '_id'))) throw commandError('ImmutableField', message());
}

function replacement(update: Doc): Update {
  for (const key of Object.keys(update)) {
    if (key.startsWith('$')) {
      throw commandError(
        'DollarPrefixedFieldName',
        `The dollar ($) prefixed field '${key}' in '${key}' is not allowed in the context of an update's replacement document. Consider using an aggregation pipeline with $replaceWith.`,
      );
    }
  }
  const replace = (id: Value | undefined) => withOldId(id, update);
  return {
    kind: 'replacement',
    needsPosition: false,
    apply: (doc) => settled(doc, replace(getField(doc, '_id'))),
    insert: (filter) => withId(replace(upsertId(filter))),
  };
}

/** The new document under the old one's `_id`, which comes first; it may repeat that, but not change it. */
function withOldId(id: Value | undefined, doc: Doc): Doc {
  if (id === undefined) return doc;
  const { _id = id, ...rest } = doc;
  checkId({ _id: id }, { _id }, () => {
    const was = "After applying the update, the (immutable) field '_id' was found to have been altered to";
    return `${was} _id: ${show(_id)}`;
  });
  return { _id: id, ...rest };
}

function settled(before: Doc, after: Doc): Updated {
  const changed = !identical(before, after);
  return { doc: changed ? after : before, changed };
}

const UPDATE_STAGES = ['$addFields', '$set', '$project', '$unset', '$replaceRoot', '$replaceWith'];

function pipelineUpdate(pipeline: readonly Value[], variables?: Doc): Update {
  for (const stage of pipeline) {
    const [name] = isDoc(stage) ? Object.keys(stage) : [];
    if (name !== undefined && !UPDATE_STAGES.includes(name)) {
      throw commandError('InvalidOptions', `${name} is not allowed to be used within an update`);
    }
  }
  const { run } = compilePipeline(pipeline, variables === undefined ? {} : { variables });
  const transform = (doc: Doc): Doc => withOldId(getField(doc, '_id'), run([doc])[0] ?? {});
  return {
    kind: 'pipeline',
    needsPosition: false,
    apply: (doc) => settled(doc, transform(doc)),
    insert: (filter) => withId(transform(upsertSeed(filter))),
  };
}
