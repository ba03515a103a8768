/** A client's connection: takes its messages off the socket and writes the replies. */
import type net from 'node:net';
import type { ClientInfo, ServerState } from './commands/context.ts';
import { execute, unreadable } from './commands/dispatch.ts';
import { CommandError } from './errors.ts';
import { encodeReply, MessageReader, parseRequest, type CommandRequest } from './wire/messages.ts';

/** Answers the requests of one client in the order in which they come. */
export class ClientConnection implements ClientInfo {
  readonly id: number;
  appName = '';
  readonly #state: ServerState;
  readonly #socket: net.Socket;
  readonly #reader = new MessageReader();
  readonly #queue: Buffer[] = [];
  #working: Promise<void> | undefined;

  constructor(state: ServerState, socket: net.Socket) {
    this.#state = state;
    this.#socket = socket;
    this.id = ++state.counters.connectionsCreated;
    state.counters.connections++;
    socket.once('close', () => state.counters.connections--);
    // A client may disconnect at any time; 'close' follows the error.
    socket.on('error', () => undefined);
    socket.on('data', (chunk: Buffer) => {
      try {
        this.#queue.push(...this.#reader.read(chunk));
      } catch (error) {
        this.#refuse(error);
        return;
      }
      this.#working ??= this.#work().finally(() => (this.#working = undefined));
    });
  }

  /** Answers what has arrived and ends the connection. */
  async close(): Promise<void> {
    await this.#working;
    this.#socket.destroySoon();
  }

  async #work(): Promise<void> {
    for (let message = this.#queue.shift(); message !== undefined; message = this.#queue.shift()) {
      await this.#answer(message);
    }
  }

  async #answer(message: Buffer): Promise<void> {
    let request: CommandRequest;
    try {
      request = parseRequest(message);
    } catch (error) {
      if (!(error instanceof CommandError)) this.#refuse(error);
      else this.#socket.write(encodeReply({ requestId: message.readInt32LE(4), legacy: false }, unreadable(error)));
      return;
    }
    const reply = await execute(this.#state, request, this);
    if (reply === 'close') this.#socket.destroy();
    else if (!request.moreToCome) this.#socket.write(encodeReply(request, reply));
  }

  #refuse(error: unknown): void {
    this.#state.log('warn', 'closed a connection that does not speak the protocol', { err: error });
    this.#queue.length = 0;
    this.#socket.destroy();
  }
}
