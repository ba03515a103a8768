/** The customers subgraph as a process. */
import { subgraphEnv } from '../shared/env.ts';
import { startSubgraph } from '../shared/start-subgraph.ts';
import { createContext } from './context.ts';
import { fillKeys } from './model.ts';
import { resolvers } from './resolvers.ts';
import { CustomersService } from './service.ts';

startSubgraph({
  name: 'customers',
  readEnv: () => subgraphEnv('customers'),
  resolvers,
  create: ({ database }) => ({
    context: createContext(new CustomersService(database)),
    upgrade: () => fillKeys(database),
  }),
});
