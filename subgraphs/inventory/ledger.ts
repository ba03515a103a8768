/** The ledger: every change to a product's stock, written with the change, never altered. */
import { isId } from '../shared/ids.ts';
import { type Connection, type PageArgs, type Sort, paginate } from '../shared/pagination.ts';
import { type MovementDocument, type MovementType, newId, objectId } from './model.ts';
import type { Request, Store } from './store.ts';

/** A line of the ledger as the API shows it. */
export interface StockMovement {
  id: string;
  type: MovementType;
  onHandChange: number;
  availableChange: number;
  reason: string | null;
  orderId: string | null;
  actor: string | null;
  at: Date;
}

export type StockMovementConnection = Connection<StockMovement>;

export const toMovement = ({ _id, orderId, ...rest }: MovementDocument): StockMovement => ({
  id: _id.toHexString(),
  type: rest.type,
  onHandChange: rest.onHandChange,
  availableChange: rest.availableChange,
  reason: rest.reason,
  orderId: orderId?.toHexString() ?? null,
  actor: rest.actor,
  at: rest.at,
});

type Change = Pick<MovementDocument, 'productId' | 'type'> & Partial<MovementDocument>;

/** The document of a movement that happens now. Changes that are left out are 0. */
export const movement = (change: Change, { caller }: Request): MovementDocument => ({
  _id: newId(),
  onHandChange: 0,
  availableChange: 0,
  reason: null,
  orderId: null,
  actor: caller.id,
  at: new Date(),
  ...change,
});

const NEWEST_FIRST: Sort = { name: 'AT', path: 'at', direction: -1, type: 'date' };

export interface LedgerService {
  /** A product's movements, newest first; empty for an unknown product. Throws BAD_USER_INPUT for a bad page. */
  movements: (productId: string, args: PageArgs) => Promise<StockMovementConnection>;
}

export const createLedgerService = ({ movements }: Store): LedgerService => ({
  movements: (productId, args) =>
    paginate<StockMovement>({
      args,
      sort: NEWEST_FIRST,
      filter: { productId: isId(productId) ? objectId(productId) : null },
      toId: objectId,
      find: async ({ filter, sort, limit }) =>
        (await movements.find(filter).sort(sort).limit(limit).lean()).map(toMovement),
      count: (filter) => movements.countDocuments(filter),
      key: ({ at, id }) => ({ value: at, id }),
    }),
});
