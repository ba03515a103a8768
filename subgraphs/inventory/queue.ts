/**
 * A queue for each product, inside this process: all work on a product is served first come, first served. Without it, many orders
 * for one product would meet as write conflicts, which cost far more than waiting. The database still guards against other processes.
 */
import { endOf } from '../shared/batches.ts';

/**
 * Which items may share work with an item: any other that is ready, only those right behind it in the same queues, or
 * none. It narrows with every failure, so that an item that fails, or that must wait for another process, soon delays
 * no other product.
 */
export type Sharing = 'any' | 'adjacent' | 'none';
const NARROWER: Record<Sharing, Sharing> = { any: 'adjacent', adjacent: 'none', none: 'none' };

/**
 * Gives an outcome for each item, in their order; an Error is for that item's caller. If it throws, the items keep their places and
 * are tried again with narrower sharing. What it throws for a single item goes to that item's caller.
 */
type ShareWork<Item, Result> = (items: readonly Item[], sharing: Sharing) => Promise<readonly (Result | Error)[]>;

export interface ShareOptions {
  /** The most items that share work. */
  most: number;
  /** A batch of `any` items that takes longer than this is treated as hung, and the next one starts: milliseconds, 1,000 by default. */
  hungAfterMs?: number;
}
const HUNG_AFTER_MS = 1000;

export interface Queue {
  /** Runs `work` once all work that was queued before it for any of `keys` has ended, in success or failure. */
  run: <T>(keys: readonly string[], work: () => Promise<T>) => Promise<T>;
  /**
   * Lets items of one kind share their work, as long as no other work stands between them in any queue. One batch of `any` items runs
   * at a time; what comes meanwhile forms the next one. A single item is not delayed.
   */
  share: <Item, Result>(
    work: ShareWork<Item, Result>,
    options: ShareOptions,
  ) => (keys: readonly string[], item: Item) => Promise<Result>;
}

export function createQueue(): Queue {
  const queues = new Queues();
  return {
    run: (keys, work) =>
      new Promise((resolve, reject) => {
        const place = new Place(keys, () => {
          const job = Promise.resolve().then(work);
          const leave = (): void => {
            queues.leave([place]);
          };
          job.then(leave, leave);
          job.then(resolve, reject);
        });
        queues.join(place);
      }),
    share(work, options) {
      const shared = new Shared(queues, work, options);
      return (keys, item) => shared.add(keys, item);
    },
  };
}

/** A place in the queues of some keys. */
class Place {
  readonly keys: readonly string[];
  readonly onReady: () => void;
  /** The next places in each queue. Places further away stand ahead of, or behind, one of these. */
  readonly ahead = new Set<Place>();
  readonly behind = new Set<Place>();

  /** @param onReady called once no place is ahead */
  constructor(keys: readonly string[], onReady: () => void) {
    this.keys = keys;
    this.onReady = onReady;
  }

  /** Whether only these are ahead. */
  follows(places: ReadonlySet<Place>): boolean {
    for (const place of this.ahead) if (!places.has(place)) return false;
    return true;
  }
}

class Queues {
  readonly #last = new Map<string, Place>();

  /**
   * Joins all queues in one synchronous step, so two places have the same order in every queue that they share. So there is no
   * deadlock, whatever the order of the keys.
   */
  join(place: Place): void {
    for (const key of place.keys) {
      const before = this.#last.get(key);
      this.#last.set(key, place);
      if (before === undefined || before === place) continue;
      place.ahead.add(before);
      before.behind.add(place);
    }
    if (place.ahead.size === 0) place.onReady();
  }

