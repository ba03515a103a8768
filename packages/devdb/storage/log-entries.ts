/** The entries of the log: changes of the store, what sessions did, and how both are written as bytes. */
import { decode, encode, isDoc, type Doc, type Value } from '../bson/values.ts';
import { parseIndexSpec, type IndexSpec } from './index-spec.ts';

/** What a session did under its newest number. The log keeps it, so that a retry after a restart is recognized. */
export interface SessionState {
  /** The session's id, in hexadecimal digits. */
  id: string;
  number: number;
  /** Whether a transaction with that number was committed. */
  committed: boolean;
  /** The results of statements. One run stands for `count` statements in a row, from `first` on, with the same result. */
  runs: readonly { first: number; count: number; result: Buffer }[];
}

/** One change of the store, as the log holds it. */
export type LogEntry =
  | { kind: 'put'; collection: number; record: number; bytes: Buffer }
  | { kind: 'remove'; collection: number; record: number }
  | { kind: 'create'; collection: number; ns: string; options: Doc }
  | { kind: 'drop'; collection: number }
  | { kind: 'createIndex'; collection: number; spec: IndexSpec }
  | { kind: 'dropIndex'; collection: number; name: string }
  | { kind: 'session'; session: SessionState };

/** The entry for the write of one document; without `bytes`, for its removal. */
export function documentEntry(collection: number, record: number, bytes: Buffer | undefined): LogEntry {
  return bytes === undefined ? { kind: 'remove', collection, record } : { kind: 'put', collection, record, bytes };
}

const PUT = 1;
const REMOVE = 2;
const OTHER = 3;
const SESSION = 4;

/** An entry's bytes: its kind; for documents the collection (uint32) and the record (uint48); then the document. */
export function encodeEntry(entry: LogEntry): Uint8Array[] {
  if (entry.kind === 'put' || entry.kind === 'remove') {
    const head = Buffer.allocUnsafe(11);
    head[0] = entry.kind === 'put' ? PUT : REMOVE;
    head.writeUInt32LE(entry.collection, 1);
    head.writeUIntLE(entry.record, 5, 6);
    return entry.kind === 'put' ? [head, entry.bytes] : [head];
  }
  if (entry.kind === 'session') return encodeSession(entry.session);
  // The cast: Doc has an index signature, which interfaces lack. All fields of these entries are BSON values.
  return [Buffer.from([OTHER]), encode(entry as unknown as Doc)];
}

/** The id (length, bytes), the number (uint48), `committed`, the number of runs; for each run first, count and result. */
function encodeSession({ id, number, committed, runs }: SessionState): Uint8Array[] {
  const key = Buffer.from(id, 'hex');
  const head = Buffer.allocUnsafe(13 + key.length);
  head[0] = SESSION;
  head[1] = key.length;
  key.copy(head, 2);
  const at = head.writeUIntLE(number, 2 + key.length, 6);
  head[at] = Number(committed);
  head.writeUInt32LE(runs.length, at + 1);
  const parts: Uint8Array[] = [head];
  for (const { first, count, result } of runs) {
    const run = Buffer.allocUnsafe(8);
    run.writeUInt32LE(first, 0);
    run.writeUInt32LE(count, 4);
    parts.push(run, result);
  }
  return parts;
}

function decodeSession(payload: Buffer, start: number): { session: SessionState; end: number } {
  const keyEnd = start + 2 + payload.readUInt8(start + 1);
  const runs: SessionState['runs'][number][] = [];
  let end = keyEnd + 11;
  for (let left = payload.readUInt32LE(keyEnd + 7); left > 0; left--) {
    const [first, count, from] = [payload.readUInt32LE(end), payload.readUInt32LE(end + 4), end + 8];
    end = from + payload.readInt32LE(from);
    runs.push({ first, count, result: Buffer.from(payload.subarray(from, end)) });
  }
  const session = {
    id: payload.toString('hex', start + 2, keyEnd),
    number: payload.readUIntLE(keyEnd, 6),
    committed: payload[keyEnd + 6] === 1,
    runs,
  };
  return { session, end };
}

export function* decodeEntries(payload: Buffer): Generator<LogEntry> {
  let at = 0;
  while (at < payload.length) {
    const kind = payload[at];
    if (kind === OTHER) {
      const end = at + 1 + payload.readInt32LE(at + 1);
      // Copied, because decoded binary values are views into the bytes.
      yield fromDoc(decode(Buffer.from(payload.subarray(at + 1, end))));
      at = end;
      continue;
    }
    if (kind === SESSION) {
      const { session, end } = decodeSession(payload, at);
      yield { kind: 'session', session };
      at = end;
      continue;
    }
    const collection = payload.readUInt32LE(at + 1);
    const record = payload.readUIntLE(at + 5, 6);
    at += 11;
    if (kind === REMOVE) {
      yield { kind: 'remove', collection, record };
    } else {
      const end = at + payload.readInt32LE(at);
      yield { kind: 'put', collection, record, bytes: Buffer.from(payload.subarray(at, end)) };
      at = end;
    }
  }
}

/** Decoding gives numbers as Int32; this turns those that the server computes with into plain numbers. */
function fromDoc(doc: Doc): LogEntry {
  const { kind, ns, name, options, spec } = doc as Partial<Doc>;
  const collection = Number(doc['collection']);
  switch (text(kind)) {
    case 'create':
      return { kind: 'create', collection, ns: text(ns), options: isDoc(options) ? options : {} };
    case 'drop':
      return { kind: 'drop', collection };
    case 'createIndex':
      return { kind: 'createIndex', collection, spec: parseIndexSpec(isDoc(spec) ? spec : {}) };
    case 'dropIndex':
      return { kind: 'dropIndex', collection, name: text(name) };
    default:
      throw new Error(`the log holds an entry of an unknown kind: ${text(kind)}`);
  }
}

function text(value: Value | undefined): string {
  return typeof value === 'string' ? value : '';
}
