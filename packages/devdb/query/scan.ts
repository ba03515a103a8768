/** Runs a plan: yields the records that it finds, and counts what it looked at. */
import { decode, type Doc } from '../bson/values.ts';
import type { Collection } from '../storage/collection.ts';
import type { KeyRange } from './bounds.ts';
import type { Matcher } from './matcher.ts';
import type { IndexScan, Plan } from './planner.ts';

/** What `explain` reports of a run. */
export interface Counters {
  keysExamined: number;
  docsExamined: number;
}

/** A record that a query found. */
export interface Found {
  record: number;
  bytes: Buffer;
  /** Decoded, where the filter had to look into it. */
  doc: Doc | undefined;
}

/** The matching records in the plan's order. The collection must not change while they are taken. */
export function* find(
  collection: Collection,
  plan: Plan,
  matcher: Matcher,
  counters: Counters,
): Generator<Found, void> {
  for (const record of records(collection, plan, counters)) {
    const bytes = collection.records.get(record);
    if (bytes === undefined) continue;
    counters.docsExamined++;
    if (plan.exact) {
      yield { record, bytes, doc: undefined };
    } else {
      const doc = decode(bytes);
      if (matcher.matches(doc)) yield { record, bytes, doc };
    }
  }
}

/** How many records match; where the index says it all no document is looked at. */
export function count(collection: Collection, plan: Plan, matcher: Matcher, counters: Counters): number {
  let result = 0;
  if (plan.exact && plan.source.kind === 'collection') return collection.records.size;
  if (plan.exact) for (const record of records(collection, plan, counters)) result += Number(record > 0);
  else for (const found of find(collection, plan, matcher, counters)) result += Number(found.record > 0);
  return result;
}

function* records(collection: Collection, { source }: Plan, counters: Counters): Generator<number, void> {
  switch (source.kind) {
    case 'none':
      return;
    case 'collection': {
      const entries = source.backward ? collection.records.entriesReversed() : collection.records.entries();
      for (const [record] of entries) yield record;
      return;
    }
    case 'id': {
      const record = collection.idIndex.holder(source.key, -1);
      if (record === undefined) return;
      counters.keysExamined++;
      yield record;
      return;
    }
    case 'index':
      yield* distinct(scanIndex(source, counters), source.repeats);
      return;
    case 'union': {
      const all = function* (): Generator<number, void> {
        for (const scan of source.scans) yield* scanIndex(scan, counters);
      };
      yield* distinct(all(), true);
    }
  }
}

function* distinct(found: Iterable<number>, repeats: boolean): Generator<number, void> {
  if (!repeats) {
    yield* found;
    return;
  }
  const seen = new Set<number>();
  for (const record of found) {
    if (seen.has(record)) continue;
    seen.add(record);
    yield record;
  }
}

function* scanIndex(scan: IndexScan, counters: Counters): Generator<number, void> {
  if (scan.merged) {
    yield* merge(scan, counters);
    return;
  }
  const runs = scan.backward ? [...scan.runs].reverse() : scan.runs;
  for (const { ranges } of runs) {
    for (const [, record] of scanRanges(scan, ranges, counters)) yield record;
  }
}

type Entry = readonly [key: string, record: number];

function* scanRanges(
  { index, backward }: IndexScan,
  ranges: readonly KeyRange[],
  counters: Counters,
): Generator<Entry, void> {
  for (let i = 0; i < ranges.length; i++) {
    const { low, high } = ranges[backward ? ranges.length - 1 - i : i] as KeyRange;
    const entries = backward ? index.tree.entriesReversed(high, undefined, true) : index.tree.entries(low);
    for (const entry of entries) {
      if (backward ? entry[0] < low : entry[0] >= high) break;
      counters.keysExamined++;
      yield entry;
    }
  }
}

/** Always takes the next in order from the heads of the runs: there are few. */
function* merge(scan: IndexScan, counters: Counters): Generator<number, void> {
  const heads: { rest: string; record: number; prefix: number; entries: Generator<Entry, void> }[] = [];
  for (const { prefix, ranges } of scan.runs) {
    const entries = scanRanges(scan, ranges, counters);
    const first = entries.next();
    if (first.done === true) continue;
    heads.push({ rest: first.value[0].slice(prefix), record: first.value[1], prefix, entries });
  }
  while (heads.length > 0) {
    let next = 0;
    for (let i = 1; i < heads.length; i++) {
      const [a, b] = [heads[i]?.rest ?? '', heads[next]?.rest ?? ''];
      if (scan.backward ? a > b : a < b) next = i;
    }
    const head = heads[next] as (typeof heads)[number];
    yield head.record;
    const following = head.entries.next();
    if (following.done === true) {
      heads.splice(next, 1);
    } else {
      head.rest = following.value[0].slice(head.prefix);
      head.record = following.value[1];
    }
  }
}
