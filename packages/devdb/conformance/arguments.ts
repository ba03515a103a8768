// What an operation of the format gets: its arguments, and the test that it belongs to.

import type { mongo } from 'mongoose';
import type { Entities } from './entities.ts';
import type { Doc, EntityDescription, ExpectedEvent, Operation } from './format.ts';

export type Document = mongo.BSON.Document;
type Filter = mongo.Filter<Document>;

/** The arguments of all operations that aren't the driver's options; the format's schema vouches for each where it is used. */
export interface Arguments {
  session?: mongo.ClientSession;
  filter: Filter;
  update: mongo.UpdateFilter<Document>;
  replacement: Document;
  document: Document;
  documents: readonly Document[];
  requests: mongo.AnyBulkWriteOperation[];
  models: readonly Readonly<Record<string, Doc>>[];
  pipeline: Document[];
  fieldName: string;
  keys: mongo.IndexSpecification;
  name: string;
  command: Document;
  collection: string;
  database: string;
  callback: readonly Operation[];
  readPreference?: mongo.ReadPreference;
  returnDocument?: mongo.ReturnDocument;
  batchSize?: number;
  maxTimeMS?: number;
  comment?: string;
  // of the test runner's own operations
  client: string;
  failPoint: Document;
  databaseName: string;
  collectionName: string;
  indexName: string;
  state: string;
  connections: number;
  event: ExpectedEvent;
  count: number;
  ms: number;
  entities: readonly EntityDescription[];
  id: mongo.ObjectId;
  filename: string;
}

export interface TestContext {
  entities: Entities;
  /** The runner's own client: set-up, checks and clean-up. */
  util: mongo.MongoClient;
  /** The fail points that are on, by name; the runner turns them off after the test. */
  failPoints: Set<string>;
}
