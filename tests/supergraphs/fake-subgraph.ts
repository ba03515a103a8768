/**
 * Subgraphs for tests: real HTTP servers of @apollo/subgraph with data generated from the schema. The same entity has
 * the same values in every subgraph and every run, so the answers of two gateways must be identical.
 *
 * A request's `x-faults` header says what fails: which fields are errors or null (chosen by a hash, so the same for
 * every request) and how a whole subgraph fails.
 */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buildSubgraphSchema } from '@apollo/subgraph';
import {
  execute,
  getNamedType,
  GraphQLError,
  isEnumType,
  isInterfaceType,
  isListType,
  isNonNullType,
  isObjectType,
  isUnionType,
  Kind,
  parse,
  validate,
  type DocumentNode,
  type GraphQLFieldResolver,
  type GraphQLObjectType,
  type GraphQLOutputType,
  type GraphQLSchema,
} from 'graphql';
import type { SubgraphSdl } from './compose.ts';

/** How a subgraph as a whole can fail. */
export const outages = ['hang', 'reset', 'status500', 'html', 'errors', 'empty'] as const;
type Outage = (typeof outages)[number];

export interface Faults {
  /** Varies which fields are affected. */
  salt: number;
  /** The percentage of fields that fail, that are null, and that are null against their type. */
  errors: number;
  nulls: number;
  violations: number;
  outages: Readonly<Record<string, Outage>>;
}

export const noFaults: Faults = { salt: 0, errors: 0, nulls: 0, violations: 0, outages: {} };

export interface FakeSubgraph extends AsyncDisposable {
  name: string;
  url: string;
  /** How many requests it has received. */
  requests: () => number;
}

export interface FakeObject {
  __typename: string;
  /** The seed of all values of the object; for an entity, its number. */
  seed: string;
  /** The representation by which an entity was requested. */
  given?: Readonly<Record<string, unknown>>;
}

/** Resolvers by type and field, instead of generated values. */
export type FakeResolvers = Readonly<
  Record<string, Readonly<Record<string, GraphQLFieldResolver<FakeObject, Faults>>>>
>;

export interface FakeSubgraphOptions extends SubgraphSdl {
  resolvers?: FakeResolvers;
}

function hash(...parts: readonly unknown[]): number {
  let value = 2166136261;
  for (const character of parts.join('|')) value = Math.imul(value ^ character.charCodeAt(0), 16777619);
  value ^= value >>> 15;
  return Math.imul(value, 2246822519) >>> 0;
}

/** Starts one subgraph on a free port. */
export async function startFakeSubgraph({ name, sdl, resolvers }: FakeSubgraphOptions): Promise<FakeSubgraph> {
  const handle = createFakeSubgraph(name, sdl, resolvers);
  let requests = 0;
  const server = createServer((request, response) => {
    requests++;
    void respond(request, response, handle, name);
  });
  // Planning may block this process for longer than the default of 5 s, and idle connections would be closed.
  server.keepAliveTimeout = 60_000;
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    name,
    url: `http://127.0.0.1:${port}/graphql`,
    requests: () => requests,
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

interface Body {
  query: string;
  variables?: Record<string, unknown>;
}
type Handle = (body: Body, faults: Faults) => Promise<unknown>;

async function respond(
  request: IncomingMessage,
  response: ServerResponse,
  handle: Handle,
  name: string,
): Promise<void> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const header = request.headers['x-faults'];
  const faults = typeof header === 'string' ? (JSON.parse(header) as Faults) : noFaults;
  const send = (status: number, type: string, body: string): void => {
    response.writeHead(status, { 'content-type': type }).end(body);
  };
  switch (faults.outages[name]) {
    case 'hang':
      return;
    case 'reset':
      request.socket.destroy();
      return;
    case 'status500':
      send(500, 'application/json', '{"errors":[{"message":"broken"}]}');
      return;
    case 'html':
      send(200, 'text/html', '<h1>Welcome</h1>');
      return;
    case 'errors':
      send(200, 'application/json', '{"errors":[{"message":"refused","extensions":{"code":"REFUSED"}}]}');
      return;
    case 'empty':
      send(200, 'application/json', '{"data":null}');
      return;
    case undefined:
      send(
        200,
        'application/json',
        JSON.stringify(await handle(JSON.parse(Buffer.concat(chunks).toString()) as Body, faults)),
      );
  }
}

