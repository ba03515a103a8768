/**
 * A naive shop: three REST services on Fastify and Mongoose. An order makes a call for each item, which reads the
 * product, checks the stock and saves it. bench:orders compares the product with it, and shows that it loses updates:
 * between reading and saving, another request may have saved.
 *
 *     node --import tsx bench/orders/naive-service.ts customers|inventory|orders   with MONGODB_URI, and for orders the others' URLs
 */
import Fastify from 'fastify';
import mongoose, { Schema } from 'mongoose';

const [role = ''] = process.argv.slice(2);
const { MONGODB_URI = '', CUSTOMERS_URL = '', INVENTORY_URL = '' } = process.env;
await mongoose.connect(MONGODB_URI, { dbName: `naive-${role}` });

const Customer = mongoose.model('Customer', new Schema({ name: String, email: String }));
const Product = mongoose.model('Product', new Schema({ sku: String, name: String, price: Number, stock: Number }));
const Order = mongoose.model(
  'Order',
  new Schema({
    customerId: String,
    items: [{ productId: String, quantity: Number, price: Number }],
    total: Number,
    status: String,
  }),
);

interface Line {
  productId: string;
  quantity: number;
}

const app = Fastify();
switch (role) {
  case 'customers':
    app.post<{ Body: { name: string; email: string } }>('/customers', async ({ body }) => Customer.create(body));
    app.get<{ Params: { id: string } }>('/customers/:id', async ({ params }, reply): Promise<unknown> => {
      return (await Customer.findById(params.id)) ?? reply.code(404).send({ message: 'no such customer' });
    });
    break;
  case 'inventory':
    app.post<{ Body: { sku: string; name: string; price: number; stock: number } }>('/products', async ({ body }) =>
      Product.create(body),
    );
    app.post<{ Params: { id: string }; Body: { quantity: number } }>(
      '/products/:id/take',
      async ({ params, body }, reply): Promise<unknown> => {
        const product = await Product.findById(params.id);
        if (product === null) return reply.code(404).send({ message: 'no such product' });
        const stock = product.stock ?? 0;
        if (stock < body.quantity) return reply.code(409).send({ message: 'out of stock' });
        product.stock = stock - body.quantity;
        await product.save();
        return product;
      },
    );
    break;
  case 'orders':
    app.post<{ Body: { customerId: string; items: Line[] } }>('/orders', async ({ body }, reply): Promise<unknown> => {
      const customer = await fetch(`${CUSTOMERS_URL}/customers/${body.customerId}`);
      await customer.arrayBuffer();
      if (!customer.ok) return reply.code(404).send({ message: 'no such customer' });
      const items: (Line & { price: number })[] = [];
      for (const { productId, quantity } of body.items) {
        const taken = await fetch(`${INVENTORY_URL}/products/${productId}/take`, {
          method: 'POST',
          headers: { 'content-type': 'application/json' },
          body: JSON.stringify({ quantity }),
        });
        const product = (await taken.json()) as { price: number; message?: string };
        if (!taken.ok) return reply.code(taken.status).send(product);
        items.push({ productId, quantity, price: product.price });
      }
      const total = items.reduce((sum, { quantity, price }) => sum + quantity * price, 0);
      return Order.create({ customerId: body.customerId, items, total, status: 'CONFIRMED' });
    });
    break;
  default:
    throw new Error('which service? customers, inventory or orders');
}
console.log(`${role} listens on ${await app.listen({ port: 0, host: '127.0.0.1' })}`);
