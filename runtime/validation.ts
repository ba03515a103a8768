/** Input checked by a zod schema, with every bad field in one InvalidInputError. */
import type { z } from 'zod';
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
