/** Types of plans, resolved once for each name: which `__typename`s match `... on X`. */
import { isAbstractType, isInterfaceType, type GraphQLSchema } from 'graphql';

export type TypeNames = ReadonlySet<string>;

export interface Types {
  /** The names of all types that are `condition` or, if it is abstract, one of its object types or sub-interfaces. */
  matching(condition: string): TypeNames;
  isInterface(name: unknown): boolean;
}

export function createTypes(schema: GraphQLSchema): Types {
  const known = new Map<string, TypeNames>();
  return {
    matching: (condition) => {
      let names = known.get(condition);
      if (names === undefined) {
        const type = schema.getType(condition);
        const all = new Set([condition]);
        if (isAbstractType(type)) {
          for (const possible of schema.getPossibleTypes(type)) all.add(possible.name);
          if (isInterfaceType(type)) for (const sub of schema.getImplementations(type).interfaces) all.add(sub.name);
        }
        known.set(condition, (names = all));
      }
      return names;
    },
    isInterface: (name) => typeof name === 'string' && isInterfaceType(schema.getType(name)),
  };
}
