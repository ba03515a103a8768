/** Hostile requests: variables, bodies that are not GraphQL, and bytes that are not HTTP. */
import fc from 'fast-check';

/** As JSON text, because JSON.stringify can't write some of them. */
const VALUES: readonly string[] = [
  'null',
  'true',
  '-1',
  '0.5',
  '1e308',
  '1e400',
  '-0',
  '9007199254740993',
  '123456789012345678901234567890',
  '""',
  '"\\u0000"',
  '"\\ud800"',
  '"ffffffffffffffffffffffff"',
  '"{\\"$ne\\":null}"',
  `"${'a'.repeat(20_000)}"`,
  `"${'('.repeat(200)}"`,
  '[]',
  '[[]]',
  '{}',
  '{"$gt":""}',
  '{"$ne":null}',
  '{"$where":"sleep(1000)"}',
  '{"$regex":"^(a+)+$"}',
  '{"$expr":{"$function":{"body":"x","args":[],"lang":"js"}}}',
  '{"__proto__":{"role":"staff"}}',
  '{"constructor":{"prototype":{"role":"staff"}}}',
  '{"toString":1,"valueOf":1,"hasOwnProperty":1}',
  '{"toJSON":{}}',
  '{"_bsontype":"ObjectId","id":"aaaaaaaaaaaa"}',
  `${'['.repeat(5000)}${']'.repeat(5000)}`,
  `${'{"a":'.repeat(3000)}1${'}'.repeat(3000)}`,
  `[${Array(2000).fill('{"productId":"ffffffffffffffffffffffff","quantity":1}').join(',')}]`,
];

/** One of the documents, with variables any part of which may be hostile. */
export function hostileBody(documents: readonly string[]): fc.Arbitrary<string> {
  const value = fc.constantFrom(...VALUES);
  const object = (keys: readonly string[]): fc.Arbitrary<string> =>
    fc
      .array(fc.tuple(fc.constantFrom(...keys), value), { maxLength: 5 })
      .map((entries) => `{${entries.map(([key, json]) => `${JSON.stringify(key)}:${json}`).join(',')}}`);
  const INPUT = ['id', 'customerId', 'orderId', 'productId', 'items', 'name', 'email', 'sku', 'price', 'quantity'];
  const MORE = ['delta', 'reason', 'idempotencyKey', 'expectedVersion', 'to', 'initialStock', '__proto__', '$gt'];
  const PAGE = ['id', 'first', 'after', 'last', 'before', 'filter', 'sort', 'lines', 'input', '__proto__', 'toString'];
  const variables = fc.oneof(
    { weight: 4, arbitrary: object(PAGE) },
    { weight: 4, arbitrary: object([...INPUT, ...MORE]).map((input) => `{"input":${input}}`) },
    { weight: 1, arbitrary: value },
  );
  const query = fc.oneof(
    { weight: 12, arbitrary: fc.constantFrom(...documents).map((text) => JSON.stringify(text)) },
    { weight: 1, arbitrary: value },
  );
  const extra = fc.oneof(
    { weight: 8, arbitrary: fc.constant('') },
    { weight: 1, arbitrary: value.map((json) => `,"operationName":${json}`) },
    { weight: 1, arbitrary: value.map((json) => `,"extensions":${json}`) },
    { weight: 1, arbitrary: value.map((json) => `,"extensions":{"persistedQuery":${json}}`) },
    {
      weight: 1,
      arbitrary: value.map((json) => `,"extensions":{"persistedQuery":{"version":1,"sha256Hash":${json}}}`),
    },
    { weight: 1, arbitrary: value.map((json) => `,"__proto__":${json}`) },
  );
  return fc
    .tuple(query, variables, extra)
    .map(([text, given, more]) => `{"query":${text},"variables":${given}${more}}`);
}

const bytes = (text: string): Buffer => Buffer.from(text, 'latin1');
const BODY = '{"query":"{ __typename }"}';

/** Bytes that are nearly a request, sent on a connection that is then closed for writing. */
export function malformedRequest(): fc.Arbitrary<Buffer> {
  const junk = fc.uint8Array({ minLength: 1, maxLength: 80 }).map((array) => Buffer.from(array));
  const method = fc.constantFrom('POST', 'GET', 'PUT', 'DELETE', 'TRACE', 'CONNECT', 'PRI', 'post', 'OPTIONS', '');
  const target = fc.constantFrom(
    '/graphql',
    '/graphql?query={__typename}',
    '/graphql?query=%',
    '/graphql?query=%ff%fe&variables={',
    '/graphql?query=a&query=b',
    '/graphql?variables=[]&extensions=1',
    '/graphql/',
    '//graphql',
    '/graphql%00',
    '/%2e%2e/%2e%2e/etc/passwd',
    '/health/../graphql',
    '/graphiql/../../package.json',
    '/graphiql/..%2f..%2fpackage.json',
    'http://elsewhere/graphql',
    '*',
    '',
    `/${'a'.repeat(9000)}`,
  );
  const version = fc.constantFrom('HTTP/1.1', 'HTTP/1.0', 'HTTP/0.9', 'HTTP/2.0', 'HTTP/9.9', '', 'FTP/1.0');
  const header = fc.constantFrom(
    'host: here',
    'host: here\r\nhost: there',
    'host: [::1',
    'host: a b',
    'content-length: 26',
    'content-length: 5',
    'content-length: 99999',
    'content-length: -1',
    'content-length: 26\r\ncontent-length: 27',
    'transfer-encoding: chunked',
    'transfer-encoding: chunked\r\ncontent-length: 26',
    'transfer-encoding: chunked, identity',
    'content-type: application/json',
    'content-type: application/json; charset=utf-7',
    'content-type: application/json; charset=\x00',
    'content-type: application/xml',
    'content-type: ;;;',
    'content-encoding: gzip',
    'accept: text/plain',
    'accept: ;q=x,,,',
    'accept: application/graphql-response+json;q=2',
    'authorization: Bearer',
    'authorization: \xff\xfe',
    'x-request-id: \x01\x02',
    'x-timeout-ms: -5',
    'x-timeout-ms: 1e999',
    'traceparent: 00-zz',
    'expect: 100-continue',
    'expect: nonsense',
    'upgrade: websocket\r\nconnection: upgrade',
    'connection: close',
    'origin: null',
    'no colon at all',
    ' folded: line',
    `x-large: ${'x'.repeat(20_000)}`,
  );
  const body = fc.oneof(
    fc
      .constantFrom(
        BODY,
        BODY.slice(0, 12),
        `${BODY}${BODY}`,
        '[]',
        '1',
        'null',
        '"',
        '',
        '\xef\xbb\xbf{"query":"{ __typename }"}',
        '{"query":"{ __typename \xff\xfe\xc0\x80 }"}',
        '{"query":"{ __typename }","variables":{"a":"\xed\xa0\x80"}}',
        `1a\r\n${BODY}\r\n0\r\n\r\n`,
        'ffffffffffffffff\r\nx',
        `zz\r\n${BODY}`,
        '\x1f\x8b\x08\x00',
      )
      .map(bytes),
    junk,
  );
  const request = fc
    .tuple(method, target, version, fc.array(header, { maxLength: 5 }), body)
    .map(([verb, path, protocol, headers, content]) =>
      Buffer.concat([
        bytes(`${[verb, path, protocol].join(' ').trim()}\r\n${headers.map((each) => `${each}\r\n`).join('')}\r\n`),
        content,
      ]),
    );
  return fc.oneof({ weight: 9, arbitrary: request }, { weight: 1, arbitrary: junk });
}
