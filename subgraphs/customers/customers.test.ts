import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import mongoose, { type Connection, type mongo } from 'mongoose';
import type { Caller } from '../../runtime/caller.ts';
import { type System, startSystem } from '../../tests/harness.ts';
import { buildIndexes } from '../shared/mongo.ts';
import { type Customer, CustomersService } from './service.ts';

const STAFF: Caller = { service: 'gateway', role: 'staff', id: null };
const as = (id: string): Caller => ({ service: 'gateway', role: 'customer', id });
const UNKNOWN_ID = 'f'.repeat(24);

let system: System;
let database: Connection;
let customers: CustomersService;
/** The commands that were sent to the database since the test began. */
let commands: mongo.CommandStartedEvent[] = [];

beforeAll(async () => {
  system = await startSystem({ start: ['database', 'customers'] });
  database = await mongoose
    .createConnection(system.mongodbUri, { dbName: 'customers', monitorCommands: true, autoIndex: false })
    .asPromise();
  database.getClient().on('commandStarted', (event) => commands.push(event));
  customers = new CustomersService(database);
  await buildIndexes(database);
});
afterAll(async () => {
  await database.close();
  await system[Symbol.asyncDispose]();
});
beforeEach(async () => {
  await database.collection('customers').deleteMany({});
  commands = [];
});

const create = async (name: string, email = `${name.toLowerCase()}@example.com`): Promise<Customer> => {
  const result = await customers.create({ name, email });
  if (result.__typename !== 'CreateCustomerSuccess') throw new Error(result.message);
  return result.customer;
};

describe('createCustomer', () => {
  it('stores the name trimmed and the e-mail address in lower case', async () => {
    const created = await create('  Ada Lovelace ', ' Ada@Example.COM ');
    expect(created).toMatchObject({ name: 'Ada Lovelace', email: 'ada@example.com' });
    expect(created.id).toMatch(/^[0-9a-f]{24}$/);
    expect(created.updatedAt).toEqual(created.createdAt);
    expect(await customers.byIds([created.id], STAFF)).toEqual([created]);
  });

  it('names all bad fields at once, and stores nothing', async () => {
    expect(await customers.create({ name: ' ', email: 'nobody' })).toEqual({
      __typename: 'InvalidInputError',
      code: 'INVALID_INPUT',
      message: expect.stringContaining('name'),
      fields: [
        { path: ['name'], message: 'must not be empty' },
        { path: ['email'], message: 'must be an e-mail address' },
      ],
    });
    expect(await database.collection('customers').countDocuments()).toBe(0);
  });

  it('names text that cannot be stored together with the other bad fields', async () => {
    expect(await customers.create({ name: 'Ada\ud83d', email: 'nobody' })).toMatchObject({
      __typename: 'InvalidInputError',
      fields: [
        { path: ['name'], message: expect.stringContaining('Unicode') },
        { path: ['email'], message: 'must be an e-mail address' },
      ],
    });
    expect(await customers.create({ name: 'Ada', email: 'ada\0@example.com' })).toMatchObject({
      fields: [{ path: ['email'], message: expect.stringContaining('U+0000') }],
    });
  });

  it.each(['\u200b', '\u0007\u001b', '\u2800', '\u0301', '\u3164'])(
    'refuses a name that shows nothing: %j',
    async (name) => {
      expect(await customers.create({ name, email: 'ada@example.com' })).toMatchObject({
        fields: [{ path: ['name'], message: 'must not be empty' }],
      });
    },
  );

  it('counts the characters of a name, not its UTF-16 units', async () => {
    expect(await create('😀'.repeat(200), 'smile@example.com')).toMatchObject({ name: '😀'.repeat(200) });
    expect(await customers.create({ name: '😀'.repeat(201), email: 'grin@example.com' })).toMatchObject({
      fields: [{ path: ['name'], message: 'must have at most 200 characters' }],
    });
  });

  it('treats all ways of writing an address as the same', async () => {
    expect(await create('Ada', ' Ada@BÜCHER.example ')).toMatchObject({ email: 'ada@xn--bcher-kva.example' });
    for (const email of ['ada@xn--bcher-kva.example', 'ADA@bu\u0308cher.EXAMPLE', 'ada@bücher。example\u200b']) {
      expect(await customers.create({ name: 'Another', email })).toMatchObject({
        __typename: 'EmailTakenError',
        email: 'ada@xn--bcher-kva.example',
      });
      expect((await customers.list({ filter: { email } }, STAFF)).nodes).toMatchObject([{ name: 'Ada' }]);
    }
    expect((await customers.list({ filter: { email: 'no address' } }, STAFF)).nodes).toEqual([]);
  });

  it('refuses an address that is taken, whatever its case, even if many requests come at once', async () => {
    const results = await Promise.all(
      Array.from({ length: 20 }, (_, n) => customers.create({ name: `Ada ${String(n)}`, email: 'ADA@example.com' })),
    );
    const taken = results.filter((result) => result.__typename === 'EmailTakenError');
    expect(taken).toHaveLength(19);
    expect(taken[0]).toMatchObject({ code: 'EMAIL_TAKEN', email: 'ada@example.com' });
    expect(await database.collection('customers').countDocuments()).toBe(1);
  });
});

