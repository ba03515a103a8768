// The unified test format of mongodb/specifications, as far as this runner reads it: types only. The files are trusted to
// follow the format's own JSON schema, so they are parsed once and asserted to be these types, in suite.ts.

import type { mongo } from 'mongoose';

export type Doc = Record<string, unknown>;

export interface TestFile {
  description: string;
  schemaVersion: string;
  runOnRequirements?: readonly Requirement[];
  createEntities?: readonly EntityDescription[];
  initialData?: readonly CollectionData[];
  tests: readonly Test[];
}

export interface Test {
  description: string;
  skipReason?: string;
  runOnRequirements?: readonly Requirement[];
  operations: readonly Operation[];
  expectEvents?: readonly ExpectedEvents[];
  expectLogMessages?: readonly unknown[];
  outcome?: readonly CollectionData[];
}

/** One alternative; each field that is set must hold. */
export interface Requirement {
  minServerVersion?: string;
  maxServerVersion?: string;
  topologies?: readonly string[];
  serverParameters?: Doc;
  serverless?: 'require' | 'forbid' | 'allow';
  auth?: boolean;
  csfle?: unknown;
}

export interface CollectionData {
  databaseName: string;
  collectionName: string;
  createOptions?: mongo.CreateCollectionOptions;
  documents?: readonly Doc[];
}

export interface ClientDescription {
  id: string;
  uriOptions?: Readonly<Record<string, string | number | boolean>>;
  observeEvents?: readonly string[];
  observeSensitiveCommands?: boolean;
  ignoreCommandMonitoringEvents?: readonly string[];
  serverApi?: mongo.ServerApi;
}

/** What a session and startTransaction take; readPreference is a document here, not a driver object. */
export type TransactionArguments = Omit<mongo.TransactionOptions, 'readPreference'> & {
  readPreference?: { mode: mongo.ReadPreferenceMode };
};

export type EntityDescription =
  | { client: ClientDescription }
  | {
      database: {
        id: string;
        client: string;
        databaseName: string;
        databaseOptions?: mongo.DbOptions;
      };
    }
  | {
      collection: {
        id: string;
        database: string;
        collectionName: string;
        collectionOptions?: mongo.CollectionOptions;
      };
    }
  | {
      session: {
        id: string;
        client: string;
        sessionOptions?: {
          causalConsistency?: boolean;
          snapshot?: boolean;
          /** The name of an entity that an earlier operation saved. */
          snapshotTime?: string;
          defaultTransactionOptions?: TransactionArguments;
        };
      };
    }
  | { bucket: { id: string; database: string } };

export interface Operation {
  name: string;
  object: string;
  arguments?: Readonly<Record<string, unknown>>;
  ignoreResultAndError?: boolean;
  expectError?: ExpectedError;
  expectResult?: unknown;
  saveResultAsEntity?: string;
}

export interface ExpectedError {
  isError?: true;
  isClientError?: boolean;
  isTimeoutError?: boolean;
  errorContains?: string;
  errorCode?: number;
  errorCodeName?: string;
  errorLabelsContain?: readonly string[];
  errorLabelsOmit?: readonly string[];
  errorResponse?: Doc;
  writeErrors?: Doc;
  writeConcernErrors?: readonly unknown[];
  expectResult?: unknown;
}

export interface ExpectedEvents {
  client: string;
  eventType?: 'command' | 'cmap' | 'sdam';
  ignoreExtraEvents?: boolean;
  events: readonly ExpectedEvent[];
}

/** One key, the event's name (commandStartedEvent, ...), and what of it must hold. */
export type ExpectedEvent = Readonly<Record<string, Doc>>;
