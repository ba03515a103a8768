/** The ledger: one movement for every change of a product's stock, written with the change and never altered. */
import { isId } from '../shared/ids.ts';
import { newId, toId } from '../shared/mongo.ts';
import { type Connection, type PageArgs, type Sort, paginate } from '../shared/pagination.ts';
import type { MovementDocument } from './model.ts';
import type { StockMovement } from './schema.generated.ts';
import type { Request, Store } from './store.ts';

export type { StockMovement };
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

type MovementFields = Pick<MovementDocument, 'productId' | 'type'> & Partial<MovementDocument>;

/** The document of a movement that happens now. Changes that are left out are 0. */
export const movement = (fields: MovementFields, { caller }: Request): MovementDocument => ({
  _id: newId(),
  onHandChange: 0,
  availableChange: 0,
  reason: null,
  orderId: null,
  actor: caller.id,
  at: new Date(),
  ...fields,
});

const NEWEST_FIRST: Sort = { name: 'AT', path: 'at', direction: -1, type: 'date' };

export interface MovementsService {
  /** A product's movements, newest first; empty for an unknown product. Throws BAD_USER_INPUT for a bad page. */
  movements: (productId: string, args: PageArgs) => Promise<StockMovementConnection>;
}

export const createMovementsService = ({ movements }: Store): MovementsService => ({
  movements: (productId, args) =>
    paginate<StockMovement>({
      args,
      sort: NEWEST_FIRST,
      filter: { productId: isId(productId) ? toId(productId) : null },
      toId,
      find: async ({ filter, sort, limit }) =>
        (await movements.find(filter).sort(sort).limit(limit).lean()).map(toMovement),
      count: (filter) => movements.countDocuments(filter),
      key: ({ at, id }) => ({ value: at, id }),
    }),
});
