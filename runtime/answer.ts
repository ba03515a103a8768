/**
 * Detects when an answer has ended. A response emits an event only while it owns the connection. One that waits behind
 * another on the same connection (HTTP pipelining) is dropped without an event when the connection breaks, so this
 * listens to the connection, too.
 */
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';

/** The callbacks for a connection's close: one listener for all of its requests, of which there may be hundreds. */
const pending = new WeakMap<Socket, Set<() => void>>();

function onSocketClose(socket: Socket): Set<() => void> {
  let waiting = pending.get(socket);
  if (waiting === undefined) {
    const all = (waiting = new Set());
    pending.set(socket, all);
    socket.once('close', () => {
      for (const each of all) each();
    });
  }
  return waiting;
}

/**
 * Calls `done` exactly once: when the whole answer has been sent, or when its connection is closed before.
 * @param done gets whether the answer was sent
 */
export function whenAnswered(
  { raw: request }: { raw: IncomingMessage },
  { raw: response }: { raw: ServerResponse },
  done: (sent: boolean) => void,
): void {
  const { socket } = request;
  const finish = (): void => {
    if (!waiting.delete(finish)) return;
    response.off('close', finish);
    done(response.writableFinished);
  };
  const waiting = onSocketClose(socket).add(finish);
  response.once('close', finish);
  // Already closed: no event will come.
  if (socket.closed) finish();
}
