/**
 * A replica set of three real servers for tests of failover. Members and clients reach a member through a proxy that can
 * cut it off: then nothing arrives at it, and no connection breaks, as if a cable had been pulled. What the member itself
 * sends to the others still arrives.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { type Socket, connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { freePort, until } from './harness.ts';
import { REPLICA_SET, initiate, spawnMongod, untilState, withServer } from './mongod.ts';
import { Process } from './process.ts';

const MEMBERS = 3;

interface Member extends Process {
  cutOff: () => void;
  /** Lets everything through again. The connections that were held break. */
  reconnect: () => void;
}

export interface ReplicaSet extends AsyncDisposable {
  uri: string;
  members: readonly Member[];
  /** Waits for a member that takes writes and can be reached. */
  primary: () => Promise<Member>;
  /** Makes the primary a secondary, which another member replaces after an election. */
  stepDown: () => Promise<void>;
}

export async function startReplicaSet(): Promise<ReplicaSet> {
  const dataDir = await mkdtemp(path.join(tmpdir(), 'order-supergraph-set-'));
  const proxies = await Promise.all(Array.from({ length: MEMBERS }, async () => startProxy(await freePort())));
  let isFirstStart = true;
  const members = proxies.map(({ port, cutOff, reconnect }, n): Member => {
    const member = new Process('database', port, (_, print) =>
      spawnMongod(port, path.join(dataDir, String(n)), print, (server) =>
        isFirstStart ? Promise.resolve() : untilState(server, 'isWritablePrimary', 'secondary'),
      ),
    );
    return Object.assign(member, { cutOff, reconnect });
  });
  const primary = (): Promise<Member> =>
    until(
      'there is a primary',
      async () => {
        const cut = proxies.filter(({ isCut }) => isCut()).map(({ port }) => port);
        for (const member of members) {
          if (!member.isRunning || cut.includes(member.port)) continue;
          const hello = await withServer(member.port, (server) => server.command({ hello: 1 })).catch(() => undefined);
          if (hello?.['isWritablePrimary'] === true) return member;
        }
        return undefined;
      },
      60_000,
    );
  const set: ReplicaSet = {
    uri: `mongodb://${proxies.map(({ address }) => address).join()}/?replicaSet=${REPLICA_SET}`,
    members,
    primary,
    async stepDown() {
      const { port } = await primary();
      await withServer(port, (server) => server.command({ replSetStepDown: 20 }));
    },
    async [Symbol.asyncDispose]() {
      await Promise.all(members.map((member) => member.kill()));
      await Promise.all(proxies.map((proxy) => proxy.close()));
      await rm(dataDir, { recursive: true, force: true });
    },
  };
  try {
    await Promise.all(members.map((member) => member.start()));
    const ports = proxies.map(({ proxyPort }) => proxyPort);
    await withServer(members[0]?.port ?? 0, (server) => initiate(server, ports));
    await primary();
    isFirstStart = false;
    return set;
  } catch (error) {
    await set[Symbol.asyncDispose]();
    throw error;
  }
}

interface MemberProxy {
  /** The member's own port, and the one by which others reach it. */
  port: number;
  proxyPort: number;
  address: string;
  isCut: () => boolean;
  cutOff: () => void;
  reconnect: () => void;
  close: () => Promise<void>;
}

async function startProxy(port: number): Promise<MemberProxy> {
  const proxyPort = await freePort();
  const sockets = new Set<Socket>();
  let isCut = false;
  const keep = (socket: Socket): void => {
    sockets.add(socket);
    socket.on('error', () => undefined).on('close', () => sockets.delete(socket));
  };
  const server = createServer((outer) => {
    keep(outer);
    if (isCut) return;
    const inner = connect(port, '127.0.0.1');
    keep(inner);
    // A member that is down refuses connections, and breaks those that it had.
    inner.on('close', () => outer.destroy());
    outer.on('close', () => inner.destroy());
    outer.pipe(inner).pipe(outer);
  });
  await new Promise<void>((resolve) => server.listen(proxyPort, '127.0.0.1', resolve));
  return {
    port,
    proxyPort,
    address: `127.0.0.1:${String(proxyPort)}`,
    isCut: () => isCut,
    cutOff() {
      isCut = true;
      for (const socket of sockets) socket.unpipe().pause();
    },
    reconnect() {
      isCut = false;
      for (const socket of sockets) socket.destroy();
    },
    async close() {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
