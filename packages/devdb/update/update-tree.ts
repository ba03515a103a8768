/**
 * The paths of an update's operators as one tree, and its application to a document. As in MongoDB 5 and later, the
 * tree is applied in the order of the field names, numbers in the order of numbers, and two paths of which one leads
 * through the other's end conflict.
 */
import { isArrayIndex, parsePath, type Path } from '../bson/path.ts';
import { show } from '../bson/show.ts';
import { getField, isDoc, removeField, setField, type Doc, type Value } from '../bson/values.ts';
import { badValue, commandError } from '../errors.ts';
import type { Matcher } from '../query/matcher.ts';
import type { Modifier, Target } from './modifier.ts';

export type Node =
  /** `needsWay`: it fails where a value on its path is neither a document nor an array, even if it would do nothing. */
  | { kind: 'leaf'; modifier: Modifier; needsWay?: boolean }
  /** `fields` has its children by field name, array position or `$`; `elements` by array filter, '' being `$[]`. */
  | { kind: 'fields' | 'elements'; children: ReadonlyMap<string, Node> };

/** How many nulls an update may fill an array up with, as in MongoDB. */
const MAX_PADDING = 1_500_000;

/** `x` of `$[x]`, '' of `$[]`, undefined of any other part. */
export function filterIdentifier(part: string): string | undefined {
  return part.startsWith('$[') && part.endsWith(']') ? part.slice(2, -1) : undefined;
}

/** @throws CommandError 2, 52 or 56 on a path that can't be updated */
export function parseUpdatePath(path: string): Path {
  if (path === '') throw commandError('EmptyFieldName', 'An empty update path is not valid.');
  const parts = parsePath(path);
  const first = parts[0] as string;
  if (first === '$') {
    throw badValue(`Cannot have positional (i.e. '$') element in the first position in path '${path}'`);
  }
  if (filterIdentifier(first) !== undefined) {
    throw badValue(
      `Cannot have array filter identifier (i.e. '$[<id>]') element in the first position in path '${path}'`,
    );
  }
  if (parts.filter((part) => part === '$').length > 1) {
    throw badValue(`Too many positional (i.e. '$') elements found in path '${path}'`);
  }
  for (const part of parts) {
    if (part === '') {
      throw commandError(
        'EmptyFieldName',
        `The update path '${path}' contains an empty field name, which is not allowed.`,
      );
    }
    const literal = part.startsWith('$') && part !== '$' && filterIdentifier(part) === undefined;
    if (literal && !['$id', '$ref', '$db'].includes(part)) {
      throw commandError(
        'DollarPrefixedFieldName',
        `The dollar ($) prefixed field '${part}' in '${path}' is not valid for storage.`,
      );
    }
  }
  return parts;
}

/** A tree of one path. */
export function branch(parts: Path, leaf: Node): Node {
  return parts.reduceRight<Node>((child, part) => {
    const identifier = filterIdentifier(part);
    return identifier === undefined
      ? { kind: 'fields', children: new Map([[part, child]]) }
      : { kind: 'elements', children: new Map([[identifier, child]]) };
  }, leaf);
}

/**
 * Both trees in one.
 * @param path what the error names as the path that came second
 * @throws CommandError 40 where one ends on the other's way
 */
export function merge(a: Node, b: Node, path: string, at = ''): Node {
  if (a.kind === 'leaf' || b.kind === 'leaf' || a.kind !== b.kind) {
    throw commandError('ConflictingUpdateOperators', `Updating the path '${path}' would create a conflict at '${at}'`);
  }
  const children = new Map(a.children);
  for (const [key, child] of b.children) {
    const existing = children.get(key);
    const below = join(at, a.kind === 'fields' ? key : `$[${key}]`);
    children.set(key, existing === undefined ? child : merge(existing, child, path, below));
  }
  return { kind: a.kind, children };
}

function join(at: string, part: string): string {
  return at === '' ? part : `${at}.${part}`;
}

/** The tree with its children in the order in which they are applied. */
export function sorted(node: Node): Node {
  if (node.kind === 'leaf') return node;
  const entries = [...node.children].sort(([a], [b]) => {
    if (isArrayIndex(a) && isArrayIndex(b)) return Number(a) - Number(b);
    return a < b ? -1 : 1;
  });
  return { kind: node.kind, children: new Map(entries.map(([key, child]) => [key, sorted(child)])) };
}

/**
 * The document as the tree's modifiers leave it; the very document where they change nothing.
 * @param position of the array element that the query matched, for `$`
 * @param filters the array filters by identifier
 */
