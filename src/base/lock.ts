import { mkdir, rm } from 'node:fs/promises';
import { hostname } from 'node:os';
import { dirname } from 'node:path';
import lockfile from 'proper-lockfile';
import * as z from 'zod/mini';
import { readTextIfPresent, writeAtomic } from './files.ts';
import { systemCode, UserError } from './errors.ts';

/** A lock whose holder has not renewed it for this long is taken over: its machine or process is gone. */
const STALE_MS = 15_000;

const ownerSchema = z.object({ host: z.string(), pid: z.number() });

/**
 * Holds the lock at `path` while `use` runs: the editor and the command line never run one project at once. The signal
 * given to `use` is aborted too when somebody else took the lock over, which can only happen after this machine slept.
 * A lock left by a process that is gone is taken over at once.
 * @throws UserError `run-locked` when somebody else holds it, or has taken it over.
 */
export async function withLock<T>(
  path: string,
  signal: AbortSignal,
  use: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  await mkdir(dirname(path), { recursive: true });
  const lost = new AbortController();
  const release = await acquire(path, () => lost.abort());
  try {
    await writeAtomic(ownerFile(path), JSON.stringify({ host: hostname(), pid: process.pid }));
    return await use(AbortSignal.any([signal, lost.signal]));
  } catch (error) {
    throw lost.signal.aborted ? locked('Another run of this project has taken over.', error) : error;
  } finally {
    if (!lost.signal.aborted) {
      await rm(ownerFile(path), { force: true });
      await release();
    }
  }
}

async function acquire(path: string, onLost: () => void): Promise<() => Promise<void>> {
  const lock = (): Promise<() => Promise<void>> =>
    lockfile.lock(path, { realpath: false, stale: STALE_MS, lockfilePath: path, onCompromised: onLost });
  try {
    return await lock();
  } catch (error) {
    if (systemCode(error) !== 'ELOCKED') throw error;
    if (!(await isHolderGone(path))) throw locked('Another run of this project is in progress.', error);
  }
  await rm(path, { recursive: true, force: true });
  try {
    return await lock();
  } catch (error) {
    throw systemCode(error) === 'ELOCKED'
      ? locked('Another run of this project is in progress.', error)
      : error;
  }
}

/** Only a process of this very machine can be known to be gone. */
async function isHolderGone(path: string): Promise<boolean> {
  const owner = parseOwner((await readTextIfPresent(ownerFile(path))) ?? '');
  if (owner?.host !== hostname()) return false;
  try {
    process.kill(owner.pid, 0);
    return false;
  } catch (error) {
    return systemCode(error) === 'ESRCH';
  }
}

function parseOwner(text: string): z.infer<typeof ownerSchema> | undefined {
  try {
    return ownerSchema.safeParse(JSON.parse(text)).data;
  } catch {
    return undefined;
  }
}

function ownerFile(path: string): string {
  return `${path}.owner`;
}

function locked(title: string, cause: unknown): UserError {
  return new UserError({
    code: 'run-locked',
    title,
    actions: [
      { title: `Wait for it or cancel it. A lock left by a crash frees itself within ${STALE_MS / 1000} s.` },
    ],
    cause,
  });
}
