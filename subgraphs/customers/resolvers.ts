/** GraphQL to service and loaders, one expression each. */
import type { Resolvers } from './resolvers.generated.ts';

export const resolvers: Resolvers = {
  Query: {
    me: (_parent, _args, { caller, loaders }) =>
      caller.role === 'customer' && caller.id ? loaders.customer.load(caller.id) : null,
    customer: (_parent, { id }, { loaders }) => loaders.customer.load(id),
    customers: (_parent, args, { customers, caller }) => customers.list(args, caller),
  },
  Mutation: {
    createCustomer: (_parent, { input }, { customers }) => customers.create(input),
    updateCustomer: (_parent, { input }, { customers, caller }) => customers.update(input, caller),
  },
  Customer: {
    __resolveReference: async ({ id }, { loaders }) => loaders.customer.load(id),
  },
};
