import { expect, it } from '@jest/globals';
import { createLogger } from './log.ts';
import { errorFormatter } from './masking.ts';

const format = errorFormatter(createLogger({ name: 'test', level: 'silent', production: true }));

it('a bug is answered with one masked sentence', () => {
  expect(
    format({ message: 'x is not a function', extensions: { secret: 1 } }, new TypeError('x is not a function')),
  ).toEqual({
    message: 'Internal server error',
    extensions: { code: 'INTERNAL_SERVER_ERROR' },
  });
});

it.each([
  ['a long word', 'Unknown operation named xxx.', 'Unknown operation named xxx.'],
  ['a long text', `There is no "${'x'.repeat(900_000)}" here.`, `There is no "${'x'.repeat(99)}…" here.`],
  ['a long word', `There is no ${'x'.repeat(900_000)} here.`, `There is no ${'x'.repeat(100)}… here.`],
  [
    'a text with quotes in it',
    `Got "${'x\\"'.repeat(5000)}"; expected "y" and the like, which is a sentence that is long in itself but has no long part.`,
    `Got "${'x\\"'.repeat(33)}…"; expected "y" and the like, which is a sentence that is long in itself but has no long part.`,
  ],
  ['many words', 'word '.repeat(1000), `${'word '.repeat(60).slice(0, 299)}…`],
])('a message quotes only the beginning of %s', (_, message, told) => {
  const extensions = { code: 'BAD_USER_INPUT' };
  expect(format({ message, extensions }, undefined)).toEqual({ message: told, extensions });
});
