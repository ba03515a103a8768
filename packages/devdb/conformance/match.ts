// Whether an actual value is what a test expects: the format's rules for documents (extra keys are allowed at a root only),
// its special operators, errors and events. Every function here returns nothing and throws Mismatch.

import { isDeepStrictEqual, inspect } from 'node:util';
import { EJSON } from 'bson';
import { mongo } from 'mongoose';
import type { Doc, ExpectedError, ExpectedEvent, ExpectedEvents } from './format.ts';

export class Mismatch extends Error {}

/** What the operators that name an entity need of the entity map. */
interface EntityLookup {
  get(id: string): unknown;
}

/** An event as a client saw it: the format's name for it, and the driver's object. */
export interface ObservedEvent {
  kind: 'command' | 'cmap' | 'sdam';
  name: string;
  event: unknown;
}

export function check(condition: boolean, message: string): asserts condition {
  if (!condition) throw new Mismatch(message);
}

const show = (value: unknown): string => inspect(value, { depth: 6, breakLength: 160, compact: 10 });

export const isDoc = (value: unknown): value is Doc =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** A BSON wrapper, a date or bytes: one value, though JavaScript calls it an object. */
const isScalarObject = (value: object): boolean =>
  '_bsontype' in value || value instanceof Date || value instanceof Uint8Array;

/** Numbers compare by value whatever their BSON type, as the format wants. */
function plain(value: unknown): unknown {
  if (value instanceof mongo.Long) return value.toNumber();
  if (value instanceof mongo.Int32 || value instanceof mongo.Double) return value.value;
  if (typeof value === 'bigint') return Number(value);
  // The driver turns sort orders and index keys into maps.
  if (value instanceof Map) return Object.fromEntries(value);
  return value;
}

const isInteger = (value: unknown): boolean => Number.isInteger(plain(value));

const types: Readonly<Record<string, (value: unknown) => boolean>> = {
  double: (value) => typeof plain(value) === 'number',
  number: (value) => typeof plain(value) === 'number',
  int: isInteger,
  long: isInteger,
  string: (value) => typeof value === 'string',
  bool: (value) => typeof value === 'boolean',
  null: (value) => value === null,
  array: Array.isArray,
  object: (value) => isDoc(value) && !isScalarObject(value),
  date: (value) => value instanceof Date,
  objectId: (value) => value instanceof mongo.ObjectId,
  binData: (value) => value instanceof mongo.Binary || value instanceof Uint8Array,
  timestamp: (value) => value instanceof mongo.Timestamp,
  decimal: (value) => value instanceof mongo.Decimal128,
  regex: (value) => value instanceof RegExp || value instanceof mongo.BSONRegExp,
};

/** Where an actual document may have keys that the expected one does not name. */
type ExtraKeys = 'at the root' | 'nowhere' | 'everywhere';

/** @param path where we are, for the message */
export function match(
  actual: unknown,
  expected: unknown,
  entities: EntityLookup,
  path: string,
  extra: ExtraKeys = 'at the root',
): void {
  // The driver guards ids in the filters of its commands: {_id: {$eq: id}}.
  if (extra === 'everywhere' && isDoc(actual) && '$eq' in actual && !(isDoc(expected) && '$eq' in expected)) {
    match(actual['$eq'], expected, entities, `${path}.$eq`, extra);
  } else if (isDoc(expected) && !isScalarObject(expected)) {
    const [operator] = Object.keys(expected);
    if (operator?.startsWith('$$')) matchOperator(operator, actual, expected[operator], entities, path, extra);
    else matchDocument(plain(actual), expected, entities, path, extra);
  } else if (Array.isArray(expected)) {
    check(Array.isArray(actual), `${path}: expected an array, got ${show(actual)}`);
    check(actual.length === expected.length, `${path}: expected ${expected.length} elements, got ${show(actual)}`);
    // The documents of a result's root array are roots themselves.
    expected.forEach((element, i) => {
      match(actual[i], element, entities, `${path}[${i}]`, extra);
    });
  } else {
    const same = isDeepStrictEqual(plain(actual), plain(expected)) || (Object.is(actual, -0) && expected === 0);
    check(same, `${path}: expected ${show(expected)}, got ${show(actual)}`);
  }
}

