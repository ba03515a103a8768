/** Reads and checks the index specifications of `createIndexes`, and finds conflicts between them. */
import { isNumeric } from '../bson/numbers.ts';
import { show } from '../bson/show.ts';
import { equalValues, isDoc, type Doc, type Value } from '../bson/values.ts';
import { badValue, commandError, failedToParse, typeMismatch } from '../errors.ts';
import { compileFilter } from '../query/matcher.ts';

/** An index as `listIndexes` shows it. */
export interface IndexSpec {
  name: string;
  key: Readonly<Record<string, 1 | -1>>;
  unique?: true;
  sparse?: true;
  hidden?: true;
  partialFilterExpression?: Doc;
  expireAfterSeconds?: number;
}

const IGNORED_OPTIONS = new Set(['v', 'ns', 'background']);
const ID_OPTIONS = new Set(['key', 'name', 'v', 'ns', 'collation']);
const UNSUPPORTED_OPTIONS = new Set([
  'collation', 'weights', 'default_language', 'language_override', 'textIndexVersion', '2dsphereIndexVersion', 'bits',
  'min', 'max', 'wildcardProjection', 'storageEngine', 'clustered', 'prepareUnique', 'bucketSize',
]); // prettier-ignore

/**
 * Reads one entry of `createIndexes`.
 * @throws CommandError 9 or 197 for a malformed specification, 67 for an unsupported kind or option of index
 */
export function parseIndexSpec(given: Doc): IndexSpec {
  const { key: keyGiven, name } = given;
  if (!isDoc(keyGiven)) throw failedToParse("The 'key' field is a required property of an index specification");
  if (typeof name !== 'string') {
    throw failedToParse("The 'name' field is a required property of an index specification");
  }
  if (name === '') throw commandError('CannotCreateIndex', 'index name cannot be empty');
  checkIdOptions(keyGiven, given);
  const key: Record<string, 1 | -1> = {};
  for (const [path, direction] of Object.entries(keyGiven)) {
    if (path.includes('$**')) throw commandError('CannotCreateIndex', 'wildcard indexes are not supported');
    if (path === '' || path.startsWith('.') || path.endsWith('.') || path.startsWith('$')) {
      throw commandError('CannotCreateIndex', `Index keys cannot contain an empty field or start with '$': "${path}"`);
    }
    if (typeof direction === 'string') {
      throw commandError('CannotCreateIndex', `indexes of type "${direction}" are not supported`);
    }
    const number = typeof direction === 'object' || typeof direction === 'number' ? Number(direction) : NaN;
    if (Number.isNaN(number) || number === 0) {
      throw commandError('CannotCreateIndex', `Values in the index key pattern must be numbers other than 0: ${path}`);
    }
    key[path] = number > 0 ? 1 : -1;
  }
  if (Object.keys(key).length === 0) throw commandError('CannotCreateIndex', 'Index keys cannot be empty');
  const spec: { -readonly [K in keyof IndexSpec]: IndexSpec[K] } = { name, key };
  for (const [option, value] of Object.entries(given)) {
    switch (option) {
      case 'key':
      case 'name':
        break;
      case 'unique':
      case 'sparse':
      case 'hidden':
        if (typeof value !== 'boolean' && !isNumeric(value)) {
          throw typeMismatch(`The field '${option} has value ${show(value)}, which is not convertible to bool`);
        }
        if (truthy(value)) spec[option] = true;
        break;
      case 'expireAfterSeconds': {
        const seconds = Number(value);
        if (!(seconds >= 0 && seconds <= 2147483647)) {
          throw commandError('CannotCreateIndex', 'TTL index expireAfterSeconds must be within 0 to 2147483647');
        }
        if (Object.keys(key).length > 1) {
          throw commandError(
            'CannotCreateIndex',
            'TTL indexes are single-field indexes, compound indexes do not support TTL',
          );
        }
        spec.expireAfterSeconds = seconds;
        break;
      }
      case 'partialFilterExpression':
        if (!isDoc(value)) throw typeMismatch('partialFilterExpression must be an object');
        checkPartialFilter(value);
        spec.partialFilterExpression = value;
        break;
      default:
        if (option === 'collation' && isDoc(value) && value['locale'] === 'simple') break;
        if (UNSUPPORTED_OPTIONS.has(option)) {
          throw commandError('CannotCreateIndex', `the index option "${option}" is not supported`);
        }
        if (!IGNORED_OPTIONS.has(option)) {
          throw commandError(
            'InvalidIndexSpecificationOption',
            `The field '${option}' is not valid for an index specification. Specification: ${JSON.stringify(given)}`,
          );
        }
    }
  }
  if (spec.sparse === true && spec.partialFilterExpression !== undefined) {
    throw commandError('CannotCreateIndex', 'cannot mix "partialFilterExpression" and "sparse" options');
  }
  return spec;
}

