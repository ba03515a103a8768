/** Structured logs: one JSON object a line in production, readable lines in development. */
import { type DestinationStream, type Logger, pino } from 'pino';
import pretty from 'pino-pretty';

export type { Logger };

/** Fields that are redacted, wherever they are in a logged object. */
const SECRETS = ['authorization', 'token', 'secret', 'password', 'headers.authorization', 'req.headers.authorization'];

export function createLogger(options: {
  name: string;
  level: string;
  production: boolean;
  destination?: DestinationStream;
}): Logger {
  const destination =
    options.destination ??
    (options.production ? pino.destination(1) : pretty({ ignore: 'pid,hostname', singleLine: true, sync: true }));
  return pino(
    {
      name: options.name,
      level: options.level,
      base: { pid: process.pid },
      redact: { paths: SECRETS, censor: '[redacted]' },
    },
    destination,
  );
}
