import { join } from 'node:path';
import { isUserError, UserError } from '../base/errors.ts';
import { withLock } from '../base/lock.ts';

/**
 * Makes sure that one sandbox at a time has the folder; gives what releases it. `onLost` is called when another one has
 * taken it over, which can only happen while this machine sleeps.
 * @throws UserError `run-locked`
 */
export function lockFolder(folder: string, onLost: () => void): Promise<() => Promise<void>> {
  return new Promise((resolve, reject) => {
    const held = withLock(join(folder, 'lock'), new AbortController().signal, (lost) => {
      lost.addEventListener('abort', onLost);
      return new Promise<void>((release) => {
        resolve(async () => {
          lost.removeEventListener('abort', onLost);
          release();
          await held;
        });
      });
    });
    held.catch((error: unknown) => {
      if (isUserError(error, 'run-locked')) reject(inUse(folder, error));
      else reject(error instanceof Error ? error : new Error(String(error)));
    });
  });
}

function inUse(folder: string, cause: UserError): UserError {
  return new UserError({
    code: 'run-locked',
    title: `Another sandbox is using ${folder}.`,
    actions: [
      {
        title:
          'End it, or give this one another folder with --folder. After a crash the folder frees itself within seconds.',
      },
    ],
    cause,
  });
}
