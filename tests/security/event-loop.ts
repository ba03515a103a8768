/**
 * Measures how long a process's event loop is held. event-loop.mjs measures inside the process, and reports over a Unix
 * socket.
 */
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';

export interface EventLoopMeter {
  /** The environment that the process must be started with. One process for each meter. */
  env: Record<string, string>;
  /** The longest hold in milliseconds since the last call. */
  longestHold: () => Promise<number>;
}

export function eventLoopMeter(): EventLoopMeter {
  const socket = path.join(tmpdir(), `event-loop-${randomUUID()}.sock`);
  return {
    env: {
      EVENT_LOOP_SOCKET: socket,
      NODE_OPTIONS: `--import ${new URL('event-loop.mjs', import.meta.url).href}`,
    },
    async longestHold() {
      let text = '';
      const connection = connect(socket)
        .setEncoding('utf8')
        .on('data', (chunk) => (text += String(chunk)));
      await once(connection, 'close');
      return Number(text);
    },
  };
}
