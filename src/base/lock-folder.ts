import * as fs from 'node:fs';
import { mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { randomInt } from 'node:crypto';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { callbackify } from 'node:util';
import * as z from 'zod/mini';
import { systemCode } from './errors.ts';
import { exists, readTextIfPresent } from './files.ts';

const ownerSchema = z.object({ host: z.string(), pid: z.number() });

/** Which process holds a lock, and on which machine. */
export type LockOwner = z.infer<typeof ownerSchema>;

/** The owner of the lock at `path`, undefined when there is none or its file is unreadable. */
export async function lockOwner(path: string): Promise<LockOwner | undefined> {
  try {
    return ownerSchema.safeParse(JSON.parse((await readTextIfPresent(ownerFile(path))) ?? '')).data;
  } catch {
    return undefined;
  }
}

/** Takes a lock away as a whole, so that nobody meets one without its owner. */
export async function removeLockFolder(path: string): Promise<void> {
  const away = besides(path);
  await rename(path, away);
  await rm(away, { recursive: true, force: true });
}

/**
 * The file system for `proper-lockfile`, whose locks are folders. Here such a folder comes with a file inside that names
 * its owner, and goes with it: a process that is killed at any moment leaves a lock that tells that nobody holds it.
 */
export const lockFolders = {
  stat: fs.stat,
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
  const owner: LockOwner = { host: hostname(), pid: process.pid };
  await mkdir(whole);
  try {
    await writeFile(ownerFile(whole), JSON.stringify(owner));
    // Fails where there is a folder with something inside.
    await rename(whole, path);
  } catch (error) {
    await rm(whole, { recursive: true, force: true });
    const isHeld = HELD.includes(systemCode(error) ?? '') || (await exists(path));
    throw isHeld ? Object.assign(new Error('The lock is held.'), { code: 'EEXIST' }) : error;
  }
}

/**
 * By the time that one looks, the holder may have gone again. ENOENT: it cleared away what others had left beside its
 * lock, and this one was not whole yet.
 */
const HELD = ['EEXIST', 'ENOTEMPTY', 'ENOENT'];

function ownerFile(path: string): string {
  return join(path, 'owner.json');
}

/** A name beside it that nobody else has, of the form that `removeHalfWritten` knows. */
function besides(path: string): string {
  return `${path}.${randomInt(2 ** 32)}`;
}
