/** The gateway as a process, with a supergraph from a file. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { spawnChild } from '../../start/process.ts';
import { compileProcesses } from '../compile.ts';

/** Rejects with the gateway's output if it doesn't start. */
export async function startGatewayProcess(
  supergraphSdl: string,
  env: Record<string, string> = {},
): Promise<AsyncDisposable & { url: string }> {
  const folder = await mkdtemp(join(tmpdir(), 'supergraph-'));
  const file = join(folder, 'supergraph.graphql');
  await writeFile(file, supergraphSdl);
  const { gateway } = await compileProcesses();
  let output = '';
  const child = spawnChild(
    'gateway',
    // No other settings: the rest is in the file.
    { PATH: process.env['PATH'], SUPERGRAPH_PATH: file, GATEWAY_PORT: '0', LOG_LEVEL: 'warn', ...env },
    (text) => (output += text),
    [gateway],
  );
  const end = async (): Promise<void> => {
    await child.end();
    await rm(folder, { recursive: true });
  };
  try {
    return { url: await child.address, [Symbol.asyncDispose]: end };
  } catch {
    await end();
    throw new Error(`The gateway did not start:\n${output}`);
  }
}
