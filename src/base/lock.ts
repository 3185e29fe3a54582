import { mkdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import lockfile from 'proper-lockfile';
import { systemCode, UserError } from './errors.ts';

/** A lock whose holder has not renewed it for this long is taken over: its process is gone. */
const STALE_MS = 15_000;

/**
 * Holds the lock at `path` while `use` runs: the editor and the command line never run one project at once.
 * @throws UserError `run-locked` when somebody else holds it.
 */
export async function withLock<T>(path: string, use: () => Promise<T>): Promise<T> {
  await mkdir(dirname(path), { recursive: true });
  const release = await acquire(path);
  try {
    return await use();
  } finally {
    await release();
  }
}

async function acquire(path: string): Promise<() => Promise<void>> {
  try {
    return await lockfile.lock(path, { realpath: false, stale: STALE_MS, lockfilePath: path });
  } catch (error) {
    if (systemCode(error) !== 'ELOCKED') throw error;
    throw new UserError({
      code: 'run-locked',
      title: 'Another run of this project is in progress.',
      actions: [
        {
          title: `Wait for it or cancel it. After a crash the lock frees itself within ${STALE_MS / 1000} s.`,
        },
      ],
      cause: error,
    });
  }
}
