/**
 * `npm start`: the whole supergraph on this machine, in one terminal. Starts the embedded database (unless every subgraph
 * has a MongoDB server), the three subgraphs and the gateway, puts a sample catalogue into an empty embedded database, says
 * where to go, and ends everything when it ends itself.
 */
import { randomBytes } from 'node:crypto';
import { main, onEnd } from '../runtime/process.ts';
import { banner } from './banner.ts';
import { type StartEnv, childEnv, startEnv } from './env.ts';
import { type Child, type ProcessName, howItEnded, spawnChild, untilReady } from './process.ts';
import { findExample, loadSample } from './sample.ts';

main('npm start', async () => {
  const family = createFamily();
  onEnd(family.end);
  try {
    await Promise.race([bringUp(family, startEnv()), family.loss]);
    await family.loss;
  } catch (error) {
    await family.end();
    throw error;
  }
});

/** The children: started one after the other, and ended in the opposite order. */
interface Family {
  start: (name: ProcessName, changes: Record<string, string>) => Child;
  /** Never resolves; rejects as soon as a child ends that nobody asked to. */
  loss: Promise<never>;
  /** From now on, everything is printed: before, what subgraphs tell of each row of the sample is not. */
  printAll: () => void;
  end: () => Promise<void>;
}

function createFamily(): Family {
  const children: Child[] = [];
  let ending = false;
  let isLoading = true;
  const { promise: loss, reject: lose } = withRejection();
  return {
    loss,
    printAll() {
      isLoading = false;
    },
    start(name, changes) {
      const child = spawnChild(name, childEnv(changes), (text) => {
        process.stdout.write(isLoading ? text.replace(/^.*"audit":.*\n/gm, '') : text);
      });
      children.push(child);
      void child.exited.then((exit) => {
        if (!ending) lose(new Error(`${name} ${howItEnded(exit)}, so everything else was ended too.`));
      });
      return child;
    },
    async end() {
      ending = true;
      // The gateway stops taking requests before what it depends on goes away.
      for (const child of children.toReversed()) await child.end();
    },
  };
}

function withRejection(): { promise: Promise<never>; reject: (error: Error) => void } {
  let reject: (error: Error) => void = () => undefined;
  const promise = new Promise<never>((_resolve, rejectIt) => {
    reject = rejectIt;
  });
  // It may reject while nobody is waiting, and is awaited all the same in the end.
  promise.catch(() => undefined);
  return { promise, reject };
}

async function bringUp(family: Family, env: StartEnv): Promise<void> {
  const secret = env.subgraphToken ?? randomBytes(32).toString('hex');
  const shared: Record<string, string> = { SUBGRAPH_TOKEN: secret };
  if (env.embedded.length > 0) {
    const devdb = await addressOf(family.start('devdb', {}), env);
    shared['MONGODB_URI'] = `mongodb://${devdb}/`;
  }
  const customers = family.start('customers', shared);
  const inventory = family.start('inventory', shared);
  const urls = {
    CUSTOMERS_URL: `http://${await addressOf(customers, env)}/graphql`,
    INVENTORY_URL: `http://${await addressOf(inventory, env)}/graphql`,
  };
  const orders = family.start('orders', { ...shared, ...urls });
  for (const subgraph of [customers, inventory, orders]) await untilReady(await subgraph.address, family.loss);

  const subgraphs = { customers: urls.CUSTOMERS_URL, inventory: urls.INVENTORY_URL, secret };
  // Nothing of ours goes into a database that somebody else set up.
  if (env.embedded.includes('customers') && env.embedded.includes('inventory')) await loadSample(subgraphs);

  const gateway = family.start('gateway', {
    ...shared,
    ...urls,
    ORDERS_URL: `http://${await addressOf(orders, env)}/graphql`,
  });
  await untilReady(await gateway.address, family.loss);
  family.printAll();
  console.info(banner({ address: await gateway.address, example: await findExample(subgraphs), env }));
}

/**
 * Host and port of a child: known at once where its port is given, so that all can start side by side; as soon as it
 * says so where it takes any free one.
 */
async function addressOf(child: Child, env: StartEnv): Promise<string> {
  const port = env.ports[child.name];
  return new URL(port === 0 ? await child.address : reachable(`http://${env.host}:${String(port)}`)).host;
}

/** An address that can be connected to, where a process listens on all of them. */
function reachable(address: string): string {
  return address.replace('//0.0.0.0:', '//127.0.0.1:').replace('//:::', '//[::1]:');
}
