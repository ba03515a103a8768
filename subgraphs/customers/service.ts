/**
 * The use cases of customers: who buys. A customer sees and changes itself alone; what belongs to another answers exactly
 * as what doesn't exist.
 */
import { z } from 'zod';
import { excerpt } from '../../runtime/bounds.ts';
import { type Caller, mayAccess, seesAll } from '../../runtime/caller.ts';
import { badUserInput } from '../../runtime/errors.ts';
import { isId } from '../shared/ids.ts';
import { type Connection as Database, isDuplicateKey } from '../shared/mongo.ts';
import { type Connection, type Filter, type PageArgs, type Sort, paginate } from '../shared/pagination.ts';
import { isLongerThan, textKey } from '../../runtime/text.ts';
import { type InvalidInputError, parseInput, requiredText } from '../shared/validation.ts';
import { normalizeEmail } from './email.ts';
import { type CustomerDocument, customerModel, keysOf, toId } from './model.ts';

export interface Customer {
  id: string;
  name: string;
  email: string;
  createdAt: Date;
  updatedAt: Date;
}

export type CustomerConnection = Connection<Customer>;

export interface CustomerFilter {
  email?: string | null;
  search?: string | null;
}

export interface EmailTakenError {
  __typename: 'EmailTakenError';
  code: 'EMAIL_TAKEN';
  message: string;
  email: string;
}
export interface CustomerNotFoundError {
  __typename: 'CustomerNotFoundError';
  code: 'CUSTOMER_NOT_FOUND';
  message: string;
  customerId: string;
}
export type CreateCustomerResult =
  { __typename: 'CreateCustomerSuccess'; customer: Customer } | InvalidInputError | EmailTakenError;
export type UpdateCustomerResult =
  | { __typename: 'UpdateCustomerSuccess'; customer: Customer }
  | InvalidInputError
  | EmailTakenError
  | CustomerNotFoundError;

const name = requiredText(200);
const email = z.string().transform((given, context) => {
  const address = normalizeEmail(given);
  if (address !== null) return address;
  context.addIssue('must be an e-mail address');
  return z.NEVER;
});
const createInput = z.object({ name, email });
const updateInput = z.object({ id: z.string(), name: name.nullish(), email: email.nullish() });

/** A longer text to search for is refused: it matches nothing that is stored. */
const MAX_SEARCH = 100;
const NEWEST_FIRST: Sort = { name: 'CREATED_AT', path: 'createdAt', direction: -1, type: 'date' };

const toCustomer = ({ _id, name, email, createdAt, updatedAt }: CustomerDocument): Customer => ({
  id: _id.toHexString(),
  name,
  email,
  createdAt,
  updatedAt,
});

const emailTaken = (address: string): EmailTakenError => ({
  __typename: 'EmailTakenError',
  code: 'EMAIL_TAKEN',
  message: `Another customer has the e-mail address ${address}.`,
  email: address,
});

const notFound = (customerId: string): CustomerNotFoundError => ({
  __typename: 'CustomerNotFoundError',
  code: 'CUSTOMER_NOT_FOUND',
  message: 'No customer has this id.',
  customerId: excerpt(customerId),
});

function conditions(filter: CustomerFilter | null | undefined, caller: Caller): Filter | null {
  const all: Filter[] = [];
  if (!seesAll(caller)) {
    if (caller.id === null || !isId(caller.id)) return null;
    all.push({ _id: toId(caller.id) });
  }
  if (filter?.email != null) {
    const address = normalizeEmail(filter.email);
    if (address === null) return null;
    all.push({ email: address });
  }
  if (filter?.search != null) {
    if (isLongerThan(filter.search, MAX_SEARCH))
      throw badUserInput(`search must have at most ${MAX_SEARCH} characters.`);
    const pattern = { $regex: textKey(filter.search).replace(/[\\^$.*+?()[\]{}|]/g, '\\$&') };
    all.push({ $or: [{ nameKey: pattern }, { emailKey: pattern }] });
  }
  return all.length > 1 ? { $and: all } : (all[0] ?? {});
}

