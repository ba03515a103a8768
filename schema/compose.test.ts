import { spawnSync } from 'node:child_process';
import { appendFileSync, cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from '@jest/globals';
import {
  type GraphQLField,
  type GraphQLInputField,
  buildSchema,
  isEnumType,
  isInputObjectType,
  isInterfaceType,
  isObjectType,
  parse,
} from 'graphql';
import { compose, subgraphSdl } from './compose.ts';

const root = fileURLToPath(new URL('..', import.meta.url));

/** A copy of the files that composition and codegen read, which a test can change. */
function copyOfTheTree(): Disposable & {
  folder: string;
  run: (...args: string[]) => { code: number | null; output: string };
} {
  const folder = mkdtempSync(path.join(tmpdir(), 'compose-'));
  for (const name of ['schema', 'subgraphs', 'packages', 'runtime', 'codegen.ts', 'package.json', 'tsconfig.json']) {
    cpSync(path.join(root, name), path.join(folder, name), { recursive: true });
  }
  symlinkSync(path.join(root, 'node_modules'), path.join(folder, 'node_modules'));
  return {
    folder,
    run(...args) {
      const { status, stdout, stderr } = spawnSync(process.execPath, args, { cwd: folder, encoding: 'utf8' });
      return { code: status, output: stdout + stderr };
    },
    [Symbol.dispose]: () => {
      rmSync(folder, { recursive: true });
    },
  };
}

const composeCheck = ['--import', 'tsx', 'schema/compose.ts', '--check'];
const codegenCheck = ['node_modules/@graphql-codegen/cli/cjs/bin.js', '--config', 'codegen.ts', '--check'];

describe('composition', () => {
  it('keeps the internal mutations in the supergraph and out of the API', () => {
    const read = (name: string): string => readFileSync(path.join(root, 'schema', name), 'utf8');
    for (const internal of ['reserveStock', 'commitReservation', 'releaseReservation', 'ReservationState']) {
      expect(read('supergraph.graphql')).toContain(internal);
      expect(read('api.graphql')).not.toContain(internal);
    }
  });

  it('removes the access directives from the supergraph, because the gateway would not start on them', () => {
    const { supergraph } = compose({ customers: subgraphSdl('customers') });
    expect(supergraph).not.toMatch(/authenticated|requiresScopes/);
    expect(supergraph).toContain('createCustomer');
  });

  it('describes every type, field, argument and enum value of the API', () => {
    const bare: string[] = [];
    const note = (name: string, { description }: { description?: string | null | undefined }): void => {
      if (description == null || description === '') bare.push(name);
    };
    const schema = buildSchema(readFileSync(path.join(root, 'schema/api.graphql'), 'utf8'));
    for (const type of Object.values(schema.getTypeMap())) {
      if (type.name.startsWith('__') || ['ID', 'String', 'Int', 'Boolean'].includes(type.name)) continue;
      note(type.name, type);
      if (isEnumType(type)) for (const value of type.getValues()) note(`${type.name}.${value.name}`, value);
      if (!isObjectType(type) && !isInterfaceType(type) && !isInputObjectType(type)) continue;
      const fields: Record<string, GraphQLField<unknown, unknown> | GraphQLInputField> = type.getFields();
      for (const field of Object.values(fields)) {
        note(`${type.name}.${field.name}`, field);
        if ('args' in field) for (const arg of field.args) note(`${type.name}.${field.name}(${arg.name})`, arg);
      }
    }
    expect(bare).toEqual([]);
  });

  it('names every error of subgraphs that do not fit together', () => {
    const one = parse('type Query { a: Int } type T { x: Int }');
    const other = parse('type Query { b: Int } type T { x: String }');
    expect(() => compose({ one, other })).toThrow(/T\.x/);
  });
});

describe('the drift checks', () => {
  it('pass on the committed tree', () => {
    using tree = copyOfTheTree();
    expect(tree.run(...composeCheck)).toEqual({ code: 0, output: '' });
    expect(tree.run(...codegenCheck)).toMatchObject({ code: 0 });
  });

  it('fail if a subgraph has a field that was not composed or generated', () => {
    using tree = copyOfTheTree();
    appendFileSync(
      path.join(tree.folder, 'subgraphs/customers/schema.graphql'),
      '\nextend type Customer { "New." nickname: String }\n',
    );
    const composed = tree.run(...composeCheck);
    expect(composed.code).toBe(1);
    expect(composed.output).toContain('schema/supergraph.graphql is out of date');
    expect(composed.output).toContain('schema/api.graphql is out of date');
    const generated = tree.run(...codegenCheck);
    expect(generated.code).not.toBe(0);
    expect(generated.output).toContain('subgraphs/customers/schema.generated.ts');
  });

  it('fail if a derived file was edited by hand', () => {
    using tree = copyOfTheTree();
    writeFileSync(path.join(tree.folder, 'schema/api.graphql'), 'type Query { a: Int }\n');
    expect(tree.run(...composeCheck).code).toBe(1);
  });
});