describe('updateCustomer', () => {
  it('changes the given fields and keeps those that are left out or null', async () => {
    const ada = await create('Ada');
    const result = await customers.update({ id: ada.id, name: 'Ada King', email: null }, STAFF);
    expect(result).toMatchObject({
      __typename: 'UpdateCustomerSuccess',
      customer: { id: ada.id, name: 'Ada King', email: 'ada@example.com', createdAt: ada.createdAt },
    });
  });

  it('changes updatedAt only if a value really changed', async () => {
    const ada = await create('Ada');
    const same = await customers.update({ id: ada.id, name: 'Ada' }, STAFF);
    expect(same).toMatchObject({ customer: { updatedAt: ada.updatedAt } });
    const changed = await customers.update({ id: ada.id, name: 'Ada K' }, STAFF);
    if (changed.__typename !== 'UpdateCustomerSuccess') throw new Error(changed.message);
    expect(changed.customer.updatedAt.getTime()).toBeGreaterThanOrEqual(ada.updatedAt.getTime());
    expect(await database.collection('customers').countDocuments({ updatedAt: ada.updatedAt, name: 'Ada' })).toBe(0);
  });

  it('stores a value that looks like an expression as plain text', async () => {
    const ada = await create('Ada');
    await customers.update({ id: ada.id, name: '$email' }, STAFF);
    expect(await customers.byIds([ada.id], STAFF)).toMatchObject([{ name: '$email' }]);
  });

  it('refuses an address that another customer has', async () => {
    const [ada] = await Promise.all([create('Ada'), create('Bob')]);
    expect(await customers.update({ id: ada.id, email: 'BOB@example.com' }, STAFF)).toMatchObject({
      __typename: 'EmailTakenError',
      email: 'bob@example.com',
    });
  });

  it.each([
    ['of nobody', UNKNOWN_ID],
    ['of no form', '$where'],
    ['in upper case', 'F'.repeat(24)],
  ])('does not find an id %s', async (_, id) => {
    expect(await customers.update({ id, name: 'X' }, STAFF)).toMatchObject({
      __typename: 'CustomerNotFoundError',
      customerId: id,
    });
  });

  it("answers the same to a customer for another's id as for one that doesn't exist", async () => {
    const [ada, bob] = await Promise.all([create('Ada'), create('Bob')]);
    const [others, unknown] = await Promise.all([
      customers.update({ id: bob.id, name: 'X' }, as(ada.id)),
      customers.update({ id: UNKNOWN_ID, name: 'X' }, as(ada.id)),
    ]);
    expect(others).toEqual({ ...unknown, customerId: bob.id });
    expect(await customers.update({ id: ada.id, name: 'Ada K' }, as(ada.id))).toMatchObject({
      __typename: 'UpdateCustomerSuccess',
    });
    expect(await customers.byIds([bob.id], STAFF)).toEqual([bob]);
  });
});

