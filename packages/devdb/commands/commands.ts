/** All commands by name. What isn't here is refused by name. */
import { aggregateCommands } from './aggregate.ts';
import { bulkWriteCommands } from './bulk-write.ts';
import { collectionCommands } from './collections.ts';
import type { Command } from './context.ts';
import { diagnosticCommands } from './diagnostics.ts';
import { explainCommands } from './explain.ts';
import { findAndModifyCommands } from './find-and-modify.ts';
import { readCommands } from './read.ts';
import { sessionCommands } from './sessions.ts';
import { writeCommands } from './write.ts';

export const commands: Readonly<Record<string, Command>> = {
  ...readCommands,
  ...writeCommands,
  ...findAndModifyCommands,
  ...bulkWriteCommands,
  ...aggregateCommands,
  ...collectionCommands,
  ...sessionCommands,
  ...diagnosticCommands,
  ...explainCommands,
};
