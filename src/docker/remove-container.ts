import { setTimeout as sleep } from 'node:timers/promises';
import type Dockerode from 'dockerode';
import { withinMs } from './engine-link.ts';
import { statusOf } from './translate-error.ts';

const TRIES = 8;
const PAUSE_MS = 250;
const TRY_LIMIT_MS = 20_000;

/**
 * Kills and removes a container with its anonymous volumes. A container that is gone already is fine. The engine at
 * times refuses for a moment (409 while another removal is in progress, 500 while a mount is busy), so it is asked
 * again. Nothing cancels this: it is what cancelling does.
 * @throws what dockerode throws, after the last try or when the engine cannot be reached.
 */
export async function removeContainer(container: Dockerode.Container): Promise<void> {
  for (let left = TRIES - 1; ; left -= 1) {
    try {
      await withinMs(TRY_LIMIT_MS, (abortSignal) => container.remove({ force: true, v: true, abortSignal }));
      return;
    } catch (error) {
      const status = statusOf(error);
      if (status === 404) return;
      if (status === undefined || left === 0) throw error;
    }
    await sleep(PAUSE_MS);
  }
}
