import type { Clock } from './abort.ts';

/** What one try gave: a value, or why there is none. */
export type Attempt<T, F> =
  { readonly ok: true; readonly value: T } | { readonly ok: false; readonly failure: F };

/** A try that gave a value. */
export function succeeded<T>(value: T): { readonly ok: true; readonly value: T } {
  return { ok: true, value };
}

/** A try that gave none, and why. */
export function failed<F>(failure: F): { readonly ok: false; readonly failure: F } {
  return { ok: false, failure };
}

/** Time and chance, injected so that tests of waiting take no time and repeat exactly. */
export interface Pace {
  readonly clock: Clock;
  /** A number in [0, 1). */
  readonly random: () => number;
}

/** How waits grow. */
export interface Backoff {
  readonly firstMs: number;
  readonly longestMs: number;
  /** Each wait is so many times the one before. */
  readonly growth: number;
}

const REQUESTS: Backoff = { firstMs: 500, longestMs: 30_000, growth: 2 };

/** For waits without a chance part: of one that looks again, not of many that come back at the same moment. */
export const NO_CHANCE = (): number => 1;

/**
 * How long to wait before try number `tries + 1`, in milliseconds: growing, half of it by chance, so that many clients
 * do not come back at the same moment.
 */
export function backoffMs(
  tries: number,
  random: () => number,
  { firstMs, longestMs, growth }: Backoff = REQUESTS,
): number {
  const full = Math.min(longestMs, firstMs * growth ** Math.max(0, tries - 1));
  return Math.round(full / 2 + (full / 2) * random());
}

const MAX_TRIES = 6;
/** Longer waits that a server asks for are not made: they are reported to the user. */
export const LONGEST_RETRY_AFTER_MS = 120_000;

/** When a try is repeated. */
export interface RetryRule<F> {
  readonly mayRepeat: (failure: F) => boolean;
  /** How long the server asks to wait, in milliseconds; 0 when it does not. */
  readonly askedWaitMs: (failure: F) => number;
}

/**
 * Tries until it works, until trying again is pointless or unsafe, or MAX_TRIES times.
 * @throws CancelledError as soon as the signal is aborted; whatever `attempt` throws.
 */
export async function retry<T, F>(
  attempt: () => Promise<Attempt<T, F>>,
  { mayRepeat, askedWaitMs }: RetryRule<F>,
  { clock, random }: Pace,
  signal: AbortSignal,
): Promise<Attempt<T, F>> {
  for (let tries = 1; ; tries += 1) {
    const result = await attempt();
    if (result.ok || tries === MAX_TRIES || !mayRepeat(result.failure)) return result;
    const asked = askedWaitMs(result.failure);
    if (asked > LONGEST_RETRY_AFTER_MS) return result;
    await clock.sleep(Math.max(asked, backoffMs(tries, random)), signal);
  }
}
