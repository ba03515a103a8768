/** Products: adding, changing, finding and listing them. Their stock changes in stock.ts and reservations.ts. */
import type { z } from 'zod';
import { excerpt } from '../../runtime/bounds.ts';
import { seesAll } from '../../runtime/caller.ts';
import { badUserInput, denied } from '../../runtime/errors.ts';
import { isLongerThan, textKey } from '../../runtime/text.ts';
import { isId } from '../shared/ids.ts';
import {
  type ObjectId,
  countMatching,
  escapeRegex,
  findByIds,
  isDuplicateKey,
  literals,
  newId,
  toId,
} from '../shared/mongo.ts';
import { type Connection, type Filter, type Sort, paginate } from '../shared/pagination.ts';
import type { UnionMember } from '../shared/union-member.ts';
import { type InvalidInputError, parseInput } from '../shared/validation.ts';
import { MAX_LIST, MAX_SEARCH, createProductInput, updateProductInput } from './inputs.ts';
import { type ProductDocument, isLow } from './model.ts';
import { movement } from './movements.ts';
import { productNotFound, skuTaken } from './refusals.ts';
import type {
  CreateProductInput,
  CreateProductSuccess,
  Product as ApiProduct,
  ProductFilter,
  ProductSort,
  QueryProductsArgs,
  StockCheck,
  StockLineInput,
  UpdateProductInput,
  UpdateProductSuccess,
} from './schema.generated.ts';
import { type Request, SET_LOW_STOCK, type Store, insert } from './store.ts';

/** A product as the API shows it. Its movements are read separately. */
export type Product = Omit<ApiProduct, 'movements'>;
export type ProductConnection = Connection<Product>;

type CreateProductResult = UnionMember<CreateProductSuccess> | InvalidInputError | ReturnType<typeof skuTaken>;
type UpdateProductResult = UnionMember<UpdateProductSuccess> | InvalidInputError | ReturnType<typeof productNotFound>;

export interface ProductsService {
  /** One query. In the order of `ids`; null for an id that doesn't exist. */
  productsByIds: (ids: readonly string[]) => Promise<(Product | null)[]>;
  /**
   * One page. Throws BAD_USER_INPUT for a bad page or a filter that is too long, FORBIDDEN or UNAUTHENTICATED for a filter by lowStock
   * from a caller that isn't staff.
   */
  products: (args: QueryProductsArgs, request: Request) => Promise<ProductConnection>;
  /** One query. In the order of `lines`, at most 100; throws BAD_USER_INPUT beyond. */
  checkStock: (lines: readonly StockLineInput[]) => Promise<StockCheck[]>;
  createProduct: (input: CreateProductInput, request: Request) => Promise<CreateProductResult>;
  updateProduct: (input: UpdateProductInput, request: Request) => Promise<UpdateProductResult>;
}

export const createProductsService = (store: Store): ProductsService => ({
  productsByIds: (ids) => productsByIds(store, ids),
  products: (args, request) => listProducts(store, args, request),
  checkStock: (lines) => checkStock(store, lines),
  createProduct: (input, request) => createProduct(store, input, request),
  updateProduct: (input, request) => updateProduct(store, input, request),
});

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

const productsByIds = async ({ products }: Store, ids: readonly string[]): Promise<(Product | null)[]> =>
  (await findByIds(products, ids)).map((stored) => stored && toProduct(stored));

/** For each sort field of the API: the stored field, and its value in a product. */
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

async function listProducts(
  { products }: Store,
  { filter, sort, ...args }: QueryProductsArgs,
  { caller }: Request,
): Promise<ProductConnection> {
  if (filter?.lowStock != null && !seesAll(caller)) throw denied(caller);
  const order = sort ?? NEWEST_FIRST;
  return paginate<Product>({
    args,
    sort: sortOf(order),
    filter: conditionsOf(filter ?? {}),
    toId,
    find: async (query) =>
      (await products.find(query.filter).sort(query.sort).limit(query.limit).lean()).map(toProduct),
    count: (matching) => countMatching(products, matching),
    key: (product) => ({ value: SORTS[order.field].of(product), id: product.id }),
  });
}

