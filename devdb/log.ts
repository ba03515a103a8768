/**
 * The files in the data directory: an append-only log in numbered segments, snapshots, and the lock file. Every change of
 * the store is one frame; what a frame means is the store's affair.
 *
 *     devdb.000002.snapshot   everything up to the start of segment 2
 *     devdb.000002.log        every change since
 *     devdb.lock              held by the one process that serves this directory
 *
 * A frame is the length of its payload and its CRC-32 (both uint32, little endian), then the payload.
 */
import fs from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';
import { crc32 } from 'node:zlib';
import { DataDirectoryError, lock } from './lock.ts';

const HEADER_BYTES = 8;
const READ_BYTES = 4 * 1024 * 1024;
/** No frame is longer: a transaction is bounded by what one message may carry many times over. */
const MAX_PAYLOAD_BYTES = 0x7fffffff;
const fdatasync = promisify(fs.fdatasync);

/** A payload, framed. */
export function frame(payload: readonly Uint8Array[]): Buffer {
  let length = HEADER_BYTES;
  for (const part of payload) length += part.length;
  const bytes = Buffer.allocUnsafe(length);
  let at = HEADER_BYTES;
  for (const part of payload) {
    bytes.set(part, at);
    at += part.length;
  }
  bytes.writeUInt32LE(length - HEADER_BYTES, 0);
  bytes.writeUInt32LE(crc32(bytes.subarray(HEADER_BYTES)), 4);
  return bytes;
}

/**
 * Calls `visit` with every payload of the file up to the first frame that is incomplete or damaged. Payloads are views
 * into a buffer that is used again: copy what is kept.
 * @returns how many bytes of the file were good, and how long it is
 */
function readFrames(file: string, visit: (payload: Buffer) => void): { good: number; size: number } {
  const fd = fs.openSync(file, 'r');
  try {
    const { size } = fs.fstatSync(fd);
    let buffer = Buffer.allocUnsafe(READ_BYTES);
    let filled = 0;
    let good = 0;
    for (;;) {
      const read = fs.readSync(fd, buffer, filled, buffer.length - filled, null);
      filled += read;
      let at = 0;
      while (filled - at >= HEADER_BYTES) {
        const length = buffer.readUInt32LE(at);
        if (length === 0 || length > MAX_PAYLOAD_BYTES || good + HEADER_BYTES + length > size) return { good, size };
        const end = at + HEADER_BYTES + length;
        if (end > filled) {
          if (HEADER_BYTES + length > buffer.length) {
            const larger = Buffer.allocUnsafe(HEADER_BYTES + length);
            buffer.copy(larger, 0, at, filled);
            buffer = larger;
            filled -= at;
            at = 0;
          }
          break;
        }
        const payload = buffer.subarray(at + HEADER_BYTES, end);
        if (crc32(payload) !== buffer.readUInt32LE(at + 4)) return { good, size };
        visit(payload);
        good += HEADER_BYTES + length;
        at = end;
      }
      if (read === 0) return { good, size };
      buffer.copyWithin(0, at, filled);
      filled -= at;
    }
  } finally {
    fs.closeSync(fd);
  }
}

function fileName(segment: number, kind: 'log' | 'snapshot'): string {
  return `devdb.${String(segment).padStart(6, '0')}.${kind}`;
}

function syncDirectory(directory: string): void {
  const fd = fs.openSync(directory, 'r');
  try {
    fs.fsyncSync(fd);
  } finally {
    fs.closeSync(fd);
  }
}

/** What opening a log needs. */
export interface LogOptions {
  readonly dataDir: string;
  /** Whether `durable()` waits until the disk has the frames, or is content with the operating system having them. */
  readonly fsync: boolean;
  /** Takes every payload of the last snapshot and the log after it, oldest first. */
  readonly replay: (payload: Buffer) => void;
  /** Told what had to be dropped. */
  readonly warn: (message: string, details: Record<string, unknown>) => void;
}

/** The open log of one data directory. */
export class Log {
  readonly #directory: string;
  readonly #fsync: boolean;
  readonly #releaseLock: () => void;
  #segment: number;
  #fd: number;
  #size: number;
  /** Frames appended by this process, and how many of these the disk is known to have. */
  #appended = 0;
  #synced = 0;
  #syncing: Promise<void> = Promise.resolve();
  #nextSync: Promise<void> | undefined;
  #snapshotting: Promise<void> | undefined;

  private constructor(options: LogOptions, releaseLock: () => void, segment: number, fd: number, size: number) {
    this.#directory = options.dataDir;
    this.#fsync = options.fsync;
    this.#releaseLock = releaseLock;
    this.#segment = segment;
    this.#fd = fd;
    this.#size = size;
  }

