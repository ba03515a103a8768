/** The main of every subgraph: from the settings to a listening server. */
import { type Logger, createLogger } from '../../runtime/log.ts';
import type { RequestContext } from '../../runtime/request.ts';
import { serve } from '../../runtime/serve.ts';
import { createVerifier } from '../../runtime/token.ts';
import { mainOfMany } from '../../runtime/workers.ts';
import type { SubgraphName } from '../../schema/subgraphs.ts';
import type { SubgraphEnv } from './env.ts';
import { type Connection, buildIndexes, connect, isReachable } from './mongo.ts';
import { readSdl } from './sdl.ts';
import { createSubgraph } from './subgraph.ts';

interface SubgraphParts<Context extends RequestContext> {
  /** Makes the context of one request's resolvers. */
  context: (request: RequestContext) => Context;
  /** Upgrades documents of earlier versions. Called when the indexes are built. */
  upgrade?: () => Promise<void>;
  /** Starts background work. Called last, before the process listens. */
  start?: () => void;
  /** Ends background work. Called after the last request, before the database is closed. */
  close?: () => Promise<void>;
}

export interface StartOptions<Env extends SubgraphEnv, Context extends RequestContext> {
  name: SubgraphName;
  /** Reads and checks the settings; throws a ConfigError. */
  readEnv: () => Env;
  /** The resolver map, typed by the subgraph's resolvers.generated.ts. */
  resolvers: object;
  /** Makes the service, which registers its models on the connection. */
  create: (given: { env: Env; database: Connection; log: Logger }) => SubgraphParts<Context>;
}

/**
 * Runs this process as a subgraph. It listens once its database is reached, its indexes are built and its data is
 * upgraded.
 */
export function startSubgraph<Env extends SubgraphEnv, Context extends RequestContext>({
  name,
  readEnv,
  resolvers,
  create,
}: StartOptions<Env, Context>): void {
  mainOfMany(name, readEnv, async (env) => {
    const log = createLogger({ name, level: env.logLevel, production: env.production });
    const database = await connect({ uri: env.database.uri, database: env.database.name, log });
    const { context, upgrade, start, close } = create({ env, database, log });
    await buildIndexes(database);
    await upgrade?.();
    const app = await createSubgraph({
      typeDefs: readSdl(name),
      resolvers,
      context,
      verifier: env.callerKeys && createVerifier(env.callerKeys),
      maxInFlight: env.maxInFlight,
      ready: () => isReachable(database),
      log,
    });
    start?.();
    const onClose = async (): Promise<void> => {
      await close?.();
      await database.close();
    };
    await serve(app, { name, host: env.host, port: env.port, log, onClose });
  });
}
