/** GraphQL to service and loaders, one expression each. Fields that are not listed are properties of the service's answers. */
import type { Resolvers } from './resolvers.generated.ts';

export const resolvers: Resolvers = {
  Query: {
    product: (_parent, { id }, { loaders }) => loaders.product.load(id),
    products: (_parent, args, context) => context.inventory.products(args, context),
    checkStock: (_parent, { lines }, { inventory }) => inventory.checkStock(lines),
  },
  Mutation: {
    createProduct: (_parent, { input }, context) => context.inventory.createProduct(input, context),
    updateProduct: (_parent, { input }, context) => context.inventory.updateProduct(input, context),
    reduceStock: (_parent, { input }, context) => context.inventory.reduceStock(input, context),
    adjustStock: (_parent, { input }, context) => context.inventory.adjustStock(input, context),
    reserveStock: (_parent, { orderId, lines }, context) => context.inventory.reserveStock(orderId, lines, context),
    commitReservation: (_parent, { orderId }, context) => context.inventory.commitReservation(orderId, context),
    releaseReservation: (_parent, { orderId }, context) => context.inventory.releaseReservation(orderId, context),
  },
  Product: {
    // Async, so that a bad representation nulls itself and not the whole list.
    __resolveReference: async ({ id }, { loaders }) => loaders.product.load(id),
    movements: ({ id }, args, { inventory }) => inventory.movements(id, args),
  },
  StockShortage: {
    product: ({ productId }, _args, { loaders }) => loaders.product.load(productId),
  },
};
