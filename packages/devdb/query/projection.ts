/**
 * Projections of find, and the pipeline stages that are projections too ($project, $addFields): compiled once into a
 * tree over the document's fields, which keeps the document's order and looks through arrays.
 */
import { compileExpression, isTruthy } from '../aggregate/expression.ts';
import { isNumeric, toNumber } from '../bson/numbers.ts';
import { parsePath, type Path } from '../bson/path.ts';
import { getField, isDoc, removeField, setField, type Doc, type Value } from '../bson/values.ts';
import { locationError, notSupported } from '../errors.ts';
import { compileFilter, type Matcher } from './matcher.ts';

export type Projection = (doc: Doc) => Doc;

export interface ProjectionOptions {
  /** What the projection belongs to. $slice, $elemMatch and positional `$` are find's alone; $addFields adds to all. */
  stage?: 'find' | '$project' | '$addFields';
  /** The query's matcher, which knows the position that `path.$` stands for. */
  matcher?: Matcher;
  /** What `$$name` stands for in expressions. */
  variables?: Doc;
}

/** What becomes of a field; a tree where the specification goes on below it. */
type Rule =
  | { kind: 'include' | 'exclude' }
  | { kind: 'array'; pick: (array: readonly Value[], doc: Doc) => Value[] }
  | { kind: 'computed'; evaluate: (doc: Doc) => Value | undefined }
  | Tree;

interface Tree {
  kind: 'tree';
  rules: Map<string, Rule>;
}

interface Computed {
  path: Path;
  evaluate: (doc: Doc) => Value | undefined;
}

/**
 * Compiles a projection. The result of applying it shares what it keeps with the document.
 * @throws CommandError 31253 or 31254 where it both includes and excludes, 31249 or 31250 where paths collide
 */
export function compileProjection(spec: Doc, options: ProjectionOptions = {}): Projection {
  const compiler = new Compiler(options);
  compiler.addAll(spec, []);
  const { root, computed } = compiler;
  if (root.rules.size === 0 && computed.length === 0) return (doc) => doc;
  const includes = compiler.includes();
  if (includes && !root.rules.has('_id')) root.rules.set('_id', { kind: 'include' });
  return (doc) => {
    const result = projectDoc(doc, root, includes, doc);
    for (const { path, evaluate } of computed) put(result, path, 0, evaluate(doc));
    return result;
  };
}

class Compiler {
  readonly root: Tree = { kind: 'tree', rules: new Map() };
  readonly computed: Computed[] = [];
  readonly #options: ProjectionOptions;
  /** The paths that decide whether this is an inclusion or an exclusion, by what they say. */
  readonly #deciding: { include?: string; exclude?: string } = {};
  #idRule: 'include' | 'exclude' | undefined;
  #slices = 0;
  /** It includes, unless another field is excluded. */
  #hasElemMatch = false;

  constructor(options: ProjectionOptions) {
    this.#options = options;
  }

  addAll(spec: Doc, prefix: Path): void {
    for (const [key, value] of Object.entries(spec)) this.#add([...prefix, ...parsePath(key)], value);
  }

  /** Whether only named fields are kept. */
  includes(): boolean {
    const { include, exclude } = this.#deciding;
    if (this.#options.stage === '$addFields' || exclude !== undefined) return false;
    if (include !== undefined || this.#hasElemMatch) return true;
    return this.#idRule === 'include' || (this.#idRule === undefined && this.#slices === 0);
  }

  #add(path: Path, value: Value): void {
    const name = path.join('.');
    const adds = this.#options.stage === '$addFields';
    if (path.at(-1) === '$' && this.#isFind()) {
      this.#decide('include', name.slice(0, -2));
      this.#insert(path.slice(0, -1), { kind: 'array', pick: this.#positional() });
    } else if (!adds && (isNumeric(value) || typeof value === 'boolean')) {
      const kind = isTruthy(value) ? 'include' : 'exclude';
      if (name === '_id') this.#idRule = kind;
      else this.#decide(kind, name);
      this.#insert(path, { kind });
    } else if (isDoc(value)) {
      const [operator] = Object.keys(value);
      if (operator === undefined && !adds) {
        throw locationError(51270, `An empty sub-projection is not a valid value. Found empty object at path ${name}`);
      }
      if (operator?.startsWith('$') === true) this.#addOperator(path, operator, value);
      else if (operator === undefined) this.#compute(path, value);
      else this.addAll(value, path);
    } else {
      this.#compute(path, value);
    }
  }

  #isFind(): boolean {
    return (this.#options.stage ?? 'find') === 'find';
  }

  #addOperator(path: Path, operator: string, value: Doc): void {
    const argument = value[operator] as Value;
    if (this.#isFind() && operator === '$slice' && isSlice(argument)) {
      this.#slices += 1;
      this.#insert(path, { kind: 'array', pick: slicer(argument) });
    } else if (this.#isFind() && operator === '$elemMatch') {
      if (path.length > 1) {
        throw locationError(31275, 'Cannot use $elemMatch projection on a nested field (currently unsupported).');
      }
      this.#elemMatch(path, value);
    } else if (operator === '$meta') {
      throw notSupported('$meta');
    } else {
      this.#compute(path, value);
    }
  }

