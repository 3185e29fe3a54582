import type { Clock } from '../base/abort.ts';

/** Time and chance, injected so that tests of waiting take no time and repeat exactly. */
export interface Pace {
  readonly clock: Clock;
  /** A number in [0, 1). */
  readonly random: () => number;
}

const FIRST_WAIT_MS = 500;
const LONGEST_WAIT_MS = 30_000;

/**
 * How long to wait before try number `tries + 1`, in milliseconds: doubling, with a chance part, so that many clients
 * do not come back at the same moment.
 */
export function backoffMs(tries: number, random: () => number): number {
  const full = Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** Math.max(0, tries - 1));
  return Math.round(full / 2 + (full / 2) * random());
}

/** `Retry-After` in milliseconds from now; it comes in seconds or as an HTTP date. (kaggle-api 0.5) */
export function readRetryAfter(header: string | null, nowMs: number): number | undefined {
  if (header === null) return undefined;
  if (/^\s*\d{1,9}\s*$/.test(header)) return Number(header) * 1000;
  const at = Date.parse(header);
  return Number.isNaN(at) ? undefined : Math.max(0, at - nowMs);
}
