/** Products: adding, changing, finding and listing them. How much of each there is changes in stock.ts and reservations.ts. */
import type { z } from 'zod';
import { type Connection, type Filter, type PageArgs, type Sort, paginate } from '../shared/pagination.ts';
import { excerpt } from '../../runtime/bounds.ts';
import { seesAll } from '../../runtime/caller.ts';
import { badUserInput, denied } from '../../runtime/errors.ts';
import { isId } from '../shared/ids.ts';
import { isDuplicateKey } from '../shared/mongo.ts';
import { isLongerThan, textKey } from '../../runtime/text.ts';
import { type InvalidInputError, parseInput } from '../shared/validation.ts';
import { MAX_LIST, MAX_SEARCH, createProductInput, updateProductInput } from './input.ts';
import { movement } from './ledger.ts';
import { type ProductDocument, isLow, newId, objectId } from './model.ts';
import { type ProductNotFoundError, type SkuTakenError, productNotFound, skuTaken } from './refusals.ts';
import { type Request, SET_LOW_STOCK, type Store, insert } from './store.ts';

/** A product as the API shows it. */
export interface Product {
  id: string;
  sku: string;
  name: string;
  description: string | null;
  price: { amount: number; currency: string };
  stock: { onHand: number; available: number; reserved: number; lowStock: boolean };
  createdAt: Date;
  updatedAt: Date;
}

export type ProductConnection = Connection<Product>;

export const toProduct = (stored: ProductDocument): Product => ({
  id: stored._id.toHexString(),
  sku: stored.sku,
  name: stored.name,
  description: stored.description,
  price: stored.price,
  stock: {
    onHand: stored.onHand,
    available: stored.available,
    reserved: stored.onHand - stored.available,
    lowStock: stored.lowStock,
  },
  createdAt: stored.createdAt,
  updatedAt: stored.updatedAt,
});

export interface ProductFilter {
  ids?: readonly string[] | null | undefined;
  skus?: readonly string[] | null | undefined;
  search?: string | null | undefined;
  inStock?: boolean | null | undefined;
  lowStock?: boolean | null | undefined;
}

export interface ProductSort {
  field: 'NAME' | 'PRICE' | 'AVAILABLE' | 'CREATED_AT';
  /** ASC where it is left out. */
  direction?: 'ASC' | 'DESC';
}

export interface ProductsArgs extends PageArgs {
  filter?: ProductFilter | null | undefined;
  sort?: ProductSort | null | undefined;
}

export interface StockLine {
  productId: string;
  quantity: number;
}

export interface StockCheck {
  productId: string;
  requested: number;
  available: number;
  sufficient: boolean;
  product: Product | null;
}

export interface ProductsService {
  /** One query. Ordered as `ids`; null for an id that no product has. */
  productsByIds: (ids: readonly string[]) => Promise<(Product | null)[]>;
  /** Throws BAD_USER_INPUT for a bad page or too long a filter, FORBIDDEN or UNAUTHENTICATED for `lowStock` where the caller isn't staff. */
  products: (args: ProductsArgs, request: Request) => Promise<ProductConnection>;
  /** One query. Ordered as `lines`, at most 100; throws BAD_USER_INPUT beyond. */
  checkStock: (lines: readonly StockLine[]) => Promise<StockCheck[]>;
  createProduct: (
    input: unknown,
    request: Request,
  ) => Promise<{ __typename: 'CreateProductSuccess'; product: Product } | InvalidInputError | SkuTakenError>;
  updateProduct: (
    input: unknown,
    request: Request,
  ) => Promise<{ __typename: 'UpdateProductSuccess'; product: Product } | InvalidInputError | ProductNotFoundError>;
}

/** For each field of the API: where it is stored, and what it is in a product. */
const SORTS = {
  NAME: { path: 'nameKey', type: 'string', of: ({ name }: Product) => textKey(name) },
  PRICE: { path: 'price.amount', type: 'number', of: ({ price }: Product) => price.amount },
  AVAILABLE: { path: 'available', type: 'number', of: ({ stock }: Product) => stock.available },
  CREATED_AT: { path: 'createdAt', type: 'date', of: ({ createdAt }: Product) => createdAt },
} as const;

const NEWEST_FIRST: ProductSort = { field: 'CREATED_AT', direction: 'DESC' };

/** The order of a list, as pagination and the indexes know it. */
export const sortOf = ({ field, direction }: ProductSort): Sort => ({
  name: field,
  path: SORTS[field].path,
  direction: direction === 'DESC' ? -1 : 1,
  type: SORTS[field].type,
});

/** The stored condition for a filter of the API. Throws BAD_USER_INPUT where it is too long. */
export function filterOf({ ids, skus, search, inStock, lowStock }: ProductFilter): Filter {
  for (const [name, list] of Object.entries({ ids, skus })) {
    if (list != null && list.length > MAX_LIST) {
      throw badUserInput(`filter.${name} takes at most ${String(MAX_LIST)} values, and has ${String(list.length)}.`);
    }
  }
  if (search != null && isLongerThan(search, MAX_SEARCH)) {
    throw badUserInput(`filter.search takes at most ${String(MAX_SEARCH)} characters.`);
  }
  return {
    ...(ids != null && { _id: { $in: ids.filter(isId).map(objectId) } }),
    ...(skus != null && { sku: { $in: skus } }),
    ...(lowStock != null && { lowStock }),
    ...(inStock != null && { available: inStock ? { $gt: 0 } : 0 }),
    ...(search != null && textKey(search) !== '' && containing(search)),
  };
}

