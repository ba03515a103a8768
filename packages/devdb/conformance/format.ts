// The unified test format of mongodb/specifications, as far as this runner reads it: types only. The files are trusted to
// follow the format's own JSON schema, so they are parsed once and asserted to be these types, in suite.ts.

import type { mongo } from 'mongoose';

export type Doc = Record<string, unknown>;

export interface TestFile {
  readonly description: string;
  readonly schemaVersion: string;
  readonly runOnRequirements?: readonly Requirement[];
  readonly createEntities?: readonly EntityDescription[];
  readonly initialData?: readonly CollectionData[];
  readonly tests: readonly Test[];
}

export interface Test {
  readonly description: string;
  readonly skipReason?: string;
  readonly runOnRequirements?: readonly Requirement[];
  readonly operations: readonly Operation[];
  readonly expectEvents?: readonly ExpectedEvents[];
  readonly expectLogMessages?: readonly unknown[];
  readonly outcome?: readonly CollectionData[];
}

/** One alternative; each field that is set must hold. */
export interface Requirement {
  readonly minServerVersion?: string;
  readonly maxServerVersion?: string;
  readonly topologies?: readonly string[];
  readonly serverParameters?: Doc;
  readonly serverless?: 'require' | 'forbid' | 'allow';
  readonly auth?: boolean;
  readonly csfle?: unknown;
}

export interface CollectionData {
  readonly databaseName: string;
  readonly collectionName: string;
  readonly createOptions?: mongo.CreateCollectionOptions;
  readonly documents?: readonly Doc[];
}

export interface ClientDescription {
  readonly id: string;
  readonly uriOptions?: Readonly<Record<string, string | number | boolean>>;
  readonly observeEvents?: readonly string[];
  readonly observeSensitiveCommands?: boolean;
  readonly ignoreCommandMonitoringEvents?: readonly string[];
  readonly serverApi?: mongo.ServerApi;
}

/** What a session and startTransaction take; readPreference is a document here, not a driver object. */
export type TransactionArguments = Omit<mongo.TransactionOptions, 'readPreference'> & {
  readonly readPreference?: { readonly mode: mongo.ReadPreferenceMode };
};

export type EntityDescription =
  | { readonly client: ClientDescription }
  | {
      readonly database: {
        readonly id: string;
        readonly client: string;
        readonly databaseName: string;
        readonly databaseOptions?: mongo.DbOptions;
      };
    }
  | {
      readonly collection: {
        readonly id: string;
        readonly database: string;
        readonly collectionName: string;
        readonly collectionOptions?: mongo.CollectionOptions;
      };
    }
  | {
      readonly session: {
        readonly id: string;
        readonly client: string;
        readonly sessionOptions?: {
          readonly causalConsistency?: boolean;
          readonly snapshot?: boolean;
          /** The name of an entity that an earlier operation saved. */
          readonly snapshotTime?: string;
          readonly defaultTransactionOptions?: TransactionArguments;
        };
      };
    }
  | { readonly bucket: { readonly id: string; readonly database: string } };

export interface Operation {
  readonly name: string;
  readonly object: string;
  readonly arguments?: Readonly<Record<string, unknown>>;
  readonly ignoreResultAndError?: boolean;
  readonly expectError?: ExpectedError;
  readonly expectResult?: unknown;
  readonly saveResultAsEntity?: string;
}

export interface ExpectedError {
  readonly isError?: true;
  readonly isClientError?: boolean;
  readonly isTimeoutError?: boolean;
  readonly errorContains?: string;
  readonly errorCode?: number;
  readonly errorCodeName?: string;
  readonly errorLabelsContain?: readonly string[];
  readonly errorLabelsOmit?: readonly string[];
  readonly errorResponse?: Doc;
  readonly writeErrors?: Doc;
  readonly writeConcernErrors?: readonly unknown[];
  readonly expectResult?: unknown;
}

export interface ExpectedEvents {
  readonly client: string;
  readonly eventType?: 'command' | 'cmap' | 'sdam';
  readonly ignoreExtraEvents?: boolean;
  readonly events: readonly ExpectedEvent[];
}

/** One key, the event's name (commandStartedEvent, ...), and what of it must hold. */
export type ExpectedEvent = Readonly<Record<string, Doc>>;
