/** What every update operator comes down to: a function from the current value at a path to the new one. */
import type { Doc, Value } from '../bson/values.ts';

/** What a modifier may know of the document that it is applied to. */
export interface Target {
  doc: Doc;
  /** Whether the document is about to be inserted by an upsert. */
  insert: boolean;
  /** What `$rename` moves, by the path that it moves to. */
  renamed: ReadonlyMap<string, Value>;
}

/**
 * Gives the new value for the current one, undefined for none. The very value it was given means that nothing changes;
 * it must not be altered in place.
 */
export type Modifier = (current: Value | undefined, target: Target) => Value | undefined;
