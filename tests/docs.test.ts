/** Compares the documents with the project. */
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from '@jest/globals';
import { buildSchema, isObjectType, parse, validate } from 'graphql';
import { gatewaySettings } from '../gateway/env.ts';
import { ERROR_CODES } from '../runtime/error-codes.ts';
import { devdbSettings } from '../start/env.ts';
import { subgraphSettings } from '../subgraphs/shared/env.ts';

const root = fileURLToPath(new URL('..', import.meta.url));
const read = (file: string): string => readFileSync(path.join(root, file), 'utf8');
const DOCUMENTS = [
  'README.md',
  'CONTRIBUTING.md',
  'packages/client/README.md',
  'packages/devdb/README.md',
  'deploy/kubernetes/README.md',
  'docs/architecture.md',
  ...readdirSync(path.join(root, 'docs/decisions')).map((file) => `docs/decisions/${file}`),
  'docs/errors.md',
  'docs/performance.md',
  'docs/reliability.md',
  'docs/scaling.md',
  'docs/security.md',
  ...['customers', 'inventory', 'orders', 'shared'].map((folder) => `subgraphs/${folder}/README.md`),
];

/** The default of each variable in README's table. */
function documentedDefaults(): Record<string, string> {
  const [, table = ''] = read('README.md').split('\n## Environment\n');
  const rows = [...table.matchAll(/^\| (`[A-Z_]+`(?:, `[A-Z_]+`)*) +\| (.*?) +\| /gm)];
  return Object.fromEntries(
    rows.flatMap(([, names = '', cell = '']) => {
      const variables = [...names.matchAll(/[A-Z_]+/g)].map(String);
      // `4000, 4001`: one default for each variable of the row.
      const each = cell.split(', ');
      return variables.map((name, index) => [name, each.length === variables.length ? (each[index] ?? '') : cell]);
    }),
  );
}

/** A default as README writes it. */
const written = (value: unknown): string => (Array.isArray(value) && value.length === 0 ? 'none' : String(value));

/** A heading's anchor, as GitHub makes it. */
const anchorOf = (heading: string): string =>
  heading
    .toLowerCase()
    .replaceAll(/[^\w\s-]/g, '')
    .trim()
    .replaceAll(/\s/g, '-');

const anchorsIn = (file: string): string[] =>
  [...read(file).matchAll(/^#+ (.*)$/gm)].map(([, heading = '']) => anchorOf(heading));

describe('the documents', () => {
  it('link only to files and headings that exist', () => {
    const broken = DOCUMENTS.flatMap((document) =>
      [...read(document).matchAll(/\]\(([^)\s]+)\)/g)]
        .map(([, link = '']) => link)
        .filter((link) => !/^https?:/.test(link))
        .filter((link) => {
          const [file = '', anchor] = link.split('#');
          const target = file === '' ? document : path.join(path.dirname(document), file);
          if (!existsSync(path.join(root, target))) return true;
          return anchor !== undefined && !anchorsIn(target).includes(anchor);
        })
        .map((link) => `${document}: ${link}`),
    );
    expect(broken).toEqual([]);
  });

  const settings = { ...gatewaySettings.shape, ...subgraphSettings.shape, ...devdbSettings.shape };

  it('name every variable that the processes read, and no other', () => {
    // Only tests set a crash point.
    const read = Object.keys(settings).filter((name) => name !== 'CRASH_POINT');
    expect(Object.keys(documentedDefaults()).sort()).toEqual(read.sort());
  });

  it('give the default of every variable that has one', () => {
    const documented = documentedDefaults();
    const defaults = Object.entries(settings).flatMap(([name, setting]) => {
      const value: unknown = setting.parse(undefined);
      return value === undefined ? [] : [[name, written(value)] as const];
    });
    expect(defaults).toContainEqual(['GATEWAY_PORT', '4000']);
    const wrong = defaults.filter(([name, value]) => {
      // More may follow, such as another default in production.
      const first = documented[name]?.split(/;| \(/)[0]?.replaceAll('`', '');
      return first !== value;
    });
    expect(wrong).toEqual([]);
  });

  it('explain every script', () => {
    const { scripts } = JSON.parse(read('package.json')) as { scripts: Record<string, string> };
    const contributing = read('CONTRIBUTING.md');
    expect(Object.keys(scripts).filter((name) => !new RegExp(`[\`\\s]${name}[\`\\s]`).test(contributing))).toEqual([]);
  });

  it('name every refusal of a mutation, and no other type', () => {
    const schema = buildSchema(read('schema/api.graphql'));
    const refusals = Object.values(schema.getTypeMap()).flatMap((type) =>
      isObjectType(type) && type.getInterfaces().some(({ name }) => name === 'UserError') ? [type.name] : [],
    );
    expect(refusals.length).toBeGreaterThan(10);
    const rows = [...read('README.md').matchAll(/^\| `(\w+Error)` /gm)].map(([, name]) => name);
    expect(rows.toSorted()).toEqual(refusals.toSorted());
  });

  it('list every code of a top-level error, with its status and whether to retry', () => {
    const rows = [...read('docs/errors.md').matchAll(/^\| `(\w+)` +\| (.*?) +\| (yes|no) +\| (.*?) +\|$/gm)];
    const codes = Object.entries(ERROR_CODES).map(([code, kind]) => [
      code,
      'statusForJson' in kind ? `${String(kind.status)}, or ${String(kind.statusForJson)}` : String(kind.status),
      kind.retryable ? 'yes' : 'no',
      kind.meaning,
    ]);
    expect(rows.map(([, ...cells]) => cells)).toEqual(codes);
  });

  it('lock the packages without the address of any registry', () => {
    expect(read('package-lock.json')).not.toMatch(/"resolved": "(?!packages\/)|https?:\/\/[^"]*\.tgz/);
  });

  it('name every package whose licence is not permissive', () => {
    const lock = JSON.parse(read('package-lock.json')) as {
      packages: Record<string, { license?: string; dev?: boolean; devOptional?: boolean }>;
    };
    const free = /^\(?(MIT|ISC|0BSD|BSD-[23]-Clause|Apache-2\.0|BlueOak-1\.0\.0)( AND |\)?$)/;
    const others = Object.entries(lock.packages)
      .filter(([path]) => !/^(packages\/|node_modules\/@order-supergraph\/)/.test(path))
      .filter(
        ([, { license = '', dev, devOptional }]) => !(dev ?? false) && !(devOptional ?? false) && !free.test(license),
      )
      .map(([path]) => path.replace('node_modules/', ''));
    expect(others).toContain('@apollo/gateway');
    const [, licences = ''] = read('README.md').split('## Licences');
    expect(others.filter((name) => !licences.includes(`\`${name}\``))).toEqual([]);
  });

  it('show operations that the API accepts', () => {
    const schema = buildSchema(read('schema/api.graphql'));
    const operations = [...read('README.md').matchAll(/```graphql\n(.*?)```/gs)].map(([, text = '']) => text);
    expect(operations.length).toBeGreaterThan(0);
    operations.push(read('gateway/example.graphql'));
    for (const operation of operations) expect(validate(schema, parse(operation))).toEqual([]);
  });
});
