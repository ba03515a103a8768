/** For tests: the service on its own database, in an embedded server that the tests of one file share. */
import { randomBytes } from 'node:crypto';
import type { Caller } from '../../runtime/caller.ts';
import { createLogger } from '../../runtime/log.ts';
import { type Models, modelsOf } from '../../subgraphs/inventory/model.ts';
import { type InventoryService, type Product, createInventoryService } from '../../subgraphs/inventory/service.ts';
import type { Request } from '../../subgraphs/inventory/store.ts';
import { type Connection, buildIndexes, connect, hasBulkWrite, newId } from '../../subgraphs/shared/mongo.ts';

export const STAFF: Caller = { service: 'gateway', role: 'staff', id: 'ada' };
export const CUSTOMER: Caller = { service: 'gateway', role: 'customer', id: 'f'.repeat(24) };

/** A request of `caller` with a long deadline. Its log is in `lines`. */
export function request(caller: Caller = STAFF): Request & { lines: string[] } {
  const lines: string[] = [];
  const destination = { write: (line: string) => void lines.push(line) };
  const log = createLogger({ name: 'inventory', level: 'info', production: true, destination });
  return { caller, deadline: Date.now() + 60_000, log, lines };
}

/** A new id. */
export const id = (): string => newId().toHexString();

export interface SentCommand {
  name: string;
  command: Record<string, unknown>;
}

export interface Inventory extends InventoryService, AsyncDisposable {
  connection: Connection;
  /** The connection, for data that no service returns. */
  models: Models;
  /** Adds a product with the given fields. */
  add: (
    given?: Partial<{ sku: string; name: string; amount: number; currency: string; stock: number; low: number }>,
  ) => Promise<Product>;
  /** The current product. */
  read: (productId: string) => Promise<Product>;
  /** The sums of a product's movements, to compare with its stock. */
  ledger: (productId: string) => Promise<{ onHand: number; available: number }>;
  /** The commands that the driver sends while `work` runs. */
  sent: (work: () => Promise<unknown>) => Promise<SentCommand[]>;
  /** Only their names. */
  commands: (work: () => Promise<unknown>) => Promise<string[]>;
  /** The commands of one write to several collections: the given ones, or a single one if the server has bulkWrite. */
  writes: (...byCollection: string[]) => string[];
}

/** @param database the name of a shared database; by default a new one. It is dropped at the end. */
export async function startInventory(
  uri: string,
  database = `inventory_${randomBytes(6).toString('hex')}`,
): Promise<Inventory> {
  const log = createLogger({ name: 'inventory', level: 'silent', production: true });
  const monitored = `${uri}${uri.includes('?') ? '&' : '?'}monitorCommands=true`;
  const connection = await connect({ uri: monitored, database, log });
  const service = createInventoryService(connection);
  await buildIndexes(connection);
  const models = modelsOf(connection);
  const sent: Inventory['sent'] = async (work) => {
    const commands: SentCommand[] = [];
    const note = ({ commandName: name, command }: { commandName: string; command: object }): void => {
      if (name !== 'endSessions') commands.push({ name, command: { ...command } });
    };
    const client = connection.getClient();
    client.on('commandStarted', note);
    try {
      await work();
    } finally {
      client.off('commandStarted', note);
    }
    return commands;
  };
  return {
    ...service,
    connection,
    models,
    async add({ sku = id(), name = 'Teapot', amount = 1999, currency = 'EUR', stock = 0, low = 0 } = {}) {
      const input = { sku, name, price: { amount, currency }, initialStock: stock, lowStockThreshold: low };
      const added = await service.createProduct(input, request());
      if (added.__typename !== 'CreateProductSuccess') throw new Error(added.message);
      return added.product;
    },
    async read(productId) {
      const [product] = await service.productsByIds([productId]);
      if (product == null) throw new Error(`there is no product ${productId}`);
      return product;
    },
    async ledger(productId) {
      const sums = { onHand: 0, available: 0 };
      for await (const movement of models.movements.find({ productId }).lean().cursor()) {
        sums.onHand += movement.onHandChange;
        sums.available += movement.availableChange;
      }
      return sums;
    },
    sent,
    commands: async (work) => (await sent(work)).map(({ name }) => name),
    writes: (...byCollection) => (hasBulkWrite(connection) ? ['bulkWrite'] : byCollection),
    async [Symbol.asyncDispose]() {
      await connection.dropDatabase();
      await connection.close();
    },
  };
}
