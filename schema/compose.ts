/**
 * Composes the three subgraphs' SDL into `supergraph.graphql` (what the gateway runs on) and `api.graphql` (what
 * clients see). `npm run compose` writes both; `npm run check:compose` fails if the committed files differ.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { composeServices } from '@apollo/composition';
import { type DocumentNode, concatAST, printSchema, visit } from 'graphql';
import { readSdl } from '../subgraphs/shared/sdl.ts';
import { SUBGRAPHS, SUBGRAPH_PORTS, type SubgraphName, localUrl } from './subgraphs.ts';

const root = new URL('..', import.meta.url);
const read = (path: string): string => readFileSync(new URL(path, root), 'utf8');

/** The SDL of one subgraph: the shared types, then its own, with descriptions and access directives. */
export const subgraphSdl = (name: SubgraphName): DocumentNode => concatAST(readSdl(name));

/**
 * The same SDL without the access directives: @apollo/gateway refuses to start on a supergraph that carries
 * `@authenticated` or `@requiresScopes`. The subgraphs themselves enforce them (subgraphs/shared/access.ts).
 */
function withoutAccessDirectives(sdl: DocumentNode): DocumentNode {
  const access = new Set(['authenticated', 'requiresScopes']);
  return visit(sdl, {
    Directive(node) {
      if (access.has(node.name.value)) return null;
      if (node.name.value !== 'link') return undefined;
      return visit(node, { StringValue: (value) => (access.has(value.value.slice(1)) ? null : undefined) });
    },
  });
}

/**
 * Composes subgraphs. Throws an Error that lists every composition error.
 * @returns the supergraph SDL and the API SDL (without `@inaccessible` parts), both ending in a newline
 */
export function compose(sdls: Record<string, DocumentNode>): { supergraph: string; api: string } {
  const ports: Partial<Record<string, number>> = SUBGRAPH_PORTS;
  const result = composeServices(
    Object.entries(sdls).map(([name, typeDefs]) => ({
      name,
      // Only defaults: the gateway reads the addresses from its environment.
      url: localUrl(ports[name] ?? 0),
      typeDefs: withoutAccessDirectives(typeDefs),
    })),
  );
  if (result.errors) throw new Error(result.errors.map((error) => error.message).join('\n'));
  const api = result.schema.toAPISchema().toGraphQLJSSchema();
  return { supergraph: `${result.supergraphSdl.trimEnd()}\n`, api: `${printSchema(api).trimEnd()}\n` };
}

function main(check: boolean): void {
  const { supergraph, api } = compose(Object.fromEntries(SUBGRAPHS.map((name) => [name, subgraphSdl(name)])));
  const stale = Object.entries({ 'schema/supergraph.graphql': supergraph, 'schema/api.graphql': api }).filter(
    ([path, sdl]) => {
      if (check) return read(path) !== sdl;
      writeFileSync(new URL(path, root), sdl);
      return false;
    },
  );
  for (const [path] of stale)
    console.error(`${path} is out of date: run \`npm run compose\` and commit what it writes.`);
  if (stale.length > 0) process.exitCode = 1;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) main(process.argv.includes('--check'));
