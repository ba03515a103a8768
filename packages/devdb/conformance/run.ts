// Runs the MongoDB driver's unified spec tests against devdb: `npm run devdb:conformance [-- suite ...]`.
//
// The tests are the JSON files of the public repository mongodb/specifications, which are not part of this one:
// MONGODB_SPECIFICATIONS names the folder of a checkout (default: ../shared/mongodb-specifications, if it exists). The server is a
// devdb of its own in a temporary folder, or the one at MONGODB_URI. Exit code: 0 when every failure is one of
// expected-failures.ts and each of those failed, 1 when not, 2 when there are no tests to run.

import { existsSync } from 'node:fs';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { EJSON } from 'bson';
import { createDevdb } from '../server.ts';
import { expectedFailures } from './expected-failures.ts';
import type { TestFile } from './format.ts';
import { describeTarget, runTest, type Target } from './suite.ts';

/** The suites, and where a checkout has their files. */
const suites: Readonly<Record<string, string>> = {
  crud: 'crud/tests/unified',
  transactions: 'transactions/tests/unified',
  'transactions-convenient-api': 'transactions-convenient-api/tests/unified',
  'retryable-writes': 'retryable-writes/tests/unified',
  'retryable-reads': 'retryable-reads/tests/unified',
  sessions: 'sessions/tests',
  'run-command': 'run-command/tests/unified',
  'command-monitoring': 'command-logging-and-monitoring/tests/monitoring',
};

interface Counts {
  passed: number;
  /** As expected-failures.ts says. */
  failed: number;
  skipped: number;
  /** What must fail the run, each with its test's name. */
  unexpected: string[];
}

const reasons = new Map(expectedFailures.flatMap(({ reason, tests }) => tests.map((test) => [test, reason])));

async function runSuite(suite: string, folder: string, target: Target): Promise<Counts> {
  const counts: Counts = { passed: 0, failed: 0, skipped: 0, unexpected: [] };
  const unseen = new Set([...reasons.keys()].filter((id) => id.startsWith(`${suite}/`)));
  const names = (await readdir(folder)).filter((name) => name.endsWith('.json')).sort();
  for (const name of names) {
    const file = EJSON.parse(await readFile(path.join(folder, name), 'utf8')) as TestFile; // the format's schema vouches for it
    for (const test of file.tests) {
      const id = `${suite}/${path.basename(name, '.json')}: ${test.description}`;
      const outcome = await runTest(file, test, target);
      unseen.delete(id);
      if (outcome.status === 'failed' && !reasons.has(id))
        counts.unexpected.push(`${id}\n    ${outcome.error.message}`);
      else if (outcome.status !== 'failed' && reasons.has(id))
        counts.unexpected.push(`${id}\n    is listed as an expected failure, but ${outcome.status}`);
      else counts[outcome.status] += 1;
    }
  }
  for (const id of unseen)
    counts.unexpected.push(`${id}\n    is listed as an expected failure, but there is no such test`);
  return counts;
}

/** The folder that has the suites: a checkout's `source`, or what MONGODB_SPECIFICATIONS names itself. */
function findSuites(): string | undefined {
  const checkout =
    process.env['MONGODB_SPECIFICATIONS'] ??
    path.resolve(import.meta.dirname, '../../../../shared/mongodb-specifications');
  return [path.join(checkout, 'source'), checkout].find((folder) => existsSync(path.join(folder, 'crud')));
}

async function main(wanted: readonly string[]): Promise<number> {
  const folder = findSuites();
  if (folder === undefined) {
    console.error(
      'No spec tests: `git clone --depth 1 https://github.com/mongodb/specifications` and set MONGODB_SPECIFICATIONS to its folder.',
    );
    return 2;
  }
  const unknown = wanted.filter((suite) => !(suite in suites));
  if (unknown.length > 0) {
    console.error(`No such suite: ${unknown.join(', ')}. There are ${Object.keys(suites).join(', ')}.`);
    return 2;
  }
  await using server = await startServer();
  const target = await describeTarget(server.uri);
  console.log(`MongoDB ${target.version}, ${target.topology}, at ${server.uri}`);

  const total: Counts = { passed: 0, failed: 0, skipped: 0, unexpected: [] };
  for (const [suite, where] of Object.entries(suites)) {
    if (wanted.length > 0 && !wanted.includes(suite)) continue;
    const { passed, failed, skipped, unexpected } = await runSuite(suite, path.join(folder, where), target);
    const columns = [
      `${passed} passed`,
      `${failed} failed as expected`,
      `${skipped} skipped`,
      `${unexpected.length} unexpected`,
    ];
    console.log(`${suite.padEnd(28)} ${columns.map((column) => column.padStart(22)).join('')}`);
    total.passed += passed;
    total.failed += failed;
    total.skipped += skipped;
    total.unexpected.push(...unexpected);
  }
  await target.util.close();

  for (const problem of total.unexpected) console.log(`\nUNEXPECTED ${problem}`);
  console.log(`\n${total.failed} failed as expected, ${total.skipped} skipped`);
  console.log(`${total.passed} passed, ${total.unexpected.length} failed`);
  return total.unexpected.length === 0 ? 0 : 1;
}

interface Server extends AsyncDisposable {
  uri: string;
}

async function startServer(): Promise<Server> {
  const uri = process.env['MONGODB_URI'];
  if (uri !== undefined) return { uri, [Symbol.asyncDispose]: async () => {} };
  const folder = await mkdtemp(path.join(tmpdir(), 'devdb-conformance-'));
  const server = await createDevdb({ dataDir: folder, fsync: false, testMode: true });
  return {
    uri: server.uri,
    [Symbol.asyncDispose]: async () => {
      await server.close();
      await rm(folder, { recursive: true });
    },
  };
}

process.exitCode = await main(process.argv.slice(2));