/** Without a condition MongoDB counts by reading every document, unless it is told to count the keys of an index. */
const wholeByIndex = (filter: Filter): { hint?: { _id: 1 } } =>
  Object.keys(filter).length === 0 ? { hint: { _id: 1 } } : {};

export type CustomersService = ReturnType<typeof createCustomersService>;

export function createCustomersService(database: Database) {
  const customers = customerModel(database);

  return {
    /** The customers of these ids, in their order; null for what doesn't exist or isn't the caller's to see. */
    async byIds(ids: readonly string[], caller: Caller): Promise<(Customer | null)[]> {
      const wanted = ids.filter((id) => isId(id) && mayAccess(caller, id));
      const found = wanted.length > 0 ? await customers.find({ _id: { $in: wanted.map(toId) } }).lean() : [];
      const byId = new Map(found.map((document) => [document._id.toHexString(), toCustomer(document)]));
      return ids.map((id) => byId.get(id) ?? null);
    },

    /** A page, newest first. Throws BAD_USER_INPUT for bad page arguments. */
    async list(
      args: PageArgs & { filter?: CustomerFilter | null | undefined },
      caller: Caller,
    ): Promise<CustomerConnection> {
      const filter = conditions(args.filter, caller);
      return paginate({
        args,
        sort: NEWEST_FIRST,
        filter: filter ?? {},
        toId,
        find: async (page) =>
          filter === null
            ? []
            : (await customers.find(page.filter).sort(page.sort).limit(page.limit).lean()).map(toCustomer),
        count: async (counted) => (filter === null ? 0 : customers.countDocuments(counted, wholeByIndex(counted))),
        key: ({ createdAt, id }) => ({ value: createdAt, id }),
      });
    },

    async create(input: unknown): Promise<CreateCustomerResult> {
      const parsed = parseInput(createInput, input);
      if (!parsed.ok) return parsed.error;
      const now = new Date();
      try {
        const created = await customers.create({
          ...parsed.value,
          ...keysOf(parsed.value),
          createdAt: now,
          updatedAt: now,
        });
        return { __typename: 'CreateCustomerSuccess', customer: toCustomer(created.toObject()) };
      } catch (error) {
        if (isDuplicateKey(error, 'email')) return emailTaken(parsed.value.email);
        throw error;
      }
    },

    async update(input: unknown, caller: Caller): Promise<UpdateCustomerResult> {
      const parsed = parseInput(updateInput, input);
      if (!parsed.ok) return parsed.error;
      const { id, ...given } = parsed.value;
      if (!isId(id) || !mayAccess(caller, id)) return notFound(id);
      const changes = {
        ...(given.name != null && { name: given.name }),
        ...(given.email != null && { email: given.email }),
      };
      try {
        // Only a real change moves updatedAt, decided by the database in the one update.
        const updated = await customers
          .findOneAndUpdate(
            { _id: toId(id) },
            [
              {
                $set: {
                  ...literals({ ...changes, ...keysOf(changes) }),
                  updatedAt: { $cond: [{ $or: differences(changes) }, new Date(), '$updatedAt'] },
                },
              },
            ],
            { returnDocument: 'after', updatePipeline: true },
          )
          .lean();
        return updated === null ? notFound(id) : { __typename: 'UpdateCustomerSuccess', customer: toCustomer(updated) };
      } catch (error) {
        if (isDuplicateKey(error, 'email')) return emailTaken(changes.email ?? '');
        throw error;
      }
    },
  };
}

/** Values as aggregation literals: a name such as `$email` is text and no field path. */
const literals = (changes: Record<string, unknown>): Record<string, unknown> =>
  Object.fromEntries(Object.entries(changes).map(([field, value]) => [field, { $literal: value }]));

const differences = (changes: Record<string, unknown>): unknown[] =>
  Object.entries(changes).map(([field, value]) => ({ $ne: [`$${field}`, { $literal: value }] }));
