import type { Clock } from '../../base/abort.ts';
import { isUserError, type UserError } from '../../base/errors.ts';
import { type Backoff, backoffMs, NO_CHANCE } from '../../base/retry.ts';

const PAUSES: Backoff = { firstMs: 500, longestMs: 30_000, growth: 1.4 };
/** A pause that took so much longer than it should: the machine slept meanwhile. */
const SLEPT_MS = 60_000;
/** Looks that fail in a row before it is given up: with the longest pause some ten minutes, however long a sleep was. */
const MAX_TROUBLES = 20;

/** What a look tells of time. */
export interface Look {
  /** Since the look before began; 0 for the first. */
  readonly sinceLastMs: number;
}

export interface PollOptions {
  /**
   * Told when a look fails because Kaggle cannot be reached: the first time of several in a row. It is looked again.
   * Absent: the first failure ends it.
   */
  readonly onTrouble?: ((error: UserError) => void) | undefined;
}

/**
 * Asks `look` again and again, with growing pauses, until it gives something. A polite rhythm: a local sandbox is
 * seen within a second, and hours of waiting for Kaggle cost two requests a minute. Nothing hangs on the time of day:
 * a machine that sleeps for a night looks at once when it wakes, and then as often as at first.
 * @throws CancelledError when the signal is aborted; whatever `look` throws, but for the troubles of `onTrouble`.
 */
export async function poll<T>(
  look: (time: Look) => Promise<T | undefined>,
  clock: Clock,
  signal: AbortSignal,
  { onTrouble }: PollOptions = {},
): Promise<T> {
  let pauses = 0;
  let troubles = 0;
  let last: number | undefined;
  for (;;) {
    const now = clock.now();
    try {
      const found = await look({ sinceLastMs: Math.max(0, now - (last ?? now)) });
      if (found !== undefined) return found;
      troubles = 0;
      last = now;
    } catch (error) {
      if (onTrouble === undefined || !mayPass(error)) throw error;
      troubles += 1;
      if (troubles >= MAX_TROUBLES) throw error;
      if (troubles === 1) onTrouble(error);
    }
    pauses += 1;
    const pause = backoffMs(pauses, NO_CHANCE, PAUSES);
    const before = clock.now();
    await clock.sleep(pause, signal);
    if (clock.now() - before > pause + SLEPT_MS) pauses = 0;
  }
}

/** Not a rate limit: where Kaggle asks to wait for long, to look again would be to do what it asks not to. */
function mayPass(error: unknown): error is UserError {
  return isUserError(error, 'kaggle-unreachable');
}
