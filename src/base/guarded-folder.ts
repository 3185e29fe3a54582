import * as l10n from '@vscode/l10n';
import { randomInt } from 'node:crypto';
import { type BigIntStats, constants, type Dirent, lstatSync, type Stats } from 'node:fs';
import { type FileHandle, lstat, open, readdir, rename, rmdir, unlink } from 'node:fs/promises';
import { dirname, isAbsolute, join, relative, resolve, sep } from 'node:path';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { setImmediate } from 'node:timers/promises';
import { systemCode, type UserError } from './errors.ts';
import { fileError, removeHalfWritten } from './files.ts';
import { untilFree } from './in-use.ts';
import { atPath, notPlain, O_NOFOLLOW, O_NONBLOCK, unless, unsafePath, walkDown } from './folder-walk.ts';

const { O_CREAT, O_EXCL, O_RDONLY, O_WRONLY } = constants;

/** Text files of a project are small; what is larger is not read into memory. */
const MOST_TEXT_BYTES = 32 * 1024 * 1024;

/** Several processes may write one file at once, and each clears away what it takes for left over. */
const MOST_TRIES = 5;

/**
 * A folder of which a stranger may have made the content: a project, and what lies below its `.julia-kaggle`. Nothing
 * below it is read, written or removed through a link, a pipe or a device, so that nothing outside of it is touched,
 * also when somebody swaps a folder for a link meanwhile. Paths are absolute, or relative to the folder.
 *
 * On Linux each step of a path is opened by itself, from the folder before it, and never through a link. Elsewhere each
 * step is looked at before the call, and once more after it.
 *
 * All methods throw UserError `unsafe-path` (a link, not a plain file or folder, too large, a path that leads out),
 * `disk-full` or `file-unreadable`; reading what is missing gives `undefined`.
 */
export class GuardedFolder {
  /** @param root absolute; it may itself be reached through links, since the user chose it. */
  constructor(readonly root: string) {}

  /** A file's text. @param most bytes. */
  async readText(path: string, most = MOST_TEXT_BYTES): Promise<string | undefined> {
    return (await this.read(path, most))?.toString('utf8');
  }

