/**
 * GraphiQL at /graphiql: an explorer that works offline. esbuild bundles it on the first request. It is a development
 * dependency: if it isn't installed, as in the Docker image, there is no such page.
 */
import { createRequire } from 'node:module';
import { basename, extname } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { FastifyInstance } from 'fastify';

const TYPES: Record<string, string> = {
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.ttf': 'font/ttf',
  '.woff2': 'font/woff2',
};

/** The page's script, and the workers of Monaco, the editor inside GraphiQL. */
const ENTRIES = {
  page: fileURLToPath(new URL('graphiql.page.js', import.meta.url)),
  'editor.worker': 'monaco-editor/esm/vs/editor/editor.worker.js',
  'json.worker': 'monaco-editor/esm/vs/language/json/json.worker.js',
  'graphql.worker': 'monaco-graphql/esm/graphql.worker.js',
};

const page = ({ endpoint, query }: GraphiqlOptions): string => `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8" />
    <meta name="viewport" content="width=device-width" />
    <title>GraphiQL</title>
    <link rel="icon" href="data:," />
    <link rel="stylesheet" href="graphiql/page.css" />
    <style>
      body { margin: 0; }
      #graphiql { height: 100dvh; }
    </style>
  </head>
  <body>
    <div id="graphiql" data-endpoint="${endpoint}"${query === null ? '' : ` data-query="${escape(query)}"`}>Loading…</div>
    <script src="graphiql/page.js"></script>
  </body>
</html>
`;

const escape = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('"', '&quot;').replaceAll('<', '&lt;');

export interface GraphiqlOptions {
  endpoint: string;
  /** The operation that it opens with if nothing has been typed before; null: GraphiQL's own welcome text. */
  query: string | null;
}

/** Adds GET /graphiql and the files that it loads. GraphiQL has to be installed. */
export function registerGraphiql(app: FastifyInstance, options: GraphiqlOptions): void {
  let bundled: Promise<ReadonlyMap<string, Uint8Array>> | undefined;
  app.get('/graphiql', (_request, reply) => reply.type('text/html; charset=utf-8').send(page(options)));
  app.get<{ Params: { file: string } }>('/graphiql/:file', async ({ params: { file } }, reply) => {
    bundled ??= bundle();
    const contents = (await bundled).get(file);
    if (contents === undefined) {
      reply.callNotFound();
      return reply;
    }
    return reply
      .type(TYPES[extname(file)] ?? 'application/octet-stream')
      .header('cache-control', 'max-age=3600')
      .send(contents);
  });
}

export function isGraphiqlInstalled(): boolean {
  try {
    createRequire(import.meta.url).resolve('graphiql');
    return true;
  } catch {
    return false;
  }
}

/** All files by name, in memory. Takes about two seconds and a few megabytes. */
async function bundle(): Promise<ReadonlyMap<string, Uint8Array>> {
  const { build } = await import('esbuild');
  const { outputFiles } = await build({
    entryPoints: ENTRIES,
    outdir: 'graphiql',
    write: false,
    bundle: true,
    minify: true,
    format: 'iife',
    target: 'es2022',
    define: { 'process.env.NODE_ENV': '"production"' },
    loader: { '.ttf': 'file', '.woff2': 'file' },
    logLevel: 'error',
  });
  return new Map(outputFiles.map(({ path, contents }) => [basename(path), contents]));
}