function matchDocument(actual: unknown, expected: Doc, entities: EntityLookup, path: string, extra: ExtraKeys): void {
  check(isDoc(actual), `${path}: expected a document, got ${show(actual)}`);
  const inner = extra === 'everywhere' ? 'everywhere' : 'nowhere';
  for (const [key, value] of Object.entries(expected)) match(actual[key], value, entities, `${path}.${key}`, inner);
  if (extra !== 'nowhere') return;
  const unexpected = Object.keys(actual).filter((key) => actual[key] !== undefined && !(key in expected));
  check(unexpected.length === 0, `${path}: unexpected keys ${unexpected.join(', ')} in ${show(actual)}`);
}

function matchOperator(
  operator: string,
  actual: unknown,
  operand: unknown,
  entities: EntityLookup,
  path: string,
  extra: ExtraKeys,
): void {
  switch (operator) {
    case '$$exists':
      check(
        (actual !== undefined) === operand,
        `${path}: expected ${operand === true ? 'a value' : 'none'}, got ${show(actual)}`,
      );
      return;
    case '$$unsetOrMatches':
      if (actual !== undefined && actual !== null) match(actual, operand, entities, path, extra);
      return;
    case '$$type': {
      const names = [operand].flat().map(String);
      check(
        names.some((name) => types[name]?.(actual)),
        `${path}: expected the type ${names.join(' or ')}, got ${show(actual)}`,
      );
      return;
    }
    case '$$matchesEntity':
      match(actual, entities.get(String(operand)), entities, path, extra);
      return;
    case '$$matchesHexBytes':
      check(actual instanceof Uint8Array, `${path}: expected bytes, got ${show(actual)}`);
      check(
        Buffer.from(actual).toString('hex') === operand,
        `${path}: expected the bytes ${show(operand)}, got ${show(actual)}`,
      );
      return;
    case '$$sessionLsid': {
      const session = entities.get(String(operand));
      check(session instanceof mongo.ClientSession, `${path}: ${show(operand)} is no session`);
      match(actual, session.id, entities, path, 'nowhere');
      return;
    }
    case '$$lte':
      check(
        Number(plain(actual)) <= Number(plain(operand)),
        `${path}: expected at most ${show(operand)}, got ${show(actual)}`,
      );
      return;
    case '$$matchAsDocument':
      check(typeof actual === 'string', `${path}: expected a string of JSON, got ${show(actual)}`);
      match(EJSON.parse(actual), operand, entities, path, 'nowhere');
      return;
    case '$$matchAsRoot':
      match(actual, operand, entities, path, 'at the root');
      return;
    default:
      throw new Mismatch(`${path}: the operator ${operator} is unknown`);
  }
}

