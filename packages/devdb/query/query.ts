/** A query from its arguments to its documents: plan, match, sort, skip, limit. */
import { toNumber, isNumeric } from '../bson/numbers.ts';
import { decode, type Doc, type Value } from '../bson/values.ts';
import type { Collection } from '../storage/collection.ts';
import { compileFilter, type Matcher } from './matcher.ts';
import { plan, type Plan, type SortPattern } from './planner.ts';
import { count, find, type Counters, type Found } from './scan.ts';
import { compileSort } from './sort.ts';

export interface QueryOptions {
  filter: Doc;
  sort?: Doc | undefined;
  skip?: number;
  limit?: number;
  hint?: Value | undefined;
  /** What `$$name` stands for in `$expr`. */
  variables?: Doc;
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

  /** What it finds, decoded. */
  *documents(): Generator<Doc, void> {
    for (const { bytes, doc } of this.run()) yield doc ?? decode(bytes);
  }

  /** How many it finds. */
  count(): number {
    const { skip = 0, limit = 0 } = this.options;
    const all = this.#collection === undefined ? 0 : count(this.#collection, this.plan, this.matcher, this.counters);
    const n = Math.max(0, all - skip);
    return limit > 0 ? Math.min(n, limit) : n;
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
