/** The gateway's `formatError`: which errors clients see, and what of them. */
import { limitError } from '../runtime/bounds.ts';
import type { Logger } from '../runtime/log.ts';
import { type FormatError, errorFormatter } from '../runtime/masking.ts';
import { persistedQueryError } from './documents.ts';

/** graphql-js suggests names of fields and types that are spelled alike. That reveals as much as introspection. */
const SUGGESTION = / ?Did you mean .+\?$/;

export interface ErrorFormatterOptions {
  /** Whether introspection is allowed; otherwise messages suggest no names. */
  explorable: boolean;
  /** The most lexical tokens of a document. graphql-js refuses more without a code. */
  maxTokens: number;
  log: Logger;
}

/**
 * Masks bugs, as in every process. A subgraph's error without a code, or about the query that the gateway sent, is also
 * a bug.
 */
export function gatewayErrorFormatter({ explorable, maxTokens, log }: ErrorFormatterOptions): FormatError {
  const format = errorFormatter(log);
  return (given, error) => {
    const formatted = persistedQueryError(given) ?? limitError(given, error, maxTokens);
    const code = formatted.extensions?.['code'];
    const serviceName = formatted.extensions?.['serviceName'];
    if (code === 'UPSTREAM_UNAVAILABLE') {
      return { ...format(formatted, error), extensions: { code, serviceName } };
    }
    const isBug =
      code === 'DOWNSTREAM_SERVICE_ERROR' || (serviceName !== undefined && String(code).startsWith('GRAPHQL_'));
    if (isBug) return format({ ...formatted, extensions: {} }, error);
    if (code === 'INVALID_GRAPHQL')
      log.error({ path: formatted.path, why: formatted.message }, 'a subgraph sent a value that breaks the schema');
    const hides = !explorable && serviceName === undefined;
    return format(hides ? { ...formatted, message: formatted.message.replace(SUGGESTION, '') } : formatted, error);
  };
}
