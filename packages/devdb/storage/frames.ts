/**
 * Frames: how payloads lie in a file, and how what a file holds is told from damage.
 *
 *     0  uint32  the payload's length, with the top bit set
 *     4  uint32  CRC-32 of all other bytes of the frame
 *     8  uint32  the number of the file's segment
 *    12  uint32  the number of the frame in its file, from 1
 *    16          the payload
 *
 * All numbers are little endian. The numbers show that frames are missing, and they tell a frame behind damage from bytes
 * that look like one: a copy of an older frame, or what a deleted segment left on the disk. A frame without a payload is
 * the end mark of a file that another one follows.
 *
 * Older versions wrote frames without numbers: the length (top bit clear) and the payload's CRC-32, then the payload. They
 * are still read; a file can begin with them and go on with numbered ones.
 */
import fs from 'node:fs';
import { crc32 } from 'node:zlib';

const NUMBERED = 0x80000000;
const HEADER_BYTES = 16;
const UNNUMBERED_HEADER_BYTES = 8;
const READ_BYTES = 4 * 1024 * 1024;
/** How many bytes are checked for whole frames behind damage: one or two seconds' work. */
const MAX_SEARCH_BYTES = 2 ** 31;

/** Which frame of which file. */
export interface FrameNumber {
  readonly segment: number;
  readonly frame: number;
}

/** A payload, framed; without one, an end mark. */
export function encodeFrame({ segment, frame }: FrameNumber, payload: readonly Uint8Array[]): Buffer {
  let length = HEADER_BYTES;
  for (const part of payload) length += part.length;
  const bytes = Buffer.allocUnsafe(length);
  let at = HEADER_BYTES;
  for (const part of payload) {
    bytes.set(part, at);
    at += part.length;
  }
  bytes.writeUInt32LE(NUMBERED + length - HEADER_BYTES, 0);
  bytes.writeUInt32LE(segment, 8);
  bytes.writeUInt32LE(frame, 12);
  bytes.writeUInt32LE(checksum(bytes), 4);
  return bytes;
}

const checksum = (frame: Buffer): number => crc32(frame.subarray(8), crc32(frame.subarray(0, 4)));

/** Whether a frame that begins with this uint32 is of the format with numbers. */
const isNumbered = (head: number): boolean => head >= NUMBERED;

/** The header and the whole length, in bytes, of a frame that begins with this uint32. */
function extentOf(head: number): { header: number; total: number } {
  const header = isNumbered(head) ? HEADER_BYTES : UNNUMBERED_HEADER_BYTES;
  return { header, total: header + (head % NUMBERED) };
}

/** Whether the checksum of a frame, given from its first byte to its last, is right. */
function isWhole(frame: Buffer): boolean {
  const isOld = !isNumbered(frame.readUInt32LE(0));
  return frame.readUInt32LE(4) === (isOld ? crc32(frame.subarray(UNNUMBERED_HEADER_BYTES)) : checksum(frame));
}

/** What a file holds before its end or its first damage. */
export interface Content {
  /** The length of the file, and how many bytes of it are good, from the first. */
  readonly size: number;
  readonly good: number;
  /** How many frames these are, and whether any of them has a number. */
  readonly frames: number;
  readonly numbered: boolean;
  /** Whether the last one is an end mark. */
  readonly ended: boolean;
}

/**
 * Calls `visit` with every payload of the file up to the first frame that is incomplete, damaged or out of order. Payloads
 * are views into a buffer that is used again: copy what is kept.
 */
export function readFrames(file: string, segment: number, visit: (payload: Buffer) => void): Content {
  const fd = fs.openSync(file, 'r');
  try {
    const { size } = fs.fstatSync(fd);
    const content = { size, good: 0, frames: 0, numbered: false, ended: false };
    let buffer = Buffer.allocUnsafe(READ_BYTES);
    let filled = 0;
    for (;;) {
      const read = fs.readSync(fd, buffer, filled, buffer.length - filled, null);
      filled += read;
      let at = 0;
      while (filled - at >= UNNUMBERED_HEADER_BYTES) {
        const head = buffer.readUInt32LE(at);
        const { header, total } = extentOf(head);
        if (content.good + total > size) return content;
        if (at + total > filled) {
          if (total > buffer.length) {
            const larger = Buffer.allocUnsafe(total);
            buffer.copy(larger, 0, at, filled);
            buffer = larger;
            filled -= at;
            at = 0;
          }
          break;
        }
        const frame = buffer.subarray(at, at + total);
        if (!isNext(frame, segment, content)) return content;
        content.good += total;
        content.frames++;
        content.numbered ||= isNumbered(head);
        content.ended = total === header;
        if (!content.ended) visit(frame.subarray(header));
        at += total;
      }
      if (read === 0) return content;
      buffer.copyWithin(0, at, filled);
      filled -= at;
    }
  } finally {
    fs.closeSync(fd);
  }
}

/** Whether this is the frame that follows on what was read. */
function isNext(frame: Buffer, segment: number, { frames, numbered }: Content): boolean {
  const head = frame.readUInt32LE(0);
  const isExpected = isNumbered(head)
    ? frame.readUInt32LE(8) === segment && frame.readUInt32LE(12) === frames + 1
    : !numbered && head > 0;
  return isExpected && isWhole(frame);
}

/**
 * Looks for a whole frame that was written later than those that were read. At most so much is checked that a start takes
 * seconds longer; what is left unchecked counts as a whole frame, for a start that is refused loses nothing.
 * @param tail all that follows the last good frame
 * @returns where in the tail it begins; null where none is
 */
export function findFrame(tail: Buffer, segment: number, { frames, numbered }: Content): number | null {
  let checked = 0;
  for (let at = 0; at + UNNUMBERED_HEADER_BYTES <= tail.length; at++) {
    const head = tail.readUInt32LE(at);
    const end = at + extentOf(head).total;
    if (end > tail.length) continue;
    const isCandidate = isNumbered(head)
      ? tail.readUInt32LE(at + 8) === segment && tail.readUInt32LE(at + 12) > frames
      : !numbered && head > 0;
    if (!isCandidate) continue;
    if (checked > MAX_SEARCH_BYTES || isWhole(tail.subarray(at, end))) return at;
    checked += end - at;
  }
  return null;
}
