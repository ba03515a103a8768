import { once } from 'node:events';
import { connect, createServer, type AddressInfo } from 'node:net';
import { expect, test } from '@jest/globals';
import { errorFormatter } from './errors.ts';
import { createLogger } from './log.ts';

const format = errorFormatter(createLogger({ name: 'test', level: 'silent', production: true }));

/** The error of a connection to a port where nobody listens any more. */
async function brokenConnection(): Promise<unknown> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  const [error] = (await once(connect(port, '127.0.0.1'), 'lookup').catch((cause: unknown) => [cause])) as [unknown];
  return error;
}

// https://github.com/mongodb/node-mongodb-native: a connection that breaks while the driver waits for 'drain' is not wrapped.
test("a connection that breaks is an outage, also where the driver lets Node's own error through", async () => {
  const error = await brokenConnection();
  expect(error).toHaveProperty('code', 'ECONNREFUSED');
  expect(format({ message: 'connect ECONNREFUSED 127.0.0.1', path: ['orders'] }, error)).toEqual({
    message: 'The database is away. Try again.',
    path: ['orders'],
    extensions: { code: 'SERVICE_UNAVAILABLE' },
  });
});

test('a bug is answered with one masked sentence', () => {
  expect(
    format({ message: 'x is not a function', extensions: { secret: 1 } }, new TypeError('x is not a function')),
  ).toEqual({
    message: 'Internal server error',
    extensions: { code: 'INTERNAL_SERVER_ERROR' },
  });
});

test.each([
  ['a long word', 'Unknown operation named xxx.', 'Unknown operation named xxx.'],
  ['a long text', `There is no "${'x'.repeat(900_000)}" here.`, `There is no "${'x'.repeat(99)}…" here.`],
  ['a long word', `There is no ${'x'.repeat(900_000)} here.`, `There is no ${'x'.repeat(100)}… here.`],
  [
    'a text with quotes in it',
    `Got "${'x\\"'.repeat(5000)}"; expected "y" and the like, which is a sentence that is long in itself but has no long part.`,
    `Got "${'x\\"'.repeat(33)}…"; expected "y" and the like, which is a sentence that is long in itself but has no long part.`,
  ],
  ['many words', 'word '.repeat(1000), `${'word '.repeat(60).slice(0, 299)}…`],
])('of %s that was sent, a message repeats the beginning', (_, message, told) => {
  const extensions = { code: 'BAD_USER_INPUT' };
  expect(format({ message, extensions }, undefined)).toEqual({ message: told, extensions });
});
