import * as fs from 'node:fs';
import { mkdir, rename, rm, rmdir, writeFile } from 'node:fs/promises';
import { randomInt, randomUUID } from 'node:crypto';
import { hostname } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { callbackify } from 'node:util';
import * as z from 'zod/mini';
import { systemCode } from './errors.ts';
import { exists } from './files.ts';
import { GuardedFolder } from './guarded-folder.ts';
import { mayBeInUse, untilFree } from './in-use.ts';
import { readJson } from './json.ts';

/** Of the file that names the owner. */
const MOST_BYTES = 4096;

const ownerSchema = z.object({ host: z.string(), space: z.optional(z.string()), pid: z.number() });

/**
 * Where a process's number means that process and no other, on a machine: WSL has the host name of its Windows, and a
 * container may have that of its machine.
 */
export const PROCESS_SPACE = processSpace();

function processSpace(): string {
  try {
    return `${process.platform} ${fs.readlinkSync('/proc/self/ns/pid')}`;
  } catch {
    return process.platform;
  }
}

/** Which process holds a lock, on which machine, and the file in the lock that says so; no two have the same one. */
export interface LockOwner extends z.infer<typeof ownerSchema> {
  readonly file: string;
}

/** The owner of the lock at `path`, undefined when there is none or its file is unreadable. */
export async function lockOwner(path: string): Promise<LockOwner | undefined> {
  try {
    // A lock that came with a stranger's project may be anything; a link to elsewhere is nobody's lock.
    const folder = new GuardedFolder(dirname(path));
    const [entry] = (await folder.list(basename(path))) ?? [];
    const file = join(path, entry?.name ?? '');
    const owner = readJson(ownerSchema, await folder.readText(file, MOST_BYTES));
    return owner && { ...owner, file };
  } catch {
    return undefined;
  }
}

/**
 * Takes away the lock of an owner that is gone. However many do so at once, and whoever has the lock meanwhile: nobody
 * else's file has that name, and a folder with a file inside is not removed.
 */
export async function removeLockOf({ file }: LockOwner): Promise<void> {
  await rm(file, { force: true }).catch(() => undefined);
  await rmdir(dirname(file)).catch(() => undefined);
}

/** Takes a lock away as a whole, so that nobody meets one without its owner. */
async function removeLockFolder(path: string): Promise<void> {
  const away = besides(path);
  await untilFree(() => rename(path, away));
  await rm(away, { recursive: true, force: true });
}

/**
 * The file system for `proper-lockfile`, whose locks are folders. Here such a folder comes with a file inside that names
 * its owner, and goes with it: a process that is killed at any moment leaves a lock that tells that nobody holds it.
 */
export const lockFolders = {
  stat: fs.lstat,
  utimes: fs.utimes,
  mkdir: callbackify(makeLockFolder),
  rmdir: callbackify(removeLockFolder),
  rmdirSync(path: string): void {
    const away = besides(path);
    fs.renameSync(path, away);
    fs.rmSync(away, { recursive: true, force: true });
  },
};

/** @throws an error of code `EEXIST` when somebody has the lock. */
async function makeLockFolder(path: string): Promise<void> {
  const whole = besides(path);
  const owner = { host: hostname(), space: PROCESS_SPACE, pid: process.pid };
  await mkdir(whole);
  try {
    await writeFile(join(whole, `owner-${randomUUID()}.json`), JSON.stringify(owner));
    // Fails where there is a folder with something inside; an empty one was left by one who was taking it away.
    await rename(whole, path);
  } catch (error) {
    await rm(whole, { recursive: true, force: true });
    const isHeld =
      HELD.includes(systemCode(error) ?? '') ||
      // Windows: the folder that is there, or one that its last holder is just removing.
      mayBeInUse(error) ||
      (await exists(path));
    throw isHeld ? Object.assign(new Error('The lock is held.'), { code: 'EEXIST' }) : error;
  }
}

/**
 * By the time that one looks, the holder may have gone again. ENOENT: it cleared away what others had left beside its
 * lock, and this one was not whole yet.
 */
const HELD = ['EEXIST', 'ENOTEMPTY', 'ENOENT'];

/** A name beside it that nobody else has, of the form that `removeHalfWritten` knows. */
function besides(path: string): string {
  return `${path}.${randomInt(2 ** 32)}`;
}
