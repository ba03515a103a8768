/** What inventory stores: the documents of its three collections, the indexes that serve every query, and nothing else. */
import { type Connection, type Model, Schema, Types } from 'mongoose';
import { fillMissing } from '../shared/backfill.ts';
import { textKey } from '../../runtime/text.ts';

/** A product and its stock. What is reserved is onHand - available. */
export interface ProductDocument {
  _id: Types.ObjectId;
  sku: string;
  name: string;
  /** `textKey` of the name: by it products are sorted and searched. */
  nameKey: string;
  description: string | null;
  price: { amount: number; currency: string };
  onHand: number;
  available: number;
  lowStockThreshold: number;
  /** `isLow`, written with either. */
  lowStock: boolean;
  createdAt: Date;
  updatedAt: Date;
  /** How often a transaction has had to begin by writing the product, so that no other could write it any more. */
  locks?: number;
}

export const isLow = (available: number, lowStockThreshold: number): boolean => available <= lowStockThreshold;

export type ReservationState = 'HELD' | 'RELEASED' | 'COMMITTED';

export interface ReservedLineDocument {
  productId: Types.ObjectId;
  quantity: number;
  sku: string;
  name: string;
  unitPrice: { amount: number; currency: string };
}

/** The stock of one order; its _id is the order's. RELEASED without lines: a tombstone, which never expires. */
export interface ReservationDocument {
  _id: Types.ObjectId;
  state: ReservationState;
  /** Sorted by product id. */
  lines: ReservedLineDocument[];
  createdAt: Date;
  updatedAt: Date;
}

export type MovementType = 'RECEIVED' | 'ADJUSTED' | 'REDUCED' | 'RESERVED' | 'RELEASED' | 'COMMITTED';

/** One line of the ledger. Over all of a product's, the changes add up to its onHand and its available. */
export interface MovementDocument {
  _id: Types.ObjectId;
  productId: Types.ObjectId;
  type: MovementType;
  onHandChange: number;
  availableChange: number;
  reason: string | null;
  orderId: Types.ObjectId | null;
  actor: string | null;
  at: Date;
  /** The key of the request that made it, and the whole input of that request; absent where there was no key. */
  idempotencyKey?: string;
  fingerprint?: string;
}

export type Collection<T> = Model<T>;

export interface Models {
  products: Collection<ProductDocument>;
  reservations: Collection<ReservationDocument>;
  movements: Collection<MovementDocument>;
}

/** Makes the stored id of one that `isId` accepts. */
export const objectId = (id: string): Types.ObjectId => Types.ObjectId.createFromHexString(id);
export const newId = (): Types.ObjectId => new Types.ObjectId();

const money = { amount: { type: Number, required: true }, currency: { type: String, required: true } };
const plain = { versionKey: false, id: false, minimize: false, strict: 'throw' } as const;

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

/** What a list of products can be sorted by. */
export const SORT_PATHS = ['nameKey', 'price.amount', 'available', 'createdAt'] as const;

productSchema.index({ sku: 1 }, { unique: true });
// Each sort is an index scan in either direction, ties included. lowStock leads, as the one equality that is worth it;
// inStock is a range on available and mostly true, so it is checked along the way.
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
// A null or absent key claims nothing.
movementSchema.index({ idempotencyKey: 1 }, { unique: true, partialFilterExpression: { idempotencyKey: { $gt: '' } } });

/**
 * Gives products of earlier versions their name's key. The indexes have to be there. What those versions sorted by, `nameLower`,
 * stays where it is, so that one of them can still be started on the same data.
 */
export const fillKeys = (connection: Connection): Promise<void> =>
  fillMissing(connection, {
    collection: 'products',
    lacking: 'nameKey',
    from: ['name'],
    fields: ({ name = '' }) => ({ nameKey: textKey(name) }),
  });

/** The models on a connection; registered with the first call. Building their indexes is the caller's part. */
export const modelsOf = (connection: Connection): Models => ({
  products: modelOf<ProductDocument>(connection, 'Product', productSchema),
  reservations: modelOf<ReservationDocument>(connection, 'Reservation', reservationSchema),
  movements: modelOf<MovementDocument>(connection, 'StockMovement', movementSchema),
});

const modelOf = <T>(connection: Connection, name: string, schema: Schema<T>): Collection<T> =>
  connection.models[name] ?? connection.model<T>(name, schema);