/** The stored conditions of a filter. Throws BAD_USER_INPUT if it is too long. */
function conditionsOf({ ids, skus, search, inStock, lowStock }: ProductFilter): Filter {
  for (const [name, list] of Object.entries({ ids, skus })) {
    if (list != null && list.length > MAX_LIST) {
      throw badUserInput(
        `filter.${name} must have at most ${String(MAX_LIST)} values, and has ${String(list.length)}.`,
      );
    }
  }
  if (search != null && isLongerThan(search, MAX_SEARCH)) {
    throw badUserInput(`filter.search must have at most ${String(MAX_SEARCH)} characters.`);
  }
  return {
    ...(ids != null && { _id: { $in: ids.filter(isId).map(toId) } }),
    ...(skus != null && { sku: { $in: skus } }),
    // What is sold out is low, and an index that begins with lowStock serves every sort.
    ...(inStock === false && { available: 0, lowStock: true }),
    ...(inStock === true && { available: { $gt: 0 } }),
    ...(lowStock != null && { lowStock }),
    ...(search != null && textKey(search) !== '' && containing(search)),
  };
}

const containing = (search: string): Filter => {
  const $regex = escapeRegex(textKey(search));
  return { $or: [{ nameKey: { $regex } }, { sku: { $regex, $options: 'i' } }] };
};

async function checkStock(store: Store, lines: readonly StockLineInput[]): Promise<StockCheck[]> {
  if (lines.length > MAX_LIST) {
    throw badUserInput(`checkStock must have at most ${String(MAX_LIST)} lines, and has ${String(lines.length)}.`);
  }
  const found = await productsByIds(
    store,
    lines.map(({ productId }) => productId),
  );
  return lines.map(({ productId, quantity }, n) => {
    const product = found[n] ?? null;
    const available = product?.stock.available ?? 0;
    const sufficient = product !== null && quantity >= 1 && available >= quantity;
    return { productId: excerpt(productId), requested: quantity, available, sufficient, product };
  });
}

async function createProduct(
  { products, movements, inTransaction }: Store,
  input: CreateProductInput,
  request: Request,
): Promise<CreateProductResult> {
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
    return await inTransaction([], request, async (session) => {
      await insert(products, product, session);
      await insert(movements, received, session);
      return { __typename: 'CreateProductSuccess', product: toProduct(product) };
    });
  } catch (error) {
    if (isDuplicateKey(error, 'sku')) return skuTaken(product.sku);
    throw error;
  }
}

async function updateProduct(store: Store, input: UpdateProductInput, request: Request): Promise<UpdateProductResult> {
  const parsed = parseInput(updateProductInput, input);
  if (!parsed.ok) return parsed.error;
  const { id, ...given } = parsed.value;
  if (!isId(id)) return productNotFound([id]);
  const changes = changesOf(given);
  // Queued, because a transaction that has read the product would fail if it changed meanwhile.
  const changed =
    Object.keys(changes).length === 0
      ? null
      : await store.inQueue([id], request, () => writeChanges(store, toId(id), changes));
  const stored = changed ?? (await store.products.findById(toId(id)).lean());
  return stored === null ? productNotFound([id]) : { __typename: 'UpdateProductSuccess', product: toProduct(stored) };
}

/** What an update sets, by stored path; empty if nothing was given. */
function changesOf({
  name,
  price,
  ...given
}: Omit<z.output<typeof updateProductInput>, 'id'>): Record<string, unknown> {
  const values = {
    name,
    nameKey: name && textKey(name),
    'price.amount': price?.amount,
    'price.currency': price?.currency,
    ...given,
  };
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined));
}

/** The changed product; null if it doesn't exist or if nothing differs, in which case updatedAt stays. */
const writeChanges = async (
  { products }: Store,
  _id: ObjectId,
  changes: Record<string, unknown>,
): Promise<ProductDocument | null> =>
  products
    .findOneAndUpdate(
      { _id, $or: Object.entries(changes).map(([path, value]) => ({ [path]: { $ne: value } })) },
      [{ $set: literals({ ...changes, updatedAt: new Date() }) }, SET_LOW_STOCK],
      { returnDocument: 'after', updatePipeline: true },
    )
    .lean();
