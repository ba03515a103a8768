/**
 * One Fetch of a plan: builds the request to the subgraph, sends it once for all entities that it is for, and merges the
 * answer and its errors into the run. Never rejects: what fails is recorded, and the rest of the plan goes on.
 */
import { OperationTypeNode } from 'graphql';
import { MAX_ERRORS } from '../../runtime/bounds.ts';
import { isObject, own, type JsonObject, type JsonValue } from '../../runtime/json.ts';
import { SubgraphUnavailable, type SubgraphResponse } from '../../runtime/transport.ts';
import type { FetchNode } from './apollo.ts';
import { subgraphError } from './errors.ts';
import { merge, mergeCopy, objectsAt, placesOf, type FlattenPath, type ResponsePath } from './merge.ts';
import { clientName } from './names.ts';
import { batch, compileRepresentation } from './representations.ts';
import { clientNames, compileRewrites, type Rewrite } from './rewrites.ts';
import type { Run, Step } from './run.ts';
import type { Types } from './types.ts';

/** The part of the answer for one representation (or for a root fetch), and all places that it belongs to. */
interface Answered {
  targets: readonly JsonObject[][];
  /** The prefix of this part in the path of a subgraph's error: `_entities` and an index. */
  offset: number;
}

export function compileFetch(node: FetchNode, path: FlattenPath, types: Types): Step {
  if (node.contextRewrites?.length) throw new Error('@fromContext is not supported by this gateway.');
  const head = requestHead(node);
  const variables = compileVariables(node.variableUsages ?? []);
  const rewrite = compileRewrites(node.outputRewrites, types);
  const report = compileReport(node, path);

  if (node.requires === undefined) {
    return (run) => {
      const entities = objectsAt(run.data, path);
      if (entities.length === 0) return undefined;
      const targets = [entities];
      return send(run, node, path, entities, `${head}${variables(run.variables)}}}`, (response) => {
        report(run, response, { targets, offset: 0 });
        if (response.data) mergeAnswer(response.data, entities, rewrite);
      });
    };
  }

  const represent = compileRepresentation(node.requires, node.inputRewrites, types);
  return (run) => {
    const { representations, targets } = batch(objectsAt(run.data, path), represent);
    if (representations.length === 0) return undefined;
    const values = variables(run.variables);
    const body = `${head}${values}${values && ','}"representations":[${representations.join(',')}]}}`;
    return send(run, node, path, targets.flat(), body, (response) => {
      report(run, response, { targets, offset: 2 });
      if (!response.data) return;
      const entities = response.data['_entities'];
      if (Array.isArray(entities) && entities.length === targets.length) {
        entities.forEach((entity, index) => {
          if (entity === null) for (const target of targets[index] ?? []) run.absent.add(target);
          if (!isObject(entity)) return;
          // A subgraph with an @interfaceObject knows only the interface; the object's real type is already in the
          // data.
          if (types.isInterface(entity['__typename'])) entity['__typename'] = undefined;
          mergeAnswer(entity, targets[index] ?? [], rewrite);
        });
      } else if (entities !== null || !response.errors?.length) {
        throw new SubgraphUnavailable('invalid', `expected ${String(targets.length)} _entities`);
      }
    });
  };
}

function requestHead(node: FetchNode): string {
  const name = node.operationName === undefined ? '' : `"operationName":${JSON.stringify(node.operationName)},`;
  return `{"query":${JSON.stringify(node.operation)},${name}"variables":{`;
}

/** The variables that a fetch uses, as the client sent them. The subgraph coerces them and applies defaults. */
function compileVariables(names: readonly string[]): (variables: JsonObject) => string {
  if (names.length === 0) return () => '';
  const heads = names.map((name) => `${JSON.stringify(name)}:`);
  return (variables) => {
    let text = '';
    names.forEach((name, index) => {
      const value = own(variables, name);
      if (value !== undefined) text += `${text && ','}${heads[index] ?? ''}${JSON.stringify(value)}`;
    });
    return text;
  };
}

function send(
  run: Run,
  node: FetchNode,
  path: FlattenPath,
  entities: readonly JsonObject[],
  body: string,
  receive: (response: SubgraphResponse) => void,
): Promise<void> {
  return run
    .send(node.serviceName, body, node.operationKind === OperationTypeNode.MUTATION ? 'mutation' : 'query')
    .then(receive)
    .catch((error: unknown) => {
      const unavailable =
        error instanceof SubgraphUnavailable
          ? error
          : new SubgraphUnavailable('unreachable', String(error), { cause: error });
      run.failures.push({ node, path, entities, reason: unavailable.reason });
      run.onUnavailable?.(node.serviceName, unavailable);
    });
}

function mergeAnswer(answer: JsonObject, targets: readonly JsonObject[], rewrite: Rewrite | undefined): void {
  rewrite?.(answer);
  const [first, ...others] = targets;
  for (const target of others) mergeCopy(target, answer);
  if (first !== undefined) merge(first, answer);
}

/** Records a response's errors, each at every place that its part belongs to. */
function compileReport(
  node: FetchNode,
  path: FlattenPath,
): (run: Run, response: SubgraphResponse, answered: Answered) => void {
  const nameOf = clientNames(node.outputRewrites);
  const firstList = path.indexOf('@');
  const common: ResponsePath = (firstList === -1 ? path : path.slice(0, firstList)).map(clientName);

  return (run, response, { targets, offset }) => {
    if (!response.errors?.length) return;
    const places = placesOf(run.data, path, new Set(targets.flat()));
    for (const error of response.errors) {
      if (run.errors.length >= MAX_ERRORS) return;
      const reported = isObject(error) && Array.isArray(error['path']) ? error['path'] : undefined;
      if (reported === undefined) {
        run.errors.push(subgraphError(error, node.serviceName, undefined));
        continue;
      }
      const group = offset === 0 ? targets[0] : targets[Number(reported[1] ?? NaN)];
      const rest = reported.slice(offset).map((part) => clientKey(part, nameOf));
      const placed = (group ?? []).flatMap((target) => places.get(target) ?? []).length > 0;
      if (group === undefined || !placed) {
        const at = offset === 0 ? [...common, ...rest] : common;
        run.errors.push(subgraphError(error, node.serviceName, at));
        continue;
      }
      for (const target of group.slice(0, MAX_ERRORS)) {
        const place = places.get(target);
        if (place !== undefined) run.errors.push(subgraphError(error, node.serviceName, [...place, ...rest]));
      }
    }
  };
}

function clientKey(part: JsonValue, nameOf: (name: string) => string): string | number {
  if (typeof part === 'number') return part;
  return nameOf(typeof part === 'string' ? part : JSON.stringify(part));
}