export function matchError(error: unknown, expected: ExpectedError, entities: EntityLookup): void {
  check(error instanceof mongo.MongoError, `expected an error of the driver, got ${show(error)}`);
  const text = `${error.name}: ${error.message}`;
  const serverSays = error instanceof mongo.MongoClientBulkWriteError ? (error.cause ?? error) : error;

  const isServers = error instanceof mongo.MongoServerError;
  if (expected.isClientError !== undefined)
    check(expected.isClientError !== isServers, `isClientError ${String(expected.isClientError)}, got ${text}`);
  if (expected.isTimeoutError !== undefined)
    check(
      expected.isTimeoutError === error instanceof mongo.MongoOperationTimeoutError,
      `isTimeoutError ${String(expected.isTimeoutError)}, got ${text}`,
    );
  if (expected.errorContains !== undefined)
    check(
      error.message.toLowerCase().includes(expected.errorContains.toLowerCase()),
      `expected an error that says "${expected.errorContains}", got ${text}`,
    );

  if (expected.errorCode !== undefined)
    match('code' in serverSays ? serverSays.code : undefined, expected.errorCode, entities, `code of ${text}`);
  if (expected.errorCodeName !== undefined)
    match(
      'codeName' in serverSays ? serverSays.codeName : undefined,
      expected.errorCodeName,
      entities,
      `codeName of ${text}`,
    );
  if (expected.errorResponse !== undefined) match(serverSays, expected.errorResponse, entities, `response of ${text}`);

  const hasLabel = (label: string): boolean =>
    serverSays instanceof mongo.MongoError && serverSays.hasErrorLabel(label);
  for (const label of expected.errorLabelsContain ?? [])
    check(hasLabel(label), `expected the label ${label} on ${text}`);
  for (const label of expected.errorLabelsOmit ?? []) check(!hasLabel(label), `expected no label ${label} on ${text}`);

  if (error instanceof mongo.MongoClientBulkWriteError) {
    for (const [index, wanted] of Object.entries(expected.writeErrors ?? {}))
      match(error.writeErrors.get(Number(index)), wanted, entities, `write error ${index} of ${text}`);
    if (expected.writeConcernErrors !== undefined)
      match(error.writeConcernErrors, expected.writeConcernErrors, entities, `writeConcernErrors of ${text}`);
  }
  if (expected.expectResult !== undefined) match(resultOf(error), expected.expectResult, entities, `result of ${text}`);
}

/** What was done before the error. */
function resultOf(error: mongo.MongoError): unknown {
  if (error instanceof mongo.MongoBulkWriteError) return error.result;
  if (error instanceof mongo.MongoClientBulkWriteError)
    return error.partialResult && clientBulkWriteResult(error.partialResult);
  return error;
}

/** Without what the driver says beyond the format: whether an update inserted, which `upsertedId` tells. */
export function clientBulkWriteResult(result: mongo.ClientBulkWriteResult): Doc {
  const updates = [...(result.updateResults ?? [])].map(([index, { matchedCount, modifiedCount, upsertedId }]) => {
    return [index, { matchedCount, modifiedCount, upsertedId: upsertedId as unknown }] as const;
  });
  return { ...result, ...(result.updateResults && { updateResults: Object.fromEntries(updates) }) };
}

export function matchEvents(
  observed: readonly ObservedEvent[],
  expected: ExpectedEvents,
  entities: EntityLookup,
): void {
  const events = observed.filter(({ kind }) => kind === (expected.eventType ?? 'command'));
  const names = events.map(({ name, event }) =>
    isDoc(event) && 'commandName' in event ? `${name}(${String(event['commandName'])})` : name,
  );
  const enough =
    expected.ignoreExtraEvents === true
      ? events.length >= expected.events.length
      : events.length === expected.events.length;
  check(enough, `expected ${expected.events.length} events, got ${events.length}: ${names.join(', ')}`);
  expected.events.forEach((event, i) => {
    matchEvent(events[i], event, entities, `event ${i}`);
  });
}

export function matchEvent(
  observed: ObservedEvent | undefined,
  expected: ExpectedEvent,
  entities: EntityLookup,
  path: string,
): void {
  for (const [name, wanted] of Object.entries(expected)) {
    check(observed?.name === name, `${path}: expected ${name}, got ${String(observed?.name)}`);
    const actual: Doc = isDoc(observed.event) ? observed.event : {};
    const command = actual['commandName'];
    const at = `${path} ${name} ${typeof command === 'string' ? command : ''}`;
    for (const [key, value] of Object.entries(wanted)) {
      if (key === 'hasServerConnectionId')
        check(
          (typeof actual['serverConnectionId'] === 'bigint') === value,
          `${at}: serverConnectionId is ${show(actual['serverConnectionId'])}`,
        );
      else if (key === 'hasServiceId')
        check((actual['serviceId'] != null) === value, `${at}: serviceId is ${show(actual['serviceId'])}`);
      // Commands are the driver's own, and it says more in some than the format knows: a commit's `wtimeout`, for instance.
      else match(actual[key], value, entities, `${at} ${key}`, key === 'command' ? 'everywhere' : 'at the root');
    }
  }
}
