/**
 * When an answer is over. A response says so itself only while it has the connection: one that waits behind another of the
 * same connection (HTTP pipelining) is forgotten without an event when the connection breaks, so the connection is asked too.
 */
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';

/** What is to be done when a connection closes: one listener for all of its requests, of which there may be hundreds. */
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
 * Calls `done` exactly once: when the answer has been sent whole, or when it never will be because its connection is closed.
 * @param done is told whether the answer was sent
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
  // Closed before anybody could listen: there is no event to come.
  if (socket.closed) finish();
}
