/**
 * Checks input with zod schemas and reports all bad fields in one InvalidInputError; and the schemas of text that
 * inputs share, so that the same text is valid in every subgraph or in none.
 */
import { z } from 'zod';
import { firstErrors } from '../../runtime/bounds.ts';
import { isLongerThan, showsSomething, textProblems, trimText } from '../../runtime/text.ts';

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

/**
 * The parsed value, or the refusal with its bad fields: all of them, or the first 50. Text that can't be stored is
 * refused, whatever the schema says.
 */
export function parseInput<S extends z.ZodType>(
  schema: S,
  input: unknown,
): { ok: true; value: z.output<S> } | { ok: false; error: InvalidInputError } {
  const unfit = [...textProblems(input)];
  const parsed = schema.safeParse(input);
  if (parsed.success && unfit.length === 0) return { ok: true, value: parsed.data };
  const issues = (parsed.error?.issues ?? []).map(({ path, message }) => ({
    path: path.map((step) => String(step)),
    message,
  }));
  const told = new Set(unfit.map(({ path }) => path.join('.')));
  return {
    ok: false,
    error: invalidInput([...firstErrors([...unfit, ...issues.filter(({ path }) => !told.has(path.join('.')))])]),
  };
}

const atMost = (max: number): { abort: true; error: string } => ({
  abort: true,
  error: `must have at most ${max.toLocaleString('en')} characters`,
});

/**
 * Text for people, without invisible characters at its edges. Text that shows nothing counts as empty.
 * @param max in code points
 */
export const text = (max: number): z.ZodType<string> =>
  z
    .string()
    .overwrite((given) => (showsSomething(given) ? trimText(given) : ''))
    .refine((given) => !isLongerThan(given, max), atMost(max));

/** As `text`, but not empty. */
export const requiredText = (max: number): z.ZodType<string> =>
  text(max).refine((given) => given !== '', 'must not be empty');

/**
 * Text for programs, such as an id or a key. It is compared as it is.
 * @param max in code points
 */
export const opaqueText = (max: number): z.ZodType<string> =>
  z.string().refine((given) => !isLongerThan(given, max), atMost(max));

/** A string that the caller chooses to identify a request: 1 to 255 code points. */
export const idempotencyKey = opaqueText(255).refine((given) => given !== '', 'must not be empty');

const CURRENCIES: ReadonlySet<string> = new Set(Intl.supportedValuesOf('currency'));

const grouped = (value: number): string => value.toLocaleString('en');

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
