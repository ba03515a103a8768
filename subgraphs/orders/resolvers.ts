/** GraphQL to service and loaders, one expression each. */
import { seesAll } from '../../runtime/caller.ts';
import { isId } from '../shared/ids.ts';
import { allowedTransitions } from './order.ts';
import { customerOf, productOf } from './references.ts';
import type { Resolvers } from './resolvers.generated.ts';

export const resolvers: Resolvers = {
  Query: {
    order: (_parent, { id }, { loaders }) => loaders.order.load(id),
    orders: (_parent, args, { orders, caller }) => orders.list(args, caller),
  },
  Mutation: {
    createOrder: (_parent, { input }, context) => context.orders.create(input, context),
    cancelOrder: (_parent, { input }, context) => context.orders.cancel(input, context),
    transitionOrder: (_parent, { input }, context) => context.orders.transition(input, context),
  },
  Order: {
    __resolveReference: async ({ id }, { loaders }) => loaders.order.load(id),
    allowedTransitions: ({ status }) => [...allowedTransitions(status)],
    customer: (order, _args, { loaders }) => customerOf(order, loaders.customerExists),
    rejection: ({ refusal }) => refusal,
    items: (order) => order.items.map((item) => ({ ...item, order })),
  },
  StockShortage: {
    product: ({ productId }) => ({ id: productId }),
  },
  OrderEvent: {
    actor: ({ actor }, _args, { caller }) => (seesAll(caller) ? (actor ?? null) : null),
  },
  OrderItem: {
    product: (item, _args, { loaders }) => productOf(item, loaders.productExists),
  },
  Customer: {
    // Only customers knows whether this customer exists, unless the id is malformed.
    __resolveReference: async ({ id }) => (isId(id) ? { id } : null),
    orders: ({ id }, args, { orders, caller }) =>
      orders.list({ ...args, filter: { ...args.filter, customerId: id } }, caller),
  },
};
