/**
 * Relay connections (Relay Cursor Connections Specification) by keyset pagination: a page starts after the last row's
 * sort value and id, which an index finds, and never reads the rows before it. Pure: the caller runs the queries.
 */
import { badUserInput } from '../../runtime/errors.ts';
import { textProblem } from '../../runtime/text.ts';
import { isId } from './ids.ts';

const DEFAULT_SIZE = 20;
const MAX_SIZE = 100;

export interface PageArgs {
  first?: number | null | undefined;
  after?: string | null | undefined;
  last?: number | null | undefined;
  before?: string | null | undefined;
}

/** The order of a list. `name` is the API's, `path` the stored field's; ties are broken by _id in the same direction. */
export interface Sort {
  name: string;
  path: string;
  direction: 1 | -1;
  type: 'date' | 'number' | 'string';
}

/** The position of a row in the sort order. */
export interface Key {
  value: Date | number | string;
  id: string;
}

export interface Connection<T> {
  edges: { cursor: string; node: T }[];
  nodes: T[];
  pageInfo: { hasNextPage: boolean; hasPreviousPage: boolean; startCursor: string | null; endCursor: string | null };
  /** Asked only when the field is selected. */
  totalCount: () => Promise<number>;
}

/** A MongoDB filter, as far as keyset conditions need one. */
export type Filter = Record<string, unknown>;
type SortSpec = Record<string, 1 | -1>;

/** Opaque to clients. It has sort, direction, value and id, so that a cursor of another sort is recognized. */
export function encodeCursor(sort: Sort, key: Key): string {
  const value = key.value instanceof Date ? key.value.getTime() : key.value;
  return Buffer.from(JSON.stringify([sort.name, sort.direction, value, key.id])).toString('base64url');
}

/** Throws BAD_USER_INPUT for anything that encodeCursor didn't make for this sort. */
export function decodeCursor(sort: Sort, cursor: string): Key {
  const bad = badUserInput(
    `The cursor ${JSON.stringify(cursor.slice(0, 100))} is not one of this list with this sort.`,
  );
  let parts: unknown;
  try {
    parts = JSON.parse(Buffer.from(cursor, 'base64url').toString());
  } catch {
    throw bad;
  }
  if (!Array.isArray(parts) || parts.length !== 4) throw bad;
  const [name, direction, value, id] = parts as unknown[];
  if (name !== sort.name || direction !== sort.direction || typeof id !== 'string' || !isId(id)) throw bad;
  if (sort.type === 'string') {
    if (typeof value !== 'string' || textProblem(value) !== null) throw bad;
    return { value, id };
  }
  if (typeof value !== 'number') throw bad;
  if (sort.type === 'number') return { value, id };
  const date = new Date(value);
  if (Number.isNaN(date.getTime())) throw bad;
  return { value: date, id };
}

/** The size of a page, and whether it is read from its end. Throws BAD_USER_INPUT for bad values of first and last. */
function pageSize({ first, last }: PageArgs): { size: number; backwards: boolean } {
  if (first != null && last != null) throw badUserInput("first and last can't be given together.");
  for (const [name, value] of [
    ['first', first],
    ['last', last],
  ] as const) {
    if (value != null && (value < 1 || value > MAX_SIZE)) {
      throw badUserInput(`${name} must be from 1 to ${String(MAX_SIZE)}, and is ${String(value)}.`);
    }
  }
  return { size: first ?? last ?? DEFAULT_SIZE, backwards: last != null };
}

/**
 * The rows strictly after a key. The first condition follows from the `$or`, and is there for MongoDB's planner: it
 * bounds the scan of an index on { ...equalities, path, _id } even where the planner can't use the `$or`.
 */
const beyond = (sort: Sort, key: Key, direction: 1 | -1, toId: (id: string) => unknown): Filter => {
  const operator = direction === 1 ? '$gt' : '$lt';
  return {
    [sort.path]: { [`${operator}e`]: key.value },
    $or: [{ [sort.path]: { [operator]: key.value } }, { [sort.path]: key.value, _id: { [operator]: toId(key.id) } }],
  };
};

