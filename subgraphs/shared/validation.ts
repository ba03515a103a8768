/**
 * Input checked by a zod schema, with every bad field in one InvalidInputError, and the kinds of text that inputs have. The
 * three subgraphs check their inputs with these, so that the same text is good or bad in each of them.
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
 * The parsed value, or the refusal that names its bad fields: all of them, or the first 50. Text that can't be stored is refused
 * whatever the schema says.
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
 * Text for people, without what can't be seen at its edges. What shows nothing is empty.
 * @param max in code points
 */
export const text = (max: number): z.ZodType<string> =>
  z
    .string()
    .overwrite((given) => (showsSomething(given) ? trimText(given) : ''))
    .refine((given) => !isLongerThan(given, max), atMost(max));

/** As `text`, and not empty. */
export const requiredText = (max: number): z.ZodType<string> =>
  text(max).refine((given) => given !== '', 'must not be empty');

/**
 * Text for programs, such as an id or a key: compared as it is.
 * @param max in code points
 */
export const opaqueText = (max: number): z.ZodType<string> =>
  z.string().refine((given) => !isLongerThan(given, max), atMost(max));

/** A string that a caller made up to mark a request: 1 to 255 code points. */
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
