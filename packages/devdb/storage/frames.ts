/**
 * Frames: how payloads are stored in a file, and how damage is recognized.
 *
 *     0  uint32  the payload's length, with the top bit set
 *     4  uint32  CRC-32 of all other bytes of the frame
 *     8  uint32  the number of the file's segment
 *    12  uint32  the number of the frame in its file, from 1
 *    16          the payload
 *
 * All numbers are little endian. The segment and frame numbers reveal missing frames. They also tell a frame after a
 * damaged place from bytes that only look like one: a copy of an older frame, or remains of a deleted segment. A frame
 * without a payload is an end mark: another file follows.
 *
 * Older versions wrote frames without numbers: the length (top bit clear), the payload's CRC-32, the payload. They can
 * still be read. A file may begin with them and continue with numbered ones.
 */
import fs from 'node:fs';
import { crc32 } from 'node:zlib';

const NUMBERED = 0x80000000;
const HEADER_BYTES = 16;
const UNNUMBERED_HEADER_BYTES = 8;
const READ_BYTES = 4 * 1024 * 1024;
/** At most this many bytes are searched for whole frames after a damaged place, which takes one or two seconds. */
const MAX_SEARCH_BYTES = 2 ** 31;

/** Identifies a frame: its segment, and its position in the file, from 1. */
interface FrameNumber {
  segment: number;
  frame: number;
}

/** The frame around a payload; an empty payload makes an end mark. */
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

/** Whether the frame that begins with this uint32 has numbers. */
const isNumbered = (head: number): boolean => head >= NUMBERED;

/** The lengths of the header and of the whole frame that begins with this uint32, in bytes. */
function extentOf(head: number): { header: number; total: number } {
  const header = isNumbered(head) ? HEADER_BYTES : UNNUMBERED_HEADER_BYTES;
  return { header, total: header + (head % NUMBERED) };
}

/** Whether the checksum of a complete frame is right. */
function isWhole(frame: Buffer): boolean {
  const isOld = !isNumbered(frame.readUInt32LE(0));
  return frame.readUInt32LE(4) === (isOld ? crc32(frame.subarray(UNNUMBERED_HEADER_BYTES)) : checksum(frame));
}

/** The good part of a file: what comes before its end or its first damage. */
export interface Content {
  /** The length of the file, and of its good part, in bytes. */
  size: number;
  good: number;
  /** How many frames the good part has, and whether any of them has a number. */
  frames: number;
  numbered: boolean;
  /** Whether the last of them is an end mark. */
  ended: boolean;
}

/**
 * Calls `visit` with every payload of the file up to the first frame that is incomplete, damaged or out of order.
 * Payloads are views into a reused buffer: copy what must outlive the call.
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

/** Whether this is the frame that must follow the good part so far. */
function isNext(frame: Buffer, segment: number, { frames, numbered }: Content): boolean {
  const head = frame.readUInt32LE(0);
  const isExpected = isNumbered(head)
    ? frame.readUInt32LE(8) === segment && frame.readUInt32LE(12) === frames + 1
    : !numbered && head > 0;
  return isExpected && isWhole(frame);
}

/**
 * Looks in the tail for a whole frame that was written after the good part. The search is limited to MAX_SEARCH_BYTES; a
 * candidate beyond the limit counts as whole, because refusing to start loses no data.
 * @param tail everything after the last good frame
 * @returns the offset of the frame in the tail, or null if there is none
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