function createFakeSubgraph(name: string, sdl: string, resolvers: FakeResolvers = {}): Handle {
  const document = parse(sdl);
  const references = referenceResolvers(document);
  const types = new Set([...Object.keys(references), ...Object.keys(resolvers)]);
  const all = Object.fromEntries([...types].map((type) => [type, { ...references[type], ...resolvers[type] }]));
  const schema = buildSubgraphSchema({ typeDefs: document, resolvers: all as never });
  const requiring = fieldsWithRequires(document);
  const documents = new Map<string, DocumentNode>();

  const fieldResolver: GraphQLFieldResolver<FakeObject | undefined, Faults, Record<string, unknown>> = (
    source,
    args,
    faults,
    info,
  ) => {
    const parent = source ?? { __typename: info.parentType.name, seed: '' };
    const at = `${info.parentType.name}.${info.fieldName}`;
    const dice = hash(name, faults.salt, at, parent.seed, JSON.stringify(args)) % 1000;
    const bounds = [
      faults.errors * 10,
      (faults.errors + faults.nulls) * 10,
      (faults.errors + faults.nulls + faults.violations) * 10,
    ];
    if (info.fieldName !== 'id' && dice < (bounds[0] ?? 0)) {
      const code = dice % 3 === 0 ? { extensions: { code: 'OUT_OF_LUCK', detail: dice } } : {};
      throw new GraphQLError(`${at} failed`, code);
    }
    if (dice < (bounds[1] ?? 0) && !isNonNullType(info.returnType)) return null;
    // A non-null field that is null: graphql-js reports it.
    if (dice < (bounds[2] ?? 0) && dice >= (bounds[1] ?? 0)) return null;
    const required = requiring.has(at) ? JSON.stringify(parent.given) : '';
    const seed = `${parent.seed}.${info.fieldName}${Object.keys(args).length > 0 ? JSON.stringify(args) : ''}${required}`;
    const given =
      parent.given && Object.hasOwn(parent.given, info.fieldName) ? parent.given[info.fieldName] : undefined;
    return given !== undefined && typeof given !== 'object'
      ? given
      : fake(schema, info.returnType, seed, parent, info.fieldName);
  };

  return async ({ query, variables }, faults) => {
    let parsed = documents.get(query);
    if (parsed === undefined) {
      parsed = parse(query);
      const errors = validate(schema, parsed);
      if (errors.length > 0) return { errors };
      documents.set(query, parsed);
    }
    return execute({
      schema,
      document: parsed,
      variableValues: variables ?? {},
      contextValue: faults,
      fieldResolver,
      typeResolver: (value: FakeObject) => value.__typename,
    });
  };
}

/** Names `Type.field` of fields with @requires: their values show what the gateway sent. */
function fieldsWithRequires(document: DocumentNode): Set<string> {
  return new Set(
    document.definitions.flatMap((definition) =>
      definition.kind === Kind.OBJECT_TYPE_DEFINITION
        ? (definition.fields ?? [])
            .filter(({ directives }) => directives?.some((directive) => directive.name.value === 'requires'))
            .map((field) => `${definition.name.value}.${field.name.value}`)
        : [],
    ),
  );
}

type Reference = Readonly<Record<string, unknown>> & { __typename: string };

function referenceResolvers(document: DocumentNode): Record<string, object> {
  const keyed = document.definitions.flatMap((definition) =>
    (definition.kind === Kind.OBJECT_TYPE_DEFINITION || definition.kind === Kind.INTERFACE_TYPE_DEFINITION) &&
    definition.directives?.some((directive) => directive.name.value === 'key')
      ? [definition]
      : [],
  );
  return Object.fromEntries(
    keyed.map(({ name, kind }) => [
      name.value,
      {
        __resolveReference: async (reference: Reference, faults: Faults, info: { schema: GraphQLSchema }) => {
          const number = /\d+/.exec(JSON.stringify(reference['id'] ?? reference['isbn']))?.[0] ?? '0';
          const dice = hash('reference', faults.salt, reference.__typename, number) % 1000;
          if (dice < faults.errors * 5) throw new GraphQLError(`${reference.__typename} ${number} failed`);
          if (dice < (faults.errors + faults.nulls) * 5) return null;
          const type = info.schema.getType(name.value);
          const typename =
            kind === Kind.INTERFACE_TYPE_DEFINITION && isInterfaceType(type)
              ? concrete(info.schema, type, Number(number)).name
              : name.value;
          return { __typename: typename, seed: number, given: reference };
        },
      },
    ]),
  );
}

/** The concrete type of an entity depends only on its number, so that all subgraphs with the same members agree. */
function concrete(
  schema: GraphQLSchema,
  type: Parameters<GraphQLSchema['getPossibleTypes']>[0],
  number: number,
): GraphQLObjectType {
  const possible = schema.getPossibleTypes(type).toSorted((a, b) => a.name.localeCompare(b.name));
  const chosen = possible[number % possible.length];
  if (chosen === undefined) throw new Error(`No type is a ${type.name}.`);
  return chosen;
}

const entityNumbers = 7;

function fake(
  schema: GraphQLSchema,
  type: GraphQLOutputType,
  seed: string,
  parent: FakeObject,
  field: string,
): unknown {
  if (isNonNullType(type)) return fake(schema, type.ofType, seed, parent, field);
  if (isListType(type)) {
    return Array.from({ length: hash(seed, 'length') % 4 }, (_, index) =>
      fake(schema, type.ofType, `${seed}.${index}`, parent, field),
    );
  }
  const number = hash(seed);
  if (isEnumType(type)) return type.getValues()[number % type.getValues().length]?.value;
  if (isInterfaceType(type) || isUnionType(type)) {
    const chosen = concrete(schema, type, number % entityNumbers);
    return { __typename: chosen.name, seed: isEntity(chosen) ? String(number % entityNumbers) : seed };
  }
  if (isObjectType(type))
    return { __typename: type.name, seed: isEntity(type) ? String(number % entityNumbers) : seed };
  switch (getNamedType(type).name) {
    case 'Int':
      return number % 1000;
    case 'Float':
      return (number % 1000) / 8;
    case 'Boolean':
      return number % 2 === 0;
    case 'ID':
      return /^\d+$/.test(parent.seed)
        ? `${field === 'id' ? '' : `${field}-`}${parent.seed}`
        : `${number % entityNumbers}`;
    default:
      return field === 'isbn' ? `isbn-${parent.seed}` : `${field} "${number % 10_000}"\n`;
  }
}

function isEntity(type: GraphQLObjectType): boolean {
  return type.astNode?.directives?.some((directive) => directive.name.value === 'key') ?? false;
}