describe('customers', () => {
  it('come newest first, in pages that join without gaps', async () => {
    const all: Customer[] = [];
    for (let n = 0; n < 7; n += 1) all.unshift(await create(`C${String(n)}`));
    // Several may have the same millisecond; then the id decides.
    all.sort((a, b) => b.createdAt.getTime() - a.createdAt.getTime() || (a.id < b.id ? 1 : -1));
    const first = await customers.list({ first: 3 }, STAFF);
    const second = await customers.list({ first: 3, after: first.pageInfo.endCursor }, STAFF);
    const back = await customers.list({ last: 2, before: second.pageInfo.startCursor }, STAFF);
    expect([...first.nodes, ...second.nodes]).toEqual(all.slice(0, 6));
    expect(back.nodes).toEqual(all.slice(1, 3));
    expect(await first.totalCount()).toBe(7);
  });

  it('are found by address and by part of name or address, whatever the case', async () => {
    await Promise.all([create('Ada Lovelace', 'ada@example.com'), create('Grace (Amazing) Hopper', 'grace@navy.mil')]);
    const names = async (filter: object): Promise<string[]> =>
      (await customers.list({ filter }, STAFF)).nodes.map(({ name }) => name);
    expect(await names({ email: 'ADA@Example.com' })).toEqual(['Ada Lovelace']);
    expect(await names({ search: 'NAVY' })).toEqual(['Grace (Amazing) Hopper']);
    expect(await names({ search: '(amazing)' })).toEqual(['Grace (Amazing) Hopper']);
    expect(await names({ search: '.*' })).toEqual([]);
    expect(await names({ email: 'ada@example.com', search: 'grace' })).toEqual([]);
  });

  it('are found whatever accents, case and white space are typed, even after a change', async () => {
    const elodie = await create('E\u0301lodie  Müller', 'elodie@bücher.example');
    const names = async (search: string): Promise<string[]> =>
      (await customers.list({ filter: { search } }, STAFF)).nodes.map(({ name }) => name);
    for (const search of [
      'elodie',
      'ÉLODIE',
      'E\u0301lo',
      ' muller ',
      'die mü',
      'bücher',
      'BUCHER',
      'xn--bcher',
      'e@b',
    ]) {
      expect({ search, found: await names(search) }).toEqual({ search, found: [elodie.name] });
    }
    expect(await names('muller elodie')).toEqual([]);
    await customers.update({ id: elodie.id, name: 'Åsa' }, STAFF);
    expect([await names('asa'), await names('elodie@'), await names('muller')]).toEqual([['Åsa'], ['Åsa'], []]);
    await customers.update({ id: elodie.id, email: 'asa@example.com' }, STAFF);
    expect([await names('asa@'), await names('elodie')]).toEqual([['Åsa'], []]);
    await expect(customers.list({ filter: { search: 'x'.repeat(101) } }, STAFF)).rejects.toMatchObject({
      extensions: { code: 'BAD_USER_INPUT' },
    });
  });

  it('are only the customer itself for a customer', async () => {
    const [ada, bob] = await Promise.all([create('Ada'), create('Bob')]);
    const list = await customers.list({}, as(ada.id));
    expect(list.nodes).toEqual([ada]);
    expect(await list.totalCount()).toBe(1);
    expect(await customers.byIds([bob.id, ada.id, UNKNOWN_ID], as(ada.id))).toEqual([null, ada, null]);
    const stranger = await customers.list({}, as('not-an-id'));
    expect(stranger.nodes).toEqual([]);
    expect(await stranger.totalCount()).toBe(0);
  });

  it.each([
    ['no filter', {}],
    ['an address', { email: 'ada@example.com' }],
  ])('are read by an index for %s', async (_, filter) => {
    await create('Ada');
    commands = [];
    const page = await customers.list({ filter, first: 5 }, STAFF);
    await page.totalCount();
    const find = commands.find(({ commandName }) => commandName === 'find')?.command;
    const { filter: stored, sort, limit } = find as { filter: object; sort: object; limit: number };
    const plan = await database.db?.command({ explain: { find: 'customers', filter: stored, sort, limit } });
    expect(JSON.stringify(plan)).toContain('IXSCAN');
    expect(JSON.stringify(plan)).not.toContain('COLLSCAN');
    const count = commands.find(({ commandName }) => commandName === 'aggregate')?.command;
    const { pipeline, hint } = count as { pipeline: object[]; hint?: object };
    const counted = await database.db?.command({
      explain: { aggregate: 'customers', pipeline, cursor: {}, ...(hint && { hint }) },
    });
    expect(JSON.stringify(counted)).not.toContain('COLLSCAN');
  });
});

