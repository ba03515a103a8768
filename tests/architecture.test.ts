/** The guide in docs/architecture.md, held against the tree: every source file is in it, and what it says of a file is there. */
import { readFileSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from '@jest/globals';

const root = fileURLToPath(new URL('..', import.meta.url));
const read = (file: string): string => readFileSync(path.join(root, file), 'utf8');
const FOLDERS = ['gateway', 'runtime', 'schema', 'start', 'subgraphs', 'packages', 'tests', 'bench'];
const SUBGRAPHS = ['customers', 'inventory', 'orders'];
const IS_SOURCE = /\.(ts|graphql|js|mjs|cjs)$/;
/** Written by codegen or a build, or the SDL of a test. */
const IS_LEFT_OUT = /\.generated\.ts$|(^|\/)(node_modules|dist|peers)\/|^tests\/supergraphs\/.*\.graphql$/;
const isUnitTest = (file: string): boolean => file.endsWith('.test.ts') && !file.startsWith('tests/');

function filesIn(folder: string): string[] {
  return readdirSync(path.join(root, folder), { withFileTypes: true }).flatMap((entry) => {
    const file = `${folder}/${entry.name}`;
    if (IS_LEFT_OUT.test(entry.isDirectory() ? `${file}/` : file)) return [];
    return entry.isDirectory() ? filesIn(file) : [file];
  });
}

interface Entry {
  file: string;
  /** The names in code font that say what is in the file. */
  names: string[];
}

/** The entries of the guide. A heading is the folder of the list below it. */
function guide(): Entry[] {
  const [, text = ''] = read('docs/architecture.md').split('\n## File by file\n');
  return text.split('\n### ').flatMap((section) => {
    const folder = /^`(.+)\/`/.exec(section)?.[1];
    if (folder === undefined) return [];
    const folders = folder.includes('<name>') ? SUBGRAPHS.map((name) => folder.replace('<name>', name)) : [folder];
    return [...section.matchAll(/^- ((?:`[^`]+`(?:, )?)+): ((?:.|\n {2})*)/gm)].flatMap(([, files = '', what = '']) =>
      folders.flatMap((place) =>
        [...files.matchAll(/`([^`]+)`/g)].map(([, file = '']) => ({
          file: `${place}/${file}`,
          names: [...what.matchAll(/`([A-Za-z]\w*)`/g)].map(([, name = '']) => name),
        })),
      ),
    );
  });
}

describe('the guide to the files', () => {
  const entries = guide();
  const listed = new Set(entries.map(({ file }) => file));

  it('names every source file', () => {
    const sources = FOLDERS.flatMap(filesIn).filter((file) => IS_SOURCE.test(file) && !isUnitTest(file));
    expect(sources.length).toBeGreaterThan(200);
    expect(sources.filter((file) => !listed.has(file))).toEqual([]);
  });

  it('names only files that exist, and each name in them', () => {
    const existing = new Set(FOLDERS.flatMap(filesIn));
    expect([...listed].filter((file) => !existing.has(file))).toEqual([]);
    const shared = new Set(entries.map(({ file }) => file).filter((file, index, all) => all.indexOf(file) !== index));
    const missing = entries
      .filter(({ file }) => !shared.has(file))
      .flatMap(({ file, names }) =>
        names.filter((name) => !read(file).includes(name)).map((name) => `${file}: ${name}`),
      );
    expect(missing).toEqual([]);
  });
});
