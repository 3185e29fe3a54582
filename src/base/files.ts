import * as l10n from '@vscode/l10n';
import { mkdir, readdir, readFile, realpath, rm, stat, statfs } from 'node:fs/promises';
import { basename, dirname, isAbsolute, join, relative, resolve, sep } from 'node:path';
import { systemCode, UserError } from './errors.ts';
import { mayBeInUse, untilFree } from './in-use.ts';
import { replaceFile } from './replace-file.ts';

/** How programs, the C library, libuv and the Docker engine say that a disk, or the share of a user, is full. */
export const DISK_FULL = /no space left on device|disk quota exceeded|\(ENOSPC\)/i;

/** The file's text, or undefined when there is no such file. Other failures are thrown, translated. */
export async function readTextIfPresent(path: string): Promise<string | undefined> {
  try {
    return await untilFree(() => readFile(path, 'utf8'));
  } catch (error) {
    if (['ENOENT', 'ENOTDIR'].includes(systemCode(error) ?? '')) return undefined;
    throw fileError(error, path);
  }
}

/** Pure: whether `path` is `folder` or lies below it; both absolute. */
export function isWithin(folder: string, path: string): boolean {
  // Of many files almost each: to find the way takes ten times as long.
  if (path.startsWith(`${folder}${sep}`) && !path.includes(`${sep}..`, folder.length)) return true;
  const way = relative(folder, path);
  // Between two drives of Windows no relative way leads.
  return way !== '..' && !way.startsWith(`..${sep}`) && !isAbsolute(way);
}

/** Pure: an absolute path with the drive of Windows in one spelling: editors write `c:`, terminals `C:`. */
export function withDriveLetter(path: string): string {
  return path.replace(/^[a-z](?=:[\\/])/, (letter) => letter.toUpperCase());
}

/** The path without links, absolute; one where nothing is stays as it is. */
export async function withoutLinks(path: string): Promise<string> {
  return realpath(path).catch(() => resolve(path));
}

/** Whether there is something at this path that can be looked at; a broken link is nothing. */
export async function exists(path: string): Promise<boolean> {
  return (await stat(path).catch(() => undefined)) !== undefined;
}

/**
 * Makes a folder, and those that it lies in, unless they are there. With `recursive` of its own Node.js tells of a full
 * disk and of a read-only one by ENOENT, so that nobody would learn why.
 * @throws translated, see `fileError`.
 */
export async function makeFolder(path: string, mode?: number): Promise<void> {
  const parent = dirname(path);
  if (parent !== path && !(await exists(parent))) await makeFolder(parent, mode);
  try {
    await mkdir(path, { mode });
  } catch (error) {
    const [there, above] = await Promise.all([path, parent].map((each) => stat(each).catch(() => undefined)));
    if (there?.isDirectory() === true) return;
    // Windows says ENOENT for what would lie in a file.
    if (above?.isDirectory() === false) throw noFolder(parent, error);
    throw there === undefined ? fileError(error, path) : noFolder(path, error);
  }
}

function noFolder(path: string, cause: unknown): UserError {
  return new UserError({
    code: 'file-unreadable',
    title: l10n.t('{0} is a file, where a folder is to be.', path),
    actions: [{ title: l10n.t('Move it away or give it another name, and run again.') }],
    cause,
  });
}

/** A folder that was there when the run began. */
export function folderGone(path: string): UserError {
  return new UserError({
    code: 'file-unreadable',
    title: l10n.t('The folder {0} is not there any more.', path),
    actions: [
      {
        title: l10n.t(
          'If it was moved or renamed, run again in its new place; finished stages are kept with it.',
        ),
      },
    ],
  });
}

/** Writes a file so that a reader sees the old content or the new one, never a part of it. */
async function writeAtomic(path: string, content: string | Buffer): Promise<void> {
  await makeFolder(dirname(path));
  try {
    await replaceFile(path, content);
  } catch (error) {
    throw fileError(error, path);
  }
}

/**
 * As `writeAtomic`, in a folder that is the program's own: what a process left there that was killed while it wrote this
 * very file is removed first. Several processes may write the same file at once; the last one's content stays.
 */
export async function writeOwn(path: string, content: string | Buffer): Promise<void> {
  for (let tries = 1; ; tries += 1) {
    await removeHalfWritten(path);
    try {
      await writeAtomic(path, content);
      return;
    } catch (error) {
      // Another process took this one's half-written file for one that was left.
      if (systemCode(error) !== 'ENOENT' || tries === MOST_TRIES) throw error;
    }
  }
}

const MOST_TRIES = 5;

/** `replaceFile` writes to the name with a number behind it first. */
export async function removeHalfWritten(path: string): Promise<void> {
  const [folder, name] = [dirname(path), basename(path)];
  for (const entry of await readdir(folder).catch(() => []))
    if (entry.startsWith(`${name}.`) && /^\d+$/.test(entry.slice(name.length + 1)))
      await rm(join(folder, entry), { recursive: true, force: true }).catch((error: unknown) => {
        // On Windows: somebody is writing it, so it is none that was left.
        if (!mayBeInUse(error)) throw error;
      });
}

/** Writes a file that only its owner can read, in a folder likewise if it has to be made; else as `writeAtomic`. */
export async function writePrivately(path: string, content: string): Promise<void> {
  await makeFolder(dirname(path), 0o700);
  try {
    await replaceFile(path, content, { mode: 0o600 });
  } catch (error) {
    throw fileError(error, path);
  }
}

/** How much the disk of a folder has free; undefined where it cannot be told. */
export async function freeBytes(folder: string): Promise<number | undefined> {
  const disk = await statfs(folder).catch(() => undefined);
  return disk === undefined ? undefined : disk.bavail * disk.bsize;
}

/** An error that reached the border of the program untranslated, where it is the disk's and names its file. */
export function diskError(error: unknown): unknown {
  const path = error instanceof Error && 'path' in error ? String(error.path) : l10n.t('a file');
  return fileError(error, path);
}

/** Translates a file system error to one with a remedy; other errors come back unchanged. */
export function fileError(
  error: unknown,
  path: string,
  platform: NodeJS.Platform = process.platform,
): unknown {
  switch (systemCode(error)) {
    case 'ENOSPC':
    case 'EDQUOT':
      return new UserError({
        code: 'disk-full',
        title: l10n.t('The disk is full: {0} could not be written.', path),
        actions: [{ title: l10n.t('Free some space and run again; finished stages are kept.') }],
        cause: error,
      });
    case 'EROFS':
      return new UserError({
        code: 'file-unreadable',
        title: l10n.t('{0} cannot be written: its file system is read-only (EROFS).', path),
        actions: [{ title: l10n.t('Make it writable, or move to a folder that is.') }],
        cause: error,
      });
    case 'EBUSY':
      return new UserError({
        code: 'file-unreadable',
        title: l10n.t('{0} is open in another program (EBUSY).', path),
        actions: [{ title: l10n.t('Close it there, and run again.') }],
        cause: error,
      });
    case 'EACCES':
    case 'EPERM':
      return new UserError({
        code: 'file-unreadable',
        title: l10n.t('{0} cannot be read or written ({1}).', path, systemCode(error) ?? ''),
        actions: [
          {
            title: mayBeInUse(error, platform)
              ? l10n.t(
                  'Close it where another program has it open, or change its permissions, and run again.',
                )
              : l10n.t('Change its permissions, or run as the user who owns it.'),
          },
        ],
        cause: error,
      });
    default:
      return error;
  }
}
