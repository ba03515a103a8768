/** JSON text of scalars and enum values, as a subgraph serialised them; what doesn't fit its type is null. */
import { isEnumType, type GraphQLLeafType } from 'graphql';
import { quote, type JsonValue } from '../../runtime/json.ts';
import { invalid, type Shaping, type Writer } from './output.ts';

const writers: Readonly<Record<string, Writer>> = {
  Int: (value, shaping) => (isInteger(value) ? String(value) : reject(shaping)),
  Float: (value, shaping) => (typeof value === 'number' ? JSON.stringify(value) : reject(shaping)),
  Boolean: (value, shaping) => (value === true ? 'true' : value === false ? 'false' : reject(shaping)),
  String: (value, shaping) => (typeof value === 'string' ? quote(value) : reject(shaping)),
  ID: (value, shaping) =>
    typeof value === 'string' ? quote(value) : isInteger(value) ? String(value) : reject(shaping),
};

/** A custom scalar may be any JSON. */
const custom: Writer = (value) => (typeof value === 'string' ? quote(value) : JSON.stringify(value));

export function leafWriter(type: GraphQLLeafType): Writer {
  if (!isEnumType(type)) return writers[type.name] ?? custom;
  const texts = new Map(type.getValues().map(({ name }) => [name, JSON.stringify(name)]));
  return (value, shaping) => (typeof value === 'string' ? texts.get(value) : undefined) ?? reject(shaping);
}

function isInteger(value: JsonValue): value is number {
  return Number.isInteger(value);
}

function reject(shaping: Shaping): string | undefined {
  return invalid(shaping, 'Invalid value found for ');
}
