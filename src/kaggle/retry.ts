import { type Attempt, type Failure, isTransientStatus, isTrustProblem } from './failure.ts';
import { backoffMs, type Pace } from './pace.ts';

/** `safe`: may be repeated at will. `once`: only when the server certainly did not act. */
export type Repeat = 'safe' | 'once';

const MAX_TRIES = 6;
/** A server that wants more patience than this is not waited for; the person is told instead. */
const LONGEST_RETRY_AFTER_MS = 120_000;

/**
 * Tries until it works, until trying again is pointless or unsafe, or MAX_TRIES times.
 * @throws CancelledError as soon as the signal is aborted.
 */
export async function retry<T>(
  attempt: () => Promise<Attempt<T>>,
  repeat: Repeat,
  pace: Pace,
  signal: AbortSignal,
): Promise<Attempt<T>> {
  for (let tries = 1; ; tries += 1) {
    const result = await attempt();
    if (result.ok || tries === MAX_TRIES || !mayRepeat(result.failure, repeat)) return result;
    const asked = askedWaitMs(result.failure);
    if (asked > LONGEST_RETRY_AFTER_MS) return result;
    await pace.clock.sleep(Math.max(asked, backoffMs(tries, pace.random)), signal);
  }
}

function askedWaitMs(failure: Failure): number {
  return failure.kind === 'status' ? (failure.retryAfterMs ?? 0) : 0;
}

function mayRepeat(failure: Failure, repeat: Repeat): boolean {
  switch (failure.kind) {
    case 'status':
      // A rate limit turns the request away before anything is done.
      return failure.status === 429 || (repeat === 'safe' && isTransientStatus(failure.status));
    case 'network':
      return repeat === 'safe' && !isTrustProblem(failure.code);
    case 'storage':
      return repeat === 'safe' && isTransientStatus(failure.status);
    case 'refused':
    case 'unreadable':
      return false;
  }
}
