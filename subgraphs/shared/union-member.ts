/** A generated object type with its `__typename`, by which GraphQL distinguishes the members of a union. */
export type UnionMember<T extends { __typename?: string }> = T & { __typename: NonNullable<T['__typename']> };
