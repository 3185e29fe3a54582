import { setTimeout as sleep } from 'node:timers/promises';
import { systemCode } from './errors.ts';

/** How Windows refuses to replace or remove what another program has open: a reader, an editor, a virus scanner. */
const CODES = ['EPERM', 'EACCES', 'EBUSY'];
/** A program that only reads the file is done by then; an editor that keeps it open is not. */
const PATIENCE_MS = 3_000;
const FIRST_PAUSE_MS = 5;
const LONGEST_PAUSE_MS = 20;

/** Pure: whether an error may say that another program has the file open. Elsewhere these are a matter of permissions. */
export function mayBeInUse(error: unknown, platform: NodeJS.Platform = process.platform): boolean {
  return platform === 'win32' && CODES.includes(systemCode(error) ?? '');
}

/** Does what Windows refuses while another program has a file open, again and again for a while. */
export async function untilFree<T>(
  work: () => Promise<T>,
  platform: NodeJS.Platform = process.platform,
  patienceMs = PATIENCE_MS,
): Promise<T> {
  const end = Date.now() + patienceMs;
  for (let pause = FIRST_PAUSE_MS; ; pause = Math.min(pause * 2, LONGEST_PAUSE_MS)) {
    try {
      return await work();
    } catch (error) {
      if (!mayBeInUse(error, platform) || Date.now() >= end) throw error;
    }
    await sleep(pause);
  }
}
