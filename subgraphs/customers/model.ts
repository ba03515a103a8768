/** How customers are stored, and the indexes that serve every list the API offers. */
import { type Connection, type Model, Schema, Types } from 'mongoose';
import { fillMissing } from '../shared/backfill.ts';
import { textKey } from '../../runtime/text.ts';
import { emailKeys } from './email.ts';

export interface CustomerDocument {
  _id: Types.ObjectId;
  name: string;
  /** As `normalizeEmail` writes it: unique however it was written. */
  email: string;
  /** `keysOf` name and address: what a search looks through. */
  nameKey: string;
  emailKey: string;
  createdAt: Date;
  updatedAt: Date;
}

const schema = new Schema<CustomerDocument>(
  {
    name: { type: String, required: true },
    email: { type: String, required: true },
    nameKey: { type: String, required: true },
    emailKey: { type: String, required: true },
    createdAt: { type: Date, required: true },
    updatedAt: { type: Date, required: true },
  },
  { collection: 'customers', versionKey: false, strict: 'throw' },
);
schema.index({ email: 1 }, { unique: true });
schema.index({ createdAt: -1, _id: -1 });
schema.index({ nameKey: 1 });

/** The stored keys of what is given. */
export const keysOf = ({ name, email }: Partial<Pick<CustomerDocument, 'name' | 'email'>>) => ({
  ...(name !== undefined && { nameKey: textKey(name) }),
  // In lines, which no search can span: it has none.
  ...(email !== undefined && { emailKey: emailKeys(email).join('\n') }),
});

/** Gives customers of earlier versions their keys. The indexes have to be there. */
export const fillKeys = (connection: Connection): Promise<void> =>
  fillMissing(connection, { collection: 'customers', lacking: 'nameKey', from: ['name', 'email'], fields: keysOf });

export const customerModel = (connection: Connection): Model<CustomerDocument> => connection.model('Customer', schema);

export const toId = (id: string): Types.ObjectId => new Types.ObjectId(id);