describe('the subgraph', () => {
  it('gives customers of an earlier version their keys before it answers', async () => {
    const at = new Date();
    const old = ['Élodie', 'Zoë'].map((name, n) => ({ name, email: `${n}@example.com`, createdAt: at, updatedAt: at }));
    await database.collection('customers').insertMany(old);
    const [one, other] = await Promise.all([system.another('customers'), system.another('customers')]);
    expect(await database.collection('customers').countDocuments({ nameKey: null })).toBe(0);
    const { data } = await system.subgraph(
      'customers',
      '{ customers(filter: { search: "elodie" }) { nodes { name } } }',
    );
    expect(data).toEqual({ customers: { nodes: [{ name: 'Élodie' }] } });
    await Promise.all([one.stop(), other.stop()]);
  });

  it('answers who the caller is: the customer of the token, and null for staff and anonymous callers', async () => {
    const ada = await create('Ada');
    const me = async (as: object): Promise<unknown> =>
      system.subgraph('customers', '{ me { id name } }', {}, as).then(({ data, errors }) => ({ ...data, errors }));
    expect(await me({ role: 'customer', id: ada.id })).toEqual({ me: { id: ada.id, name: 'Ada' } });
    const nobody = [
      { role: 'customer', id: UNKNOWN_ID },
      { role: 'customer', id: 'no id' },
      { role: 'customer', id: null },
      { role: 'staff', id: ada.id },
      { role: 'anonymous', id: null },
      { role: 'service', id: ada.id },
    ];
    for (const as of nobody) expect(await me(as)).toEqual({ me: null });
  });

  const entities = `query ($representations: [_Any!]!) { _entities(representations: $representations) { ... on Customer { id name } } }`;

  it('resolves any number of representations with one query, in order, null for what is missing', async () => {
    const [ada, bob] = await Promise.all([create('Ada'), create('Bob')]);
    const profiled = async (): Promise<number> =>
      ((await database.db?.command({ serverStatus: 1 })) as { opcounters: { query: number } }).opcounters.query;
    const before = await profiled();
    const ids = [bob.id, UNKNOWN_ID, ada.id, bob.id, 'no id'];
    const { data } = await system.subgraph<{ _entities: unknown[] }>('customers', entities, {
      representations: ids.map((id) => ({ __typename: 'Customer', id })),
    });
    expect(data?._entities).toEqual([
      { id: bob.id, name: 'Bob' },
      null,
      { id: ada.id, name: 'Ada' },
      { id: bob.id, name: 'Bob' },
      null,
    ]);
    expect((await profiled()) - before).toBe(1);
  });

  it('counts only if the count is selected', async () => {
    await create('Ada');
    const read = async (selection: string): Promise<unknown> =>
      (await system.subgraph('customers', `{ customers { ${selection} } }`)).data?.['customers'];
    expect(await read('totalCount nodes { name }')).toEqual({ totalCount: 1, nodes: [{ name: 'Ada' }] });
    expect(await read('nodes { name }')).toEqual({ nodes: [{ name: 'Ada' }] });
  });

  it.each(['customer(id: "x") { id }', 'customers { totalCount }'])(
    'answers UNAUTHENTICATED to anonymous callers: %s',
    async (field) => {
      const { data, errors } = await system.subgraph('customers', `{ ${field} }`, {}, { role: 'anonymous' });
      expect(Object.values(data ?? {})).toEqual([null]);
      expect(errors).toMatchObject([{ extensions: { code: 'UNAUTHENTICATED' } }]);
    },
  );

  it('answers 401 without a service token', async () => {
    const response = await fetch(`${system.customers.address}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ query: '{ _service { sdl } }' }),
    });
    expect(response.status).toBe(401);
    expect(await response.json()).toMatchObject({ errors: [{ extensions: { code: 'UNAUTHENTICATED' } }] });
  });
});
