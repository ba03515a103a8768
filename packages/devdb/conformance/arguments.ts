// What an operation of the format gets: its arguments, and the test that it belongs to.

import type { mongo } from 'mongoose';
import type { Entities } from './entities.ts';
import type { Doc, EntityDescription, ExpectedEvent, Operation } from './format.ts';

export type Document = mongo.BSON.Document;
type Filter = mongo.Filter<Document>;

/** The arguments of all operations that aren't the driver's options; the format's schema vouches for each where it is used. */
export interface Arguments {
  readonly session?: mongo.ClientSession;
  readonly filter: Filter;
  readonly update: mongo.UpdateFilter<Document>;
  readonly replacement: Document;
  readonly document: Document;
  readonly documents: readonly Document[];
  readonly requests: mongo.AnyBulkWriteOperation[];
  readonly models: readonly Readonly<Record<string, Doc>>[];
  readonly pipeline: Document[];
  readonly fieldName: string;
  readonly keys: mongo.IndexSpecification;
  readonly name: string;
  readonly command: Document;
  readonly collection: string;
  readonly database: string;
  readonly callback: readonly Operation[];
  readonly readPreference?: mongo.ReadPreference;
  readonly returnDocument?: mongo.ReturnDocument;
  readonly batchSize?: number;
  readonly maxTimeMS?: number;
  readonly comment?: string;
  // of the test runner's own operations
  readonly client: string;
  readonly failPoint: Document;
  readonly databaseName: string;
  readonly collectionName: string;
  readonly indexName: string;
  readonly state: string;
  readonly connections: number;
  readonly event: ExpectedEvent;
  readonly count: number;
  readonly ms: number;
  readonly entities: readonly EntityDescription[];
  readonly id: mongo.ObjectId;
  readonly filename: string;
}

export interface TestContext {
  readonly entities: Entities;
  /** The runner's own client: set-up, checks and clean-up. */
  readonly util: mongo.MongoClient;
  /** The fail points that are on, by name; the runner turns them off after the test. */
  readonly failPoints: Set<string>;
}
