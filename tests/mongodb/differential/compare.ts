/** Compares the replies of the two servers to the same command. */
import { type Document, EJSON } from 'bson';

/** In which devdb may differ from MongoDB, and why. */
export const KNOWN = {
  'refused by name': 'devdb says that it does not have an operator, or a kind of index: its README lists them',
  'types of computed numbers':
    'a pipeline computes with the numbers of JavaScript, so a result of the same value may be an int where MongoDB has a double or a long',
  'the words of a message':
    'codes, names, labels and key patterns are compared; nobody should read more out of an error',
} as const;
export type Verdict = 'same' | keyof typeof KNOWN | 'different';

const NOT_IMPLEMENTED = 238;
const CANNOT_CREATE_INDEX = 67;

/** What depends on time, and on the server as a member of a set. */
const UNSTABLE = ['$clusterTime', 'operationTime', 'electionId', 'opTime', 'recoveryToken', 'commitQuorum'];

const isPlain = (value: unknown): value is Document =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const without = (given: Document, names: readonly string[]): Document =>
  Object.fromEntries(Object.entries(given).filter(([name]) => !names.includes(name)));
const inOrder = (given: Document): Document =>
  Object.fromEntries(Object.entries(given).sort(([a], [b]) => (a < b ? -1 : 1)));

/** The reply without what is unstable; its own fields in alphabetical order, those of stored documents as they come. */
function read(reply: Document): Document {
  const { cursor, writeErrors, errorLabels, ...rest } = without(reply, [...UNSTABLE, 'errmsg']);
  const shown: Document = rest;
  if (Array.isArray(errorLabels)) shown['errorLabels'] = errorLabels.map(String).sort();
  if (Array.isArray(writeErrors))
    shown['writeErrors'] = (writeErrors as Document[]).map((error) => inOrder(without(error, ['errmsg'])));
  if (isPlain(cursor))
    shown['cursor'] = inOrder({ ...without(cursor, ['atClusterTime', 'id']), isOpen: String(cursor['id']) !== '0' });
  return EJSON.serialize(inOrder(shown), { relaxed: false });
}

const NUMBER_TYPES = ['int', 'long', 'double', 'decimal'];

/** Numbers by their values, to as many digits as a double surely has; the names of their types are all one. */
function byValue(shown: unknown): unknown {
  if (Array.isArray(shown)) return shown.map(byValue);
  if (typeof shown === 'string' && NUMBER_TYPES.includes(shown)) return 'number';
  if (!isPlain(shown)) return shown;
  const entries: [string, unknown][] = Object.entries(shown);
  const [[name, value] = ['', undefined]] = entries;
  if (entries.length === 1 && /^\$number(?:Int|Long|Double|Decimal)$/.test(name)) return Number(value).toPrecision(14);
  return Object.fromEntries(Object.entries(shown).map(([key, each]) => [key, byValue(each)]));
}

const equal = (a: unknown, b: unknown): boolean => JSON.stringify(a) === JSON.stringify(b);

export function compare(command: Document, real: Document, ours: Document): Verdict {
  const [wanted, got] = [read(real), read(ours)];
  if (equal(wanted, got)) return equal(real['errmsg'], ours['errmsg']) ? 'same' : 'the words of a message';
  const code = Number(ours['code']);
  const refuses =
    code === NOT_IMPLEMENTED || (code === CANNOT_CREATE_INDEX && String(ours['errmsg']).includes('not supported'));
  if (refuses) return 'refused by name';
  if ('aggregate' in command && equal(byValue(wanted), byValue(got))) return 'types of computed numbers';
  return 'different';
}

/** A difference for the person who reads the test's output. */
export const show = (command: Document, real: Document, ours: Document): string =>
  [command, read(real), read(ours)]
    .map((each, n) => `${['command', 'MongoDB', 'devdb  '][n] ?? ''} ${EJSON.stringify(each, { relaxed: n === 0 })}`)
    .concat(`${String(real['errmsg'])} / ${String(ours['errmsg'])}`)
    .join('\n');
