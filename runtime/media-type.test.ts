import { describe, expect, it } from '@jest/globals';
import { contentTypeFor } from './media-type.ts';

const JSON_TYPE = 'application/json; charset=utf-8';
const GRAPHQL_TYPE = 'application/graphql-response+json; charset=utf-8';

describe('the content type', () => {
  it.each([
    ['application/graphql-response+json'],
    ['application/graphql-response+json, application/json'],
    ['application/graphql-response+json;charset=utf-8, application/json;charset=utf-8'],
    ['application/graphql-response+json,application/json;q=0.9'],
    ['application/json;q=0.5, application/graphql-response+json;q=0.6'],
    ['application/graphql-response+json, */*'],
    ['*/*, application/graphql-response+json'],
    ['APPLICATION/GraphQL-Response+JSON'],
    ['text/html, application/graphql-response+json;q=0.1'],
  ])("is GraphQL's own for a client that accepts %s", (accept) => {
    expect(contentTypeFor(accept)).toBe(GRAPHQL_TYPE);
  });

  it.each([
    [undefined],
    [''],
    ['*/*'],
    ['application/*'],
    ['application/json'],
    ['text/html'],
    ['application/json, application/graphql-response+json'],
    ['application/json, application/graphql-response+json;q=0.9'],
    ['application/graphql-response+json;q=0, */*'],
    ['application/graphql-response+json;q=many'],
    [',;,'],
  ])('is JSON for a client that accepts %s', (accept) => {
    expect(contentTypeFor(accept)).toBe(JSON_TYPE);
  });
});
