/** The package as people install it: packed, unpacked into a project of its own, type-checked there and run by plain Node.js. */
import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, readFile, realpath, rm, symlink, writeFile } from 'node:fs/promises';
import { type Server, createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, it } from '@jest/globals';

const run = promisify(execFile);
const root = fileURLToPath(new URL('../..', import.meta.url));
const source = fileURLToPath(new URL('.', import.meta.url));
const NAME = '@order-supergraph/client';

let project: string;
let files: string[];
beforeAll(async () => {
  project = await realpath(await mkdtemp(path.join(tmpdir(), 'client-')));
  const { stdout } = await run('npm', ['pack', '--json', '--pack-destination', project], { cwd: source });
  // The build's output may come before.
  const [packed] = JSON.parse(stdout.slice(stdout.indexOf('[\n'))) as [{ filename: string; files: { path: string }[] }];
  files = packed.files.map((file) => file.path);
  const modules = path.join(project, 'node_modules');
  const target = path.join(modules, NAME);
  await mkdir(target, { recursive: true });
  await run('tar', ['-xzf', path.join(project, packed.filename), '-C', target, '--strip-components=1']);
  const { dependencies } = JSON.parse(await readFile(path.join(target, 'package.json'), 'utf8')) as {
    dependencies: Record<string, string>;
  };
  for (const name of Object.keys(dependencies)) {
    await mkdir(path.dirname(path.join(modules, name)), { recursive: true });
    await symlink(path.join(root, 'node_modules', name), path.join(modules, name));
  }
  await writeFile(path.join(project, 'package.json'), '{ "type": "module" }');
});
afterAll(() => rm(project, { recursive: true }));

/** The README's example. */
async function example(url: string): Promise<string> {
  const readme = await readFile(path.join(source, 'README.md'), 'utf8');
  const [, code = ''] = /```ts\n(import .*?)```/s.exec(readme) ?? [];
  return code.replace('http://localhost:4000/graphql', url);
}

const ANSWERS: Record<string, unknown> = {
  Customers: { customers: { nodes: [{ id: 'c1' }] } },
  Products: { products: { nodes: [{ id: 'p1' }] } },
  CreateOrder: { createOrder: { __typename: 'CreateOrderSuccess', order: { number: 'N1', status: 'CONFIRMED' } } },
};

/** A GraphQL server with canned answers. It refuses the first request. */
async function startServer(): Promise<{ url: string; received: { input?: object }[]; server: Server }> {
  const received: { input?: object }[] = [];
  let turnedAway = false;
  const server = createServer((request, response) => {
    if (!turnedAway) {
      turnedAway = true;
      response.writeHead(503, { 'retry-after': '0' }).end();
      return;
    }
    void text(request).then((body) => {
      const { query, variables } = JSON.parse(body) as { query: string; variables: { input?: object } };
      received.push(variables);
      const [, name = ''] = /(?:query|mutation) (\w+)/.exec(query) ?? [];
      response
        .writeHead(200, { 'content-type': 'application/json' })
        .end(JSON.stringify({ data: ANSWERS[name] ?? null }));
    });
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return { url: `http://127.0.0.1:${String(port)}/graphql`, received, server };
}

it('has the compiled code, its types and the README, and nothing else', () => {
  expect(files).toEqual(expect.arrayContaining(['README.md', 'package.json', 'dist/client.js', 'dist/client.d.ts']));
  expect(files.filter((file) => !/^(README\.md|package\.json|dist\/[\w.]+\.(js|d\.ts))$/.test(file))).toEqual([]);
});

it("runs README's example in plain Node.js, against a server over HTTP", async () => {
  const { url, received, server } = await startServer();
  try {
    await writeFile(path.join(project, 'example.js'), await example(url));
    const { stdout } = await run(process.execPath, ['example.js'], { cwd: project });
    expect(stdout).toBe('N1 CONFIRMED\n');
    expect(received.at(-1)).toEqual({
      input: {
        customerId: 'c1',
        items: [{ productId: 'p1', quantity: 2 }],
        idempotencyKey: expect.stringMatching(/^[0-9a-f-]{36}$/),
      },
    });
  } finally {
    server.close();
  }
});

it('has types that strict TypeScript resolves', async () => {
  await writeFile(path.join(project, 'example.ts'), await example('https://shop.example/graphql'));
  await writeFile(
    path.join(project, 'options.ts'),
    `import { type ClientOptions, ClientError, createClient } from '${NAME}';
const options: ClientOptions = { url: '/graphql', token: undefined, retries: undefined, onPartial: undefined };
const shop = createClient({ ...options, timeoutMs: 1000 });
export const product = shop.product('1', { signal: undefined });
export const followed = shop.followOrder('1', { signal: undefined, timeoutMs: undefined });
export const shipped = shop.shipOrder('1', { expectedVersion: undefined });
export const codeOf = (error: unknown): string => (error instanceof ClientError ? error.code : '');
// @ts-expect-error: an order has items
export const order = shop.createOrder({ customerId: '1' });
`,
  );
  const tsconfig = {
    compilerOptions: {
      strict: true,
      exactOptionalPropertyTypes: true,
      noUncheckedIndexedAccess: true,
      skipLibCheck: false,
      noEmit: true,
      target: 'es2023',
      module: 'nodenext',
      lib: ['es2023', 'dom', 'dom.iterable'],
      types: [],
    },
    files: ['example.ts', 'options.ts'],
  };
  await writeFile(path.join(project, 'tsconfig.json'), JSON.stringify(tsconfig));
  const compiler = path.join(root, 'node_modules/typescript/bin/tsc');
  const { stdout } = await run(process.execPath, [compiler, '--project', project]).catch(
    (error: unknown) => error as { stdout: string },
  );
  expect(stdout).toBe('');
});
