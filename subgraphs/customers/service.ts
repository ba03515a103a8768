/**
 * The use cases of customers. A customer sees and changes only itself; another customer answers exactly like one that doesn't
 * exist. Talks only to the database.
 */
import { z } from 'zod';
import { excerpt } from '../../runtime/bounds.ts';
import { type Caller, mayAccess, seesAll } from '../../runtime/caller.ts';
import { badUserInput } from '../../runtime/errors.ts';
import { isLongerThan, textKey } from '../../runtime/text.ts';
import { isId } from '../shared/ids.ts';
import {
  type Connection as Database,
  type Model,
  countMatching,
  escapeRegex,
  findByIds,
  isDuplicateKey,
  literals,
  toId,
} from '../shared/mongo.ts';
import { type Connection, type Filter, type Sort, paginate } from '../shared/pagination.ts';
import type { UnionMember } from '../shared/union-member.ts';
import { type InvalidInputError, parseInput, requiredText } from '../shared/validation.ts';
import { normalizeEmail } from './email.ts';
import { type CustomerDocument, customerModel, keysOf } from './model.ts';
import type {
  CreateCustomerInput,
  CreateCustomerSuccess,
  Customer,
  CustomerFilter,
  CustomerNotFoundError,
  EmailTakenError,
  QueryCustomersArgs,
  UpdateCustomerInput,
  UpdateCustomerSuccess,
} from './schema.generated.ts';

export type { Customer };
export type CustomerConnection = Connection<Customer>;
type CreateCustomerResult = UnionMember<CreateCustomerSuccess | EmailTakenError> | InvalidInputError;
type UpdateCustomerResult =
  UnionMember<UpdateCustomerSuccess | EmailTakenError | CustomerNotFoundError> | InvalidInputError;

const name = requiredText(200);
const email = z.string().transform((given, context) => {
  const address = normalizeEmail(given);
  if (address !== null) return address;
  context.addIssue('must be an e-mail address');
  return z.NEVER;
});
const createInput = z.object({ name, email });
const updateInput = z.object({ id: z.string(), name: name.nullish(), email: email.nullish() });

/** Longer texts are refused: they can't match anything stored. */
const MAX_SEARCH = 100;
const NEWEST_FIRST: Sort = { name: 'CREATED_AT', path: 'createdAt', direction: -1, type: 'date' };

export class CustomersService {
  readonly #customers: Model<CustomerDocument>;

  /** Registers the model on the connection. The caller builds its indexes. */
  constructor(database: Database) {
    this.#customers = customerModel(database);
  }

  /** The customers with these ids, in their order; null for those that don't exist or that the caller may not see. */
  async byIds(ids: readonly string[], caller: Caller): Promise<(Customer | null)[]> {
    const visible = ids.map((id) => (mayAccess(caller, id) ? id : ''));
    return (await findByIds(this.#customers, visible)).map((stored) => stored && toCustomer(stored));
  }

  /** A page, newest first. Throws BAD_USER_INPUT for bad page arguments. */
  async list({ filter, ...args }: QueryCustomersArgs, caller: Caller): Promise<CustomerConnection> {
    const conditions = conditionsOf(filter ?? {}, caller);
    return paginate({
      args,
      sort: NEWEST_FIRST,
      filter: conditions ?? {},
      toId,
      find: async (page) =>
        conditions === null
          ? []
          : (await this.#customers.find(page.filter).sort(page.sort).limit(page.limit).lean()).map(toCustomer),
      count: async (matching) => (conditions === null ? 0 : countMatching(this.#customers, matching)),
      key: ({ createdAt, id }) => ({ value: createdAt, id }),
    });
  }

  async create(input: CreateCustomerInput): Promise<CreateCustomerResult> {
    const parsed = parseInput(createInput, input);
    if (!parsed.ok) return parsed.error;
    const now = new Date();
    try {
      const created = await this.#customers.create({
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
  }

  async update(input: UpdateCustomerInput, caller: Caller): Promise<UpdateCustomerResult> {
    const parsed = parseInput(updateInput, input);
    if (!parsed.ok) return parsed.error;
    const { id, ...given } = parsed.value;
    if (!isId(id) || !mayAccess(caller, id)) return customerNotFound(id);
    const changes = {
      ...(given.name != null && { name: given.name }),
      ...(given.email != null && { email: given.email }),
    };
    try {
      // The database decides within the one update whether anything changes, so that only a real change moves updatedAt.
      const updated = await this.#customers
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
      if (updated === null) return customerNotFound(id);
      return { __typename: 'UpdateCustomerSuccess', customer: toCustomer(updated) };
    } catch (error) {
      if (isDuplicateKey(error, 'email')) return emailTaken(changes.email ?? '');
      throw error;
    }
  }
}

/** The stored conditions of a filter, within what the caller may see; null if nothing can match. */
function conditionsOf({ email: address, search }: CustomerFilter, caller: Caller): Filter | null {
  const all: Filter[] = [];
  if (!seesAll(caller)) {
    if (caller.id === null || !isId(caller.id)) return null;
    all.push({ _id: toId(caller.id) });
  }
  if (address != null) {
    const stored = normalizeEmail(address);
    if (stored === null) return null;
    all.push({ email: stored });
  }
  if (search != null) {
    if (isLongerThan(search, MAX_SEARCH)) throw badUserInput(`search must have at most ${MAX_SEARCH} characters.`);
    const $regex = escapeRegex(textKey(search));
    all.push({ $or: [{ nameKey: { $regex } }, { emailKey: { $regex } }] });
  }
  return all.length > 1 ? { $and: all } : (all[0] ?? {});
}

const toCustomer = ({ _id, name, email, createdAt, updatedAt }: CustomerDocument): Customer => ({
  id: _id.toHexString(),
  name,
  email,
  createdAt,
  updatedAt,
});

const emailTaken = (address: string): UnionMember<EmailTakenError> => ({
  __typename: 'EmailTakenError',
  code: 'EMAIL_TAKEN',
  message: `Another customer has the e-mail address ${address}.`,
  email: address,
});

const customerNotFound = (customerId: string): UnionMember<CustomerNotFoundError> => ({
  __typename: 'CustomerNotFoundError',
  code: 'CUSTOMER_NOT_FOUND',
  message: 'No customer has this id.',
  customerId: excerpt(customerId),
});

const differences = (changes: Record<string, unknown>): unknown[] =>
  Object.entries(literals(changes)).map(([field, value]) => ({ $ne: [`$${field}`, value] }));
