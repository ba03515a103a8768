/**
 * The parameters of a GraphQL request. Several parts of the code read them: the checks before execution, the operation
 * cache and Apollo Server. All must see the same operation, so anything that they might read differently is normalized
 * here first.
 */
import type { FastifyRequest } from 'fastify';
import { isObject } from './json.ts';

/**
 * The parameters as Apollo Server will read them: for a GET from the URL, otherwise from the body. Removes an empty
 * `operationName`, which many clients send for none: some readers would treat it as none, others as a name that no
 * operation has.
 * @returns the body, otherwise unchanged; or the URL's parameters, with `variables` and `extensions` parsed if they are
 * JSON
 */
export function parametersOf(request: FastifyRequest): unknown {
  const { body } = request;
  if (request.method !== 'GET') {
    if (isObject(body) && body['operationName'] === '') delete body['operationName'];
    return body;
  }
  const url = new URL(request.url, 'http://gateway');
  const { searchParams } = url;
  // Apollo Server refuses a parameter that is given twice.
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