  /** A file's content. @param most bytes. */
  read(path: string, most = MOST_TEXT_BYTES): Promise<Buffer | undefined> {
    return orMissing(
      this.#inParent(path, false, (safe) =>
        usingHandle(openPlain(safe, path), (handle) => readCapped(handle, path, most)),
      ),
    );
  }

  /** A plain file, opened for reading; whoever asks closes it. */
  open(path: string): Promise<FileHandle | undefined> {
    return orMissing(this.#inParent(path, false, (safe) => openPlain(safe, path)));
  }

  /** What is at the path, a link as itself. */
  look(path: string): Promise<Stats | undefined> {
    const parts = this.#parts(path);
    return orMissing(
      parts.length === 0 ? this.#at(path, parts, false, lookAt) : this.#inParent(path, false, lookAt),
    );
  }

  /** What a folder holds, links as themselves. */
  list(path: string): Promise<Dirent[] | undefined> {
    return orMissing(
      this.#at(path, this.#parts(path), false, (safe) => readdir(safe, { withFileTypes: true })),
    );
  }

  /** What a folder holds, links as themselves, and how each plain file of it looks. */
  listLooks(path: string): Promise<Looked[] | undefined> {
    return orMissing(this.#at(path, this.#parts(path), false, looksIn));
  }

  /** Makes a folder and those that it lies in, below the root: one that was moved away is not made again. */
  makeFolder(path: string): Promise<void> {
    return this.#at(path, this.#parts(path), true, () => Promise.resolve());
  }

  /** Writes a file so that a reader sees the old content or the new one. Its folder is made. */
  async write(path: string, content: string | Uint8Array): Promise<void> {
    for (let tries = 1; ; tries += 1) {
      try {
        await this.#replace(path, (handle) => handle.writeFile(content));
        return;
      } catch (error) {
        if (systemCode(error) !== 'ENOENT' || tries === MOST_TRIES) throw error;
      }
    }
  }

  /** As `write`, with the content of a stream, in constant memory. */
  save(path: string, source: Readable | AsyncIterable<Uint8Array>, signal?: AbortSignal): Promise<void> {
    return this.#replace(path, (handle) => {
      const write = async (chunks: AsyncIterable<Uint8Array>): Promise<void> => {
        for await (const chunk of chunks) await handle.writeFile(chunk);
      };
      return pipeline(source, write, { signal });
    });
  }

  /** A new file in place of what is there, opened for writing: for a log, which is read while it grows. */
  create(path: string): Promise<FileHandle> {
    return this.#inParent(path, true, async (safe) => {
      await untilFree(() => unlink(safe)).catch(unless('ENOENT'));
      // Windows keeps the name of what was removed until its last reader is gone.
      return untilFree(() => open(safe, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW, 0o666));
    });
  }

  /** Writes a file that must not be there yet. @throws an error of code `EEXIST` when it is. */
  createNew(path: string, content: string): Promise<void> {
    return this.#inParent(path, true, (safe) =>
      usingHandle(open(safe, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW, 0o666), (handle) =>
        handle.writeFile(content),
      ),
    );
  }

  /** Gives a file another name in its folder, in place of what has that name. */
  rename(path: string, name: string): Promise<void> {
    return this.#inParent(path, false, (safe) => untilFree(() => rename(safe, join(dirname(safe), name))));
  }

  /** Removes a file, a link (not what it leads to) or a folder with all that it holds. Missing is fine. */
  async remove(path: string): Promise<void> {
    const found = await this.look(path);
    if (found === undefined) return;
    if (found.isDirectory())
      for (const { name } of (await this.list(path)) ?? []) await this.remove(join(path, name));
    await orMissing(
      this.#inParent(path, false, async (safe) => {
        await untilFree(() => (found.isDirectory() ? rmdir(safe) : unlink(safe)));
      }),
    );
  }

  /**
   * For work that wants a path: gives `use` one to this file in its folder, which is made. It is good while `use` runs,
   * also with more at the end of the name (`….part`). Links of such names are removed first.
   */
  lend<T>(path: string, use: (safe: string) => Promise<T>): Promise<T> {
    return this.#inParent(path, true, async (safe) => {
      const [folder, name] = [dirname(safe), safe.slice(dirname(safe).length + 1)];
      for (const entry of await readdir(folder, { withFileTypes: true }))
        if (entry.name.startsWith(name) && !entry.isFile() && !entry.isDirectory())
          await unlink(join(folder, entry.name));
      return use(safe);
    });
  }

  #replace(path: string, fill: (handle: FileHandle) => Promise<void>): Promise<void> {
    return this.#inParent(path, true, async (safe) => {
      const found = await lstat(safe).catch(unless('ENOENT'));
      if (found !== undefined && !found.isFile()) throw notPlain(path, found);
      await removeHalfWritten(safe);
      const fresh = `${safe}.${randomInt(2 ** 32)}`;
      try {
        await usingHandle(
          open(fresh, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW, found?.mode ?? 0o666),
          async (handle) => {
            await fill(handle);
            await handle.sync();
          },
        );
        await untilFree(() => rename(fresh, safe));
      } catch (error) {
        await unlink(fresh).catch(() => undefined);
        throw error;
      }
    });
  }

  /** Gives `use` a path to this one's last part in its folder. */
  #inParent<T>(path: string, make: boolean, use: (safe: string) => Promise<T>): Promise<T> {
    const parts = this.#parts(path);
    const name = parts.pop();
    if (name === undefined) throw leadsOut(path, this.root);
    return this.#at(path, parts, make, (folder) => use(join(folder, name)));
  }

  async #at<T>(
    path: string,
    parts: readonly string[],
    make: boolean,
    use: (folder: string) => Promise<T>,
  ): Promise<T> {
    try {
      return await walkDown(this.root, parts, make, use);
    } catch (error) {
      const whole = resolve(this.root, path);
      throw fileError(atPath(error, dirname(whole)), whole);
    }
  }

  /** Pure: whether a path is that of something below the folder, by its name. */
  holds(path: string): boolean {
    const way = relative(this.root, resolve(this.root, path));
    return way !== '' && way.split(sep)[0] !== '..' && !isAbsolute(way);
  }

  /** Pure: the steps from the root. */
  #parts(path: string): string[] {
    const whole = resolve(this.root, path);
    if (whole === resolve(this.root)) return [];
    if (!this.holds(path) || path.includes('\0')) throw leadsOut(path, this.root);
    return relative(this.root, whole).split(sep);
  }
}

