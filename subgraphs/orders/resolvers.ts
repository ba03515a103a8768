/** From GraphQL to the service, one expression each. */
import { seesAll } from '../../runtime/caller.ts';
import { allowedTransitions } from './order.ts';
import type { Resolvers } from './schema.generated.ts';

export const resolvers: Resolvers = {
  Query: {
    order: (_, { id }, { loaders }) => loaders.order.load(id),
    orders: (_, args, { orders, caller, loaders }) => orders.list(args, caller, loaders),
  },
  Mutation: {
    createOrder: (_, { input }, context) => context.orders.create(input, context),
    cancelOrder: (_, { input }, context) => context.orders.cancel(input, context),
    transitionOrder: (_, { input }, context) => context.orders.transition(input, context),
  },
  Order: {
    __resolveReference: async ({ id }, { loaders }) => loaders.order.load(id),
    allowedTransitions: ({ status }) => [...allowedTransitions(status)],
    customer: ({ customerId }) => ({ id: customerId }),
  },
  StockShortage: {
    product: ({ productId }) => ({ id: productId }),
  },
  OrderEvent: {
    actor: ({ actor }, _, { caller }) => (seesAll(caller) ? (actor ?? null) : null),
  },
  OrderItem: {
    product: ({ productId }) => ({ id: productId }),
  },
  Customer: {
    // Whether there is such a customer is not for orders to say.
    __resolveReference: async ({ id }) => ({ id }),
    orders: ({ id }, args, { orders, caller, loaders }) =>
      orders.list({ ...args, filter: { ...args.filter, customerId: id } }, caller, loaders),
  },
};
