/**
 * MongoDB's wire protocol: takes messages out of a stream of bytes and makes replies. OP_MSG with section kinds 0 and 1,
 * and OP_QUERY for the `hello` that some drivers still begin with. Knows nothing of commands.
 */
import { deserialize, BSONError } from 'bson';
import { decode, type Doc } from '../bson/values.ts';
import { commandError, failedToParse } from '../errors.ts';

const OP_REPLY = 1;
const OP_QUERY = 2004;
const OP_MSG = 2013;

const CHECKSUM_PRESENT = 1;
const MORE_TO_COME = 2;

/** The longest message that is taken, in bytes. */
export const MAX_MESSAGE_BYTES = 48_000_000;

/** A command as it came over the wire. */
export interface CommandRequest {
  requestId: number;
  /** The command's name: the first key of its body. */
  name: string;
  db: string;
  body: Doc;
  /** What an `insert` brings, as bytes; empty for every other command. */
  documents: readonly Buffer[];
  /** Whether the client wants no reply (an unacknowledged write). */
  moreToCome: boolean;
  /** Whether it came as OP_QUERY and is answered by OP_REPLY. */
  legacy: boolean;
}

/** A message that can't be answered: the connection is closed. */
class ProtocolError extends Error {
  override readonly name = 'ProtocolError';
}

/** Puts a stream's chunks together into messages. */
export class MessageReader {
  #chunks: Buffer[] = [];
  #length = 0;

  /**
   * Takes a chunk and returns the messages that it completes.
   * @throws ProtocolError when a message's length can't be right
   */
  read(chunk: Buffer): Buffer[] {
    this.#chunks.push(chunk);
    this.#length += chunk.length;
    const messages: Buffer[] = [];
    while (this.#length >= 16) {
      const head = this.#peek(4);
      const size = head.readInt32LE(0);
      if (size < 16 || size > MAX_MESSAGE_BYTES) throw new ProtocolError(`a message of ${String(size)} bytes`);
      if (this.#length < size) break;
      messages.push(this.#take(size));
    }
    return messages;
  }

  #peek(size: number): Buffer {
    if ((this.#chunks[0] as Buffer).length < size) this.#chunks = [Buffer.concat(this.#chunks)];
    return this.#chunks[0] as Buffer;
  }

  #take(size: number): Buffer {
    // Joined once, when all is there: a large message comes in hundreds of chunks.
    const all = this.#chunks.length === 1 ? (this.#chunks[0] as Buffer) : Buffer.concat(this.#chunks);
    this.#length -= size;
    this.#chunks = this.#length === 0 ? [] : [all.subarray(size)];
    return all.subarray(0, size);
  }
}

/**
 * Reads one message.
 * @throws ProtocolError for an opcode or section that isn't spoken here
 * @throws CommandError for malformed BSON
 */
export function parseRequest(message: Buffer): CommandRequest {
  const requestId = message.readInt32LE(4);
  const opCode = message.readInt32LE(12);
  if (opCode === OP_QUERY) return parseQuery(message, requestId);
  if (opCode !== OP_MSG) throw new ProtocolError(`opcode ${String(opCode)} is not supported`);
  const flags = message.readUInt32LE(16);
  const end = message.length - ((flags & CHECKSUM_PRESENT) === 0 ? 0 : 4);
  let body: Doc = {};
  let documents: readonly Buffer[] = [];
  const sequences: [name: string, documents: Buffer[]][] = [];
  let at = 20;
  while (at < end) {
    const kind = message[at];
    const start = at + 1;
    const size = message.readInt32LE(start);
    if (size < 5 || start + size > end) throw new ProtocolError('a section longer than its message');
    if (kind === 0) [body, documents] = parseBody(message.subarray(start, start + size));
    else if (kind === 1) sequences.push(parseSequence(message.subarray(start, start + size)));
    else throw new ProtocolError(`section kind ${String(kind)} is not supported`);
    at = start + size;
  }
  for (const [name, sequence] of sequences) {
    if (name === 'documents') documents = sequence;
    else body[name] = sequence.map(decode);
  }
  const name = Object.keys(body)[0] ?? '';
  const db = body['$db'];
  if (typeof db !== 'string') throw failedToParse('OP_MSG requests require a $db argument');
  return { requestId, name, db, body, documents, moreToCome: (flags & MORE_TO_COME) !== 0, legacy: false };
}

function parseBody(bytes: Buffer): [body: Doc, documents: readonly Buffer[]] {
  // 0x02 "insert": the only command whose documents stay as they came.
  if (bytes.toString('latin1', 4, 12) !== '\x02insert\0') return [decode(bytes), []];
  try {
    const body = deserialize(bytes, { promoteValues: false, bsonRegExp: true, fieldsAsRaw: { documents: true } });
    const documents: unknown = body['documents'];
    return [body, Array.isArray(documents) && documents.every((each) => Buffer.isBuffer(each)) ? documents : []];
  } catch (error) {
    if (error instanceof BSONError) throw commandError('InvalidBSON', error.message);
    throw error;
  }
}

function parseSequence(bytes: Buffer): [name: string, documents: Buffer[]] {
  let at = bytes.indexOf(0, 4) + 1;
  const name = bytes.toString('utf8', 4, at - 1);
  const documents: Buffer[] = [];
  while (at < bytes.length) {
    const size = bytes.readInt32LE(at);
    if (size < 5 || at + size > bytes.length) throw new ProtocolError('a document longer than its section');
    documents.push(bytes.subarray(at, at + size));
    at += size;
  }
  return [name, documents];
}

/** OP_QUERY: flags, the full name of `<db>.$cmd`, skip, limit, the command. */
function parseQuery(message: Buffer, requestId: number): CommandRequest {
  const nameEnd = message.indexOf(0, 20);
  const db = message.toString('utf8', 20, nameEnd).split('.')[0] ?? '';
  const body = decode(message.subarray(nameEnd + 9));
  const name = Object.keys(body)[0] ?? '';
  return { requestId, name, db, body, documents: [], moreToCome: false, legacy: true };
}

let nextRequestId = 1;

/** The reply to `request`: a document's bytes. */
export function encodeReply(request: Pick<CommandRequest, 'requestId' | 'legacy'>, reply: Buffer): Buffer {
  const bodyStart = request.legacy ? 36 : 21;
  const message = Buffer.allocUnsafe(bodyStart + reply.length);
  message.writeInt32LE(message.length, 0);
  message.writeInt32LE((nextRequestId = (nextRequestId + 1) & 0x7fffffff), 4);
  message.writeInt32LE(request.requestId, 8);
  message.writeInt32LE(request.legacy ? OP_REPLY : OP_MSG, 12);
  // OP_MSG: flags and section kind. OP_REPLY: flags (8: awaitCapable), cursor id, starting from, one document.
  message.fill(0, 16, bodyStart);
  if (request.legacy) {
    message.writeInt32LE(8, 16);
    message.writeInt32LE(1, 32);
  }
  reply.copy(message, bodyStart);
  return message;
}
