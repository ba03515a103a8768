/**
 * The files in the data directory: an append-only log in numbered segments, snapshots, and the lock file. Every commit of
 * the store is one frame; log-entries.ts says what is in it.
 *
 *     devdb.000002.snapshot   everything up to the start of segment 2
 *     devdb.000002.log        every change since
 *     devdb.lock              held by the one process that serves this directory
 *
 * Every file but the last segment ends with an end mark. frames.ts says what a frame is.
 */
import fs from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';
import { type Content, encodeFrame, findFrame, readFrames } from './frames.ts';
import { DataDirectoryError, lock } from './lock.ts';

const fdatasync = promisify(fs.fdatasync);

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

interface LogOptions {
  dataDir: string;
  /** Whether `durable()` waits until the frames are on the disk, and not only with the operating system. */
  fsync: boolean;
  /** Gets every payload of the last snapshot and of the log after it, oldest first. */
  replay: (payload: Buffer) => void;
  /** Gets a message about what had to be dropped. */
  warn: (message: string, details: Record<string, unknown>) => void;
}

/** The open log of one data directory. */
export class Log {
  readonly #directory: string;
  readonly #fsync: boolean;
  readonly #releaseLock: () => void;
  #segment: number;
  #fd: number;
  #size: number;
  /** Number of frames in the current segment. */
  #frames: number;
  /** Number of frames that this process has appended, and how many of them are known to be on the disk. */
  #appended = 0;
  #synced = 0;
  #syncing: Promise<void> = Promise.resolve();
  #nextSync: Promise<void> | undefined;
  #snapshotting: Promise<void> | undefined;

  private constructor(
    options: LogOptions,
    releaseLock: () => void,
    tail: Pick<Content, 'good' | 'frames'> & { segment: number; fd: number },
  ) {
    this.#directory = options.dataDir;
    this.#fsync = options.fsync;
    this.#releaseLock = releaseLock;
    this.#segment = tail.segment;
    this.#fd = tail.fd;
    this.#size = tail.good;
    this.#frames = tail.frames;
  }

  /**
   * Locks the directory (creating it if needed), replays its files and opens it for appending. A torn tail is cut off
   * the last segment, kept beside it in a file `….torn`, and reported to `warn`. A damaged last frame counts as torn even if
   * it has its full length: after a power cut a torn write can look like that.
   * @throws DataDirectoryError when another process holds the directory, or when a file is missing, or damaged in a way that
   * cutting the tail would lose whole writes. No file has been changed then
   */
  static open(options: LogOptions): Log {
    const { dataDir, replay } = options;
    fs.mkdirSync(dataDir, { recursive: true });
    const releaseLock = lock(path.join(dataDir, 'devdb.lock'));
    try {
      const { snapshot, segments, leftovers } = listFiles(dataDir);
      if (snapshot !== undefined) readEnded(dataDir, snapshot, 'snapshot', replay);
      const last = segments.at(-1) ?? 1;
      for (const segment of segments.slice(0, -1)) readEnded(dataDir, segment, 'log', replay);
      const file = path.join(dataDir, fileName(last, 'log'));
      const tail = segments.length === 0 ? { good: 0, frames: 0 } : readTorn(file, last, options);
      const fd = fs.openSync(file, 'a');
      for (const name of leftovers) fs.unlinkSync(path.join(dataDir, name));
      syncDirectory(dataDir);
      return new Log(options, releaseLock, { ...tail, segment: last, fd });
    } catch (error) {
      releaseLock();
      throw error;
    }
  }

  /** The size of the current segment in bytes. */
  get size(): number {
    return this.#size;
  }

