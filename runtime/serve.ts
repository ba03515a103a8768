/** Serves an app as a process: listens, prints the address, and ends in order. */
import cluster from 'node:cluster';
import type { Logger } from './log.ts';
import { onEnd } from './process.ts';
import type { App } from './server.ts';

/**
 * Listens, and prints the address at every log level. On SIGTERM or SIGINT, refuses new requests, finishes those in flight, calls
 * `onClose` and exits with code 0.
 * @returns the port
 */
export async function serve(
  app: App,
  options: { name: string; host: string; port: number; log: Logger; onClose?: () => Promise<void> },
): Promise<number> {
  const { name, host, port, log, onClose } = options;
  const address = new URL(await listen(app, name, host, port));
  // The process that started the workers prints the address once all of them listen.
  if (cluster.isWorker) process.send?.(address.origin);
  else console.info(`${name} listens on ${address.origin}`);
  onEnd(async () => {
    log.info('ending');
    await app.drain();
    await onClose?.();
  });
  return Number(address.port);
}

async function listen(app: App, name: string, host: string, port: number): Promise<string> {
  try {
    return await app.fastify.listen({ host, port });
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EADDRINUSE') throw portInUse(name, port);
    throw error;
  }
}

export const portInUse = (name: string, port: number): Error =>
  new Error(
    `Port ${String(port)} is in use: end the process that listens there, or set ${name.toUpperCase()}_PORT to another port (0: any free one).`,
  );
