import { buildSubgraphSchema } from '@apollo/subgraph';
import { describe, expect, it } from '@jest/globals';
import { parse } from 'graphql';
import { enforceAccess } from './access.ts';

const enforced = (sdl: string) =>
  enforceAccess(
    buildSubgraphSchema(
      parse(`
        extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@authenticated", "@requiresScopes", "@policy"])
        type Query { thing: Thing }
        ${sdl}
      `),
    ),
  );

describe('an access rule', () => {
  it('is allowed on a field of an object type', () => {
    expect(() => enforced('type Thing { name: String @authenticated }')).not.toThrow();
  });

  it.each([
    ['on a whole type', 'type Thing @authenticated { name: String }'],
    [
      "on a type's extension",
      'type Thing { name: String } extend type Thing @requiresScopes(scopes: [["staff"]]) { a: Int }',
    ],
    ['on an enum', 'enum Kind @authenticated { ONE } type Thing { kind: Kind }'],
    ['as a @policy', 'type Thing { name: String @policy(policies: [["one"]]) }'],
  ])('is not ignored if it is %s', (_, sdl) => {
    expect(() => enforced(sdl)).toThrow(/enforced/);
  });
});
