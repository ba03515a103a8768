/** The stored form of a customer, and the indexes that serve every list of the API. */
import { type Connection, type Model, Schema, type Types } from 'mongoose';
import { textKey } from '../../runtime/text.ts';
import { fillMissing } from '../shared/backfill.ts';
import { emailKeys } from './email.ts';

export interface CustomerDocument {
  _id: Types.ObjectId;
  name: string;
  /** As `normalizeEmail` returns it, so that it is unique however it was typed. */
  email: string;
  /** The text that a search looks through; see `keysOf`. */
  nameKey: string;
  emailKey: string;
  createdAt: Date;
  updatedAt: Date;
}

// Creating validates by this schema; updates are pipelines, which Mongoose doesn't check: service.ts does.
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

/** The keys by which a name and an address are searched. */
export const keysOf = ({ name, email }: Partial<Pick<CustomerDocument, 'name' | 'email'>>) => ({
  ...(name !== undefined && { nameKey: textKey(name) }),
  // Joined by a line break, which a search can't contain.
  ...(email !== undefined && { emailKey: emailKeys(email).join('\n') }),
});

/** Gives customers of earlier versions their keys. The indexes must exist. */
export const fillKeys = (connection: Connection): Promise<void> =>
  fillMissing(connection, { collection: 'customers', lacking: 'nameKey', from: ['name', 'email'], fields: keysOf });

export const customerModel = (connection: Connection): Model<CustomerDocument> => connection.model('Customer', schema);
