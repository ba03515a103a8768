/** The `arrayFilters` of an update: which elements `$[identifier]` stands for. */
import { rootsOf } from '../bson/path.ts';
import { isDoc, type Value } from '../bson/values.ts';
import { commandError, failedToParse, typeMismatch } from '../errors.ts';
import { compileFilter, type Matcher } from '../query/matcher.ts';

const IDENTIFIER = /^[a-z][a-zA-Z0-9]*$/;

/**
 * The filters by identifier; each matches the document `{identifier: element}`.
 * @throws CommandError 2 or 9 on a filter that isn't about one identifier, or is given twice
 */
export function parseArrayFilters(filters: readonly Value[]): ReadonlyMap<string, Matcher> {
  const parsed = new Map<string, Matcher>();
  for (const filter of filters) {
    if (!isDoc(filter)) throw typeMismatch('arrayFilters must be documents');
    const [identifier, other] = rootsOf(filter);
    if (identifier === undefined) {
      throw parsing('FailedToParse', 'Cannot use an expression without a top-level field name in arrayFilters');
    }
    if (other !== undefined) {
      throw parsing('FailedToParse', `Expected a single top-level field name, found '${identifier}' and '${other}'`);
    }
    if (!IDENTIFIER.test(identifier)) {
      throw parsing(
        'BadValue',
        `The top-level field name must be an alphanumeric string beginning with a lowercase letter, found '${identifier}'`,
      );
    }
    if (parsed.has(identifier)) {
      throw failedToParse(`Found multiple array filters with the same top-level field name ${identifier}`);
    }
    parsed.set(identifier, compileFilter(filter));
  }
  return parsed;
}

function parsing(codeName: 'BadValue' | 'FailedToParse', reason: string): Error {
  return commandError(codeName, `Error parsing array filter :: caused by :: ${reason}`);
}
