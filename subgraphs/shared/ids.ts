/**
 * Ids are 24 lower-case hexadecimal digits. Anything else is treated as an id that doesn't exist, and never becomes a
 * cast error.
 */
export const isId = (value: string): boolean => /^[0-9a-f]{24}$/.test(value);
