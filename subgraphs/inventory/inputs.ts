/** The bounds of inventory's inputs, as the SDL states them: zod schemas that find all bad fields at once. */
import { z } from 'zod';
import { idempotencyKey, money, requiredText, text, whole } from '../shared/validation.ts';

/** The most units that a product can have on hand. */
export const MAX_UNITS = 1_000_000_000;
/** The highest price of one unit, in minor units. An order of 100,000 such units still has an exact total. */
const MAX_AMOUNT = 90_000_000_000;
/** How many ids, SKUs or lines one request may ask about. */
export const MAX_LIST = 100;
export const MAX_SEARCH = 100;

/** A field that may be left out; null counts as left out. */
const optional = <T>(schema: z.ZodType<T>): z.ZodType<T | undefined> =>
  schema.nullish().transform((value) => value ?? undefined);

const name = requiredText(200);
const description = text(5000).nullish();

const price = money(MAX_AMOUNT);

export const createProductInput = z.object({
  sku: z.string().regex(/^[A-Za-z0-9._-]{1,64}$/, {
    error: 'must have 1 to 64 characters: letters, digits, dots, hyphens and underscores',
  }),
  name,
  description,
  price,
  initialStock: whole(0, MAX_UNITS),
  lowStockThreshold: whole(0, MAX_UNITS),
});

export const updateProductInput = z.object({
  id: z.string(),
  name: optional(name),
  description,
  price: optional(price),
  lowStockThreshold: optional(whole(0, MAX_UNITS)),
});

export const reduceStockInput = z.object({
  productId: z.string(),
  quantity: whole(1, MAX_UNITS),
  reason: optional(text(500)),
  idempotencyKey: optional(idempotencyKey),
});

export const adjustStockInput = z.object({
  productId: z.string(),
  delta: whole(-MAX_UNITS, MAX_UNITS).refine((delta) => delta !== 0, { error: 'must not be 0' }),
  reason: requiredText(500),
  expectedOnHand: optional(z.number()),
  idempotencyKey: optional(idempotencyKey),
});
