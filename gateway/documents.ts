/**
 * Trusted documents and persisted queries. Codegen writes the client's own operations to a manifest
 * (packages/client/manifest.json), by the SHA-256 of their text. They are parsed and validated once, when the
 * supergraph is loaded, and clients may send only the hash, as for automatic persisted queries
 * (`extensions.persistedQuery.sha256Hash`).
 *
 * - `off`: no manifest. Any document is served, and automatic persisted queries.
 * - `prefer`: documents of the manifest are served without parsing them again; others as with `off`.
 * - `only`: only documents of the manifest are served; all others are refused before they are parsed.
 */
import { createHash } from 'node:crypto';
import type { ApolloServerOptions, ApolloServerPlugin, BaseContext } from '@apollo/server';
import { type DocumentNode, type GraphQLFormattedError, type GraphQLSchema, parse, validate } from 'graphql';
import { z } from 'zod';
import type { Logger } from '../runtime/log.ts';
import { LruMap } from '../runtime/lru.ts';

export type TrustedDocumentsMode = 'off' | 'prefer' | 'only';

/** Documents' texts by their SHA-256, in lower-case hex. */
export type Manifest = ReadonlyMap<string, string>;

const hashOf = (text: string): string => createHash('sha256').update(text).digest('hex');

/** Reads a manifest: a JSON object from hash to text. Throws if it is malformed or if a hash doesn't match its text. */
export function parseManifest(json: string): Manifest {
  const manifest = new Map(Object.entries(z.record(z.string(), z.string()).parse(JSON.parse(json))));
  for (const [hash, text] of manifest)
    if (hashOf(text) !== hash) throw new Error(`the document of ${hash} has another SHA-256`);
  return manifest;
}

export interface Documents {
  /** The options of Apollo Server for this mode. */
  options: Required<Pick<ApolloServerOptions<BaseContext>, 'persistedQueries' | 'documentStore'>>;
  plugin: ApolloServerPlugin;
  /**
   * Whether a request must be refused. Asked before Apollo Server sees it, because an error thrown by a plugin would be
   * reported as a bug.
   * @param request its parameters, as runtime/parameters.ts reads them
   */
  refuses: (request: unknown) => boolean;
}

export const UNTRUSTED = [
  'UNTRUSTED_DOCUMENT',
  'This API serves only the operations of its own clients, and this is not one of them.',
] as const;

/**
 * The most characters that are kept: of texts for automatic persisted queries; and of parsed documents, which take some
 * 125 bytes per character.
 */
const KEPT_TEXTS = 10_000_000;
const KEPT_DOCUMENTS = 500_000;

/** @param manifest ignored if the mode is `off` */
export function createDocuments(mode: TrustedDocumentsMode, manifest: Manifest, log: Logger): Documents {
  const texts = mode === 'off' ? new Map<string, string>() : manifest;
  let parsed: ReadonlyMap<string, DocumentNode> = new Map();

  const persisted = new LruMap<string, string>(KEPT_TEXTS);
  const documents = new LruMap<string, DocumentNode>(KEPT_DOCUMENTS);
  // Apollo Server puts `apq:` or the schema's hash before the client's hash. The client controls the rest: any text
  // before a cached hash would be another key for the same document, so that one client could fill the cache.
  const hashIn = (key: string): string => key.slice(key.indexOf(':') + 1);

  const plugin: ApolloServerPlugin = {
    serverWillStart: async () => ({
      schemaDidLoadOrUpdate: ({ apiSchema }) => {
        parsed = parseAll(texts, apiSchema, log);
        if (mode === 'only') log.info({ documents: parsed.size }, 'only trusted documents are served');
      },
    }),
  };
  return {
    plugin,
    refuses: (request) => mode === 'only' && !hashesOf(request).every((hash) => parsed.has(hash)),
    options: {
      persistedQueries: {
        cache: {
          get: async (key) => texts.get(hashIn(key)) ?? persisted.get(key),
          set: async (key, text) => {
            persisted.set(key, text, text.length);
          },
          delete: async () => undefined,
        },
      },
      documentStore: {
        get: async (key) => parsed.get(hashIn(key)) ?? documents.get(key),
        set: async (key, document) => {
          documents.set(key, document, document.loc?.end);
        },
        delete: async () => undefined,
      },
    },
  };
}

/** The hashes of the document that a request names, by its text or by its hash. */
function hashesOf(request: unknown): string[] {
  const { query, extensions } = partsOf.catch({}).parse(request);
  if (query !== undefined) return [hashOf(query)];
  return extensions === undefined ? [] : [extensions.persistedQuery.sha256Hash];
}

/** The parts of a request that name its document. Apollo Server refuses other shapes. */
const partsOf = z.object({
  query: z.string().optional().catch(undefined),
  extensions: z
    .object({ persistedQuery: z.object({ sha256Hash: z.string() }) })
    .optional()
    .catch(undefined),
});

/** Leaves out what doesn't fit the supergraph: the manifest may belong to a newer client or to another supergraph. */
function parseAll(texts: Manifest, schema: GraphQLSchema, log: Logger): ReadonlyMap<string, DocumentNode> {
  const parsed = new Map<string, DocumentNode>();
  for (const [hash, text] of texts) {
    const document = parse(text);
    const [fault] = validate(schema, document);
    if (fault === undefined) parsed.set(hash, document);
    else log.warn({ hash, fault: fault.message }, 'left out a trusted document that does not fit the supergraph');
  }
  return parsed;
}

/**
 * Gives a code to Apollo Server's errors about persisted queries. Without one they would be masked as bugs.
 * @returns undefined if the error is about something else
 */
export function persistedQueryError({ message }: GraphQLFormattedError): GraphQLFormattedError | undefined {
  return message === 'provided sha does not match query' || message === 'Unsupported persisted query version'
    ? { message, extensions: { code: 'BAD_REQUEST' } }
    : undefined;
}