  /** Writes one frame. When this returns, the operating system has it, so it survives if the process is killed. */
  append(payload: readonly Uint8Array[]): void {
    const bytes = encodeFrame({ segment: this.#segment, frame: this.#frames + 1 }, payload);
    try {
      for (let at = 0; at < bytes.length;) at += fs.writeSync(this.#fd, bytes, at);
    } catch (error) {
      // Half a frame before the next one would count as damage.
      fs.ftruncateSync(this.#fd, this.#size);
      throw error;
    }
    this.#size += bytes.length;
    this.#frames++;
    this.#appended++;
  }

  /** Resolves when everything appended is as durable as `fsync` demands; undefined if it is already. */
  durable(): Promise<void> | undefined {
    if (!this.#fsync || this.#appended === this.#synced) return undefined;
    // One fdatasync at a time: all frames appended while it runs share the next one.
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
   * Begins a new segment, writes a snapshot of everything before it, and removes the older files. Meanwhile the caller may
   * append to the new segment. `payloads` must yield the state at the time of the call, even if it is read later.
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
    this.append([]);
    // Only the last segment may be torn, so the old one must be on the disk before the next is written to.
    if (this.#fsync) fs.fdatasyncSync(old);
    this.#synced = this.#appended;
    this.#fd = fs.openSync(path.join(this.#directory, fileName(segment, 'log')), 'ax');
    this.#segment = segment;
    this.#size = 0;
    this.#frames = 0;
    await this.#syncing;
    fs.closeSync(old);
    const file = path.join(this.#directory, fileName(segment, 'snapshot'));
    const handle = await fs.promises.open(`${file}.tmp`, 'w');
    try {
      let frames = 0;
      for (const payload of payloads) await handle.writeFile(encodeFrame({ segment, frame: ++frames }, payload));
      await handle.writeFile(encodeFrame({ segment, frame: ++frames }, []));
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

/**
 * The newest snapshot, the segments to replay after it, and the leftovers of an interrupted compaction.
 * @throws DataDirectoryError when one of them is missing
 */
function listFiles(directory: string): { snapshot: number | undefined; segments: number[]; leftovers: string[] } {
  const names = fs.readdirSync(directory);
  const numbers = (kind: 'log' | 'snapshot'): number[] =>
    names
      .flatMap((name) => new RegExp(`^devdb\\.(\\d{6,})\\.${kind}$`).exec(name)?.[1] ?? [])
      .map(Number)
      .sort((a, b) => a - b);
  const snapshot = numbers('snapshot').at(-1);
  const segments = numbers('log').filter((segment) => segment >= (snapshot ?? 0));
  const missing = (segment: number, kind: 'log' | 'snapshot'): void => {
    throw unreadable(`${path.join(directory, fileName(segment, kind))} is missing.`);
  };
  const [first = snapshot] = segments;
  if (snapshot === undefined && first !== undefined && first > 1) missing(first, 'snapshot');
  for (let segment = snapshot ?? 1; segment <= (segments.at(-1) ?? snapshot ?? 0); segment++) {
    if (!segments.includes(segment)) missing(segment, 'log');
  }
  return { snapshot, segments, leftovers: names.filter((name) => name.endsWith('.snapshot.tmp')) };
}

const unreadable = (what: string): DataDirectoryError =>
  new DataDirectoryError(
    `${what} Nothing was changed. Restore a copy of the data directory, or start with an empty one.`,
  );

/** Replays a file that is followed by another one and must therefore be whole. */
function readEnded(directory: string, segment: number, kind: 'log' | 'snapshot', replay: LogOptions['replay']): void {
  const file = path.join(directory, fileName(segment, kind));
  const { good, size, frames, numbered, ended } = readFrames(file, segment, replay);
  if (good < size) throw unreadable(`${file} is damaged at byte ${String(good)}.`);
  // Files without numbered frames were written before end marks existed.
  if (!ended && (numbered || frames === 0)) {
    throw unreadable(`${file} ends at byte ${String(size)}, before its end mark: later writes are missing.`);
  }
}

/** Replays the last segment and cuts off a torn tail. */
function readTorn(file: string, segment: number, { replay, warn }: LogOptions): Content {
  const content = readFrames(file, segment, replay);
  const { good, size } = content;
  if (good === size) return content;
  const tail = readTail(file, good);
  const whole = findFrame(tail, segment, content);
  if (whole !== null) {
    throw new DataDirectoryError(
      `${file} is damaged at byte ${String(good)}, and whole writes follow from byte ${String(good + whole)}. Nothing was changed. ` +
        `Restore a copy of the file, or give up all writes after the damage: truncate -s ${String(good)} '${file}'`,
    );
  }
  fs.writeFileSync(`${file}.torn`, tail);
  fs.truncateSync(file, good);
  warn('dropped the torn tail of the log', { file, keptBytes: good, droppedBytes: size - good });
  return content;
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
