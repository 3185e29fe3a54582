import { setTimeout as sleepFor } from 'node:timers/promises';
import { CancelledError } from './errors.ts';

/** @throws CancelledError when the signal is aborted. */
export function throwIfAborted(signal: AbortSignal): void {
  if (signal.aborted) throw new CancelledError();
}

/**
 * Runs `work`; whatever it throws after the signal was aborted becomes CancelledError.
 * Foreign libraries word a cancelled call in many ways (`AbortError`, `ECONNRESET aborted`, ...).
 */
export async function cancellable<T>(signal: AbortSignal, work: () => Promise<T>): Promise<T> {
  throwIfAborted(signal);
  try {
    return await work();
  } catch (error) {
    throwIfAborted(signal);
    throw error;
  }
}

/** Time as the core sees it: injected, so that tests of waiting take no time. */
export interface Clock {
  /** Milliseconds since 1970. */
  now(): number;
  /** @throws CancelledError as soon as the signal is aborted. */
  sleep(ms: number, signal: AbortSignal): Promise<void>;
}

export const systemClock: Clock = {
  now: () => Date.now(),
  sleep: (ms, signal) =>
    cancellable(signal, async () => {
      await sleepFor(ms, undefined, { signal });
    }),
};

/**
 * Runs works side by side. When one fails, the others are aborted and waited for, so that nothing goes on behind the
 * caller's back; then the first failure is thrown.
 */
export async function together(
  signal: AbortSignal,
  works: readonly ((signal: AbortSignal) => Promise<unknown>)[],
): Promise<void> {
  const stop = new AbortController();
  const failures: unknown[] = [];
  const guarded = works.map(async (work) => {
    try {
      await work(AbortSignal.any([signal, stop.signal]));
    } catch (error) {
      failures.push(error);
      stop.abort();
    }
  });
  await Promise.all(guarded);
  throwIfAborted(signal);
  if (failures.length > 0) throw failures[0];
}
