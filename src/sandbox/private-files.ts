import * as l10n from '@vscode/l10n';
import { createWriteStream, type WriteStream } from 'node:fs';
import { chmod, lstat, open, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { systemCode, UserError } from '../base/errors.ts';
import { fileError, makeFolder } from '../base/files.ts';
import { untilFree } from '../base/in-use.ts';
import { replaceFile } from '../base/replace-file.ts';

/**
 * How the sandbox makes folders and files, and the only way in which it does: what it holds are uploads, notebooks and
 * credentials, so they are for the user who started it alone.
 */
const FOLDER_MODE = 0o700;
const FILE_MODE = 0o600;

/** Makes a folder, and those that it lies in, unless it is there. @throws translated, see `fileError`. */
export function makePrivateFolder(path: string): Promise<void> {
  return makeFolder(path, FOLDER_MODE);
}

/** Opens a file to write into. `r+` with `start` writes into one that is there; `w`, the default, begins a new one. */
export function privateStream(
  path: string,
  options: { readonly flags?: 'w' | 'r+'; readonly start?: number } = {},
): WriteStream {
  return createWriteStream(path, { ...options, mode: FILE_MODE });
}

/** Makes an empty file unless there is one; `empty`: also where there is one. */
export async function makePrivateFile(path: string, empty: boolean): Promise<void> {
  await (await open(path, empty ? 'w' : 'a', FILE_MODE)).close();
}

/**
 * Writes a file, all of it or nothing. Not forced to the disk: it outlives a killed process, and no power cut, which is
 * enough for a sandbox and many times faster.
 * @throws translated, see `fileError`.
 */
export async function writePrivateFile(path: string, content: string): Promise<void> {
  try {
    await replaceFile(path, content, { fsync: false, mode: FILE_MODE });
  } catch (error) {
    throw fileError(error, path);
  }
}

/** Removes a file, which may be gone; on Windows somebody may be reading it. */
export function removeFile(path: string): Promise<void> {
  return untilFree(() => rm(path, { force: true }));
}

/**
 * The folder that all of it lies in: made, or taken when it is this user's own, and closed to others either way.
 * @throws UserError `file-unreadable` for a link, another user's folder, and where there cannot be a folder.
 */
export async function ownFolder(folder: string): Promise<void> {
  await makeTopFolder(folder);
  await keepToOneself(folder);
}

/**
 * Closes to others what an earlier version left open to them, everything below the folder. Call it with the folder's
 * lock. @throws UserError `file-unreadable` for a link or another user's file in it: what is written there would go
 * elsewhere.
 */
export async function tightenBelow(folder: string): Promise<void> {
  for (const name of await readdir(folder)) {
    const path = join(folder, name);
    try {
      if (await keepToOneself(path)) await tightenBelow(path);
    } catch (error) {
      // Another sandbox that tries to take the lock makes and removes its own.
      if (systemCode(error) !== 'ENOENT') throw error;
    }
  }
}

async function makeTopFolder(folder: string): Promise<void> {
  try {
    await makePrivateFolder(folder);
  } catch (error) {
    if (!['EEXIST', 'ENOTDIR'].includes(systemCode(error) ?? '')) throw error;
    throw refused(l10n.t('{0} is not a folder.', folder));
  }
}

/**
 * Closes it to others. Whether it is a folder. Windows has neither modes nor numbers of users; there a user's profile is
 * closed to others anyway.
 */
async function keepToOneself(path: string): Promise<boolean> {
  const found = await lstat(path);
  if (found.isSymbolicLink()) throw refused(l10n.t('{0} is a link.', path));
  const user = process.geteuid?.();
  if (user !== undefined && found.uid !== user)
    throw refused(l10n.t('{0} belongs to another user ({1}).', path, found.uid));
  const mode = found.isDirectory() ? FOLDER_MODE : FILE_MODE;
  if (user !== undefined && (found.mode & 0o777 & ~mode) !== 0) await chmod(path, mode);
  return found.isDirectory();
}

function refused(title: string): UserError {
  return new UserError({
    code: 'file-unreadable',
    title,
    actions: [{ title: l10n.t('Give the sandbox a folder of its own with --folder.') }],
  });
}
