/** A query from its arguments to its documents: plan, match, sort, skip, limit. */
import type { Collection } from './collection.ts';
import { typeMismatch } from './errors.ts';
import { compileExpression } from './expression.ts';
import { compileFilter, type Matcher } from './matcher.ts';
import { toNumber, isNumeric } from './numbers.ts';
import { plan, type Plan, type SortPattern } from './planner.ts';
import { find, type Counters, type Found } from './scan.ts';
import { compileSort } from './sort.ts';
import { decode, isDoc, type Doc, type Value } from './values.ts';

export interface QueryOptions {
  readonly filter: Doc;
  readonly sort?: Doc;
  readonly skip?: number;
  readonly limit?: number;
  readonly hint?: Value | undefined;
  /** What `$$name` stands for in `$expr`. */
  readonly variables?: Doc;
}

/** A query, ready to run on one version of a collection. */
export class Query {
  readonly plan: Plan;
  readonly matcher: Matcher;
  readonly counters: Counters = { keysExamined: 0, docsExamined: 0 };
  readonly options: QueryOptions;
  readonly #collection: Collection | undefined;

  constructor(collection: Collection | undefined, options: QueryOptions) {
    this.options = options;
    this.#collection = collection;
    const { filter, sort, skip = 0, limit = 0, hint } = options;
    this.matcher = compileFilter(filter, options.variables);
    this.plan = plan(collection, {
      filter,
      sort: sortPattern(sort),
      wanted: limit > 0 ? skip + limit : undefined,
      hint,
    });
  }

  /** What it finds, in order. The collection must not change meanwhile. */
  *run(): Generator<Found, void> {
    const { sort, skip = 0, limit = 0 } = this.options;
    if (this.#collection === undefined) return;
    const matching = find(this.#collection, this.plan, this.matcher, this.counters);
    const ordered =
      this.plan.sorted || sort === undefined
        ? matching
        : compileSort(sort).sort(matching, ({ doc, bytes }) => doc ?? decode(bytes));
    let position = 0;
    for (const found of ordered) {
      if (position++ < skip) continue;
      yield found;
      if (limit > 0 && position >= skip + limit) return;
    }
  }

  first(): Found | undefined {
    for (const found of this.run()) return found;
    return undefined;
  }
}

function sortPattern(sort: Doc | undefined): SortPattern | undefined {
  if (sort === undefined || Object.keys(sort).length === 0) return undefined;
  if (!('$natural' in sort)) compileSort(sort);
  return Object.entries(sort).map(([path, direction]) => [
    path,
    isNumeric(direction) && toNumber(direction) < 0 ? -1 : 1,
  ]);
}

/** What a command's `let` stands for: its values are expressions without a document. */
export function letArgument(command: Doc): Doc {
  const given = command['let'];
  if (given === undefined || given === null) return {};
  if (!isDoc(given)) throw typeMismatch("BSON field 'let' is the wrong type, expected type 'object'");
  return Object.fromEntries(Object.entries(given).map(([name, value]) => [name, compileExpression(value)({}) ?? null]));
}

/** A `sort` argument; undefined where there is none. */
export function sortArgument(value: Value | undefined): Doc | undefined {
  if (value === undefined || value === null) return undefined;
  if (!isDoc(value)) throw typeMismatch("BSON field 'sort' is the wrong type, expected type 'object'");
  return Object.keys(value).length === 0 ? undefined : value;
}
