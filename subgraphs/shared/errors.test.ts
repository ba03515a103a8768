import { once } from 'node:events';
import { type AddressInfo, connect, createServer } from 'node:net';
import { expect, it } from '@jest/globals';
import { createLogger } from '../../runtime/log.ts';
import { subgraphErrorFormatter } from './errors.ts';

const format = subgraphErrorFormatter(createLogger({ name: 'test', level: 'silent', production: true }), 100);

/** The error of a connection to a port where nothing listens any more. */
async function brokenConnection(): Promise<unknown> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  const [error] = (await once(connect(port, '127.0.0.1'), 'lookup').catch((cause: unknown) => [cause])) as [unknown];
  return error;
}

// https://github.com/mongodb/node-mongodb-native: a connection that breaks while the driver waits for 'drain' is not wrapped.
it("a connection that breaks is an outage, even if the driver doesn't wrap Node's own error", async () => {
  const error = await brokenConnection();
  expect(error).toHaveProperty('code', 'ECONNREFUSED');
  expect(format({ message: 'connect ECONNREFUSED 127.0.0.1', path: ['orders'] }, error)).toEqual({
    message: 'The database is unavailable. Try again.',
    path: ['orders'],
    extensions: { code: 'SERVICE_UNAVAILABLE' },
  });
});
