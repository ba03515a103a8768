import { readFileSync } from 'node:fs';
import { expect, it } from '@jest/globals';
import { type GraphQLScalarType, type GraphQLSchema, buildSchema } from 'graphql';
import { checkScalarInput } from './scalars.ts';

const parseIn = (schema: GraphQLSchema, name: string) => {
  checkScalarInput(schema);
  return (value: unknown): unknown => (schema.getType(name) as GraphQLScalarType).parseValue(value);
};

it("checks the scalars of this project's API", () => {
  const schema = buildSchema(readFileSync(new URL('../schema/api.graphql', import.meta.url), 'utf8'));
  const safeInt = parseIn(schema, 'SafeInt');
  expect(safeInt(2 ** 53 - 1)).toBe(2 ** 53 - 1);
  expect(() => safeInt('5')).toThrow('SafeInt cannot represent');
  const dateTime = parseIn(schema, 'DateTime');
  expect(dateTime('2026-01-31T09:30:00Z')).toEqual(new Date('2026-01-31T09:30:00Z'));
  expect(() => dateTime('2026-01-31')).toThrow('DateTime cannot represent');
});

it('refuses lists and objects with a short message, however deep they are', () => {
  const schema = buildSchema(readFileSync(new URL('../schema/api.graphql', import.meta.url), 'utf8'));
  const deep: unknown = JSON.parse('['.repeat(100_000) + ']'.repeat(100_000));
  for (const name of ['SafeInt', 'DateTime'])
    for (const value of [deep, { toString: 1, valueOf: 1 }])
      expect(() => parseIn(schema, name)(value)).toThrow(`${name} cannot represent a list or an object.`);
});

it('does not change scalars of other supergraphs, even if one has the name of ours', () => {
  const schema = buildSchema(
    '"Any moment." scalar DateTime scalar JSON type Query { now(at: DateTime, any: JSON): Int }',
  );
  expect(parseIn(schema, 'DateTime')(5)).toBe(5);
  expect(parseIn(schema, 'JSON')({ a: 1 })).toEqual({ a: 1 });
});
