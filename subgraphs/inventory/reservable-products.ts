/**
 * The products from which orders reserve stock, and the writes that take it. Most orders are decided by what this process
 * remembers of their products, which saves a read in each transaction. That may be out of date, because others change
 * products, too; so the grounds of a decision are the conditions of its writes.
 */
import { LruMap } from '../../runtime/lru.ts';
import { isId } from '../shared/ids.ts';
import { type ClientSession, toId } from '../shared/mongo.ts';
import { type Models, type ProductDocument, isLow } from './model.ts';
import type { Decisions } from './reservation.ts';

const MAX_REMEMBERED = 10_000;

const READ = { sku: 1, name: 1, price: 1, available: 1, lowStockThreshold: 1 } as const;
type Product = Pick<ProductDocument, '_id' | keyof typeof READ>;

/** By id. */
export type Products = ReadonlyMap<string, Product>;

/** What a product must be, and how it changes. */
export interface ProductUpdate {
  where: object;
  update: object;
}

export class ReservableProducts {
  readonly #products: Models['products'];
  readonly #remembered = new LruMap<string, Product>(MAX_REMEMBERED);

  constructor(products: Models['products']) {
    this.#products = products;
  }

  /** Those that are remembered, as they were when this process last sold them. */
  recall(ids: Iterable<string>): Products {
    const found = new Map<string, Product>();
    for (const id of ids) {
      const product = this.#remembered.get(id);
      if (product !== undefined) found.set(id, product);
    }
    return found;
  }

  /** Those that exist, as they are in the session's transaction. */
  async read(ids: Iterable<string>, session: ClientSession): Promise<Products> {
    const found = await this.#products
      .find({ _id: { $in: [...new Set(ids)].filter(isId).sort().map(toId) } })
      .select(READ)
      .session(session)
      .lean<Product[]>();
    return new Map(found.map((product) => [product._id.toHexString(), product]));
  }

  /**
   * The writes of decisions by `products`, in the order in which transactions touch products. If one of them matches
   * nothing, the products were not as the decisions took them to be.
   * @param left what the decisions leave of each product
   */
  updates(products: Products, left: Decisions['left']): ProductUpdate[] {
    const inOrder = [...left].sort(([a], [b]) => (a < b ? -1 : 1));
    return inOrder.flatMap(([id, available]) => {
      const product = products.get(id);
      if (product === undefined) return [];
      this.#remembered.set(id, { ...product, available });
      return [updateOf(product, available)];
    });
  }
}

/** Whether decisions may be made by what is remembered: nothing is refused, and no product runs low. */
export const isUndisputed = (products: Products, { refused, left }: Decisions): boolean =>
  refused.size === 0 &&
  [...left].every(([id, available]) => !isLow(available, products.get(id)?.lowStockThreshold ?? Infinity));

/** @param available what is left of the product */
function updateOf(product: Product, available: number): ProductUpdate {
  const { _id, sku, name, price, lowStockThreshold } = product;
  if (isLow(available, lowStockThreshold))
    return { where: { _id, available: product.available }, update: { $set: { available, lowStock: true } } };
  // As long as the product doesn't run low, it may have more or less stock by now.
  const taken = product.available - available;
  const snapshot = { sku, name, 'price.amount': price.amount, 'price.currency': price.currency };
  return {
    where: { _id, ...snapshot, lowStockThreshold, available: { $gt: lowStockThreshold + taken } },
    update: { $inc: { available: -taken } },
  };
}
