/** A generated object type with its `__typename`, by which GraphQL tells the members of a union apart. */
export type UnionMember<T extends { __typename?: string }> = T & { __typename: NonNullable<T['__typename']> };
