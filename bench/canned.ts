/**
 * A server with canned replies: it answers each command with a recorded reply of a real server. A client's rate against
 * it is the limit that the driver sets. `record` records replies through a proxy; `startCanned` plays them back in a
 * separate process, with one port for each tape.
 */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import net from 'node:net';

/** The last reply to each command, by the command's name: whole messages, in base64. */
export type Tape = Record<string, string>;

const REQUEST_ID = 4;
const RESPONSE_TO = 8;
const OP_CODE = 12;
const OP_QUERY = 2004;
/** An OP_MSG's body: after the header, the flags and the first section's kind, the document's length and an element's type. */
const FIRST_KEY = 16 + 4 + 1 + 4 + 1;

/** The first key of an OP_MSG's body; the driver sends that section first. OP_QUERY is the handshake's first hello. */
function commandName(message: Buffer): string {
  if (message.readInt32LE(OP_CODE) === OP_QUERY) return 'OP_QUERY';
  return message.toString('latin1', FIRST_KEY, message.indexOf(0, FIRST_KEY));
}

/** Calls `take` with each whole message of a socket. */
function onMessages(socket: net.Socket, take: (message: Buffer) => void): void {
  let pending: Buffer = Buffer.alloc(0);
  socket.on('data', (chunk) => {
    pending = pending.length === 0 ? chunk : Buffer.concat([pending, chunk]);
    while (pending.length >= 16 && pending.length >= pending.readInt32LE(0)) {
      const size = pending.readInt32LE(0);
      take(pending.subarray(0, size));
      pending = pending.subarray(size);
    }
  });
  socket.on('error', () => socket.destroy());
}

async function listen(server: net.Server): Promise<number> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the server has no port');
  return address.port;
}

/** Records the replies of the server at `port` while `use` runs against a proxy, whose port it gets. */
export async function record(port: number, use: (proxyPort: number) => Promise<void>): Promise<Tape> {
  const tape: Tape = {};
  const proxy = net.createServer((client) => {
    const server = net.connect(port, '127.0.0.1');
    const asked = new Map<number, string>();
    onMessages(client, (message) => {
      asked.set(message.readInt32LE(REQUEST_ID), commandName(message));
      server.write(message);
    });
    onMessages(server, (message) => {
      const name = asked.get(message.readInt32LE(RESPONSE_TO));
      if (name !== undefined) tape[name] = message.toString('base64');
      client.write(message);
    });
    client.on('close', () => server.destroy());
  });
  const proxyPort = await listen(proxy);
  await use(proxyPort);
  proxy.close();
  return tape;
}

export interface Canned extends Disposable {
  /** A port for each tape, in their order. */
  ports: readonly number[];
  /** The CPU time that it has used so far, in microseconds. */
  cpu: () => Promise<number>;
}

export async function startCanned(tapes: readonly Tape[]): Promise<Canned> {
  const child = fork(import.meta.filename, ['--serve'], { execArgv: ['--import', 'tsx'] });
  child.send(tapes);
  const [ports] = (await once(child, 'message')) as [number[]];
  const cpu = async (): Promise<number> => {
    child.send('cpu');
    const [microseconds] = (await once(child, 'message')) as [number];
    return microseconds;
  };
  return { ports, cpu, [Symbol.dispose]: () => void child.kill() };
}

/** The CPU time of a process, in microseconds. */
export const cpuOf = ({ user, system }: NodeJS.CpuUsage): number => user + system;

async function play(tape: Tape): Promise<number> {
  const replies = new Map(Object.entries(tape).map(([name, reply]) => [name, Buffer.from(reply, 'base64')]));
  return listen(
    net.createServer({ noDelay: true }, (socket) => {
      onMessages(socket, (message) => {
        const recorded = replies.get(commandName(message));
        // For a command that is not on the tape (endSessions, at the end), the connection is closed.
        if (recorded === undefined) return void socket.end();
        const reply = Buffer.from(recorded);
        reply.writeInt32LE(message.readInt32LE(REQUEST_ID), RESPONSE_TO);
        socket.write(reply);
      });
    }),
  );
}

if (process.argv[2] === '--serve') {
  const [tapes] = (await once(process, 'message')) as [Tape[]];
  process.send?.(await Promise.all(tapes.map(play)));
  process.on('message', () => process.send?.(cpuOf(process.cpuUsage())));
}
