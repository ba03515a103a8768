/** Proxies that count GraphQL calls to a subgraph and commands to the database. They pass every byte through unchanged. */
import { type Server, createServer as createHttpServer } from 'node:http';
import { type Socket, connect, createServer } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { deserialize } from 'bson';

export interface Meter<T> extends AsyncDisposable {
  /** Returns what has passed since the last call. */
  take: () => T[];
  /** How many have passed since the last `take`. */
  count: () => number;
}

/** One GraphQL call and its answer. */
export interface HttpCall {
  /** Of both bodies. */
  bytes: number;
}

/** Between a caller and the subgraph at `target`, an origin. */
export async function meterHttp(port: number, target: string): Promise<Meter<HttpCall>> {
  const calls: HttpCall[] = [];
  const server: Server = createHttpServer((request, response) => {
    const pass = async (): Promise<void> => {
      const body = await buffer(request);
      const {
        connection: _hop,
        'content-length': _length,
        'transfer-encoding': _encoding,
        host: _host,
        ...headers
      } = request.headers;
      const answer = await fetch(`${target}${request.url ?? ''}`, {
        method: 'POST',
        headers: Object.entries(headers).map(([name, value]) => [name, String(value)] as [string, string]),
        body,
      });
      const bytes = Buffer.from(await answer.arrayBuffer());
      calls.push({ bytes: body.length + bytes.length });
      response.writeHead(answer.status, { 'content-type': answer.headers.get('content-type') ?? '' });
      response.end(bytes);
    };
    pass().catch(() => response.destroy());
  });
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  return {
    take: () => calls.splice(0),
    count: () => calls.length,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** One command to the database and its reply. */
export interface DatabaseCommand {
  /** Such as `find`. */
  name: string;
  /** Its collection; undefined if it has none. */
  collection: string | undefined;
  body: Record<string, unknown>;
  /** Of both messages, headers included. */
  bytes: number;
}

/** Commands by which drivers maintain the connection. */
const HOUSEKEEPING = new Set(['hello', 'ismaster', 'ping', 'endSessions', 'buildInfo']);

const OP_MSG = 2013;

/** Between the subgraphs and the database at a port: commands in MongoDB's wire protocol. */
export async function meterDatabase(port: number, target: number): Promise<Meter<DatabaseCommand>> {
  const commands: DatabaseCommand[] = [];
  const sockets = new Set<Socket>();
  const server = createServer((client) => {
    const upstream = connect(target, '127.0.0.1');
    const asked = new Map<number, DatabaseCommand>();
    const ends = [
      [client, upstream],
      [upstream, client],
    ] as const;
    for (const [from, to] of ends) {
      sockets.add(from);
      from.on('error', () => to.destroy());
      from.on('close', () => to.destroy());
      from.pipe(to);
    }
    onMessages(client, (message) => {
      const command = message.readInt32LE(12) === OP_MSG ? read(message) : undefined;
      if (command !== undefined) asked.set(message.readInt32LE(4), command);
    });
    onMessages(upstream, (message) => {
      const command = asked.get(message.readInt32LE(8));
      if (command === undefined) return;
      asked.delete(message.readInt32LE(8));
      commands.push({ ...command, bytes: command.bytes + message.length });
    });
  });
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  return {
    take: () => commands.splice(0),
    count: () => commands.length,
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** Calls `take` with each whole message. */
function onMessages(socket: Socket, take: (message: Buffer) => void): void {
  let rest: Buffer = Buffer.alloc(0);
  socket.on('data', (bytes: Buffer) => {
    rest = Buffer.concat([rest, bytes]);
    while (rest.length >= 4 && rest.length >= rest.readInt32LE(0)) {
      const size = rest.readInt32LE(0);
      take(rest.subarray(0, size));
      rest = rest.subarray(size);
    }
  });
}

/** The command in an OP_MSG, document sequences included; undefined for housekeeping and for recovery's polling. */
function read(message: Buffer): DatabaseCommand | undefined {
  const body: Record<string, unknown> = {};
  // After the header (16 bytes) and the flags (4): sections, each of which begins with its kind.
  for (let at = 20; at < message.length;) {
    const kind = message[at];
    const size = message.readInt32LE(at + 1);
    const section = message.subarray(at + 1, at + 1 + size);
    if (kind === 0) Object.assign(body, deserialize(section));
    else {
      const end = section.indexOf(0, 4);
      const documents: unknown[] = [];
      for (let from = end + 1; from < section.length;) {
        const length = section.readInt32LE(from);
        documents.push(deserialize(section.subarray(from, from + length)));
        from += length;
      }
      body[section.toString('utf8', 4, end)] = documents;
    }
    at += 1 + size;
  }
  const [name = '', collection] = Object.entries(body)[0] ?? [];
  const filter = body['filter'];
  const isRecovery = typeof filter === 'object' && filter !== null && 'nextAttemptAt' in filter;
  if (HOUSEKEEPING.has(name) || isRecovery) return undefined;
  return { name, collection: typeof collection === 'string' ? collection : undefined, body, bytes: message.length };
}