  #elemMatch(path: Path, value: Doc): void {
    const name = path.join('.');
    const matcher = compileFilter({ [name]: value });
    const evaluate = (doc: Doc) => {
      const array = getField(doc, name);
      const position = Array.isArray(array) && matcher.matches(doc) ? matcher.position(doc) : undefined;
      return Array.isArray(array) && position !== undefined ? [array[position] as Value] : undefined;
    };
    this.#hasElemMatch = true;
    this.#insert(path, { kind: 'computed', evaluate });
    this.computed.push({ path, evaluate });
  }

  #compute(path: Path, expression: Value): void {
    const name = path.join('.');
    if (this.#options.stage !== '$addFields') {
      if (this.#deciding.exclude !== undefined) {
        throw locationError(31252, 'Cannot use expression other than $meta in exclusion projection');
      }
      this.#decide('include', name);
    }
    const evaluate = compileExpression(expression, this.#options.variables);
    this.#insert(path, { kind: 'computed', evaluate });
    this.computed.push({ path, evaluate });
  }

  #decide(kind: 'include' | 'exclude', name: string): void {
    const other = kind === 'include' ? 'exclude' : 'include';
    if (this.#deciding[other] !== undefined) {
      throw kind === 'include'
        ? locationError(31253, `Cannot do inclusion on field ${name} in exclusion projection`)
        : locationError(31254, `Cannot do exclusion on field ${name} in inclusion projection`);
    }
    this.#deciding[kind] ??= name;
  }

  #insert(path: Path, rule: Rule): void {
    let tree = this.root;
    for (const [i, part] of path.entries()) {
      const existing = tree.rules.get(part);
      const last = i === path.length - 1;
      if (existing !== undefined && (last || existing.kind !== 'tree')) {
        // A parent of a path that stands before it has another code than a child of one.
        throw locationError(existing.kind === 'tree' ? 31250 : 31249, `Path collision at ${path.join('.')}`);
      }
      const next: Rule = last ? rule : (existing ?? { kind: 'tree', rules: new Map() });
      tree.rules.set(part, next);
      if (next.kind === 'tree') tree = next;
    }
  }

  #positional(): (array: readonly Value[], doc: Doc) => Value[] {
    const { matcher } = this.#options;
    return (array, doc) => {
      const position = matcher?.position(doc);
      if (position === undefined || position >= array.length) {
        throw locationError(
          51246,
          "Executor error during find command :: caused by :: positional operator '.$' couldn't find a matching element in the array",
        );
      }
      return [array[position] as Value];
    };
  }
}

function isSlice(argument: Value): boolean {
  return isNumeric(argument) || (Array.isArray(argument) && argument.length === 2 && argument.every(isNumeric));
}

function slicer(argument: Value): (array: readonly Value[]) => Value[] {
  const [first = 0, second] = (Array.isArray(argument) ? argument : [argument]).map((n) =>
    isNumeric(n) ? Math.trunc(toNumber(n)) : 0,
  );
  if (second === undefined) return (array) => (first < 0 ? array.slice(first) : array.slice(0, first));
  if (second <= 0) throw locationError(28724, 'First argument to $slice must be an array, limit must be positive');
  return (array) => {
    const start = first < 0 ? Math.max(0, array.length + first) : first;
    return array.slice(start, start + second);
  };
}

function projectDoc(doc: Doc, tree: Tree, includes: boolean, root: Doc): Doc {
  const result: Doc = {};
  for (const key of Object.keys(doc)) {
    const value = doc[key] as Value;
    const rule = tree.rules.get(key);
    const kept = rule === undefined ? (includes ? undefined : value) : projectValue(value, rule, includes, root);
    if (kept !== undefined) setField(result, key, kept);
  }
  return result;
}

function projectValue(value: Value, rule: Rule, includes: boolean, root: Doc): Value | undefined {
  switch (rule.kind) {
    case 'include':
      return value;
    case 'exclude':
      return undefined;
    case 'array':
      return Array.isArray(value) ? rule.pick(value, root) : value;
    case 'computed':
      // Set afterwards; an added field that exists keeps its place.
      return includes ? undefined : value;
    case 'tree':
      if (isDoc(value)) return projectDoc(value, rule, includes, root);
      if (!Array.isArray(value)) return includes ? undefined : value;
      return value
        .map((element) => projectValue(element, rule, includes, root))
        .filter((element) => element !== undefined);
  }
}

/** A copy of the document with the value at the path, or without one where it is undefined. */
export function withField(doc: Doc, path: Path, value: Value | undefined): Doc {
  const copy = { ...doc };
  put(copy, path, 0, value);
  return copy;
}

/** Sets a computed field, in every document of the arrays on its way; what isn't a document there becomes one. */
function put(doc: Doc, path: Path, i: number, value: Value | undefined): void {
  const key = path[i] as string;
  const next = i === path.length - 1 ? value : inside(getField(doc, key), path, i + 1, value);
  if (next === undefined) removeField(doc, key);
  else setField(doc, key, next);
}

function inside(parent: Value | undefined, path: Path, i: number, value: Value | undefined): Value {
  if (Array.isArray(parent)) return parent.map((element) => inside(element, path, i, value));
  const copy = isDoc(parent) ? { ...parent } : {};
  put(copy, path, i, value);
  return copy;
}
