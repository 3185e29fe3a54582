import * as l10n from '@vscode/l10n';
import { hostname } from 'node:os';
import { dirname } from 'node:path';
import { getSystemErrorName } from 'node:util';
import lockfile from 'proper-lockfile';
import type { Clock } from './abort.ts';
import { fileError, makeFolder, removeHalfWritten } from './files.ts';
import { isUserError, systemCode, UserError } from './errors.ts';
import { lockFolders, lockOwner, type LockOwner, PROCESS_SPACE, removeLockOf } from './lock-folder.ts';

/** A lock whose holder has not renewed it for this long is taken over: its machine or process is gone. */
const STALE_MS = 15_000;

/** How often one who is patient asks again. */
const ASK_AGAIN_MS = 250;

/** How long to wait for a lock that somebody else holds, before that is an error. */
export interface Patience {
  readonly milliseconds: number;
  readonly clock: Clock;
}

/**
 * Holds the lock at `path` while `use` runs: the editor and the command line never run one project at once. The signal
 * given to `use` is aborted too when the lock is lost: somebody else took it over, which can only happen after this
 * machine slept, or its folder cannot be written any more, so that others will take it for one that was left.
 * A lock left by a process that is gone is taken over at once; for one that is held one waits as long as `patience` says.
 * @throws UserError `run-locked` when somebody else holds it, or has taken it over; `file-unreadable`, `disk-full`.
 */
export async function withLock<T>(
  path: string,
  signal: AbortSignal,
  use: (signal: AbortSignal) => Promise<T>,
  patience?: Patience,
): Promise<T> {
  const lost = new AbortController();
  const release = await acquireInTime(path, signal, patience, (error) => lost.abort(error));
  try {
    return await use(AbortSignal.any([signal, lost.signal]));
  } catch (error) {
    throw lost.signal.aborted ? lostLock(path, lost.signal.reason) : error;
  } finally {
    // What cannot be removed grows stale, and matters less than the result or the error that is on its way.
    if (!lost.signal.aborted) await release().catch(() => undefined);
  }
}

/** Whether somebody holds the lock at this path, as far as can be told: a lock that a process left is held by nobody. */
export async function isHeld(path: string): Promise<boolean> {
  const owner = await lockOwner(path).catch(() => undefined);
  return owner !== undefined && !isGone(owner);
}

type Release = () => Promise<void>;

async function acquireInTime(
  path: string,
  signal: AbortSignal,
  patience: Patience | undefined,
  onLost: (error: Error) => void,
): Promise<Release> {
  if (patience === undefined) return acquire(path, onLost);
  const { clock, milliseconds } = patience;
  const end = clock.now() + milliseconds;
  for (;;) {
    try {
      return await acquire(path, onLost);
    } catch (error) {
      if (!isUserError(error, 'run-locked') || clock.now() >= end) throw error;
    }
    await clock.sleep(ASK_AGAIN_MS, signal);
  }
}

async function acquire(path: string, onLost: (error: Error) => void): Promise<Release> {
  try {
    await makeFolder(dirname(path));
    const owner = await lockOwner(path);
    if (owner !== undefined && isGone(owner)) await removeLockOf(owner);
    const release = await lockfile.lock(path, {
      realpath: false,
      stale: STALE_MS,
      lockfilePath: path,
      fs: lockFolders,
      onCompromised: onLost,
    });
    await removeHalfWritten(path).catch(async (error: unknown) => {
      await release();
      throw error;
    });
    return release;
  } catch (error) {
    throw systemCode(error) === 'ELOCKED'
      ? locked(l10n.t('Another run of this project is in progress.'), error)
      : fileError(error, path);
  }
}

/**
 * Pure: why a lock was lost. The library gives its error the code `ECOMPROMISED`; the system's number stays in it when
 * it was the disk that refused, and a lock that is gone or was renewed by somebody else has none.
 */
export function lostLock(path: string, error: unknown): UserError {
  const code = numberedCode(error);
  if (code === undefined || code === 'ENOENT')
    return locked(l10n.t('Another run of this project has taken over.'), error);
  return new UserError({
    code: 'file-unreadable',
    title: l10n.t(
      'The folder {0} cannot be read or written any more ({1}), so the run was ended.',
      dirname(path),
      code,
    ),
    actions: [{ title: l10n.t('Make it writable again, then run again; finished stages are kept.') }],
    cause: error,
  });
}

function numberedCode(error: unknown): string | undefined {
  if (!(error instanceof Error) || !('errno' in error) || typeof error.errno !== 'number') return undefined;
  return getSystemErrorName(error.errno);
}

/** Only a process on this machine and in this process id namespace can be known to be gone. */
function isGone({ host, space, pid }: LockOwner): boolean {
  if (host !== hostname() || space !== PROCESS_SPACE) return false;
  try {
    process.kill(pid, 0);
    return false;
  } catch (error) {
    return systemCode(error) === 'ESRCH';
  }
}

function locked(title: string, cause: unknown): UserError {
  return new UserError({
    code: 'run-locked',
    title,
    actions: [
      {
        title: l10n.t(
          'Wait for it or cancel it. A lock left by a crash frees itself within {0} s.',
          STALE_MS / 1000,
        ),
      },
    ],
    cause,
  });
}
