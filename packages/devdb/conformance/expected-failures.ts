/**
 * The tests that fail against devdb, and why: `suite/file: test`, under the reason. The run fails when one of these passes or
 * is gone from the suite, as it does when another fails. "the driver" begins what MongoDB's own test suite of the driver
 * skips, or matches less strictly, too: no server can pass it.
 */

interface ExpectedFailures {
  /** The unsupported feature, by name. */
  reason: string;
  tests: readonly string[];
}

export const expectedFailures: readonly ExpectedFailures[] = [
  {
    reason: '$clusterTime: a set of one has nobody to agree with about the time',
    tests: ['run-command/runCommand: always gossips the $clusterTime on the sent command'],
  },
  {
    reason: 'capped collections and tailable cursors',
    tests: ['run-command/runCursorCommand: does not close the cursor when receiving an empty batch'],
  },
  {
    reason: 'change streams: there is no oplog to follow',
    tests: [
      'retryable-reads/changeStreams-client.watch-serverErrors: client.watch succeeds after InterruptedAtShutdown',
      'retryable-reads/changeStreams-client.watch-serverErrors: client.watch succeeds after InterruptedDueToReplStateChange',
      'retryable-reads/changeStreams-client.watch-serverErrors: client.watch succeeds after NotWritablePrimary',
      'retryable-reads/changeStreams-client.watch-serverErrors: client.watch succeeds after NotPrimaryNoSecondaryOk',
      'retryable-reads/changeStreams-client.watch-serverErrors: client.watch succeeds after NotPrimaryOrSecondary',
      'retryable-reads/changeStreams-client.watch-serverErrors: client.watch succeeds after PrimarySteppedDown',
      'retryable-reads/changeStreams-client.watch-serverErrors: client.watch succeeds after ShutdownInProgress',
      'retryable-reads/changeStreams-client.watch-serverErrors: client.watch succeeds after HostNotFound',
      'retryable-reads/changeStreams-client.watch-serverErrors: client.watch succeeds after HostUnreachable',
      'retryable-reads/changeStreams-client.watch-serverErrors: client.watch succeeds after NetworkTimeout',
      'retryable-reads/changeStreams-client.watch-serverErrors: client.watch succeeds after SocketException',
      'retryable-reads/changeStreams-client.watch: client.watch succeeds on first attempt',
      'retryable-reads/changeStreams-client.watch: client.watch succeeds on second attempt',
      'retryable-reads/changeStreams-db.coll.watch-serverErrors: db.coll.watch succeeds after InterruptedAtShutdown',
      'retryable-reads/changeStreams-db.coll.watch-serverErrors: db.coll.watch succeeds after InterruptedDueToReplStateChange',
      'retryable-reads/changeStreams-db.coll.watch-serverErrors: db.coll.watch succeeds after NotWritablePrimary',
      'retryable-reads/changeStreams-db.coll.watch-serverErrors: db.coll.watch succeeds after NotPrimaryNoSecondaryOk',
      'retryable-reads/changeStreams-db.coll.watch-serverErrors: db.coll.watch succeeds after NotPrimaryOrSecondary',
      'retryable-reads/changeStreams-db.coll.watch-serverErrors: db.coll.watch succeeds after PrimarySteppedDown',
      'retryable-reads/changeStreams-db.coll.watch-serverErrors: db.coll.watch succeeds after ShutdownInProgress',
      'retryable-reads/changeStreams-db.coll.watch-serverErrors: db.coll.watch succeeds after HostNotFound',
      'retryable-reads/changeStreams-db.coll.watch-serverErrors: db.coll.watch succeeds after HostUnreachable',
      'retryable-reads/changeStreams-db.coll.watch-serverErrors: db.coll.watch succeeds after NetworkTimeout',
      'retryable-reads/changeStreams-db.coll.watch-serverErrors: db.coll.watch succeeds after SocketException',
      'retryable-reads/changeStreams-db.coll.watch: db.coll.watch succeeds on first attempt',
      'retryable-reads/changeStreams-db.coll.watch: db.coll.watch succeeds on second attempt',
      'retryable-reads/changeStreams-db.watch-serverErrors: db.watch succeeds after InterruptedAtShutdown',
      'retryable-reads/changeStreams-db.watch-serverErrors: db.watch succeeds after InterruptedDueToReplStateChange',
      'retryable-reads/changeStreams-db.watch-serverErrors: db.watch succeeds after NotWritablePrimary',
      'retryable-reads/changeStreams-db.watch-serverErrors: db.watch succeeds after NotPrimaryNoSecondaryOk',
      'retryable-reads/changeStreams-db.watch-serverErrors: db.watch succeeds after NotPrimaryOrSecondary',
      'retryable-reads/changeStreams-db.watch-serverErrors: db.watch succeeds after PrimarySteppedDown',
      'retryable-reads/changeStreams-db.watch-serverErrors: db.watch succeeds after ShutdownInProgress',
      'retryable-reads/changeStreams-db.watch-serverErrors: db.watch succeeds after HostNotFound',
      'retryable-reads/changeStreams-db.watch-serverErrors: db.watch succeeds after HostUnreachable',
      'retryable-reads/changeStreams-db.watch-serverErrors: db.watch succeeds after NetworkTimeout',
      'retryable-reads/changeStreams-db.watch-serverErrors: db.watch succeeds after SocketException',
      'retryable-reads/changeStreams-db.watch: db.watch succeeds on first attempt',
      'retryable-reads/changeStreams-db.watch: db.watch succeeds on second attempt',
    ],
  },
  {
    reason: 'collation: strings compare by their code points, and another order is refused',
    tests: [
      'crud/aggregate-collation: Aggregate with collation',
      'crud/bulkWrite-collation: BulkWrite with delete operations and collation',
      'crud/bulkWrite-collation: BulkWrite with update operations and collation',
      'crud/count-collation: Count documents with collation',
      'crud/count-collation: Deprecated count with collation',
      'crud/deleteMany-collation: DeleteMany when many documents match with collation',
      'crud/deleteOne-collation: DeleteOne when many documents matches with collation',
      'crud/distinct-collation: Distinct with a collation',
      'crud/find-collation: Find with a collation',
      'crud/findOneAndDelete-collation: FindOneAndDelete when one document matches with collation',
      'crud/findOneAndReplace-collation: FindOneAndReplace when one document matches with collation returning the document after modification',
      'crud/findOneAndUpdate-collation: FindOneAndUpdate when many documents match with collation returning the document before modification',
      'crud/replaceOne-collation: ReplaceOne when one document matches with collation',
      'crud/updateMany-collation: UpdateMany when many documents match with collation',
      'crud/updateOne-collation: UpdateOne when one document matches with collation',
    ],
  },
  {
    reason: 'collMod with a validator',
    tests: ['crud/findOneAndUpdate-errorResponse: findOneAndUpdate document validation errInfo is accessible'],
  },
  {
    reason: 'min, max, returnKey and showRecordId of find',
    tests: [
      'command-monitoring/find: A successful find with options',
      'command-monitoring/find: A successful find with showRecordId and returnKey',
    ],
  },
  {
    reason: 'readConcern snapshot outside transactions: a snapshot lives as long as its transaction',
    tests: [
      'sessions/implicit-sessions-default-causal-consistency: afterClusterTime is not sent on retried read in implicit session when readConcern level is snapshot',
      'sessions/snapshot-sessions: Find operation with snapshot',
      'sessions/snapshot-sessions: Distinct operation with snapshot',
      'sessions/snapshot-sessions: Aggregate operation with snapshot',
      'sessions/snapshot-sessions: countDocuments operation with snapshot',
      'sessions/snapshot-sessions: Mixed operation with snapshot',
      'sessions/snapshot-sessions: Write commands with snapshot session do not affect snapshot reads',
      'sessions/snapshot-sessions: First snapshot read does not send atClusterTime',
      'sessions/snapshot-sessions: Find operation with snapshot and snapshot time',
      'sessions/snapshot-sessions: Distinct operation with snapshot and snapshot time',
      'sessions/snapshot-sessions: Aggregate operation with snapshot and snapshot time',
      'sessions/snapshot-sessions: countDocuments operation with snapshot and snapshot time',
      'sessions/snapshot-sessions: Mixed operation with snapshot and snapshotTime',
    ],
  },
  {
    reason: 'secondary members: the replica set has one, so a client that wants a secondary finds none',
    tests: [
      'transactions/run-command: run command with secondary read preference in client option and primary read preference in transaction options',
      'transactions/transaction-options: readPreference inherited from client',
    ],
  },
  {
    reason: 'views',
    tests: ['crud/estimatedDocumentCount: estimatedDocumentCount works correctly on views'],
  },
  {
    reason: 'the driver: it gives a partial result where nothing was done (NODE-6384)',
    tests: [
      'crud/client-bulkWrite-partialResults: partialResult is unset when first operation fails during an ordered bulk write (verbose)',
      'crud/client-bulkWrite-partialResults: partialResult is unset when first operation fails during an ordered bulk write (summary)',
      'crud/client-bulkWrite-partialResults: partialResult is unset when all operations fail during an unordered bulk write',
    ],
  },
  {
    reason: 'the driver: it leaves bypassDocumentValidation: false out of its commands (NODE-6484)',
    tests: [
      'crud/bypassDocumentValidation: Aggregate with $out passes bypassDocumentValidation: false',
      'crud/bypassDocumentValidation: BulkWrite passes bypassDocumentValidation: false',
      'crud/bypassDocumentValidation: FindOneAndReplace passes bypassDocumentValidation: false',
      'crud/bypassDocumentValidation: FindOneAndUpdate passes bypassDocumentValidation: false',
      'crud/bypassDocumentValidation: InsertMany passes bypassDocumentValidation: false',
    ],
  },
  {
    reason: 'the driver: it replaces an _id of null by a new id (NODE-6468)',
    tests: [
      'crud/create-null-ids: inserting _id with type null via insertOne',
      'crud/create-null-ids: inserting _id with type null via insertMany',
      'crud/create-null-ids: inserting _id with type null via bulkWrite',
      'crud/create-null-ids: inserting _id with type null via clientBulkWrite',
    ],
  },
  {
    reason: 'the driver: it takes a write concern for clientBulkWrite in a transaction (NODE-5924)',
    tests: [
      'transactions/client-bulkWrite: client bulkWrite with writeConcern in a transaction causes a transaction error',
    ],
  },
  {
    reason: 'the driver: its result of a failed bulk names the ids of inserts that never happened',
    tests: ['retryable-writes/bulkWrite: First insertOne is never committed'],
  },
];