/** The query of a page, or of one part of it. `limit` is one row more than the page, to find out whether there are more. */
export interface PageQuery {
  filter: Filter;
  sort: SortSpec;
  limit: number;
}

export interface Page<T> {
  args: PageArgs;
  sort: Sort;
  /** The conditions of the list, without those of cursors. */
  filter: Filter;
  /** Makes the stored `_id` of a cursor's id. */
  toId: (id: string) => unknown;
  find: (query: PageQuery) => Promise<T[]>;
  count: (filter: Filter) => Promise<number>;
  key: (row: T) => Key;
}

/**
 * The queries whose rows, one after the other, begin with the page: without a cursor to start from, a single one. With
 * one, first the rows that have the cursor's sort value, after its id, then the rows beyond that value. Each is one range
 * of an index on { ...equalities, path, _id }, even if an equality is an `$in`. An `$or` of both would be read in one
 * query, but MongoDB doesn't bound it by the id where it merges the ranges of an `$in`, and reads all rows with the
 * cursor's value: of all orders without a total, for example.
 *
 * Throws BAD_USER_INPUT for bad arguments.
 */
export function pageQueries({
  args,
  sort,
  filter,
  toId,
}: Pick<Page<never>, 'args' | 'sort' | 'filter' | 'toId'>): PageQuery[] {
  const { size, backwards } = pageSize(args);
  const [start, end] = backwards ? [args.before, args.after] : [args.after, args.before];
  const opposite = sort.direction === 1 ? -1 : 1;
  const direction = backwards ? opposite : sort.direction;
  const back = backwards ? sort.direction : opposite;
  const bounds = end == null ? [] : [beyond(sort, decodeCursor(sort, end), back, toId)];
  const inOrder: SortSpec = { [sort.path]: direction, _id: direction };
  const query = (range: Filter, order: SortSpec = inOrder): PageQuery => {
    const conditions = [filter, ...bounds, range].filter((condition) => Object.keys(condition).length > 0);
    return {
      filter: conditions.length > 1 ? { $and: conditions } : (conditions[0] ?? {}),
      sort: order,
      limit: size + 1,
    };
  };
  if (start == null) return [query({})];
  const { value, id } = decodeCursor(sort, start);
  const operator = direction === 1 ? '$gt' : '$lt';
  return [
    // By the id alone, because MongoDB doesn't merge the ranges of an `$in` if the sort begins with a constant.
    query({ [sort.path]: value, _id: { [operator]: toId(id) } }, { _id: direction }),
    query({ [sort.path]: { [operator]: value } }),
  ];
}

/** The page, from the rows of `pageQueries`. */
function connectionOf<T>(rows: T[], { args, sort, filter, count, key }: Omit<Page<T>, 'find' | 'toId'>): Connection<T> {
  const { size, backwards } = pageSize(args);
  const nodes = rows.slice(0, size);
  if (backwards) nodes.reverse();
  const edges = nodes.map((node) => ({ cursor: encodeCursor(sort, key(node)), node }));
  const more = rows.length > size;
  return {
    edges,
    nodes,
    pageInfo: {
      hasNextPage: (!backwards && more) || args.before != null,
      hasPreviousPage: (backwards && more) || args.after != null,
      startCursor: edges[0]?.cursor ?? null,
      endCursor: edges.at(-1)?.cursor ?? null,
    },
    totalCount: () => count(filter),
  };
}

/** One page of a list. Throws BAD_USER_INPUT for a bad cursor, first or last. */
export async function paginate<T>(page: Page<T>): Promise<Connection<T>> {
  const parts = await Promise.all(pageQueries(page).map((query) => page.find(query)));
  // A row whose sort value changes while both parts are read may be in both.
  const rows = new Map(parts.flat().map((row) => [page.key(row).id, row]));
  return connectionOf([...rows.values()], page);
}
