/** The documents of inventory's three collections, and the indexes that serve every query. */
import { type Connection, type Model, Schema, type Types } from 'mongoose';
import { textKey } from '../../runtime/text.ts';
import { fillMissing } from '../shared/backfill.ts';
import type { Money, ReservationState, StockMovementType } from './schema.generated.ts';

/** A product and its stock. The reserved units are onHand - available. */
export interface ProductDocument {
  _id: Types.ObjectId;
  sku: string;
  name: string;
  /** `textKey` of the name, by which products are sorted and searched. */
  nameKey: string;
  description: string | null;
  price: Money;
  onHand: number;
  available: number;
  lowStockThreshold: number;
  /** See `isLow`. Written whenever one of the two changes. */
  lowStock: boolean;
  createdAt: Date;
  updatedAt: Date;
  /** How often a transaction has locked the product by writing to it before it read anything. */
  locks?: number;
}

export const isLow = (available: number, lowStockThreshold: number): boolean => available <= lowStockThreshold;

interface ReservedLineDocument {
  productId: Types.ObjectId;
  quantity: number;
  sku: string;
  name: string;
  unitPrice: Money;
}

/** The stock of one order, with the order's _id. RELEASED without lines is a tombstone, which never expires. */
export interface ReservationDocument {
  _id: Types.ObjectId;
  state: ReservationState;
  /** Sorted by product id. */
  lines: ReservedLineDocument[];
  createdAt: Date;
  updatedAt: Date;
}

/** An entry of the ledger. All changes of a product add up to its onHand and available. */
export interface MovementDocument {
  _id: Types.ObjectId;
  productId: Types.ObjectId;
  type: StockMovementType;
  onHandChange: number;
  availableChange: number;
  reason: string | null;
  orderId: Types.ObjectId | null;
  actor: string | null;
  at: Date;
  /** The key of the request that made it, and that request's whole input; absent if it had no key. */
  idempotencyKey?: string;
  fingerprint?: string;
}

export type Collection<T> = Model<T>;

export interface Models {
  products: Collection<ProductDocument>;
  reservations: Collection<ReservationDocument>;
  movements: Collection<MovementDocument>;
}

const money = { amount: { type: Number, required: true }, currency: { type: String, required: true } };
const plain = { versionKey: false, id: false, minimize: false, strict: 'throw' } as const;

// For reads, indexes, and the names of stored fields. Writes of stock bypass Mongoose: they pass whole documents of the
// types above, which the compiler has checked, to the driver. `required` and `strict` have no effect on them.
const productSchema = new Schema<ProductDocument>(
  {
    sku: { type: String, required: true },
    name: { type: String, required: true },
    nameKey: { type: String, required: true },
    description: { type: String, default: null },
    price: money,
    onHand: { type: Number, required: true },
    available: { type: Number, required: true },
    lowStockThreshold: { type: Number, required: true },
    lowStock: { type: Boolean, required: true },
    createdAt: { type: Date, required: true },
    updatedAt: { type: Date, required: true },
    locks: { type: Number },
  },
  { ...plain, collection: 'products' },
);

/** The stored fields that a list of products can be sorted by. */
const SORT_PATHS = ['nameKey', 'price.amount', 'available', 'createdAt'] as const;

productSchema.index({ sku: 1 }, { unique: true });
// Each sort is an index scan in either direction, with ties broken by _id. lowStock leads, because it is the one selective equality.
// inStock is checked on the way: in stock is nearly everything, and what isn't is a part of what is low.
for (const path of SORT_PATHS) {
  productSchema.index({ [path]: 1, _id: 1 });
  productSchema.index({ lowStock: 1, [path]: 1, _id: 1 });
}

const reservationSchema = new Schema<ReservationDocument>(
  {
    state: { type: String, required: true },
    lines: [
      new Schema(
        {
          productId: { type: Schema.Types.ObjectId, required: true },
          quantity: { type: Number, required: true },
          sku: { type: String, required: true },
          name: { type: String, required: true },
          unitPrice: money,
        },
        { _id: false },
      ),
    ],
    createdAt: { type: Date, required: true },
    updatedAt: { type: Date, required: true },
  },
  { ...plain, collection: 'reservations' },
);

const movementSchema = new Schema<MovementDocument>(
  {
    productId: { type: Schema.Types.ObjectId, required: true },
    type: { type: String, required: true },
    onHandChange: { type: Number, required: true },
    availableChange: { type: Number, required: true },
    reason: { type: String, default: null },
    orderId: { type: Schema.Types.ObjectId, default: null },
    actor: { type: String, default: null },
    at: { type: Date, required: true },
    idempotencyKey: { type: String },
    fingerprint: { type: String },
  },
  { ...plain, collection: 'stockMovements' },
);

movementSchema.index({ productId: 1, at: 1, _id: 1 });
// Movements without a key are not in the index.
movementSchema.index({ idempotencyKey: 1 }, { unique: true, partialFilterExpression: { idempotencyKey: { $gt: '' } } });

/**
 * Gives products of earlier versions their nameKey. The indexes must exist. `nameLower`, by which those versions
 * sorted, is kept, so that they can still be started on the same data.
 */
export const fillKeys = (connection: Connection): Promise<void> =>
  fillMissing(connection, {
    collection: 'products',
    lacking: 'nameKey',
    from: ['name'],
    fields: ({ name = '' }) => ({ nameKey: textKey(name) }),
  });

/** The models on a connection, registered by the first call. The caller builds their indexes. */
export const modelsOf = (connection: Connection): Models => ({
  products: modelOf<ProductDocument>(connection, 'Product', productSchema),
  reservations: modelOf<ReservationDocument>(connection, 'Reservation', reservationSchema),
  movements: modelOf<MovementDocument>(connection, 'StockMovement', movementSchema),
});

const modelOf = <T>(connection: Connection, name: string, schema: Schema<T>): Collection<T> =>
  connection.models[name] ?? connection.model<T>(name, schema);
