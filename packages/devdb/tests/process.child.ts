/** devdb as the child process of process.ts, which tells it what to open and asks what it weighs. */
import { createDevdb } from '../server.ts';
import type { Message, Options } from './process.ts';

const say = (message: Message): void => void process.send?.(message);

async function serve(options: Options): Promise<void> {
  const server = await createDevdb({
    ...options,
    log: (level, message, details = {}) => {
      say({ kind: 'log', line: { level, message, details } });
    },
  });
  process.on('message', (asked) => {
    if (asked !== 'usage') return;
    const { user, system } = process.cpuUsage();
    say({ kind: 'usage', usage: { residentBytes: process.memoryUsage.rss(), cpu: user + system } });
  });
  const close = (): void => void server.close().then(() => process.exit());
  process.once('SIGTERM', close);
  // It doesn't outlive its parent.
  process.once('disconnect', close);
  say({ kind: 'ready', port: server.port });
}

void serve(JSON.parse(process.argv[2] ?? '{}') as Options);
