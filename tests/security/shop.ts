/** A shop with two customers for the access tests: its rows, and the four kinds of callers. */
import { SignJWT } from 'jose';
import { type Client, createClient } from '../../packages/client/client.ts';
import { type System, type SystemOptions, startSystem } from '../harness.ts';

export const AUTH = {
  AUTH_SECRET: 'the-secret-of-users-tokens-in-tests',
  AUTH_ISSUER: 'https://accounts.example',
  AUTH_AUDIENCE: 'https://shop.example',
} as const;

/** As in production: a key for each service, logs as JSON, no explorers; but any document is served. */
export const PRODUCTION = {
  ...AUTH,
  NODE_ENV: 'production',
  ORDERS_TOKEN: 'the-secret-of-orders-alone-in-tests',
  TRUSTED_DOCUMENTS: 'off',
} as const;

export interface Claims {
  sub?: string | undefined;
  role?: unknown;
  iss?: string | undefined;
  aud?: string | undefined;
  exp?: number | string | undefined;
  nbf?: number | string | undefined;
}

/** A valid user's token, except for the given claims; `undefined` leaves a claim out. */
export async function userToken(claims: Claims, secret: string = AUTH.AUTH_SECRET): Promise<string> {
  const { sub, role, iss, aud, exp, nbf } = { iss: AUTH.AUTH_ISSUER, aud: AUTH.AUTH_AUDIENCE, exp: '1 h', ...claims };
  const token = new SignJWT({ ...(role !== undefined && { role }) }).setProtectedHeader({ alg: 'HS256' });
  if (sub !== undefined) token.setSubject(sub);
  if (iss !== undefined) token.setIssuer(iss);
  if (aud !== undefined) token.setAudience(aud);
  if (exp !== undefined) token.setExpirationTime(exp);
  if (nbf !== undefined) token.setNotBefore(nbf);
  return token.sign(new TextEncoder().encode(secret));
}

/** In the order of the access table's columns. */
export const CALLERS = ['anonymous', 'owner', 'stranger', 'staff'] as const;
export type CallerName = (typeof CALLERS)[number];

export interface Shop extends AsyncDisposable {
  system: System;
  /** The customer whose rows are requested, and another one. */
  owner: string;
  stranger: string;
  strangerEmail: string;
  /** Two products in different currencies. */
  product: string;
  foreign: string;
  /** A product with one unit. */
  scarce: string;
  /** Orders of the owner: one confirmed, one refused, one cancelled. */
  order: string;
  rejected: string;
  cancelled: string;
  /** The idempotency key of the owner's order. */
  usedKey: string;
  tokens: Record<CallerName, string | null>;
  as: (caller: CallerName) => { authorization?: string };
  /** A new confirmed order of the owner. */
  newOrder: () => Promise<string>;
}

/** A value of the answer's type, or the refusal's message as an error. */
function success<T extends { __typename: string }, Name extends T['__typename']>(
  answer: T,
  name: Name,
): Extract<T, { __typename: Name }> {
  if (answer.__typename !== name) throw new Error(JSON.stringify(answer));
  return answer as Extract<T, { __typename: Name }>;
}

export async function openShop(options: SystemOptions = {}): Promise<Shop> {
  const system = await startSystem({ ...options, env: { ...AUTH, ...options.env } });
  try {
    return await stock(system);
  } catch (error) {
    await system[Symbol.asyncDispose]();
    throw error;
  }
}

async function stock(system: System): Promise<Shop> {
  const staffToken = await userToken({ sub: 'sue', role: 'staff' });
  const staff: Client = createClient({ url: `${system.gateway.address}/graphql`, token: staffToken });
  const customer = async (name: string): Promise<string> => {
    const answer = await staff.createCustomer({ name, email: `${name}@example.com` });
    return success(answer, 'CreateCustomerSuccess').customer.id;
  };
  const product = async (sku: string, currency: string, initialStock = 1_000_000): Promise<string> => {
    const price = { amount: 1200, currency };
    const made = await staff.createProduct({ sku, name: sku, description: 'A thing', price, initialStock });
    return success(made, 'CreateProductSuccess').product.id;
  };
  const [owner, stranger] = [await customer('ada'), await customer('bob')];
  const [mug, tea] = [await product('MUG', 'EUR'), await product('TEA', 'GBP')];
  const scarce = await product('RARE', 'EUR', 1);
  const usedKey = 'the key of the first order';
  const place = async (productId: string, quantity: number, idempotencyKey?: string) =>
    staff.createOrder({
      customerId: owner,
      items: [{ productId, quantity }],
      ...(idempotencyKey && { idempotencyKey }),
    });
  const newOrder = async () => success(await place(mug, 1), 'CreateOrderSuccess').order.id;

  const order = success(await place(mug, 2, usedKey), 'CreateOrderSuccess').order.id;
  success(await place('0'.repeat(24), 1), 'ProductNotFoundError');
  const cancelled = await newOrder();
  success(await staff.cancelOrder({ orderId: cancelled, reason: 'CUSTOMER' }), 'OrderChangeSuccess');
  success(await staff.adjustStock({ productId: mug, delta: 5, reason: 'Counted' }), 'StockChangeSuccess');
  const { nodes } = await staff.orders({ filter: { status: ['REJECTED'] } });

  const tokens = {
    anonymous: null,
    owner: await userToken({ sub: owner, role: 'customer' }),
    stranger: await userToken({ sub: stranger, role: 'customer' }),
    staff: staffToken,
  };
  return {
    system,
    owner,
    stranger,
    strangerEmail: 'bob@example.com',
    product: mug,
    foreign: tea,
    scarce,
    order,
    rejected: nodes[0]?.id ?? '',
    cancelled,
    usedKey,
    tokens,
    as: (caller) => (tokens[caller] === null ? {} : { authorization: `Bearer ${tokens[caller]}` }),
    newOrder,
    [Symbol.asyncDispose]: () => system[Symbol.asyncDispose](),
  };
}
