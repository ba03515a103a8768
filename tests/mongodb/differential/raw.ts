/** A connection that sends commands as they are, and returns whole replies: no driver adds, repeats or reads anything. */
import { once } from 'node:events';
import { type Socket, connect } from 'node:net';
import { type Document, deserialize, serialize } from 'bson';

const OP_MSG = 2013;
/** Of a message and of a section: length, two request ids, the kind of message; flags; the kind of section. */
const HEADER_BYTES = 21;

export class Raw implements AsyncDisposable {
  readonly #socket: Socket;
  readonly #waiting = new Map<number, (reply: Document) => void>();
  #received: Buffer = Buffer.alloc(0);
  #lastId = 0;

  private constructor(socket: Socket) {
    this.#socket = socket;
    socket.on('data', (bytes) => {
      this.#take(bytes);
    });
  }

  static async open(port: number): Promise<Raw> {
    const socket = connect(port, '127.0.0.1');
    await once(socket, 'connect');
    return new Raw(socket);
  }

  /** Commands of one connection are answered in their order, unless they wait for each other. */
  send(command: Document): Promise<Document> {
    const body = serialize(command, { ignoreUndefined: true });
    const head = Buffer.alloc(HEADER_BYTES);
    this.#lastId += 1;
    head.writeInt32LE(HEADER_BYTES + body.length, 0);
    head.writeInt32LE(this.#lastId, 4);
    head.writeInt32LE(OP_MSG, 12);
    const id = this.#lastId;
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, resolve);
      this.#socket.once('close', () => {
        if (this.#waiting.has(id)) reject(new Error(`the connection was closed during ${JSON.stringify(command)}`));
      });
      this.#socket.write(Buffer.concat([head, body]));
    });
  }

  #take(bytes: Buffer): void {
    this.#received = Buffer.concat([this.#received, bytes]);
    while (this.#received.length >= 4 && this.#received.length >= this.#received.readInt32LE(0)) {
      const size = this.#received.readInt32LE(0);
      const message = this.#received.subarray(0, size);
      this.#received = this.#received.subarray(size);
      const answered = message.readInt32LE(8);
      // Numbers keep their types, so that an int and a double are told apart.
      const reply = deserialize(message.subarray(HEADER_BYTES), { promoteValues: false, bsonRegExp: true });
      this.#waiting.get(answered)?.(reply);
      this.#waiting.delete(answered);
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#socket.destroy();
    await once(this.#socket, 'close').catch(() => undefined);
  }
}
