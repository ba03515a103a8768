/** A proxy in front of a subgraph that does to a call what networks do: loses the answer, repeats the call, delays, breaks. */
import { type IncomingHttpHeaders, type IncomingMessage, type ServerResponse, createServer } from 'node:http';
import { text } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import { freePort } from '../harness.ts';

export const FAULTS = ['lost answer', 'asked twice', 'answer too late', 'reset in mid-body'] as const;
/** `held`: the caller sees a broken connection, and the call arrives only when the test releases it. */
type Fault = (typeof FAULTS)[number] | 'held';

interface Call {
  body: string;
  headers: IncomingHttpHeaders;
}
interface Reply {
  status: number;
  body: string;
}

export interface Proxy extends AsyncDisposable {
  /** The address to call instead of the subgraph's. */
  url: string;
  /** Decides what happens to a call, by its mutation or query; undefined: it passes. */
  fault: (body: string) => Fault | undefined;
  /** How late a late answer is, in milliseconds. */
  lateMs: number;
  /** How many calls met a fault. */
  met: number;
  /** Lets the held calls through, oldest first. @returns the subgraph's answers */
  arrive: () => Promise<string[]>;
}

/** @param target the origin of the subgraph; read for every call, because it may be started later */
export async function startProxy(target: () => string): Promise<Proxy> {
  const port = await freePort();
  const held: Call[] = [];
  let met = 0;

  const forward = async ({ body, headers }: Call): Promise<Reply> => {
    const passed = Object.entries(headers).filter(([name]) =>
      /^(authorization|content-type|x-|traceparent)/.test(name),
    );
    const response = await fetch(`${target()}/graphql`, {
      method: 'POST',
      headers: Object.fromEntries(passed.map(([name, value]) => [name, String(value)])),
      body,
    });
    return { status: response.status, body: await response.text() };
  };

  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const call: Call = { body: await text(request), headers: request.headers };
    const fault = proxy.fault(call.body);
    if (fault !== undefined) met += 1;
    if (fault === 'held') {
      held.push(call);
      response.destroy();
      return;
    }
    let reply = await forward(call);
    if (fault === 'asked twice') reply = await forward(call);
    if (fault === 'answer too late') await sleep(proxy.lateMs);
    if (fault === 'lost answer') {
      response.destroy();
      return;
    }
    response.writeHead(reply.status, {
      'content-type': 'application/json',
      'content-length': Buffer.byteLength(reply.body),
    });
    if (fault === 'reset in mid-body') {
      response.write(reply.body.slice(0, reply.body.length / 2), () => response.destroy());
      return;
    }
    response.end(reply.body);
  };

  const server = createServer((request, response) => {
    // If the subgraph is unavailable, so is its proxy.
    answer(request, response).catch(() => response.destroy());
  });
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));

  const proxy: Proxy = {
    url: `http://127.0.0.1:${port}/graphql`,
    fault: () => undefined,
    lateMs: 2000,
    get met() {
      return met;
    },
    async arrive() {
      const answers: string[] = [];
      for (const call of held.splice(0)) answers.push((await forward(call)).body);
      return answers;
    },
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
  return proxy;
}
