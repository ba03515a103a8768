/**
 * The processes' code, compiled once for a test suite: a process then starts in half the time that it takes with tsx, which
 * compiles the same code by the same compiler whenever it starts.
 */
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { type Plugin, build } from 'esbuild';
import { ENTRIES, type ProcessName } from '../start/process.ts';

const root = fileURLToPath(new URL('..', import.meta.url));
/** Below node_modules, so that packages are found from there. */
const outdir = path.join(root, 'node_modules/.cache/order-supergraph');

/** Modules find their files (SDL, pages) from where their source is. */
const keepUrls: Plugin = {
  name: 'keep-urls',
  setup(compiler) {
    compiler.onLoad({ filter: /\.ts$/ }, async ({ path: file }) => {
      const source = await readFile(file, 'utf8');
      const url = JSON.stringify(pathToFileURL(file).href);
      return { loader: 'ts', contents: source.replaceAll('import.meta.url', url) };
    });
  },
};

/** Compiles all processes. @returns what each one's file is */
export async function compileProcesses(): Promise<Record<ProcessName, string>> {
  const { outputFiles } = await build({
    absWorkingDir: root,
    entryPoints: ENTRIES,
    outdir,
    outExtension: { '.js': '.mjs' },
    write: false,
    bundle: true,
    packages: 'external',
    platform: 'node',
    format: 'esm',
    target: 'node20',
    sourcemap: 'inline',
    plugins: [keepUrls],
    logLevel: 'error',
  });
  await mkdir(outdir, { recursive: true });
  for (const { path: file, contents } of outputFiles) {
    // Other suites may be starting a process from it at this moment.
    const temporary = `${file}.${String(process.pid)}`;
    await writeFile(temporary, contents);
    await rename(temporary, file);
  }
  const fileOf = (name: ProcessName): string => path.join(outdir, `${name}.mjs`);
  return {
    devdb: fileOf('devdb'),
    customers: fileOf('customers'),
    inventory: fileOf('inventory'),
    orders: fileOf('orders'),
    gateway: fileOf('gateway'),
  };
}
