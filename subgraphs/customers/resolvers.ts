/** From GraphQL to the service, one expression each. */
import type { Resolvers } from './resolvers.generated.ts';

export const resolvers: Resolvers = {
  Query: {
    me: (_, __, { caller, loaders }) =>
      caller.role === 'customer' && caller.id ? loaders.customer.load(caller.id) : null,
    customer: (_, { id }, { loaders }) => loaders.customer.load(id),
    customers: (_, args, { customers, caller }) => customers.list(args, caller),
  },
  Mutation: {
    createCustomer: (_, { input }, { customers }) => customers.create(input),
    updateCustomer: (_, { input }, { customers, caller }) => customers.update(input, caller),
  },
  Customer: {
    __resolveReference: async ({ id }, { loaders }) => loaders.customer.load(id),
  },
};
