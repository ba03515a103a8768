/** Open cursors: what a query found and the client has not fetched yet. */
import { randomBytes } from 'node:crypto';
import { commandError } from '../errors.ts';

/** Bytes of documents in one reply, at most. */
const MAX_BATCH_BYTES = 16 * 1024 * 1024;
const IDLE_MS = 10 * 60_000;

interface Cursor {
  ns: string;
  documents: Peekable;
  /** The session that opened it, if any: no other may read on. */
  session: string | undefined;
  lastUsed: number;
}

/** A reply's documents, and the cursor's id while there are more: 0n at the end. */
export interface Batch {
  documents: readonly Buffer[];
  id: bigint;
}

/** Documents one after the other, with a look at the next. */
class Peekable {
  readonly #iterator: Iterator<Buffer, unknown>;
  #next: IteratorResult<Buffer, unknown> | undefined;

  constructor(documents: Iterable<Buffer>) {
    this.#iterator = documents[Symbol.iterator]();
  }

  peek(): Buffer | undefined {
    this.#next ??= this.#iterator.next();
    return this.#next.done === true ? undefined : this.#next.value;
  }

  take(): void {
    this.#next = undefined;
  }
}

export class Cursors {
  readonly #cursors = new Map<bigint, Cursor>();

  /** The first batch of `documents`, which must stay valid for as long as the cursor is open. */
  open(ns: string, documents: Iterable<Buffer>, batchSize: number, singleBatch: boolean, session?: string): Batch {
    const cursor: Cursor = { ns, documents: new Peekable(documents), session, lastUsed: Date.now() };
    const batch = fill(cursor.documents, batchSize);
    // An asked-for batch of 0 opens the cursor without looking.
    if (singleBatch || (batchSize > 0 && cursor.documents.peek() === undefined)) return { documents: batch, id: 0n };
    // Positive and never 0.
    const id = (randomBytes(8).readBigUInt64LE() >> 1n) | 1n;
    this.#cursors.set(id, cursor);
    return { documents: batch, id };
  }

  /** @throws CommandError 43 when there is no such cursor, 13 when it is another session's or collection's */
  next(id: bigint, ns: string, batchSize: number, session?: string): Batch {
    const cursor = this.#cursors.get(id);
    if (cursor === undefined) throw commandError('CursorNotFound', `cursor id ${String(id)} not found`);
    if (cursor.ns !== ns)
      throw commandError(
        'Unauthorized',
        `Requested getMore on namespace '${ns}', but cursor belongs to a different namespace ${cursor.ns}`,
      );
    if (cursor.session !== session)
      throw commandError('Unauthorized', 'Cannot run getMore on a cursor that belongs to another session');
    cursor.lastUsed = Date.now();
    try {
      const documents = fill(cursor.documents, batchSize === 0 ? Infinity : batchSize);
      if (cursor.documents.peek() !== undefined) return { documents, id };
      this.#cursors.delete(id);
      return { documents, id: 0n };
    } catch (error) {
      this.#cursors.delete(id);
      throw error;
    }
  }

  /** Whether there was one. */
  kill(id: bigint): boolean {
    return this.#cursors.delete(id);
  }

  get size(): number {
    return this.#cursors.size;
  }

  /** Closes what nobody read for ten minutes. */
  expire(now = Date.now()): void {
    for (const [id, { lastUsed }] of this.#cursors) if (now - lastUsed > IDLE_MS) this.#cursors.delete(id);
  }
}

function fill(documents: Peekable, batchSize: number): Buffer[] {
  const batch: Buffer[] = [];
  let bytes = 0;
  while (batch.length < batchSize) {
    const next = documents.peek();
    if (next === undefined || (batch.length > 0 && bytes + next.length > MAX_BATCH_BYTES)) break;
    batch.push(next);
    bytes += next.length;
    documents.take();
  }
  return batch;
}
