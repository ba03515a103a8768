/** What every process does with errors (runtime/masking.ts), and what a subgraph adds: an outage of its database is no bug. */
import { limitError, bounded } from '../../runtime/bounds.ts';
import type { Logger } from '../../runtime/log.ts';
import { type FormatError, codeOf as codeOfAny, errorFormatter, originalOf } from '../../runtime/masking.ts';
import { isDatabaseAway } from './outages.ts';

const AWAY = 'SERVICE_UNAVAILABLE';

/** The code that a client gets for what was thrown. */
export const codeOf = (error: unknown): string => (isDatabaseAway(error) ? AWAY : codeOfAny(error));

/**
 * Apollo Server's formatError, for a subgraph. Never throws.
 * @param tokens the limit of tokens in a document
 */
export function subgraphErrorFormatter(log: Logger, tokens: number): FormatError {
  const format = errorFormatter(log);
  return (given, error) => {
    const formatted = limitError(given, error, tokens);
    const original = originalOf(error);
    if (!isDatabaseAway(original)) return format(formatted, error);
    const { path } = formatted;
    log.error({ err: original, path }, 'the database is away');
    return { ...bounded(formatted), message: 'The database is away. Try again.', extensions: { code: AWAY } };
  };
}
