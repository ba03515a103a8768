/** MongoDB's regular expressions (PCRE) as JavaScript's. What JavaScript can't express is refused, not approximated. */
import { BSONRegExp } from 'bson';
import { locationError, notSupported } from '../errors.ts';

/** A regular expression as BSON has it. */
export interface Regex {
  pattern: string;
  options: string;
}

/** What JavaScript reads as a plain letter or not at all: \A \z \Q..\E, possessive and atomic groups, and the like. */
const PCRE_ONLY = /\\[AZzGhHRKQEXN]|\(\?[>|R#]|[*+?}]\+|\[\[:/;

/**
 * @param options letters of MongoDB's `$options`: i, m, s, u (implied) and x
 * @throws CommandError 51091 on an invalid pattern, 51108 on an invalid option, 238 on what JavaScript lacks
 */
export function compileRegex(pattern: string, options: string): RegExp {
  const inline = /^\(\?([imsx]+)\)/.exec(pattern);
  const letters = new Set(options + (inline?.[1] ?? ''));
  const body = pattern.slice(inline?.[0].length ?? 0);
  for (const letter of letters) {
    if (!'imsxu'.includes(letter)) throw locationError(51108, `invalid flag in regex options: ${letter}`);
  }
  if (PCRE_ONLY.test(body)) throw notSupported(`the regular expression ${pattern}`);
  const source = letters.delete('x') ? withoutLayout(body) : body;
  letters.delete('u');
  const flags = [...letters].join('');
  try {
    return new RegExp(source, `${flags}u`);
  } catch {
    // Unicode mode refuses escapes that PCRE allows, such as "\-".
  }
  try {
    return new RegExp(source, flags);
  } catch (error) {
    throw locationError(51091, `Regular expression is invalid: ${error instanceof Error ? error.message : pattern}`);
  }
}

/** A pattern under option x: blanks and comments outside character classes mean nothing. */
function withoutLayout(pattern: string): string {
  return pattern.replace(/(\\[^]|\[(?:\\[^]|[^\]\\])*\])|\s+|#[^\n]*/g, '$1');
}

/** The test that a regular expression stands for in a query: a string that it matches, or the same expression. */
export function regexTest({ pattern, options }: Regex): (value: unknown) => boolean {
  const compiled = compileRegex(pattern, options);
  // As BSON keeps them, in alphabetical order.
  const letters = Array.from(options).sort().join('');
  return (value) =>
    typeof value === 'string'
      ? compiled.test(value)
      : value instanceof BSONRegExp && value.pattern === pattern && value.options === letters;
}