  /** @param places only these places may be ahead of any of them */
  leave(places: readonly Place[]): void {
    const next = new Set<Place>();
    for (const place of places) {
      for (const key of place.keys) if (this.#last.get(key) === place) this.#last.delete(key);
      for (const follower of place.behind) {
        follower.ahead.delete(place);
        next.add(follower);
      }
    }
    for (const place of places) next.delete(place);
    for (const place of next) if (place.ahead.size === 0) place.onReady();
  }
}

/** An item whose work has not begun. */
interface Waiting<Item, Result> {
  item: Item;
  answer: (outcome: Result | Error) => void;
  sharing: Sharing;
}

class Shared<Item, Result> {
  readonly #queues: Queues;
  readonly #work: ShareWork<Item, Result>;
  readonly #most: number;
  readonly #hungAfterMs: number;
  /** In the order in which they came, or failed last. */
  readonly #waiting = new Map<Place, Waiting<Item, Result>>();
  #isBusy = false;
  #isScheduled = false;

  constructor(queues: Queues, work: ShareWork<Item, Result>, { most, hungAfterMs = HUNG_AFTER_MS }: ShareOptions) {
    this.#queues = queues;
    this.#work = work;
    this.#most = most;
    this.#hungAfterMs = hungAfterMs;
  }

  add(keys: readonly string[], item: Item): Promise<Result> {
    return new Promise((resolve, reject) => {
      const answer = (outcome: Result | Error): void => {
        if (outcome instanceof Error) reject(outcome);
        else resolve(outcome);
      };
      const place = new Place(keys, () => {
        this.#schedule();
      });
      this.#waiting.set(place, { item, answer, sharing: 'any' });
      this.#queues.join(place);
    });
  }

  /** In a microtask, so that items added in the same turn start together. */
  #schedule(): void {
    if (this.#isScheduled) return;
    this.#isScheduled = true;
    queueMicrotask(() => {
      this.#isScheduled = false;
      for (const [place, { sharing }] of this.#waiting) {
        if (sharing !== 'any' && place.ahead.size === 0) void this.#begin(this.#adjacentTo(place), sharing);
      }
      if (!this.#isBusy) this.#beginBatch();
    });
  }

  /** Starts the places that are ready, and those behind them, in the order in which they came. */
  #beginBatch(): void {
    const batch = new Set<Place>();
    for (const [place, { sharing }] of this.#waiting) {
      if (batch.size === this.#most) break;
      if (sharing === 'any' && place.follows(batch)) batch.add(place);
    }
    if (batch.size === 0) return;
    this.#isBusy = true;
    void endOf(this.#begin([...batch], 'any'), this.#hungAfterMs).then(() => {
      this.#isBusy = false;
      this.#schedule();
    });
  }

  /** A place that is ready, and those behind it with no other work between. */
  #adjacentTo(first: Place): Place[] {
    const found = new Set([first]);
    if (this.#waiting.get(first)?.sharing === 'none') return [first];
    // Iterating a set includes what is added meanwhile.
    for (const { behind } of found) {
      for (const place of behind) {
        if (found.size === this.#most) return [...found];
        const sharing = this.#waiting.get(place)?.sharing ?? 'none';
        if (sharing !== 'none' && place.follows(found)) found.add(place);
      }
    }
    return [...found];
  }

  /** Never rejects. */
  async #begin(places: readonly Place[], sharing: Sharing): Promise<void> {
    const begun = places.flatMap((place) => this.#waiting.get(place) ?? []);
    for (const place of places) this.#waiting.delete(place);
    const end = (outcomeOf: (n: number) => Result | Error): void => {
      this.#queues.leave(places);
      begun.forEach(({ answer }, n) => {
        answer(outcomeOf(n));
      });
    };
    try {
      const outcomes = await this.#work(
        begun.map(({ item }) => item),
        sharing,
      );
      // One for each item.
      end((n) => outcomes[n] as Result | Error);
    } catch (error) {
      const isAlone = sharing === 'none' || (sharing === 'adjacent' && begun.length === 1);
      if (isAlone) {
        end(() => (error instanceof Error ? error : new Error(String(error))));
      } else {
        places.forEach((place, n) => {
          const waiting = begun[n];
          if (waiting !== undefined) this.#waiting.set(place, { ...waiting, sharing: NARROWER[sharing] });
        });
        this.#schedule();
      }
    }
  }
}
