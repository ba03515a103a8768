/** Type conditions of plans, resolved once: which `__typename`s an object may carry to match `... on X`. */
import { isAbstractType, type GraphQLSchema } from 'graphql';

export type TypeNames = ReadonlySet<string>;
/** The names of all types that are `condition` or, where it is abstract, one of its object types or sub-interfaces. */
export type TypeConditions = (condition: string) => TypeNames;

export function typeConditions(schema: GraphQLSchema): TypeConditions {
  const known = new Map<string, TypeNames>();
  return (condition) => {
    let names = known.get(condition);
    if (names === undefined) {
      const type = schema.getType(condition);
      const all = new Set([condition]);
      if (isAbstractType(type)) {
        for (const possible of schema.getPossibleTypes(type)) all.add(possible.name);
        if ('getFields' in type) for (const sub of schema.getImplementations(type).interfaces) all.add(sub.name);
      }
      known.set(condition, (names = all));
    }
    return names;
  };
}
