/** The media type of an answer: one of GraphQL's two (GraphQL over HTTP, section 6.1). */

const JSON_TYPE = 'application/json';
const GRAPHQL_TYPE = 'application/graphql-response+json';

/**
 * The content type for a client that sends this `Accept` header: `application/graphql-response+json` if the header
 * names it with at least JSON's weight (RFC 9110, section 12.5.1), JSON otherwise.
 */
export function contentTypeFor(accept: string | undefined): string {
  const ranges = (accept ?? '').split(',').map(readRange);
  const graphql = rank(GRAPHQL_TYPE, ranges);
  const json = rank(JSON_TYPE, ranges);
  const isPreferred =
    graphql.quality > 0 &&
    (graphql.quality - json.quality || graphql.precision - json.precision || json.position - graphql.position) > 0;
  return `${isPreferred ? GRAPHQL_TYPE : JSON_TYPE}; charset=utf-8`;
}

interface Range {
  name: string;
  /** The range's weight, 0 to 1. */
  quality: number;
  position: number;
}

function readRange(text: string, position: number): Range {
  const [name = '', ...parameters] = text.split(';').map((part) => part.trim().toLowerCase());
  const quality = parameters.find((parameter) => parameter.startsWith('q='))?.slice(2);
  return { name, quality: quality === undefined ? 1 : Number(quality) || 0, position };
}

/** The weight of a type, by the most specific range that matches it. */
function rank(type: string, ranges: Range[]): Range & { precision: number } {
  const names = ['*/*', 'application/*', type];
  return ranges
    .map((range) => ({ ...range, precision: names.indexOf(range.name) }))
    .reduce((best, range) => (range.precision > best.precision ? range : best), NOT_COVERED);
}

const NOT_COVERED = { name: '', quality: 0, position: 0, precision: -1 };
