/**
 * The parameters of a GraphQL request. Several read them: what looks at a request before it is executed, the cached operations,
 * Apollo Server. All have to see the same operation, so what they could read differently is settled here, before any of them.
 */
import type { FastifyRequest } from 'fastify';
import { isObject } from './json.ts';

/**
 * The parameters as Apollo Server reads them afterwards: those of a GET in its URL, all others in the body. An empty name of an
 * operation is taken out of the request, for many clients send it where they mean none: some readers would take it for none,
 * and others for a name that no operation has.
 * @returns the body as it came otherwise; or what the URL has, with `variables` and `extensions` parsed where they are JSON
 */
export function parametersOf(request: FastifyRequest): unknown {
  const { body } = request;
  if (request.method !== 'GET') {
    if (isObject(body) && body['operationName'] === '') delete body['operationName'];
    return body;
  }
  const url = new URL(request.url, 'http://gateway');
  const { searchParams } = url;
  // Given twice, it is refused by Apollo Server.
  if (searchParams.get('operationName') === '' && searchParams.getAll('operationName').length === 1) {
    searchParams.delete('operationName');
    request.raw.url = url.pathname + url.search;
  }
  const { variables, extensions, ...others } = Object.fromEntries(searchParams);
  return { ...others, variables: parseJson(variables), extensions: parseJson(extensions) };
}

function parseJson(text: string | undefined): unknown {
  try {
    return text === undefined ? undefined : JSON.parse(text);
  } catch {
    return undefined;
  }
}
