/**
 * One line for each product, inside this process: all work on a product is served in the order in which it came. Without the
 * lines, many orders for one product would meet as write conflicts, which cost far more than waiting does. The database still
 * guards against other processes.
 */
import { endOf } from '../shared/batches.ts';

/**
 * Who may share work with an item: any other that is ready, only those that stand behind it in the same lines, or none. It
 * shrinks with every failure, so that an item that fails, or has to wait for another process, soon stops no other product.
 */
export type Company = 'anybody' | 'neighbours' | 'nobody';
const SMALLER: Record<Company, Company> = { anybody: 'neighbours', neighbours: 'nobody', nobody: 'nobody' };

/**
 * Gives an outcome for each item, in their order; an Error is for that item's caller. Where it throws, the items keep their
 * places and are tried again in smaller company; what it throws for an item by itself, the caller gets.
 */
export type ShareWork<Item, Result> = (
  items: readonly Item[],
  company: Company,
) => Promise<readonly (Result | Error)[]>;

export interface ShareOptions {
  /** The most items that share work. */
  most: number;
  /** A batch of anybody's that takes longer than so many milliseconds is treated as hung: the next one doesn't wait for it. */
  patienceMs?: number;
}
const PATIENCE_MS = 1000;

export interface Queue {
  /** Runs `work` once all work that was queued before it on any of `keys` has ended, however that ended. */
  run: <T>(keys: readonly string[], work: () => Promise<T>) => Promise<T>;
  /**
   * Lets items of one kind share their work, as far as no other work stands between them in any line. One batch of anybody's
   * runs at a time: what comes meanwhile goes together as soon as it has ended. A single item is not delayed.
   */
  share: <Item, Result>(
    work: ShareWork<Item, Result>,
    options: ShareOptions,
  ) => (keys: readonly string[], item: Item) => Promise<Result>;
}

export function createQueue(): Queue {
  const lines = new Lines();
  return {
    run: (keys, work) =>
      new Promise((resolve, reject) => {
        const place = new Place(keys, () => {
          const job = Promise.resolve().then(work);
          const leave = (): void => {
            lines.leave([place]);
          };
          job.then(leave, leave);
          job.then(resolve, reject);
        });
        lines.join(place);
      }),
    share(work, options) {
      const shared = new Shared(lines, work, options);
      return (keys, item) => shared.add(keys, item);
    },
  };
}

/** A place in the lines of some keys. */
class Place {
  readonly keys: readonly string[];
  readonly onReady: () => void;
  /** The next ones in each line. Who is further away stands ahead of, or behind, one of them. */
  readonly ahead = new Set<Place>();
  readonly behind = new Set<Place>();

  /** @param onReady called once nobody is ahead */
  constructor(keys: readonly string[], onReady: () => void) {
    this.keys = keys;
    this.onReady = onReady;
  }

  /** Whether nobody but these is ahead. */
  follows(places: ReadonlySet<Place>): boolean {
    for (const place of this.ahead) if (!places.has(place)) return false;
    return true;
  }
}

class Lines {
  readonly #last = new Map<string, Place>();

  /**
   * All lines are joined in one synchronous step, so two places have the same order in every line that they share:
   * no deadlock, in whatever order the keys come.
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

  /** @param places nobody else stands ahead of any of them */
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

/** An item that waits for its work. */
interface Waiting<Item, Result> {
  readonly item: Item;
  readonly answer: (outcome: Result | Error) => void;
  readonly company: Company;
}

class Shared<Item, Result> {
  readonly #lines: Lines;
  readonly #work: ShareWork<Item, Result>;
  readonly #most: number;
  readonly #patienceMs: number;
  /** In the order in which they came, or failed. */
  readonly #waiting = new Map<Place, Waiting<Item, Result>>();
  #isBusy = false;
  #isScheduled = false;

  constructor(lines: Lines, work: ShareWork<Item, Result>, { most, patienceMs = PATIENCE_MS }: ShareOptions) {
    this.#lines = lines;
    this.#work = work;
    this.#most = most;
    this.#patienceMs = patienceMs;
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
      this.#waiting.set(place, { item, answer, company: 'anybody' });
      this.#lines.join(place);
    });
  }

  /** Later, so that items which come in one go are begun together. */
  #schedule(): void {
    if (this.#isScheduled) return;
    this.#isScheduled = true;
    queueMicrotask(() => {
      this.#isScheduled = false;
      for (const [place, { company }] of this.#waiting) {
        if (company !== 'anybody' && place.ahead.size === 0) void this.#begin(this.#neighboursOf(place), company);
      }
      if (!this.#isBusy) this.#beginBatch();
    });
  }

  /** Whoever is ready or stands behind others of the batch, in the order in which they came. */
  #beginBatch(): void {
    const batch = new Set<Place>();
    for (const [place, { company }] of this.#waiting) {
      if (batch.size === this.#most) break;
      if (company === 'anybody' && place.follows(batch)) batch.add(place);
    }
    if (batch.size === 0) return;
    this.#isBusy = true;
    void endOf(this.#begin([...batch], 'anybody'), this.#patienceMs).then(() => {
      this.#isBusy = false;
      this.#schedule();
    });
  }

  /** A place that is ready, and those that stand behind it with nobody else between. */
  #neighboursOf(first: Place): Place[] {
    const found = new Set([first]);
    if (this.#waiting.get(first)?.company === 'nobody') return [first];
    // A set goes on to what is added meanwhile.
    for (const { behind } of found) {
      for (const place of behind) {
        if (found.size === this.#most) return [...found];
        const company = this.#waiting.get(place)?.company ?? 'nobody';
        if (company !== 'nobody' && place.follows(found)) found.add(place);
      }
    }
    return [...found];
  }

  /** Never rejects. */
  async #begin(places: readonly Place[], company: Company): Promise<void> {
    const begun = places.flatMap((place) => this.#waiting.get(place) ?? []);
    for (const place of places) this.#waiting.delete(place);
    const end = (outcomeOf: (n: number) => Result | Error): void => {
      this.#lines.leave(places);
      begun.forEach(({ answer }, n) => {
        answer(outcomeOf(n));
      });
    };
    try {
      const outcomes = await this.#work(
        begun.map(({ item }) => item),
        company,
      );
      // One for each item.
      end((n) => outcomes[n] as Result | Error);
    } catch (error) {
      const isAlone = company === 'nobody' || (company === 'neighbours' && begun.length === 1);
      if (isAlone) {
        end(() => (error instanceof Error ? error : new Error(String(error))));
      } else {
        places.forEach((place, n) => {
          const waiting = begun[n];
          if (waiting !== undefined) this.#waiting.set(place, { ...waiting, company: SMALLER[company] });
        });
        this.#schedule();
      }
    }
  }
}
