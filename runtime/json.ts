/** A result of `JSON.parse`. `undefined` is a key that is absent or was renamed. */
export type JsonValue = string | number | boolean | null | undefined | JsonValue[] | JsonObject;
export interface JsonObject {
  [key: string]: JsonValue;
}

export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** An own property, or undefined. An alias may be `constructor`, which every object inherits. */
export function own(object: JsonObject, key: string): JsonValue {
  return Object.hasOwn(object, key) ? object[key] : undefined;
}

/** Sets an own property, even `__proto__`, for which an assignment would set the prototype. */
export function setOwn(object: JsonObject, key: string, value: JsonValue): void {
  if (key === '__proto__') {
    Object.defineProperty(object, key, { value, configurable: true, enumerable: true, writable: true });
  } else {
    object[key] = value;
  }
}

// Characters that JSON escapes. Lone surrogates are among them, so all surrogates take the slow path.
const needsEscape = /[\u0000-\u001f"\\\ud800-\udfff]/;

/**
 * A string as JSON text. Takes half the time of JSON.stringify if nothing has to be escaped, which is nearly always the
 * case.
 */
export function quote(text: string): string {
  return needsEscape.test(text) ? JSON.stringify(text) : `"${text}"`;
}
