/**
 * Which documents the gateway serves. A client's own operations are known beforehand: codegen writes them to a manifest
 * (packages/client/manifest.json), by the SHA-256 of their text. They are parsed and validated once, when the supergraph is loaded,
 * and clients may send the hash alone, as for automatic persisted queries (`extensions.persistedQuery.sha256Hash`).
 *
 * - `off`: no manifest. Any document, and automatic persisted queries.
 * - `prefer`: the manifest's are served without parsing again; others as with `off`.
 * - `only`: the manifest's alone; everything else is refused before it is parsed.
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

/** Reads a manifest: a JSON object from hash to text. Throws where it is none, or where a hash isn't its text's. */
export function parseManifest(json: string): Manifest {
  const manifest = new Map(Object.entries(z.record(z.string(), z.string()).parse(JSON.parse(json))));
  for (const [hash, text] of manifest)
    if (hashOf(text) !== hash) throw new Error(`the document of ${hash} has another SHA-256`);
  return manifest;
}

export interface Documents {
  /** Apollo Server's options that make it so. */
  options: Required<Pick<ApolloServerOptions<BaseContext>, 'persistedQueries' | 'documentStore'>>;
  plugin: ApolloServerPlugin;
  /**
   * Whether a request must be refused, before Apollo Server sees it: from a plugin it could only be a bug.
   * @param request its parameters, as runtime/parameters.ts reads them
   */
  refuses: (request: unknown) => boolean;
}

export const UNTRUSTED = [
  'UNTRUSTED_DOCUMENT',
  'This API serves the operations of its own clients only, and this is none of them.',
] as const;

/** The characters of all texts that are kept for automatic persisted queries; and of all documents kept parsed: 125 bytes each. */
const KEPT_TEXTS = 10_000_000;
const KEPT_DOCUMENTS = 500_000;

/** @param manifest not looked at where the mode is `off` */
export function createDocuments(mode: TrustedDocumentsMode, manifest: Manifest, log: Logger): Documents {
  const texts = mode === 'off' ? new Map<string, string>() : manifest;
  let parsed: ReadonlyMap<string, DocumentNode> = new Map();

  const persisted = new LruMap<string, string>(KEPT_TEXTS);
  const documents = new LruMap<string, DocumentNode>(KEPT_DOCUMENTS);
  // Apollo Server puts something before the hash: `apq:`, and the schema's own hash. What follows is the client's, whatever it
  // is: a text before a known hash would be another key for the same document, as long and as often as one likes.
  const hashIn = (key: string): string => key.slice(key.indexOf(':') + 1);

  const plugin: ApolloServerPlugin = {
    serverWillStart: async () => ({
      schemaDidLoadOrUpdate: ({ apiSchema }) => {
        parsed = parseAll(texts, apiSchema, log);
        if (mode === 'only') log.info({ documents: parsed.size }, 'trusted documents alone are served');
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

/** The hashes of the document that a request names, by its text or by its hash; none where it names none. */
function hashesOf(request: unknown): string[] {
  const { query, extensions } = partsOf.catch({}).parse(request);
  if (query !== undefined) return [hashOf(query)];
  return extensions === undefined ? [] : [extensions.persistedQuery.sha256Hash];
}

/** What of a request says which document it is about. Whatever is shaped otherwise, Apollo Server refuses. */
const partsOf = z.object({
  query: z.string().optional().catch(undefined),
  extensions: z
    .object({ persistedQuery: z.object({ sha256Hash: z.string() }) })
    .optional()
    .catch(undefined),
});

/** A manifest may be of a client newer than the supergraph, or made for another one: what doesn't fit is left out. */
function parseAll(texts: Manifest, schema: GraphQLSchema, log: Logger): ReadonlyMap<string, DocumentNode> {
  const parsed = new Map<string, DocumentNode>();
  for (const [hash, text] of texts) {
    const document = parse(text);
    const [fault] = validate(schema, document);
    if (fault === undefined) parsed.set(hash, document);
    else log.warn({ hash, fault: fault.message }, 'a trusted document does not fit the supergraph: left out');
  }
  return parsed;
}

/**
 * What Apollo Server says of persisted queries without a code, which would pass for bugs.
 * @returns undefined where it is about something else
 */
export function persistedQueryError({ message }: GraphQLFormattedError): GraphQLFormattedError | undefined {
  return message === 'provided sha does not match query' || message === 'Unsupported persisted query version'
    ? { message, extensions: { code: 'BAD_REQUEST' } }
    : undefined;
}
