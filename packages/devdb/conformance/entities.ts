// The objects that a test names: clients that record what they observe, databases, collections, sessions, saved results.

import { mongo } from 'mongoose';
import type { ClientDescription, EntityDescription, TransactionArguments } from './format.ts';
import { Mismatch, type ObservedEvent } from './match.ts';

/** The driver's event for each name that the format has. */
const commandEvents = {
  commandStartedEvent: 'commandStarted',
  commandSucceededEvent: 'commandSucceeded',
  commandFailedEvent: 'commandFailed',
} as const;
const poolEvents = {
  poolCreatedEvent: 'connectionPoolCreated',
  poolReadyEvent: 'connectionPoolReady',
  poolClearedEvent: 'connectionPoolCleared',
  poolClosedEvent: 'connectionPoolClosed',
  connectionCreatedEvent: 'connectionCreated',
  connectionReadyEvent: 'connectionReady',
  connectionClosedEvent: 'connectionClosed',
  connectionCheckOutStartedEvent: 'connectionCheckOutStarted',
  connectionCheckOutFailedEvent: 'connectionCheckOutFailed',
  connectionCheckedOutEvent: 'connectionCheckedOut',
  connectionCheckedInEvent: 'connectionCheckedIn',
} as const;

/** Never reported unless a client asks for them; the driver empties them, since they may carry secrets. */
const isRedacted = (
  event: mongo.CommandStartedEvent | mongo.CommandSucceededEvent | mongo.CommandFailedEvent,
): boolean =>
  ('command' in event && Object.keys(event.command).length === 0) ||
  ('reply' in event &&
    typeof event.reply === 'object' &&
    event.reply !== null &&
    Object.keys(event.reply).length === 0);

export class ObservingClient extends mongo.MongoClient {
  readonly events: ObservedEvent[] = [];
  checkedOut = 0;

  constructor(uri: string, description: ClientDescription) {
    super(withOptions(uri, description.uriOptions ?? {}), {
      monitorCommands: true,
      minHeartbeatFrequencyMS: 10, // after each fault the driver looks at the server again, twice a second by default
      serverSelectionTimeoutMS: 2_000, // the server is there: what it isn't (a secondary) never comes
      ...(description.serverApi && { serverApi: description.serverApi }),
    });
    const ignored = new Set(['configureFailPoint', ...(description.ignoreCommandMonitoringEvents ?? [])]);
    const observes = new Set(description.observeEvents);
    for (const [name, driverName] of Object.entries(commandEvents))
      this.on(
        driverName,
        (event: mongo.CommandStartedEvent | mongo.CommandSucceededEvent | mongo.CommandFailedEvent) => {
          if (!observes.has(name) || ignored.has(event.commandName)) return;
          if (description.observeSensitiveCommands !== true && isRedacted(event)) return;
          this.events.push({ kind: 'command', name, event });
        },
      );
    for (const [name, driverName] of Object.entries(poolEvents))
      this.on(driverName, (event: unknown) => {
        if (observes.has(name)) this.events.push({ kind: 'cmap', name, event });
      });
    this.on('connectionCheckedOut', () => (this.checkedOut += 1));
    this.on('connectionCheckedIn', () => (this.checkedOut -= 1));
  }
}

function withOptions(uri: string, options: Readonly<Record<string, string | number | boolean>>): string {
  const url = new URL(uri);
  for (const [name, value] of Object.entries(options)) url.searchParams.set(name, String(value));
  return url.href;
}

type Constructor<T> = abstract new (...args: never[]) => T;

export class Entities implements AsyncDisposable {
  readonly #byId = new Map<string, unknown>();
  readonly #uri: string;
  readonly #clusterTime: mongo.ClusterTime | undefined;

  /** @param clusterTime what sessions start from, so that a causally consistent read sees the initial data */
  constructor(uri: string, clusterTime: mongo.ClusterTime | undefined) {
    this.#uri = uri;
    this.#clusterTime = clusterTime;
  }

  get(id: string): unknown {
    if (!this.#byId.has(id)) throw new Mismatch(`there is no entity ${id}`);
    return this.#byId.get(id);
  }

  as<T>(id: string, type: Constructor<T>): T {
    const entity = this.get(id);
    if (!(entity instanceof type)) throw new Mismatch(`the entity ${id} is no ${type.name}`);
    return entity;
  }

  set(id: string, entity: unknown): void {
    this.#byId.set(id, entity);
  }

  *all<T>(type: Constructor<T>): Iterable<T> {
    for (const entity of this.#byId.values()) if (entity instanceof type) yield entity;
  }

  async create(descriptions: readonly EntityDescription[]): Promise<void> {
    for (const description of descriptions) {
      if ('client' in description) {
        const client = new ObservingClient(this.#uri, description.client);
        this.set(description.client.id, client);
        await client.connect();
      } else if ('database' in description) {
        const { id, client, databaseName, databaseOptions } = description.database;
        this.set(id, this.as(client, ObservingClient).db(databaseName, databaseOptions));
      } else if ('collection' in description) {
        const { id, database, collectionName, collectionOptions } = description.collection;
        this.set(id, this.as(database, mongo.Db).collection(collectionName, collectionOptions));
      } else if ('session' in description) {
        const { id, client, sessionOptions = {} } = description.session;
        const { defaultTransactionOptions, snapshotTime, ...rest } = sessionOptions;
        const session = this.as(client, ObservingClient).startSession({
          ...rest,
          ...(snapshotTime !== undefined && { snapshotTime: this.get(snapshotTime) }),
          ...(defaultTransactionOptions && {
            defaultTransactionOptions: transactionOptions(defaultTransactionOptions),
          }),
        });
        if (this.#clusterTime) session.advanceClusterTime(this.#clusterTime);
        this.set(id, session);
      } else {
        this.set(description.bucket.id, new mongo.GridFSBucket(this.as(description.bucket.database, mongo.Db)));
      }
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const session of this.all(mongo.ClientSession)) await session.endSession({ force: true });
    for (const client of this.all(ObservingClient)) await client.close(true);
  }
}

/** Plain documents as the driver's objects where it insists on them. */
function transactionOptions({ readPreference, ...options }: TransactionArguments): mongo.TransactionOptions {
  return readPreference ? { ...options, readPreference: new mongo.ReadPreference(readPreference.mode) } : options;
}
