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
