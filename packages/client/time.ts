/** Time limits and pauses, with APIs that all browsers have. */

/** The longest delay of a timer. */
const MAX_TIMER_MS = 2 ** 31 - 1;

/** A signal that aborts after a time, or when another signal does. (Safari has `AbortSignal.any` only since 17.4.) */
export function limitTime(ms: number, other: AbortSignal | undefined): { signal: AbortSignal; end: () => void } {
  const controller = new AbortController();
  const abort = (): void => {
    controller.abort();
  };
  const timer = setTimeout(abort, Math.min(ms, MAX_TIMER_MS));
  if (other?.aborted === true) abort();
  else other?.addEventListener('abort', abort);
  return {
    signal: controller.signal,
    end() {
      clearTimeout(timer);
      other?.removeEventListener('abort', abort);
    },
  };
}

export const GIVEN_UP = Symbol('given up');

/** The value of a promise; or GIVEN_UP as soon as the signal aborts. */
export const unlessAborted = <T>(promise: T | Promise<T>, signal: AbortSignal): Promise<T | typeof GIVEN_UP> =>
  Promise.race([
    promise,
    new Promise<typeof GIVEN_UP>((resolve) => {
      const giveUp = (): void => {
        resolve(GIVEN_UP);
      };
      if (signal.aborted) giveUp();
      else signal.addEventListener('abort', giveUp);
    }),
  ]);

/** Waits; the signal ends the wait early, without an error. */
export const sleep = (ms: number, signal?: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    const timer = setTimeout(done, ms);
    function done(): void {
      clearTimeout(timer);
      signal?.removeEventListener('abort', done);
      resolve();
    }
    if (signal?.aborted === true) done();
    else signal?.addEventListener('abort', done);
  });
