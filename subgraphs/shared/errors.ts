/** The subgraphs' error formatter: as in every process (runtime/masking.ts), but an outage of the database is not a bug. */
import { limitError, bounded } from '../../runtime/bounds.ts';
import type { Logger } from '../../runtime/log.ts';
import { type FormatError, codeOf as codeOfAny, errorFormatter, originalOf } from '../../runtime/masking.ts';
import { isDatabaseUnavailable } from './outages.ts';

const UNAVAILABLE = 'SERVICE_UNAVAILABLE';

/** The code of a thrown error. */
export const codeOf = (error: unknown): string => (isDatabaseUnavailable(error) ? UNAVAILABLE : codeOfAny(error));

/**
 * Apollo Server's formatError, for a subgraph. Never throws.
 * @param tokens the limit of tokens in a document
 */
export function subgraphErrorFormatter(log: Logger, tokens: number): FormatError {
  const format = errorFormatter(log);
  return (given, error) => {
    const formatted = limitError(given, error, tokens);
    const original = originalOf(error);
    if (!isDatabaseUnavailable(original)) return format(formatted, error);
    const { path } = formatted;
    log.error({ err: original, path }, 'the database is unavailable');
    return {
      ...bounded(formatted),
      message: 'The database is unavailable. Try again.',
      extensions: { code: UNAVAILABLE },
    };
  };
}
