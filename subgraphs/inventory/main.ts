/** The inventory subgraph as a process. */
import { subgraphEnv } from '../shared/env.ts';
import { startSubgraph } from '../shared/start-subgraph.ts';
import { createContext } from './context.ts';
import { fillKeys } from './model.ts';
import { resolvers } from './resolvers.ts';
import { createInventoryService } from './service.ts';

startSubgraph({
  name: 'inventory',
  readEnv: () => subgraphEnv('inventory'),
  resolvers,
  create: ({ database }) => ({
    context: createContext(createInventoryService(database)),
    upgrade: () => fillKeys(database),
  }),
});
