/** What the documents say of the project, held against the project. */
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from '@jest/globals';
import { buildSchema, isObjectType, parse, validate } from 'graphql';

const root = fileURLToPath(new URL('..', import.meta.url));
const read = (file: string): string => readFileSync(path.join(root, file), 'utf8');
const DOCUMENTS = [
  'README.md',
  'CONTRIBUTING.md',
  'packages/devdb/README.md',
  'docs/performance.md',
  'docs/reliability.md',
  'docs/security.md',
];

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

  it('name every variable that the processes read', () => {
    const [, declared = ''] = /const variables = z\.object\(\{(.*?)^\}\);/ms.exec(read('runtime/env.ts')) ?? [];
    const variables = [...declared.matchAll(/^ {2}([A-Z_]+):/gm)].map(([, name = '']) => name);
    expect(variables).toContain('GATEWAY_PORT');
    const readme = read('README.md');
    // The crash point is the tests' alone.
    expect(variables.filter((name) => !readme.includes(`\`${name}\``))).toEqual(['CRASH_POINT']);
  });

  it('explain every script', () => {
    const { scripts } = JSON.parse(read('package.json')) as { scripts: Record<string, string> };
    const contributing = read('CONTRIBUTING.md');
    expect(Object.keys(scripts).filter((name) => !new RegExp(`[\`\\s]${name}[\`\\s]`).test(contributing))).toEqual([]);
  });

  it('name every refusal of a mutation, and nothing that is none', () => {
    const schema = buildSchema(read('schema/api.graphql'));
    const refusals = Object.values(schema.getTypeMap()).flatMap((type) =>
      isObjectType(type) && type.getInterfaces().some(({ name }) => name === 'UserError') ? [type.name] : [],
    );
    expect(refusals.length).toBeGreaterThan(10);
    const rows = [...read('README.md').matchAll(/^\| `(\w+Error)` /gm)].map(([, name]) => name);
    expect(rows.toSorted()).toEqual(refusals.toSorted());
  });

  it('lock the packages without the address of any registry', () => {
    expect(read('package-lock.json')).not.toMatch(/"resolved": "(?!packages\/)|https?:\/\/[^"]*\.tgz/);
  });

  it('name every package that runs under another licence than those that allow everything', () => {
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
