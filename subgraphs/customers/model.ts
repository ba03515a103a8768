/** How customers are stored, and the indexes that serve every list the API offers. */
import { type Connection, type Model, Schema, Types } from 'mongoose';

export interface CustomerDocument {
  _id: Types.ObjectId;
  name: string;
  /** Lower-cased: unique whatever its case. */
  email: string;
  createdAt: Date;
  updatedAt: Date;
}

const schema = new Schema<CustomerDocument>(
  {
    name: { type: String, required: true },
    email: { type: String, required: true },
    createdAt: { type: Date, required: true },
    updatedAt: { type: Date, required: true },
  },
  { collection: 'customers', versionKey: false, strict: 'throw' },
);
schema.index({ email: 1 }, { unique: true });
schema.index({ createdAt: -1, _id: -1 });

export const customerModel = (connection: Connection): Model<CustomerDocument> => connection.model('Customer', schema);

export const toId = (id: string): Types.ObjectId => new Types.ObjectId(id);
