/** Ids are 24 lower-case hexadecimal digits. Anything else is nobody's id: not found, never a cast error. */
export const isId = (value: string): boolean => /^[0-9a-f]{24}$/.test(value);
