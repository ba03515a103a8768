/**
 * MongoDB's error codes by name, and the exception that carries one. Every part of the server throws it; the dispatcher
 * turns it into a reply, or a write command into an entry of `writeErrors`.
 */

const codes = {
  BadValue: 2,
  FailedToParse: 9,
  Unauthorized: 13,
  TypeMismatch: 14,
  InvalidLength: 16,
  InvalidBSON: 22,
  NamespaceNotFound: 26,
  IndexNotFound: 27,
  PathNotViable: 28,
  ConflictingUpdateOperators: 40,
  CursorNotFound: 43,
  NamespaceExists: 48,
  MaxTimeMSExpired: 50,
  DollarPrefixedFieldName: 52,
  InvalidIdField: 53,
  NotSingleValueField: 54,
  EmptyFieldName: 56,
  CommandNotFound: 59,
  ImmutableField: 66,
  CannotCreateIndex: 67,
  InvalidOptions: 72,
  InvalidNamespace: 73,
  IndexOptionsConflict: 85,
  IndexKeySpecsConflict: 86,
  UnsatisfiableWriteConcern: 100,
  WriteConflict: 112,
  ConflictingOperationInProgress: 117,
  DocumentValidationFailure: 121,
  InvalidPipelineOperator: 168,
  CannotIndexParallelArrays: 171,
  InvalidIndexSpecificationOption: 197,
  TransactionTooOld: 225,
  NotImplemented: 238,
  ConversionFailure: 241,
  NoSuchTransaction: 251,
  TransactionCommitted: 256,
  OperationNotSupportedInTransaction: 263,
  BSONObjectTooLarge: 10334,
  DuplicateKey: 11000,
  IDLUnknownField: 40415,
} as const;

/** Codes that this server never answers with by itself; tests ask for them through fail points. */
const foreignCodes = {
  HostUnreachable: 6,
  HostNotFound: 7,
  UnknownReplWriteConcern: 79,
  WriteConcernTimeout: 64,
  LockTimeout: 24,
  NetworkTimeout: 89,
  ShutdownInProgress: 91,
  PrimarySteppedDown: 189,
  SnapshotUnavailable: 246,
  ExceededTimeLimit: 262,
  PreparedTransactionInProgress: 267,
  SocketException: 9001,
  NotWritablePrimary: 10107,
  InterruptedAtShutdown: 11600,
  Interrupted: 11601,
  InterruptedDueToReplStateChange: 11602,
  NotPrimaryNoSecondaryOk: 13435,
  NotPrimaryOrSecondary: 13436,
} as const;

/** The name of any code, or `Location<number>` if it has none. */
export function codeNameOf(code: number): string {
  const names = Object.entries({ ...codes, ...foreignCodes });
  return names.find(([, known]) => known === code)?.[0] ?? `Location${String(code)}`;
}

/** The names of MongoDB's errors that this server answers with. */
type CodeName = keyof typeof codes;

/** Fields beside `code` and `errmsg`: a duplicate key's `keyPattern` and `keyValue`, for instance. */
type ErrorFields = Readonly<Record<string, unknown>>;

/** An error that the client sees as `code`, `codeName`, `errmsg` and `errorLabels`. */
export class CommandError extends Error {
  override readonly name = 'CommandError';
  readonly code: number;
  readonly codeName: string;
  readonly labels: readonly string[];
  readonly fields: ErrorFields;

  constructor(
    code: number,
    codeName: string,
    message: string,
    fields: ErrorFields = {},
    labels: readonly string[] = [],
  ) {
    super(message);
    this.code = code;
    this.codeName = codeName;
    this.fields = fields;
    this.labels = labels;
  }
}

/** The error with this name. `fields` are added to the reply, `labels` become its `errorLabels`. */
export function commandError(
  codeName: CodeName,
  message: string,
  fields?: ErrorFields,
  labels?: readonly string[],
): CommandError {
  return new CommandError(codes[codeName], codeName, message, fields, labels);
}

/** One of MongoDB's errors that have a number but no name. As in MongoDB, its `codeName` is `Location<number>`. */
export function locationError(code: number, message: string): CommandError {
  return new CommandError(code, `Location${String(code)}`, message);
}

export function badValue(message: string): CommandError {
  return commandError('BadValue', message);
}

export function failedToParse(message: string): CommandError {
  return commandError('FailedToParse', message);
}

export function typeMismatch(message: string): CommandError {
  return commandError('TypeMismatch', message);
}

/** For a feature that MongoDB has and this server doesn't. */
export function notSupported(what: string): CommandError {
  return commandError('NotImplemented', `${what} is not supported by this server`);
}
