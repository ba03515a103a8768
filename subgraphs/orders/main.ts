/** The orders subgraph as a process. */
import { createLogger } from '../../runtime/log.ts';
import { ordersEnv } from '../shared/env.ts';
import { buildIndexes, connect, isReachable } from '../shared/mongo.ts';
import { readSdl } from '../shared/sdl.ts';
import { serve } from '../../runtime/serve.ts';
import { createSubgraph } from '../shared/subgraph.ts';
import { createSigner, createVerifier } from '../../runtime/token.ts';
import { mainOfMany } from '../../runtime/workers.ts';
import { createContext } from './context.ts';
import { createParticipants } from './participants.ts';
import { resolvers } from './resolvers.ts';
import { OrdersService } from './service.ts';
import { renameFollowUps } from './upgrade.ts';

mainOfMany('orders', ordersEnv, async (env) => {
  const log = createLogger({ name: 'orders', level: env.logLevel, production: env.production });
  const database = await connect({ uri: env.database.uri, database: env.database.name, log });
  const sign = env.signingKey === null ? null : createSigner({ service: 'orders', secret: env.signingKey });
  const participants = createParticipants(env.participants, sign);
  const { orderDeadlineMs, crashPoint } = env;
  const service = new OrdersService({ database, participants, orderDeadlineMs, crashPoint, log });
  await buildIndexes(database);
  await renameFollowUps(database);
  const app = await createSubgraph({
    typeDefs: readSdl('orders'),
    resolvers,
    context: createContext(service),
    verifier: env.callerKeys && createVerifier(env.callerKeys),
    maxInFlight: env.maxInFlight,
    ready: () => isReachable(database),
    log,
  });
  service.startRecovery();
  const onClose = async (): Promise<void> => {
    await service.close();
    await participants.close();
    await database.close();
  };
  await serve(app, { name: 'orders', host: env.host, port: env.port, log, onClose });
});
