/**
 * What the tests of this folder share: a server in a directory of its own, and the official driver connected to it; and a
 * log without a server.
 */
import fs from 'node:fs';
import net from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { mongo } from 'mongoose';
import type { Doc } from '../bson/values.ts';
import { createDevdb, type DevdbOptions } from '../server.ts';
import { Log } from '../storage/log.ts';
import { MessageReader } from '../wire/messages.ts';

/** Documents as tests write them. */
export interface AnyDoc extends mongo.Document {
  _id: number | string;
}

export interface TestServer extends AsyncDisposable {
  uri: string;
  client: mongo.MongoClient;
  db: mongo.Db;
  collection: mongo.Collection<AnyDoc>;
  logged: { level: string; message: string; details: Record<string, unknown> }[];
  /** Closes the server and opens another on the same files. */
  restart(options?: Partial<DevdbOptions>): Promise<TestServer>;
}

/** Starts a server on a fresh directory that goes away with it. */
export async function startServer(options: Partial<DevdbOptions> = {}): Promise<TestServer> {
  const dataDir = fs.mkdtempSync(path.join(os.tmpdir(), 'devdb-'));
  return open({ fsync: false, ...options, dataDir });
}

async function open(options: DevdbOptions): Promise<TestServer> {
  const logged: TestServer['logged'] = [];
  const server = await createDevdb({
    ...options,
    log: (level, message, details = {}) => logged.push({ level, message, details }),
  });
  const client = await new mongo.MongoClient(server.uri).connect();
  const db = client.db('test');
  const close = async (): Promise<void> => {
    await client.close();
    await server.close();
  };
  return {
    uri: server.uri,
    client,
    db,
    collection: db.collection<AnyDoc>('things'),
    logged,
    restart: async (changed = {}) => {
      await close();
      return open({ ...options, ...changed });
    },
    [Symbol.asyncDispose]: async () => {
      await close();
      fs.rmSync(options.dataDir, { recursive: true, force: true });
    },
  };
}

/**
 * Sends one command as it stands, on a connection of its own: drivers put sessions of theirs into what they send.
 * @param options `promoteValues`: whether numbers are JavaScript's, as by default, or keep their types
 */
export async function send(
  uri: string,
  command: Doc | mongo.Document,
  options: { promoteValues?: boolean } = {},
): Promise<mongo.Document> {
  const { hostname, port } = new URL(uri);
  const body = Buffer.from(mongo.BSON.serialize(command));
  const head = Buffer.alloc(21);
  head.writeInt32LE(head.length + body.length, 0);
  head.writeInt32LE(1, 4);
  head.writeInt32LE(2013, 12);
  const socket = net.connect(Number(port), hostname);
  socket.write(Buffer.concat([head, body]));
  const reader = new MessageReader();
  try {
    for await (const chunk of socket) {
      const [reply] = reader.read(chunk as Buffer);
      if (reply !== undefined) return mongo.BSON.deserialize(reply.subarray(21), options);
    }
    throw new Error('the server closed the connection');
  } finally {
    socket.destroy();
  }
}

interface Stage {
  stage: string;
  indexName?: string;
  inputStage?: Stage;
  inputStages?: readonly Stage[];
}

/** The stages of an explained plan from the top down, and what running it looked at. */
export function explained(plan: mongo.Document): {
  stages: string[];
  keys: number;
  docs: number;
  index: string | undefined;
} {
  const stages: string[] = [];
  let index: string | undefined;
  const visit = (stage: Stage): void => {
    stages.push(stage.stage);
    index = stage.indexName ?? index;
    if (stage.inputStage !== undefined) visit(stage.inputStage);
    for (const each of stage.inputStages ?? []) visit(each);
  };
  const planner = plan['queryPlanner'] as { winningPlan: Stage };
  const stats = plan['executionStats'] as { totalKeysExamined: number; totalDocsExamined: number };
  visit(planner.winningPlan);
  return { stages, keys: stats.totalKeysExamined, docs: stats.totalDocsExamined, index };
}

/** A directory for a log alone. */
interface LogDirectory extends Disposable {
  dataDir: string;
  /** Opens the log and gives it with what it replayed and warned of. */
  open(fsync?: boolean): { log: Log; replayed: string[]; warnings: Record<string, unknown>[] };
}

export function logDirectory(): LogDirectory {
  const dataDir = fs.mkdtempSync(path.join(os.tmpdir(), 'devdb-log-'));
  return {
    dataDir,
    open: (fsync = false) => {
      const replayed: string[] = [];
      const warnings: Record<string, unknown>[] = [];
      const log = Log.open({
        dataDir,
        fsync,
        replay: (payload) => replayed.push(payload.toString()),
        warn: (_message, details) => warnings.push(details),
      });
      return { log, replayed, warnings };
    },
    [Symbol.dispose]: () => {
      fs.rmSync(dataDir, { recursive: true, force: true });
    },
  };
}

/** A log of these payloads, closed, and where each frame of it starts. */
export async function writtenLog(
  files: LogDirectory,
  texts: readonly string[],
): Promise<{ file: string; whole: Buffer; starts: number[] }> {
  const { log } = files.open();
  const starts: number[] = [];
  for (const text of texts) {
    starts.push(log.size);
    log.append(payloadOf(text));
  }
  await log.close();
  const file = path.join(files.dataDir, 'devdb.000001.log');
  return { file, whole: fs.readFileSync(file), starts };
}

/** A copy of the bytes with the bits of `mask` flipped in one of them. */
export const flip = (bytes: Buffer, at: number, mask = 0x40): Buffer => {
  const flipped = Buffer.from(bytes);
  flipped[at] = (flipped[at] ?? 0) ^ mask;
  return flipped;
};

export const payloadOf = (text: string): Buffer[] => [Buffer.from(text.slice(0, 2)), Buffer.from(text.slice(2))];