/** What a folder holds; `look`: of a plain file. */
export interface Looked {
  readonly entry: Dirent;
  readonly look?: BigIntStats | undefined;
}

/** So many are looked at before others have their turn. */
const LOOKS_AT_ONCE = 256;

/** One after the other: a call of its own for each would take four times as long, which of 60,000 is a second. */
async function looksIn(folder: string): Promise<Looked[]> {
  const looked: Looked[] = [];
  for (const entry of await readdir(folder, { withFileTypes: true })) {
    const look = entry.isFile()
      ? lstatSync(join(folder, entry.name), { bigint: true, throwIfNoEntry: false })
      : undefined;
    // What took its place meanwhile is looked at by whoever opens it.
    looked.push(look?.isFile() === true ? { entry, look } : { entry });
    if (looked.length % LOOKS_AT_ONCE === 0) await setImmediate();
  }
  return looked;
}

function lookAt(safe: string): Promise<Stats> {
  return lstat(safe);
}

/** @throws UserError `unsafe-path` when it is anything but a plain file. */
async function openPlain(safe: string, path: string): Promise<FileHandle> {
  for (let tries = 1; ; tries += 1) {
    const before = await lstat(safe);
    if (!before.isFile()) throw notPlain(path, before);
    // A pipe that took the file's place meanwhile must not make us wait for its writer.
    const handle = await untilFree(() => open(safe, O_RDONLY | O_NOFOLLOW | O_NONBLOCK));
    const found = await handle.stat();
    if (found.isFile() && found.ino === before.ino && found.dev === before.dev) return handle;
    await handle.close();
    // Another file took its place meanwhile, as when it is saved.
    if (!found.isFile() || tries === MOST_TRIES) throw notPlain(path, found);
  }
}

/** @throws UserError `unsafe-path` when there is more. */
async function readCapped(handle: FileHandle, path: string, most: number): Promise<Buffer> {
  const { size } = await handle.stat();
  if (size > most) throw tooLarge(path, most);
  const buffer = Buffer.alloc(size);
  let length = 0;
  while (length < size) {
    const { bytesRead } = await handle.read(buffer, length, size - length, length);
    if (bytesRead === 0) break;
    length += bytesRead;
  }
  return buffer.subarray(0, length);
}

async function usingHandle<T>(
  opening: Promise<FileHandle>,
  use: (handle: FileHandle) => Promise<T>,
): Promise<T> {
  const handle = await opening;
  try {
    return await use(handle);
  } finally {
    await handle.close();
  }
}

async function orMissing<T>(work: Promise<T>): Promise<T | undefined> {
  try {
    return await work;
  } catch (error) {
    if (!['ENOENT', 'ENOTDIR'].includes(systemCode(error) ?? '')) throw error;
    return undefined;
  }
}

function leadsOut(path: string, root: string): UserError {
  return unsafePath(
    l10n.t('{0} is not below {1}, so it is neither read nor written.', path, root),
    l10n.t('Use a path below the folder.'),
  );
}

function tooLarge(path: string, most: number): UserError {
  return unsafePath(
    l10n.t('{0} is larger than {1} MB, so it is not read as text.', path, Math.round(most / 1e6)),
    l10n.t('Check that it is the right file.'),
  );
}