  /**
   * Locks the directory (made if there is none), replays what is in it and opens it for appending. A torn tail is cut
   * off the last segment, kept beside it in a file `….torn`, and told to `warn`.
   * @throws DataDirectoryError when another process holds the directory or a file before the tail is damaged
   */
  static open(options: LogOptions): Log {
    const { dataDir, replay, warn } = options;
    fs.mkdirSync(dataDir, { recursive: true });
    const releaseLock = lock(path.join(dataDir, 'devdb.lock'));
    try {
      const { snapshot, segments } = listSegments(dataDir);
      if (snapshot !== undefined) {
        const file = path.join(dataDir, fileName(snapshot, 'snapshot'));
        const { good, size } = readFrames(file, replay);
        if (good !== size) throw new DataDirectoryError(`${file} is damaged at byte ${String(good)}.`);
      }
      const last = segments.at(-1) ?? snapshot ?? 1;
      let length = 0;
      for (const segment of segments) {
        const file = path.join(dataDir, fileName(segment, 'log'));
        const { good, size } = readFrames(file, replay);
        length = good;
        if (good === size) continue;
        if (segment !== last) throw new DataDirectoryError(`${file} is damaged at byte ${String(good)}.`);
        fs.writeFileSync(`${file}.torn`, readTail(file, good));
        fs.truncateSync(file, good);
        warn('dropped the torn tail of the log', { file, keptBytes: good, droppedBytes: size - good });
      }
      const fd = fs.openSync(path.join(dataDir, fileName(last, 'log')), 'a');
      syncDirectory(dataDir);
      return new Log(options, releaseLock, last, fd, length);
    } catch (error) {
      releaseLock();
      throw error;
    }
  }

  /** Bytes in the segment that is being written. */
  get size(): number {
    return this.#size;
  }

  /** Writes one frame; when it returns the operating system has it, and a killed process no longer loses it. */
  append(payload: readonly Uint8Array[]): void {
    const bytes = frame(payload);
    for (let at = 0; at < bytes.length;) at += fs.writeSync(this.#fd, bytes, at);
    this.#size += bytes.length;
    this.#appended++;
  }

  /** Resolves when all that was appended is as durable as `fsync` asks for; undefined when it is already. */
  durable(): Promise<void> | undefined {
    if (!this.#fsync || this.#appended === this.#synced) return undefined;
    // One fdatasync at a time: what is appended while one runs shares the next.
    return (this.#nextSync ??= this.#syncing.then(() => {
      this.#nextSync = undefined;
      return (this.#syncing = this.#sync());
    }));
  }

  async #sync(): Promise<void> {
    const appended = this.#appended;
    await fdatasync(this.#fd);
    this.#synced = Math.max(this.#synced, appended);
  }

  /**
   * Begins a new segment and, while the caller goes on appending to it, writes a snapshot of everything before it; then
   * removes the older files. `payloads` must yield the state of the moment of the call, however late it is read.
   */
  compact(payloads: Iterable<readonly Uint8Array[]>): Promise<void> {
    this.#snapshotting ??= this.#compact(payloads).finally(() => (this.#snapshotting = undefined));
    return this.#snapshotting;
  }

  get compacting(): boolean {
    return this.#snapshotting !== undefined;
  }

  async #compact(payloads: Iterable<readonly Uint8Array[]>): Promise<void> {
    const segment = this.#segment + 1;
    const old = this.#fd;
    // The old segment must be whole on disk before anything is written to the next: only the last may be torn.
    if (this.#fsync) fs.fdatasyncSync(old);
    this.#synced = this.#appended;
    this.#fd = fs.openSync(path.join(this.#directory, fileName(segment, 'log')), 'ax');
    this.#segment = segment;
    this.#size = 0;
    await this.#syncing;
    fs.closeSync(old);
    const file = path.join(this.#directory, fileName(segment, 'snapshot'));
    const handle = await fs.promises.open(`${file}.tmp`, 'w');
    try {
      for (const payload of payloads) await handle.writeFile(frame(payload));
      await handle.datasync();
    } finally {
      await handle.close();
    }
    fs.renameSync(`${file}.tmp`, file);
    syncDirectory(this.#directory);
    for (let older = segment - 1; older > 0; older--) {
      const names = [fileName(older, 'log'), fileName(older, 'snapshot')].map((name) =>
        path.join(this.#directory, name),
      );
      const present = names.filter((name) => fs.existsSync(name));
      if (present.length === 0) break;
      for (const name of present) fs.unlinkSync(name);
    }
  }

  async close(): Promise<void> {
    await this.#snapshotting?.catch(() => undefined);
    await this.durable();
    fs.closeSync(this.#fd);
    this.#releaseLock();
  }
}

/** The newest whole snapshot and the segments to replay after it; removes what a killed compaction left. */
function listSegments(directory: string): { snapshot: number | undefined; segments: number[] } {
  let snapshot: number | undefined;
  const segments: number[] = [];
  for (const name of fs.readdirSync(directory).sort()) {
    if (name.endsWith('.snapshot.tmp')) fs.unlinkSync(path.join(directory, name));
    const parts = /^devdb\.(\d{6,})\.(log|snapshot)$/.exec(name);
    if (parts?.[2] === 'snapshot') snapshot = Number(parts[1]);
    else if (parts?.[2] === 'log') segments.push(Number(parts[1]));
  }
  const from = snapshot ?? 0;
  return { snapshot, segments: segments.filter((segment) => segment >= from).sort((a, b) => a - b) };
}

function readTail(file: string, from: number): Buffer {
  const fd = fs.openSync(file, 'r');
  try {
    const tail = Buffer.alloc(fs.fstatSync(fd).size - from);
    fs.readSync(fd, tail, 0, tail.length, from);
    return tail;
  } finally {
    fs.closeSync(fd);
  }
}
