import * as l10n from '@vscode/l10n';
import { join } from 'node:path';
import { isUserError, UserError } from '../base/errors.ts';
import { withLock } from '../base/lock.ts';
import { ownFolder } from './private-files.ts';

/**
 * Makes the folder, and sure that one sandbox at a time has it; gives what releases it. `onLost` is called when another
 * one has taken it over, which can only happen while this machine sleeps.
 * @throws UserError `run-locked`; `file-unreadable` where there cannot be a folder of this user's own
 */
export async function lockFolder(folder: string, onLost: () => void): Promise<() => Promise<void>> {
  await ownFolder(folder);
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
    title: l10n.t('Another sandbox is using {0}.', folder),
    actions: [
      {
        title: l10n.t(
          'End it, or give this one another folder with --folder. After a crash the folder frees itself within seconds.',
        ),
      },
    ],
    cause,
  });
}
