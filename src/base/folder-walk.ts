import * as l10n from '@vscode/l10n';
import { constants, existsSync, type Stats } from 'node:fs';
import { type FileHandle, lstat, mkdir, open, realpath } from 'node:fs/promises';
import { join } from 'node:path';
import { isUserError, systemCode, UserError } from './errors.ts';
import { folderGone } from './files.ts';

/** Windows lacks these: there, the looks around the call hold alone. */
const [O_DIRECTORY, O_NOFOLLOW, O_NONBLOCK] = (['O_DIRECTORY', 'O_NOFOLLOW', 'O_NONBLOCK'] as const).map(
  (name) => (Object.hasOwn(constants, name) ? constants[name] : 0),
) as [number, number, number];
export { O_NOFOLLOW, O_NONBLOCK };
/** Linux: a handle that only names a folder, which needs no permission to list it (open(2)). Node.js has no constant. */
const O_PATH = 0o10000000;
/** Where Linux gives a path to what a handle names, whatever has its name by now (proc(5)): `openat` for Node.js. */
const HANDLES = '/proc/self/fd';
const HANDLE = new RegExp(`${HANDLES}/\\d+`, 'g');
const HAS_HANDLES = process.platform === 'linux' && existsSync(HANDLES);

/**
 * Goes from a folder down to another one, through no link, and gives `use` a path to it that leads nowhere else while
 * it works.
 * @param parts the steps from the root. @param make whether folders that are missing are made.
 * @throws UserError `unsafe-path` at a link, `folder-gone`; errors of the system.
 */
type Walk = <T>(
  root: string,
  parts: readonly string[],
  make: boolean,
  use: (folder: string) => Promise<T>,
) => Promise<T>;

/** Linux: from folder to folder, each by the handle of the one before. */
const byHandles: Walk = async (root, parts, make, use) => {
  let handle = await open(root, O_PATH | O_DIRECTORY).catch(gone(root, make));
  try {
    for (const [at, part] of parts.entries()) {
      const step = `${HANDLES}/${handle.fd}/${part}`;
      const enter = (): Promise<FileHandle> => open(step, O_PATH | O_DIRECTORY | O_NOFOLLOW);
      const next = await enter().catch(async (error: unknown) => {
        if (make && systemCode(error) === 'ENOENT') {
          await mkdir(step).catch(unless('EEXIST'));
          return enter();
        }
        // A link is no folder to the system here, like a file.
        const found = await lstat(step).catch(() => undefined);
        if (found?.isSymbolicLink() === true) throw notPlain(join(root, ...parts.slice(0, at + 1)), found);
        throw error;
      });
      await handle.close();
      handle = next;
    }
    return await use(`${HANDLES}/${handle.fd}`);
  } finally {
    await handle.close();
  }
};

/** Elsewhere: each step is looked at; what was swapped while `use` ran is at least noticed. Exported for the tests here. */
export const byLooks: Walk = async (root, parts, make, use) => {
  const real = await realpath(root).catch(gone(root, make));
  let folder = real;
  for (const part of parts) {
    folder = join(folder, part);
    if (make) await mkdir(folder).catch(unless('EEXIST'));
    const found = await lstat(folder);
    if (found.isSymbolicLink()) throw notPlain(folder, found);
    if (!found.isDirectory()) throw Object.assign(new Error(`ENOTDIR: ${folder}`), { code: 'ENOTDIR' });
  }
  const check = async (): Promise<void> => {
    const real = await realpath(folder);
    if (real !== folder && !(await isSpelling(folder, real))) throw notPlain(folder, await lstat(folder));
  };
  await check();
  const result = await use(folder);
  await check();
  return result;
};

/**
 * Windows and macOS have one folder for several spellings of its name, and tell the one that it was made with. Where the
 * two are told apart, a link could lead from one to the other: it must be the very same folder too.
 */
async function isSpelling(path: string, real: string): Promise<boolean> {
  if (path.normalize('NFC').toLowerCase() !== real.normalize('NFC').toLowerCase()) return false;
  const [given, found] = await Promise.all([path, real].map((each) => lstat(each, { bigint: true })));
  return given?.isDirectory() === true && given.ino === found?.ino && given.dev === found.dev;
}

export const walkDown: Walk = HAS_HANDLES ? byHandles : byLooks;

/** For `catch`: to read below a root that is missing finds nothing, to write there is an error. */
function gone(root: string, isWriting: boolean): (error: unknown) => never {
  return (error) => {
    throw isWriting && systemCode(error) === 'ENOENT' ? folderGone(root) : error;
  };
}

/** For `catch`: passes over errors of this code. */
export function unless(code: string): (error: unknown) => undefined {
  return (error) => {
    if (systemCode(error) !== code) throw error;
    return undefined;
  };
}

/** Errors name the path by the handle, which says nothing to a user. */
export function atPath(error: unknown, folder: string): unknown {
  if (!(error instanceof Error) || !error.message.includes(HANDLES)) return error;
  const named = (text: string): string => text.replaceAll(HANDLE, folder);
  if (isUserError(error))
    return new UserError({
      code: error.code,
      title: named(error.title),
      detail: error.detail === undefined ? undefined : named(error.detail),
      actions: error.actions,
      cause: error,
    });
  return Object.assign(new Error(named(error.message), { cause: error }), { code: systemCode(error) });
}

/** @throws nothing: it gives the error for what is a link, a pipe, a device or a folder where a file should be. */
export function notPlain(path: string, found: Stats): UserError {
  const title = found.isSymbolicLink()
    ? l10n.t('{0} is a link, so it is neither read nor written.', path)
    : found.isDirectory()
      ? l10n.t('{0} is a folder where a file should be, so it is neither read nor written.', path)
      : l10n.t('{0} is neither a file nor a folder, so it is neither read nor written.', path);
  return unsafePath(title, l10n.t('Put the file or folder itself in its place, or remove it.'));
}

/** A path that is not used since it may lead a stranger's project to the user's other files. */
export function unsafePath(title: string, remedy: string, cause?: unknown): UserError {
  return new UserError({ code: 'unsafe-path', title, actions: [{ title: remedy }], cause });
}