/** @throws CommandError 2 or 197 for a direction or an option that the index on `_id` doesn't have */
function checkIdOptions(key: Doc, given: Doc): void {
  if (Object.keys(key).join() !== '_id') return;
  const option = Object.keys(given).find((name) => !ID_OPTIONS.has(name));
  if (option === undefined && equalValues(key, ID_KEY)) return;
  if (option === undefined) throw badValue(`The field 'key' for an _id index must be {_id: 1}, but got ${show(key)}`);
  throw commandError(
    'InvalidIndexSpecificationOption',
    `The field '${option}' is not valid for an _id index specification. Specification: ${JSON.stringify(given)}`,
  );
}

function truthy(value: Value | undefined): boolean {
  return typeof value === 'object' || typeof value === 'number' ? Number(value) !== 0 : value === true;
}

const PARTIAL_OPERATORS = new Set(['$eq', '$gt', '$gte', '$lt', '$lte', '$in', '$exists', '$type']);

function checkPartialFilter(filter: Doc): void {
  for (const [key, value] of Object.entries(filter)) {
    if (key === '$and' || key === '$or') {
      if (!Array.isArray(value) || !value.every(isDoc)) throw badValue(`${key} must be an array of documents`);
      value.forEach(checkPartialFilter);
      continue;
    }
    const operators = isDoc(value) ? Object.keys(value).filter((each) => each.startsWith('$')) : [];
    const refused = key.startsWith('$') ? key : operators.find((each) => !PARTIAL_OPERATORS.has(each));
    const exists = isDoc(value) ? value['$exists'] : undefined;
    if (refused !== undefined || (exists !== undefined && !truthy(exists))) {
      throw commandError(
        'CannotCreateIndex',
        `Expression not supported in partial index: ${refused ?? '$exists: false'} on ${key}`,
      );
    }
  }
  compileFilter(filter);
}

const ID_KEY = { _id: 1 };

export const ID_INDEX: IndexSpec = { name: '_id_', key: { _id: 1 } };

/**
 * Whether `wanted` already exists among `existing`.
 * @throws CommandError 85 or 86 when it conflicts with one of them
 */
export function indexExists(existing: readonly IndexSpec[], wanted: IndexSpec): boolean {
  if (equalDocs(wanted.key, ID_KEY)) return true;
  if (wanted.name === '_id_') throw badValue("The index name '_id_' is reserved for the _id index");
  // A name that is taken comes before a key that is.
  const byName = existing.toSorted((a, b) => Number(b.name === wanted.name) - Number(a.name === wanted.name));
  for (const spec of byName) {
    const sameSignature =
      equalDocs(spec.key, wanted.key) &&
      spec.unique === wanted.unique &&
      spec.sparse === wanted.sparse &&
      equalDocs(spec.partialFilterExpression ?? {}, wanted.partialFilterExpression ?? {});
    if (spec.name === wanted.name) {
      if (sameSignature && spec.expireAfterSeconds === wanted.expireAfterSeconds) return true;
      if (sameSignature) {
        throw commandError(
          'IndexOptionsConflict',
          `An equivalent index already exists with the same name but different options. Requested index: ${JSON.stringify(wanted)}, existing index: ${JSON.stringify(spec)}`,
        );
      }
      throw commandError(
        'IndexKeySpecsConflict',
        `An existing index has the same name as the requested index. When index names are not specified, they are auto generated and can cause conflicts. Please refer to our documentation. Requested index: ${JSON.stringify(wanted)}, existing index: ${JSON.stringify(spec)}`,
      );
    }
    if (sameSignature) {
      throw commandError('IndexOptionsConflict', `Index already exists with a different name: ${spec.name}`);
    }
  }
  return false;
}

function equalDocs(a: object, b: object): boolean {
  return equalValues(a as Doc, b as Doc);
}
