/** The customers subgraph as a process. */
import { createLogger } from '../../runtime/log.ts';
import { subgraphEnv } from '../shared/env.ts';
import { buildIndexes, connect, isReachable } from '../shared/mongo.ts';
import { readSdl } from '../shared/sdl.ts';
import { serve } from '../../runtime/serve.ts';
import { createSubgraph } from '../shared/subgraph.ts';
import { createVerifier } from '../../runtime/token.ts';
import { mainOfMany } from '../../runtime/workers.ts';
import { createContext } from './context.ts';
import { fillKeys } from './model.ts';
import { resolvers } from './resolvers.ts';
import { createCustomersService } from './service.ts';

mainOfMany(
  'customers',
  () => subgraphEnv('customers'),
  async (env) => {
    const log = createLogger({ name: 'customers', level: env.logLevel, production: env.production });
    const database = await connect({ uri: env.database.uri, database: env.database.name, log });
    const service = createCustomersService(database);
    await buildIndexes(database);
    await fillKeys(database);
    const app = await createSubgraph({
      typeDefs: readSdl('customers'),
      resolvers,
      context: createContext(service),
      verifier: env.callerKeys && createVerifier(env.callerKeys),
      maxInFlight: env.maxInFlight,
      ready: () => isReachable(database),
      log,
    });
    await serve(app, { name: 'customers', host: env.host, port: env.port, log, onClose: () => database.close() });
  },
);