export function applyTree(
  tree: Node,
  doc: Doc,
  target: Target,
  position: number | undefined,
  filters: ReadonlyMap<string, Matcher>,
): Doc {
  return apply(tree, doc, { target, position, filters }, '') as Doc;
}

interface Run {
  target: Target;
  position: number | undefined;
  filters: ReadonlyMap<string, Matcher>;
}

function apply(node: Node, value: Value | undefined, run: Run, at: string): Value | undefined {
  if (node.kind === 'leaf') return node.modifier(value, run.target);
  if (node.kind === 'elements') return applyToElements(node.children, value, run, at);
  const children = node.children.has('$') ? positioned(node.children, run, at) : node.children;
  if (value === undefined || isDoc(value)) return applyToFields(children, value, run, at);
  if (Array.isArray(value)) return applyToPositions(children, value, run, at);
  for (const [key, child] of children) refuseToCreate(key, child, value, run, at);
  return value;
}

function applyToFields(
  children: ReadonlyMap<string, Node>,
  doc: Doc | undefined,
  run: Run,
  at: string,
): Doc | undefined {
  let result = doc;
  for (const [key, child] of children) {
    const before = result === undefined ? undefined : getField(result, key);
    const after = apply(child, before, run, join(at, key));
    if (after === before) continue;
    if (result === undefined || result === doc) result = { ...doc };
    if (after === undefined) removeField(result, key);
    else setField(result, key, after);
  }
  return result;
}

function applyToPositions(children: ReadonlyMap<string, Node>, array: Value[], run: Run, at: string): Value[] {
  let result = array;
  for (const [key, child] of children) {
    if (!isArrayIndex(key)) {
      refuseToCreate(key, child, array, run, at);
      continue;
    }
    const i = Number(key);
    const before = result[i];
    const after = apply(child, before, run, join(at, key));
    if (after === before) continue;
    if (i - result.length > MAX_PADDING) throw badValue(`can't backfill more than ${String(MAX_PADDING)} elements`);
    if (result === array) result = [...array];
    while (result.length < i) result.push(null);
    // An element can't be missing: what is unset becomes null.
    result[i] = after ?? null;
  }
  return result;
}

function applyToElements(children: ReadonlyMap<string, Node>, value: Value | undefined, run: Run, at: string): Value[] {
  if (value === undefined) {
    throw badValue(`The path '${at}' must exist in the document in order to apply array updates.`);
  }
  if (!Array.isArray(value)) throw badValue(`Cannot apply array updates to non-array element ${element(at, value)}`);
  const result = value.map((before, i) => {
    const path = join(at, String(i));
    const nodes = [...children].filter(
      ([identifier]) => identifier === '' || run.filters.get(identifier)?.matches({ [identifier]: before }) === true,
    );
    const [first, ...others] = nodes.map(([, node]) => node);
    if (first === undefined) return before;
    const node = others.length === 0 ? first : sorted(others.reduce((a, b) => merge(a, b, path, path), first));
    return apply(node, before, run, path) ?? null;
  });
  return result.some((after, i) => after !== value[i]) ? result : value;
}

/** The children with the matched position in place of `$`. */
function positioned(children: ReadonlyMap<string, Node>, run: Run, at: string): ReadonlyMap<string, Node> {
  if (run.position === undefined) {
    throw badValue('The positional operator did not find the match needed from the query.');
  }
  const key = String(run.position);
  const resolved = new Map(children);
  const positional = resolved.get('$') as Node;
  const sibling = resolved.get(key);
  resolved.delete('$');
  resolved.set(key, sibling === undefined ? positional : merge(sibling, positional, join(at, '$'), join(at, key)));
  const node = sorted({ kind: 'fields', children: resolved });
  return node.kind === 'leaf' ? resolved : node.children;
}

/** Below a value that isn't a document, modifiers that would create a field fail, and others do nothing. */
function refuseToCreate(key: string, child: Node, parent: Value, run: Run, at: string): void {
  if (needsWay(child)) {
    throw commandError(
      'PathNotViable',
      `Cannot use the part (${key}) of (${join(at, key)}) to traverse the element ({${element(at, parent)}})`,
    );
  }
  if (apply(child, undefined, run, join(at, key)) === undefined) return;
  throw commandError('PathNotViable', `Cannot create field '${key}' in element {${element(at, parent)}}`);
}

const needsWay = (node: Node): boolean =>
  node.kind === 'leaf' ? node.needsWay === true : [...node.children.values()].some(needsWay);

function element(at: string, value: Value): string {
  return `${at.slice(at.lastIndexOf('.') + 1)}: ${show(value)}`;
}
