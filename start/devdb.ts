/** The embedded database as a process. */
import { createLogger } from '../runtime/log.ts';
import { main, onEnd } from '../runtime/process.ts';
import { portInUse } from '../runtime/serve.ts';
import { devdbEnv } from './env.ts';
import { createDevdb } from '@order-supergraph/devdb';

main('devdb', async () => {
  const env = devdbEnv();
  const logger = createLogger({ name: 'devdb', level: env.logLevel, production: env.production });
  const database = await createDevdb({
    dataDir: env.dataDir,
    port: env.port,
    fsync: env.fsync,
    transactionLifetimeMs: env.transactionLifetimeMs,
    testMode: env.testMode,
    log: (level, message, details = {}) => {
      logger[level](details, message);
    },
  }).catch((error: unknown) => {
    throw isAddressInUse(error) ? portInUse('devdb', env.port) : error;
  });
  console.info(`devdb listens on mongodb://127.0.0.1:${String(database.port)}`);
  onEnd(() => database.close());
});

const isAddressInUse = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && error.code === 'EADDRINUSE';
