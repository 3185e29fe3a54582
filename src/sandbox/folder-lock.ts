import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { isUserError, systemCode, UserError } from '../base/errors.ts';
import { fileError } from '../base/files.ts';
import { withLock } from '../base/lock.ts';

/**
 * Makes the folder, and sure that one sandbox at a time has it; gives what releases it. `onLost` is called when another
 * one has taken it over, which can only happen while this machine sleeps.
 * @throws UserError `run-locked`; `file-unreadable` where there cannot be a folder
 */
export async function lockFolder(folder: string, onLost: () => void): Promise<() => Promise<void>> {
  await makeFolder(folder);
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

async function makeFolder(folder: string): Promise<void> {
  try {
    await mkdir(folder, { recursive: true });
  } catch (error) {
    if (!['EEXIST', 'ENOTDIR'].includes(systemCode(error) ?? '')) throw fileError(error, folder);
    throw new UserError({
      code: 'file-unreadable',
      title: `${folder} is not a folder.`,
      actions: [{ title: 'Give the sandbox a folder of its own with --folder.' }],
      cause: error,
    });
  }
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
