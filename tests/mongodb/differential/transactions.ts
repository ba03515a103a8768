/** Transactions of two sessions that take turns. */
import { type Document, Long, UUID } from 'bson';
import type { Random } from '../../faults/random.ts';
import { type Script, find, insert, int, many } from './script.ts';

/** Two sessions whose transactions take turns. One that must wait for the other would wait for ever, so outside of them only reads happen. */
export const transactions = (random: Random, coll: string): Script => {
  const sessions = many(2, () => ({ lsid: { id: new UUID() }, number: 0, isOpen: false, isNew: false }));
  const setup = [
    insert(
      coll,
      many(4, (n) => ({ _id: int(n), v: int(0) })),
    ),
    { createIndexes: coll, indexes: [{ key: { u: int(1) }, name: 'u', unique: true, sparse: true }] },
  ];
  const commands = many(30, (): Document => {
    const session = random.pick(sessions);
    if (random.chance(0.1)) return find(coll);
    if (!session.isOpen && !random.chance(0.1)) {
      session.isOpen = true;
      session.isNew = true;
      session.number += 1;
    }
    const tags = {
      lsid: session.lsid,
      txnNumber: Long.fromNumber(session.number),
      autocommit: false,
      ...(session.isNew && { startTransaction: true }),
    };
    const end = random.chance(0.2) && !session.isNew;
    session.isNew = false;
    if (end) {
      session.isOpen = false;
      return {
        [random.pick(['commitTransaction', 'commitTransaction', 'abortTransaction'])]: int(1),
        $db: 'admin',
        ...tags,
      };
    }
    const id = { _id: int(random.integer(0, 5)) };
    return {
      ...random.pick<() => Document>([
        () => find(coll, random.chance(0.5) ? id : {}),
        () => ({ update: coll, updates: [{ q: id, u: { $inc: { v: int(1) } } }] }),
        () => insert(coll, [{ ...id, v: int(9), ...(random.chance(0.5) && { u: int(random.integer(0, 1)) }) }]),
        () => ({ delete: coll, deletes: [{ q: id, limit: int(1) }] }),
        () => ({ findAndModify: coll, query: id, update: { $inc: { v: int(10) } }, new: true }),
        () => ({ aggregate: coll, pipeline: [{ $group: { _id: null, v: { $sum: '$v' } } }], cursor: {} }),
        () => ({ count: coll }),
        () => ({ distinct: coll, key: 'v' }),
      ])(),
      ...tags,
    };
  });
  const ends = sessions
    .filter(({ isOpen }) => isOpen)
    .map(({ lsid, number: txn }) => ({
      abortTransaction: int(1),
      $db: 'admin',
      lsid,
      txnNumber: Long.fromNumber(txn),
      autocommit: false,
    }));
  return { kind: 'transactions', setup, commands: [...commands, ...ends, find(coll)] };
};
