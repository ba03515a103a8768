/**
 * Loaded into a process under test (`--import`): tells, on a Unix socket, for how long the process's event loop was held at
 * most since it was asked last, in milliseconds. A worker of its own would not see the loop of the process; a route would be
 * open to everybody. tests/security/event-loop.ts asks.
 */
import { createServer } from 'node:net';
import { monitorEventLoopDelay } from 'node:perf_hooks';

const socket = process.env.EVENT_LOOP_SOCKET;
if (socket !== undefined) {
  const delays = monitorEventLoopDelay({ resolution: 5 });
  delays.enable();
  createServer((connection) => {
    // A timer that is due by now is counted first: it may be the one that came late.
    setTimeout(() => {
      connection.end(String(delays.max / 1e6));
      delays.reset();
    }, 10);
  })
    .listen(socket)
    .unref();
}
