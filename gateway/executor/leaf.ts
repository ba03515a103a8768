/**
 * JSON text of scalars and enum values. Built-in scalars are serialised as in graphql-js, enum values are those of the
 * API schema; a value that doesn't fit its type is null.
 */
import {
  GraphQLBoolean,
  GraphQLFloat,
  GraphQLID,
  GraphQLInt,
  GraphQLString,
  isEnumType,
  type GraphQLLeafType,
  type GraphQLScalarType,
} from 'graphql';
import { quote, type JsonValue } from '../../runtime/json.ts';
import { invalid, type Shaping, type Writer } from './shaping.ts';

// Usual values are recognized by their JavaScript type; graphql-js decides about the rest.
const writers: Readonly<Record<string, Writer>> = {
  Int: (value, shaping) =>
    typeof value === 'number' && (value | 0) === value ? String(value) : coerce(GraphQLInt, value, shaping),
  Float: (value, shaping) =>
    typeof value === 'number' && Number.isFinite(value) ? JSON.stringify(value) : coerce(GraphQLFloat, value, shaping),
  Boolean: (value, shaping) =>
    value === true ? 'true' : value === false ? 'false' : coerce(GraphQLBoolean, value, shaping),
  String: (value, shaping) => (typeof value === 'string' ? quote(value) : coerce(GraphQLString, value, shaping)),
  ID: (value, shaping) => (typeof value === 'string' ? quote(value) : coerce(GraphQLID, value, shaping)),
};

/** A custom scalar may be any JSON. (A number that is too large for JavaScript has become Infinity, which is not JSON.) */
const custom: Writer = (value, shaping) => {
  if (typeof value === 'string') return quote(value);
  return typeof value === 'number' && !Number.isFinite(value) ? reject(shaping) : JSON.stringify(value);
};

export function leafWriter(type: GraphQLLeafType): Writer {
  if (!isEnumType(type)) return writers[type.name] ?? custom;
  const texts = new Map(type.getValues().map(({ name }) => [name, JSON.stringify(name)]));
  return (value, shaping) => (typeof value === 'string' ? texts.get(value) : undefined) ?? reject(shaping);
}

function coerce(type: GraphQLScalarType, value: JsonValue, shaping: Shaping): string | undefined {
  try {
    return JSON.stringify(type.serialize(value));
  } catch {
    return reject(shaping);
  }
}

function reject(shaping: Shaping): string | undefined {
  return invalid(shaping, 'Invalid value found for ');
}
