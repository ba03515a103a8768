/** Input checked by a zod schema, with every bad field in one InvalidInputError. */
import { z } from 'zod';
import { firstErrors } from './bounds.ts';

export interface InvalidInputError {
  __typename: 'InvalidInputError';
  code: 'INVALID_INPUT';
  message: string;
  fields: { path: string[]; message: string }[];
}

/** @param fields at least one; paths are relative to the mutation's `input` */
export const invalidInput = (fields: InvalidInputError['fields']): InvalidInputError => ({
  __typename: 'InvalidInputError',
  code: 'INVALID_INPUT',
  message: `The input can't be used: ${fields.map(({ path, message }) => `${path.join('.')}: ${message}`).join('; ')}.`,
  fields,
});

/** The parsed value, or the refusal that names its bad fields: all of them, or the first 50. */
export function parseInput<S extends z.ZodType>(
  schema: S,
  input: unknown,
): { ok: true; value: z.output<S> } | { ok: false; error: InvalidInputError } {
  const parsed = schema.safeParse(input);
  if (parsed.success) return { ok: true, value: parsed.data };
  return {
    ok: false,
    error: invalidInput(
      firstErrors(parsed.error.issues).map(({ path, message }) => ({
        path: path.map((step) => String(step)),
        message,
      })),
    ),
  };
}

const CURRENCIES: ReadonlySet<string> = new Set(Intl.supportedValuesOf('currency'));

export const grouped = (value: number): string => value.toLocaleString('en');

export const whole = (min: number, max: number): z.ZodType<number> =>
  z.number().refine((value) => Number.isInteger(value) && value >= min && value <= max, {
    error: `must be a whole number from ${grouped(min)} to ${grouped(max)}`,
  });

/** MoneyInput: an amount in minor units from 0 to `most`, in a currency of ISO 4217. */
export const money = (most: number) =>
  z.object({
    amount: whole(0, most),
    currency: z.string().refine((code) => CURRENCIES.has(code), { error: 'must be an ISO 4217 code, such as EUR' }),
  });
