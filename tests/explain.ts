/** Asks the database how it has answered the commands that meters.ts has seen. */
import type { Connection } from 'mongoose';
import type { DatabaseCommand } from './meters.ts';

/** What `explain` says of one part of a command, such as each of several updates. */
export interface Explained {
  /** The names of the plan's stages. */
  stages: string[];
  documents: number;
  keys: number;
}

/** Sends the command again, as an `explain` with execution statistics, which changes nothing. */
export async function explain(database: Connection, { name, body }: DatabaseCommand): Promise<Explained[]> {
  const {
    lsid: _l,
    txnNumber: _t,
    autocommit: _a,
    startTransaction: _s,
    readConcern: _r,
    writeConcern: _w,
    $db,
    ...command
  } = body;
  const { $clusterTime: _c, ordered: _o, maxTimeMS: _m, ...plain } = command;
  const all: Explained[] = [];
  for (const { db = String($db), ...one } of parts(name, plain)) {
    const explained = JSON.stringify(
      await database.useDb(db).db?.command({ explain: one, verbosity: 'executionStats' }),
    );
    const sumOf = (field: string): number => Number(new RegExp(`"${field}":(\\d+)`).exec(explained)?.[1]);
    // The plan that was chosen, without those that were rejected.
    const [winning = ''] = explained.split('"rejectedPlans"');
    all.push({
      stages: [...winning.matchAll(/"stage":"(\w+)"/g)].map(([, stage = '']) => stage),
      documents: sumOf('totalDocsExamined'),
      keys: sumOf('totalKeysExamined'),
    });
  }
  return all;
}

type Body = Record<string, unknown>;

/**
 * The parts of a command that `explain` accepts: each of several updates, each pipeline of a union; with their database
 * if it is not the command's.
 */
function parts(name: string, command: Body): (Body & { db?: string })[] {
  if (name === 'bulkWrite') {
    const namespaces = (command['nsInfo'] as { ns: string }[]).map(({ ns }) => ns.split('.'));
    return (command['ops'] as Body[]).flatMap(({ update, filter, updateMods }) => {
      const [db = '', collection] = namespaces[Number(update)] ?? [];
      return db === '' ? [] : [{ update: collection, updates: [{ q: filter, u: updateMods }], db }];
    });
  }
  if (name === 'find' || name === 'findAndModify' || name === 'count' || name === 'distinct') return [command];
  if (name === 'update' || name === 'delete') {
    const list = name === 'update' ? 'updates' : 'deletes';
    return (command[list] as Body[]).map((one) => ({ ...command, [list]: [one] }));
  }
  if (name !== 'aggregate') return [];
  const pipeline = command['pipeline'] as Body[];
  const unions = pipeline.flatMap((stage) => (stage['$unionWith'] as { pipeline: Body[] } | undefined) ?? []);
  const first = pipeline.filter((stage) => !('$unionWith' in stage));
  return [first, ...unions.map((union) => union.pipeline)].map((each) => ({ ...command, pipeline: each }));
}
