import * as l10n from '@vscode/l10n';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { extract } from 'tar-stream';
import { isCancelled, isUserError, messageOf, systemCode, UserError } from '../../../base/errors.ts';
import { fileError } from '../../../base/files.ts';
import type { GuardedFolder } from '../../../base/guarded-folder.ts';

/**
 * Saves one file out of a tar stream of `/kaggle/working` (its entries begin with `working/`).
 * Returns whether the file was there. `others` collects the other files, relative to the working folder.
 * @param files the folder that `path` lies in.
 * @throws UserError `disk-full`, `file-unreadable`, `unsafe-path`; `engine-failed` when the stream is no tar or ends too early.
 */
export async function saveFromWorking(
  tar: Readable,
  name: string,
  files: GuardedFolder,
  path: string,
  others: string[] = [],
): Promise<boolean> {
  const entries = extract();
  let found = false;
  // An error of the stream comes out of the loop below; one in the loop ends the stream, which then fails as well.
  const feeding = pipeline(tar, entries).catch(() => undefined);
  try {
    for await (const entry of entries) {
      if (entry.header.name === `working/${name}` && entry.header.type === 'file') {
        // As a stream of Node.js' own kind: with tar-stream's, an entry that is cut off early is waited for without end.
        await files.save(path, Readable.from(entry));
        found = true;
      } else {
        if (entry.header.type === 'file') others.push(entry.header.name.replace(/^working\//, ''));
        entry.resume();
      }
    }
  } catch (error) {
    throw translated(error, path);
  }
  await feeding;
  return found;
}

/** What has no code of the system's comes from the reader of the archive, or says that the stream was cut off. */
function translated(error: unknown, path: string): unknown {
  if (isUserError(error) || isCancelled(error)) return error;
  if (/^E[A-Z]+$/.test(systemCode(error) ?? '')) return fileError(error, path);
  return new UserError({
    code: 'engine-failed',
    title: l10n.t('The files that the run left could not be read from its container.'),
    detail: messageOf(error),
    actions: [
      { title: l10n.t('Check that the Docker engine is well (julia-kaggle doctor), and run again.') },
    ],
    cause: error,
  });
}
