import type { Clock } from '../../base/abort.ts';

const FIRST_PAUSE_MS = 500;
const LONGEST_PAUSE_MS = 30_000;
const GROWTH = 1.4;

/**
 * Asks `look` again and again, with growing pauses, until it gives something. A polite rhythm: a local sandbox is
 * seen within a second, and hours of waiting for Kaggle cost two requests a minute.
 * @throws CancelledError when the signal is aborted; whatever `look` throws.
 */
export async function poll<T>(
  look: () => Promise<T | undefined>,
  clock: Clock,
  signal: AbortSignal,
): Promise<T> {
  for (let pause = FIRST_PAUSE_MS; ; pause = Math.min(pause * GROWTH, LONGEST_PAUSE_MS)) {
    const found = await look();
    if (found !== undefined) return found;
    await clock.sleep(pause, signal);
  }
}