const containing = (search: string): Filter => {
  const literally = textKey(search).replace(/[\\^$.*+?()[\]{}|/-]/g, '\\$&');
  return { $or: [{ nameKey: { $regex: literally } }, { sku: { $regex: literally, $options: 'i' } }] };
};

/** What an update sets, by stored path; empty where nothing is to change. */
function changesOf({ name, price, ...given }: Omit<z.output<typeof updateProductInput>, 'id'>): [string, unknown][] {
  const values = {
    name,
    nameKey: name && textKey(name),
    'price.amount': price?.amount,
    'price.currency': price?.currency,
    ...given,
  };
  return Object.entries(values).filter(([, value]) => value !== undefined);
}

export function createProductsService({ products, movements, change, inLine }: Store): ProductsService {
  const byIds = async (ids: readonly string[]): Promise<Map<string, Product>> => {
    const wanted = [...new Set(ids)].filter(isId).map(objectId);
    const found = await products.find({ _id: { $in: wanted } }).lean();
    return new Map(found.map((stored) => [stored._id.toHexString(), toProduct(stored)]));
  };

  /** The product as changed; null where it doesn't exist or nothing about it differs, so that updatedAt stays. */
  const update = async (_id: ProductDocument['_id'], changes: [string, unknown][]): Promise<ProductDocument | null> => {
    // $literal: in a pipeline, a text that begins with a dollar sign would be read as a path.
    const values = Object.fromEntries(changes.map(([path, value]) => [path, { $literal: value }]));
    return products
      .findOneAndUpdate(
        { _id, $or: changes.map(([path, value]) => ({ [path]: { $ne: value } })) },
        [{ $set: { ...values, updatedAt: { $literal: new Date() } } }, SET_LOW_STOCK],
        { returnDocument: 'after', updatePipeline: true },
      )
      .lean();
  };

  return {
    async productsByIds(ids) {
      const found = await byIds(ids);
      return ids.map((id) => found.get(id) ?? null);
    },

    async products({ filter, sort, ...args }, { caller }) {
      if (filter?.lowStock != null && !seesAll(caller)) throw denied(caller);
      const order = sort ?? NEWEST_FIRST;
      return paginate<Product>({
        args,
        sort: sortOf(order),
        filter: filterOf(filter ?? {}),
        toId: objectId,
        find: async (query) =>
          (await products.find(query.filter).sort(query.sort).limit(query.limit).lean()).map(toProduct),
        // Without a condition the planner would read the documents; the index of ids is all that it takes.
        count: (matching) =>
          products.countDocuments(matching, Object.keys(matching).length === 0 ? { hint: { _id: 1 } } : {}),
        key: (product) => ({ value: SORTS[order.field].of(product), id: product.id }),
      });
    },

    async checkStock(lines) {
      if (lines.length > MAX_LIST) {
        throw badUserInput(`checkStock takes at most ${String(MAX_LIST)} lines, and got ${String(lines.length)}.`);
      }
      const found = await byIds(lines.map(({ productId }) => productId));
      return lines.map(({ productId, quantity }) => {
        const product = found.get(productId) ?? null;
        const available = product?.stock.available ?? 0;
        const sufficient = product !== null && quantity >= 1 && available >= quantity;
        return { productId: excerpt(productId), requested: quantity, available, sufficient, product };
      });
    },

    async createProduct(input, request) {
      const parsed = parseInput(createProductInput, input);
      if (!parsed.ok) return parsed.error;
      const { initialStock: units, description, ...given } = parsed.value;
      const now = new Date();
      const product: ProductDocument = {
        _id: newId(),
        ...given,
        nameKey: textKey(given.name),
        description: description ?? null,
        onHand: units,
        available: units,
        lowStock: isLow(units, given.lowStockThreshold),
        createdAt: now,
        updatedAt: now,
      };
      const received = movement(
        { productId: product._id, type: 'RECEIVED', onHandChange: units, availableChange: units, at: now },
        request,
      );
      try {
        return await change([], request, async (session) => {
          await insert(products, product, session);
          await insert(movements, received, session);
          return { __typename: 'CreateProductSuccess', product: toProduct(product) };
        });
      } catch (error) {
        if (isDuplicateKey(error, 'sku')) return skuTaken(product.sku);
        throw error;
      }
    },

    async updateProduct(input, request) {
      const parsed = parseInput(updateProductInput, input);
      if (!parsed.ok) return parsed.error;
      const { id, ...given } = parsed.value;
      if (!isId(id)) return productNotFound([id]);
      const changes = changesOf(given);
      // In line: a transaction that has read the product would fail if it were changed meanwhile.
      const changed = changes.length === 0 ? null : await inLine([id], request, () => update(objectId(id), changes));
      const stored = changed ?? (await products.findById(objectId(id)).lean());
      return stored === null
        ? productNotFound([id])
        : { __typename: 'UpdateProductSuccess', product: toProduct(stored) };
    },
  };
}
