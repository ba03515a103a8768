/** The gateway as people start it, in front of a supergraph in a file. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** `SUPERGRAPH_PATH=file GATEWAY_PORT=0 npm run start:gateway`. Rejects with what it wrote where it doesn't start. */
export async function startGatewayProcess(
  supergraphSdl: string,
  env: Record<string, string> = {},
): Promise<AsyncDisposable & { url: string }> {
  const folder = await mkdtemp(join(tmpdir(), 'supergraph-'));
  const file = join(folder, 'supergraph.graphql');
  await writeFile(file, supergraphSdl);
  const child = spawn('npm', ['run', 'start:gateway'], {
    cwd: fileURLToPath(new URL('../..', import.meta.url)),
    // npm and the gateway are one group, and end together.
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: {
      PATH: process.env['PATH'],
      HOME: process.env['HOME'],
      SUPERGRAPH_PATH: file,
      GATEWAY_PORT: '0',
      LOG_LEVEL: 'warn',
      ...env,
    },
  });
  const exited = once(child, 'exit');
  let output = '';
  const url = await new Promise<string>((resolve, reject) => {
    const read = (text: Buffer): void => {
      output += text.toString();
      const address = /http:\/\/[\d.]+:\d+/.exec(output)?.[0];
      if (address !== undefined) resolve(address);
    };
    child.stdout.on('data', read);
    child.stderr.on('data', read);
    child.once('close', () => {
      reject(new Error(`The gateway did not start:\n${output}`));
    });
  });
  return {
    url,
    [Symbol.asyncDispose]: async () => {
      if (child.pid !== undefined && child.exitCode === null) process.kill(-child.pid, 'SIGTERM');
      await exited;
      await rm(folder, { recursive: true });
    },
  };
}
