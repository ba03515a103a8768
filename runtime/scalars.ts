/** The custom scalars of schema/shared.graphql. The gateway and the subgraphs accept the same values for them. */
import { readFileSync } from 'node:fs';
import { GraphQLError, type GraphQLScalarType, type GraphQLSchema, Kind, isScalarType, parse } from 'graphql';
import { GraphQLDateTimeISO, GraphQLSafeInt } from 'graphql-scalars';

export const SCALARS: Readonly<Record<string, GraphQLScalarType>> = {
  DateTime: GraphQLDateTimeISO,
  SafeInt: GraphQLSafeInt,
};

const SHARED = new URL('../schema/shared.graphql', import.meta.url);

/**
 * Makes `schema`, which was built from SDL, check the values that clients send for our scalars, as built-in scalars are
 * checked (GraphQL 3.5: variables by the execution, literals by the validation). A scalar is ours if it has our
 * description as well: another supergraph may have a DateTime that accepts other values. Values in answers are not
 * checked.
 */
export function checkScalarInput(schema: GraphQLSchema): void {
  for (const definition of parse(readFileSync(SHARED, 'utf8'), { noLocation: true }).definitions) {
    if (definition.kind !== Kind.SCALAR_TYPE_DEFINITION) continue;
    const type = schema.getType(definition.name.value);
    const ours = SCALARS[definition.name.value];
    if (ours === undefined || !isScalarType(type) || type.description !== definition.description?.value) continue;
    type.parseValue = (value) => {
      // The library's message would quote the whole value, and fail if it is nested too deeply.
      if (typeof value === 'object') throw new GraphQLError(`${type.name} cannot represent a list or an object.`);
      return ours.parseValue(value);
    };
    type.parseLiteral = ours.parseLiteral;
  }
}
