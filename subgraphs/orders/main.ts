/** The orders subgraph as a process. */
import { createSigner } from '../../runtime/token.ts';
import { ordersEnv } from '../shared/env.ts';
import { startSubgraph } from '../shared/start-subgraph.ts';
import { createContext } from './context.ts';
import { createParticipants } from './participants.ts';
import { resolvers } from './resolvers.ts';
import { OrdersService } from './service.ts';
import { renameFollowUps } from './upgrade.ts';

startSubgraph({
  name: 'orders',
  readEnv: ordersEnv,
  resolvers,
  create({ env, database, log }) {
    const sign = env.signingKey === null ? null : createSigner({ service: 'orders', secret: env.signingKey });
    const participants = createParticipants(env.participants, sign);
    const { orderDeadlineMs, crashPoint } = env;
    const service = new OrdersService({ database, participants, orderDeadlineMs, crashPoint, log });
    return {
      context: createContext(service),
      upgrade: () => renameFollowUps(database),
      start: () => {
        service.startRecovery();
      },
      async close() {
        await service.close();
        await participants.close();
      },
    };
  },
});
