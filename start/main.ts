/**
 * `npm start`: the whole supergraph on this machine, in one terminal. Starts the embedded database (unless every
 * subgraph has a MongoDB server), the three subgraphs and the gateway; loads a sample catalogue into an empty embedded
 * database; prints the addresses. When it ends, its children end with it.
 */
import { randomBytes } from 'node:crypto';
import { main, onEnd } from '../runtime/process.ts';
import { banner } from './banner.ts';
import { Children } from './children.ts';
import { type StartEnv, startEnv } from './env.ts';
import { type Child, untilReady } from './process.ts';
import { findExample, loadSample } from './sample.ts';

main('npm start', async () => {
  const children = new Children();
  onEnd(() => children.end());
  try {
    await Promise.race([bringUp(children, startEnv()), children.loss]);
    await children.loss;
  } catch (error) {
    await children.end();
    throw error;
  }
});

async function bringUp(children: Children, env: StartEnv): Promise<void> {
  const secret = env.subgraphToken ?? randomBytes(32).toString('hex');
  const shared: Record<string, string> = { SUBGRAPH_TOKEN: secret };
  if (env.embedded.length > 0) {
    const devdb = await addressOf(children.start('devdb', {}), env);
    shared['MONGODB_URI'] = `mongodb://${devdb}/`;
  }
  const customers = children.start('customers', shared);
  const inventory = children.start('inventory', shared);
  const urls = {
    CUSTOMERS_URL: `http://${await addressOf(customers, env)}/graphql`,
    INVENTORY_URL: `http://${await addressOf(inventory, env)}/graphql`,
  };
  const orders = children.start('orders', { ...shared, ...urls });
  for (const subgraph of [customers, inventory, orders]) await untilReady(await subgraph.address, children.loss);

  const subgraphs = { customers: urls.CUSTOMERS_URL, inventory: urls.INVENTORY_URL, secret };
  // A database that is not the embedded one is left as it is.
  if (env.embedded.includes('customers') && env.embedded.includes('inventory')) await loadSample(subgraphs);

  const gateway = children.start('gateway', {
    ...shared,
    ...urls,
    ORDERS_URL: `http://${await addressOf(orders, env)}/graphql`,
  });
  await untilReady(await gateway.address, children.loss);
  children.printAll();
  console.info(banner({ address: await gateway.address, example: await findExample(subgraphs), env }));
}

/**
 * Host and port of a child. A given port is known at once, so that the children can start in parallel; a free port is
 * known when the child prints it.
 */
async function addressOf(child: Child, env: StartEnv): Promise<string> {
  const port = env.ports[child.name];
  return new URL(port === 0 ? await child.address : reachable(`http://${env.host}:${String(port)}`)).host;
}

/** An address to connect to, also for a process that listens on all addresses. */
function reachable(address: string): string {
  return address.replace('//0.0.0.0:', '//127.0.0.1:').replace('//:::', '//[::1]:');
}
